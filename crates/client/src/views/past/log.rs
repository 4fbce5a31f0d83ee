//! Steps of an incident's log in the order in which they were accepted; what is not sent yet comes last.

use std::collections::{BTreeMap, BTreeSet};

use firebell_domain::{
    change::Change,
    entity::{Entity, Stamp},
    id::{ChangeId, EntityId},
    outcome::{self, Outcome},
    timeline::{Line, line},
};
use firebell_protocol::row::Row;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    api::ApiError,
    store::{Store, StoreError},
};

/// Rows of one read: statements stay short, whatever an incident has.
const ROWS: i64 = 2_000;

/// One step.
pub(super) struct Step {
    pub(super) stamp: Stamp,
    /// Since when others could know of it: when the server got it; when it was written, if it did not.
    pub(super) known_at: i64,
    /// Its place in the log; none while it is not sent.
    pub(super) seq: Option<u64>,
    change: Value,
    pub(super) outcome: Outcome,
}

impl Step {
    fn of_row(row: Row) -> Option<Self> {
        let stamp = row.stamp()?;
        let Row { seq, received_at, change, outcome, .. } = row;
        Some(Self { stamp, known_at: received_at.0, seq: Some(seq), change, outcome })
    }

    /// What the program says of it.
    pub(super) fn line(&self) -> Option<Line> {
        let change = Change::deserialize(&self.change).ok()?;
        line(&change, self.stamp.author, &self.outcome)
    }

    /// Folds it into what was there.
    pub(super) fn fold_into(&self, world: &mut BTreeMap<EntityId, Entity>) {
        let before = world.remove(&self.outcome.entity);
        let after = outcome::fold(before, &self.outcome, &self.stamp, self.seq);
        world.insert(self.outcome.entity, after);
    }
}

/// All steps of an incident.
pub(super) async fn of_incident(store: &Store, incident: EntityId) -> Result<Vec<Step>, ApiError> {
    let id = incident.0.as_bytes().as_slice();
    let mut steps = Vec::new();
    let mut after = 0;
    loop {
        let rows = sqlx::query!(
            "SELECT seq, row FROM history WHERE incident = ? AND seq > ? ORDER BY seq LIMIT ?",
            id,
            after,
            ROWS
        )
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::from)?;
        let Some(last) = rows.last() else { break };
        after = last.seq;
        add_rows(&mut steps, rows.iter().map(|row| row.row.as_slice()))?;
    }
    add_unsent(store, &mut steps, |outcome| outcome.incident == Some(incident)).await?;
    Ok(steps)
}

/// All steps of one entity.
pub(super) async fn of_entity(store: &Store, entity: EntityId) -> Result<Vec<Step>, ApiError> {
    let id = entity.0.as_bytes().as_slice();
    let mut steps = Vec::new();
    let mut after = 0;
    loop {
        let rows = sqlx::query!(
            "SELECT seq, row FROM history WHERE entity = ? AND seq > ? ORDER BY seq LIMIT ?",
            id,
            after,
            ROWS
        )
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::from)?;
        let Some(last) = rows.last() else { break };
        after = last.seq;
        add_rows(&mut steps, rows.iter().map(|row| row.row.as_slice()))?;
    }
    add_unsent(store, &mut steps, |outcome| outcome.entity == entity).await?;
    Ok(steps)
}

/// Adds rows of the log as they were sent.
fn add_rows<'a>(
    steps: &mut Vec<Step>,
    rows: impl Iterator<Item = &'a [u8]>,
) -> Result<(), ApiError> {
    for row in rows {
        let row = serde_json::from_slice(row).map_err(ApiError::internal)?;
        steps.extend(Step::of_row(row));
    }
    Ok(())
}

/// What was done here and is not in the log yet. A set whose row came in between is not told twice.
async fn add_unsent(
    store: &Store,
    steps: &mut Vec<Step>,
    wanted: impl Fn(&Outcome) -> bool,
) -> Result<(), ApiError> {
    let known: BTreeSet<ChangeId> = steps.iter().map(|step| step.stamp.change).collect();
    for set in store.unsent_sets().await? {
        for (change, outcome) in set.changes.iter().zip(&set.outcomes) {
            let Some(stamp) = set.stamp(change) else { continue };
            if wanted(outcome) && !known.contains(&stamp.change) {
                let (known_at, change, outcome) = (stamp.at.0, change.clone(), outcome.clone());
                steps.push(Step { stamp, known_at, seq: None, change, outcome });
            }
        }
    }
    Ok(())
}
