//! The outbox and the inbox of refused sets, for whoever sends and whoever decides about them.

use std::collections::BTreeSet;

use firebell_domain::{
    id::{EntityId, SetId},
    time::Timestamp,
};
use firebell_protocol::{MAX_PUSH, frame::PushSet};
use uuid::Uuid;

use super::{
    Store, StoreError, Writing, blob, entity_id,
    execute::execute_one,
    load::{self, unsigned},
    set_id,
};
use crate::{
    api::{ApiError, ErrorCode},
    replica::{Push, RefusedSet, Waiting, plan, reapply},
};

/// So many sets of each kind are looked at to fill a push. All of them would be too many: whoever comes back
/// after a day offline sends thousands, a few hundred at a time.
const AHEAD: usize = 4 * MAX_PUSH;

impl Store {
    /// What to push next, as [`plan`] has it of everything that waits.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn plan_push(
        &self,
        flight: &BTreeSet<SetId>,
        held: &BTreeSet<SetId>,
    ) -> Result<Push, StoreError> {
        self.plan_push_of(AHEAD + flight.len() + held.len(), flight, held).await
    }

    /// Looks at `room` sets of each kind first, and at more only when they do not fill a push: what builds on
    /// a held set may be all that is in sight.
    pub(super) async fn plan_push_of(
        &self,
        mut room: usize,
        flight: &BTreeSet<SetId>,
        held: &BTreeSet<SetId>,
    ) -> Result<Push, StoreError> {
        loop {
            let waiting = self.waiting(room).await?;
            let push = plan(&waiting, flight, held);
            if push.more || waiting.len() < room {
                return Ok(push);
            }
            room = room.saturating_mul(4);
        }
    }

    /// Sets that wait, as planning needs them: the first `most` of those that are offered again, of those that
    /// go before others and of all, with what these build on. Fewer than `most` are all there are.
    async fn waiting(&self, most: usize) -> Result<Vec<Waiting>, StoreError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = sqlx::query!(
            r#"WITH RECURSIVE planned (number) AS (
                 SELECT number FROM (SELECT number FROM outbox WHERE last IS NULL
                   ORDER BY number LIMIT ?1)
                 UNION
                 SELECT number FROM (SELECT number FROM outbox WHERE last IS NULL AND again = 1
                   ORDER BY number LIMIT ?1)
                 UNION
                 SELECT number FROM (SELECT number FROM outbox WHERE last IS NULL AND referee = 1
                   ORDER BY number LIMIT ?1)
                 UNION
                 SELECT below.number FROM planned
                   JOIN outbox above ON above.number = planned.number
                   JOIN json_each(above.after) AS id
                   JOIN outbox below ON below.id = unhex(replace(id.value, '-', ''))
                 WHERE below.last IS NULL
               )
               SELECT number AS "number!", id AS "id!", after AS "after!", referee AS "referee!: i64",
                 again AS "again!: i64", length(body) AS "bytes!: i64"
               FROM planned JOIN outbox USING (number) ORDER BY number"#,
            most
        )
        .fetch_all(self.readers())
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(Waiting {
                    number: unsigned(row.number),
                    id: set_id(&row.id)?,
                    after: serde_json::from_str(&row.after)?,
                    referee: row.referee != 0,
                    again: row.again != 0,
                    bytes: usize::try_from(row.bytes).unwrap_or(usize::MAX),
                })
            })
            .collect()
    }

    /// Sets that no frame can hold: they stay, and their author is told.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn hold_too_large(&self, ids: Vec<SetId>) -> Result<(), StoreError> {
        let error = ApiError::of(ErrorCode::TooLarge, "larger than any frame");
        let why = serde_json::to_string(&error)?;
        self.write(move |writing| {
            Box::pin(async move {
                for id in ids {
                    let key = blob(id.0);
                    sqlx::query!("UPDATE outbox SET not_now = ? WHERE id = ?", why, key)
                        .execute(&mut writing.connection)
                        .await?;
                }
                writing.changed.sync = true;
                Ok(())
            })
        })
        .await
    }

    /// Sets as they go over the wire, in the order asked for; those that are gone are left out.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn push_sets(&self, ids: &[SetId]) -> Result<Vec<PushSet>, StoreError> {
        let mut connection = self.readers().acquire().await?;
        let mut sets = Vec::with_capacity(ids.len());
        for id in ids {
            if let Some(number) = load::number_of(&mut connection, *id).await? {
                let mut found = std::collections::BTreeMap::new();
                load::add_set(&mut connection, number, &mut found).await?;
                sets.extend(found.values().map(crate::replica::OutboxSet::to_push));
            }
        }
        Ok(sets)
    }

    /// A refused set and what was refused with it, in order.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn refused_tail(&self, root: SetId) -> Result<Vec<RefusedSet>, StoreError> {
        let mut connection = self.readers().acquire().await?;
        refused_tail(&mut connection, root).await
    }

    /// The author has dealt with a refused set: it and what was refused with it go.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn dismiss_refused(&self, root: SetId) -> Result<(), StoreError> {
        self.write(move |writing| Box::pin(drop_refused(writing, root))).await
    }

    /// Issues a refused set and what was refused with it anew, on top of what stands now, in one
    /// transaction. `fresh` makes ids.
    ///
    /// # Errors
    /// `Refused` when the rules still refuse it; then the inbox keeps it. `Corrupt` when it is of a
    /// kind that this version does not know.
    pub async fn reapply_refused(
        &self,
        root: SetId,
        now: Timestamp,
        fresh: impl FnMut() -> Uuid + Send + 'static,
    ) -> Result<(), StoreError> {
        self.write(move |writing| {
            Box::pin(async move {
                let tail = refused_tail(&mut writing.connection, root).await?;
                let ids: BTreeSet<EntityId> = tail
                    .iter()
                    .flat_map(|set| set.changes.iter())
                    .filter_map(|change| change.get("entity")?.as_str()?.parse().ok())
                    .collect();
                let world = load::world(&mut writing.connection, ids).await?;
                let sets = reapply(&tail, &world, now, fresh).ok_or_else(|| {
                    StoreError::Corrupt("a refused change is of an unknown kind".to_owned())
                })?;
                for set in sets {
                    execute_one(writing, set, now, false).await?;
                }
                drop_refused(writing, root).await
            })
        })
        .await
    }
}

