//! Files: new ones, older ones, newer ones, damaged ones.

use std::path::Path;

use firebell_domain::id::EntityId;
use firebell_server::store::{JobBody, NewJob, Store, StoreError, Writes};
use firebell_server_sqlite::SqliteStore;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use uuid::Uuid;

async fn open(file: &Path) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(file.to_str().expect("a name")).await
}

async fn edit(file: &Path, sql: &'static str) {
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    let mut db = SqliteConnection::connect_with(&options).await.expect("it opens");
    sqlx::raw_sql(sql).execute(&mut db).await.expect("it runs");
    db.close().await.expect("it closes");
}

#[tokio::test]
async fn a_record_keeps_its_identity_when_it_is_opened_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("record.db");
    let store = open(&file).await.expect("a new file");
    let head = store.head().await.expect("head");
    store.close().await;
    let url = format!("sqlite://{}", file.display());
    let store = SqliteStore::open(&url).await.expect("the same file");
    assert_eq!(store.head().await.expect("head"), head);
}

#[tokio::test]
async fn a_file_that_was_never_finished_is_a_new_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("record.db");
    edit(&file, "PRAGMA journal_mode = WAL; CREATE TABLE t (a); DROP TABLE t").await;
    assert!(std::fs::metadata(&file).expect("it is there").len() > 0);
    let store = open(&file).await.expect("as if there were none");
    assert_eq!(store.head().await.expect("head").seq, 0);
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder.path().join("record.db")).await.expect("a new file");
    store.backup(&folder.path().join("copy.db")).await.expect("a backup");
    for entry in std::fs::read_dir(folder.path()).expect("a folder") {
        let entry = entry.expect("an entry");
        let mode = entry.metadata().expect("metadata").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", entry.file_name());
    }
}

#[tokio::test]
async fn a_newer_file_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("record.db");
    open(&file).await.expect("a new file").close().await;
    edit(
        &file,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', true, x'00', 1)",
    )
    .await;
    let before = std::fs::read(&file).expect("bytes");
    let refused = open(&file).await;
    assert!(matches!(refused, Err(StoreError::Newer(_))), "{refused:?}");
    assert_eq!(std::fs::read(&file).expect("bytes"), before);
}

#[tokio::test]
async fn what_is_no_record_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    let garbage = folder.path().join("garbage.db");
    std::fs::write(&garbage, "this is a letter to my aunt, not a database\n".repeat(200))
        .expect("written");
    let foreign = folder.path().join("foreign.db");
    edit(&foreign, "CREATE TABLE recipe (name TEXT); INSERT INTO recipe VALUES ('soup')").await;
    for file in [garbage, foreign] {
        let before = std::fs::read(&file).expect("bytes");
        let refused = open(&file).await;
        assert!(matches!(refused, Err(StoreError::Corrupt(_))), "{refused:?}");
        assert_eq!(std::fs::read(&file).expect("bytes"), before);
    }
}

#[tokio::test]
async fn the_log_cannot_be_rewritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("record.db");
    open(&file).await.expect("a new file").close().await;
    edit(
        &file,
        "INSERT INTO log (seq, entity, salt, head, set_end, body)
         VALUES (1, zeroblob(16), zeroblob(16), zeroblob(32), 1, x'00')",
    )
    .await;
    let options = SqliteConnectOptions::new().filename(&file);
    let mut db = SqliteConnection::connect_with(&options).await.expect("it opens");
    for sql in ["UPDATE log SET body = x'01'", "DELETE FROM log"] {
        let refused = sqlx::raw_sql(sql).execute(&mut db).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("only grows")));
    }
}

#[tokio::test]
async fn a_backup_does_not_replace_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder.path().join("record.db")).await.expect("a new file");
    let copy = folder.path().join("copy.db");
    store.backup(&copy).await.expect("a backup");
    assert!(store.backup(&copy).await.is_err());
    assert_eq!(
        open(&copy).await.expect("it opens").head().await.expect("head"),
        store.head().await.expect("head")
    );
}

#[tokio::test]
async fn a_job_that_cannot_be_read_does_not_stop_the_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("record.db");
    let store = open(&file).await.expect("a new file");
    let append = store.begin().await.expect("begin");
    let id = Uuid::from_u128(2);
    let body = JobBody::StepPage { page: EntityId(id) };
    let job = NewJob { id, due_at: append.now().plus_secs(-1), body, waits_for: None };
    append.commit(&Writes { jobs: vec![job], ..Writes::default() }).await.expect("commit");
    edit(&file, "INSERT INTO job (id, due_at, fence, body) VALUES (zeroblob(16), 1, 0, x'7b')")
        .await;
    let claimed = store.claim_jobs(5, 10).await.expect("claim");
    assert_eq!(claimed.iter().map(|job| job.id).collect::<Vec<_>>(), [id]);
    assert!(store.claim_jobs(5, 10).await.expect("claim").is_empty(), "it stays leased");
}
