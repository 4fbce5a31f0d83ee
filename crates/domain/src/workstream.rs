//! Workstreams: what a part of the team works on, and who leads it (C3).

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    decide::{Draft, Refusal, Stop, text, text_or_empty},
    entity::{Entity, Kind},
    id::EntityId,
    incident::MAX_TEXT,
};

/// Longest name in bytes.
pub const MAX_NAME: u64 = 300;

/// How far a workstream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkstreamState {
    /// Somebody works on it, or is to.
    #[default]
    Active,
    /// It waits for something.
    Blocked,
    /// Its goal is reached.
    Done,
    /// It is not pursued any more.
    Dropped,
}

/// What can be done to a workstream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum WorkstreamChange {
    /// It is begun.
    Add {
        /// In which incident.
        incident: EntityId,
        /// What it is called.
        name: String,
        /// What it is to reach.
        #[serde(default)]
        goal: String,
        /// Who leads it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<EntityId>,
        /// How far it is.
        #[serde(default)]
        state: WorkstreamState,
    },
    /// It is called otherwise.
    SetName {
        /// The new name.
        name: String,
    },
    /// Its goal is said otherwise.
    SetGoal {
        /// The new one.
        goal: String,
    },
    /// Somebody else leads it, or nobody.
    SetOwner {
        /// Who.
        owner: Option<EntityId>,
    },
    /// It goes on.
    SetState {
        /// How far it is now.
        state: WorkstreamState,
    },
    /// It is withdrawn, or restored.
    SetRetracted {
        /// Withdrawn or not.
        retracted: bool,
    },
}

impl WorkstreamChange {
    /// Entities that it names besides the workstream; the incident first.
    #[must_use]
    pub fn names(&self) -> Vec<EntityId> {
        match self {
            Self::Add { incident, owner, .. } => [*incident].into_iter().chain(*owner).collect(),
            Self::SetOwner { owner } => owner.iter().copied().collect(),
            _ => Vec::new(),
        }
    }

    /// The incident that it begins in.
    #[must_use]
    pub fn incident(&self) -> Option<EntityId> {
        match self {
            Self::Add { incident, .. } => Some(*incident),
            _ => None,
        }
    }
}

/// A workstream read as one.
#[derive(Debug, Clone, Copy)]
pub struct Workstream<'a>(pub &'a Entity);

impl<'a> Workstream<'a> {
    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.0.text("name")
    }

    /// What it is to reach.
    #[must_use]
    pub fn goal(self) -> &'a str {
        self.0.text("goal")
    }

    /// Who leads it.
    #[must_use]
    pub fn owner(self) -> Option<EntityId> {
        self.0.get("owner")
    }

    /// How far it is.
    #[must_use]
    pub fn state(self) -> WorkstreamState {
        self.0.get("state").unwrap_or_default()
    }

    /// Whether it was withdrawn.
    #[must_use]
    pub fn retracted(self) -> bool {
        self.0.flag("retracted")
    }
}

pub(crate) fn decide(draft: &mut Draft<'_>, body: &WorkstreamChange) -> Result<(), Stop> {
    if let WorkstreamChange::Add { incident, name, goal, owner, state } = body {
        if draft.known(*incident)?.kind != Kind::INCIDENT {
            return Err(Refusal::Unknown { entity: *incident }.into());
        }
        draft.creates(Some(*incident))?;
        is_person(draft, *owner)?;
        draft.write("name", text("name", name, MAX_NAME)?);
        draft.write("goal", text_or_empty("goal", goal, MAX_TEXT)?);
        draft.write("owner", json!(owner));
        draft.write("state", json!(state));
        draft.write("retracted", false);
        return Ok(());
    }
    draft.existing()?;
    match body {
        WorkstreamChange::Add { .. } => Ok(()),
        WorkstreamChange::SetName { name } => draft.set("name", text("name", name, MAX_NAME)?),
        WorkstreamChange::SetGoal { goal } => {
            draft.set("goal", text_or_empty("goal", goal, MAX_TEXT)?)
        }
        WorkstreamChange::SetOwner { owner } => {
            is_person(draft, *owner)?;
            draft.set("owner", json!(owner))
        }
        WorkstreamChange::SetState { state } => draft.set("state", json!(state)),
        WorkstreamChange::SetRetracted { retracted } => draft.set("retracted", *retracted),
    }
}

