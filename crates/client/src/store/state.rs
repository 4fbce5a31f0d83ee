//! Where this desktop stands: its place in the log, what a connection begins with.

use firebell_domain::{chain::Hash, time::Timestamp};
use firebell_protocol::row::Cursor;
use sqlx::SqliteConnection;

use super::{Identity, Store, StoreError, identity, load};

/// The desktop's own row.
pub(super) struct Desktop {
    pub(super) cursor: Option<Cursor>,
    /// The last life of the record that it had a place in.
    pub(super) epoch: Option<u64>,
    pub(super) next_number: u64,
    pub(super) chain_broken: bool,
}

/// What a connection begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncStart {
    /// Whose it is.
    pub identity: Identity,
    /// Up to where it has the log; none while a first sync is not finished.
    pub cursor: Option<Cursor>,
    /// A first sync is under way.
    pub snapshot: bool,
    /// The record failed to extend what was seen.
    pub chain_broken: bool,
    /// Keys in reserve.
    pub keys_left: u32,
    /// Highest key number that it knows of.
    pub highest_key: u64,
}

impl Store {
    /// What a connection begins with.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn sync_start(&self) -> Result<SyncStart, StoreError> {
        let mut connection = self.readers().acquire().await?;
        let desktop = desktop(&mut connection).await?;
        let keys =
            sqlx::query!(r#"SELECT count(*) AS "left!", max(number) AS "highest: i64" FROM keys"#)
                .fetch_one(&mut *connection)
                .await?;
        let used = sqlx::query_scalar!("SELECT max(number) FROM incident")
            .fetch_one(&mut *connection)
            .await?;
        let snapshot = super::snapshot::progress(&mut connection).await?.is_some();
        Ok(SyncStart {
            identity: self.identity(),
            // While a first sync is under way, what was before does not count any more.
            cursor: desktop.cursor.filter(|_| !snapshot),
            snapshot,
            chain_broken: desktop.chain_broken,
            keys_left: u32::try_from(keys.left).unwrap_or(u32::MAX),
            highest_key: keys.highest.max(used).map_or(0, load::unsigned),
        })
    }

    /// Remembers that the record does not extend what was seen, or that this is settled.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn set_chain_broken(&self, broken: bool) -> Result<(), StoreError> {
        self.write(move |writing| {
            Box::pin(async move {
                sqlx::query!("UPDATE desktop SET chain_broken = ? WHERE one = 1", broken)
                    .execute(&mut writing.connection)
                    .await?;
                writing.changed.sync = true;
                Ok(())
            })
        })
        .await
    }

    /// Forgets small things whose time is over: own accepted sets after 30 days, rings after a year.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn tidy(&self, now: Timestamp) -> Result<(), StoreError> {
        const DAY_SECS: i64 = 86_400;
        self.write(move |writing| {
            Box::pin(async move {
                let accepted = now.plus_secs(-30 * DAY_SECS).0;
                sqlx::query!("DELETE FROM own_accepted WHERE accepted_at < ?", accepted)
                    .execute(&mut writing.connection)
                    .await?;
                let rang = now.plus_secs(-365 * DAY_SECS).0;
                sqlx::query!("DELETE FROM rings_shown WHERE at < ?", rang)
                    .execute(&mut writing.connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}

/// Reads the desktop's own row.
pub(super) async fn desktop(connection: &mut SqliteConnection) -> Result<Desktop, StoreError> {
    let row = sqlx::query!(
        "SELECT workspace, person, device, next_number, epoch, seq, head, chain_broken
         FROM desktop WHERE one = 1"
    )
    .fetch_one(connection)
    .await?;
    let workspace = identity::identity(&row.workspace, &row.person, &row.device)?.workspace;
    let cursor = match (row.epoch, row.seq, row.head) {
        (Some(epoch), Some(seq), Some(head)) => Some(Cursor {
            workspace,
            epoch: load::unsigned(epoch),
            seq: load::unsigned(seq),
            head: Hash::from_slice(&head)
                .ok_or_else(|| StoreError::Corrupt("a head is not 32 bytes".to_owned()))?,
        }),
        _ => None,
    };
    Ok(Desktop {
        cursor,
        epoch: row.epoch.map(load::unsigned),
        next_number: load::unsigned(row.next_number),
        chain_broken: row.chain_broken != 0,
    })
}

/// The epoch in which confirmed entities are read now: of the snapshot that is under way, or of the
/// cursor.
pub(super) async fn life(connection: &mut SqliteConnection) -> Result<u64, StoreError> {
    let life = sqlx::query_scalar!(
        r#"SELECT coalesce((SELECT epoch FROM snapshot), (SELECT epoch FROM desktop), 0) AS "life!: i64""#
    )
    .fetch_one(connection)
    .await?;
    Ok(load::unsigned(life))
}
