//! What is wrong with the next weeks, by schedule and by policy (E2).

use std::collections::BTreeSet;

use firebell_domain::{
    directory::{self, Person, Policy, is_active},
    entity::{Entity, Kind, World},
    id::EntityId,
    incident::Severity,
    oncall::{Coverage, OVERLOAD_PERCENT, coverage},
    paging::{Channel, people_of, rules_of},
    time::Timestamp,
};

use super::{
    names::person,
    on_call::{HORIZON_SECS, sorted},
};
use crate::{
    api::on_call::{CoverageView, LeaveView, LoadView, ScheduleCoverage, SpanView, TwiceView},
    store::Directory,
};

/// The report from `now` on.
pub(crate) fn view(directory: &Directory, now: Timestamp) -> CoverageView {
    let schedules = directory.of_kind(&Kind::SCHEDULE).filter(|entity| is_active(entity));
    let schedules = schedules.filter_map(|entity| schedule(directory, entity, now));
    CoverageView {
        schedules: sorted(schedules.collect(), |one: &ScheduleCoverage| &one.name),
        twice: twice(directory, now),
    }
}

fn schedule(directory: &Directory, entity: &Entity, now: Timestamp) -> Option<ScheduleCoverage> {
    let schedule = directory::schedule(entity)?;
    let leave = |id: EntityId| {
        let times = directory.entity(id).into_iter().flat_map(directory::leave);
        times.map(|(_, leave)| (leave.start, leave.end)).collect()
    };
    let until = now.plus_secs(HORIZON_SECS);
    let Coverage { until, gaps, loads, covered_percent, away, .. } =
        coverage(&schedule, now, until, &leave);
    let unreachable = loads.iter().filter(|load| !is_reachable(directory, load.person));
    let away = away.into_iter().enumerate().map(|(number, (who, start, end))| LeaveView {
        id: number.to_string(),
        person: person(directory, who),
        start: start.0,
        end: end.0,
    });
    Some(ScheduleCoverage {
        id: entity.id.to_string(),
        name: entity.text("name").to_owned(),
        zone: schedule.version_at(now)?.zone.clone(),
        until: until.0,
        covered_percent,
        gaps: gaps.iter().map(|gap| SpanView { start: gap.0.0, end: gap.1.0 }).collect(),
        unreachable: unreachable.map(|load| person(directory, load.person)).collect(),
        loads: loads
            .iter()
            .map(|load| LoadView {
                person: person(directory, load.person),
                hours: load.millis / 3_600_000,
                over_percent: load.over_percent,
                overloaded: load.over_percent >= OVERLOAD_PERCENT,
            })
            .collect(),
        away: away.collect(),
    })
}

/// Whether a page of severity 1 can reach them: on a desktop, or by another channel that their rules use and
/// that leads somewhere.
fn is_reachable(directory: &Directory, id: EntityId) -> bool {
    let known = directory.entity(id);
    known.is_some_and(|entity| {
        let mut rules = rules_of(directory, entity, Severity::One).into_iter();
        Person(entity).active()
            && (!entity.text("account").is_empty()
                || rules.any(|rule| rule.channel != Channel::Desktop))
    })
}

/// Who is on two levels of one policy now.
fn twice(directory: &Directory, now: Timestamp) -> Vec<TwiceView> {
    let mut found = Vec::new();
    for policy in directory.of_kind(&Kind::POLICY).filter(|entity| is_active(entity)) {
        let mut rung = BTreeSet::new();
        let mut again = BTreeSet::new();
        for step in Policy(policy).steps() {
            for one in people_of(directory, &step.targets, now) {
                if !rung.insert(one) && again.insert(one) {
                    let policy = policy.text("name").to_owned();
                    found.push(TwiceView { policy, person: person(directory, one) });
                }
            }
        }
    }
    sorted(found, |one| &one.policy)
}
