//! What the server sends beside rings: whether it can, tests of it, and secrets of webhooks.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
};
use firebell_domain::{
    directory::Person,
    entity::{Entity, Kind},
    id::EntityId,
    paging::Outcome,
};
use firebell_protocol::{
    error::{ApiError, ErrorCode},
    http::{ChannelTest, Channels, WebhookSecret},
};

use super::{
    caller::Caller,
    failure::{Answer, not_found},
};
use crate::{
    channel::{Notice, Tongue, addressee},
    node::Node,
};

/// `GET /channels`.
pub(super) async fn list(State(node): State<Arc<Node>>, _: Caller) -> Json<Channels> {
    Json(Channels {
        email: node.channels.has_mail(),
        links: node.channels.links().is_some(),
        webhooks: node.channels.hooks().is_some(),
    })
}

/// `POST /channels/email/test`: an e-mail to one's own address, and to no other.
pub(super) async fn test_mail(
    State(node): State<Arc<Node>>,
    Caller(session): Caller,
) -> Answer<Json<ChannelTest>> {
    node.limits.channel_test(session.person)?;
    let me = node.store.entities(&[session.person]).await?;
    let me = me.first().ok_or_else(not_found)?;
    let person = Person(me);
    let tongues = Tongue::chosen(person.language());
    let notice = Notice::of_pages(0, Some(addressee(me)), tongues, Vec::new());
    Ok(Json(said(node.channels.send_mail(person.email(), &notice).await)))
}

/// `POST /webhooks/{id}/test` (administrators).
pub(super) async fn test_webhook(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<EntityId>,
) -> Answer<Json<ChannelTest>> {
    caller.must_be_admin(&node).await?;
    node.limits.channel_test(caller.0.person)?;
    let webhook = webhook(&node, id).await?;
    // The other side compares it with its own clock.
    let now = node.options.clock.now();
    let notice = Notice::of_pages(0, None, Tongue::ALL.to_vec(), Vec::new());
    let outcome = node.channels.send_webhook(&webhook, &notice, now).await;
    Ok(Json(said(outcome)))
}

/// `POST /webhooks/{id}/secret` (administrators): made from the server's own, never stored.
pub(super) async fn secret(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<EntityId>,
) -> Answer<Json<WebhookSecret>> {
    caller.must_be_admin(&node).await?;
    webhook(&node, id).await?;
    let hooks = node.channels.hooks().ok_or_else(|| {
        ApiError::of(ErrorCode::NotFound, "this server sends no webhooks: it has no secret")
    })?;
    tracing::info!(webhook = %id, person = %caller.0.person, "a signing secret was shown");
    Ok(Json(WebhookSecret { secret: hooks.signing_secret(id) }))
}

async fn webhook(node: &Node, id: EntityId) -> Answer<Entity> {
    let found = node.store.entities(&[id]).await?.into_iter().next();
    found.filter(|entity| entity.kind == Kind::WEBHOOK).ok_or_else(not_found)
}

fn said(outcome: Outcome) -> ChannelTest {
    match outcome {
        Outcome::Sent | Outcome::Delivered => ChannelTest { sent: true, reason: String::new() },
        Outcome::Retry { reason } | Outcome::Failed { reason } => {
            ChannelTest { sent: false, reason }
        }
    }
}
