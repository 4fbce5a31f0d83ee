//! Deep links: `firebell://HOT-12`, `firebell://declare`, `firebell://<id>`.
//!
//! Anybody can make a link, so a link opens and never acts: this module can only ever produce a place
//! to go to, and everything that is not exactly one of the three forms above is ignored.

use firebell_client::api::sync::Event;
use uuid::Uuid;

/// Longer than any link of ours: scheme, two slashes, an id, and a slash that some systems add.
const LONGEST: usize = 64;

/// The longest team prefix and number of an incident's key that are understood.
const PREFIX: std::ops::RangeInclusive<usize> = 1..=10;
const DIGITS: std::ops::RangeInclusive<usize> = 1..=9;

/// A place in the program. A link leads to an incident or the declare form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// An incident by key or id.
    Incident(String),
    /// An incident by its id, with its document and its call: for somebody who was called into it and came.
    /// No link leads there.
    Joined(String),
    /// The declare form, empty.
    Declare,
}

impl Place {
    /// What tells the window to go there.
    #[must_use]
    pub fn event(&self) -> Event {
        match self {
            Self::Incident(incident) => Event::Open { incident: incident.clone() },
            Self::Joined(incident) => Event::Join { incident: incident.clone() },
            Self::Declare => Event::OpenDeclare {},
        }
    }
}

/// The place that a link leads to; `None` for everything that is not a link of ours.
#[must_use]
pub fn parse(link: &str) -> Option<Place> {
    if link.len() > LONGEST || !link.is_ascii() {
        return None;
    }
    let (scheme, rest) = link.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("firebell") {
        return None;
    }
    // Browsers and xdg-open write the host in small letters and may add a slash.
    let name = rest.strip_suffix('/').unwrap_or(rest);
    if name.eq_ignore_ascii_case("declare") {
        return Some(Place::Declare);
    }
    incident(name).map(Place::Incident)
}

/// The first link among the arguments of a program, the program's own name left out.
#[must_use]
pub fn in_arguments<S: AsRef<str>>(arguments: &[S]) -> Option<Place> {
    arguments.iter().skip(1).find_map(|argument| parse(argument.as_ref()))
}

/// An incident's key (`HOT-12`) or id, in the spelling that the record uses.
pub(crate) fn incident(name: &str) -> Option<String> {
    // Only the hyphenated form: the others that the parser knows (braces, urn:) are not ours.
    if name.len() == 36 {
        return Uuid::try_parse(name).ok().map(|id| id.hyphenated().to_string());
    }
    let (prefix, digits) = name.split_once('-')?;
    let is_key = PREFIX.contains(&prefix.len())
        && prefix.bytes().all(|byte| byte.is_ascii_alphabetic())
        && DIGITS.contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    is_key.then(|| name.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "0199d1f0-7c1e-7a55-8a0b-3f6f0f6f2a10";

    #[test]
    fn links_of_ours_lead_to_their_place() {
        let hot = Some(Place::Incident("HOT-12".into()));
        for link in
            ["firebell://HOT-12", "firebell://hot-12", "firebell://HOT-12/", "FIREBELL://Hot-12"]
        {
            assert_eq!(parse(link), hot, "{link}");
        }
        for link in ["firebell://declare", "firebell://declare/", "FireBell://DECLARE"] {
            assert_eq!(parse(link), Some(Place::Declare), "{link}");
        }
        assert_eq!(parse(&format!("firebell://{ID}")), Some(Place::Incident(ID.into())));
        assert_eq!(
            parse(&format!("firebell://{}", ID.to_uppercase())),
            Some(Place::Incident(ID.into()))
        );
    }

    #[test]
    fn everything_else_is_ignored() {
        let hostile = [
            "",
            "firebell",
            "firebell:",
            "firebell:HOT-12",
            "firebell:/HOT-12",
            "firebell://",
            "firebell:///HOT-12",
            "firebell:// HOT-12",
            " firebell://HOT-12",
            "firebell://HOT-12 ",
            "firebell://HOT-12\n",
            "firebell://HOT-12?action=ack",
            "firebell://HOT-12#resolve",
            "firebell://HOT-12/acknowledge",
            "firebell://HOT-12//",
            "firebell://declare?summary=x",
            "firebell://declare/now",
            "firebell://user@HOT-12",
            "firebell://HOT-12:80",
            "firebell://HOT-",
            "firebell://-12",
            "firebell://HOT-0",
            "firebell://HOT-012",
            "firebell://HOT-1234567890",
            "firebell://VERYLONGPREFIX-1",
            "firebell://HOT-1e9",
            "firebell://../../etc/passwd",
            "firebell://%48OT-12",
            "firebell://acknowledge",
            "firebell://H\u{202e}OT-12",
            "firebell://ＨＯＴ-12",
            "javascript:alert(1)",
            "https://example.org/firebell://HOT-12",
            "firebell://firebell://HOT-12",
            "file:///HOT-12",
            "firebell://{0199d1f0-7c1e-7a55-8a0b-3f6f0f6f2a10}",
            "firebell://0199d1f07c1e7a558a0b3f6f0f6f2a10",
            "firebell://urn:uuid:0199d1f0-7c1e-7a55-8a0b-3f6f0f6f2a10",
            "--hidden",
            "firebell://HOT-12\0",
        ];
        for link in hostile {
            assert_eq!(parse(link), None, "{link:?}");
        }
        assert_eq!(parse(&format!("firebell://{}", "A".repeat(1 << 20))), None);
    }

    #[test]
    fn a_link_is_found_among_arguments_but_not_as_the_program() {
        assert_eq!(in_arguments(&["firebell://HOT-1"]), None);
        let arguments = ["firebell-desktop", "--hidden", "firebell://HOT-1", "firebell://declare"];
        assert_eq!(in_arguments(&arguments), Some(Place::Incident("HOT-1".into())));
    }

    /// Pieces from which hostile links are made.
    fn piece() -> impl Strategy<Value = String> {
        prop_oneof![
            Just("firebell://".to_owned()),
            Just("FIREBELL://".to_owned()),
            Just("declare".to_owned()),
            Just("HOT-12".to_owned()),
            Just(ID.to_owned()),
            Just("?action=acknowledge&page=1".to_owned()),
            Just("/../".to_owned()),
            Just("javascript:".to_owned()),
            Just("%00".to_owned()),
            Just("\u{202e}".to_owned()),
            "[ -~]{0,40}",
            "\\PC{0,20}",
            "[A-Za-z]{1,12}-[0-9]{1,11}",
        ]
    }

    #[test]
    fn ten_thousand_hostile_links_only_ever_navigate() {
        let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
            cases: 10_000,
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        let mut ran = 0_u32;
        let counted = std::cell::RefCell::new(&mut ran);
        let links = proptest::collection::vec(piece(), 0..6).prop_map(|pieces| pieces.concat());
        runner
            .run(&links, |link| {
                **counted.borrow_mut() += 1;
                let Some(place) = parse(&link) else { return Ok(()) };
                // Whatever came in: what goes out names a place and carries nothing else.
                match place.event() {
                    Event::OpenDeclare {} => {}
                    Event::Open { incident: name } => {
                        prop_assert_eq!(incident(&name), Some(name.clone()), "from {:?}", link);
                        prop_assert!(name.len() <= 36);
                    }
                    other => prop_assert!(false, "{link:?} became {other:?}"),
                }
                Ok(())
            })
            .expect("links only navigate");
        assert!(ran >= 10_000, "{ran} cases ran");
    }
}
