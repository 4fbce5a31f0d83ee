//! A record with many incidents, most of them over, and entries in all of them.

use anyhow::{Context, Result, ensure};
use firebell_domain::change::{Body, Change};
use firebell_domain::id::EntityId;
use firebell_domain::incident::IncidentChange;
use firebell_domain::time::Timestamp;
use firebell_domain::timeline::{EntryChange, EntryKind};
use firebell_protocol::frame::{PushSet, Verdict};

use crate::harness::company::Company;
use crate::harness::incident;
use crate::harness::raw::{Talk, change, fresh, set};
use crate::proof::Size;

/// Of so many incidents one is open.
const OPEN_OF: u64 = 50;
/// Sets in a push.
const SETS: usize = 50;
/// Entries in a set.
const ENTRIES: u64 = 90;

/// What is in it.
#[derive(Debug)]
pub(super) struct Stock {
    pub(super) incidents: u64,
    pub(super) open: u64,
    pub(super) entries: u64,
    /// The incident with the longest record.
    pub(super) longest: EntityId,
}

impl Stock {
    pub(super) async fn lay_in(company: &Company, size: Size) -> Result<Self> {
        let incidents: u64 = size.pick(600, 100_000);
        let entries: u64 = size.pick(6_000, 1_000_000);
        let long: u64 = size.pick(600, 10_000);
        let mut pusher =
            Pusher { talk: company.admin().talk(None).await?, number: 0, sets: vec![] };
        let longest = fresh();
        let each = (entries - long) / (incidents - 1);
        let rest = entries - long - each * (incidents - 1);
        let mut open = 0;
        for index in 0..incidents {
            let (id, mut left) = match index {
                0 => (longest, long + rest),
                _ => (fresh(), each),
            };
            let mut changes = vec![change(id, Body::Incident(declare(index)))];
            let is_open = index % OPEN_OF == 0;
            open += u64::from(is_open);
            while left > 0 {
                let count = left.min(ENTRIES);
                changes.extend((0..count).map(|line| entry(id, index, line)));
                left -= count;
                pusher.add(std::mem::take(&mut changes)).await?;
            }
            if !is_open {
                let reason = "the probe was wrong".to_owned();
                changes.push(change(id, Body::Incident(IncidentChange::MarkFalseAlarm { reason })));
            }
            if !changes.is_empty() {
                pusher.add(changes).await?;
            }
        }
        pusher.push().await?;
        Ok(Self { incidents, open, entries, longest })
    }
}

/// Sends sets in good portions.
struct Pusher {
    talk: Talk,
    number: u64,
    sets: Vec<PushSet>,
}

impl Pusher {
    async fn add(&mut self, changes: Vec<Change>) -> Result<()> {
        self.number += 1;
        self.sets.push(set(self.number, &changes)?);
        if self.sets.len() == SETS { self.push().await } else { Ok(()) }
    }

    async fn push(&mut self) -> Result<()> {
        let sets = std::mem::take(&mut self.sets);
        let count = sets.len();
        let answers = self.talk.push(sets).await.context("laying in")?;
        let is_accepted = |verdict: &Verdict| matches!(verdict, Verdict::Accepted { .. });
        let refused = answers.iter().find(|answer| !is_accepted(&answer.verdict));
        ensure!(answers.len() == count && refused.is_none(), "not accepted: {refused:?}");
        Ok(())
    }
}

pub(super) fn declare(index: u64) -> IncidentChange {
    const FAULTS: [&str; 4] =
        ["Checkout fails", "Search is slow", "登录页面打不开", "Reports are late"];
    let fault = FAULTS[usize::try_from(index).unwrap_or(0) % FAULTS.len()];
    let summary = format!("{fault} in region {}", index % 97);
    incident::declare(None, summary, "Seen by customers")
}

fn entry(incident: EntityId, index: u64, line: u64) -> Change {
    let at = 1_760_000_000_000 + i64::try_from(index * 10_000 + line).unwrap_or_default();
    let add = EntryChange::add(
        incident,
        EntryKind::Observation,
        format!("p99 of gateway-{} is {} ms, 重启后恢复", index % 31, 100 + line % 900),
        Timestamp(at),
    );
    change(fresh(), Body::Entry(add))
}
