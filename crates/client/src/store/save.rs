//! Writing what a function of the replica decided.

use firebell_domain::{
    canonical,
    entity::{Entity, Kind},
    file::FILES,
    id::EntityId,
    time::Timestamp,
};
use sqlx::SqliteConnection;

use super::{StoreError, Writing, blob, load::signed, projection};
use crate::replica::{OutboxSet, RefusedSet, Shown, Writes};

/// Writes everything, and notes what to announce. `life` is the epoch in which confirmed parts were
/// read; `now` dates what is kept.
pub(super) async fn save(
    writing: &mut Writing,
    writes: Writes,
    life: u64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let connection = &mut writing.connection;
    let mut projections = projection::Projections::default();
    for (id, shown) in &writes.entities {
        save_entity(connection, *id, shown, life).await?;
        match shown {
            Shown::Confirmed(entity) => projections.add(entity, false),
            Shown::WithUnsent { visible, .. } => projections.add(visible, true),
            Shown::Gone => {}
        }
        note(&mut writing.changed, *id, shown.visible());
    }
    projections.save(connection).await?;
    for (number, set) in &writes.outbox {
        match set {
            Some(set) => save_set(connection, writing.identity.workspace.0, set).await?,
            None => drop_set(connection, *number).await?,
        }
        writing.changed.sync = true;
    }
    for set in &writes.refused {
        save_refused(connection, set).await?;
        writing.changed.incidents.extend(set.incident);
    }
    for set in &writes.kept {
        keep(connection, set, now).await?;
    }
    for row in &writes.rows {
        projection::save_row(connection, row, life).await?;
        writing.changed.incidents.extend(row.row.outcome.incident);
    }
    if let Some(place) = writes.place {
        let (seq, head) = (signed(place.seq), place.head.0.to_vec());
        sqlx::query!("UPDATE desktop SET seq = ?, head = ? WHERE one = 1", seq, head)
            .execute(&mut *connection)
            .await?;
        writing.changed.sync = true;
    }
    for number in &writes.keys_used {
        let number = signed(*number);
        sqlx::query!("DELETE FROM keys WHERE number = ?", number).execute(&mut *connection).await?;
    }
    writing.changed.notices.extend(writes.notices);
    Ok(())
}

/// Notes what changed for whoever shows it.
pub(super) fn note(changed: &mut super::Changed, id: EntityId, entity: Option<&Entity>) {
    let Some(entity) = entity else {
        // What is gone was an incident's, or a directory entity that this desktop alone had.
        changed.directory.insert(id, None);
        changed.sync = true;
        return;
    };
    changed.incidents.extend(entity.incident);
    if entity.kind == Kind::PAGE {
        changed.pages.insert(id);
    }
    if let (true, Some(incident)) = (entity.lists.contains_key(FILES), entity.incident) {
        changed.files.insert((incident, id));
    }
    if entity.kind.is_directory() {
        changed.directory.insert(id, Some(entity.clone()));
    }
}

async fn save_entity(
    connection: &mut SqliteConnection,
    id: EntityId,
    shown: &Shown,
    life: u64,
) -> Result<(), StoreError> {
    let key = blob(id.0);
    match shown {
        Shown::Gone => {
            sqlx::query!("DELETE FROM entity WHERE id = ?", key).execute(&mut *connection).await?;
            drop_confirmed(connection, &key).await?;
            projection::drop_entity(connection, id).await?;
        }
        Shown::Confirmed(entity) => {
            put_entity(connection, entity, life, entity.seq, false).await?;
            drop_confirmed(connection, &key).await?;
        }
        Shown::WithUnsent { visible, confirmed } => {
            let seq = confirmed.as_ref().map_or(0, |entity| entity.seq);
            put_entity(connection, visible, life, seq, true).await?;
            match confirmed {
                Some(entity) => put_confirmed(connection, entity, life).await?,
                None => drop_confirmed(connection, &key).await?,
            }
        }
    }
    Ok(())
}

/// Writes an entity as it is shown. A confirmed part that did not change stays in the life in which it
/// was read.
async fn put_entity(
    connection: &mut SqliteConnection,
    entity: &Entity,
    life: u64,
    seq: u64,
    unsent: bool,
) -> Result<(), StoreError> {
    let id = blob(entity.id.0);
    let kind = entity.kind.as_str();
    let incident = entity.incident.map(|id| blob(id.0));
    let (seq, life, body) = (signed(seq), signed(life), bytes(entity)?);
    sqlx::query!(
        "INSERT INTO entity (id, kind, incident, seq, life, unsent, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (id) DO UPDATE SET life = CASE seq WHEN ?4 THEN life ELSE ?5 END, seq = ?4,
                                        unsent = ?6, body = ?7",
        id,
        kind,
        incident,
        seq,
        life,
        unsent,
        body
    )
    .execute(&mut *connection)
    .await?;
    Ok(())
}

