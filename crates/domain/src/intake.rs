//! Intake: monitoring systems declare incidents (D2).
//!
//! A [`source`] is what a monitoring system signs in as: its token, its defaults, its rules. What it says
//! arrives as a [`Signal`], whatever its format. [`receive`] turns a signal into what the server writes:
//! an alert, the incident that it declares, or nothing where the signal says what stands already.
//!
//! One alert stands for one dedup key (`groupKey`, `dedup_key`) of one source from its first firing until
//! it is resolved: a storm of a thousand is one alert, and one incident. Fires it again later, that is its
//! next cycle: a new alert, in the same incident while that is open. Alerts never resolve an incident.

mod change_event;
mod maintenance;
mod receive;
mod signal;
pub mod source;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

pub(crate) use change_event::decide as decide_change_event;
pub use change_event::{ChangeEvent, ChangeEventChange, Reported, record, written};
pub(crate) use maintenance::schedule;
pub use maintenance::{
    MAX_MUTED, MAX_SERVICES, MUTED, Maintenance, Review, Window, review, reviewed,
};
pub use receive::{REPEAT_SECS, current, made_by, receive, repeats, wanted};
pub use signal::{MAX_LABELS, Signal, Status};
pub use source::{AlertSource, Format, Match, Matching, Rule, Verdict, judge};

use crate::{
    decide::{Draft, Refusal, Stop},
    entity::{Entity, Kind},
    id::EntityId,
    time::Timestamp,
};

/// How an alert stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    /// The monitoring system says that it fires.
    #[default]
    Firing,
    /// The monitoring system says that it is over.
    Resolved,
    /// A later cycle took its place while it fired.
    Superseded,
}

/// What an alert says, as of its last report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Report {
    /// What is wrong, in the monitoring system's words.
    pub summary: String,
    /// More of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What rules look at.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Where to look in the monitoring system; `http` or `https`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// When the earliest of what fires began, by the monitoring system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// When the latest of what fires began: something newer is something new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest_start: Option<Timestamp>,
    /// Says the same as long as nothing changed: fingerprint, start and status of each alert.
    pub digest: String,
    /// How many fire.
    pub firing: u32,
    /// How many of this report do not any more.
    #[serde(default)]
    pub resolved: u32,
}

/// What can happen to an alert. Only the server says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum AlertChange {
    /// It fires.
    Fire {
        /// Who says so.
        source: EntityId,
        /// By what the source tells it from others, shortened.
        key: String,
        /// Which cycle of that key, from 1.
        cycle: u32,
        /// The first alert of that key; none for that one itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        first: Option<EntityId>,
        /// The incident it belongs to; none inside of a maintenance window.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        incident: Option<EntityId>,
        /// The maintenance window that keeps it from declaring an incident.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        muted_by: Option<EntityId>,
        /// What it says.
        report: Report,
    },
    /// It fires still, perhaps otherwise.
    Update {
        /// What it says now.
        report: Report,
        /// How many reports this stands for.
        count: u32,
    },
    /// Somebody acknowledged it in the monitoring system.
    Acknowledge {
        /// What it is about, for the timeline.
        summary: String,
    },
    /// It is over.
    Resolve {
        /// What it is about, for the timeline.
        summary: String,
        /// When, by the monitoring system.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ended_at: Option<Timestamp>,
        /// How many reports this stands for.
        count: u32,
    },
    /// A later cycle takes its place.
    Supersede {},
    /// The first alert of a key learns which cycle is the latest.
    Follow {
        /// Which.
        cycle: u32,
    },
}

/// An alert read as one.
#[derive(Debug, Clone, Copy)]
pub struct Alert<'a>(pub &'a Entity);

impl<'a> Alert<'a> {
    /// Who said so.
    #[must_use]
    pub fn source(self) -> Option<EntityId> {
        self.0.get("source")
    }

    /// How it stands.
    #[must_use]
    pub fn state(self) -> AlertState {
        self.0.get("state").unwrap_or_default()
    }

    /// Whether it fires.
    #[must_use]
    pub fn is_firing(self) -> bool {
        self.state() == AlertState::Firing
    }

    /// Which cycle of its key it is.
    #[must_use]
    pub fn cycle(self) -> u32 {
        self.0.get("cycle").unwrap_or(1)
    }

    /// The latest cycle of its key; known to the first alert alone.
    #[must_use]
    pub fn latest(self) -> u32 {
        self.0.get("latest").unwrap_or(1)
    }

    /// The first alert of its key.
    #[must_use]
    pub fn first(self) -> EntityId {
        self.0.get("first").unwrap_or(self.0.id)
    }

    /// By what its source tells it from others.
    #[must_use]
    pub fn key(self) -> &'a str {
        self.0.text("key")
    }

    /// What it said last.
    #[must_use]
    pub fn report(self) -> Report {
        self.0.get("report").unwrap_or_default()
    }

    /// How many reports came.
    #[must_use]
    pub fn count(self) -> u64 {
        self.0.get("count").unwrap_or(1)
    }

    /// When the first report came.
    #[must_use]
    pub fn received_at(self) -> Timestamp {
        self.0.get("received_at").unwrap_or_default()
    }

    /// When the last report came that was written down.
    #[must_use]
    pub fn last_seen(self) -> Timestamp {
        self.0.get("last_seen").unwrap_or_default()
    }

    /// When it was over.
    #[must_use]
    pub fn ended_at(self) -> Option<Timestamp> {
        self.0.get("ended_at")
    }

    /// Whether somebody acknowledged it in the monitoring system.
    #[must_use]
    pub fn acknowledged(self) -> bool {
        self.0.flag("acknowledged")
    }

    /// The maintenance window that kept it from declaring an incident.
    #[must_use]
    pub fn muted_by(self) -> Option<EntityId> {
        self.0.get("muted_by")
    }
}

pub(crate) fn decide(draft: &mut Draft<'_>, body: &AlertChange) -> Result<(), Stop> {
    let now = draft.change.at;
    if let AlertChange::Fire { source, key, cycle, first, incident, muted_by, report } = body {
        draft.known(*source)?;
        if let Some(incident) = incident
            && draft.known(*incident)?.kind != Kind::INCIDENT
        {
            return Err(Refusal::Unknown { entity: *incident }.into());
        }
        draft.creates(*incident)?;
        draft.write("source", json!(source));
        draft.write("key", key.as_str());
        draft.write("cycle", *cycle);
        draft.write("first", json!(first));
        draft.write("muted_by", json!(muted_by));
        draft.write("state", json!(AlertState::Firing));
        draft.write("received_at", json!(now));
        draft.write("last_seen", json!(now));
        draft.write("count", 1);
        draft.write("report", json!(report));
        return Ok(());
    }
    let alert = Alert(draft.existing()?);
    let counted = |count: u32| alert.count().saturating_add(u64::from(count));
    match body {
        AlertChange::Fire { .. } => {}
        AlertChange::Update { report, count } => {
            if alert.report() != *report {
                draft.write("report", json!(report));
            }
            draft.write("count", counted(*count));
            draft.write("last_seen", json!(now));
        }
        AlertChange::Acknowledge { .. } => draft.set("acknowledged", true)?,
        AlertChange::Resolve { ended_at, count, .. } => {
            draft.write("state", json!(AlertState::Resolved));
            draft.write("ended_at", json!(ended_at.unwrap_or(now)));
            draft.write("count", counted(*count));
            draft.write("last_seen", json!(now));
        }
        AlertChange::Supersede {} => draft.write("state", json!(AlertState::Superseded)),
        AlertChange::Follow { cycle } => draft.write("latest", *cycle),
    }
    Ok(())
}
