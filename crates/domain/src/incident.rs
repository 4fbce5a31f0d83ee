//! Incidents: declaring, the workflow, command, severity, the three times (D1, N1, C1, A3, S1, S3).

mod call;
mod change;
mod command;
mod questions;
mod severity;
mod workflow;

use serde_json::{Value, json};

pub use call::{CALL_SCHEME, MAX_CALL, MAX_TOPIC, Topic, call_link, is_link};
pub use change::{DetectedBy, IncidentChange};
pub use questions::{
    Answered, EXTENTS, MAX_ANSWER, MAX_CASES, Question, SIDES, answered, unanswered,
};
pub use severity::Severity;
pub use workflow::State;

use crate::{
    decide::{Draft, Effect, KeyState, Refusal, Side, Stop, text, text_or_empty},
    entity::Entity,
    figures::Times,
    id::EntityId,
    paging::CloseReason,
    time::Timestamp,
};

/// Longest summary in bytes.
pub const MAX_SUMMARY: u64 = 1_000;
/// Longest description or reason in bytes.
pub const MAX_TEXT: u64 = 64_000;

/// Fields that one invariant binds: who is in command and where the incident is in its life.
pub const COMMAND: [&str; 4] = ["state", "im", "im_since", "offered_to"];
/// Fields that are written together: who is to be in command next, and from when.
pub const COMMAND_PLAN: [&str; 2] = ["next_im", "next_im_from"];
/// Fields that one invariant binds: the three times.
pub const TIMES: [&str; 3] = ["impact_start", "detected", "impact_end"];
/// List of members of a restricted incident.
pub const MEMBERS: &str = "members";
/// List of affected products.
pub const PRODUCTS: &str = "products";

/// An incident read as one.
#[derive(Debug, Clone, Copy)]
pub struct Incident<'a>(pub &'a Entity);

impl<'a> Incident<'a> {
    /// `HOT-12`; none while no key could be given.
    #[must_use]
    pub fn key(self) -> Option<&'a str> {
        Some(self.0.text("key")).filter(|key| !key.is_empty())
    }

    /// What is the emergency.
    #[must_use]
    pub fn summary(self) -> &'a str {
        self.0.text("summary")
    }

    /// Its severity.
    #[must_use]
    pub fn severity(self) -> Severity {
        self.0.get("severity").unwrap_or(Severity::Three)
    }

    /// Where it is in its life.
    #[must_use]
    pub fn state(self) -> State {
        self.0.get("state").unwrap_or(State::New)
    }

    /// The IM.
    #[must_use]
    pub fn im(self) -> Option<EntityId> {
        self.0.get("im")
    }

    /// Since when the IM is in command.
    #[must_use]
    pub fn im_since(self) -> Option<Timestamp> {
        self.0.get("im_since")
    }

    /// To whom command is offered.
    #[must_use]
    pub fn offered_to(self) -> Option<EntityId> {
        self.0.get("offered_to")
    }

    /// Who is to be in command next, and from when.
    #[must_use]
    pub fn command_plan(self) -> Option<(EntityId, Timestamp)> {
        self.0.get("next_im").zip(self.0.get("next_im_from"))
    }

    /// Faulty service; none is Unknown.
    #[must_use]
    pub fn service(self) -> Option<EntityId> {
        self.0.get("service")
    }

    /// When it was declared.
    #[must_use]
    pub fn declared_at(self) -> Timestamp {
        self.0.get("declared_at").unwrap_or_default()
    }

    /// Who declared it; none for a monitoring system.
    #[must_use]
    pub fn declared_by(self) -> Option<EntityId> {
        self.0.get("declared_by")
    }

    /// The video call, as a link or a room; none while there is none.
    #[must_use]
    pub fn call(self) -> Option<&'a str> {
        Some(self.0.text("call")).filter(|call| !call.is_empty())
    }

    /// The three times.
    #[must_use]
    pub fn times(self) -> Times {
        Times {
            impact_start: self.0.get("impact_start"),
            detected: self.0.get("detected"),
            impact_end: self.0.get("impact_end"),
        }
    }

    /// Members only.
    #[must_use]
    pub fn restricted(self) -> bool {
        self.0.flag("restricted")
    }

    /// A drill.
    #[must_use]
    pub fn drill(self) -> bool {
        self.0.flag("drill")
    }

    /// Whether this person is a member.
    #[must_use]
    pub fn is_member(self, person: EntityId) -> bool {
        self.0.has_member(MEMBERS, &person.to_string())
    }

    /// The members.
    pub fn members(self) -> impl Iterator<Item = EntityId> + 'a {
        self.0.members(MEMBERS).filter_map(|(id, _)| id.parse().ok())
    }

    /// Affected products.
    pub fn products(self) -> impl Iterator<Item = EntityId> + 'a {
        self.0.members(PRODUCTS).filter_map(|(id, _)| id.parse().ok())
    }
}

