//! Whether and when to be connected: heartbeat, sleep, and the way back with jitter.

use firebell_domain::time::Timestamp;
use firebell_protocol::HEARTBEAT_SECS;

use crate::api::{ApiError, ErrorCode};

/// Time and chance as the engine is given them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// The wall clock.
    pub wall: Timestamp,
    /// Milliseconds that this process has been awake: never jumps.
    pub up: u64,
    /// A random number.
    pub dice: u64,
}

const HEARTBEAT: u64 = HEARTBEAT_SECS * 1_000;
/// The wall clock may run ahead of the process by so much before we take it that the computer slept.
const SLEPT: i64 = 10_000;
/// How long a server may take to answer after the computer slept: dead connections do not say so.
const PROBE: u64 = 5_000;
/// The first and the longest pause before the next try, in milliseconds; the pause is anything below,
/// so that a thousand desktops do not come back at the same moment.
const FIRST_PAUSE: u64 = 1_000;
const LONGEST_PAUSE: u64 = 30_000;
/// The longest that a server may ask for.
const LONGEST_HINT: u64 = 2 * 60_000;
/// Whoever speaks another version of the protocol may be upgraded while we wait.
const VERSION_PAUSE: u64 = 5 * 60_000;

/// What the link wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    Nothing,
    Open,
    Ping,
    Close,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Not connected; the next try at this time of the process, if there is to be one.
    Down {
        retry: Option<u64>,
    },
    Opening,
    Up,
}

/// The state of the connection.
#[derive(Debug)]
pub(super) struct Link {
    phase: Phase,
    tries: u32,
    heard: u64,
    /// When a connection on which nothing was heard counts as dead.
    dead_at: u64,
    pinged: bool,
    last: Option<Now>,
}

impl Link {
    pub(super) fn new() -> Self {
        Self {
            phase: Phase::Down { retry: Some(0) },
            tries: 0,
            heard: 0,
            dead_at: 0,
            pinged: false,
            last: None,
        }
    }

    pub(super) fn is_up(&self) -> bool {
        self.phase == Phase::Up
    }

    pub(super) fn is_down(&self) -> bool {
        matches!(self.phase, Phase::Down { .. })
    }

    pub(super) fn opened(&mut self, now: Now) {
        self.phase = Phase::Up;
        self.heard(now);
    }

    pub(super) fn heard(&mut self, now: Now) {
        self.heard = now.up;
        self.dead_at = now.up + 2 * HEARTBEAT;
        self.pinged = false;
    }

    /// The server has let us in: the next failure begins anew with short pauses.
    pub(super) fn welcomed(&mut self) {
        self.tries = 0;
    }

    /// The connection ended or could not be made.
    pub(super) fn closed(&mut self, now: Now, why: Option<&ApiError>, on_call: bool) {
        let first = self.tries == 0;
        self.tries = self.tries.saturating_add(1);
        let retry = match why.map(|why| why.code) {
            Some(ErrorCode::Revoked | ErrorCode::SignedOut) => None,
            Some(ErrorCode::ProtocolVersion) => Some(VERSION_PAUSE),
            // Whoever may be paged is not kept waiting, unless the server itself goes on failing.
            _ if first && on_call => Some(0),
            _ => {
                let hint = why.and_then(|why| why.args.get("retry_after_millis")?.parse().ok());
                // A hint is a wish: nobody but the server profits from a desktop that stays away.
                Some(hint.map_or_else(|| self.pause(now.dice), |hint: u64| hint.min(LONGEST_HINT)))
            }
        };
        self.phase = Phase::Down { retry: retry.map(|pause| now.up.saturating_add(pause)) };
    }

    fn pause(&self, dice: u64) -> u64 {
        let doublings = self.tries.saturating_sub(1).min(10);
        let most = FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
        dice % most.max(1)
    }

    /// Somebody signed in anew, or asks to try now.
    pub(super) fn try_now(&mut self, now: Now) {
        if let Phase::Down { retry } = &mut self.phase {
            *retry = Some(now.up);
        }
    }

    /// Time passed.
    pub(super) fn tick(&mut self, now: Now) -> Want {
        let slept = self.last.is_some_and(|last| {
            let up = i64::try_from(now.up.saturating_sub(last.up)).unwrap_or(i64::MAX);
            now.wall.since(last.wall).saturating_sub(up) > SLEPT
        });
        self.last = Some(now);
        match self.phase {
            Phase::Down { retry: Some(at) } if slept || now.up >= at => {
                self.phase = Phase::Opening;
                Want::Open
            }
            Phase::Down { .. } | Phase::Opening => Want::Nothing,
            Phase::Up if slept => {
                self.pinged = true;
                self.dead_at = self.dead_at.min(now.up + PROBE);
                Want::Ping
            }
            Phase::Up if now.up >= self.dead_at => Want::Close,
            Phase::Up if !self.pinged && now.up.saturating_sub(self.heard) >= HEARTBEAT => {
                self.pinged = true;
                Want::Ping
            }
            Phase::Up => Want::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(up: u64) -> Now {
        let wall = Timestamp(1_000_000 + i64::try_from(up).unwrap());
        Now { wall, up, dice: u64::MAX }
    }

    #[test]
    fn a_silent_server_is_asked_and_then_left() {
        let mut link = Link::new();
        assert_eq!(link.tick(at(0)), Want::Open);
        assert_eq!(link.tick(at(1)), Want::Nothing);
        link.opened(at(2));
        assert_eq!(link.tick(at(9_000)), Want::Nothing);
        assert_eq!(link.tick(at(10_002)), Want::Ping);
        assert_eq!(link.tick(at(15_000)), Want::Nothing);
        assert_eq!(link.tick(at(20_002)), Want::Close);
    }

    #[test]
    fn a_computer_that_slept_asks_at_once_and_waits_for_five_seconds_only() {
        let mut link = Link::new();
        link.tick(at(0));
        link.opened(at(0));
        link.tick(at(1_000));
        let woke = Now { wall: at(1_500).wall.plus_secs(600), ..at(1_500) };
        assert_eq!(link.tick(woke), Want::Ping);
        let later = |up: u64| Now { wall: at(up).wall.plus_secs(600), ..at(up) };
        assert_eq!(link.tick(later(4_000)), Want::Nothing);
        assert_eq!(link.tick(later(6_500)), Want::Close);
    }

    #[test]
    fn pauses_grow_have_jitter_and_are_none_for_who_is_on_call() {
        let mut link = Link::new();
        let mut longest = 0;
        for _ in 0..12 {
            link.phase = Phase::Opening;
            link.closed(at(0), None, false);
            let Phase::Down { retry: Some(retry) } = link.phase else { panic!("no retry") };
            longest = longest.max(retry);
        }
        assert!((15_000..LONGEST_PAUSE).contains(&longest), "{longest}");
        link.welcomed();
        link.closed(at(7), None, true);
        assert_eq!(link.phase, Phase::Down { retry: Some(7) });
        let revoked = ApiError::of(ErrorCode::Revoked, "");
        link.closed(at(7), Some(&revoked), true);
        assert_eq!(link.phase, Phase::Down { retry: None });
    }
}
