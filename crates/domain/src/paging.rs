//! Pages: whom to ring for an incident, in which order, until somebody has it (N2, N3, E1).
//!
//! A page is an entity; every step of it is a change, so the timeline tells the story by itself. Only
//! the server makes pages. [`start`] and [`step`] say what a page does next for its history and a time;
//! a driver in the server carries it out and asks again when the answer's time has come.

mod audit;
mod plan;
mod step;

use serde::{Deserialize, Serialize};
use serde_json::json;

pub use audit::{Finding, LATE_SECS, audit};
pub use plan::{PlannedStep, Preview, people_of, plan, preview};
pub use step::{Next, let_in_rung, start, start_test, step, stop};

use crate::{
    decide::{Draft, Effect, Refusal, Side, Stop, text_or_empty},
    entity::Entity,
    id::{DeviceId, EntityId},
    time::Timestamp,
};

/// Longest reason or technical detail in bytes.
pub const MAX_DETAIL: u64 = 2_000;
/// List of people rung, by `step:person`.
pub const RUNG: &str = "rung";
/// List of what desktops reported, by `step:device`.
pub const RECEIPTS: &str = "receipts";
/// List of answers, by person.
pub const ANSWERS: &str = "answers";
/// How long a test page rings.
pub const TEST_TIMEOUT_SECS: i64 = 120;

/// How a page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageState {
    /// It rings.
    Ringing,
    /// Somebody has it.
    Acknowledged,
    /// Nobody could be reached at any step; shown in red on the incident.
    Nobody,
    /// It ended without an answer.
    Closed,
}

/// Why a page ended without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    /// The incident was resolved.
    Resolved,
    /// The incident was a false alarm.
    FalseAlarm,
    /// A test page that nobody answered in time.
    TestOver,
    /// A later page of the same incident took its place.
    Replaced,
}

/// How far a ring got on a desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    /// The desktop has it.
    Delivered,
    /// It could not show it so that a person would notice.
    NotShown,
    /// It showed it.
    Shown,
}

/// What a person answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// They have it.
    Acknowledged,
    /// They cannot.
    Declined,
}

/// A person rung by a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    /// Who.
    pub person: EntityId,
    /// By which step, from 0.
    pub step: u32,
    /// When.
    pub at: Timestamp,
}

/// What a desktop reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Whose desktop.
    pub person: EntityId,
    /// For which step.
    pub step: u32,
    /// How far it got.
    pub reached: Reached,
    /// Why it could not be shown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// When, by the desktop's clock.
    pub at: Timestamp,
}

/// What a person answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What.
    pub answer: AnswerKind,
    /// Why not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// When, by their clock.
    pub at: Timestamp,
}

/// What can happen to a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum PageChange {
    /// It starts (server).
    Start {
        /// For which incident; none for a test page.
        incident: Option<EntityId>,
        /// Which paging cycle of the incident, from 1.
        cycle: u32,
        /// Its steps, fixed now so that an edit of the policy does not change a running page.
        plan: Vec<PlannedStep>,
    },
    /// A step rings these people (server).
    Ring {
        /// Which step, from 0.
        step: u32,
        /// Who.
        people: Vec<EntityId>,
        /// When.
        at: Timestamp,
        /// When the next step goes if nobody acknowledges.
        due_at: Timestamp,
    },
    /// A step found nobody to ring; the next one goes at once (server).
    NobodyOnCall {
        /// Which step.
        step: u32,
    },
    /// No step is left (server).
    GiveUp {},
    /// Nobody needs to answer any more (server).
    Close {
        /// Why.
        reason: CloseReason,
    },
    /// The author has it.
    Acknowledge {},
    /// The author cannot.
    Decline {
        /// Why.
        reason: String,
    },
    /// A desktop says how far a ring got.
    Receive {
        /// Which step.
        step: u32,
        /// Which desktop.
        device: DeviceId,
        /// How far.
        reached: Reached,
        /// Why it could not be shown.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        detail: String,
    },
    /// The author wants to be rung, to know that it works. Only the server can tell what follows.
    RequestTest {},
}

