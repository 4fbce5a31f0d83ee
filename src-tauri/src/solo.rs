//! Solo mode: the server inside this process, on one SQLite file, reached by a pipe. Nothing listens.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use firebell_client::{
    SoloBackend, SoloServer,
    api::{ApiError, ErrorCode},
    host::Later,
    transport::{BoxStream, Connector},
};
use firebell_server::{Options, Server, files::Files, solo, store::StoreError};
use firebell_server_sqlite::SqliteStore;
use tokio::{
    sync::{Mutex, oneshot},
    task::JoinHandle,
};

/// The record's file in the folder that the client gives.
const FILE: &str = "record.db";
/// The folder of its files, beside it.
const FILES: &str = "record.files";

/// How long the server may take to end with the program.
const FAREWELL: Duration = Duration::from_secs(3);

/// The server of this process, once it runs. Clones are one server.
#[derive(Clone, Default)]
pub(crate) struct Solo(Arc<Mutex<Option<Running>>>);

struct Running {
    folder: PathBuf,
    connector: solo::Connector,
    end: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Solo {
    /// Ends the server; its file is then complete without its side files.
    pub(crate) async fn end(&self) {
        let Some(running) = self.0.lock().await.take() else { return };
        if tokio::time::timeout(FAREWELL, running.end()).await.is_err() {
            // Nothing is lost by it: what was answered is on the disk.
            tracing::warn!("the server in this process did not end in time");
        }
    }

    /// The way into the server of this folder, which starts unless it runs.
    async fn connector(&self, folder: &Path) -> Result<solo::Connector, ApiError> {
        let mut place = self.0.lock().await;
        let of_no_use = |old: &mut Running| old.folder != folder || old.serving.is_finished();
        if let Some(old) = place.take_if(of_no_use) {
            old.end().await;
        }
        let running = match &mut *place {
            Some(running) => running,
            nothing => nothing.insert(begin(folder).await?),
        };
        Ok(running.connector.clone())
    }

    async fn run(&self, folder: &Path, name: &str) -> Result<SoloServer, ApiError> {
        let session = self.connector(folder).await?.session(name).await?;
        let connector = Arc::new(Pipe { solo: self.clone(), folder: folder.to_owned() });
        Ok(SoloServer { session, connector })
    }
}

impl Running {
    async fn end(self) {
        // One that broke has ended already.
        let _ = self.end.send(());
        if let Err(error) = self.serving.await {
            tracing::error!(%error, "the server in this process");
        }
    }
}

impl SoloBackend for Solo {
    fn start<'a>(
        &'a self,
        folder: &'a Path,
        display_name: &'a str,
    ) -> Later<'a, Result<SoloServer, ApiError>> {
        Box::pin(self.run(folder, display_name))
    }
}

async fn begin(folder: &Path) -> Result<Running, ApiError> {
    let file = folder.join(FILE);
    let failed = |error: StoreError| unusable(&file, &error);
    std::fs::create_dir_all(folder).map_err(|error| unreadable(folder, &error))?;
    let store = SqliteStore::open(&file.to_string_lossy()).await.map_err(failed)?;
    let shared = Arc::new(store.clone());
    let files = folder.join(FILES);
    let files = Files::in_folder(&files).map_err(|error| unreadable(&files, &error))?;
    let options = Options { files: Some(files), ..Options::default() };
    let server = Server::start(shared, options).await.map_err(failed)?;
    let connector = server.connector();
    let (end, ended) = oneshot::channel();
    let serving = tokio::spawn(serve(server, store, ended));
    Ok(Running { folder: folder.to_owned(), connector, end, serving })
}

/// Until it shall end, or a part of it ended that must not: then the next connection starts another.
async fn serve(mut server: Server, store: SqliteStore, end: oneshot::Receiver<()>) {
    tokio::select! {
        _ = end => {}
        () = server.broken() => tracing::error!("the server in this process is broken"),
    }
    server.shutdown().await;
    store.close().await;
}

/// Connections to the server of this process.
struct Pipe {
    solo: Solo,
    folder: PathBuf,
}

impl Connector for Pipe {
    fn connect(&self) -> Later<'_, io::Result<BoxStream>> {
        Box::pin(async {
            let connector = self.solo.connector(&self.folder).await.map_err(io::Error::other)?;
            Ok(Box::new(connector.connect()) as BoxStream)
        })
    }

    fn authority(&self) -> String {
        "localhost".to_owned()
    }
}

/// What the window shows when the record's file cannot be used. It was not touched.
fn unusable(file: &Path, error: &StoreError) -> ApiError {
    let code = match error {
        StoreError::Newer(_) => ErrorCode::StoreNewer,
        StoreError::Corrupt(_) | StoreError::Unavailable(_) => ErrorCode::StoreUnreadable,
        StoreError::Other(_) => ErrorCode::Internal,
    };
    ApiError::of(code, error.to_string())
        .with("path", file.display().to_string())
        .with("why", error.to_string())
}

/// The data folder itself cannot be used.
pub(crate) fn unreadable(folder: &Path, error: &io::Error) -> ApiError {
    ApiError::of(ErrorCode::StoreUnreadable, error.to_string())
        .with("path", folder.display().to_string())
        .with("why", error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn started() -> (tempfile::TempDir, Solo, SoloServer) {
        let folder = tempfile::tempdir().expect("a folder");
        let solo = Solo::default();
        let server = solo.start(folder.path(), "Lin").await.expect("a server");
        (folder, solo, server)
    }

    #[tokio::test]
    async fn the_server_starts_once_and_a_second_start_is_the_same_person() {
        let (folder, solo, first) = started().await;
        let second = solo.start(folder.path(), "Lin").await.expect("the same server");
        assert_eq!(first.session.person, second.session.person);
        assert!(first.connector.connect().await.is_ok());
        solo.end().await;
        assert!(solo.0.lock().await.is_none());
    }

    #[tokio::test]
    async fn a_connection_after_the_server_broke_starts_another() {
        let (_folder, solo, server) = started().await;
        let broken = |running: &Option<Running>| {
            let serving = &running.as_ref().expect("it runs").serving;
            serving.abort();
            serving.id()
        };
        let first = broken(&*solo.0.lock().await);
        while !solo.0.lock().await.as_ref().expect("kept").serving.is_finished() {
            tokio::task::yield_now().await;
        }
        assert!(server.connector.connect().await.is_ok());
        assert_ne!(broken(&*solo.0.lock().await), first);
    }

    #[tokio::test]
    async fn a_file_that_is_no_record_is_said_and_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join(FILE);
        let bytes = b"this is somebody's diary, not a database".repeat(200);
        std::fs::write(&file, &bytes).expect("written");
        let failed = Solo::default().start(folder.path(), "Lin").await.err().expect("refused");
        assert_eq!(failed.code, ErrorCode::StoreUnreadable, "{failed}");
        assert!(failed.args["path"].ends_with(FILE), "{failed}");
        assert_eq!(std::fs::read(&file).expect("still there"), bytes);
    }
}
