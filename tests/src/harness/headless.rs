//! A real desktop without its window: the client itself, its own SQLite, a real connection.

use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use firebell_client::api::session::{ConnectServer, StartView};
use firebell_client::{Client, Setup};
use firebell_domain::change::{Body, ChangeSet};
use firebell_domain::id::{EntityId, SetId};
use firebell_protocol::row::Cursor;

use super::recorder::Recorder;
use super::wait;

/// The password of everybody in tests.
pub const PASSWORD: &str = "correct horse battery";
/// Bound of waits; conditions come much sooner.
pub const SOON: Duration = Duration::from_secs(60);

/// A desktop. Everything that a window may ask of the client can be asked of it.
pub struct Headless {
    name: String,
    folder: PathBuf,
    client: Client,
    host: Arc<Recorder>,
}

/// The one database of a workspace and a person in a desktop's folder.
pub fn database(folder: &Path) -> Result<PathBuf> {
    let mut files = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    let is_database = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // A workspace and a person: their ids.
        name.len() > 70 && name.ends_with(".db")
    };
    files.find(is_database).context("the desktop has a database")
}

impl Headless {
    /// A new desktop at which somebody signs in.
    pub async fn sign_in(folder: &Path, server: &str, name: &str) -> Result<Self> {
        let desktop = Self::start(folder, name).await?;
        let form = ConnectServer {
            server: server.to_owned(),
            name: name.to_owned(),
            password: PASSWORD.to_owned(),
            invitation: None,
            file_consent: true,
        };
        let view =
            desktop.connect_server(form).await.with_context(|| format!("{name} signs in"))?;
        ensure!(matches!(view, StartView::Ready { .. }), "{name} signed in and sees {view:?}");
        Ok(desktop)
    }

    /// A desktop at which somebody signed in before.
    pub async fn open(folder: &Path, name: &str) -> Result<Self> {
        let desktop = Self::start(folder, name).await?;
        let view = desktop.get_start(()).await?;
        ensure!(matches!(view, StartView::Ready { .. }), "{name} comes back and sees {view:?}");
        Ok(desktop)
    }

    /// The program starts, whatever it finds.
    pub async fn start(folder: &Path, name: &str) -> Result<Self> {
        let host = Arc::new(Recorder::default());
        let setup = Setup {
            host: Arc::<Recorder>::clone(&host),
            folder: folder.to_owned(),
            solo: None,
            extra_ca: None,
        };
        let client = Client::open(setup).await?;
        Ok(Self { name: name.to_owned(), folder: folder.to_owned(), client, host })
    }

    /// Whose desktop it is.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its data folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What it was asked to show.
    pub fn host(&self) -> &Recorder {
        &self.host
    }

    /// Its person.
    pub fn person(&self) -> Result<EntityId> {
        self.client.me().with_context(|| format!("nobody sits at the desktop of {}", self.name))
    }

    /// One change, saved when this answers.
    pub async fn act(&self, entity: EntityId, body: Body) -> Result<SetId> {
        let set: ChangeSet = self.client.new_set(vec![self.client.new_change(entity, body)]);
        Ok(self.client.execute(set).await?.id)
    }

    /// Up to where it has the log, and what it saw; its chain must hold.
    pub async fn cursor(&self) -> Result<Option<Cursor>> {
        let start = self.client.store()?.sync_start().await?;
        if start.chain_broken {
            bail!("the desktop of {} calls the chain broken", self.name);
        }
        Ok(start.cursor)
    }

    /// Waits until a view of it is as wanted.
    pub async fn sees<T>(
        &self,
        what: &str,
        look: impl AsyncFn(&Client) -> Result<Option<T>>,
    ) -> Result<T> {
        let what = format!("the desktop of {} to see {what}", self.name);
        let client = &self.client;
        wait::until(&what, SOON, || look(client)).await
    }

    /// Waits until it is connected.
    pub async fn online(&self) -> Result<()> {
        self.client.try_now();
        self.sees("its server", async |client| Ok(client.sync_state().online.then_some(()))).await
    }

    /// Waits until the server has answered everything that was written here.
    pub async fn sent(&self) -> Result<()> {
        self.sees("nothing waiting", async |client| {
            Ok((client.get_sync(()).await?.waiting == 0).then_some(()))
        })
        .await
    }

    /// Ends the program in order.
    pub async fn close(self) {
        self.client.close().await;
    }
}

impl Deref for Headless {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}
