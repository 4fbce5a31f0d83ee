//! What is said of people who could not be rung, and of pages that were missed.

use firebell_domain::readiness::Doubt;

use super::{Words, shortened, stripped};

/// Longest name in a line.
const NAME: usize = 40;
/// Longest second line of a notice.
const BODY: usize = 400;

impl Words {
    /// `Ana Ortiz, Payments, in 5 h: no desktop of theirs was heard of lately`
    #[must_use]
    pub fn unready(&self, person: &str, schedule: &str, worst: Doubt, hours: i64) -> String {
        let doubt = self.text(doubt_id(worst), &[]);
        let args = [
            ("person", shortened(&stripped(person), NAME).into()),
            ("schedule", shortened(&stripped(schedule), NAME).into()),
            ("hours", hours.into()),
            ("doubt", doubt.into()),
        ];
        self.text("notification-unready-line", &args)
    }

    /// Title and text of the notice about people whom a page may not reach. `you`: whether the reader is
    /// among those whom it would not; none when it is all advice. `more` are counted and not named.
    #[must_use]
    pub fn unready_notice(
        &self,
        you: Option<bool>,
        lines: &[String],
        more: usize,
    ) -> (String, String) {
        let title = match you {
            Some(true) => "notification-unready-you",
            Some(false) => "notification-unready-others",
            None => "notification-unready-advice",
        };
        (self.text(title, &[]), self.body(lines, more))
    }

    /// `HOT-12: Ana Ortiz has it`
    #[must_use]
    pub fn missed(&self, key: Option<&str>, test: bool, held_by: Option<&str>) -> String {
        let what = match key.filter(|_| !test) {
            Some(key) => stripped(key),
            None if test => self.text("notification-page-test-title", &[]),
            None => self.text("notification-missed-no-key", &[]),
        };
        let who = match held_by {
            Some(name) => {
                let name = shortened(&stripped(name), NAME);
                self.text("notification-page-held", &[("name", name.into())])
            }
            None => self.text("notification-missed-nobody", &[]),
        };
        self.text("notification-missed-line", &[("what", what.into()), ("who", who.into())])
    }

    /// Title and text of the notice about pages that rang while the computer slept.
    #[must_use]
    pub fn missed_notice(&self, lines: &[String], count: usize) -> (String, String) {
        let counted = i64::try_from(count).unwrap_or(i64::MAX);
        let title = self.text("notification-missed-title", &[("count", counted.into())]);
        (title, self.body(lines, count.saturating_sub(lines.len())))
    }

    fn body(&self, lines: &[String], more: usize) -> String {
        let mut body = lines.join("\n");
        if more > 0 {
            let more = i64::try_from(more).unwrap_or(i64::MAX);
            body.push('\n');
            body.push_str(&self.text("notification-and-more", &[("count", more.into())]));
        }
        shortened(&body, BODY)
    }
}

fn doubt_id(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::NotSeen => "doubt-not-seen",
        Doubt::Left => "doubt-left",
        Doubt::NoDesktop => "doubt-no-desktop",
        Doubt::NoNotifications => "doubt-no-notifications",
        Doubt::NoSound => "doubt-no-sound",
        Doubt::Disturbed => "doubt-disturbed",
        Doubt::NoAutostart => "doubt-no-autostart",
        Doubt::NotTested => "doubt-not-tested",
    }
}
