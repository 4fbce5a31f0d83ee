//! Whether this person can be rung, and what their desktops say about it (N3).

use std::collections::BTreeSet;

use firebell_domain::{
    change::Body,
    directory::DirectoryChange,
    entity::{Entity, Kind, World},
    id::EntityId,
    paging::Page,
    readiness::{DESKTOPS, DesktopCheck, Doubt, Unready, desktops, doubts, makes_room, unready},
    time::Timestamp,
};
use serde_json::json;

use crate::{
    Client,
    api::{
        ApiError,
        page::{DeliveryStateView, DeliveryView},
        readiness::{
            DesktopFacts, DesktopView, DoubtView, Hop, ReadinessView, TestWalkView, UnreadyView,
        },
        sync::Event,
    },
    host::Uuid,
    store::Directory,
    views::{
        names::{name, named, person},
        on_call, page,
    },
};

/// People of one notice; more are counted, not named.
const NAMED: usize = 3;

/// Who was told of by a notice, and whether a page would not have been noticed: once for each shift and run of
/// the program.
pub(crate) type Told = BTreeSet<(EntityId, EntityId, Timestamp, bool)>;

impl Client {
    /// `get_readiness`: this person's desktops, and everyone on call soon who could not be rung as far as
    /// this person answers for it.
    ///
    /// # Errors
    /// `SignedOut` without a workspace.
    pub async fn get_readiness(&self, _: ()) -> Result<ReadinessView, ApiError> {
        let store = self.store()?;
        let (me, device) = (store.identity().person, EntityId(store.identity().device.0));
        let (directory, now) = (self.directory(), self.host().now());
        let mine = directory.entity(me);
        let mut known: Vec<DesktopView> = mine
            .map(desktops)
            .unwrap_or_default()
            .into_iter()
            .map(|(id, check)| DesktopView {
                this: id == device,
                id: id.to_string(),
                checked_at: check.at.0,
                doubts: doubt_views(check.doubts(now)),
                name: check.name,
            })
            .collect();
        known.sort_by_key(|desktop| (!desktop.this, -desktop.checked_at));
        let of = |one: Unready| UnreadyView {
            schedule: named(&*directory, one.schedule),
            person: person(&*directory, one.person),
            start: one.start.0,
            doubts: doubt_views(one.doubts),
        };
        let failing = self.concerning(&directory, me, now).into_iter().filter(Unready::fails);
        Ok(ReadinessView {
            doubts: doubt_views(mine.map(|me| doubts(&*directory, me, now)).unwrap_or_default()),
            desktops: known,
            shift: on_call::my_shift(&directory, me, now),
            unready: failing.map(of).collect(),
        })
    }

    /// What the shell found out about its desktop. Written for somebody who has a shift ahead, when it is
    /// news; says whether it was written.
    ///
    /// # Errors
    /// `SignedOut`; `NotSaved` when the disk refuses.
    pub async fn note_desktop(&self, facts: DesktopFacts) -> Result<bool, ApiError> {
        let store = self.writable()?;
        let (me, device) = (store.identity().person, EntityId(store.identity().device.0));
        let (directory, now) = (self.directory(), self.host().now());
        let Some(mine) = directory.entity(me) else { return Ok(false) };
        if on_call::my_shift(&directory, me, now).is_none() {
            return Ok(false);
        }
        let check = DesktopCheck {
            name: self.device_name(),
            at: now,
            notifications: facts.notifications,
            sound: facts.sound,
            undisturbed: facts.undisturbed,
            autostart: facts.autostart,
            tested_at: page::last_test(self, &store).await?.map(Timestamp),
        };
        if !check.is_news(desktops(mine).get(&device)) {
            return Ok(false);
        }
        let list = || DESKTOPS.to_owned();
        let mut changes = Vec::new();
        if let Some(member) = makes_room(mine, device) {
            let remove = DirectoryChange::Remove { list: list(), member };
            changes.push(self.new_change(me, Body::Person(remove)));
        }
        let add = DirectoryChange::Add { list: list(), member: device, value: json!(check) };
        changes.push(self.new_change(me, Body::Person(add)));
        self.execute(self.new_set(changes)).await?;
        Ok(true)
    }

