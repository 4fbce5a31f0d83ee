//! Pages that ring on this desktop: shown once for each step and run of the program, silenced when
//! somebody has it, and every step of that told to the server, because a page that nobody could notice
//! has reached nobody.

mod count;
mod ringing;

use std::collections::{BTreeMap, BTreeSet};

use firebell_domain::{
    change::Body,
    directory::Person,
    entity::{Entity, Kind, World},
    id::{ChangeId, EntityId},
    incident::{Incident, Severity},
    paging::{Page, PageChange, PageState, Reached, comes_silently},
};
use firebell_protocol::frame::Ring;
use futures_util::{StreamExt, stream::FuturesUnordered};

pub(crate) use ringing::Ringing;

use crate::{
    Client,
    api::{readiness::Hop, sync::Event},
    host::{self, CannotShow, Shown},
    store::Store,
    views::page::is_unconfirmed,
};

/// A ring that is about to be shown.
struct Begun {
    ring: Ring,
    /// This step was shown before the program was started; the server knows.
    again: bool,
    shown: host::Ring,
}

impl Begun {
    fn receipt(&self, reached: Reached) -> Receipt {
        let Ring { page, step, .. } = self.ring;
        let (detail, silently) = (String::new(), self.shown.silently);
        Receipt { page, step, reached, detail, silently, held_back: false }
    }

    /// What the server is told of how it was shown.
    fn came(&self, rung: &Result<Shown, CannotShow>) -> Receipt {
        match rung {
            Ok(Shown { held_back }) => {
                Receipt { held_back: *held_back, ..self.receipt(Reached::Shown) }
            }
            Err(why) => Receipt { detail: why.to_string(), ..self.receipt(Reached::NotShown) },
        }
    }
}

/// How far a ring got here, for the server.
struct Receipt {
    page: EntityId,
    step: u32,
    reached: Reached,
    detail: String,
    silently: bool,
    held_back: bool,
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
    /// A page rings. Those of a storm come one close behind the other: what came while the words for others
    /// were looked for is shown together.
    pub(crate) fn ring_comes(&self, ring: Ring) {
        if !self.ringing().comes(ring) {
            return;
        }
        let client = self.clone();
        tokio::spawn(async move {
            while let Some(rings) = client.ringing().take_coming() {
                let (beginning, showing) = (client.clone(), client.clone());
                // In tasks of their own: neither a bug nor a notifier that hangs keeps later rings waiting.
                match tokio::spawn(async move { beginning.begin_rings(rings).await }).await {
                    Ok(begun) => drop(tokio::spawn(async move { showing.show_rings(begun).await })),
                    Err(error) => tracing::error!(%error, "pages are not shown"),
                }
            }
        });
    }

    /// Pages ring, see [`Client::begin_rings`] and [`Client::show_rings`].
    #[cfg(test)]
    pub(crate) async fn take_rings(&self, rings: Vec<Ring>) {
        let begun = self.begin_rings(rings).await;
        self.show_rings(begun).await;
    }

    /// Pages ring from now on: those that do not already, in words of now. A step that was shown before the
    /// program was ended or killed rings on if the page still stands.
    async fn begin_rings(&self, rings: Vec<Ring>) -> Vec<Begun> {
        let Ok(store) = self.store() else { return Vec::new() };
        // Better twice than never.
        let shown = store.rings_shown(&rings).await.unwrap_or_else(|error| {
            tracing::error!(%error, "rings that were shown cannot be read");
            BTreeSet::new()
        });
        let mut begun = Vec::with_capacity(rings.len());
        for ring in rings {
            let again = shown.contains(&(ring.page, ring.step));
            if again && !self.still_wants_ring(ring.page).await {
                continue;
            }
            if self.ringing().begin(&ring) {
                self.note_hop(ring.page.0, Hop::Ring, Ok(()));
                begun.push((ring, again));
            }
        }
        let severities = self.severities(begun.iter().map(|(ring, _)| ring)).await;
        let in_words = |(ring, again): (Ring, bool)| {
            let shown = self.in_words(&ring, severities.get(&ring.page).copied());
            self.ringing().set_silently(ring.page, shown.silently);
            Begun { ring, again, shown }
        };
        begun.into_iter().map(in_words).collect()
    }

    /// Shows pages and tells the server how far each got; of those that rang before it was told.
    async fn show_rings(&self, begun: Vec<Begun>) {
        let Ok(store) = self.store() else { return };
        if begun.is_empty() {
            return;
        }
        self.host().emit(Event::Pages {});
        let delivered = begun.iter().filter(|one| !one.again);
        let delivered = delivered.map(|one| one.receipt(Reached::Delivered));
        let rings =
            begun.iter().map(|one| async move { (one, self.host().ring(&one.shown).await) });
        // Together what is shown together; one that hangs keeps the word about the others from nobody.
        let mut chunks = rings.collect::<FuturesUnordered<_>>().ready_chunks(begun.len());
        let (mut some, ()) = tokio::join!(chunks.next(), self.send_receipts(delivered.collect()));
        while let Some(rung) = some {
            self.note_rung(&store, &rung).await;
            some = chunks.next().await;
        }
    }

