//! Pages that ring on this desktop: shown once for each step and run of the program, silenced when
//! somebody has it, and every step of that told to the server, because a page that nobody could notice
//! has reached nobody.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use firebell_domain::{
    change::Body,
    entity::{Entity, Kind},
    id::{ChangeId, EntityId},
    paging::{Page, PageChange, PageState, Reached},
};
use firebell_protocol::frame::Ring;

use crate::{
    Client,
    api::{readiness::Hop, sync::Event},
    host::{self, Host},
    store::StoreError,
    views::page::is_unconfirmed,
};

/// What rings here now.
#[derive(Debug, Default)]
pub(crate) struct Ringing(Mutex<BTreeMap<EntityId, Sound>>);

/// A page that this desktop rings for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sound {
    /// As it came; its words are made anew when it is loud again.
    ring: Ring,
    /// Acknowledged here, not confirmed by the server.
    quiet: bool,
    /// The page itself has arrived with the log; a ring comes ahead of it.
    seen: bool,
}

impl Ringing {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<EntityId, Sound>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which pages ring.
    fn pages(&self) -> BTreeSet<EntityId> {
        self.lock().keys().copied().collect()
    }

    /// Whether this page rings.
    pub(crate) fn rings(&self, page: EntityId) -> bool {
        self.lock().contains_key(&page)
    }

    /// Begins a step of a page; false when this very step rings already.
    fn begin(&self, ring: &Ring) -> bool {
        let mut ringing = self.lock();
        if ringing.get(&ring.page).is_some_and(|sound| sound.ring.step >= ring.step) {
            return false;
        }
        ringing.insert(ring.page, Sound { ring: ring.clone(), quiet: false, seen: false });
        true
    }

    /// Everything falls silent: the workspace is being left.
    pub(crate) fn stop(&self, host: &dyn Host) {
        for page in std::mem::take(&mut *self.lock()).into_keys() {
            host.silence(page.0, false);
        }
    }
}

/// What a page wants of this desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wants {
    Ring,
    /// This desktop acknowledged; the server does not know yet and goes on escalating.
    Quiet,
    Silence,
}

/// What the host is told.
enum Told {
    Silence { quietly: bool },
    LoudAgain,
}

/// What a page wants as it is shown here, for this person. `unsent` are changes of it that the server does
/// not have.
fn wants(page: &Entity, me: EntityId, unsent: &BTreeSet<ChangeId>) -> Wants {
    let page = Page(page);
    if page.rings_for(me) {
        return Wants::Ring;
    }
    // Also where others are still to acknowledge: the page goes on ringing, but not for this person.
    let over = matches!(page.state(), PageState::Nobody | PageState::Closed);
    if !over && is_unconfirmed(page, me, unsent) { Wants::Quiet } else { Wants::Silence }
}

impl Client {
    /// A page rings: shows it and tells the server how far it got. A step that was shown before the
    /// program was ended or killed rings on if the page still stands; that is told to nobody again.
    pub(crate) async fn take_ring(&self, ring: Ring) {
        let Ok(store) = self.store() else { return };
        // Better twice than never.
        let again = store.was_shown(ring.page, ring.step).await.unwrap_or_else(|error| {
            tracing::error!(%error, "rings that were shown cannot be read");
            false
        });
        if again && !self.still_wants_ring(ring.page).await {
            return;
        }
        if !self.ringing().begin(&ring) {
            return;
        }
        self.host().emit(Event::Pages {});
        self.note_hop(ring.page.0, Hop::Ring, Ok(()));
        let shown = self.in_words(&ring);
        let (rung, ()) = tokio::join!(self.host().ring(&shown), async {
            if !again {
                self.receive(&ring, Reached::Delivered, String::new()).await;
            }
        });
        let (reached, detail) = match rung {
            Ok(()) => (Reached::Shown, String::new()),
            Err(why) => (Reached::NotShown, why.to_string()),
        };
        if reached == Reached::Shown
            && let Err(error) =
                store.set_shown(ring.page, ring.step, ring.incident, self.host().now()).await
        {
            tracing::error!(%error, "a ring that was shown is not remembered");
        }
        self.set_cannot_ring((reached == Reached::NotShown).then(|| detail.clone()));
        if !again {
            self.receive(&ring, reached, detail).await;
        }
        // The page may have been answered while it was being shown.
        self.settle_ring(ring.page).await;
    }

    /// Whether a page stands here as one that this person has not answered.
    async fn still_wants_ring(&self, page: EntityId) -> bool {
        let (Ok(store), Some(me)) = (self.store(), self.me()) else { return false };
        let found = store.entity(page).await.ok().flatten();
        let page = found.filter(|entity| entity.kind == Kind::PAGE);
        page.is_some_and(|page| wants(&page, me, &BTreeSet::new()) == Wants::Ring)
    }