    /// Tells this person, by one ordinary notice, of whoever is on call soon and may not be reached: once
    /// for each shift. What is advice they are told of themselves alone. Says how many were new.
    pub fn tell_unready(&self) -> usize {
        let Some(me) = self.me() else { return 0 };
        let (directory, now) = (self.directory(), self.host().now());
        let mut found = self.concerning(&directory, me, now);
        {
            let mut told = self.told_unready();
            told.retain(|(.., start, _)| found.iter().any(|one| one.start == *start));
            found.retain(|one| told.insert((one.schedule, one.person, one.start, one.fails())));
        }
        if found.is_empty() {
            return 0;
        }
        // What fails is what has to be mended before the shift.
        found.sort_by_key(|one| !one.fails());
        let about = found.iter().filter(|one| one.fails()).map(|one| one.person == me).max();
        let words = self.words();
        let lines: Vec<String> = found
            .iter()
            .take(NAMED)
            .map(|one| {
                let worst = one.doubts.first().copied().unwrap_or(Doubt::NotSeen);
                words.unready(
                    &name(&*directory, one.person),
                    &name(&*directory, one.schedule),
                    worst,
                    (one.start.since(now) / 3_600_000).max(0),
                )
            })
            .collect();
        let (title, body) = words.unready_notice(about, &lines, found.len() - lines.len());
        self.notice(&title, &body);
        found.len()
    }

    /// `get_test_walk`: how far the last test page got; none when none was sent since the start.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub async fn get_test_walk(&self, _: ()) -> Result<Option<TestWalkView>, ApiError> {
        let page = self.walk().page();
        if let Some(page) = page {
            self.see_walk(page).await?;
        }
        let Some(mut walk) = self.walk().view(self.host().now()) else { return Ok(None) };
        if let (Some(id), Ok(store)) = (page, self.store())
            && let Some(page) = store.entity(id).await?
        {
            walk.ways = page::deliveries(&self.directory(), Page(&page));
            let is = |state| move |way: &DeliveryView| way.state == state;
            walk.over &= !walk.ways.iter().any(is(DeliveryStateView::Queued));
            walk.ways_failed = walk.ways.iter().any(is(DeliveryStateView::Failed));
        }
        Ok(Some(walk))
    }

    /// The shell tells how one way of showing a page went. Of test pages only, and news to a window.
    pub fn note_hop(&self, page: Uuid, hop: Hop, how: Result<(), String>) {
        if self.walk().note(EntityId(page), hop, how, self.host().now()) {
            self.host().emit(Event::Pages {});
        }
    }

    /// Whoever could not be rung, as far as this person has to know. Who is alone on this computer has
    /// nobody else to be told of: the others have no desktops that could speak.
    fn concerning(&self, directory: &Directory, me: EntityId, now: Timestamp) -> Vec<Unready> {
        let solo = self.remembered().is_some_and(|known| known.is_solo());
        let schedules: Vec<&Entity> = directory.of_kind(&Kind::SCHEDULE).collect();
        let people: Vec<&Entity> = directory.of_kind(&Kind::PERSON).collect();
        let mut found = unready(directory, &schedules, &people, now);
        found.retain(|one| one.tell.contains(&me) && (!solo || one.person == me));
        found
    }

    /// A page changed here: the way of a test page may have gone on.
    pub(crate) async fn see_walk(&self, page: EntityId) -> Result<(), ApiError> {
        if self.walk().page() != Some(page) {
            return Ok(());
        }
        let store = self.store()?;
        let Some(entity) = store.entity(page).await?.filter(|entity| entity.kind == Kind::PAGE)
        else {
            return Ok(());
        };
        let unsent = !store.unsent_changes(page).await?.is_empty();
        if self.walk().see(&entity, unsent, store.identity().device, self.host().now()) {
            self.host().emit(Event::Pages {});
        }
        Ok(())
    }
}

fn doubt_views(doubts: Vec<Doubt>) -> Vec<DoubtView> {
    let view = |doubt| match doubt {
        Doubt::NotSeen => DoubtView::NotSeen,
        Doubt::Left => DoubtView::Left,
        Doubt::NoDesktop => DoubtView::NoDesktop,
        Doubt::NoNotifications => DoubtView::NoNotifications,
        Doubt::NoSound => DoubtView::NoSound,
        Doubt::Disturbed => DoubtView::Disturbed,
        Doubt::NoAutostart => DoubtView::NoAutostart,
        Doubt::NotTested => DoubtView::NotTested,
    };
    doubts.into_iter().map(view).collect()
}