/// Refuses what is named as a person and is none.
pub(crate) fn is_person(draft: &Draft<'_>, person: Option<EntityId>) -> Result<(), Stop> {
    let Some(person) = person else { return Ok(()) };
    if draft.known(person)?.kind == Kind::PERSON {
        Ok(())
    } else {
        Err(Refusal::Unknown { entity: person }.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        change::{Author, Body},
        incident::{IncidentChange, Severity},
        testing::Story,
    };

    #[test]
    fn a_workstream_by_its_table() {
        use WorkstreamChange as W;
        let mut story = Story::new();
        let incident = story.declare(Severity::Two);
        let (ana, ben, payments) = (story.ana, story.ben, story.payments);
        let id = EntityId(story.id());
        let add = |name: &str, owner| W::Add {
            incident,
            name: name.to_owned(),
            goal: String::new(),
            owner,
            state: WorkstreamState::Active,
        };
        let text = |text: &str| text.to_owned();
        let empty = Refusal::TextEmpty { field: text("name") };
        let long = Refusal::TextTooLong { field: text("name"), max: MAX_NAME };
        // (what is done, the refusal or the field and what stands in it)
        type Wanted = Result<(&'static str, serde_json::Value), Refusal>;
        let table: Vec<(W, Wanted)> = vec![
            (W::SetGoal { goal: text("early") }, Err(Refusal::Unknown { entity: id })),
            (add(" ", None), Err(empty.clone())),
            (add(&"x".repeat(301), None), Err(long)),
            (add("Database", Some(payments)), Err(Refusal::Unknown { entity: payments })),
            (add(" Database ", Some(ben)), Ok(("name", json!("Database")))),
            (add("Database", Some(ben)), Err(Refusal::Exists {})),
            (W::SetName { name: text("") }, Err(empty)),
            (W::SetName { name: text("主数据库") }, Ok(("name", json!("主数据库")))),
            (W::SetGoal { goal: text(" writes work ") }, Ok(("goal", json!("writes work")))),
            (W::SetGoal { goal: text("") }, Ok(("goal", json!("")))),
            (W::SetOwner { owner: Some(ana) }, Ok(("owner", json!(ana)))),
            (W::SetOwner { owner: Some(incident) }, Err(Refusal::Unknown { entity: incident })),
            (W::SetOwner { owner: None }, Ok(("owner", json!(null)))),
            (W::SetState { state: WorkstreamState::Blocked }, Ok(("state", json!("blocked")))),
            (W::SetState { state: WorkstreamState::Done }, Ok(("state", json!("done")))),
            (W::SetRetracted { retracted: true }, Ok(("retracted", json!(true)))),
            (W::SetRetracted { retracted: false }, Ok(("retracted", json!(false)))),
        ];
        assert_eq!(table.len(), 17);
        for (change, expected) in table {
            let done = story.try_to(Author::Person(ben), id, Body::Workstream(change.clone()));
            match expected {
                Ok((field, value)) => {
                    done.unwrap_or_else(|refusal| panic!("{change:?}: {refusal:?}"));
                    assert_eq!(story.entity(id).fields[field].value, value, "{change:?}");
                }
                Err(refusal) => assert_eq!(done, Err(refusal), "{change:?}"),
            }
        }
        story.incident(ben, incident, IncidentChange::Restrict {}).unwrap();
        let hidden = Body::Workstream(W::SetName { name: text("seen") });
        let done = story.try_to(Author::Person(ana), id, hidden);
        assert_eq!(done, Err(Refusal::Unknown { entity: id }), "members only");
    }
}