async fn drop_refused(writing: &mut Writing, root: SetId) -> Result<(), StoreError> {
    let key = blob(root.0);
    let incidents = sqlx::query_scalar!(
        "SELECT incident FROM refused WHERE (id = ?1 OR root = ?1) AND incident IS NOT NULL",
        key
    )
    .fetch_all(&mut writing.connection)
    .await?;
    for incident in incidents.into_iter().flatten() {
        writing.changed.incidents.insert(entity_id(&incident)?);
    }
    sqlx::query!("DELETE FROM refused WHERE id = ?1 OR root = ?1", key)
        .execute(&mut writing.connection)
        .await?;
    writing.changed.sync = true;
    Ok(())
}

async fn refused_tail(
    connection: &mut sqlx::SqliteConnection,
    root: SetId,
) -> Result<Vec<RefusedSet>, StoreError> {
    let key = blob(root.0);
    let rows = sqlx::query!(
        "SELECT id, root, number, incident, written_at, after, body, refusal FROM refused
         WHERE id = ?1 OR root = ?1 ORDER BY number",
        key
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(RefusedSet {
                id: set_id(&row.id)?,
                root: set_id(&row.root)?,
                number: unsigned(row.number),
                incident: row.incident.as_deref().map(entity_id).transpose()?,
                written_at: Timestamp(row.written_at),
                after: serde_json::from_str(&row.after)?,
                changes: serde_json::from_slice(&row.body)?,
                refusal: serde_json::from_str(&row.refusal)?,
            })
        })
        .collect()
}
