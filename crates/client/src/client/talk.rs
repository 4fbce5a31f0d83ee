//! What the parts of the client ask of the conversation with the server, if there is one.

use std::{
    collections::BTreeSet,
    sync::{Arc, MutexGuard, PoisonError},
    time::Duration,
};

use firebell_domain::{id::EntityId, time::Timestamp};
use firebell_protocol::frame::ToServer;

use super::{Client, read};
use crate::{
    api::ApiError,
    session::Secret,
    sync::{Fetch, SyncState},
    transport::Http,
};

impl Client {
    /// How the conversation with the server stands.
    #[must_use]
    pub fn sync_state(&self) -> SyncState {
        let solo = self.remembered().is_some_and(|known| known.is_solo());
        let talk = read(&self.0.open)
            .as_ref()
            .and_then(|open| open.talk.as_ref().map(|t| t.driver.state()));
        let mut state = talk.unwrap_or_else(|| SyncState { solo, ..SyncState::default() });
        state.cannot_ring.clone_from(&read(&self.0.cannot_ring));
        if state.blocked.is_none() {
            state.blocked.clone_from(&read(&self.0.blocked));
        }
        state
    }

    /// Tries to reach the server now rather than later: the network came back.
    pub fn try_now(&self) {
        if let Some(talk) = read(&self.0.open).as_ref().and_then(|open| open.talk.as_ref()) {
            talk.driver.try_now();
        }
    }

    /// Sends the server a frame that may be lost.
    pub(crate) fn say(&self, frame: ToServer) {
        if let Some(talk) = read(&self.0.open).as_ref().and_then(|open| open.talk.as_ref()) {
            talk.driver.say(frame);
        }
    }

    /// Has older rows of an incident fetched, should some be missing here and the server be in reach. Nobody
    /// waits for it: what is here can be shown, and what comes is announced.
    pub(crate) fn fetch_history(&self, incident: EntityId) {
        if !self.fetching().insert(incident) {
            return;
        }
        let client = self.clone();
        tokio::spawn(async move {
            if let Err(error) = client.fetch_pages(incident).await {
                tracing::debug!(%error, "the history of an old incident is not here yet");
            }
            client.fetching().remove(&incident);
        });
    }

    fn fetching(&self) -> MutexGuard<'_, BTreeSet<EntityId>> {
        self.0.fetching.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn fetch_pages(&self, incident: EntityId) -> Result<(), ApiError> {
        /// The most pages for one look; the rest follows with the next.
        const PAGES: u32 = 20;
        let store = self.store()?;
        let Some((http, token)) = self.reach() else { return Ok(()) };
        for _ in 0..PAGES {
            let Some(missing) = store.missing_history(incident).await? else { return Ok(()) };
            let path = Fetch::History { incident, after: missing.after }.path();
            let page = match http.get(&path, token.reveal()).await {
                Ok(page) => page,
                Err(error) => {
                    tracing::warn!(%error, "older rows were not fetched");
                    return Ok(());
                }
            };
            store.save_history(incident, page).await?;
        }
        Ok(())
    }

    /// The server's HTTP API with this person's token, should it be in reach.
    pub(crate) fn reach(&self) -> Option<(Arc<Http>, Secret)> {
        let open = read(&self.0.open);
        let talk = open.as_ref()?.talk.as_ref().filter(|talk| talk.driver.state().online)?;
        Some((Arc::clone(&talk.http), talk.token.clone()))
    }

    /// The same on a connection for files.
    pub(crate) fn reach_files(&self) -> Option<(Arc<Http>, Secret)> {
        let open = read(&self.0.open);
        let talk = open.as_ref()?.talk.as_ref().filter(|talk| talk.driver.state().online)?;
        Some((Arc::clone(&talk.files), talk.token.clone()))
    }

    /// Waits until the server was heard at `since` or later; false when that took too long.
    pub(crate) async fn hears_server(&self, since: Timestamp, within: Duration) -> bool {
        let heard = read(&self.0.open)
            .as_ref()
            .and_then(|open| open.talk.as_ref())
            .map(|talk| talk.driver.heard_since(since, within));
        match heard {
            Some(heard) => heard.await,
            None => false,
        }
    }

    pub(crate) fn current_within(
        &self,
        within: Duration,
    ) -> Option<impl Future<Output = bool> + use<>> {
        let open = read(&self.0.open);
        Some(open.as_ref()?.talk.as_ref()?.driver.current(within))
    }
}