    fn in_words(&self, ring: &Ring) -> host::Ring {
        let held_by = ring.held_by.and_then(|person| self.name_of(person));
        let words = self.words().ring(ring, held_by.as_deref(), self.host().now());
        host::Ring {
            page: ring.page.0,
            step: ring.step,
            incident: ring.incident.unwrap_or(ring.page).0,
            severity: ring.severity,
            title: words.title,
            body: words.body,
            acknowledge_label: words.acknowledge_label,
            open_label: words.open_label,
            exercise: ring.drill || ring.test,
        }
    }

    async fn receive(&self, ring: &Ring, reached: Reached, detail: String) {
        let Some(device) = self.device() else { return };
        let change = PageChange::Receive { step: ring.step, device, reached, detail };
        let change = self.new_change(ring.page, Body::Page(change));
        if let Err(error) = self.execute(self.new_set(vec![change])).await {
            tracing::warn!(%error, "the server is not told how far a ring got");
        }
    }

    /// A page changed: it goes on ringing, quietly or not, or falls silent.
    pub(crate) async fn settle_ring(&self, page: EntityId) {
        let Some(sound) = self.ringing().lock().get(&page).cloned() else { return };
        let (Ok(store), Some(me)) = (self.store(), self.me()) else { return };
        let found = match store.entity(page).await {
            Ok(found) => found,
            Err(error) => {
                tracing::error!(%error, "a page cannot be read");
                return;
            }
        };
        let wanted = match found.filter(|entity| entity.kind == Kind::PAGE) {
            // Not here yet: the ring came ahead of it. Gone again: out of sight.
            None if sound.seen => Wants::Silence,
            None => return,
            Some(entity) => {
                let unsent = store.unsent_changes(page).await.unwrap_or_default();
                let stamp = entity.stamp("state").map(|stamp| stamp.change);
                let confirmed = stamp.is_none_or(|stamp| !unsent.contains(&stamp));
                // The step that rings may be ahead of the log, too.
                let behind = Page(&entity).step().is_none_or(|step| step < sound.ring.step)
                    && match Page(&entity).state() {
                        PageState::Ringing => true,
                        // It rings again, and the row that says so is on its way.
                        PageState::Acknowledged | PageState::Snoozed => confirmed,
                        PageState::Nobody | PageState::Closed => false,
                    };
                if behind { Wants::Ring } else { wants(&entity, me, &unsent) }
            }
        };
        let told = {
            let mut ringing = self.ringing().lock();
            let Some(sound) = ringing.get_mut(&page) else { return };
            sound.seen = true;
            match wanted {
                Wants::Ring if sound.quiet => {
                    sound.quiet = false;
                    Told::LoudAgain
                }
                Wants::Ring => return,
                Wants::Quiet if sound.quiet => return,
                Wants::Quiet => {
                    sound.quiet = true;
                    Told::Silence { quietly: true }
                }
                Wants::Silence => {
                    ringing.remove(&page);
                    Told::Silence { quietly: false }
                }
            }
        };
        match told {
            Told::Silence { quietly } => self.host().silence(page.0, quietly),
            // The acknowledgement was refused: nobody has the page after all.
            Told::LoudAgain => {
                if let Err(why) = self.host().ring(&self.in_words(&sound.ring)).await {
                    self.set_cannot_ring(Some(why.to_string()));
                }
            }
        }
        self.host().emit(Event::Pages {});
    }

    /// Every page that rings loud here rings anew: the notification in words of now, window and siren.
    pub(crate) async fn ring_again(&self) {
        let loud: Vec<Ring> = {
            let ringing = self.ringing().lock();
            ringing.values().filter(|sound| !sound.quiet).map(|sound| sound.ring.clone()).collect()
        };
        for ring in loud {
            // Silenced first, because a host shows one step once.
            self.host().silence(ring.page.0, false);
            if let Err(why) = self.host().ring(&self.in_words(&ring)).await {
                self.set_cannot_ring(Some(why.to_string()));
            }
        }
    }

    /// Pages that are not here any more fall silent.
    pub(crate) async fn settle_gone(&self) {
        for page in self.ringing().pages() {
            self.settle_ring(page).await;
        }
    }

    /// How many pages ring for this person: those that this desktop rings for, and those that it rang
    /// for before it was started again.
    pub(crate) async fn count_ringing(&self) -> Result<u32, StoreError> {
        let (Ok(store), Some(me)) = (self.store(), self.me()) else { return Ok(0) };
        let bodies = sqlx::query_scalar!(
            "SELECT entity.body FROM page JOIN entity USING (id) WHERE page.state = 'ringing'"
        )
        .fetch_all(store.readers())
        .await?;
        let mut pages = self.ringing().pages();
        for body in bodies {
            let page: Entity = serde_json::from_slice(&body)?;
            if wants(&page, me, &BTreeSet::new()) == Wants::Ring {
                pages.insert(page.id);
            }
        }
        Ok(u32::try_from(pages.len()).unwrap_or(u32::MAX))
    }
}
