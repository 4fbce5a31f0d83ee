//! What a channel tells somebody, whatever the channel.

use firebell_domain::{id::EntityId, time::Timestamp};
use uuid::Uuid;

use super::words::Tongue;

/// What there is to tell. Made from the record when it is sent, so that a late one says how things stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The same for every attempt with the same content, so that whoever gets it twice can tell.
    pub id: Uuid,
    /// How often it was tried before.
    pub attempt: u32,
    /// Whom it is for; an address in a policy is nobody's.
    pub person: Option<Addressee>,
    /// In which languages.
    pub tongues: Vec<Tongue>,
    /// What about, the oldest first; nothing for a test of the channel alone.
    pub pages: Vec<Told>,
}

/// One page that a notice tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its delivery: the same for every attempt, and for every notice that it is in.
    pub delivery: Uuid,
    /// The page.
    pub page: EntityId,
    /// The step that rang.
    pub step: u32,
    /// Its incident; none for a page that somebody sent to themselves.
    pub incident: Option<About>,
    /// Where to acknowledge; none where no link can be made.
    pub acknowledge: Option<AcknowledgeAt>,
}

impl Notice {
    /// A notice with the id that its content has.
    #[must_use]
    pub fn of_pages(
        attempt: u32,
        person: Option<Addressee>,
        tongues: Vec<Tongue>,
        pages: Vec<Told>,
    ) -> Self {
        // One page is its delivery. A list has an id of its own, or whoever has the first page of it
        // would take the rest for known too.
        let id = match pages.as_slice() {
            [] => Uuid::now_v7(),
            [one] => one.delivery,
            [first, rest @ ..] => {
                let rest: String = rest.iter().map(|told| told.delivery.to_string()).collect();
                EntityId(first.delivery).derived(&rest).0
            }
        };
        Self { id, attempt, person, tongues, pages }
    }
}

/// Whom a notice is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressee {
    /// The person.
    pub id: EntityId,
    /// Their name.
    pub name: String,
    /// Their number, for a gateway that calls.
    pub phone: String,
}

/// A link that acknowledges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcknowledgeAt {
    /// The address.
    pub url: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// An incident, as far as it may leave the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its key; an incident declared without one has none yet.
    pub key: String,
    /// 1 to 3.
    pub severity: u8,
    /// Its summary; none when it is restricted (X4): mail and gateways are read by others.
    pub summary: Option<String>,
    /// A drill.
    pub drill: bool,
    /// When it was declared.
    pub declared_at: Timestamp,
    /// When the step rang.
    pub paged_at: Timestamp,
}

/// Longest reason that is kept, in bytes: what another server says may be long.
const MAX_REASON: usize = 300;

/// A reason on one line, within its bound.
pub(super) fn reason(text: impl std::fmt::Display) -> String {
    let mut line = one_line(&text.to_string());
    if line.len() > MAX_REASON {
        let end = (0..=MAX_REASON).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
        line.truncate(end);
    }
    line
}

/// Text without anything that could begin another line or header.
pub(super) fn one_line(text: &str) -> String {
    let words: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
