//! The record's identity and end.

use firebell_domain::{chain::Hash, id::WorkspaceId, time::Timestamp};
use firebell_server::store::{Head, MAX_KEY_JUMP, StoreError, bigint};
use sqlx::{PgConnection, PgExecutor};

use crate::error::{corrupt, failed};

/// The record's end, and what else an append wants to know at once.
pub(crate) struct Meta {
    pub(crate) head: Head,
    /// The clock.
    pub(crate) now: Timestamp,
    /// Whether any job waits for the rest of a push; seldom.
    pub(crate) waiting: bool,
}

/// Reads the record's end.
pub(crate) async fn read(
    db: impl PgExecutor<'_>,
    workspace: WorkspaceId,
) -> Result<Meta, StoreError> {
    let row = sqlx::query!(
        r#"SELECT epoch, seq, head, next_key, firebell_now() AS "now!",
               EXISTS (SELECT FROM job WHERE workspace = $1 AND waits_for IS NOT NULL) AS "waiting!"
           FROM meta WHERE workspace = $1"#,
        workspace.0
    )
    .fetch_optional(db)
    .await
    .map_err(failed)?
    .ok_or_else(|| corrupt("the workspace is gone"))?;
    let head = Head {
        workspace,
        epoch: row.epoch as u64,
        seq: row.seq as u64,
        hash: hash(&row.head)?,
        next_key: row.next_key as u64,
    };
    Ok(Meta { head, now: Timestamp(row.now), waiting: row.waiting })
}

/// Writes the record's end.
pub(crate) async fn set_head(db: &mut PgConnection, head: &Head) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE meta SET epoch = $2, seq = $3, head = $4, next_key = $5 WHERE workspace = $1",
        head.workspace.0,
        bigint(head.epoch),
        bigint(head.seq),
        head.hash.0.as_slice(),
        bigint(head.next_key)
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

/// A digest from its 32 bytes.
pub(crate) fn hash(bytes: &[u8]) -> Result<Hash, StoreError> {
    Hash::from_slice(bytes).ok_or_else(|| corrupt("a hash has not 32 bytes"))
}
