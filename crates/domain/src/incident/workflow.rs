//! The workflow New → Fixing → Resolved → Closed, reopening, false alarm (N1, S1).

use serde::{Deserialize, Serialize};

use super::{COMMAND, Incident, IncidentChange, MAX_TEXT, command, stop_paging};
use crate::{
    decide::{Draft, Effect, Refusal, Stop, text},
    paging::CloseReason,
};

/// Where an incident is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// No IM yet.
    New,
    /// An IM is in command.
    Fixing,
    /// The impact is over; clean-up and the postmortem are left.
    Resolved,
    /// Nothing is left to do.
    Closed,
    /// It was none.
    FalseAlarm,
}

impl State {
    /// Whether somebody has to work on it now.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::New | Self::Fixing)
    }
}

pub(super) fn decide(
    draft: &mut Draft<'_>,
    incident: Incident<'_>,
    body: &IncidentChange,
) -> Result<(), Stop> {
    let state = incident.state();
    let target = match body {
        IncidentChange::Resolve {} => State::Resolved,
        IncidentChange::Close {} => State::Closed,
        IncidentChange::Reopen { .. } => State::New,
        IncidentChange::MarkFalseAlarm { .. } => State::FalseAlarm,
        _ => return Ok(()),
    };
    if let IncidentChange::Reopen { reason } | IncidentChange::MarkFalseAlarm { reason } = body {
        text("reason", reason, MAX_TEXT).map_err(|_| Refusal::ReasonMissing {})?;
    }
    if state == target && target != State::New {
        return Ok(());
    }
    let follows = match target {
        // Somebody must have been in command: there is no way from New to Resolved.
        State::Resolved => {
            if state == State::New {
                return Err(Refusal::HasNoIm {}.into());
            }
            state == State::Fixing
        }
        State::Closed => state == State::Resolved,
        State::FalseAlarm => state != State::Closed,
        State::New => !state.is_open(),
        State::Fixing => false,
    };
    if !follows {
        return Err(Refusal::WrongState { state }.into());
    }
    draft.saw("command", &COMMAND)?;
    if target == State::New {
        // A reopened incident pages anew and waits for somebody to take command: who had it may be
        // asleep. The record keeps who that was.
        command::write(draft, State::New, None, None, None);
        if incident.severity().pages() {
            let (incident, cause) = (draft.change.entity, draft.change.id);
            draft.effect(Effect::StartPaging { incident, cause });
        }
        return Ok(());
    }
    command::write(draft, target, incident.im(), incident.im_since(), None);
    stop_paging(
        draft,
        if target == State::FalseAlarm { CloseReason::FalseAlarm } else { CloseReason::Resolved },
    );
    Ok(())
}
