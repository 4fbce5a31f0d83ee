//! Channels beside the desktop: what carries deliveries out (N3).
//!
//! A delivery is a job of the database. Whoever holds its lease carries it out, outside of the record's
//! pen, and what became of it is a change of the page in the transaction that ends the job. So it goes at
//! least once, always under the same id.

mod email;
mod letter;
mod link;
mod notice;
mod outbound;
mod reach;
mod secret;
mod warning;
mod webhook;
mod words;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use firebell_domain::{
    entity::Entity,
    id::{EntityId, WorkspaceId},
    paging::{Channel, Delivery, Outcome, Page, delivery_id},
};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::{
    append::quiet::{self, Asked},
    node::Node,
    store::{ClaimedJob, JobBody, StoreError},
};

pub use email::{Mail, MailSetup};
pub use link::{Claim, LINK_SECS, Links};
pub use notice::{About, AcknowledgeAt, Addressee, Notice, Told};
pub(crate) use outbound::addressee;
pub use outbound::{ChannelOptions, Channels, Outbound};
pub use reach::Reach;
pub use secret::Secret;
pub use warning::{Unreached, Warning};
pub use webhook::{Trust, Webhooks, check_url};
pub use words::Tongue;

/// Deliveries to different people under way at once, in one process. More of them wait in the database.
const MAX_UNDER_WAY: usize = 64;
/// How long one may take: shorter than its lease, so that nobody else begins it meanwhile.
pub(crate) const WITHIN: Duration = Duration::from_secs(8);

/// One page that somebody is to be told of.
#[derive(Debug, Clone)]
pub struct Item {
    /// The id of the delivery: the same however often it is tried.
    pub id: Uuid,
    /// The name under which the page keeps it.
    pub name: String,
    /// The delivery.
    pub delivery: Delivery,
    /// The page.
    pub page: Entity,
    /// Its incident; none for a test page.
    pub incident: Option<Entity>,
}

/// Something to deliver: what waited for one address at the same moment goes as one message, so that a
/// storm of incidents is one message with a list.
#[derive(Debug, Clone)]
pub struct Order {
    /// By what.
    pub channel: Channel,
    /// To whom; none for an address that is nobody's.
    pub person: Option<Entity>,
    /// The address, where it is nobody's.
    pub address: String,
    /// The webhook, where it is one.
    pub webhook: Option<Entity>,
    /// What about; never empty, the oldest first.
    pub items: Vec<Item>,
}

/// What carries deliveries out.
#[async_trait]
pub trait Deliverer: Send + Sync {
    /// Carries an order out, or says why not. It ends by itself before its lease does; what does not is
    /// given up and tried again.
    async fn deliver(&self, node: &Node, order: &Order) -> Outcome;

    /// Warns somebody of people whom a page would not reach, once.
    async fn warn(&self, node: &Node, warning: &Warning) -> Outcome;
}

/// Carries due deliveries out beside the paging driver.
pub(crate) struct Deliveries {
    node: Arc<Node>,
    room: Arc<Semaphore>,
}

impl Deliveries {
    pub(crate) fn new(node: Arc<Node>) -> Self {
        let room = Arc::new(Semaphore::new(MAX_UNDER_WAY));
        Self { node, room }
    }

