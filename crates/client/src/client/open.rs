//! Entering and leaving a workspace.

use std::sync::{Arc, Weak};

use firebell_domain::id::{EntityId, WorkspaceId};

use super::{Client, Inner, Open, Talk, announce::Announcer, write};
use crate::{
    api::{ApiError, sync::Event},
    bad_file,
    file::{self, Shelf},
    session::{Remembered, Secret},
    store::{Identity, Opened, Store, StoreError},
    sync::{Driver, Parts},
    transport::{Http, SharedConnector},
    views::on_call,
};

impl Client {
    /// Makes a workspace the open one, and talks to its server when there is a session.
    pub(crate) async fn enter(
        &self,
        entered: Remembered,
        session: Option<(Secret, SharedConnector)>,
    ) -> Result<(), ApiError> {
        self.leave().await;
        let path = entered.path(self.folder());
        let whose = Identity {
            workspace: entered.workspace,
            person: entered.person,
            device: entered.device,
        };
        let announcer = Announcer::new(self);
        let heard = announcer.clone();
        let opened = match Store::open(&path, whose, move |changed| heard.hear(changed)).await {
            Ok(opened) => opened,
            Err(error) => {
                let unusable = bad_file::unusable(&path, self.folder(), error).await;
                let error = unusable.error.clone();
                *write(&self.0.unusable) = Some(unusable);
                return Err(error);
            }
        };
        let Opened { store, copy: _ } = opened;
        let (workspace, person) = (entered.workspace, entered.person);
        if self.remembered().as_ref() != Some(&entered) {
            self.change_desktop(|desktop| desktop.enter(entered))?;
        }
        *write(&self.0.unusable) = None;
        *write(&self.0.blocked) = None;
        *self.looking() = crate::commands::looking::Looking::default();
        let files = Arc::new(Shelf::at(store.files()));
        *write(&self.0.open) = Some(Open {
            carrying: tokio::spawn(file::run(self.weak(), Arc::clone(&files))),
            files,
            feed: crate::search::feed::Feed::start(&store),
            outbox: announcer.outbox(),
            announcing: announcer.start(self),
            store: Arc::clone(&store),
            talk: None,
        });
        tokio::spawn(look_through(Arc::downgrade(&store), self.weak()));
        if let Some(session) = session {
            self.talk(workspace, person, session);
        }
        Ok(())
    }

    /// Begins the conversation with the server of the workspace that is open.
    pub(crate) fn talk(
        &self,
        workspace: WorkspaceId,
        person: EntityId,
        (token, connector): (Secret, SharedConnector),
    ) {
        let solo = self.remembered().is_some_and(|known| known.is_solo());
        let mut open = write(&self.0.open);
        let Some(open) = open.as_mut().filter(|open| {
            let identity = open.store.identity();
            (identity.workspace, identity.person) == (workspace, person)
        }) else {
            return;
        };
        let http = Arc::new(Http::new(Arc::clone(&connector)));
        let (ring, signed_out, on_call) = (self.weak(), self.weak(), self.weak());
        let (looks, looking) = (self.weak(), self.weak());
        let driver = Driver::start(Parts {
            store: Arc::clone(&open.store),
            connector: Arc::clone(&connector),
            http: Arc::clone(&http),
            token: token.clone(),
            host: self.shared_host(),
            solo,
            outbox: Arc::clone(&open.outbox),
            ring: Box::new(move |frame| {
                if let Some(client) = ring.upgrade() {
                    client.ring_comes(frame);
                }
            }),
            looks: Box::new(move || {
                looks.upgrade().map_or_else(Vec::new, |client| client.looking().frames())
            }),
            looking: Box::new(move |incident, people| {
                if let Some(client) = looking.upgrade() {
                    client.tell_looking(incident, &people);
                }
            }),
            signed_out: Box::new(move |why| {
                if let Some(client) = signed_out.upgrade() {
                    // The driver that calls this ends with it.
                    tokio::spawn(async move { client.session_ended(workspace, person, why) });
                }
            }),
            on_call: Box::new(move || {
                on_call.upgrade().is_some_and(|client| {
                    on_call::is_on_call(&client.directory(), person, client.host().now())
                })
            }),
        });
        let files = Arc::new(Http::new(connector));
        open.talk = Some(Talk { driver, http, files, token });
        open.files.wake.notify_one();
        *write(&self.0.blocked) = None;
    }

    /// Closes the workspace that is open.
    pub(crate) async fn leave(&self) {
        let left = write(&self.0.open).take();
        if let Some(left) = left {
            let store = Arc::clone(&left.store);
            drop(left);
            store.close().await;
            self.ringing().stop(self.host());
        }
    }

    pub(crate) fn weak(&self) -> WeakClient {
        WeakClient(Arc::downgrade(&self.0))
    }

    /// The file turned out to be damaged while it was open: it is not written to any more.
    pub(super) async fn give_up(&self, error: StoreError) {
        let client = self.clone();
        // In a task of its own: what calls this may end with the workspace.
        let given_up = tokio::spawn(async move { client.give_up_now(error).await });
        given_up.await.ok();
    }

    async fn give_up_now(&self, error: StoreError) {
        let Ok(path) = self.store().map(|store| store.path().to_owned()) else { return };
        tracing::error!(%error, "the file is damaged; it is closed");
        self.leave().await;
        let unusable = bad_file::unusable(&path, self.folder(), error).await;
        *write(&self.0.unusable) = Some(unusable);
        self.host().emit(Event::Session {});
    }
}

/// A handle that does not keep the desktop alive.
pub(crate) struct WeakClient(Weak<Inner>);

impl WeakClient {
    pub(crate) fn upgrade(&self) -> Option<Client> {
        self.0.upgrade().map(Client)
    }
}

/// Looks through the whole file for damage once it is open, tidies it, and deletes copies that were made
/// before a migration; all of that in the background.
async fn look_through(store: Weak<Store>, client: WeakClient) {
    /// The board is painted first.
    const AFTER: std::time::Duration = std::time::Duration::from_secs(20);
    tokio::time::sleep(AFTER).await;
    let Some(store) = store.upgrade() else { return };
    if let Err(error) = store.check().await {
        tracing::error!(%error, "the file is damaged");
        if let Some(client) = client.upgrade() {
            drop(store);
            client.give_up(error).await;
        }
        return;
    }
    let Some(now) = client.upgrade().map(|client| client.host().now()) else { return };
    if let Some(client) = client.upgrade()
        && let Err(error) = client.sweep_files().await
    {
        tracing::warn!(%error, "files that no entry names stay");
    }
    if let Err(error) = store.tidy(now).await {
        tracing::warn!(%error, "old things stay");
    }
    match store.snapshot().await {
        Ok(None) => {
            if let Err(error) = store.drop_copies() {
                tracing::warn!(%error, "a copy could not be deleted");
            }
        }
        // A new life of the record is being read: its copy goes when that is done.
        Ok(Some(_)) => {}
        Err(error) => tracing::warn!(%error, "the file cannot be read"),
    }
}
