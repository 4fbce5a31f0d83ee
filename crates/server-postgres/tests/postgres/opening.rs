//! Opening, the schema, the rights of a node's role, the clock of tests, backups.

use std::{fs, os::unix::fs::PermissionsExt, process::Command};

use crate::ground::Database;
use firebell_domain::id::{DeviceId, EntityId, WorkspaceId};
use firebell_server::store::{Store, StoreError, StoredRow, Writes};
use firebell_server_postgres::PostgresStore;
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;
use uuid::Uuid;

async fn append_a_row(store: &PostgresStore) {
    let append = store.begin().await.expect("begin");
    let mut head = append.head();
    head.seq += 1;
    let row = StoredRow {
        seq: head.seq,
        entity: EntityId(Uuid::now_v7()),
        incident: None,
        salt: [1; 16],
        head: head.hash,
        set_end: head.seq,
        row: b"{}".to_vec(),
    };
    let writes = Writes { rows: vec![row], head: Some(head), ..Writes::default() };
    append.commit(&writes).await.expect("commit");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_start_together_on_an_empty_database_agree_on_its_workspace() {
    let database = Database::new().await;
    let opened = (0..6).map(|_| {
        let url = database.url.clone();
        tokio::spawn(async move { PostgresStore::open(&url).await.expect("open") })
    });
    let opened: Vec<_> = opened.collect();
    let mut workspaces = Vec::new();
    for store in opened {
        workspaces.push(store.await.expect("opened").workspace());
    }
    assert!(workspaces.windows(2).all(|two| two[0] == two[1]), "{workspaces:?}");
    let second = WorkspaceId(Uuid::now_v7());
    let other = PostgresStore::open_workspace(&database.url, second).await.expect("open");
    append_a_row(&other).await;
    let first = PostgresStore::open_workspace(&database.url, workspaces[0]).await.expect("open");
    assert_eq!(first.head().await.expect("head").seq, 0, "workspaces know nothing of each other");
    let which = PostgresStore::open(&database.url).await;
    assert!(matches!(which, Err(StoreError::Other(_))), "{which:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_schema_is_refused_and_left_as_it_is() {
    let database = Database::new().await;
    PostgresStore::open(&database.url).await.expect("open").close().await;
    database
        .execute(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'of tomorrow', true, '', 0); DELETE FROM meta",
        )
        .await;
    let opened = PostgresStore::open(&database.url).await;
    assert!(matches!(&opened, Err(StoreError::Newer(why)) if why.contains("9999")), "{opened:?}");
    assert_eq!(database.number("SELECT count(*) FROM meta").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_not_there_is_an_error_with_a_reason() {
    let database = Database::new().await;
    let nowhere = database.url.replace("firebell_test", "firebell_nowhere");
    let opened = PostgresStore::open(&nowhere).await;
    assert!(matches!(&opened, Err(StoreError::Other(why)) if why.contains("exist")), "{opened:?}");
    let silent = PostgresStore::open("postgres://nobody@localhost:1/x?host=/nonexistent").await;
    assert!(matches!(silent, Err(StoreError::Unavailable(_))), "{silent:?}");
}

/// The rights that the migration's comment names.
fn grants(role: &str) -> String {
    let migration = include_str!("../../migrations/0001_record.sql");
    let lines = migration.lines().filter_map(|line| line.strip_prefix("--   "));
    let text: Vec<_> = lines.map(|line| line.split("--").next().unwrap_or(line)).collect();
    text.join("\n").replace("firebell_node", role)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_only_grows_for_its_owner_and_a_nodes_role_cannot_lift_that() {
    let database = Database::new().await;
    let store = PostgresStore::open(&database.url).await.expect("open");
    append_a_row(&store).await;
    let role = format!("firebell_node_{}", std::process::id());
    database.execute(&format!("CREATE ROLE {role} LOGIN; {}", grants(&role))).await;
    let node = PostgresStore::open(&database.url_of(&role)).await.expect("open with few rights");
    append_a_row(&node).await;
    let granted = node.grant_keys(DeviceId(Uuid::now_v7()), 3).await.expect("grant");
    assert_eq!(granted.len(), 3);
    assert!(node.check().await.expect("check").iter().all(|(_, fine, _)| *fine));
    let attempts = [
        "UPDATE log SET body = 'x'",
        "DELETE FROM log",
        "TRUNCATE log",
        "ALTER TABLE log DISABLE TRIGGER ALL",
        "DROP TRIGGER log_only_grows ON log",
    ];
    let mut refused = 0;
    let mut owner = PgConnection::connect(&database.url).await.expect("connect");
    for attempt in &attempts[..3] {
        let tried = sqlx::query(*attempt).execute(&mut owner).await;
        let why = tried.expect_err("refused to the owner").to_string();
        assert!(why.contains("the log only grows"), "{why}");
        refused += 1;
    }
    let mut other = PgConnection::connect(&database.url_of(&role)).await.expect("connect");
    for attempt in attempts {
        let tried = sqlx::query(attempt).execute(&mut other).await;
        let why = tried.expect_err("refused to the node").to_string();
        assert!(why.contains("permission denied") || why.contains("must be owner"), "{why}");
        refused += 1;
    }
    assert_eq!(refused, 8);
    assert_eq!(database.number("SELECT count(*) FROM log WHERE body = '{}'").await, 2);
    // And the doctor says when somebody did lift it.
    database.execute("ALTER TABLE log DISABLE TRIGGER log_only_grows").await;
    let lines = store.check().await.expect("check");
    assert!(lines.iter().any(|(what, fine, _)| what == "log" && !fine), "{lines:?}");
    node.close().await;
    other.close().await.expect("closed");
    database.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_replaces_nothing_and_what_fails_leaves_nothing() {
    let database = Database::new().await;
    let store = PostgresStore::open(&database.url).await.expect("open");
    append_a_row(&store).await;
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("record.dump");
    store.backup(&file).await.expect("backup");
    let again = store.backup(&file).await;
    assert!(matches!(again, Err(StoreError::Other(_))), "{again:?}");
    let nowhere = folder.path().join("no-such-folder").join("record.dump");
    let failed = store.backup(&nowhere).await;
    assert!(
        matches!(&failed, Err(StoreError::Other(why)) if why.contains("cannot be written")),
        "{failed:?}"
    );
    assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 1);
    // Whatever the umask of who runs it is.
    let mode = fs::metadata(&file).expect("metadata").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let copy = Database::new().await;
    copy.restore(&file);
    let restored = PostgresStore::open(&copy.url).await.expect("open");
    assert_eq!(restored.head().await.expect("head"), store.head().await.expect("head"));
}

/// The variable is read when a store opens, so this runs itself again with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tests_push_the_databases_clock_by_a_file() {
    const DATABASE: &str = "FIREBELL_TEST_DATABASE";
    let file = std::env::var_os("FIREBELL_CLOCK_OFFSET_FILE");
    let (Some(file), Ok(url)) = (file, std::env::var(DATABASE)) else {
        let database = Database::new().await;
        let folder = TempDir::new().expect("a folder");
        let child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "opening::tests_push_the_databases_clock_by_a_file", "--nocapture"])
            .env("FIREBELL_CLOCK_OFFSET_FILE", folder.path().join("offset"))
            .env(DATABASE, &database.url)
            .output()
            .expect("run");
        let said = String::from_utf8_lossy(&child.stdout);
        assert!(child.status.success() && said.contains("1 passed"), "{said}");
        return;
    };
    let store = PostgresStore::open(&url).await.expect("open");
    let start = store.now().await.expect("now");
    for (text, millis) in [("3600000", 3_600_000), ("-5000\n", -5_000), ("", -5_000), ("0", 0)] {
        fs::write(&file, text).expect("write");
        let told = store.now().await.expect("now").since(start) - millis;
        assert!((0..60_000).contains(&told), "{text:?}: {told}");
        let append = store.begin().await.expect("begin");
        let told = append.now().since(start) - millis;
        assert!((0..60_000).contains(&told), "{text:?}: {told}");
    }
}