    /// Begins with these jobs; what there is no room for comes back when its lease ends, and what must wait
    /// because its person was just told of something else when it need not any more. Jobs whose page
    /// somebody has by now are answered at once.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn begin(&self, jobs: Vec<ClaimedJob>) -> Result<(), StoreError> {
        if jobs.is_empty() {
            return Ok(());
        }
        let (orders, over) = self.sort(jobs).await?;
        // What is over can wait; what is to go cannot wait for it.
        if let Err(error) = self.node.appender.run_jobs(over).await {
            self.node.metrics.store_failures.inc();
            tracing::warn!(%error, "deliveries that are not needed cannot be ended");
        }
        let (mut ready, mut asked) = (Vec::new(), Vec::new());
        for (address, order, jobs) in orders {
            let Ok(room) = Arc::clone(&self.room).try_acquire_owned() else { continue };
            let mark = address.mark(self.node.workspace);
            asked.push(Asked { mark, jobs: jobs.clone() });
            ready.push((mark, order, jobs, room));
        }
        let let_go = self.node.appender.ask_to_go(asked).await?;
        for ((mark, order, jobs, room), begun_at) in ready.into_iter().zip(let_go) {
            let Some(begun_at) = begun_at else { continue };
            let node = Arc::clone(&self.node);
            tokio::spawn(async move {
                let for_secs = quiet::QUIET_SECS;
                let begun = quiet::Told { mark, begun_at, went: false, for_secs };
                carry_out(&node, &order, jobs, begun).await;
                drop(room);
            });
        }
        Ok(())
    }

    /// One order for each address, with its jobs; and the jobs that are not needed any more.
    async fn sort(
        &self,
        jobs: Vec<ClaimedJob>,
    ) -> Result<(Vec<Sorted>, Vec<ClaimedJob>), StoreError> {
        let store = &self.node.store;
        let pages = jobs.iter().filter_map(|job| match &job.body {
            JobBody::Deliver { page, .. } => Some(*page),
            _ => None,
        });
        let pages = by_id(store.entities(&unique(pages)).await?);
        let incidents = pages.values().filter_map(|page| page.incident);
        let incidents = by_id(store.entities(&unique(incidents)).await?);
        let mut over = Vec::new();
        let mut orders: BTreeMap<Address, Vec<(Item, ClaimedJob)>> = BTreeMap::new();
        for job in jobs {
            let JobBody::Deliver { page, delivery: name } = &job.body else { continue };
            let found = pages.get(page).and_then(|page| Some((page, Page(page).delivery(name)?)));
            match found.filter(|(page, delivery)| Page(page).wants(delivery)) {
                None => over.push(job),
                Some((page, delivery)) => {
                    let item = Item {
                        id: delivery_id(page.id, name),
                        name: name.clone(),
                        page: page.clone(),
                        incident: page.incident.and_then(|id| incidents.get(&id)).cloned(),
                        delivery,
                    };
                    let address = Address::of(&item.delivery);
                    orders.entry(address).or_default().push((item, job));
                }
            }
        }
        let named = orders.keys().flat_map(|address| address.named());
        let named = by_id(store.entities(&unique(named)).await?);
        let order = |(address, waiting): (Address, Vec<(Item, ClaimedJob)>)| {
            let (mut items, jobs): (Vec<Item>, Vec<ClaimedJob>) = waiting.into_iter().unzip();
            items.sort_by_key(|item| (item.delivery.due_at, item.id));
            let webhook = address.webhook().and_then(|id| named.get(&id)).cloned();
            let person = address.person.and_then(|id| named.get(&id)).cloned();
            let text = address.text.clone();
            let order = Order { channel: address.channel, person, address: text, webhook, items };
            (address, order, jobs)
        };
        Ok((orders.into_iter().map(order).collect(), over))
    }
}

/// What goes to one address, and the jobs that want it.
type Sorted = (Address, Order, Vec<ClaimedJob>);

/// Carries one order out and writes down what became of it.
async fn carry_out(node: &Node, order: &Order, jobs: Vec<ClaimedJob>, begun: quiet::Told) {
    let carried = tokio::time::timeout(WITHIN, node.options.deliverer.deliver(node, order)).await;
    let outcome = carried.unwrap_or_else(|_| Outcome::Retry {
        reason: "the other side did not answer in time".to_owned(),
    });
    let went = matches!(outcome, Outcome::Sent | Outcome::Delivered);
    let told = quiet::Told { went, ..begun };
    let outcomes = jobs.into_iter().map(|job| (job, outcome.clone())).collect();
    if let Err(error) = node.appender.record_deliveries(outcomes, told).await {
        node.metrics.store_failures.inc();
        tracing::warn!(%error, "what became of a delivery cannot be written down; it goes again");
    }
}

/// Where something goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Address {
    channel: Channel,
    person: Option<EntityId>,
    text: String,
}

impl Address {
    fn of(delivery: &Delivery) -> Self {
        let (channel, person) = (delivery.channel, delivery.person);
        Self { channel, person, text: delivery.address.clone() }
    }

    /// The job that says that something went there just now.
    fn mark(&self, workspace: WorkspaceId) -> Uuid {
        let Self { channel, person, text } = self;
        let id = |id: Option<EntityId>| id.map(|id| id.to_string()).unwrap_or_default();
        let (hook, person) = (id(self.webhook()), id(*person));
        quiet::mark(workspace, &format!("{channel}:{hook}:{person}:{text}"))
    }

    fn webhook(&self) -> Option<EntityId> {
        match self.channel {
            Channel::Webhook(id) => Some(id),
            Channel::Desktop | Channel::Email => None,
        }
    }

    fn named(&self) -> impl Iterator<Item = EntityId> + use<> {
        self.webhook().into_iter().chain(self.person)
    }
}

fn unique(ids: impl Iterator<Item = EntityId>) -> Vec<EntityId> {
    let mut ids: Vec<EntityId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn by_id(entities: Vec<Entity>) -> BTreeMap<EntityId, Entity> {
    entities.into_iter().map(|entity| (entity.id, entity)).collect()
}
