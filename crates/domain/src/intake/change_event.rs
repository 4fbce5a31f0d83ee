//! Changes to production that a machine reports: deploys, switches (A4). They never page; they stand on
//! the timeline of the incidents of their service that are open.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    receive::change,
    signal::{labels, tidy},
    source::{AlertSource, Verdict, judge},
};
use crate::{
    change::{Body, ChangeSet},
    decide::{Draft, Stop},
    entity::{Entity, World},
    id::{ChangeId, EntityId, SetId},
    incident::Incident,
    time::Timestamp,
    timeline::{EntryChange, EntryKind},
};

/// Bytes of what is said of a change.
const MAX_SUMMARY: usize = 900;
/// Bytes of a link.
const MAX_LINK: usize = 2_000;
/// Incidents on whose timelines one change is noted, so that a set holds it.
const MAX_INCIDENTS: usize = 50;

/// What can happen to a change event. Only the server says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum ChangeEventChange {
    /// It is recorded.
    Record {
        /// Who reported it.
        source: EntityId,
        /// What was changed; none is unknown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        service: Option<EntityId>,
        /// What was done.
        summary: String,
        /// When.
        happened_at: Timestamp,
        /// Where to see it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        link: Option<String>,
    },
}

/// A change event read as one.
#[derive(Debug, Clone, Copy)]
pub struct ChangeEvent<'a>(pub &'a Entity);

impl<'a> ChangeEvent<'a> {
    /// What was done.
    #[must_use]
    pub fn summary(self) -> &'a str {
        self.0.text("summary")
    }

    /// What was changed; none is unknown.
    #[must_use]
    pub fn service(self) -> Option<EntityId> {
        self.0.get("service")
    }

    /// When.
    #[must_use]
    pub fn happened_at(self) -> Timestamp {
        self.0.get("happened_at").unwrap_or_default()
    }
}

pub(crate) fn decide(draft: &mut Draft<'_>, body: &ChangeEventChange) -> Result<(), Stop> {
    let ChangeEventChange::Record { source, service, summary, happened_at, link } = body;
    draft.creates(None)?;
    draft.known(*source)?;
    draft.write("source", json!(source));
    draft.write("service", json!(service));
    draft.write("summary", summary.as_str());
    draft.write("happened_at", json!(happened_at));
    draft.write("received_at", json!(draft.change.at));
    draft.write("link", json!(link));
    Ok(())
}

/// A change to production as a machine reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// What was done.
    pub summary: String,
    /// When, if it says so.
    pub happened_at: Option<Timestamp>,
    /// Where to see it.
    pub link: Option<String>,
    /// What rules look at.
    pub labels: BTreeMap<String, String>,
}

/// Its entity: the same however often one change is reported. One without a time is as many changes as
/// reports.
fn happened(source: EntityId, reported: &Reported, now: Timestamp) -> EntityId {
    let at = reported.happened_at.unwrap_or(now);
    source.derived(&format!("change:{}:{}", at.0, reported.summary))
}

/// The entities that a reported change makes: itself, and its line in each of these incidents.
#[must_use]
pub fn written(
    source: EntityId,
    reported: &Reported,
    incidents: &[EntityId],
    now: Timestamp,
) -> Vec<EntityId> {
    let event = happened(source, reported, now);
    let lines = incidents.iter().map(|incident| line_in(event, *incident));
    [event].into_iter().chain(lines).collect()
}

fn line_in(event: EntityId, incident: EntityId) -> EntityId {
    event.derived(&format!("line:{incident}"))
}

/// What a reported change makes the server write: its entity, and a line on the timeline of each of these
/// incidents that is open and of its service. None when the rules ignore it or it is recorded already.
#[must_use]
pub fn record(
    world: &dyn World,
    source: EntityId,
    reported: &Reported,
    incidents: &[EntityId],
    now: Timestamp,
) -> Option<ChangeSet> {
    let event = happened(source, reported, now);
    let about = world.entity(source).filter(|_| world.entity(event).is_none())?;
    let labels = labels(reported.labels.clone());
    let summary = tidy(&reported.summary, MAX_SUMMARY);
    let Verdict::Declare { service, .. } = judge(AlertSource(about), &labels, &summary) else {
        return None;
    };
    let link = reported.link.clone().filter(|link| {
        (link.starts_with("https://") || link.starts_with("http://")) && link.len() <= MAX_LINK
    });
    let happened_at = reported.happened_at.filter(|at| at.is_plausible()).unwrap_or(now);
    let of_service = incidents.iter().filter(|id| {
        let incident = world.entity(**id).map(Incident);
        service.is_some()
            && incident.is_some_and(|one| one.state().is_open() && one.service() == service)
    });
    let words = match &link {
        Some(link) => format!("{summary}\n{link}"),
        None => summary.clone(),
    };
    let lines = of_service.take(MAX_INCIDENTS).map(|incident| {
        let line = line_in(event, *incident);
        let add = EntryChange::add(*incident, EntryKind::Change, words.clone(), happened_at);
        change(ChangeId(line.0), line, now, Body::Entry(add))
    });
    let lines: Vec<_> = lines.collect();
    let body = ChangeEventChange::Record { source, service, summary, happened_at, link };
    let mut changes =
        vec![change(ChangeId(event.derived("record").0), event, now, Body::ChangeEvent(body))];
    changes.extend(lines);
    Some(ChangeSet { id: SetId(event.0), changes })
}
