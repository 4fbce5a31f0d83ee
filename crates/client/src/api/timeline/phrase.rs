//! Times as people say them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// `read_time`: a time as people say it, such as `10 min ago` or `昨天 23:40`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReadTime {
    /// What was typed.
    pub phrase: String,
    /// IANA zone of the reader's clock.
    pub zone: String,
}

/// Answer of `read_time`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TimeReading {
    /// The instant; none when there is a question.
    pub at: Option<i64>,
    /// Why there is none.
    pub question: Option<TimeQuestion>,
    /// The instants that would answer it, likeliest first.
    pub choices: Vec<i64>,
}

/// Why a phrase gives no instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TimeQuestion {
    /// It is no time that this knows.
    Unreadable,
    /// It says a day and not when on it.
    WhichTime,
    /// It has not come yet.
    Future,
    /// The clocks went back, and showed it twice.
    Twice,
    /// The clocks went forward, and never showed it.
    Skipped,
    /// Day and month, or month and day.
    WhichDay,
}
