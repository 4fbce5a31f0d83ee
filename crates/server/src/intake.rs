//! Intake: monitoring systems declare incidents (D2).
//!
//! [`alertmanager`], [`events`] and [`json`] read what they send; [`take`] has it received under the
//! append lock. What an alert becomes is `firebell_domain::intake`; how it is answered is `api::intake`.

pub mod alertmanager;
mod counts;
pub mod events;
pub mod json;
mod work;

use std::{collections::BTreeMap, sync::Arc};

use firebell_domain::{
    chain::Hash,
    entity::{Entity, Kind},
    id::EntityId,
    incident::Incident,
    intake::{self, Alert, AlertSource, Format, Reported, Signal, Verdict, judge},
};
use firebell_protocol::{
    error::{ApiError, ErrorCode},
    http::priority,
};
use uuid::Uuid;

pub use counts::Counts;

use crate::{
    accounts::token::Token,
    node::Node,
    store::{SnapshotKey, StoreError},
};
use work::{Deployed, Heard};

/// Digits of a token that name its source; the rest is the secret.
const SOURCE_DIGITS: usize = 32;
/// Open incidents are read in chunks of so many entities.
const CHUNK: usize = 1_000;
/// Chunks of them at most: the note of a deploy is not worth more.
const MAX_CHUNKS: usize = 20;

/// The source that a token lets in, if it speaks this format.
///
/// # Errors
/// `SignedOut`, the same for whatever is wrong; when the database cannot be reached.
pub async fn source(node: &Node, token: &Token, format: Format) -> Result<Entity, ApiError> {
    let refused = || ApiError::of(ErrorCode::SignedOut, "this token lets nobody in");
    let digits = token.reveal().get(..SOURCE_DIGITS).ok_or_else(refused)?;
    let id = Uuid::try_parse(digits).map_err(|_| refused())?;
    let found = node.store.entities(&[EntityId(id)]).await.map_err(unavailable)?;
    let hash = token.hash().to_string();
    found
        .into_iter()
        .find(|entity| {
            let source = AlertSource(entity);
            // What is compared is a hash: how long it takes tells nothing of the token.
            entity.kind == Kind::ALERT_SOURCE
                && source.active()
                && source.token() == hash
                && source.format() == format
        })
        .ok_or_else(refused)
}

/// Takes what a source says. When this answers `Ok`, it is durable, or was counted as a repeat of what is.
///
/// # Errors
/// `Offline` when the source should say it again later: nothing of it is lost then.
pub async fn take(node: &Node, source: EntityId, mut signal: Signal) -> Result<(), ApiError> {
    node.metrics.reports.inc();
    let seen = look(node, source, &signal).await.map_err(unavailable)?;
    let now = node.store.now().await.map_err(unavailable)?;
    let alert = intake::current(&seen, source, &signal).map(|alert| alert.id);
    if let Some(alert) = alert
        && intake::repeats(&seen, source, &signal, now)
    {
        node.intake.count(alert);
        return Ok(());
    }
    if !node.limits.report(source) {
        return Err(ApiError::of(ErrorCode::Offline, "this source reports too much at once"));
    }
    let counted = alert.map_or(0, |alert| node.intake.take(alert));
    signal.count = signal.count.saturating_add(counted);
    let heard = Arc::new(Heard { source, signal });
    node.appender.submit(heard).await.map_err(|error| {
        if let Some(alert) = alert {
            node.intake.give_back(alert, counted);
        }
        unavailable(error)
    })
}

/// The alert that a signal is about, as it stands, without the lock: enough to know a repeat.
async fn look(
    node: &Node,
    source: EntityId,
    signal: &Signal,
) -> Result<BTreeMap<EntityId, Entity>, StoreError> {
    let mut seen: BTreeMap<EntityId, Entity> = BTreeMap::new();
    let first = signal.first(source);
    for id in [Some(first), None, None] {
        let next = id.or_else(|| {
            let latest = intake::made_by(first, seen.get(&first).map(Alert)?.latest())[0];
            let incident = || seen.get(&latest).and_then(|alert| alert.incident);
            if seen.contains_key(&latest) { incident() } else { Some(latest) }
        });
        let Some(id) = next.filter(|id| !seen.contains_key(id)) else { break };
        let found = node.store.entities(&[id]).await?;
        seen.extend(found.into_iter().map(|entity| (entity.id, entity)));
    }
    Ok(seen)
}

/// Takes a change to production that a source reports: it never pages.
///
/// # Errors
/// See [`take`].
pub async fn take_change(node: &Node, source: Entity, change: Reported) -> Result<(), ApiError> {
    node.metrics.reports.inc();
    if !node.limits.report(source.id) {
        return Err(ApiError::of(ErrorCode::Offline, "this source reports too much at once"));
    }
    let verdict = judge(AlertSource(&source), &change.labels, &change.summary);
    let Verdict::Declare { service, .. } = verdict else { return Ok(()) };
    let incidents = match service {
        Some(service) => open_of(node, service).await.map_err(unavailable)?,
        None => Vec::new(),
    };
    let deployed = Arc::new(Deployed { source: source.id, change, incidents });
    node.appender.submit(deployed).await.map_err(unavailable)
}

/// Open incidents of a service.
async fn open_of(node: &Node, service: EntityId) -> Result<Vec<EntityId>, StoreError> {
    let (head, now) = (node.store.head().await?, node.store.now().await?);
    let mut key = SnapshotKey { priority: priority::BOARD, start: head.seq, after: None };
    let mut open = Vec::new();
    for _ in 0..MAX_CHUNKS {
        let chunk = node.store.snapshot_page(key, now, CHUNK).await?;
        open.extend(
            chunk
                .iter()
                .filter(|entity| entity.kind == Kind::INCIDENT)
                .filter(|entity| Incident(entity).service() == Some(service))
                .map(|entity| entity.id),
        );
        match chunk.last() {
            Some(last) if chunk.len() >= CHUNK => key.after = Some(last.id),
            _ => break,
        }
    }
    Ok(open)
}

/// Monitoring systems try again after a 503 and after nothing else: whatever kept a report from being
/// written is one.
fn unavailable(error: StoreError) -> ApiError {
    if !matches!(error, StoreError::Unavailable(_)) {
        tracing::error!(%error, "a report of a monitoring system could not be written");
    }
    ApiError::of(ErrorCode::Offline, "the report could not be stored; send it again")
}

/// The same for the same words, and for no others.
fn digest<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for word in words {
        text.push_str(word);
        text.push('\u{1f}');
    }
    Hash::of(text.as_bytes()).to_string()
}