impl PageChange {
    /// Entities that it names besides the page; the incident first.
    #[must_use]
    pub fn names(&self) -> Vec<EntityId> {
        match self {
            Self::Start { incident, .. } => incident.iter().copied().collect(),
            _ => Vec::new(),
        }
    }
}

/// A page read as one.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a>(pub &'a Entity);

impl<'a> Page<'a> {
    /// Its incident; none for a test page.
    #[must_use]
    pub fn incident(self) -> Option<EntityId> {
        self.0.incident
    }

    /// How it stands.
    #[must_use]
    pub fn state(self) -> PageState {
        self.0.get("state").unwrap_or(PageState::Closed)
    }

    /// Which paging cycle of the incident, from 1.
    #[must_use]
    pub fn cycle(self) -> u32 {
        self.0.get("cycle").unwrap_or(1)
    }

    /// A test that somebody sent to themselves.
    #[must_use]
    pub fn test(self) -> bool {
        self.0.flag("test")
    }

    /// Its steps.
    #[must_use]
    pub fn plan(self) -> Vec<PlannedStep> {
        self.0.get("plan").unwrap_or_default()
    }

    /// The step that rang last; none before the first.
    #[must_use]
    pub fn step(self) -> Option<u32> {
        self.0.get("step")
    }

    /// When the step rang.
    #[must_use]
    pub fn rang_at(self) -> Option<Timestamp> {
        self.0.get("rang_at")
    }

    /// When the next step goes.
    #[must_use]
    pub fn due_at(self) -> Option<Timestamp> {
        self.0.get("due_at")
    }

    /// Who acknowledged first.
    #[must_use]
    pub fn acknowledged_by(self) -> Option<EntityId> {
        self.0.get("acknowledged_by")
    }

    /// Everybody rung, in order.
    #[must_use]
    pub fn rung(self) -> Vec<Rung> {
        let mut rung: Vec<Rung> =
            self.0.members(RUNG).filter_map(|(_, m)| Rung::deserialize(&m.value).ok()).collect();
        rung.sort_by_key(|r| (r.step, r.at, r.person));
        rung
    }

    /// Who is rung by the current step.
    #[must_use]
    pub fn rung_now(self) -> Vec<EntityId> {
        let step = self.step();
        self.rung().into_iter().filter(|r| Some(r.step) == step).map(|r| r.person).collect()
    }

    /// Whether it rings for this person: some step rang them, nobody has it, and they have not answered. A
    /// later step rings others as well; it does not let go of whoever was rung before.
    #[must_use]
    pub fn rings_for(self, person: EntityId) -> bool {
        self.state() == PageState::Ringing
            && self.answer_of(person).is_none()
            && self.rung().iter().any(|rung| rung.person == person)
    }

    /// Whether it rang for this person and none of their desktops showed it, and it rings no more: they
    /// missed it (N3). Whoever answered elsewhere, on somebody's phone, missed nothing.
    #[must_use]
    pub fn missed_by(self, person: EntityId) -> bool {
        let shown =
            |receipt: &Receipt| receipt.person == person && receipt.reached == Reached::Shown;
        let over = [PageState::Acknowledged, PageState::Nobody, PageState::Closed];
        over.contains(&self.state())
            && self.answer_of(person).is_none()
            && self.rung().iter().any(|rung| rung.person == person)
            && !self.receipts().iter().any(shown)
    }

    /// What desktops reported.
    #[must_use]
    pub fn receipts(self) -> Vec<Receipt> {
        self.0.members(RECEIPTS).filter_map(|(_, m)| Receipt::deserialize(&m.value).ok()).collect()
    }

    /// What this person answered.
    #[must_use]
    pub fn answer_of(self, person: EntityId) -> Option<Answer> {
        let member = self.0.lists.get(ANSWERS)?.get(&person.to_string())?;
        Answer::deserialize(&member.value).ok()
    }
}

