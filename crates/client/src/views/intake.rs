//! Alerts of an incident, as its screen shows them.

use firebell_domain::{
    entity::{Entity, Kind},
    id::EntityId,
    intake::{Alert, AlertState},
};

use super::names::name;
use crate::{
    Directory,
    api::{ApiError, intake::AlertView},
    store::Store,
};

/// Most alerts that are shown of one incident.
const MAX_SHOWN: usize = 100;

/// Alerts of an incident: those that fire first, then the newest first.
pub(crate) async fn alerts(
    store: &Store,
    directory: &Directory,
    incident: EntityId,
) -> Result<Vec<AlertView>, ApiError> {
    let entities = store.entities_of(incident, &Kind::ALERT).await?;
    // One whose place another cycle took says nothing of its own.
    let mut shown: Vec<&Entity> =
        entities.iter().filter(|it| Alert(it).state() != AlertState::Superseded).collect();
    shown.sort_by_key(|it| (!Alert(it).is_firing(), std::cmp::Reverse(Alert(it).received_at())));
    let view = |entity: &&Entity| {
        let alert = Alert(entity);
        let report = alert.report();
        AlertView {
            id: entity.id.to_string(),
            source: alert.source().map(|source| name(directory, source)).unwrap_or_default(),
            summary: report.summary,
            link: report.link,
            firing: alert.is_firing(),
            count: report.firing,
            reports: u32::try_from(alert.count()).unwrap_or(u32::MAX),
            acknowledged: alert.acknowledged(),
            starts_at: report.starts_at.map(|at| at.0),
            received_at: alert.received_at().0,
            ended_at: alert.ended_at().map(|at| at.0),
        }
    };
    Ok(shown.iter().take(MAX_SHOWN).map(view).collect())
}
