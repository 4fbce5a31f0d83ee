//! "Document X is at n": what the log says of documents, so that who does not look at one knows that there
//! is something to fetch. At most one in five seconds for each document.

use std::{sync::Arc, time::Duration};

use firebell_domain::{
    change::{Body, Change, ChangeSet},
    document::{Document, DocumentChange, NOTE_EVERY_MILLIS, document_id},
    entity::World,
    id::{ChangeId, EntityId, SetId},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    append::{Loaded, Own},
    node::Node,
    store::StoreError,
};

/// The poll that stands behind all hints: what another server or an earlier run left to be said.
const POLL: Duration = Duration::from_millis(NOTE_EVERY_MILLIS.unsigned_abs());
/// Documents in one round.
const AT_ONCE: usize = 100;

/// Runs until `stop`.
pub async fn run(node: Arc<Node>, stop: CancellationToken) {
    loop {
        if let Err(error) = note(&node).await {
            node.metrics.store_failures.inc();
            tracing::warn!(%error, "the log was not told how far documents are");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = node.documents.due.notified() => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

/// Says it of all documents that are due; the answer says of how many.
///
/// # Errors
/// [`StoreError`] of the store; what was not said is due again.
pub async fn note(node: &Node) -> Result<usize, StoreError> {
    let due = node.store.documents_to_note(NOTE_EVERY_MILLIS, AT_ONCE).await?;
    if due.is_empty() {
        return Ok(0);
    }
    node.appender.submit(Arc::new(Notes(due.clone()))).await?;
    for (incident, at) in &due {
        node.store.document_noted(*incident, *at).await?;
    }
    Ok(due.len())
}

#[derive(Debug)]
struct Notes(Vec<(EntityId, u64)>);

impl Own for Notes {
    fn wants(&self, _: &Loaded) -> Vec<EntityId> {
        self.0.iter().flat_map(|(incident, _)| [*incident, document_id(*incident)]).collect()
    }

    fn sets(&self, loaded: &Loaded) -> Vec<ChangeSet> {
        let new = |(incident, at): &(EntityId, u64)| {
            let (incident, at) = (*incident, *at);
            let document = document_id(incident);
            let says = loaded.entity(document).map_or(0, |entity| Document(entity).at());
            // Two servers may want to say the same.
            (loaded.entity(incident).is_some() && says < at).then(|| {
                let change = Change {
                    id: ChangeId(Uuid::now_v7()),
                    entity: document,
                    at: loaded.now,
                    seen: std::collections::BTreeMap::new(),
                    body: Body::Document(DocumentChange::Reach { incident, at }),
                };
                ChangeSet { id: SetId(Uuid::now_v7()), changes: vec![change] }
            })
        };
        self.0.iter().filter_map(new).collect()
    }
}
