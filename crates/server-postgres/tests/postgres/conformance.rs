//! What every store must do, done by this one.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use crate::ground::Database;
use async_trait::async_trait;
use firebell_domain::id::WorkspaceId;
use firebell_server::{
    conformance::{self, Ground, Grounds},
    store::{SharedStore, Store},
};
use firebell_server_postgres::PostgresStore;
use tempfile::TempDir;
use uuid::Uuid;

/// One database for all cases, a workspace for each. The cases use the same ids, so a query that
/// forgets to name its workspace is found out.
struct Postgres {
    database: Arc<Database>,
    next: AtomicU64,
}

struct Workspace {
    database: Arc<Database>,
    id: WorkspaceId,
    /// Databases that backups were brought back to, as long as the case runs.
    restored: Mutex<Vec<Database>>,
}

#[async_trait]
impl Grounds for Postgres {
    async fn fresh(&self) -> Box<dyn Ground> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let id = WorkspaceId(Uuid::from_u64_pair(0x0190_0000_0000_7000, number));
        let (database, restored) = (self.database.clone(), Mutex::default());
        let workspace = Workspace { database, id, restored };
        // The schema, before the clock is set.
        drop(workspace.store().await);
        workspace.set_clock_offset(0).await;
        Box::new(workspace)
    }
}

#[async_trait]
impl Ground for Workspace {
    async fn store(&self) -> SharedStore {
        let opened = PostgresStore::open_workspace(&self.database.url, self.id).await;
        Arc::new(opened.expect("open"))
    }

    async fn set_clock_offset(&self, millis: i64) {
        self.database.execute(&format!("UPDATE clock_offset SET ms = {millis}")).await;
    }

    async fn restored(&self) -> SharedStore {
        let folder = TempDir::new().expect("a folder");
        let file = folder.path().join("copy.dump");
        let store = PostgresStore::open_workspace(&self.database.url, self.id).await.expect("open");
        store.backup(&file).await.expect("backup");
        store.close().await;
        let database = Database::new().await;
        database.restore(&file);
        let opened = PostgresStore::open_workspace(&database.url, self.id).await.expect("open");
        self.restored.lock().expect("alone").push(database);
        Arc::new(opened)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_does_what_every_store_must() {
    let grounds = Postgres { database: Arc::new(Database::new().await), next: AtomicU64::new(1) };
    let cases = conformance::run(&grounds).await;
    assert!(cases >= 40, "only {cases} cases ran");
    eprintln!("{cases} cases ran on PostgreSQL");
}
