//! Pages that ring on this desktop: shown once for each step and run of the program, silenced when
//! somebody has it, and every step of that told to the server, because a page that nobody could notice
//! has reached nobody.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use firebell_domain::{
    change::Body,
    directory::Person,
    entity::{Entity, Kind, World},
    id::{ChangeId, EntityId},
    incident::{Incident, Severity},
    paging::{Page, PageChange, PageState, Reached, comes_silently},
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
    /// It came in quiet hours: no sound, no window.
    silently: bool,
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
        let sound = Sound { ring: ring.clone(), quiet: false, silently: false, seen: false };
        ringing.insert(ring.page, sound);
        true
    }

    /// Says whether this page makes no sound here.
    fn set_silently(&self, page: EntityId, silently: bool) {
        if let Some(sound) = self.lock().get_mut(&page) {
            sound.silently = silently;
        }
    }

    /// Makes a page loud that came silently; false when it is loud already, or rings no more.
    fn wakes(&self, page: EntityId) -> bool {
        self.lock().get_mut(&page).is_some_and(|sound| std::mem::take(&mut sound.silently))
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
        let shown = self.in_words(&ring).await;
        let silently = shown.silently;
        self.ringing().set_silently(ring.page, silently);
        let (rung, ()) = tokio::join!(self.host().ring(&shown), async {
            if !again {
                self.receive(&ring, Reached::Delivered, String::new(), silently).await;
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
            self.receive(&ring, reached, detail, silently).await;
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

    /// The severity of what a ring is about, as this desktop knows it by now: raised meanwhile or as the
    /// ring says, whichever is worse. None where neither says it.
    async fn severity_of(&self, ring: &Ring) -> Option<Severity> {
        let said = Severity::try_from(ring.severity).ok();
        let incident = match (self.store(), ring.incident) {
            (Ok(store), Some(incident)) => store.entity(incident).await.ok().flatten(),
            _ => None,
        };
        let known = incident.filter(|entity| entity.kind == Kind::INCIDENT);
        said.into_iter().chain(known.map(|entity| Incident(&entity).severity())).min()
    }

    /// A ring as the host shows it. A test page is loud at any hour: its person asked for it.
    async fn in_words(&self, ring: &Ring) -> host::Ring {
        let severity = self.severity_of(ring).await;
        let ring = &Ring { severity: severity.map_or(ring.severity, u8::from), ..ring.clone() };
        let now = self.host().now();
        let silently = !ring.test
            && self.me().is_some_and(|me| {
                self.directory().entity(me).is_some_and(|me| comes_silently(me, severity, now))
            });
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
            silently,
        }
    }

    /// An ordinary notice, which draws no attention in this person's quiet hours.
    pub(crate) fn notice(&self, title: &str, body: &str) {
        let (directory, now) = (self.directory(), self.host().now());
        let me = self.me().and_then(|me| directory.entity(me));
        self.host().notice(title, body, me.is_some_and(|me| Person(me).is_quiet(now)));
    }

    async fn receive(&self, ring: &Ring, reached: Reached, detail: String, silently: bool) {
        let Some(device) = self.device() else { return };
        let step = ring.step;
        let change = PageChange::Receive { step, device, reached, detail, silently };
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
                let shown = self.in_words(&sound.ring).await;
                self.ringing().set_silently(page, shown.silently);
                if let Err(why) = self.host().ring(&shown).await {
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
            let shown = self.in_words(&ring).await;
            self.ringing().set_silently(ring.page, shown.silently);
            if let Err(why) = self.host().ring(&shown).await {
                self.set_cannot_ring(Some(why.to_string()));
            }
        }
    }

    /// Pages that came silently ring as loud as any as soon as nothing holds them back: the severity rose
    /// to 1, or the quiet hours are over.
    pub(crate) async fn wake_silent(&self) {
        let silent: Vec<Ring> = {
            let ringing = self.ringing().lock();
            let silent = ringing.values().filter(|sound| sound.silently && !sound.quiet);
            silent.map(|sound| sound.ring.clone()).collect()
        };
        for ring in silent {
            let shown = self.in_words(&ring).await;
            // Still to be silent, or answered or woken meanwhile.
            if shown.silently || !self.ringing().wakes(ring.page) {
                continue;
            }
            let (reached, detail) = match self.host().ring(&shown).await {
                Ok(()) => (Reached::Shown, String::new()),
                Err(why) => (Reached::NotShown, why.to_string()),
            };
            self.set_cannot_ring((reached == Reached::NotShown).then(|| detail.clone()));
            self.receive(&ring, reached, detail, false).await;
            self.host().emit(Event::Pages {});
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
