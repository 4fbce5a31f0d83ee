//! Maintenance windows: work that was announced. Alerts inside are kept and declare nothing; at the end
//! those that still fire are looked at again, so that a window nobody remembers hides nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Alert, AlertChange,
    receive::{Fresh, change, fresh},
    source::{AlertSource, Verdict, judge},
};
use crate::{
    change::{Body, ChangeSet},
    decide::{Draft, Effect},
    directory::{DirectoryChange, is_active},
    entity::{Entity, World},
    id::{ChangeId, EntityId, SetId},
    time::Timestamp,
};

/// List of the alerts that a window keeps from declaring an incident.
pub const MUTED: &str = "muted";
/// Alerts that one window holds back. What comes beyond that declares its incident all the same: a page
/// too many is better than one that was lost.
pub const MAX_MUTED: usize = 1_000;
/// Longest window: a month and a day. What takes longer is no maintenance.
const MAX_WINDOW_SECS: i64 = 32 * 86_400;
/// Services of one window.
pub const MAX_SERVICES: usize = 200;
/// Alerts that are looked at again in one transaction: each may declare and page.
const MAX_REVIEWED: usize = 50;

/// From when until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// From (inclusive).
    pub start: Timestamp,
    /// Until (exclusive).
    pub end: Timestamp,
}

impl Window {
    /// Whether it begins before it ends, and is not longer than [`MAX_WINDOW_SECS`].
    #[must_use]
    pub fn is_sane(self) -> bool {
        self.start.is_plausible()
            && self.end.is_plausible()
            && self.start < self.end
            && self.end <= self.start.plus_secs(MAX_WINDOW_SECS)
    }
}

/// A maintenance window read as one; its name says why.
#[derive(Debug, Clone, Copy)]
pub struct Maintenance<'a>(pub &'a Entity);

impl Maintenance<'_> {
    /// From when until when.
    #[must_use]
    pub fn window(self) -> Option<Window> {
        self.0.get("window")
    }

    /// The services that it is about; none are all of them.
    #[must_use]
    pub fn services(self) -> Vec<EntityId> {
        self.0.get("services").unwrap_or_default()
    }

    /// Whether it holds at this instant.
    #[must_use]
    pub fn holds(self, now: Timestamp) -> bool {
        let inside = |window: Window| (window.start..window.end).contains(&now);
        is_active(self.0) && self.window().is_some_and(inside)
    }

    /// Whether it keeps an alert of this service from declaring an incident.
    fn covers(self, service: Option<EntityId>, now: Timestamp) -> bool {
        let services = self.services();
        let about = services.is_empty() || service.is_some_and(|one| services.contains(&one));
        about && self.holds(now)
    }
}

/// The window that keeps an alert of this service from declaring an incident, if there is room in one.
pub(super) fn muting<'a>(
    windows: impl IntoIterator<Item = &'a Entity>,
    service: Option<EntityId>,
    now: Timestamp,
) -> Option<EntityId> {
    let mut covering = windows.into_iter().filter(|window| {
        Maintenance(window).covers(service, now) && window.members(MUTED).count() < MAX_MUTED
    });
    covering.next().map(|window| window.id)
}

/// A window was put or changed: its end is looked at when it comes, a retired one now.
pub(crate) fn schedule(draft: &mut Draft<'_>, fields: &BTreeMap<String, Value>) {
    let own = draft.own();
    let read = |field: &str| {
        let stands = || own.and_then(|entity| entity.get::<Value>(field));
        fields.get(field).cloned().or_else(stands)
    };
    let active = read("active").and_then(|value| value.as_bool()).unwrap_or(true);
    let window = read("window").and_then(|value| serde_json::from_value::<Window>(value).ok());
    let at = if active { window.map(|window| window.end) } else { Some(draft.change.at) };
    if let Some(at) = at {
        draft.effect(Effect::ReviewMaintenance { maintenance: draft.change.entity, at });
    }
}

/// What the end of a window brings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Review {
    /// What to append, each set on its own.
    pub sets: Vec<ChangeSet>,
    /// When to look again; none when nothing is left to look at.
    pub again_at: Option<Timestamp>,
}

/// The alerts that the next [`review`] of this window looks at.
#[must_use]
pub fn reviewed(window: &Entity) -> Vec<EntityId> {
    window.members(MUTED).take(MAX_REVIEWED).filter_map(|(id, _)| id.parse().ok()).collect()
}

/// Looks at a window: while it holds, its end is still to come; once it is over, alerts that it held
/// back and that still fire are judged anew.
#[must_use]
pub fn review<'a>(
    world: &dyn World,
    windows: &[&'a Entity],
    window: &'a Entity,
    now: Timestamp,
) -> Review {
    let until = Maintenance(window).window().filter(|_| is_active(window));
    if let Some(until) = until.filter(|until| now < until.end) {
        return Review { sets: Vec::new(), again_at: Some(until.end) };
    }
    let ids = reviewed(window);
    let more = window.members(MUTED).count() > ids.len();
    let sets = ids.into_iter().map(|id| {
        let base = id.derived(&format!("review-{}", window.id));
        let remove = DirectoryChange::Remove { list: MUTED.to_owned(), member: id };
        let mut changes = vec![change(
            ChangeId(base.derived("let-go").0),
            window.id,
            now,
            Body::Maintenance(remove),
        )];
        if let Some(entity) = world.entity(id) {
            changes.extend(judged_anew(world, windows, entity, now));
        }
        ChangeSet { id: SetId(base.0), changes }
    });
    Review { sets: sets.collect(), again_at: more.then_some(now) }
}

/// What becomes of an alert that was held back.
fn judged_anew(
    world: &dyn World,
    windows: &[&Entity],
    entity: &Entity,
    now: Timestamp,
) -> Vec<crate::change::Change> {
    let alert = Alert(entity);
    let source = alert.source().and_then(|id| world.entity(id));
    let Some(source) = source.filter(|_| alert.is_firing() && entity.incident.is_none()) else {
        return Vec::new();
    };
    let report = alert.report();
    let verdict = judge(AlertSource(source), &report.labels, &report.summary);
    let Verdict::Declare { service, severity } = verdict else { return Vec::new() };
    if let Some(other) = muting(windows.iter().copied(), service, now) {
        let add = DirectoryChange::Add {
            list: MUTED.to_owned(),
            member: entity.id,
            value: Value::Bool(true),
        };
        let id = ChangeId(entity.id.derived(&format!("held-by-{other}")).0);
        return vec![change(id, other, now, Body::Maintenance(add))];
    }
    let (cycle, first) = (alert.cycle() + 1, alert.first());
    let supersede = ChangeId(entity.id.derived("supersede").0);
    let mut changes =
        vec![change(supersede, entity.id, now, Body::Alert(AlertChange::Supersede {}))];
    changes.extend(fresh(
        world,
        Fresh {
            source: source.id,
            first,
            cycle,
            key: alert.key().to_owned(),
            report,
            service,
            severity,
            muted_by: None,
            joins: None,
        },
        now,
    ));
    changes
}
