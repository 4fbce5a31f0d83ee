//! The record's identity and end.

use firebell_domain::{chain::Hash, id::WorkspaceId};
use firebell_server::store::{Head, MAX_KEY_JUMP, StoreError, bigint};
use sqlx::{SqliteConnection, SqliteExecutor};
use uuid::Uuid;

use crate::error::{corrupt, failed};

/// Reads the record's end.
pub(crate) async fn head(db: impl SqliteExecutor<'_>) -> Result<Head, StoreError> {
    Ok(head_and_waiting(db).await?.0)
}

/// Reads the record's end, and whether any job waits for a device's push.
pub(crate) async fn head_and_waiting(
    db: impl SqliteExecutor<'_>,
) -> Result<(Head, bool), StoreError> {
    let row = sqlx::query!(
        r#"SELECT workspace, epoch, seq, head, next_key,
               EXISTS (SELECT 1 FROM job WHERE waits_for IS NOT NULL) AS "waiting!: bool"
           FROM meta"#
    )
    .fetch_one(db)
    .await
    .map_err(failed)?;
    let head = Head {
        workspace: WorkspaceId(uuid(&row.workspace)?),
        epoch: row.epoch as u64,
        seq: row.seq as u64,
        hash: hash(&row.head)?,
        next_key: row.next_key as u64,
    };
    Ok((head, row.waiting))
}

/// Writes the record's end.
pub(crate) async fn set_head(db: &mut SqliteConnection, head: &Head) -> Result<(), StoreError> {
    let (epoch, seq) = (bigint(head.epoch), bigint(head.seq));
    let (hash, next_key) = (head.hash.0.as_slice(), bigint(head.next_key));
    sqlx::query!(
        "UPDATE meta SET epoch = ?, seq = ?, head = ?, next_key = ?",
        epoch,
        seq,
        hash,
        next_key
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(())
}

/// The next key beyond what a desktop reports, unless that cannot be true.
pub(crate) fn beyond(next_key: u64, highest_key: u64) -> u64 {
    if highest_key.saturating_sub(next_key) < MAX_KEY_JUMP {
        next_key.max(highest_key + 1)
    } else {
        next_key
    }
}

/// An id from its 16 bytes.
pub(crate) fn uuid(bytes: &[u8]) -> Result<Uuid, StoreError> {
    Uuid::from_slice(bytes).map_err(|_| corrupt("an id has not 16 bytes"))
}

/// A digest from its 32 bytes.
pub(crate) fn hash(bytes: &[u8]) -> Result<Hash, StoreError> {
    Hash::from_slice(bytes).ok_or_else(|| corrupt("a hash has not 32 bytes"))
}

/// Ids as a JSON array of hexadecimal texts: SQLite has no arrays, and this is one statement.
pub(crate) fn id_list(ids: impl IntoIterator<Item = Uuid>) -> String {
    let mut text = String::from("[");
    for (index, id) in ids.into_iter().enumerate() {
        text.push_str(if index == 0 { "\"" } else { ",\"" });
        text.push_str(id.simple().encode_lower(&mut Uuid::encode_buffer()));
        text.push('"');
    }
    text.push(']');
    text
}
