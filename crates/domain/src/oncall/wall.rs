//! From the clock on the wall to instants.

use chrono::{NaiveDateTime, Offset, TimeZone};
use chrono_tz::Tz;

use crate::time::Timestamp;

/// When the clocks of `zone` first show `wall`, or, if they leap over it, the instant of that leap: the
/// first instant at which they have reached it. So it never decreases as `wall` grows.
pub(super) fn instant_of(zone: Tz, wall: NaiveDateTime) -> Option<Timestamp> {
    if let Some(time) = zone.from_local_datetime(&wall).earliest() {
        return Some(Timestamp(time.timestamp_millis()));
    }
    // No offset is as large as a day, so the leap lies between these two.
    let wall_secs = wall.and_utc().timestamp();
    let (mut before, mut after) = (wall_secs - 86_400, wall_secs + 86_400);
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        let utc = chrono::DateTime::from_timestamp(middle, 0)?.naive_utc();
        let offset = zone.offset_from_utc_datetime(&utc).fix().local_minus_utc();
        match middle + i64::from(offset) < wall_secs {
            true => before = middle,
            false => after = middle,
        }
    }
    Some(Timestamp(after * 1_000))
}

/// What the clocks of `zone` show at an instant. `None` outside chrono's calendar.
pub(super) fn wall_at(zone: Tz, at: Timestamp) -> Option<NaiveDateTime> {
    let utc = chrono::DateTime::from_timestamp_millis(at.0)?;
    Some(utc.with_timezone(&zone).naive_local())
}
