//! After each commit: windows are told at once; what takes longer is gathered for a task.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::{sync::Notify, task::JoinHandle};

use super::{Client, read};
use crate::{
    api::{ApiError, sync::Event},
    host::{Badge, SharedHost},
    replica::Notice,
    store::{Changed, StoreError},
    views::on_call,
};

/// The badge is looked at anew after so long: shifts begin and end without a change.
const LOOK: std::time::Duration = std::time::Duration::from_secs(30);
/// The queue and offered shifts are looked at no more often than this, however much changes.
const QUEUE_LOOK: std::time::Duration = std::time::Duration::from_secs(5);

/// Hears what each committed transaction changed.
#[derive(Clone)]
pub(super) struct Announcer {
    host: SharedHost,
    outbox: Arc<Notify>,
    changed: Arc<Notify>,
    gathered: Arc<Mutex<Changed>>,
}

impl Announcer {
    pub(super) fn new(client: &Client) -> Self {
        Self {
            host: client.shared_host(),
            outbox: Arc::new(Notify::new()),
            changed: Arc::new(Notify::new()),
            gathered: Arc::default(),
        }
    }

    /// Rung when something was executed or may be sent.
    pub(super) fn outbox(&self) -> Arc<Notify> {
        Arc::clone(&self.outbox)
    }

    /// Called by the writer, so nothing here waits.
    pub(super) fn hear(&self, changed: Changed) {
        if changed.written || !changed.executed.is_empty() {
            self.outbox.notify_one();
        }
        for incident in &changed.documents {
            self.host.emit(Event::Document { incident: incident.to_string() });
        }
        if !changed.incidents.is_empty() || !changed.directory.is_empty() {
            self.host.emit(Event::Changed {
                incidents: changed.incidents.iter().map(ToString::to_string).collect(),
                directory: !changed.directory.is_empty(),
            });
        }
        if changed.sync || changed.written || !changed.executed.is_empty() {
            self.host.emit(Event::Sync {});
        }
        if !changed.pages.is_empty() {
            self.host.emit(Event::Pages {});
        }
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner).add(changed);
        self.changed.notify_one();
    }

    /// The task for what takes longer: rings that end, numbers in the tray, notices.
    pub(super) fn start(self, client: &Client) -> JoinHandle<()> {
        let client = client.weak();
        tokio::spawn(async move {
            let mut badge = None;
            let mut looked: Option<std::time::Instant> = None;
            loop {
                let _ = tokio::time::timeout(LOOK, self.changed.notified()).await;
                let Some(client) = client.upgrade() else { return };
                let changed = std::mem::take(
                    &mut *self.gathered.lock().unwrap_or_else(PoisonError::into_inner),
                );
                client.after(changed).await;
                if looked.is_none_or(|looked| looked.elapsed() >= QUEUE_LOOK) {
                    looked = Some(std::time::Instant::now());
                    if let Err(error) = client.tell_queue().await {
                        tracing::warn!(%error, "the queue cannot be told of");
                    }
                    if let Err(error) = client.tell_swaps().await {
                        tracing::warn!(%error, "offered shifts cannot be told of");
                    }
                }
                match client.badge().await {
                    Ok(now) if badge != Some(now) => {
                        client.host().badge(now);
                        badge = Some(now);
                    }
                    Ok(_) => {}
                    Err(error) => tracing::warn!(%error, "the badge cannot be counted"),
                }
            }
        })
    }
}

impl Client {
    async fn after(&self, changed: Changed) {
        if let Some(open) = read(&self.0.open).as_ref() {
            open.feed.wake();
        }
        if let Some(why) = changed.damaged {
            return self.give_up(StoreError::Damaged(why)).await;
        }
        if let Ok(shelf) = self.shelf()
            && (changed.sync || !changed.executed.is_empty())
        {
            shelf.wake.notify_one();
        }
        self.recount_ringing(&changed).await;
        if let Err(error) = self.want_files(changed.files).await {
            tracing::warn!(%error, "files of changed entries are not fetched");
        }
        for page in &changed.pages {
            self.settle_ring(*page).await;
            if let Err(error) = self.see_walk(*page).await {
                tracing::warn!(%error, "the way of a test page cannot be followed");
            }
        }
        self.wake_silent().await;
        // An incident that went out of sight took its pages along.
        if changed.sync {
            self.settle_gone().await;
        }
        let mut naming = Vec::new();
        for notice in changed.notices {
            match notice {
                Notice::Mentions { entry } => naming.push(entry),
                Notice::KeyChanged { old, new, .. } => {
                    let key = firebell_domain::incident::key;
                    let (title, body) = self.words().key_changed(&key(old), &key(new));
                    self.notice(&title, &body);
                }
            }
        }
        if let Err(error) = self.tell_mentions(&naming).await {
            tracing::warn!(%error, "who was named cannot be told");
        }
    }

    async fn badge(&self) -> Result<Badge, ApiError> {
        let Ok(store) = self.store() else { return Ok(Badge::default()) };
        let me = store.identity().person;
        let open = sqlx::query_scalar!("SELECT count(*) FROM incident WHERE open = 1")
            .fetch_one(store.readers())
            .await
            .map_err(StoreError::from)?;
        let directory = store.directory();
        let state = self.sync_state();
        Ok(Badge {
            open: u32::try_from(open).unwrap_or(u32::MAX),
            ringing: self.count_ringing().await?,
            online: state.solo || state.online,
            on_call: on_call::is_on_call(&directory, me, self.host().now()),
        })
    }
}
