//! Words of a room's topic, and of the notice that somebody was named in one.

use firebell_domain::incident::Severity;

use super::{Words, shortened, stripped};

/// Longest line in a notice, in characters as a reader counts them.
const LINE: usize = 240;
/// Longest name in it.
const NAME: usize = 40;

impl Words {
    /// `SEV 1`.
    #[must_use]
    pub fn severity(&self, severity: Severity) -> String {
        let number = i64::from(u8::from(severity));
        self.text("topic-severity", &[("severity", number.into())])
    }

    /// A role's name: those that ship have words, any other is called what somebody called it.
    #[must_use]
    pub fn role(&self, role: &str) -> String {
        match role {
            "im" | "tech_lead" | "communications_manager" | "deputy" => {
                self.text(&format!("role-{}", role.replace('_', "-")), &[])
            }
            own => stripped(own),
        }
    }

    /// Title and text of the notice that somebody named this person. Nothing of a restricted incident's
    /// text is in it: then `line` is none.
    #[must_use]
    pub fn mentioned(&self, by: &str, key: &str, line: Option<&str>) -> (String, String) {
        let by = shortened(&stripped(by), NAME);
        let title = [("person", by.into()), ("key", stripped(key).into())];
        let body = match line {
            Some(line) => shortened(&stripped(line), LINE),
            None => self.text("notification-mention-restricted", &[]),
        };
        (self.text("notification-mention-title", &title), body)
    }

    /// Title and text of the notice that several lines named this person.
    #[must_use]
    pub fn mentioned_often(&self, count: i64) -> (String, String) {
        let title = self.text("notification-mentions-title", &[("count", count.into())]);
        (title, self.text("notification-mentions-body", &[]))
    }
}
