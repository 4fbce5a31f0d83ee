//! What comes from the server: rows of the log, answers, keys.

use std::collections::BTreeSet;

use firebell_domain::{
    chain::Hash,
    decide::Refusal,
    id::{EntityId, SetId},
    time::Timestamp,
};
use firebell_protocol::{
    frame::{Ring, SetAnswer, Verdict},
    row::Slot,
};

use super::{
    Store, StoreError, Writing, blob, entity_id, load,
    read::parse,
    save::{note, save},
    state,
};
use crate::replica::{ApplyError, OutboxSet, Place, Slice, answer, apply_rows, verify, withdraw};

impl Store {
    /// Applies slots of the log and moves the cursor, in one transaction.
    ///
    /// # Errors
    /// `Apply` when they do not extend what was seen; then nothing changed, except that a broken chain
    /// is remembered.
    pub async fn apply(
        &self,
        slots: Vec<Slot>,
        head: Hash,
        now: Timestamp,
    ) -> Result<Place, StoreError> {
        let applied = self.write(move |writing| Box::pin(apply(writing, slots, head, now))).await;
        if let Err(StoreError::Apply(ApplyError::ChainBroken { .. })) = &applied {
            self.set_chain_broken(true).await?;
        }
        applied
    }

    /// Takes the server's answers to a push. Answers for sets that are not here any more do nothing.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn answer(&self, answers: Vec<SetAnswer>, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |writing| {
            Box::pin(async move {
                for given in &answers {
                    take_answer(writing, given, now).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Takes a set back that the server has not answered; see [`withdraw`].
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn withdraw(&self, set: SetId, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |writing| {
            Box::pin(async move {
                let connection = &mut writing.connection;
                let Some(number) = load::number_of(connection, set).await? else { return Ok(()) };
                let mut own = std::collections::BTreeMap::new();
                load::add_set(connection, number, &mut own).await?;
                let slice = load::slice_of(connection, own).await?;
                let life = state::life(connection).await?;
                save(writing, withdraw(&slice, set), life, now).await
            })
        })
        .await
    }
}

async fn apply(
    writing: &mut Writing,
    slots: Vec<Slot>,
    head: Hash,
    now: Timestamp,
) -> Result<Place, StoreError> {
    let connection = &mut writing.connection;
    let desktop = state::desktop(connection).await?;
    let Some(cursor) = desktop.cursor.filter(|_| !desktop.chain_broken) else {
        return Err(StoreError::Other("rows came without a place to put them".to_owned()));
    };
    let batch = verify(Place { seq: cursor.seq, head: cursor.head }, &slots, head)?;
    if batch.place.seq == cursor.seq {
        return Ok(batch.place);
    }
    let mut ids: BTreeSet<EntityId> = batch.entities().collect();
    let mut own = Slice::default();
    let to = load::signed(batch.place.seq);
    let settled = sqlx::query_scalar!("SELECT number FROM outbox WHERE last <= ?", to)
        .fetch_all(&mut *connection)
        .await?;
    for number in settled {
        load::add_set(connection, number, &mut own.unsent).await?;
    }
    if is_outbox_empty(connection).await? {
        own.unsent.clear();
    } else {
        let mut seen = BTreeSet::new();
        for row in batch.rows.iter().filter(|row| row.row.device == Some(writing.identity.device)) {
            if seen.insert(row.row.set)
                && let Some(number) = load::number_of(connection, row.row.set).await?
            {
                load::add_set(connection, number, &mut own.unsent).await?;
            }
        }
    }
    ids.extend(own.unsent.values().flat_map(OutboxSet::entities));
    let mut slice = load::slice(connection, &ids).await?;
    slice.unsent.append(&mut own.unsent);
    let writes = apply_rows(&slice, &batch);
    save(writing, writes, cursor.epoch, now).await?;
    Ok(batch.place)
}

async fn is_outbox_empty(connection: &mut sqlx::SqliteConnection) -> Result<bool, StoreError> {
    let any =
        sqlx::query_scalar!("SELECT number FROM outbox LIMIT 1").fetch_optional(connection).await?;
    Ok(any.is_none())
}

async fn take_answer(
    writing: &mut Writing,
    given: &SetAnswer,
    now: Timestamp,
) -> Result<(), StoreError> {
    let connection = &mut writing.connection;
    let Some(number) = load::number_of(connection, given.id).await? else { return Ok(()) };
    if let Verdict::NotNow { error } = &given.verdict {
        let why = serde_json::to_string(error)?;
        sqlx::query!("UPDATE outbox SET not_now = ? WHERE number = ?", why, number)
            .execute(connection)
            .await?;
        writing.changed.sync = true;
        return Ok(());
    }
    if let Verdict::Accepted { first, last } = given.verdict
        && state::desktop(connection).await?.cursor.is_none_or(|cursor| cursor.seq < last)
    {
        return accept(writing, number, (first, last)).await;
    }
    let reissues = matches!(given.verdict, Verdict::Refused { why: Refusal::KeyTaken { .. } });
    let own = if reissues {
        // Whatever builds on it is issued anew too; that is rare, so look through everything.
        load::all_sets(connection).await?
    } else {
        let mut own = std::collections::BTreeMap::new();
        load::add_set(connection, number, &mut own).await?;
        own
    };
    let slice = load::slice_of(connection, own).await?;
    let desktop = state::desktop(connection).await?;
    let seq = desktop.cursor.map_or(0, |cursor| cursor.seq);
    let writes = answer(&slice, seq, desktop.next_number, given);
    let life = state::life(connection).await?;
    save(writing, writes, life, now).await
}

/// A set was accepted and its rows are still to come: it stays and shows what it showed, so that nothing but
/// itself is written. With thousands that wait, showing anew what they touch would cost each of them all others.
async fn accept(
    writing: &mut Writing,
    number: i64,
    (first, last): (u64, u64),
) -> Result<(), StoreError> {
    let (first, last) = (load::signed(first), load::signed(last));
    sqlx::query!("UPDATE outbox SET first = ?, last = ? WHERE number = ?", first, last, number)
        .execute(&mut writing.connection)
        .await?;
    let shown = sqlx::query_scalar!(
        "SELECT body FROM entity WHERE id IN (SELECT entity FROM outbox_touches WHERE number = ?)",
        number
    )
    .fetch_all(&mut writing.connection)
    .await?;
    // What was this desktop's word alone is the record's now.
    for body in shown {
        let entity = parse(&body)?;
        note(&mut writing.changed, entity.id, Some(&entity));
    }
    writing.changed.sync = true;
    Ok(())
}

impl Store {
    /// Keys for the reserve.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn add_keys(&self, numbers: Vec<u64>) -> Result<(), StoreError> {
        self.write(move |writing| {
            Box::pin(async move {
                let numbers = serde_json::to_string(&numbers)?;
                sqlx::query!(
                    "INSERT INTO keys (number) SELECT value FROM json_each(?) WHERE true
                     ON CONFLICT DO NOTHING",
                    numbers
                )
                .execute(&mut writing.connection)
                .await?;
                writing.changed.sync = true;
                Ok(())
            })
        })
        .await
    }

    /// How many keys are left in reserve.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn keys_left(&self) -> Result<u32, StoreError> {
        let left =
            sqlx::query_scalar!("SELECT count(*) FROM keys").fetch_one(self.readers()).await?;
        Ok(u32::try_from(left).unwrap_or(u32::MAX))
    }

