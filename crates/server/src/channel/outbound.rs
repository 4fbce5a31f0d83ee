//! What this server sends with, as its operator set it up, and orders of deliveries carried out by it.

use std::sync::Arc;

use async_trait::async_trait;
use firebell_domain::{
    directory::{Person, is_active},
    entity::Entity,
    id::{EntityId, WorkspaceId},
    incident::Incident,
    paging::{Channel, Outcome, Page},
    time::Timestamp,
};

use super::{
    About, AcknowledgeAt, Addressee, Claim, Deliverer, Item, LINK_SECS, Links, Mail, Notice, Order,
    Reach, Secret, Told, Tongue, Trust, Warning, Webhooks,
};
use crate::node::Node;

const NO_MAIL: &str = "this server sends no e-mail";

/// What a server can send with. Nothing by default.
#[derive(Clone, Default)]
pub struct ChannelOptions {
    /// From which secrets of webhooks and links are made.
    pub secret: Option<Secret>,
    /// Where people reach this server, for links: `https://firebell.example`.
    pub public_url: Option<String>,
    /// Where e-mail goes out.
    pub mail: Option<Arc<Mail>>,
    /// Where webhooks may go, and whose certificates are believed there.
    pub webhooks: Option<(Reach, Trust)>,
}

/// The channels of one record.
pub struct Channels {
    mail: Option<Arc<Mail>>,
    hooks: Option<Webhooks>,
    links: Option<Links>,
}

impl Channels {
    /// As the options say.
    #[must_use]
    pub fn new(options: &ChannelOptions, workspace: WorkspaceId) -> Self {
        let secret = options.secret.as_ref();
        let hooks = secret
            .zip(options.webhooks.clone())
            .map(|(secret, (reach, trust))| Webhooks::new(secret, workspace, reach, trust));
        let links = secret
            .zip(options.public_url.as_deref())
            .map(|(secret, public)| Links::new(secret, workspace, public));
        Self { mail: options.mail.clone(), hooks, links }
    }

    /// Whether e-mail goes out.
    #[must_use]
    pub fn has_mail(&self) -> bool {
        self.mail.is_some()
    }

    /// Webhooks, if they can be signed.
    #[must_use]
    pub fn hooks(&self) -> Option<&Webhooks> {
        self.hooks.as_ref()
    }

    /// Acknowledge links, if they can be made.
    #[must_use]
    pub fn links(&self) -> Option<&Links> {
        self.links.as_ref()
    }

    /// Sends a notice by e-mail.
    pub async fn send_mail(&self, to: &str, notice: &Notice) -> Outcome {
        match &self.mail {
            Some(mail) => mail.send(to, notice, self.links()).await,
            None => Outcome::Failed { reason: NO_MAIL.to_owned() },
        }
    }

    /// Warns somebody by e-mail.
    pub async fn warn_by_mail(&self, warning: &Warning) -> Outcome {
        match &self.mail {
            Some(mail) => mail.warn(warning).await,
            None => Outcome::Failed { reason: NO_MAIL.to_owned() },
        }
    }

    /// Sends a notice to a webhook; `now` is the clock of this computer, with which the other side
    /// compares its own.
    pub async fn send_webhook(&self, webhook: &Entity, notice: &Notice, now: Timestamp) -> Outcome {
        match &self.hooks {
            Some(_) if !is_active(webhook) => {
                Outcome::Failed { reason: "this webhook was retired".to_owned() }
            }
            Some(hooks) => hooks.send(webhook.id, webhook.text("url"), notice, now).await,
            None => Outcome::Failed { reason: "this server sends no webhooks".to_owned() },
        }
    }

    /// What an order says, with links that end some time after `now`.
    fn notice(&self, order: &Order, now: Timestamp) -> Notice {
        let tongues = match &order.person {
            Some(person) => Tongue::chosen(Person(person).language()),
            None => Tongue::ALL.to_vec(),
        };
        let person = order.person.as_ref();
        let told = |item: &Item| {
            let claim = person.map(|person| claim(order, item, person.id, now));
            let links = claim.zip(self.links());
            told(
                item,
                links.map(|(claim, links)| AcknowledgeAt {
                    url: links.url(&claim),
                    expires_at: claim.expires_at,
                }),
            )
        };
        let attempt = order.items.iter().map(|item| item.delivery.attempts).max();
        let pages = order.items.iter().map(told).collect();
        Notice::of_pages(attempt.unwrap_or_default(), person.map(addressee), tongues, pages)
    }
}

/// Carries orders out by the node's channels.
#[derive(Debug, Clone, Copy, Default)]
pub struct Outbound;

#[async_trait]
impl Deliverer for Outbound {
    async fn deliver(&self, node: &Node, order: &Order) -> Outcome {
        // By the clock that ends links.
        let now = match node.store.now().await {
            Ok(now) => now,
            Err(error) => {
                tracing::warn!(%error, "the clock of the database cannot be read");
                return Outcome::Retry { reason: "the server was busy".to_owned() };
            }
        };
        let notice = node.channels.notice(order, now);
        let outcome = match (order.channel, &order.webhook) {
            (Channel::Email, _) => {
                let own = order.person.as_ref().map(|person| Person(person).email());
                node.channels.send_mail(own.unwrap_or(&order.address), &notice).await
            }
            (Channel::Webhook(_), Some(webhook)) => {
                let signed_at = node.options.clock.now();
                node.channels.send_webhook(webhook, &notice, signed_at).await
            }
            (Channel::Webhook(_), None) => {
                Outcome::Failed { reason: "there is no such webhook".to_owned() }
            }
            (Channel::Desktop, _) => {
                Outcome::Failed { reason: "desktops are rung, not written to".to_owned() }
            }
        };
        let word = match &outcome {
            Outcome::Sent => "sent",
            Outcome::Delivered => "delivered",
            Outcome::Failed { .. } => "failed",
            Outcome::Retry { .. } => "later",
        };
        // Ids and words of ours: what the other side said may hold an address.
        tracing::info!(delivery = %notice.id, channel = %order.channel, outcome = word, "delivery");
        outcome
    }

    async fn warn(&self, node: &Node, warning: &Warning) -> Outcome {
        node.channels.warn_by_mail(warning).await
    }
}

/// What a link for one item claims.
fn claim(order: &Order, item: &Item, person: EntityId, now: Timestamp) -> Claim {
    let webhook = match order.channel {
        Channel::Webhook(id) => Some(id),
        Channel::Desktop | Channel::Email => None,
    };
    let expires_at = now.plus_secs(LINK_SECS);
    Claim { page: item.page.id, person, webhook, step: item.delivery.step, expires_at }
}

fn told(item: &Item, acknowledge: Option<AcknowledgeAt>) -> Told {
    let paged_at = Page(&item.page).rang_at().unwrap_or(item.delivery.due_at);
    let about = item.incident.as_ref().map(|entity| {
        let incident = Incident(entity);
        About {
            key: incident.key().unwrap_or_default().to_owned(),
            severity: incident.severity().into(),
            summary: (!incident.restricted()).then(|| incident.summary().to_owned()),
            drill: incident.drill(),
            declared_at: incident.declared_at(),
            paged_at,
        }
    });
    Told {
        delivery: item.id,
        page: item.page.id,
        step: item.delivery.step,
        incident: about,
        acknowledge,
    }
}

/// A person as a notice has them.
pub(crate) fn addressee(person: &Entity) -> Addressee {
    let view = Person(person);
    Addressee { id: person.id, name: view.name().to_owned(), phone: view.phone().to_owned() }
}