pub(crate) fn decide(draft: &mut Draft<'_>, body: &PageChange) -> Result<(), Stop> {
    match body {
        PageChange::Start { incident, cycle, plan } => {
            if let Some(incident) = incident {
                draft.known(*incident)?;
            }
            draft.creates(*incident)?;
            draft.write("cycle", *cycle);
            draft.write("plan", json!(plan));
            draft.write("test", incident.is_none());
            draft.write("started_at", json!(draft.change.at));
            draft.write("state", json!(PageState::Ringing));
            return Ok(());
        }
        PageChange::RequestTest {} => {
            // Desktops never make pages, not even to show them early.
            if draft.side == Side::Desktop {
                return Err(Stop::ServerOnly);
            }
            draft.creates(None)?;
            draft.write("cycle", 1);
            draft.write("plan", json!([]));
            draft.write("test", true);
            draft.write("for", json!(draft.author.person()));
            draft.write("started_at", json!(draft.change.at));
            draft.write("state", json!(PageState::Ringing));
            let page = draft.change.entity;
            draft.effect(Effect::StepPage { page });
            return Ok(());
        }
        _ => {}
    }
    let page = Page(draft.existing()?);
    let id = draft.change.entity;
    match body {
        PageChange::Start { .. } | PageChange::RequestTest {} => {}
        PageChange::Ring { step, people, at, due_at } => {
            draft.write("state", json!(PageState::Ringing));
            draft.write("step", *step);
            draft.write("rang_at", json!(at));
            draft.write("due_at", json!(due_at));
            for person in people {
                let rung = Rung { person: *person, step: *step, at: *at };
                draft.add(RUNG, format!("{step}:{person}"), json!(rung));
            }
            draft.effect(Effect::Ring {
                page: id,
                step: *step,
                people: people.clone(),
                due_at: *due_at,
            });
            draft.effect(Effect::PageChanged { page: id });
        }
        PageChange::NobodyOnCall { step } => draft.write("step", *step),
        PageChange::GiveUp {} => {
            draft.write("state", json!(PageState::Nobody));
            draft.write("due_at", json!(null));
            draft.effect(Effect::PageChanged { page: id });
        }
        PageChange::Close { reason } => {
            draft.write("state", json!(PageState::Closed));
            draft.write("close_reason", json!(reason));
            draft.write("due_at", json!(null));
            draft.effect(Effect::PageChanged { page: id });
        }
        PageChange::Acknowledge {} => {
            let Some(me) = draft.author.person() else {
                return Err(Refusal::NotAllowed {}.into());
            };
            answer(draft, me, AnswerKind::Acknowledged, String::new());
            // A late acknowledgement is kept, and stops only the cycle that it belongs to.
            if matches!(page.state(), PageState::Ringing | PageState::Nobody) {
                draft.write("state", json!(PageState::Acknowledged));
                draft.write("acknowledged_by", json!(me));
                draft.write("acknowledged_at", json!(draft.change.at));
                draft.write("due_at", json!(null));
                draft.effect(Effect::PageChanged { page: id });
            }
        }
        PageChange::Decline { reason } => {
            let Some(me) = draft.author.person() else {
                return Err(Refusal::NotAllowed {}.into());
            };
            let reason = text_or_empty("reason", reason, MAX_DETAIL)?;
            answer(draft, me, AnswerKind::Declined, reason);
            if page.state() == PageState::Ringing {
                draft.effect(Effect::StepPage { page: id });
                draft.effect(Effect::PageChanged { page: id });
            }
        }
        PageChange::Receive { step, device, reached, detail } => {
            let Some(me) = draft.author.person() else {
                return Err(Refusal::NotAllowed {}.into());
            };
            let receipt = Receipt {
                person: me,
                step: *step,
                reached: *reached,
                detail: text_or_empty("detail", detail, MAX_DETAIL)?,
                at: draft.change.at,
            };
            draft.add(RECEIPTS, format!("{step}:{device}"), json!(receipt));
        }
    }
    Ok(())
}

fn answer(draft: &mut Draft<'_>, person: EntityId, answer: AnswerKind, reason: String) {
    let answer = Answer { answer, reason, at: draft.change.at };
    draft.add(ANSWERS, person.to_string(), json!(answer));
}

#[cfg(test)]
mod tests;
