//! Ends connections whose session is not good any more, also when that was decided by another process,
//! and all connections when the record began a new life under a running server.

use std::{collections::HashMap, sync::Arc};

use firebell_domain::{chain::Hash, id::DeviceId};
use firebell_protocol::error::{ApiError, ErrorCode};
use tokio_util::sync::CancellationToken;

use crate::{node::Node, store::StoreError};

/// Runs until `stop`.
pub(crate) async fn run(node: Arc<Node>, mut epoch: u64, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(node.options.revocation_poll) => {}
        }
        if let Err(error) = check(&node, &mut epoch).await {
            node.metrics.store_failures.inc();
            tracing::warn!(%error, "sessions cannot be compared with the store");
        }
    }
}

async fn check(node: &Node, epoch: &mut u64) -> Result<(), StoreError> {
    let head = node.store.head().await?;
    if head.epoch != *epoch {
        tracing::warn!(epoch = head.epoch, "the record began a new life");
        *epoch = head.epoch;
        let error = ApiError::of(ErrorCode::Offline, "the record began a new life; come again");
        node.hub.close_where(&error, |_| true);
        // Its log may be shorter than the one that was sent.
        node.sight.clear();
        node.documents.clear();
        node.hub.rewind(head.seq);
        return Ok(());
    }
    if node.hub.is_empty() {
        return Ok(());
    }
    let good: HashMap<DeviceId, Hash> = node
        .store
        .devices(None)
        .await?
        .into_iter()
        .filter(|record| !record.revoked)
        .map(|record| (record.device, record.token))
        .collect();
    let error = ApiError::of(ErrorCode::Revoked, "the session was ended");
    node.hub.close_where(&error, |session| good.get(&session.device) != Some(&session.token));
    Ok(())
}
