//! What `doctor` reports about the database.

use firebell_server::store::StoreError;

use crate::{PostgresStore, error::failed, log, meta, migrate};

/// Lines of (what, fine?, detail).
pub(crate) async fn check(
    store: &PostgresStore,
) -> Result<Vec<(String, bool, String)>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT current_setting('server_version') AS "version!",
                  pg_is_in_recovery() AS "standby!",
                  current_setting('server_encoding') AS "encoding!",
                  current_setting('fsync') AS "fsync!",
                  current_setting('full_page_writes') AS "full_page_writes!",
                  current_setting('synchronous_commit') AS "synchronous_commit!",
                  (SELECT ms FROM clock_offset) AS "offset",
                  has_table_privilege('log', 'UPDATE') OR has_table_privilege('log', 'DELETE')
                      OR has_table_privilege('log', 'TRUNCATE') AS "may_rewrite!",
                  EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'log'::regclass
                      AND tgname = 'log_only_grows' AND tgenabled IN ('O', 'A')) AS "guarded!",
                  (SELECT max(version) FROM _sqlx_migrations WHERE success) AS "schema""#
    )
    .fetch_one(&store.pool)
    .await
    .map_err(failed)?;
    let head = meta::read(&store.pool, store.workspace).await?.head;
    let end = log::head_at(&store.pool, store.workspace, head.seq).await?;
    let next = log::head_at(&store.pool, store.workspace, head.seq + 1).await?;
    let on = |setting: &str| setting == "on";
    let line = |what: &str, fine: bool, detail: String| (what.to_owned(), fine, detail);
    let schema = row.schema.unwrap_or(0);
    let offset = row.offset.unwrap_or(0);
    Ok(vec![
        line(
            "database",
            !row.standby && row.encoding == "UTF8",
            format!(
                "PostgreSQL {}, {}, {}",
                row.version,
                row.encoding,
                if row.standby { "a standby" } else { "primary" }
            ),
        ),
        line("schema", schema == migrate::newest(), format!("{schema}")),
        line(
            "durability",
            // Appends turn an "off" of synchronous_commit on for themselves.
            on(&row.fsync) && on(&row.full_page_writes),
            format!(
                "fsync={}, full_page_writes={}, synchronous_commit={}",
                row.fsync, row.full_page_writes, row.synchronous_commit
            ),
        ),
        line("clock", offset == 0, format!("{offset} ms beside the database's own")),
        line(
            "log",
            row.guarded,
            match (row.guarded, row.may_rewrite) {
                (false, _) => "nothing keeps it from being rewritten".to_owned(),
                (true, true) => {
                    "only grows; this role could lift that, another need not".to_owned()
                }
                (true, false) => "only grows".to_owned(),
            },
        ),
        line(
            "record",
            end == Some(head.hash) && next.is_none(),
            format!("epoch {}, {} rows, head {:?}", head.epoch, head.seq, head.hash),
        ),
    ])
}