    /// The lowest key of the reserve. It leaves the reserve with the set that uses it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn next_key(&self) -> Result<Option<u64>, StoreError> {
        let number =
            sqlx::query_scalar!("SELECT min(number) FROM keys").fetch_one(self.readers()).await?;
        Ok(number.map(load::unsigned))
    }

    /// Which steps of pages were shown here before, of those that ring.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn rings_shown(
        &self,
        rings: &[Ring],
    ) -> Result<BTreeSet<(EntityId, u32)>, StoreError> {
        let steps: Vec<(String, u32)> =
            rings.iter().map(|ring| (ring.page.0.simple().to_string(), ring.step)).collect();
        let steps = serde_json::to_string(&steps)?;
        let found = sqlx::query!(
            r#"SELECT shown.page, shown.step AS "step!: u32"
               FROM json_each(?) AS r
               JOIN rings_shown AS shown
                 ON shown.page = unhex(r.value ->> 0) AND shown.step = r.value ->> 1"#,
            steps
        )
        .fetch_all(self.readers())
        .await?;
        found.into_iter().map(|row| Ok((entity_id(&row.page)?, row.step))).collect()
    }

    /// Remembers that these rings were shown.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn set_rings_shown(
        &self,
        rings: Vec<Ring>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |writing| {
            Box::pin(async move {
                for ring in rings {
                    let (page, incident) = (blob(ring.page.0), ring.incident.map(|id| blob(id.0)));
                    sqlx::query!(
                        "INSERT INTO rings_shown (page, step, incident, at) VALUES (?, ?, ?, ?)
                         ON CONFLICT DO NOTHING",
                        page,
                        ring.step,
                        incident,
                        now.0
                    )
                    .execute(&mut writing.connection)
                    .await?;
                }
                Ok(())
            })
        })
        .await
    }
}
