//! Pages: what rings, who was rung, what they answered.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use firebell_domain::{
    entity::{Entity, Kind, World},
    id::{ChangeId, EntityId},
    incident::{Incident, Severity, key},
    paging::{
        AnswerKind, Channel, Delivery, DeliveryState, Page, PageState, Reached, Receipt, Rung,
        next_rung,
    },
    permission::may_see,
    readiness::desktops,
    time::Timestamp,
};

use super::{
    board,
    names::{name, not_found, person},
};
use crate::{
    Client,
    api::{
        ApiError,
        page::{
            BusyView, DeliveryStateView, DeliveryView, DesktopReachedView, PageStateView, PageView,
            ReachedView, RungView,
        },
    },
    store::{Directory, Store, StoreError, entity_id},
};

/// Test pages in a list.
const TESTS: i64 = 3;
/// How many pages of the workspace back a list looks: a missed one stands in it for a week, through a storm too.
const PAGES: i64 = 500;

/// What a page's view is made from.
pub(crate) struct Shown<'a> {
    pub(crate) directory: &'a Directory,
    pub(crate) page: &'a Entity,
    /// None for a test page.
    pub(crate) incident: Option<&'a Entity>,
    /// Changes of the page that the server has not confirmed.
    pub(crate) unsent: &'a BTreeSet<ChangeId>,
    pub(crate) me: Option<EntityId>,
    pub(crate) now: Timestamp,
    /// Who is in command of which open incident, by the number of its key.
    pub(crate) commands: &'a BTreeMap<EntityId, u64>,
}

