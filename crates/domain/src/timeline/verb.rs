//! Words before a line that make it more than a message: `/obs`, `/sev 1`, `/page @team` (T0, C5).

use super::EntryKind;
use crate::incident::Severity;

/// What a line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spoken {
    /// A line of a kind; none is whatever kind the input stands at.
    Line {
        /// The kind that a verb names.
        kind: Option<EntryKind>,
        /// What is written, without the verb.
        text: String,
    },
    /// The severity changes; what is written besides is an entry that says why.
    Severity {
        /// The new one.
        severity: Severity,
        /// Why; may be empty.
        why: String,
    },
    /// People are called into the incident.
    Page {
        /// Whom, as it was written: names with `@`, and what for.
        whom: String,
    },
}

/// Why a line with a verb cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VerbError {
    /// There is no such verb.
    Unknown(String),
    /// No severity stands after `/sev`.
    Severity,
    /// Nobody stands after `/page`.
    Nobody,
    /// Nothing stands after a verb that writes.
    Empty,
}

/// A verb with the words by which it is called, the first one first in lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verb {
    /// In either language; without the stroke.
    pub words: &'static [&'static str],
    means: Means,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Means {
    Line(EntryKind),
    Severity,
    Page,
}

/// Every verb, in the order in which they are offered.
pub const VERBS: &[Verb] = &[
    Verb { words: &["obs", "observation", "观察"], means: Means::Line(EntryKind::Observation) },
    Verb { words: &["change", "变更"], means: Means::Line(EntryKind::Change) },
    Verb { words: &["decision", "决定"], means: Means::Line(EntryKind::Decision) },
    Verb { words: &["message", "msg", "消息"], means: Means::Line(EntryKind::Message) },
    Verb { words: &["sev", "severity", "级别"], means: Means::Severity },
    Verb { words: &["page", "呼叫"], means: Means::Page },
];

/// Reads a line. It has a verb when it begins with a stroke and a word; a path (`/var/log is full`) has
/// none, and two strokes mean one that is only text.
///
/// # Errors
/// A verb that is not known, or that lacks what it needs. The line is not to be written then: somebody
/// who meant `/sev 1` must not find out later that it was a message.
pub fn read(line: &str) -> Result<Spoken, VerbError> {
    let line = line.trim();
    let plain = |text: &str| Ok(Spoken::Line { kind: None, text: text.to_owned() });
    // An input method writes strokes that are as wide as a character.
    let Some(rest) = line.strip_prefix(['/', '／']) else { return plain(line) };
    if rest.starts_with(['/', '／']) {
        return plain(rest);
    }
    let (word, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let names = |verb: &&Verb| verb.words.iter().any(|one| one.eq_ignore_ascii_case(word));
    let rest = rest.trim();
    let Some(verb) = VERBS.iter().find(names) else {
        let path = word.is_empty() || word.contains(['/', '.']);
        return if path { plain(line) } else { Err(VerbError::Unknown(word.to_owned())) };
    };
    match verb.means {
        Means::Line(_) if rest.is_empty() => Err(VerbError::Empty),
        Means::Line(kind) => Ok(Spoken::Line { kind: Some(kind), text: rest.to_owned() }),
        Means::Severity => {
            let (number, why) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            let severity = number.parse::<u8>().ok().and_then(|one| Severity::try_from(one).ok());
            let severity = severity.ok_or(VerbError::Severity)?;
            Ok(Spoken::Severity { severity, why: why.trim().to_owned() })
        }
        Means::Page if rest.is_empty() => Err(VerbError::Nobody),
        Means::Page => Ok(Spoken::Page { whom: rest.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_as_people_write_them() {
        use EntryKind::{Change, Decision, Message, Observation};
        let line = |kind, text: &str| Ok(Spoken::Line { kind, text: text.to_owned() });
        let severity = |severity, why: &str| Ok(Spoken::Severity { severity, why: why.to_owned() });
        let page = |whom: &str| Ok(Spoken::Page { whom: whom.to_owned() });
        let table = [
            ("back in a minute", line(None, "back in a minute")),
            ("", line(None, "")),
            ("/obs errors fell to 2 %", line(Some(Observation), "errors fell to 2 %")),
            ("/OBS  errors", line(Some(Observation), "errors")),
            ("/观察 错误率下降", line(Some(Observation), "错误率下降")),
            ("／决定 回滚", line(Some(Decision), "回滚")),
            ("/change rolled back\nby hand", line(Some(Change), "rolled back\nby hand")),
            ("/msg hello", line(Some(Message), "hello")),
            ("/obs", Err(VerbError::Empty)),
            ("/sev 1", severity(Severity::One, "")),
            ("/sev 2 customers in Asia only", severity(Severity::Two, "customers in Asia only")),
            ("/级别 3", severity(Severity::Three, "")),
            ("/sev", Err(VerbError::Severity)),
            ("/sev 4", Err(VerbError::Severity)),
            ("/sev high", Err(VerbError::Severity)),
            ("/page @Payments the queue", page("@Payments the queue")),
            ("/呼叫 @支付组", page("@支付组")),
            ("/page", Err(VerbError::Nobody)),
            ("/rollback now", Err(VerbError::Unknown("rollback".into()))),
            ("//obs is a verb", line(None, "/obs is a verb")),
            ("/var/log is full", line(None, "/var/log is full")),
            ("/ is full", line(None, "/ is full")),
            ("/.bashrc", line(None, "/.bashrc")),
            ("see /obs", line(None, "see /obs")),
        ];
        for (written, read_as) in table {
            assert_eq!(read(written), read_as, "{written:?}");
        }
    }

    #[test]
    fn no_two_verbs_share_a_word() {
        let mut words: Vec<&str> = VERBS.iter().flat_map(|verb| verb.words).copied().collect();
        words.sort_unstable();
        let all = words.len();
        words.dedup();
        assert_eq!(words.len(), all);
    }
}
