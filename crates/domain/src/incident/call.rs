//! Where people meet about an incident: the video call or room, and the topic that says it all in a line
//! (C2, C4).

use super::Incident;

/// Longest link or room of a call in bytes.
pub const MAX_CALL: u64 = 2_000;
/// Longest topic in characters: what the common chat services take.
pub const MAX_TOPIC: usize = 250;
/// How the link of a new call is made where the settings do not say.
pub const CALL_SCHEME: &str = "https://meet.jit.si/{key}-{id}";

/// Whether it can be joined with a click; anything else is a room to walk to.
#[must_use]
pub fn is_link(call: &str) -> bool {
    const SCHEME: &str = "https://";
    let scheme = call.get(..SCHEME.len()).filter(|start| start.eq_ignore_ascii_case(SCHEME));
    let rest = scheme.and_then(|_| call.get(SCHEME.len()..)).unwrap_or_default();
    !rest.is_empty()
        && !rest.starts_with('/')
        && rest.chars().all(|c| !c.is_whitespace() && !c.is_control())
}

/// The link of a new call: `{key}` is the incident's key, `{id}` a part that nobody guesses.
#[must_use]
pub fn call_link(scheme: &str, incident: Incident<'_>) -> String {
    // Without dashes and cut: services that put the name of a room into an address allow no more.
    let id = incident.0.id.0.simple().to_string();
    let tail = id.get(id.len().saturating_sub(12)..).unwrap_or(&id);
    let key = incident.key().unwrap_or("incident");
    scheme.trim().replace("{key}", key).replace("{id}", tail)
}

/// What the topic of an incident's room says, each part in the words of its readers (C4).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topic {
    /// `SEV 1`.
    pub severity: String,
    /// What is the emergency.
    pub summary: String,
    /// Role and who has it, the IM first; a required role that nobody has is named as such.
    pub roles: Vec<(String, String)>,
    /// To the incident, the call, the document.
    pub links: Vec<String>,
}

impl Topic {
    /// The line, at most [`MAX_TOPIC`] characters. Where that is too few the summary gives way, then the
    /// last links: who leads and where to meet is what people look for.
    #[must_use]
    pub fn line(&self) -> String {
        let roles = self.roles.iter().map(|(role, person)| format!("{role}: {person}"));
        let mut rest: Vec<String> = roles.chain(self.links.iter().cloned()).collect();
        let length = |parts: &[String]| -> usize {
            parts.iter().map(|part| part.chars().count() + SEPARATOR.chars().count()).sum()
        };
        let first = self.severity.chars().count() + SEPARATOR.chars().count();
        while !rest.is_empty() && first + SHORTEST_SUMMARY + length(&rest) > MAX_TOPIC {
            rest.pop();
        }
        let room = MAX_TOPIC.saturating_sub(first + length(&rest));
        let mut parts = vec![self.severity.clone(), shortened(&self.summary, room)];
        parts.append(&mut rest);
        parts.retain(|part| !part.is_empty());
        shortened(&parts.join(SEPARATOR), MAX_TOPIC)
    }
}

const SEPARATOR: &str = " · ";
/// So much of the summary always stands there.
const SHORTEST_SUMMARY: usize = 40;

/// At most so many characters on one line; what is cut ends with an ellipsis.
fn shortened(text: &str, most: usize) -> String {
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() > most {
        words = words.chars().take(most.saturating_sub(1)).collect();
        words.push('…');
    }
    words
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        change::Author,
        entity::{Entity, Field, Kind, Stamp},
        id::{ChangeId, EntityId},
        time::Timestamp,
    };

    #[test]
    fn what_can_be_joined_with_a_click() {
        let table = [
            ("https://meet.example/HOT-12", true),
            ("HTTPS://10.0.0.1/x", true),
            ("http://meet.example/HOT-12", false),
            ("https://", false),
            ("https:///x", false),
            ("https://meet.example/a b", false),
            ("javascript:alert(1)", false),
            ("file:///etc/passwd", false),
            ("Room 4.12", false),
            ("四楼会议室", false),
            ("", false),
        ];
        for (call, link) in table {
            assert_eq!(is_link(call), link, "{call:?}");
        }
    }

    #[test]
    fn a_new_call_is_named_after_the_key_and_cannot_be_guessed() {
        let id = EntityId(Uuid::from_u128(0x0192_3456_789a_7bcd_8ef0_1234_5678_9abc));
        let mut incident = Entity::empty(id, Kind::INCIDENT, Some(id));
        let link = |incident: &Entity| call_link(CALL_SCHEME, Incident(incident));
        assert_eq!(link(&incident), "https://meet.jit.si/incident-123456789abc");
        let stamp =
            Stamp { change: ChangeId(Uuid::nil()), author: Author::Server, at: Timestamp(0) };
        incident.fields.insert("key".into(), Field { value: "HOT-12".into(), stamp });
        assert_eq!(link(&incident), "https://meet.jit.si/HOT-12-123456789abc");
        assert_eq!(
            call_link(" https://zoom.example/j/42 ", Incident(&incident)),
            "https://zoom.example/j/42"
        );
    }

    #[test]
    fn a_topic_leaves_the_summary_short_before_it_leaves_anybody_out() {
        let topic = Topic {
            severity: "SEV 1".into(),
            summary: "Checkout fails\nfor all".into(),
            roles: vec![("IM".into(), "Ana Ortiz".into()), ("Tech Lead".into(), "nobody".into())],
            links: vec!["firebell://HOT-12".into()],
        };
        assert_eq!(
            topic.line(),
            "SEV 1 · Checkout fails for all · IM: Ana Ortiz · Tech Lead: nobody · firebell://HOT-12"
        );
        let long = Topic { summary: "结账失败".repeat(100), ..topic.clone() }.line();
        assert_eq!(long.chars().count(), MAX_TOPIC);
        assert!(
            long.ends_with("… · IM: Ana Ortiz · Tech Lead: nobody · firebell://HOT-12"),
            "{long}"
        );
        let links = vec!["https://meet.example/".to_owned() + &"x".repeat(300)];
        let crowded = Topic { links, ..topic }.line();
        assert!(crowded.ends_with("IM: Ana Ortiz · Tech Lead: nobody"), "{crowded}");
        assert_eq!(Topic::default().line(), "");
    }
}
