//! Command: exactly one IM from the moment somebody takes it (C1).

use serde_json::json;

use super::{COMMAND, COMMAND_PLAN, Incident, IncidentChange, MAX_TEXT, State};
use crate::{
    decide::{Draft, Refusal, Stop, text},
    id::EntityId,
    role::planned,
    time::Timestamp,
    workstream::is_person,
};

/// Writes all fields of the group together, so that they share one stamp.
pub(super) fn write(
    draft: &mut Draft<'_>,
    state: State,
    im: Option<EntityId>,
    im_since: Option<Timestamp>,
    offered_to: Option<EntityId>,
) {
    draft.write("state", json!(state));
    draft.write("im", json!(im));
    draft.write("im_since", json!(im_since));
    draft.write("offered_to", json!(offered_to));
}

pub(super) fn decide(
    draft: &mut Draft<'_>,
    incident: Incident<'_>,
    body: &IncidentChange,
) -> Result<(), Stop> {
    let Some(me) = draft.author.person() else {
        return Err(Refusal::NotAllowed {}.into());
    };
    if !incident.state().is_open() {
        return Err(Refusal::WrongState { state: incident.state() }.into());
    }
    match body {
        // Who is second is told who was first and when; the stamp they saw does not matter.
        IncidentChange::TakeCommand {} => match incident.im() {
            None => take(draft, incident, me),
            Some(im) if im == me => {}
            Some(by) => return Err(already(incident, by)),
        },
        IncidentChange::ReplaceIm { reason } => {
            text("reason", reason, MAX_TEXT).map_err(|_| Refusal::ReasonMissing {})?;
            match incident.im() {
                None => return Err(Refusal::HasNoIm {}.into()),
                Some(im) if im == me => {}
                Some(_) => {
                    draft.saw("command", &COMMAND)?;
                    take(draft, incident, me);
                }
            }
        }
        IncidentChange::OfferCommand { to } => {
            draft.known(*to)?;
            match incident.im() {
                None => return Err(Refusal::HasNoIm {}.into()),
                Some(im) if im != me => return Err(already(incident, im)),
                Some(_) if *to == me => {
                    return Err(Refusal::ImpossibleValue { field: "to".to_owned() }.into());
                }
                Some(_) if incident.offered_to() == Some(*to) => {}
                Some(_) => {
                    draft.saw("command", &COMMAND)?;
                    write(draft, incident.state(), Some(me), incident.im_since(), Some(*to));
                }
            }
        }
        IncidentChange::AcceptCommand {} => {
            offered(incident, me)?;
            take(draft, incident, me);
        }
        IncidentChange::DeclineCommand {} => {
            offered(incident, me)?;
            write(draft, incident.state(), incident.im(), incident.im_since(), None);
        }
        IncidentChange::PlanCommand { next, from } => {
            is_person(draft, *next)?;
            let planned = planned(*next, *from, incident.im())?;
            if incident.command_plan() != planned {
                draft.saw("command_plan", &COMMAND_PLAN)?;
                plan(draft, planned);
            }
        }
        _ => {}
    }
    Ok(())
}

fn take(draft: &mut Draft<'_>, incident: Incident<'_>, me: EntityId) {
    let since = draft.change.at;
    write(draft, State::Fixing, Some(me), Some(since), None);
    // What was planned has come about.
    if incident.command_plan().is_some_and(|(next, _)| next == me) {
        plan(draft, None);
    }
}

fn plan(draft: &mut Draft<'_>, planned: Option<(EntityId, Timestamp)>) {
    let (next, from) = planned.unzip();
    draft.write("next_im", json!(next));
    draft.write("next_im_from", json!(from));
}

fn offered(incident: Incident<'_>, me: EntityId) -> Result<(), Stop> {
    if incident.offered_to() == Some(me) { Ok(()) } else { Err(Refusal::NotOffered {}.into()) }
}

fn already(incident: Incident<'_>, by: EntityId) -> Stop {
    Refusal::AlreadyInCommand { by, at: incident.im_since().unwrap_or_default() }.into()
}
