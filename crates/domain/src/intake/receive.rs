//! From a signal to what the server writes.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    Alert, AlertChange, Report,
    maintenance::{MUTED, muting},
    signal::{Signal, Status, cycle_of},
    source::{AlertSource, Verdict, judge},
};
use crate::{
    change::{Body, Change, ChangeSet},
    directory::DirectoryChange,
    entity::{Entity, Kind, World},
    id::{ChangeId, EntityId, SetId},
    incident::{DetectedBy, Incident, IncidentChange, Severity},
    time::Timestamp,
};

/// A report that says nothing new is written down at most so often; between that it is counted. A monitor
/// that says the same each second would fill the record otherwise.
pub const REPEAT_SECS: i64 = 60;

/// What must be looked at before a signal can be received, as far as it is known already: the first alert
/// of its key, then the latest (an alert brings its incident along), and what a next cycle would make,
/// because what is not looked at counts as absent.
#[must_use]
pub fn wanted(world: &dyn World, source: EntityId, signal: &Signal) -> Vec<EntityId> {
    let first = signal.first(source);
    let latest = world.entity(first).map_or(1, |first| Alert(first).latest());
    let mut wanted = vec![first, cycle_of(first, latest)];
    wanted.extend(made_by(first, latest));
    wanted.extend(made_by(first, latest.saturating_add(1)));
    wanted
}

/// What a cycle of an alert makes: the alert and its incident.
#[must_use]
pub fn made_by(first: EntityId, cycle: u32) -> [EntityId; 2] {
    let alert = cycle_of(first, cycle);
    [alert, alert.derived("incident")]
}

/// The alert that a signal is about, in its latest cycle.
#[must_use]
pub fn current<'a>(world: &'a dyn World, source: EntityId, signal: &Signal) -> Option<&'a Entity> {
    let first = signal.first(source);
    let first_one = world.entity(first).filter(|entity| entity.kind == Kind::ALERT)?;
    world.entity(cycle_of(first, Alert(first_one).latest())).filter(|it| it.kind == Kind::ALERT)
}

/// Whether a signal says what stands already, and was written down not long ago: it need only be counted.
#[must_use]
pub fn repeats(world: &dyn World, source: EntityId, signal: &Signal, now: Timestamp) -> bool {
    let Some(entity) = current(world, source, signal) else { return false };
    let alert = Alert(entity);
    let fresh = alert.last_seen().plus_secs(REPEAT_SECS) > now;
    let held = entity.incident.is_some_and(|incident| is_open(world, incident));
    signal.status == Status::Firing
        && alert.is_firing()
        && fresh
        && held
        && alert.report().digest == signal.report.digest
}

fn is_open(world: &dyn World, incident: EntityId) -> bool {
    world.entity(incident).is_some_and(|incident| Incident(incident).state().is_open())
}

/// What a signal makes the server write; none when nothing becomes of it. `windows` are the maintenance
/// windows; `now` is when it was received, and that is when the incident counts as detected. When the
/// impact began is for people to say: the alert's own time is kept beside it as a suggestion.
#[must_use]
pub fn receive<'a>(
    world: &dyn World,
    windows: impl IntoIterator<Item = &'a Entity>,
    source: EntityId,
    signal: &Signal,
    now: Timestamp,
) -> Option<ChangeSet> {
    let about = world.entity(source)?;
    let latest = current(world, source, signal);
    let changes = match (signal.status, latest) {
        (Status::Firing, latest) => fires(world, windows, about, latest, signal, now),
        (Status::Acknowledged, Some(alert))
            if Alert(alert).is_firing() && !Alert(alert).acknowledged() =>
        {
            let body = AlertChange::Acknowledge { summary: Alert(alert).report().summary };
            vec![to_alert(alert.id, "acknowledge", now, body)]
        }
        (Status::Resolved, Some(alert)) if Alert(alert).is_firing() => {
            let summary = Alert(alert).report().summary;
            let (ended_at, count) = (signal.ended_at, signal.count);
            let body = AlertChange::Resolve { summary, ended_at, count };
            vec![to_alert(alert.id, "resolve", now, body)]
        }
        // Of what never fired here, or is over, nothing becomes.
        (Status::Acknowledged | Status::Resolved, _) => Vec::new(),
    };
    let id = SetId(changes.first()?.id.0);
    Some(ChangeSet { id, changes })
}

