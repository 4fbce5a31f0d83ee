//! The pages: made by declaring, read back from the log.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use firebell_domain::change::Body;
use firebell_domain::id::EntityId;
use firebell_domain::incident::Severity;
use firebell_domain::paging::PageChange;
use firebell_protocol::row::{Row, Slot};
use serde_json::json;

use crate::harness::company::STEP_SECS;
use crate::harness::incident;
use crate::harness::raw::{Raw, change, fresh, put};

/// Steps of the policy; with its repeats more than any size of the proof takes.
const STEPS: usize = 12;
const REPEATS: u32 = 1;
/// Rows of one read.
const READ: usize = 2_000;

/// A service that rings Ann at every step.
pub(super) async fn service(ann: &Raw) -> Result<EntityId> {
    let me = ann.session().person;
    let step = json!({ "targets": [{ "person": me }], "timeout_secs": STEP_SECS });
    let steps = vec![step; STEPS];
    let (policy, service) = (fresh(), fresh());
    let fields =
        [("name", json!("all of them")), ("steps", json!(steps)), ("repeats", json!(REPEATS))];
    ann.does(vec![
        change(policy, Body::Policy(put(fields))),
        change(service, Body::Service(put([("name", json!("shop")), ("policy", json!(policy))]))),
    ])
    .await?;
    Ok(service)
}

/// Declares so many incidents that page; answers where the log stood before.
pub(super) async fn declare(ann: &Raw, service: EntityId, count: u64) -> Result<u64> {
    let before = ann.end().await?;
    let mut talk = ann.talk(Some(before)).await?;
    for one in incident::storm(service, Severity::One, 1..count + 1)? {
        incident::all_accepted(&talk.push(vec![one]).await?)?;
    }
    Ok(before.seq)
}

/// The steps at which each page rang, in the order of the log.
pub(super) async fn steps(ann: &Raw, mut after: u64) -> Result<BTreeMap<EntityId, Vec<u32>>> {
    let mut steps: BTreeMap<EntityId, Vec<u32>> = BTreeMap::new();
    loop {
        let page = ann.log(after, READ).await?;
        for slot in &page.slots {
            let Slot::Row { row, .. } = slot else { bail!("row {} is hidden", slot.seq()) };
            let row: Row = serde_json::from_str(row)?;
            let change = row.known_change().context("a change of this version")?;
            if let Body::Page(PageChange::Ring { step, .. }) = change.body {
                steps.entry(change.entity).or_default().push(step);
            }
            after = row.seq;
        }
        if after >= page.last || page.slots.is_empty() {
            return Ok(steps);
        }
    }
}
