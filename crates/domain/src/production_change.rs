//! Changes to production: what the team does to systems during an incident (C3). A change that a machine
//! reported is a change event, see [`crate::intake`]; an entry of the kind "change" is a note of somebody.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    change::{Author, Body, Change},
    decide::{Draft, Refusal, Stop, text, text_or_empty},
    entity::{Entity, Kind},
    id::EntityId,
    incident::MAX_TEXT,
    outcome::Outcome,
    time::Timestamp,
    timeline::{Arg, EntryKind, Line},
    workstream::is_person,
};

/// How far a change to production is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductionState {
    /// It is to be done.
    #[default]
    Planned,
    /// It is being done.
    Doing,
    /// It is done.
    Done,
    /// It was taken back.
    Reverted,
}

impl ProductionState {
    /// The word in which it is kept.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Doing => "doing",
            Self::Done => "done",
            Self::Reverted => "reverted",
        }
    }
}

/// What can be done to a change to production.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum ProductionEdit {
    /// It is written down.
    Add {
        /// In which incident.
        incident: EntityId,
        /// What changes.
        what: String,
        /// Who does it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        who: Option<EntityId>,
        /// When.
        happened_at: Timestamp,
        /// How: the command, the button.
        #[serde(default)]
        how: String,
        /// Why: which theory, which hope.
        #[serde(default)]
        why: String,
        /// How to take it back.
        #[serde(default)]
        revert: String,
        /// How far it is.
        #[serde(default)]
        state: ProductionState,
    },
    /// What changes is said otherwise.
    SetWhat {
        /// The new words.
        what: String,
    },
    /// Somebody else does it.
    SetWho {
        /// Who; none is nobody yet.
        who: Option<EntityId>,
    },
    /// The time is corrected.
    SetTime {
        /// The new one.
        happened_at: Timestamp,
    },
    /// How is said otherwise.
    SetHow {
        /// The new words.
        how: String,
    },
    /// Why is said otherwise.
    SetWhy {
        /// The new words.
        why: String,
    },
    /// How to take it back is said otherwise.
    SetRevert {
        /// The new words.
        revert: String,
    },
    /// It goes on.
    SetState {
        /// How far it is now.
        state: ProductionState,
        /// What it is called, as its author saw it: the line of the stream says it.
        #[serde(default)]
        what: String,
    },
    /// It is withdrawn, or restored.
    SetRetracted {
        /// Withdrawn or not.
        retracted: bool,
    },
}

impl ProductionEdit {
    /// Entities that it names besides the change to production; the incident first.
    #[must_use]
    pub fn names(&self) -> Vec<EntityId> {
        match self {
            Self::Add { incident, who, .. } => [*incident].into_iter().chain(*who).collect(),
            Self::SetWho { who } => who.iter().copied().collect(),
            _ => Vec::new(),
        }
    }

    /// The incident that it is written down in.
    #[must_use]
    pub fn incident(&self) -> Option<EntityId> {
        match self {
            Self::Add { incident, .. } => Some(*incident),
            _ => None,
        }
    }
}

/// A change to production read as one.
#[derive(Debug, Clone, Copy)]
pub struct ProductionChange<'a>(pub &'a Entity);

impl<'a> ProductionChange<'a> {
    /// What changes.
    #[must_use]
    pub fn what(self) -> &'a str {
        self.0.text("what")
    }

    /// Who does it.
    #[must_use]
    pub fn who(self) -> Option<EntityId> {
        self.0.get("who")
    }

    /// When.
    #[must_use]
    pub fn happened_at(self) -> Timestamp {
        self.0.get("happened_at").unwrap_or_default()
    }

    /// How.
    #[must_use]
    pub fn how(self) -> &'a str {
        self.0.text("how")
    }

    /// Why.
    #[must_use]
    pub fn why(self) -> &'a str {
        self.0.text("why")
    }

    /// How to take it back.
    #[must_use]
    pub fn revert(self) -> &'a str {
        self.0.text("revert")
    }

    /// How far it is.
    #[must_use]
    pub fn state(self) -> ProductionState {
        self.0.get("state").unwrap_or_default()
    }

    /// Whether it was withdrawn.
    #[must_use]
    pub fn retracted(self) -> bool {
        self.0.flag("retracted")
    }
}

