//! What must be true in the end.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail, ensure};
use firebell_domain::{canonical, chain::Hash, decide::Refusal, id::ChangeId};
use firebell_protocol::row::Row;
use firebell_server::memory::MemoryRecord;

use super::{desktop::Desktop, server};

/// What happened, summed over seeds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Told {
    pub(super) accepted: u64,
    pub(super) refused: u64,
    pub(super) dependents: u64,
    pub(super) keys_anew: u64,
    pub(super) crashes: u64,
    pub(super) restores: u64,
    pub(super) forgotten: u64,
    pub(super) dropped: u64,
}

impl Told {
    pub(super) fn add(&mut self, other: &Self) {
        self.accepted += other.accepted;
        self.refused += other.refused;
        self.dependents += other.dependents;
        self.keys_anew += other.keys_anew;
        self.crashes += other.crashes;
        self.restores += other.restores;
        self.forgotten += other.forgotten;
        self.dropped += other.dropped;
    }

    /// A simulation in which something never happened shows nothing about it.
    pub(super) fn covers_everything(&self) -> Result<()> {
        let counts = [
            ("accepted", self.accepted),
            ("refused", self.refused),
            ("dependents", self.dependents),
            ("crashes", self.crashes),
            ("restores", self.restores),
            ("forgotten", self.forgotten),
            ("dropped", self.dropped),
        ];
        for (what, count) in counts {
            ensure!(count > 0, "no seed had anything {what}");
        }
        Ok(())
    }
}

/// Checks the end of a seed.
pub(super) fn check(record: &MemoryRecord, desktops: &[Desktop], mut told: Told) -> Result<Told> {
    let log = read_log(record)?;
    told.accepted = log.values().sum();
    for (index, desktop) in desktops.iter().enumerate() {
        let replica = &desktop.replica;
        ensure!(!replica.chain_broken(), "desktop {index} calls the chain broken");
        let head = record.head();
        let Some(cursor) = replica.cursor() else { bail!("desktop {index} has no cursor") };
        ensure!(
            (cursor.epoch, cursor.seq, cursor.head) == (head.epoch, head.seq, head.hash),
            "desktop {index} stands at {} of {}, heads {:?} and {:?}",
            cursor.seq,
            head.seq,
            cursor.head,
            head.hash,
        );
        ensure!(replica.unsent().next().is_none(), "desktop {index} still has something unsent");
        equal(index, desktop, record)?;
        let refused = refused(desktop, &mut told);
        for id in &desktop.executed {
            let accepted = log.get(id).copied().unwrap_or(0);
            match (accepted, refused.contains(id)) {
                (1, false) | (0, true) => {}
                // Accepted, then lost with the server's database, and its author may not have it.
                (0, false) if told.restores > 0 && desktop.purged.contains(id) => {}
                (accepted, refused) => bail!(
                    "change {id} of desktop {index} was accepted {accepted} times, refused: {refused}"
                ),
            }
        }
        told.forgotten += desktop.forgotten;
        told.dropped += desktop.dropped;
        told.keys_anew += desktop.keys_anew;
    }
    Ok(told)
}

/// Changes of the log with how often they stand in it; the chain is checked on the way.
fn read_log(record: &MemoryRecord) -> Result<BTreeMap<ChangeId, u64>> {
    let mut log = BTreeMap::new();
    let mut head = Hash::ZERO;
    for (i, stored) in record.rows_after(0, usize::MAX).iter().enumerate() {
        let seq = i as u64 + 1;
        ensure!(stored.seq == seq, "row {} stands at place {seq}", stored.seq);
        head = head.extend(seq, Hash::leaf(&stored.salt, &stored.row));
        ensure!(stored.head == head, "the chain breaks at {seq}");
        let row: Row = serde_json::from_slice(&stored.row)?;
        if let Some(stamp) = row.stamp() {
            *log.entry(stamp.change).or_default() += 1;
        }
    }
    Ok(log)
}

fn equal(index: usize, desktop: &Desktop, record: &MemoryRecord) -> Result<()> {
    let expected = server::expected(record, desktop.replica.person());
    let bytes: Vec<_> = expected.values().collect();
    if Hash::of(&canonical::to_bytes(&bytes)?) == desktop.replica.digest() {
        ensure!(
            desktop.replica.visible() == desktop.replica.confirmed(),
            "desktop {index} shows something else than what was confirmed"
        );
        return Ok(());
    }
    let here = desktop.replica.confirmed();
    for (id, entity) in &expected {
        ensure!(
            here.get(id) == Some(entity),
            "desktop {index}: {id} is {:#?}, not {entity:#?}",
            here.get(id)
        );
    }
    let extra = here.keys().find(|id| !expected.contains_key(id));
    bail!("desktop {index} holds {extra:?}, which its person may not see")
}

fn refused(desktop: &Desktop, told: &mut Told) -> BTreeSet<ChangeId> {
    let mut ids = BTreeSet::new();
    for set in desktop.replica.refused() {
        told.refused += 1;
        told.dependents += u64::from(matches!(set.refusal, Refusal::DependsOnRefused { .. }));
        ids.extend(
            set.changes
                .iter()
                .filter_map(|change| change.get("id")?.as_str()?.parse::<ChangeId>().ok()),
        );
    }
    ids
}
