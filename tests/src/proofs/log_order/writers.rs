//! Writers: each pushes change sets without an end in sight, to whichever node answers.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use firebell_domain::change::{Body, Change};
use firebell_domain::id::{EntityId, SetId};
use firebell_domain::time::Timestamp;
use firebell_domain::timeline::{EntryChange, EntryKind};
use firebell_protocol::frame::{PushSet, SetAnswer, Verdict};
use tokio::sync::watch;

use super::nodes::{self, Addresses};
use crate::harness::incident::declare;
use crate::harness::raw::{Raw, Talk, change, fresh, set};
use crate::harness::wait;

/// Sets in a push, and changes in a set.
const SETS: u64 = 20;
const CHANGES: u64 = 5;
/// The longest that the writers may take, whatever happens to the servers.
const WHOLE: Duration = Duration::from_secs(600);
/// How often an answered push is sent again to the other node.
const AGAIN: u64 = 7;
/// How long a writer goes on trying while nodes come and go.
const PATIENCE: Duration = Duration::from_secs(120);
/// A frozen node answers nothing; who waits this long goes to the other.
const ANSWER: Duration = Duration::from_secs(5);

/// How far all writers together are; who waits for more is told.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct State {
    /// Changes that were accepted.
    pub(super) changes: u64,
    /// There will be no more.
    pub(super) over: bool,
}

/// Tells how far the writers are.
#[derive(Debug, Default)]
pub(super) struct Progress(watch::Sender<State>);

impl Progress {
    pub(super) fn changes(&self) -> u64 {
        self.0.borrow().changes
    }

    pub(super) fn news(&self) -> watch::Receiver<State> {
        self.0.subscribe()
    }

    /// Waits until so many changes were accepted.
    pub(super) async fn reach(&self, changes: u64) -> Result<()> {
        let mut news = self.news();
        let reached =
            async { Ok(news.wait_for(|state| state.changes >= changes).await.map(drop)?) };
        wait::within(&format!("accepting {changes} changes"), WHOLE, reached).await
    }

    pub(super) fn end(&self) {
        self.0.send_modify(|state| state.over = true);
    }

    fn add(&self, changes: u64) {
        self.0.send_modify(|state| state.changes += changes);
    }
}

/// A set that was accepted.
pub(super) struct Accepted {
    pub(super) set: SetId,
    pub(super) first: u64,
    pub(super) last: u64,
}

/// What a writer wrote.
pub(super) struct Written {
    pub(super) sets: Vec<Accepted>,
    pub(super) resent: u64,
}

/// Sessions of all writers.
pub(super) async fn sign_in(addresses: &Addresses, writers: u64) -> Result<Vec<Raw>> {
    let mut signed_in = Vec::new();
    for writer in 0..writers {
        let url = addresses.url(usize::try_from(writer)?);
        signed_in.push(Raw::sign_in(&url, &format!("writer{writer}")).await?);
    }
    Ok(signed_in)
}

/// Writes so many changes.
pub(super) async fn write(
    index: u64,
    raw: Raw,
    changes: u64,
    addresses: Addresses,
    progress: Arc<Progress>,
) -> Result<Written> {
    let node = usize::try_from(index)?;
    let mut wire = Wire { raw, addresses, node, talk: None };
    let mut written = Written { sets: Vec::new(), resent: 0 };
    let incident = fresh();
    let mut number = 1;
    let mut left = changes;
    let mut first = vec![set(
        number,
        &[change(incident, Body::Incident(declare(None, format!("writer {index}"), "")))],
    )?];
    left -= 1;
    let mut pushes = 0;
    while left > 0 || !first.is_empty() {
        let mut sets = std::mem::take(&mut first);
        while (sets.len() as u64) < SETS && left > 0 {
            number += 1;
            let count = left.min(CHANGES);
            let entries: Vec<Change> = (0..count).map(|_| entry(incident, number)).collect();
            let declared = sets.first().filter(|_| pushes == 0).map(|set| set.id);
            sets.push(PushSet { after: declared.into_iter().collect(), ..set(number, &entries)? });
            left -= count;
        }
        let answers = wire.push(&sets, &mut written.resent).await?;
        pushes += 1;
        if pushes % AGAIN == index % AGAIN {
            wire.elsewhere();
            let again = wire.push(&sets, &mut written.resent).await?;
            written.resent += sets.len() as u64;
            ensure!(again == answers, "sent again, it was answered otherwise");
        }
        for (set, answer) in sets.iter().zip(&answers) {
            let Verdict::Accepted { first, last } = answer.verdict else {
                bail!("not accepted: {answer:?}");
            };
            ensure!(answer.id == set.id, "the answer is for another set");
            let rows = last + 1 - first;
            ensure!(
                rows >= set.changes.len() as u64,
                "{rows} rows for {} changes",
                set.changes.len()
            );
            progress.add(set.changes.len() as u64);
            written.sets.push(Accepted { set: set.id, first, last });
        }
    }
    Ok(written)
}

/// The way to whichever node answers.
struct Wire {
    raw: Raw,
    addresses: Addresses,
    node: usize,
    talk: Option<Talk>,
}

impl Wire {
    fn elsewhere(&mut self) {
        self.node += 1;
        self.talk = None;
    }

    /// Pushes until every set has a verdict. A node that dies may have accepted before it could answer:
    /// the same sets go to the other.
    async fn push(&mut self, sets: &[PushSet], resent: &mut u64) -> Result<Vec<SetAnswer>> {
        let mut tries = 0;
        let started = std::time::Instant::now();
        loop {
            match self.once(sets).await {
                Ok(answers) if answers.iter().all(decided) => return Ok(answers),
                outcome if started.elapsed() > PATIENCE => {
                    bail!("no verdict after {PATIENCE:?}: {outcome:?}")
                }
                // "Not now", or no answer at all.
                _ => {
                    tries += 1;
                    *resent += sets.len() as u64;
                    self.elsewhere();
                }
            }
            // Both may be away for a moment.
            if tries % nodes::COUNT == 0 {
                self.addresses.somebody_listens().await?;
            }
        }
    }

    async fn once(&mut self, sets: &[PushSet]) -> Result<Vec<SetAnswer>> {
        let (raw, url) = (&self.raw, self.addresses.url(self.node));
        let talk = match self.talk.take() {
            Some(talk) => talk,
            None => {
                let open = async { raw.at(&url)?.talk(None).await };
                wait::within("opening a conversation", ANSWER, open).await?
            }
        };
        let talk = self.talk.insert(talk);
        let answers = wait::within("an answer", ANSWER, talk.push(sets.to_vec())).await;
        if answers.is_err() {
            self.talk = None;
        }
        answers.context("a push")
    }
}

fn decided(answer: &SetAnswer) -> bool {
    !matches!(answer.verdict, Verdict::NotNow { .. })
}

fn entry(incident: EntityId, number: u64) -> Change {
    let add = EntryChange::add(
        incident,
        EntryKind::Observation,
        format!("seen in set {number}"),
        Timestamp(1_760_000_000_000),
    );
    change(fresh(), Body::Entry(add))
}