pub(crate) fn decide(draft: &mut Draft<'_>, body: &ProductionEdit) -> Result<(), Stop> {
    if let ProductionEdit::Add { incident, what, who, happened_at, how, why, revert, state } = body
    {
        if draft.known(*incident)?.kind != Kind::INCIDENT {
            return Err(Refusal::Unknown { entity: *incident }.into());
        }
        draft.creates(Some(*incident))?;
        is_person(draft, *who)?;
        draft.write("what", text("what", what, MAX_TEXT)?);
        draft.write("who", json!(who));
        draft.write("happened_at", possible(*happened_at)?);
        draft.write("how", text_or_empty("how", how, MAX_TEXT)?);
        draft.write("why", text_or_empty("why", why, MAX_TEXT)?);
        draft.write("revert", text_or_empty("revert", revert, MAX_TEXT)?);
        draft.write("state", json!(state));
        draft.write("retracted", false);
        return Ok(());
    }
    draft.existing()?;
    match body {
        ProductionEdit::Add { .. } => Ok(()),
        ProductionEdit::SetWhat { what } => draft.set("what", text("what", what, MAX_TEXT)?),
        ProductionEdit::SetWho { who } => {
            is_person(draft, *who)?;
            draft.set("who", json!(who))
        }
        ProductionEdit::SetTime { happened_at } => {
            draft.set("happened_at", possible(*happened_at)?)
        }
        ProductionEdit::SetHow { how } => draft.set("how", text_or_empty("how", how, MAX_TEXT)?),
        ProductionEdit::SetWhy { why } => draft.set("why", text_or_empty("why", why, MAX_TEXT)?),
        ProductionEdit::SetRevert { revert } => {
            draft.set("revert", text_or_empty("revert", revert, MAX_TEXT)?)
        }
        ProductionEdit::SetState { state, what } => {
            text_or_empty("what", what, MAX_TEXT)?;
            draft.set("state", json!(state))
        }
        ProductionEdit::SetRetracted { retracted } => draft.set("retracted", *retracted),
    }
}

fn possible(at: Timestamp) -> Result<serde_json::Value, Stop> {
    if at.is_plausible() {
        Ok(json!(at))
    } else {
        Err(Refusal::ImpossibleValue { field: "happened_at".to_owned() }.into())
    }
}

/// When what a change says happened, for its line: a change to production says so itself, everything else
/// happened when it was done.
#[must_use]
pub fn line_at(change: &Change) -> Timestamp {
    match &change.body {
        Body::ProductionChange(ProductionEdit::Add { happened_at, .. }) => *happened_at,
        _ => change.at,
    }
}

