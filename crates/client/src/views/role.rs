//! Roles in an incident, and the brief for whoever takes one over or joins (R1, V3).

use std::{cmp::Reverse, collections::BTreeMap};

use firebell_domain::{
    entity::{Entity, Kind},
    id::EntityId,
    incident::{Incident, State},
    paging::Page,
    role::{HOLDER, PLAN, REQUIRED, Role},
    time::Timestamp,
    timeline::EntryKind,
};

use super::{
    board, incident, intake,
    names::{entry_kind_view, not_found, person},
    stream, tables,
};
use crate::{
    Client, Directory,
    api::{
        ApiError,
        document::WorkstreamStateView,
        role::{BriefView, EngagedView, PlannedView, RoleView},
        timeline::{EntryView, ListStream},
    },
    store::{Store, StoreError},
};

/// So many lines of each kind stand in a brief: it is read in a minute.
const FEW: usize = 5;
/// So many of the newest lines are looked through for them.
const LOOKED_THROUGH: u32 = 300;

/// Roles that somebody has, longest first.
pub(crate) async fn of_incident(
    store: &Store,
    directory: &Directory,
    incident: EntityId,
) -> Result<Vec<RoleView>, ApiError> {
    let assignments = store.entities_of(incident, &Kind::ROLE).await?;
    let held = assignments.iter().filter(|assignment| !Role(assignment).ended());
    let mut roles: Vec<RoleView> = held.filter_map(|one| view(directory, one)).collect();
    roles.sort_by_key(|role| role.since);
    Ok(roles)
}

fn view(directory: &Directory, assignment: &Entity) -> Option<RoleView> {
    let role = Role(assignment);
    let stamps = [("holder", HOLDER[0]), ("plan", PLAN[0])].into_iter().filter_map(|it| {
        let (group, field) = it;
        Some((group.to_owned(), assignment.stamp(field)?.change.to_string()))
    });
    Some(RoleView {
        id: assignment.id.to_string(),
        role: role.role().to_owned(),
        person: person(directory, role.person()?),
        since: role.since().0,
        offered_to: role.offered_to().map(|id| person(directory, id)),
        planned: role.plan().map(|plan| planned(directory, plan)),
        stamps: stamps.collect(),
    })
}

pub(crate) fn planned(directory: &Directory, plan: (EntityId, Timestamp)) -> PlannedView {
    PlannedView { person: person(directory, plan.0), from: plan.1.0 }
}

/// Roles that the incident needs and nobody has: while it is being worked on, and only where it is urgent.
pub(crate) fn unfilled(incident: Incident<'_>, held: &[RoleView]) -> Vec<String> {
    if incident.state() != State::Fixing || !incident.severity().pages() {
        return Vec::new();
    }
    let filled = |role: &&str| held.iter().any(|each| each.role == **role);
    REQUIRED.iter().filter(|role| !filled(role)).map(|role| (*role).to_owned()).collect()
}

/// What the record says to whoever takes over, or joins.
pub(crate) async fn brief(client: &Client, id_or_key: &str) -> Result<BriefView, ApiError> {
    let store = client.store()?;
    let entity = incident::find(client, &store, id_or_key).await?;
    let incident = Incident(&entity);
    let directory = client.directory();
    let row = board::by_id(client, &store, entity.id).await?.ok_or_else(|| not_found(id_or_key))?;
    let lines = ListStream {
        incident: entity.id.to_string(),
        before: None,
        limit: LOOKED_THROUGH,
        entries_only: true,
    };
    let lines = stream::page(client, entity.id, &lines).await?.entries;
    let newest = |kind: EntryKind| -> Vec<EntryView> {
        let kind = entry_kind_view(kind);
        let of_kind = lines.iter().rev().filter(|line| line.kind == kind);
        let standing = of_kind.filter(|line| !line.retracted && line.message_id.is_none());
        standing.take(FEW).cloned().collect()
    };
    let tables = tables::view(client, &store, entity.id).await?;
    let mut changes = tables.changes;
    changes.retain(|change| !change.retracted);
    changes.sort_by_key(|change| Reverse(change.at));
    changes.truncate(FEW);
    let mut workstreams = tables.workstreams;
    let going = [WorkstreamStateView::Active, WorkstreamStateView::Blocked];
    workstreams.retain(|work| !work.retracted && going.contains(&work.state));
    let alerts = intake::alerts(&store, &directory, entity.id).await?;
    let firing = alerts.iter().filter(|alert| alert.firing).count();
    Ok(BriefView {
        row,
        im_since: incident.im_since().map(|at| at.0),
        answers: incident::answers(&directory, incident),
        impact_start: incident.times().impact_start.map(|at| at.0),
        observations: newest(EntryKind::Observation),
        decisions: newest(EntryKind::Decision),
        changes,
        workstreams,
        engaged: engaged(&store, &directory, incident).await?,
        firing: u32::try_from(firing).unwrap_or(u32::MAX),
        unsent: unsent(&store, entity.id).await?,
    })
}

/// Who works on it: who has command or a role, and who was called and came.
async fn engaged(
    store: &Store,
    directory: &Directory,
    incident: Incident<'_>,
) -> Result<Vec<EngagedView>, ApiError> {
    let id = incident.0.id;
    let mut people: BTreeMap<EntityId, (Vec<String>, Timestamp)> = BTreeMap::new();
    let mut works = |who: EntityId, role: Option<&str>, since: Timestamp| {
        let (roles, from) = people.entry(who).or_insert_with(|| (Vec::new(), since));
        roles.extend(role.map(str::to_owned));
        *from = (*from).min(since);
    };
    if let Some(im) = incident.im() {
        works(im, Some("im"), incident.im_since().unwrap_or_default());
    }
    for assignment in store.entities_of(id, &Kind::ROLE).await? {
        let role = Role(&assignment);
        if let Some(who) = role.person().filter(|_| !role.ended()) {
            works(who, Some(role.role()), role.since());
        }
    }
    for page in store.entities_of(id, &Kind::PAGE).await? {
        let at = page.get::<Timestamp>("acknowledged_at");
        if let (Some(who), Some(at)) = (Page(&page).acknowledged_by(), at) {
            works(who, None, at);
        }
    }
    let view = |(who, (roles, since)): (EntityId, (Vec<String>, Timestamp))| EngagedView {
        person: person(directory, who),
        roles,
        since: since.0,
    };
    let mut engaged: Vec<EngagedView> = people.into_iter().map(view).collect();
    engaged.sort_by_key(|one| (one.roles.first().is_none_or(|role| role != "im"), one.since));
    Ok(engaged)
}

/// Change sets about an incident that wait here.
async fn unsent(store: &Store, incident: EntityId) -> Result<u32, ApiError> {
    let id = incident.0.as_bytes().as_slice();
    let count =
        sqlx::query_scalar!("SELECT count(*) FROM outbox WHERE incident = ? AND last IS NULL", id)
            .fetch_one(store.readers())
            .await
            .map_err(StoreError::from)?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}
