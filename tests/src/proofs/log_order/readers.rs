//! Readers that tail the log: two by WebSocket, two by HTTP. Each checks what it reads as a desktop
//! does, and remembers all of it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use firebell_domain::chain::Hash;
use firebell_domain::id::SetId;
use firebell_protocol::frame::{Resume, ToClient};
use firebell_protocol::row::{Cursor, Row, Slot};
use tokio::sync::watch;

use super::nodes::Addresses;
use super::writers::{State, Written};
use crate::harness::raw::Raw;
use crate::harness::wait;

/// How many.
pub(super) const READERS: usize = 4;
/// The longest that nothing may be new to a reader before it asks another node.
const SILENCE: Duration = Duration::from_secs(3);
/// How long a reader goes on without anything new from any node.
const PATIENCE: Duration = Duration::from_secs(180);
const PAGE: usize = 2_000;

/// Sessions of all readers.
pub(super) async fn sign_in(addresses: &Addresses) -> Result<Vec<Raw>> {
    let mut signed_in = Vec::new();
    for reader in 0..READERS {
        signed_in.push(Raw::sign_in(&addresses.url(reader), &format!("reader{reader}")).await?);
    }
    Ok(signed_in)
}

/// What a reader has seen.
pub(super) struct Read {
    at: Cursor,
    /// First and last row of each set, and how many.
    sets: BTreeMap<SetId, (u64, u64, u64)>,
    pub(super) catch_ups: u64,
}

impl Read {
    /// Takes slots as a desktop does: each extends the chain, none is missing. What was read before is
    /// left out.
    fn take(&mut self, slots: &[Slot], head: Hash) -> Result<()> {
        let before = self.at.seq;
        for slot in slots.iter().filter(|slot| slot.seq() > before) {
            let seq = slot.seq();
            ensure!(seq == self.at.seq + 1, "row {seq} came after {}", self.at.seq);
            let leaf = slot.leaf().context("a slot has a leaf")?;
            self.at = Cursor { seq, head: self.at.head.extend(seq, leaf), ..self.at };
            let Slot::Row { row, .. } = slot else { bail!("row {seq} is hidden") };
            let row: Row = serde_json::from_str(row)?;
            let set = self.sets.entry(row.set).or_insert((seq, seq, 0));
            ensure!(set.2 == u64::from(row.index), "set {} came in another order", row.set);
            *set = (set.0, seq, set.2 + 1);
        }
        let last = slots.last().map_or(0, Slot::seq);
        ensure!(last < self.at.seq || self.at.head == head, "the chain breaks at {last}");
        Ok(())
    }

    /// It has everything that was accepted, at its place, and the server's head.
    pub(super) fn saw_everything(
        &self,
        end: Cursor,
        start: Cursor,
        written: &[Written],
    ) -> Result<()> {
        ensure!(self.at == end, "a reader ends at {:?}, the server at {end:?}", self.at);
        let rows: u64 = self.sets.values().map(|set| set.2).sum();
        ensure!(rows == end.seq - start.seq, "{rows} rows between {} and {}", start.seq, end.seq);
        let mut accepted = 0;
        for set in written.iter().flat_map(|one| &one.sets) {
            let seen = self.sets.get(&set.set);
            let (first, last, count) = *seen.context("an accepted set was never seen")?;
            let same = (first, last) == (set.first, set.last) && last + 1 - first == count;
            ensure!(
                same,
                "a set was accepted as {}–{} and seen as {first}–{last}",
                set.first,
                set.last
            );
            accepted += 1;
        }
        ensure!(accepted == self.sets.len(), "{} sets seen, {accepted} accepted", self.sets.len());
        Ok(())
    }
}

/// Reads until all is written and read.
pub(super) async fn read(
    index: usize,
    raw: Raw,
    start: Cursor,
    addresses: Addresses,
    mut news: watch::Receiver<State>,
) -> Result<Read> {
    let mut read = Read { at: start, sets: BTreeMap::new(), catch_ups: 0 };
    let mut heard = Instant::now();
    for node in index.. {
        // Asked before reading: what is written by now will be read.
        let last = news.borrow_and_update().over;
        let before = read.at.seq;
        let there = raw.at(&addresses.url(node))?;
        let met = if index.is_multiple_of(2) && !last {
            by_socket(&there, &mut read).await
        } else {
            by_pages(&there, &mut read).await
        };
        match met {
            Ok(()) if last => return Ok(read),
            Ok(()) if read.at.seq == before => {
                // All was read; there is more to read when more was written.
                let more = async { Ok(news.changed().await?) };
                wait::within("something new to read", PATIENCE, more).await?;
            }
            Ok(()) => {}
            Err(error) if error.is::<Wrong>() => return Err(error),
            // The node is away, or says nothing: the other one goes on.
            Err(_) => {}
        }
        if read.at.seq > before {
            heard = Instant::now();
        }
        ensure!(heard.elapsed() < PATIENCE, "nothing new from any node");
    }
    bail!("a reader ran out of nodes")
}

/// What was read is wrong: no other node makes that good.
#[derive(Debug)]
struct Wrong(String);

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}

fn right(taken: Result<()>) -> Result<()> {
    taken.map_err(|error| Wrong(format!("{error:#}")).into())
}

/// Tails one node until it falls silent or goes away.
async fn by_socket(raw: &Raw, read: &mut Read) -> Result<()> {
    let open = raw.talk(Some(read.at));
    let mut talk = wait::within("opening a conversation", SILENCE, open).await?;
    match talk.resume() {
        Resume::Rows => {}
        // Too far behind for rows.
        Resume::Snapshot => return by_pages(raw, read).await,
        other => return right(Err(anyhow::anyhow!("the server goes on with {other:?}"))),
    }
    loop {
        match wait::within("a frame", SILENCE, talk.next()).await? {
            ToClient::Rows { slots, head } => {
                if slots.first().is_some_and(|slot| slot.seq() > read.at.seq + 1) {
                    by_pages(raw, read).await?;
                }
                right(read.take(&slots, head))?;
            }
            ToClient::CatchUp {} => {
                read.catch_ups += 1;
                by_pages(raw, read).await?;
            }
            _ => {}
        }
    }
}

/// Reads pages of one node up to its end.
async fn by_pages(raw: &Raw, read: &mut Read) -> Result<()> {
    loop {
        let page = async { Ok(raw.log(read.at.seq, PAGE).await?) };
        let page = wait::within("a page", SILENCE, page).await?;
        right(read.take(&page.slots, page.head))?;
        if read.at.seq >= page.last {
            return Ok(());
        }
    }
}