impl Shown<'_> {
    pub(crate) fn view(&self) -> PageView {
        let (directory, page) = (self.directory, Page(self.page));
        let incident = self.incident.map(Incident);
        let plan = page.plan();
        let ringing = page.state() == PageState::Ringing;
        let rests = page.state() == PageState::Snoozed;
        PageView {
            id: self.page.id.to_string(),
            incident: page.incident().map(|id| id.to_string()).unwrap_or_default(),
            key: incident.and_then(|i| i.key()).map(str::to_owned),
            summary: incident.map(|i| i.summary().to_owned()),
            severity: incident.map_or(0, |i| i.severity().into()),
            service: incident.and_then(|i| i.service()).map(|id| name(directory, id)),
            declared_by: incident.and_then(|i| i.declared_by()).map(|id| person(directory, id)),
            declared_at: incident.map_or_else(|| self.started_at(), |i| i.declared_at().0),
            state: match page.state() {
                PageState::Ringing => PageStateView::Ringing,
                PageState::Acknowledged => PageStateView::Acknowledged,
                PageState::Snoozed => PageStateView::Snoozed,
                PageState::Nobody => PageStateView::Nobody,
                PageState::Closed => PageStateView::Closed,
            },
            rang_at: page.rang_at().map_or_else(|| self.started_at(), |at| at.0),
            // A page that rings again begins its plan anew; steps go on being counted.
            step: page.place().map_or(1, |place| place + 1),
            steps: u32::try_from(plan.len()).unwrap_or(u32::MAX).max(1),
            rung: page.rung().iter().map(|rung| self.rung(rung)).collect(),
            next_at: page.due_at().filter(|_| ringing).map(|at| at.0),
            next_people: if ringing { self.next_people() } else { Vec::new() },
            acknowledged_by: page.acknowledged_by().map(|id| person(directory, id)),
            acknowledged_at: self.page.get("acknowledged_at"),
            unconfirmed: self.me.is_some_and(|me| is_unconfirmed(page, me, self.unsent)),
            for_me: self.me.is_some_and(|me| page.rings_for(me)),
            missed: self.me.is_some_and(|me| page.missed_by(me)),
            deliveries: deliveries(directory, page),
            snoozed_by: page.snoozed_by().filter(|_| rests).map(|id| person(directory, id)),
            snoozed_until: page.snoozed_until().filter(|_| rests).map(|at| at.0),
            command_by: page
                .due_at()
                .filter(|_| page.state() == PageState::Acknowledged)
                .map(|at| at.0),
            asked_by: page.asked_by().map(|id| person(directory, id)),
            role: page.role().unwrap_or_default().to_owned(),
            note: page.note().to_owned(),
            busy: if ringing { self.busy_ones() } else { Vec::new() },
            may_go_to_imoc: ringing && plan.iter().skip(self.next_place()).any(|step| step.imoc),
            drill: incident.is_some_and(|i| i.drill()),
            test: page.test(),
            im: incident.and_then(|i| i.im()).map(|id| person(directory, id)),
        }
    }

    fn started_at(&self) -> i64 {
        self.page.get("started_at").unwrap_or_default()
    }

    fn next_place(&self) -> usize {
        Page(self.page).place().map_or(0, |place| place as usize + 1)
    }

    /// Those who ring now or next and are in command elsewhere (N2).
    fn busy_ones(&self) -> Vec<BusyView> {
        let rung = Page(self.page).rung_now();
        let next = self.next_ids().into_iter().filter(|id| !rung.contains(id)).collect::<Vec<_>>();
        let people = rung.iter().map(|id| (*id, true)).chain(next.iter().map(|id| (*id, false)));
        let busy = people.filter_map(|(id, now)| {
            let key = key(*self.commands.get(&id)?);
            let own = self.incident.and_then(|incident| Incident(incident).key());
            (own != Some(key.as_str())).then(|| BusyView {
                person: person(self.directory, id),
                key,
                now,
            })
        });
        busy.collect()
    }

    /// Whom the next step that has somebody rings, as the schedules stand now.
    fn next_people(&self) -> Vec<crate::api::incident::PersonRef> {
        self.next_ids().into_iter().map(|id| person(self.directory, id)).collect()
    }

    fn next_ids(&self) -> Vec<EntityId> {
        let page = Page(self.page);
        let severity = self.incident.map_or(Severity::One, |it| Incident(it).severity());
        let unanswered = |who: EntityId| page.answer_of(who).is_none();
        let plan = page.plan();
        let later = plan.get(self.next_place()..).unwrap_or_default();
        let next = next_rung(self.directory, later, severity, self.now, &unanswered);
        next.map(|(_, people)| people).unwrap_or_default()
    }

    fn rung(&self, rung: &Rung) -> RungView {
        let page = Page(self.page);
        let desktops = self.desktops(rung);
        let (mut reached, mut detail) = match desktops.first() {
            None if page.is_unreachable(rung.person, rung.step) => {
                (ReachedView::Unreachable, String::new())
            }
            None => (ReachedView::Sent, String::new()),
            Some(furthest) => (furthest.reached, furthest.detail.clone()),
        };
        // An answer says more than any receipt, whichever step it came after.
        let answer = page.answer_of(rung.person).filter(|answer| answer.at >= rung.at);
        let said_by = answer.as_ref().and_then(|answer| answer.by);
        let said_by = said_by.map(|id| person(self.directory, id));
        if let Some(answer) = answer {
            (reached, detail) = match answer.answer {
                AnswerKind::Acknowledged => (ReachedView::Acknowledged, String::new()),
                AnswerKind::Declined => (ReachedView::Declined, answer.reason),
            };
        }
        RungView {
            person: person(self.directory, rung.person),
            at: rung.at.0,
            reached,
            detail,
            said_by,
            desktops,
        }
    }

    /// How far a ring got on each desktop of its person's.
    fn desktops(&self, rung: &Rung) -> Vec<DesktopReachedView> {
        let mut receipts = Page(self.page).receipts_of(rung.person, rung.step);
        receipts.sort_by_key(|(device, one)| {
            (Reverse((one.reached, !one.silently, !one.held_back)), *device)
        });
        let mut names = self.directory.entity(rung.person).map(desktops).unwrap_or_default();
        let view = |(device, receipt): (EntityId, Receipt)| DesktopReachedView {
            name: names.remove(&device).map(|check| check.name).unwrap_or_default(),
            at: receipt.at.0,
            reached: match receipt.reached {
                Reached::Delivered => ReachedView::Delivered,
                Reached::Shown if receipt.silently => ReachedView::ShownSilently,
                Reached::Shown if receipt.held_back => ReachedView::ShownHeldBack,
                Reached::Shown => ReachedView::Shown,
                Reached::NotShown => ReachedView::NotShown,
            },
            detail: receipt.detail,
        };
        receipts.into_iter().map(view).collect()
    }
}

/// What went by other channels, and is to go.
pub(crate) fn deliveries(directory: &Directory, page: Page<'_>) -> Vec<DeliveryView> {
    let mut deliveries: Vec<_> = page.deliveries().map(|(_, delivery)| delivery).collect();
    deliveries.sort_by_key(|delivery| (delivery.step, delivery.due_at, delivery.person));
    let view = |delivery: Delivery| DeliveryView {
        person: delivery.person.map(|id| person(directory, id)),
        channel: delivery.channel.to_string(),
        to: match (delivery.person, delivery.channel) {
            (None, Channel::Webhook(hook)) => name(directory, hook),
            _ => delivery.address,
        },
        state: match delivery.state {
            DeliveryState::Queued => DeliveryStateView::Queued,
            DeliveryState::Sent => DeliveryStateView::Sent,
            DeliveryState::Delivered => DeliveryStateView::Delivered,
            DeliveryState::Shown => DeliveryStateView::Shown,
            DeliveryState::Acknowledged => DeliveryStateView::Acknowledged,
            DeliveryState::Failed => DeliveryStateView::Failed,
            DeliveryState::NotNeeded => DeliveryStateView::NotNeeded,
        },
        detail: delivery.detail,
        at: match delivery.state {
            DeliveryState::Queued => delivery.due_at.0,
            _ => delivery.at.0,
        },
    };
    deliveries.into_iter().map(view).collect()
}

