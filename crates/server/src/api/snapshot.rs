//! A first sync: entities as they stand, newest needs first, in chunks that can be resumed.
//!
//! The first call fixes where the log runs from afterwards. A token says how far it got; it holds
//! nothing that it would have to hide, and the server keeps nothing.

use std::{collections::BTreeSet, str::FromStr, sync::Arc};

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use firebell_domain::{chain::Hash, entity::Entity, id::EntityId, time::Timestamp};
use firebell_protocol::{
    error::ApiError,
    http::{SnapshotChunk, priority},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    caller::Caller,
    failure::{Answer, stopping},
    incident::text,
};
use crate::{
    delivery::line::Session,
    node::Node,
    store::{SnapshotKey, StoreError},
};

/// Entities read at once.
const CHUNK: usize = 1_000;
/// A chunk ends with the entity in which it becomes larger than this, in bytes.
const CHUNK_BYTES: usize = 2 * 1024 * 1024;

#[derive(Deserialize)]
pub(super) struct Start {
    token: Option<String>,
}

/// One chunk.
pub(super) async fn chunk(
    State(node): State<Arc<Node>>,
    Caller(session): Caller,
    query: Result<Query<Start>, QueryRejection>,
) -> Answer<Json<SnapshotChunk>> {
    let Query(Start { token }) = query?;
    let _turn = node.resuming.acquire().await.map_err(stopping)?;
    let head = node.store.head().await?;
    let token = match token {
        None => Token {
            epoch: head.epoch,
            start: head.seq,
            head: head.hash,
            now: node.store.now().await?,
            total: node.store.count_entities().await?,
            done: 0,
            priority: priority::BOARD,
            after: None,
        },
        Some(text) => text
            .parse::<Token>()
            .ok()
            .filter(|token| token.epoch == head.epoch)
            // Of another life of the record, or no token at all: start anew.
            .ok_or_else(|| ApiError::field("token", "error-snapshot-stale"))?,
    };
    let (entities, next) = read(&node, &token).await?;
    // The token is the caller's, and may say anything.
    let done = token.done.saturating_add(entities.len() as u64);
    let total = token.total.max(done);
    let visible = visible(&node, &session, entities).await?;
    let entities = visible.iter().map(text).collect::<Result<_, _>>()?;
    let next = next.map(|(priority, after)| Token { done, total, priority, after, ..token });
    Ok(Json(SnapshotChunk {
        epoch: token.epoch,
        start: token.start,
        head: token.head,
        entities,
        priority: token.priority,
        next: next.map(|next| next.to_string()),
        done,
        total,
    }))
}

/// Where to go on: a priority, and after which entity of it.
type Place = (u8, Option<EntityId>);

/// The entities that come next, and where to go on.
async fn read(node: &Node, token: &Token) -> Result<(Vec<Entity>, Option<Place>), StoreError> {
    let key = SnapshotKey { priority: token.priority, start: token.start, after: token.after };
    let mut entities = node.store.snapshot_page(key, token.now, CHUNK).await?;
    let full = entities.len() >= CHUNK;
    let mut bytes = 0;
    let cut = entities.iter().position(|entity| {
        bytes += size(entity);
        bytes >= CHUNK_BYTES
    });
    if let Some(last) = cut {
        entities.truncate(last + 1);
    }
    let next = match entities.last() {
        Some(last) if full || cut.is_some() => Some((key.priority, Some(last.id))),
        _ if key.priority < priority::REST => Some((key.priority + 1, None)),
        _ => None,
    };
    Ok((entities, next))
}

/// What the person may see of them.
async fn visible(
    node: &Node,
    session: &Session,
    mut entities: Vec<Entity>,
) -> Result<Vec<Entity>, StoreError> {
    let incidents: BTreeSet<EntityId> = entities.iter().filter_map(|e| e.incident).collect();
    let incidents: Vec<EntityId> = incidents.into_iter().collect();
    let hidden = node.sight.hidden_by_now(session.person, &incidents).await?;
    entities.retain(|entity| entity.incident.is_none_or(|id| !hidden.contains(&id)));
    Ok(entities)
}

/// About as many bytes as its texts have.
fn size(entity: &Entity) -> usize {
    let texts = entity.fields.values().filter_map(|field| field.value.as_str()).map(str::len);
    let members = entity.lists.values().map(std::collections::BTreeMap::len).sum::<usize>();
    200 + 150 * (entity.fields.len() + members) + texts.sum::<usize>()
}

/// How far a snapshot got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Token {
    epoch: u64,
    start: u64,
    head: Hash,
    /// When it started, so that every chunk means the same 90 days.
    now: Timestamp,
    done: u64,
    total: u64,
    priority: u8,
    after: Option<EntityId>,
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { epoch, start, head, now, done, total, priority, after } = self;
        write!(f, "{epoch}.{start}.{head}.{}.{done}.{total}.{priority}.", now.0)?;
        after.map_or(Ok(()), |id| write!(f, "{}", id.0.simple()))
    }
}

impl FromStr for Token {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let parts: Vec<&str> = text.split('.').collect();
        let [epoch, start, head, now, done, total, priority, after] = parts[..] else {
            return Err(());
        };
        let number = |text: &str| text.parse::<u64>().map_err(drop);
        let after = match after {
            "" => None,
            id => Some(EntityId(Uuid::parse_str(id).map_err(drop)?)),
        };
        Ok(Self {
            epoch: number(epoch)?,
            start: number(start)?,
            head: Hash::from_hex(head).ok_or(())?,
            now: Timestamp(now.parse().map_err(drop)?),
            done: number(done)?,
            total: number(total)?,
            priority: priority.parse().ok().filter(|p| *p <= priority::REST).ok_or(())?,
            after,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_the_same_after_it_was_written_and_read() {
        let id = EntityId(Uuid::from_u128(77));
        for (priority, after) in [(priority::BOARD, None), (priority::REST, Some(id))] {
            let (head, now) = (Hash::of(b"x"), Timestamp(-5));
            let token =
                Token { epoch: 3, start: 12, head, now, done: 1, total: 2, priority, after };
            assert_eq!(token.to_string().parse(), Ok(token));
        }
        for bad in ["", "1.2.3", "a.b.c.d.e.f.g.h", "1.2.00.4.5.6.0."] {
            assert_eq!(bad.parse::<Token>(), Err(()), "{bad}");
        }
    }
}
