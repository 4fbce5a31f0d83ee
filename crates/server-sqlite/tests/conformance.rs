//! The suite that every store passes, on files.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use async_trait::async_trait;
use firebell_server::{
    conformance::{Ground, Grounds, run},
    store::{SharedStore, Store},
};
use firebell_server_sqlite::SqliteStore;
use tempfile::TempDir;

struct Files;

struct Place {
    folder: TempDir,
    backups: AtomicU32,
}

impl Place {
    async fn open(&self, name: &str) -> SqliteStore {
        let file = self.folder.path().join(name);
        let url = file.to_str().expect("a name");
        SqliteStore::open_with_offset(url, &self.offset()).await.expect("it opens")
    }

    fn offset(&self) -> PathBuf {
        self.folder.path().join("offset")
    }
}

#[async_trait]
impl Grounds for Files {
    async fn fresh(&self) -> Box<dyn Ground> {
        let folder = tempfile::tempdir().expect("a folder");
        Box::new(Place { folder, backups: AtomicU32::new(0) })
    }
}

#[async_trait]
impl Ground for Place {
    async fn store(&self) -> SharedStore {
        Arc::new(self.open("record.db").await)
    }

    async fn set_clock_offset(&self, millis: i64) {
        std::fs::write(self.offset(), millis.to_string()).expect("it can be written");
    }

    async fn restored(&self) -> SharedStore {
        let name = format!("backup-{}.db", self.backups.fetch_add(1, Ordering::Relaxed));
        let store = self.open("record.db").await;
        store.backup(&self.folder.path().join(&name)).await.expect("a backup");
        Arc::new(self.open(&name).await)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_on_sqlite_conforms() {
    let ran = run(&Files).await;
    assert!(ran >= 45, "only {ran} cases ran");
    println!("{ran} cases ran on SQLite");
}
