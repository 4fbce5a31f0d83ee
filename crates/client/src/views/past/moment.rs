//! An incident as everybody who looked at a moment could know it.

use std::collections::BTreeMap;

use firebell_domain::{
    entity::{Entity, Kind},
    id::EntityId,
    incident::Incident,
    role::Role,
    time::Timestamp,
};

use super::log;
use crate::{
    Client,
    api::{
        ApiError,
        incident::StateView,
        timeline::past::{IncidentAt, IncidentMoment, RoleAt},
    },
    views::{
        names::{person, state_word},
        stream::{LINES, Place, Said, Source},
    },
};

/// A line of then, in its place.
struct Told {
    place: Place,
    id: String,
    unsent: bool,
    source: Source,
}

/// The incident at `asked.at`.
pub(crate) async fn moment(
    client: &Client,
    incident: EntityId,
    asked: &IncidentMoment,
) -> Result<IncidentAt, ApiError> {
    let store = client.store()?;
    let complete = store.missing_history(incident).await?.is_none();
    let mut world = BTreeMap::new();
    let mut lines = Vec::new();
    for step in log::of_incident(&store, incident).await? {
        if step.known_at > asked.at {
            continue;
        }
        step.fold_into(&mut world);
        if let Some(line) = step.line() {
            let place = Place { at: step.stamp.at.0, id: step.stamp.change.0.into_bytes() };
            let (id, unsent) = (step.stamp.change.to_string(), step.seq.is_none());
            lines.push(Told { place, id, unsent, source: Source::Program(line) });
        }
    }
    let (entries, others): (Vec<Entity>, Vec<Entity>) =
        world.into_values().partition(|entity| entity.kind == Kind::ENTRY);
    lines.extend(entries.into_iter().map(|entity| {
        let at = firebell_domain::timeline::Entry(&entity).happened_at();
        let place = Place { at: at.0, id: entity.id.0.into_bytes() };
        let (id, unsent) = (entity.id.to_string(), entity.seq == 0);
        Told { place, id, unsent, source: Source::Written(entity) }
    }));
    let others: BTreeMap<EntityId, Entity> =
        others.into_iter().map(|entity| (entity.id, entity)).collect();
    lines.sort_unstable_by_key(|line| line.place);
    let count = u32::try_from(lines.len()).unwrap_or(u32::MAX);
    let before = asked.before.as_deref().map(Place::read).transpose()?.unwrap_or(Place::END);
    lines.retain(|line| line.place < before);
    let limit = asked.limit.clamp(1, LINES) as usize;
    let first = lines.len().saturating_sub(limit);
    let older = (first > 0).then(|| lines[first].place.write());
    let (directory, words) = (client.directory(), client.words());
    let said = Said { client, directory: &directory, others: &others, words: &words };
    let entries = lines[first..]
        .iter()
        .map(|told| match &told.source {
            Source::Written(entity) => said.written(entity, told.unsent),
            Source::Program(line) => {
                said.program(told.id.clone(), told.place.at, line, told.unsent)
            }
        })
        .collect();
    let known = others.get(&incident);
    let view = known.map(Incident);
    let times = view.map(Incident::times).unwrap_or_default();
    let at = |time: Option<Timestamp>| time.map(|time| time.0);
    Ok(IncidentAt {
        at: asked.at,
        declared: known.is_some(),
        summary: view.map(|incident| incident.summary().to_owned()).unwrap_or_default(),
        severity: view.map_or(0, |incident| u8::from(incident.severity())),
        state: known.map_or(StateView::New, |entity| state_word(entity.text("state"))),
        im: view.and_then(Incident::im).map(|id| person(&*directory, id)),
        roles: others
            .values()
            .filter(|entity| entity.kind == Kind::ROLE && !Role(entity).ended())
            .map(|entity| RoleAt {
                role: Role(entity).role().to_owned(),
                person: Role(entity).person().map(|id| person(&*directory, id)),
            })
            .collect(),
        impact_start: at(times.impact_start),
        detected: at(times.detected),
        impact_end: at(times.impact_end),
        entries,
        older,
        count,
        complete,
    })
}