/// The key that stands in everything said about an incident (D6).
#[must_use]
pub fn key(number: u64) -> String {
    format!("HOT-{number}")
}

/// The number of a key, in any case (`hot-12`).
#[must_use]
pub fn key_number(key: &str) -> Option<u64> {
    let (word, number) = key.trim().split_once('-')?;
    word.eq_ignore_ascii_case("HOT").then(|| number.parse().ok())?
}

pub(crate) fn decide(draft: &mut Draft<'_>, body: &IncidentChange) -> Result<(), Stop> {
    if let IncidentChange::Declare { .. } = body {
        return declare(draft, body);
    }
    let incident = Incident(draft.existing()?);
    match body {
        IncidentChange::Declare { .. } => Ok(()),
        IncidentChange::SetSummary { summary } => {
            draft.set("summary", text("summary", summary, MAX_SUMMARY)?)
        }
        IncidentChange::SetDescription { description } => {
            draft.set("description", text_or_empty("description", description, MAX_TEXT)?)
        }
        IncidentChange::SetSeverity { severity } => severity::set(draft, incident, *severity),
        IncidentChange::SetService { service } => {
            if let Some(service) = service {
                draft.known(*service)?;
            }
            draft.set("service", json!(service))
        }
        IncidentChange::AddProduct { product } => {
            draft.known(*product)?;
            draft.add(PRODUCTS, product.to_string(), Value::Bool(true));
            Ok(())
        }
        IncidentChange::RemoveProduct { product } => {
            draft.remove(PRODUCTS, product.to_string());
            Ok(())
        }
        IncidentChange::SetCall { call } => {
            draft.set("call", text_or_empty("call", call, MAX_CALL)?)
        }
        IncidentChange::Answer { question, answer } => questions::answer(draft, *question, answer),
        IncidentChange::SetTimes { impact_start, detected, impact_end } => {
            let times = [*impact_start, *detected, *impact_end];
            if times.iter().flatten().any(|time| !time.is_plausible()) {
                return Err(Refusal::ImpossibleValue { field: "times".to_owned() }.into());
            }
            let now = TIMES.map(|field| incident.0.get::<Timestamp>(field));
            if now == times {
                return Ok(());
            }
            draft.saw("times", &TIMES)?;
            for (field, time) in TIMES.into_iter().zip(times) {
                draft.write(field, json!(time));
            }
            Ok(())
        }
        IncidentChange::Restrict {} => {
            // Whoever is in command, or about to be, goes on seeing what they are in command of.
            let stay = [draft.author.person(), incident.im(), incident.offered_to()];
            for person in stay.into_iter().flatten() {
                draft.add(MEMBERS, person.to_string(), Value::Bool(true));
            }
            draft.set("restricted", true)?;
            access_changed(draft);
            let cause = draft.change.id;
            draft.effect(Effect::LetInRung { incident: draft.change.entity, cause });
            Ok(())
        }
        IncidentChange::Unrestrict {} => {
            draft.set("restricted", false)?;
            access_changed(draft);
            Ok(())
        }
        IncidentChange::AddMember { person } => {
            draft.known(*person)?;
            draft.add(MEMBERS, person.to_string(), Value::Bool(true));
            access_changed(draft);
            Ok(())
        }
        IncidentChange::RemoveMember { person } => {
            // Nobody at all could see it any more, or add anybody.
            if incident.restricted() && incident.members().all(|member| member == *person) {
                return Err(Refusal::ImpossibleValue { field: "members".to_owned() }.into());
            }
            draft.remove(MEMBERS, person.to_string());
            access_changed(draft);
            Ok(())
        }
        IncidentChange::TakeCommand {}
        | IncidentChange::ReplaceIm { .. }
        | IncidentChange::OfferCommand { .. }
        | IncidentChange::AcceptCommand {}
        | IncidentChange::DeclineCommand {}
        | IncidentChange::PlanCommand { .. } => command::decide(draft, incident, body),
        IncidentChange::Resolve {}
        | IncidentChange::Close {}
        | IncidentChange::Reopen { .. }
        | IncidentChange::MarkFalseAlarm { .. } => workflow::decide(draft, incident, body),
    }
}

