//! What a page says when it rings.

use firebell_domain::time::Timestamp;
use firebell_protocol::frame::Ring;

use super::{Words, shortened, stripped};

/// Longest first line, in characters as a reader counts them.
const TITLE: usize = 80;
/// Longest second line.
const BODY: usize = 240;
/// Longest summary in it: the words around it must not be what is cut off.
const SUMMARY: usize = 140;
/// Longest name in it.
const NAME: usize = 40;
/// From so many milliseconds on, a page says that it is late.
const LATE: i64 = 5 * 60 * 1_000;

/// What a notification says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RingWords {
    /// First line: key and severity.
    pub title: String,
    /// Second line: summary, how late it is if it is, who has it if somebody does.
    pub body: String,
    /// Label of the button that acknowledges.
    pub acknowledge_label: String,
    /// Label of the button that opens the incident.
    pub open_label: String,
}

impl Words {
    /// A notification's words. Nothing of a restricted incident's text is in them, and nothing that
    /// could change how the rest of a line is read. `held_by` is who has it by now, if anybody.
    #[must_use]
    pub fn ring(&self, ring: &Ring, held_by: Option<&str>, now: Timestamp) -> RingWords {
        let key = ring.key.as_deref().map(stripped).unwrap_or_default();
        let severity = i64::from(ring.severity);
        let title = if ring.test {
            self.text("notification-page-test-title", &[])
        } else {
            let id = if ring.drill {
                "notification-page-drill-title"
            } else {
                "notification-page-title"
            };
            self.text(id, &[("key", key.into()), ("severity", severity.into())])
        };
        let mut body = match &ring.summary {
            _ if ring.test => self.text("notification-page-test-body", &[]),
            Some(summary) if !ring.restricted => self.about(&stripped(summary), ring, now),
            _ => self.text("notification-page-restricted", &[]),
        };
        if let Some(name) = held_by.filter(|_| !ring.test) {
            let name = shortened(&stripped(name), NAME);
            body.push('\n');
            body.push_str(&self.text("notification-page-held", &[("name", name.into())]));
        }
        RingWords {
            title: shortened(title.trim(), TITLE),
            body: shortened(&body, BODY),
            acknowledge_label: self.text("notification-acknowledge", &[]),
            open_label: self.text("notification-open", &[]),
        }
    }

    /// Title and text of the notice that an incident declared here got another key, because this
    /// desktop's data was copied and the other copy used the number first.
    #[must_use]
    pub fn key_changed(&self, old: &str, new: &str) -> (String, String) {
        let args = [("old", stripped(old).into()), ("new", stripped(new).into())];
        (self.text("notification-key-title", &args), self.text("notification-key-body", &args))
    }

    fn about(&self, summary: &str, ring: &Ring, now: Timestamp) -> String {
        let summary = shortened(summary, SUMMARY);
        if !is_late(ring, now) {
            return self.text("notification-page-body", &[("summary", summary.into())]);
        }
        let minutes = now.since(ring.declared_at) / 60_000;
        let args = [
            ("summary", summary.into()),
            ("hours", (minutes / 60).into()),
            ("minutes", (minutes % 60).into()),
        ];
        self.text("notification-page-late", &args)
    }
}

/// Whether somebody who reads it now would be misled about when it happened: it was declared without a
/// connection, or this computer slept. An escalation is not late: its step was due now.
fn is_late(ring: &Ring, now: Timestamp) -> bool {
    let declared_offline = ring.step == 0 && ring.paged_at.since(ring.declared_at) >= LATE;
    declared_offline || now.since(ring.paged_at) >= LATE
}
