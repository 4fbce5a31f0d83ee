//! Two incidents: a long one, over three days, and a short one.

use anyhow::{Context, Result, ensure};
use firebell_domain::change::{Body, Change};
use firebell_domain::id::EntityId;
use firebell_domain::time::Timestamp;
use firebell_domain::timeline::{EntryChange, EntryKind};
use firebell_protocol::frame::Verdict;

use crate::harness::company::Company;
use crate::harness::incident;
use crate::harness::raw::{change, fresh, set};

/// Changes in a set.
const SET: usize = 90;
/// Sets in a push.
const PUSH: usize = 20;
/// Lines of the short incident.
const SHORT: u64 = 200;
/// Between two lines: ten thousand take three days.
const STEP_MS: i64 = 25_000;
const FIRST: i64 = 1_760_000_000_000;
/// One of so many has a tag.
const TAGGED: u64 = 40;

pub(super) struct Stock {
    pub(super) long: EntityId,
    pub(super) short: EntityId,
    /// Lines that somebody wrote in the long one.
    pub(super) written: u64,
}

impl Stock {
    pub(super) async fn lay_in(company: &Company, written: u64) -> Result<Self> {
        let stock = Self { long: fresh(), short: fresh(), written };
        let mut changes = Vec::new();
        for (incident, name, count) in
            [(stock.long, "A long one", written), (stock.short, "A short one", SHORT)]
        {
            let declare = incident::declare(None, name.to_owned(), "Seen by customers");
            changes.push(change(incident, Body::Incident(declare)));
            for line in 0..count {
                changes.extend(entry(incident, line));
            }
        }
        let mut talk = company.admin().talk(None).await?;
        let mut number = 0;
        for push in changes.chunks(SET * PUSH) {
            let mut sets = Vec::new();
            for changes in push.chunks(SET) {
                number += 1;
                sets.push(set(number, changes)?);
            }
            let count = sets.len();
            let answers = talk.push(sets).await.context("laying in")?;
            let is_accepted = |verdict: &Verdict| matches!(verdict, Verdict::Accepted { .. });
            let refused = answers.iter().find(|answer| !is_accepted(&answer.verdict));
            ensure!(answers.len() == count && refused.is_none(), "not accepted: {refused:?}");
        }
        Ok(stock)
    }

    /// With the line that tells of the declaration.
    pub(super) fn lines(&self) -> u64 {
        self.written + 1
    }

    /// How many lines of the long incident have all of these words.
    pub(super) fn matching(&self, typed: &str) -> u64 {
        let words: Vec<String> =
            typed.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let declared = "declared as ";
        let has = |text: &str| words.iter().all(|word| text.contains(word.as_str()));
        let lines = (0..self.written).filter(|line| {
            let tag = if line.is_multiple_of(TAGGED) { "#norway" } else { "" };
            has(&format!("{}\nivy\n{tag}", text(*line)).to_lowercase())
        });
        lines.count() as u64 + u64::from(has(declared))
    }
}

/// The number at the end tells the order.
fn text(line: u64) -> String {
    format!("p99 of gateway-{} is {} ms, 重启后恢复 [{line}]", line % 31, 100 + line % 900)
}

fn entry(incident: EntityId, line: u64) -> Vec<Change> {
    let kinds =
        [EntryKind::Observation, EntryKind::Message, EntryKind::Change, EntryKind::Decision];
    let id = fresh();
    let happened_at = Timestamp(FIRST + STEP_MS * i64::try_from(line).unwrap_or_default());
    let entry = kinds[usize::try_from(line).unwrap_or_default() % kinds.len()];
    let add = EntryChange::add(incident, entry, text(line), happened_at);
    let mut changes = vec![change(id, Body::Entry(add))];
    if line.is_multiple_of(TAGGED) {
        let tag = EntryChange::AddTag { tag: "Norway".to_owned() };
        changes.push(change(id, Body::Entry(tag)));
    }
    changes
}