/// Its line of the stream: that it was written down, and how it went on. Corrections of words are in its
/// history alone.
pub(crate) fn line(body: &ProductionEdit, author: Author, outcome: &Outcome) -> Option<Line> {
    if outcome.ops.is_empty() {
        return None;
    }
    let me = author.person().map_or(Arg::None, Arg::Entity);
    let words = |text: &str| Arg::Text(text.to_owned());
    let (message_id, args) = match body {
        ProductionEdit::Add { what, who, state, revert, .. } => {
            let who = who.map_or(me, Arg::Entity);
            let args = vec![
                ("person", who),
                ("what", words(what)),
                ("state", words(state.word())),
                ("revert", words(revert)),
            ];
            ("timeline-production-change", args)
        }
        ProductionEdit::SetState { state, what } => {
            let args = vec![("person", me), ("what", words(what)), ("state", words(state.word()))];
            ("timeline-production-state", args)
        }
        _ => return None,
    };
    Some(Line { kind: EntryKind::Change, message_id, args })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        incident::{IncidentChange, Severity},
        testing::Story,
        timeline,
    };

    #[test]
    fn a_change_to_production_by_its_table() {
        use ProductionEdit as P;
        let mut story = Story::new();
        let incident = story.declare(Severity::Two);
        let (ana, ben, payments, now) = (story.ana, story.ben, story.payments, story.now);
        let earlier = now.plus_secs(-600);
        let id = EntityId(story.id());
        let text = |text: &str| text.to_owned();
        let add = |what: &str, who, happened_at| P::Add {
            incident,
            what: what.to_owned(),
            who,
            happened_at,
            how: text(" deploy 5.13 "),
            why: String::new(),
            revert: text("deploy 5.14"),
            state: ProductionState::Planned,
        };
        let state = |state| P::SetState { state, what: text("Roll back") };
        let impossible = Refusal::ImpossibleValue { field: text("happened_at") };
        let never = Timestamp(i64::MIN);
        // (what is done, the refusal or the field and what stands in it, its line of the stream)
        type Expected = Result<(&'static str, serde_json::Value), Refusal>;
        let table: Vec<(P, Expected, Option<&str>)> = vec![
            (state(ProductionState::Done), Err(Refusal::Unknown { entity: id }), None),
            (add(" ", None, now), Err(Refusal::TextEmpty { field: text("what") }), None),
            (add("Roll back", None, never), Err(impossible.clone()), None),
            (
                add("Roll back", Some(payments), now),
                Err(Refusal::Unknown { entity: payments }),
                None,
            ),
            (
                add(" Roll back ", Some(ana), earlier),
                Ok(("what", json!("Roll back"))),
                Some("timeline-production-change"),
            ),
            (add("Roll back", None, now), Err(Refusal::Exists {}), None),
            (P::SetWhat { what: text("回滚") }, Ok(("what", json!("回滚"))), None),
            (P::SetWhat { what: text("") }, Err(Refusal::TextEmpty { field: text("what") }), None),
            (P::SetWho { who: None }, Ok(("who", json!(null))), None),
            (P::SetWho { who: Some(ben) }, Ok(("who", json!(ben))), None),
            (P::SetTime { happened_at: never }, Err(impossible), None),
            (P::SetTime { happened_at: now }, Ok(("happened_at", json!(now))), None),
            (P::SetHow { how: text("") }, Ok(("how", json!(""))), None),
            (P::SetWhy { why: text(" 5.14 leaks ") }, Ok(("why", json!("5.14 leaks"))), None),
            (P::SetRevert { revert: text("cannot") }, Ok(("revert", json!("cannot"))), None),
            (
                state(ProductionState::Doing),
                Ok(("state", json!("doing"))),
                Some("timeline-production-state"),
            ),
            (state(ProductionState::Doing), Ok(("state", json!("doing"))), None),
            (
                state(ProductionState::Reverted),
                Ok(("state", json!("reverted"))),
                Some("timeline-production-state"),
            ),
            (P::SetRetracted { retracted: true }, Ok(("retracted", json!(true))), None),
        ];
        assert_eq!(table.len(), 19);
        for (edit, expected, says) in table {
            let author = Author::Person(ben);
            let change = story.change(id, Body::ProductionChange(edit.clone()));
            let set = crate::change::ChangeSet {
                id: crate::id::SetId(story.id()),
                changes: vec![change.clone()],
            };
            let done = story.decide(author, &set);
            match expected {
                Ok((field, value)) => {
                    let done = done.unwrap_or_else(|refusal| panic!("{edit:?}: {refusal:?}"));
                    assert_eq!(story.entity(id).fields[field].value, value, "{edit:?}");
                    let line = timeline::line(&change, author, &done.outcomes[0]);
                    assert_eq!(line.as_ref().map(|line| line.message_id), says, "{edit:?}");
                    assert!(line.is_none_or(|line| line.kind == EntryKind::Change));
                    let own = matches!(edit, P::Add { .. });
                    assert_eq!(line_at(&change), if own { earlier } else { now });
                }
                Err(refusal) => assert_eq!(done, Err(refusal), "{edit:?}"),
            }
        }
        story.incident(ben, incident, IncidentChange::Restrict {}).unwrap();
        let hidden = Body::ProductionChange(P::SetHow { how: text("seen") });
        let done = story.try_to(Author::Person(ana), id, hidden);
        assert_eq!(done, Err(Refusal::Unknown { entity: id }), "members only");
    }
}