async fn put_confirmed(
    connection: &mut SqliteConnection,
    entity: &Entity,
    life: u64,
) -> Result<(), StoreError> {
    let id = blob(entity.id.0);
    let kind = entity.kind.as_str();
    let incident = entity.incident.map(|id| blob(id.0));
    let (seq, life, body) = (signed(entity.seq), signed(life), bytes(entity)?);
    sqlx::query!(
        "INSERT INTO entity_confirmed (id, kind, incident, seq, life, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET life = CASE seq WHEN ?4 THEN life ELSE ?5 END, seq = ?4,
                                        body = ?6",
        id,
        kind,
        incident,
        seq,
        life,
        body
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn drop_confirmed(connection: &mut SqliteConnection, key: &[u8]) -> Result<(), StoreError> {
    sqlx::query!("DELETE FROM entity_confirmed WHERE id = ?", key).execute(connection).await?;
    Ok(())
}

async fn save_set(
    connection: &mut SqliteConnection,
    workspace: uuid::Uuid,
    set: &OutboxSet,
) -> Result<(), StoreError> {
    let number = signed(set.number);
    let (id, workspace, person) = (blob(set.id.0), blob(workspace), blob(set.person.0));
    let incident = set.incident.map(|id| blob(id.0));
    let referee = set.is_referee();
    let after = serde_json::to_string(&set.after)?;
    let (first, last) = set.accepted.map(|(f, l)| (signed(f), signed(l))).unzip();
    let body = serde_json::to_vec(&set.changes)?;
    let outcomes = serde_json::to_vec(&set.outcomes)?;
    sqlx::query!(
        "INSERT INTO outbox (number, id, workspace, person, incident, referee, written_at, again, after,
                             first, last, body, outcomes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
         ON CONFLICT (number) DO UPDATE SET incident = ?5, again = ?8, after = ?9, first = ?10,
                             last = ?11, outcomes = ?13",
        number,
        id,
        workspace,
        person,
        incident,
        referee,
        set.written_at.0,
        set.again,
        after,
        first,
        last,
        body,
        outcomes
    )
    .execute(&mut *connection)
    .await?;
    for entity in set.entities() {
        let entity = blob(entity.0);
        sqlx::query!(
            "INSERT INTO outbox_touches (entity, number) VALUES (?, ?) ON CONFLICT DO NOTHING",
            entity,
            number
        )
        .execute(&mut *connection)
        .await?;
    }
    // The next set's number lies beyond every number that was ever used.
    sqlx::query!("UPDATE desktop SET next_number = max(next_number, ?1 + 1) WHERE one = 1", number)
        .execute(&mut *connection)
        .await?;
    projection::save_lines(connection, set).await
}

async fn drop_set(connection: &mut SqliteConnection, number: u64) -> Result<(), StoreError> {
    let number = signed(number);
    sqlx::query!(
        "DELETE FROM stream WHERE unsent = (SELECT id FROM outbox WHERE number = ?)",
        number
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!("DELETE FROM outbox WHERE number = ?", number).execute(connection).await?;
    Ok(())
}

async fn save_refused(
    connection: &mut SqliteConnection,
    set: &RefusedSet,
) -> Result<(), StoreError> {
    let id = blob(set.id.0);
    let root = blob(set.root.0);
    let incident = set.incident.map(|id| blob(id.0));
    let number = signed(set.number);
    let after = serde_json::to_string(&set.after)?;
    let body = serde_json::to_vec(&set.changes)?;
    let refusal = serde_json::to_string(&set.refusal)?;
    // A root that was dealt with already leaves this set an item of its own.
    sqlx::query!(
        "INSERT INTO refused (id, root, number, incident, written_at, after, body, refusal)
         VALUES (?1, CASE WHEN EXISTS (SELECT 1 FROM refused WHERE id = ?2) THEN ?2 ELSE ?1 END,
                 ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (id) DO NOTHING",
        id,
        root,
        number,
        incident,
        set.written_at.0,
        after,
        body,
        refusal
    )
    .execute(&mut *connection)
    .await?;
    // It was accepted in an earlier life of the record: it is not offered a third time.
    sqlx::query!("DELETE FROM own_accepted WHERE id = ?", id).execute(connection).await?;
    Ok(())
}

async fn keep(
    connection: &mut SqliteConnection,
    set: &OutboxSet,
    now: Timestamp,
) -> Result<(), StoreError> {
    let id = blob(set.id.0);
    let incident = set.incident.map(|id| blob(id.0));
    let number = signed(set.number);
    let body = serde_json::to_vec(&set.changes)?;
    let outcomes = serde_json::to_vec(&set.outcomes)?;
    sqlx::query!(
        "INSERT INTO own_accepted (id, number, incident, written_at, accepted_at, body, outcomes)
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        id,
        number,
        incident,
        set.written_at.0,
        now.0,
        body,
        outcomes
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The canonical bytes of an entity.
pub(super) fn bytes(entity: &Entity) -> Result<Vec<u8>, StoreError> {
    canonical::to_bytes(entity).map_err(|error| StoreError::Corrupt(error.to_string()))
}