fn access_changed(draft: &mut Draft<'_>) {
    let incident = draft.change.entity;
    draft.effect(Effect::AccessChanged { incident });
}

fn declare(draft: &mut Draft<'_>, body: &IncidentChange) -> Result<(), Stop> {
    let IncidentChange::Declare {
        number,
        summary,
        description,
        severity,
        service,
        products,
        detected_by,
        impact_start,
        restricted,
        drill,
    } = body
    else {
        return Ok(());
    };
    let id = draft.change.entity;
    draft.creates(Some(id))?;
    let summary = text("summary", summary, MAX_SUMMARY)?;
    let description = text_or_empty("description", description, MAX_TEXT)?;
    for named in service.iter().chain(products) {
        draft.known(*named)?;
    }
    if impact_start.is_some_and(|time| !time.is_plausible()) {
        return Err(Refusal::ImpossibleValue { field: "impact_start".to_owned() }.into());
    }
    let number = number_for(draft, *number)?;
    draft.write("key", number.map(key));
    draft.write("summary", summary);
    draft.write("description", description);
    draft.write("severity", json!(severity));
    draft.write("service", json!(service));
    draft.write("detected_by", json!(detected_by));
    draft.write("declared_at", json!(draft.change.at));
    draft.write("declared_by", json!(draft.author.person()));
    draft.write("restricted", *restricted);
    draft.write("drill", *drill);
    draft.write("impact_start", json!(impact_start));
    draft.write("detected", json!(draft.change.at));
    draft.write("impact_end", Value::Null);
    command::write(draft, State::New, None, None, None);
    for product in products {
        draft.add(PRODUCTS, product.to_string(), Value::Bool(true));
    }
    if *restricted && let Some(me) = draft.author.person() {
        draft.add(MEMBERS, me.to_string(), Value::Bool(true));
    }
    if let (Some(number), Side::Server { .. }) = (number, draft.side) {
        draft.effect(Effect::KeyUsed { number, incident: id });
    }
    if severity.pages() {
        let cause = draft.change.id;
        draft.effect(Effect::StartPaging { incident: id, cause });
    }
    Ok(())
}

/// The number that this declaration gets. The record accepts a number from the device that it was
/// granted to, once (D6).
fn number_for(draft: &Draft<'_>, asked: Option<u64>) -> Result<Option<u64>, Stop> {
    let Side::Server { next_key } = draft.side else {
        return Ok(asked);
    };
    let Some(number) = asked else {
        return Ok(Some(next_key));
    };
    let from_reserve = match draft.key(number) {
        KeyState::Granted(device) => Some(device) == draft.device(),
        KeyState::Used(_) | KeyState::Free => false,
    };
    if from_reserve {
        Ok(Some(number))
    } else {
        Err(Refusal::KeyTaken { number, fresh: next_key }.into())
    }
}

/// Ends ringing because the incident needs nobody any more.
fn stop_paging(draft: &mut Draft<'_>, reason: CloseReason) {
    let (incident, cause) = (draft.change.entity, draft.change.id);
    draft.effect(Effect::StopPaging { incident, cause, reason });
}

#[cfg(test)]
mod tests;