    /// Tells the server of pages that were shown, or could not be, and remembers those that were.
    async fn note_rung(&self, store: &Store, rung: &[(&Begun, Result<Shown, CannotShow>)]) {
        let (mut receipts, mut seen, mut cannot) = (Vec::new(), Vec::new(), None);
        for (one, rung) in rung {
            match rung {
                Ok(_) => seen.push(one.ring.clone()),
                Err(why) => cannot = Some(why.to_string()),
            }
            if !one.again {
                receipts.push(one.came(rung));
            }
        }
        self.set_cannot_ring(cannot);
        if let Err(error) = store.set_rings_shown(seen, self.host().now()).await {
            tracing::error!(%error, "rings that were shown are not remembered");
        }
        self.send_receipts(receipts).await;
        // A page may have been answered while it was being shown.
        for (one, _) in rung {
            self.settle_ring(one.ring.page).await;
        }
    }

    /// Whether a page stands here as one that this person has not answered.
    async fn still_wants_ring(&self, page: EntityId) -> bool {
        let (Ok(store), Some(me)) = (self.store(), self.me()) else { return false };
        let found = store.entity(page).await.ok().flatten();
        let page = found.filter(|entity| entity.kind == Kind::PAGE);
        page.is_some_and(|page| wants(&page, me, &BTreeSet::new()) == Wants::Ring)
    }

    /// The severities of what rings are about, by page, as this desktop knows them by now: raised meanwhile
    /// or as the ring says, whichever is worse. None where neither says it.
    async fn severities<'a>(
        &self,
        rings: impl Iterator<Item = &'a Ring> + Clone,
    ) -> BTreeMap<EntityId, Severity> {
        let ids: Vec<EntityId> = rings.clone().filter_map(|ring| ring.incident).collect();
        let incidents = match self.store() {
            Ok(store) => store.entities(&ids).await.unwrap_or_default(),
            Err(_) => BTreeMap::new(),
        };
        let severity = |ring: &Ring| {
            let said = Severity::try_from(ring.severity).ok();
            let known = ring.incident.and_then(|incident| incidents.get(&incident));
            let known = known.filter(|entity| entity.kind == Kind::INCIDENT);
            said.into_iter().chain(known.map(|entity| Incident(entity).severity())).min()
        };
        rings.filter_map(|ring| Some((ring.page, severity(ring)?))).collect()
    }

    /// A ring as the host shows it now.
    async fn in_words_now(&self, ring: &Ring) -> host::Ring {
        let severities = self.severities(std::iter::once(ring)).await;
        self.in_words(ring, severities.get(&ring.page).copied())
    }

    /// A ring as the host shows it. A test page is loud at any hour: its person asked for it.
    fn in_words(&self, ring: &Ring, severity: Option<Severity>) -> host::Ring {
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

    /// Tells the server how far rings got: each for itself, all in one transaction.
    async fn send_receipts(&self, receipts: Vec<Receipt>) {
        let Some(device) = self.device() else { return };
        if receipts.is_empty() {
            return;
        }
        let sets = receipts.into_iter().map(|receipt| {
            let Receipt { page, step, reached, detail, silently, held_back } = receipt;
            let change = PageChange::Receive { step, device, reached, detail, silently, held_back };
            self.new_set(vec![self.new_change(page, Body::Page(change))])
        });
        let sent = self.execute_all(sets.collect()).await;
        let refused = sent.map(|answers| answers.into_iter().find_map(Result::err));
        if let Err(error) | Ok(Some(error)) = refused {
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
                let shown = self.in_words_now(&sound.ring).await;
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
            let shown = self.in_words_now(&ring).await;
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
            let shown = self.in_words_now(&ring).await;
            // Still to be silent, or answered or woken meanwhile.
            if shown.silently || !self.ringing().wakes(ring.page) {
                continue;
            }
            let one = Begun { ring, again: false, shown };
            let rung = self.host().ring(&one.shown).await;
            self.send_receipts(vec![one.came(&rung)]).await;
            self.set_cannot_ring(rung.err().map(|why| why.to_string()));
            self.host().emit(Event::Pages {});
        }
    }

    /// Every page that rings here goes on as it is to, or falls silent.
    pub(crate) async fn settle_rings(&self) {
        for page in self.ringing().pages() {
            self.settle_ring(page).await;
        }
    }

    /// Pages that are not here any more fall silent; others are settled when they change. Asked after every
    /// change, so in a storm too it is one question.
    pub(crate) async fn settle_gone(&self) {
        let seen = self.ringing().seen();
        let Ok(store) = self.store() else { return };
        match store.present(&seen).await {
            Ok(present) => {
                for page in seen.iter().filter(|page| !present.contains(page)) {
                    self.settle_ring(*page).await;
                }
            }
            Err(error) => tracing::error!(%error, "pages that ring cannot be looked for"),
        }
    }
}
