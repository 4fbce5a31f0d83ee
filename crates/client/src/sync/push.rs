//! Which sets are on their way, and which wait for their time.

use std::collections::BTreeSet;

use firebell_domain::id::SetId;
use firebell_protocol::{
    error::ErrorCode,
    frame::{SetAnswer, Verdict},
};

use super::link::Now;

/// The first and the longest pause after "not now", in milliseconds.
const FIRST_PAUSE: u64 = 2_000;
const LONGEST_PAUSE: u64 = 60_000;
/// A push that is not answered for so long means that the connection is of no use.
const ANSWER_WITHIN: u64 = 60_000;

/// The outgoing half.
#[derive(Debug, Default)]
pub(super) struct Pushing {
    /// Sent on this connection and not answered.
    pub(super) flight: BTreeSet<SetId>,
    /// Answered "not now".
    pub(super) held: BTreeSet<SetId>,
    release: Option<u64>,
    pauses: u32,
    since: Option<u64>,
    /// The server was told that more follows.
    pub(super) promised: bool,
    /// Something may wait.
    pub(super) dirty: bool,
}

impl Pushing {
    /// A connection begins: whatever was on its way is sent again.
    pub(super) fn begin(&mut self) {
        *self = Self { dirty: true, ..Self::default() };
    }

    /// Whether to look for something to send. One push at a time, so that what gathers meanwhile goes
    /// together; the server decides it in one transaction.
    pub(super) fn wants_plan(&self) -> bool {
        self.dirty && self.flight.is_empty()
    }

    pub(super) fn sent(&mut self, now: Now, sets: impl IntoIterator<Item = SetId>) {
        self.flight.extend(sets);
        self.since = Some(now.up);
    }

    /// Takes answers; says why the server refuses this desktop altogether, if it does.
    pub(super) fn answered(&mut self, now: Now, answers: &[SetAnswer]) -> Option<ErrorCode> {
        let mut blocked = None;
        let mut held = false;
        for answer in answers {
            self.flight.remove(&answer.id);
            if let Verdict::NotNow { error } = &answer.verdict {
                self.held.insert(answer.id);
                held = true;
                if matches!(error.code, ErrorCode::Revoked | ErrorCode::SignedOut) {
                    blocked = Some(error.code);
                }
            }
        }
        if held {
            let most = (FIRST_PAUSE << self.pauses.min(5)).min(LONGEST_PAUSE);
            self.pauses += 1;
            // Half for certain, half by chance.
            self.release = Some(now.up + most / 2 + now.dice % (most / 2));
        } else if !answers.is_empty() {
            self.pauses = 0;
        }
        if self.flight.is_empty() {
            self.since = None;
        }
        self.dirty = true;
        blocked
    }

    /// Time passed; says whether the connection is of no use.
    pub(super) fn tick(&mut self, now: Now) -> bool {
        if self.release.is_some_and(|at| now.up >= at) {
            self.release = None;
            self.held.clear();
            self.dirty = true;
        }
        self.since.is_some_and(|since| now.up.saturating_sub(since) > ANSWER_WITHIN)
    }
}