/// Whether the server does not know yet that this person acknowledged the page or let it rest: it goes on
/// escalating.
pub(crate) fn is_unconfirmed(page: Page<'_>, me: EntityId, unsent: &BTreeSet<ChangeId>) -> bool {
    let acknowledged = page.has_acknowledged(me)
        && page.answer_stamp(me).is_some_and(|stamp| unsent.contains(&stamp.change));
    let rests = page.state() == PageState::Snoozed && page.snoozed_by() == Some(me);
    let rest = page.0.stamp("snoozed_by").filter(|_| rests);
    acknowledged || rest.is_some_and(|stamp| unsent.contains(&stamp.change))
}

/// A page by its id, if this person may see its incident.
pub(crate) async fn by_id(client: &Client, id: EntityId) -> Result<PageView, ApiError> {
    let store = client.store()?;
    let page = store.entity(id).await?.filter(|entity| entity.kind == Kind::PAGE);
    let page = page.ok_or_else(|| not_found("page"))?;
    view_of(client, &store, &page).await?.ok_or_else(|| not_found("page"))
}

/// Pages of an incident, newest first.
pub(crate) async fn of_incident(
    client: &Client,
    store: &Store,
    incident: &Entity,
) -> Result<Vec<PageView>, ApiError> {
    let mut pages = store.entities_of(incident.id, &Kind::PAGE).await?;
    pages.sort_by_key(|page| Reverse((Page(page).cycle(), page.id)));
    let directory = client.directory();
    let mut views = Vec::with_capacity(pages.len());
    let commands = board::managing(store).await?;
    for page in &pages {
        let unsent = store.unsent_changes(page.id).await?;
        let shown = Shown {
            directory: &directory,
            page,
            incident: Some(incident),
            unsent: &unsent,
            me: client.me(),
            now: client.host().now(),
            commands: &commands,
        };
        views.push(shown.view());
    }
    Ok(views)
}

/// What this person has to do with: pages that ring, those that rang for them, their last tests.
pub(crate) async fn mine(client: &Client) -> Result<Vec<PageView>, ApiError> {
    let store = client.store()?;
    let recent = sqlx::query_scalar!(
        "SELECT id FROM page WHERE state = 'ringing'
         UNION
         SELECT id FROM (SELECT id FROM page WHERE test = 1 ORDER BY started_at DESC LIMIT ?1)
         UNION
         SELECT id FROM (SELECT id FROM page ORDER BY started_at DESC LIMIT ?2)",
        TESTS,
        PAGES
    )
    .fetch_all(store.readers())
    .await
    .map_err(StoreError::from)?;
    let ids = recent.iter().map(|id| entity_id(id)).collect::<Result<Vec<_>, _>>();
    let pages = store.entities(&ids.map_err(ApiError::internal)?).await?;
    let me = client.me();
    let mut views = Vec::new();
    for page in pages.values() {
        let concerns_me = Page(page).rung().iter().any(|rung| Some(rung.person) == me)
            || page.get::<EntityId>("for").is_some_and(|person| Some(person) == me);
        if concerns_me && let Some(view) = view_of(client, &store, page).await? {
            views.push(view);
        }
    }
    views.sort_by_key(|view| Reverse((view.for_me, view.rang_at)));
    Ok(views)
}

async fn view_of(
    client: &Client,
    store: &Store,
    page: &Entity,
) -> Result<Option<PageView>, ApiError> {
    let me = client.me();
    let incident = match Page(page).incident() {
        Some(id) => store.entity(id).await?,
        None => None,
    };
    let visible = match (&incident, me) {
        (Some(incident), Some(me)) => may_see(me, incident),
        // A page may arrive before its incident.
        (None, _) => true,
        (Some(_), None) => false,
    };
    if !visible {
        return Ok(None);
    }
    let unsent = store.unsent_changes(page.id).await?;
    let shown = Shown {
        directory: &client.directory(),
        page,
        incident: incident.as_ref(),
        unsent: &unsent,
        me,
        now: client.host().now(),
        commands: &board::managing(store).await?,
    };
    Ok(Some(shown.view()))
}

/// When this person last answered a test page.
pub(crate) async fn last_test(client: &Client, store: &Store) -> Result<Option<i64>, ApiError> {
    let Some(me) = client.me() else { return Ok(None) };
    let tests = sqlx::query_scalar!(
        "SELECT e.body FROM page p JOIN entity e ON e.id = p.id
         WHERE p.test = 1 ORDER BY p.started_at DESC LIMIT 20"
    )
    .fetch_all(store.readers())
    .await
    .map_err(StoreError::from)?;
    Ok(tests
        .iter()
        .filter_map(|body| serde_json::from_slice::<Entity>(body).ok())
        .filter_map(|page| Page(&page).answer_of(me))
        .map(|answer| answer.at.0)
        .max())
}