fn fires<'a>(
    world: &dyn World,
    windows: impl IntoIterator<Item = &'a Entity>,
    source: &Entity,
    latest: Option<&Entity>,
    signal: &Signal,
    now: Timestamp,
) -> Vec<Change> {
    let alert = latest.map(Alert);
    let joins = latest.and_then(|e| e.incident).filter(|id| is_open(world, *id));
    let firing = alert.filter(|alert| alert.is_firing());
    if let Some(firing) = firing {
        let was = firing.report();
        // Of an incident that people ended, what fires on is no news; what began since is.
        let began = signal.report.newest_start;
        let news = began.is_none_or(|began| was.newest_start.is_none_or(|was| began > was));
        let ended = firing.0.incident.is_some() && joins.is_none();
        if joins.is_some() || (ended && !news) {
            let mut changes = update(firing, signal, now);
            changes.extend(raised(world, source, firing, joins, signal, now));
            return changes;
        }
    }
    let report = &signal.report;
    let verdict = judge(AlertSource(source), &report.labels, &report.summary);
    let Verdict::Declare { service, severity } = verdict else { return Vec::new() };
    let service = service.filter(|service| world.entity(*service).is_some());
    let muted_by = muting(windows, service, now).filter(|_| joins.is_none());
    if let Some(firing) = firing.filter(|firing| firing.muted_by().is_some())
        && firing.0.incident.is_none()
        && muted_by.is_some()
    {
        return update(firing, signal, now);
    }
    let mut changes = Vec::new();
    if let Some(firing) = firing {
        changes.push(to_alert(firing.0.id, "supersede", now, AlertChange::Supersede {}));
    }
    let fresh_one = Fresh {
        source: source.id,
        first: signal.first(source.id),
        cycle: alert.map_or(1, |alert| alert.cycle().saturating_add(1)),
        key: signal.shown_key(),
        report: report.clone(),
        service,
        severity,
        muted_by,
        joins,
    };
    changes.extend(fresh(world, fresh_one, now));
    changes
}

/// A monitor that finds it worse than it did raises the severity of the incident, and never lowers it: what
/// people made of it since stands until the monitor itself says more.
fn raised(
    world: &dyn World,
    source: &Entity,
    firing: Alert<'_>,
    incident: Option<EntityId>,
    signal: &Signal,
    now: Timestamp,
) -> Option<Change> {
    let judged = |report: &Report| match judge(AlertSource(source), &report.labels, &report.summary)
    {
        Verdict::Declare { severity, .. } => Some(severity),
        Verdict::Ignore => None,
    };
    let severity = judged(&signal.report)?;
    if judged(&firing.report()).is_some_and(|was| was <= severity) {
        return None;
    }
    let entity = world.entity(incident?)?;
    if Incident(entity).severity() <= severity {
        return None;
    }
    let id = ChangeId(firing.0.id.derived(&format!("raise-{}-{}", u8::from(severity), now.0)).0);
    Some(change(id, entity.id, now, Body::Incident(IncidentChange::SetSeverity { severity })))
}

/// What stands already is written down again only when it changed, or after a while.
fn update(alert: Alert<'_>, signal: &Signal, now: Timestamp) -> Vec<Change> {
    let same = alert.report().digest == signal.report.digest;
    if same && alert.last_seen().plus_secs(REPEAT_SECS) > now {
        return Vec::new();
    }
    let name = format!("update-{}-{}", now.0, signal.report.digest);
    let body = AlertChange::Update { report: signal.report.clone(), count: signal.count };
    vec![to_alert(alert.0.id, &name, now, body)]
}

/// A new cycle of an alert.
pub(super) struct Fresh {
    pub(super) source: EntityId,
    pub(super) first: EntityId,
    pub(super) cycle: u32,
    pub(super) key: String,
    pub(super) report: Report,
    pub(super) service: Option<EntityId>,
    pub(super) severity: Severity,
    /// The maintenance window that holds it back.
    pub(super) muted_by: Option<EntityId>,
    /// The open incident of the cycle before.
    pub(super) joins: Option<EntityId>,
}

/// A new alert, with the incident that it declares unless it joins one or is held back.
pub(super) fn fresh(world: &dyn World, new: Fresh, now: Timestamp) -> Vec<Change> {
    let alert = cycle_of(new.first, new.cycle);
    let mut changes = Vec::new();
    let incident = match (new.muted_by, new.joins) {
        (None, None) => Some(alert.derived("incident")),
        (None, joins) => joins,
        (Some(_), _) => None,
    };
    if let (Some(incident), None) = (incident, new.joins) {
        let service = new.service.filter(|service| world.entity(*service).is_some());
        let declare = Body::Incident(IncidentChange::Declare {
            number: None,
            summary: new.report.summary.clone(),
            description: new.report.description.clone(),
            severity: new.severity,
            service,
            products: Vec::new(),
            detected_by: DetectedBy::Monitoring,
            impact_start: None,
            restricted: false,
            drill: false,
        });
        let id = ChangeId(alert.derived("declare").0);
        changes.push(change(id, incident, now, declare));
    }
    let fire = AlertChange::Fire {
        source: new.source,
        key: new.key,
        cycle: new.cycle,
        first: Some(new.first).filter(|first| *first != alert),
        incident,
        muted_by: new.muted_by,
        report: new.report,
    };
    changes.push(to_alert(alert, "fire", now, fire));
    if new.cycle > 1 {
        let name = format!("follow-{}", new.cycle);
        let follow = AlertChange::Follow { cycle: new.cycle };
        changes.push(to_alert(new.first, &name, now, follow));
    }
    if let Some(window) = new.muted_by {
        let (list, value) = (MUTED.to_owned(), Value::Bool(true));
        let add = Body::Maintenance(DirectoryChange::Add { list, member: alert, value });
        changes.push(change(ChangeId(alert.derived("mute").0), window, now, add));
    }
    changes
}

fn to_alert(alert: EntityId, name: &str, now: Timestamp, body: AlertChange) -> Change {
    change(ChangeId(alert.derived(name).0), alert, now, Body::Alert(body))
}

/// A change by the server.
pub(super) fn change(id: ChangeId, entity: EntityId, at: Timestamp, body: Body) -> Change {
    Change { id, entity, at, seen: BTreeMap::new(), body }
}
