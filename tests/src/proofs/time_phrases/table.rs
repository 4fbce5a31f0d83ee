//! The phrases. Written from the calendar, not from what the program answered.

use anyhow::{Context, Result};
use firebell_domain::time::Timestamp;

/// What a phrase means.
#[derive(Debug, Clone, Copy)]
pub(super) enum Means {
    /// This instant.
    At(&'static str),
    /// It is asked about.
    Asks(&'static str),
}

/// A phrase, where and when it is said, and what it means.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case {
    pub(super) phrase: &'static str,
    pub(super) zone: &'static str,
    pub(super) now: &'static str,
    pub(super) means: Means,
}

use Means::{Asks, At};

const fn case(phrase: &'static str, place: (&'static str, &'static str), means: Means) -> Case {
    Case { phrase, zone: place.0, now: place.1, means }
}

/// Monday morning at nine in London: winter time is UTC.
const LONDON: (&str, &str) = ("Europe/London", "2026-11-30T09:00:00Z");
/// Monday at 17:00 in Shanghai, eight hours ahead and without summer time.
const SHANGHAI: (&str, &str) = ("Asia/Shanghai", "2026-11-30T09:00:00Z");
/// Monday ten past midnight in Shanghai.
const MIDNIGHT: (&str, &str) = ("Asia/Shanghai", "2026-11-29T16:10:00Z");
/// Sunday 1 November 2026, 10:00 in New York, after the clocks went back at 2.
const BACK: (&str, &str) = ("America/New_York", "2026-11-01T15:00:00Z");
/// Sunday 8 March 2026, 10:00 in New York, after the clocks went forward at 2.
const FORWARD: (&str, &str) = ("America/New_York", "2026-03-08T14:00:00Z");

/// All of them.
pub(super) const PHRASES: &[Case] = &[
    // How long ago.
    case("now", LONDON, At("2026-11-30T09:00:00Z")),
    case("just now", LONDON, At("2026-11-30T09:00:00Z")),
    case("刚才", SHANGHAI, At("2026-11-30T09:00:00Z")),
    case("现在", SHANGHAI, At("2026-11-30T09:00:00Z")),
    case("10 min ago", LONDON, At("2026-11-30T08:50:00Z")),
    case("10m ago", LONDON, At("2026-11-30T08:50:00Z")),
    case("-10m", LONDON, At("2026-11-30T08:50:00Z")),
    case("About 10 minutes ago", LONDON, At("2026-11-30T08:50:00Z")),
    case("five minutes ago", LONDON, At("2026-11-30T08:55:00Z")),
    case("a minute ago", LONDON, At("2026-11-30T08:59:00Z")),
    case("90 seconds ago", LONDON, At("2026-11-30T08:58:30Z")),
    case("an hour ago", LONDON, At("2026-11-30T08:00:00Z")),
    case("half an hour ago", LONDON, At("2026-11-30T08:30:00Z")),
    case("an hour and a half ago", LONDON, At("2026-11-30T07:30:00Z")),
    case("a quarter of an hour ago", LONDON, At("2026-11-30T08:45:00Z")),
    case("1h20m ago", LONDON, At("2026-11-30T07:40:00Z")),
    case("1 hour 20 minutes ago", LONDON, At("2026-11-30T07:40:00Z")),
    case("1 hour and 20 minutes ago", LONDON, At("2026-11-30T07:40:00Z")),
    case("1.5 h ago", LONDON, At("2026-11-30T07:30:00Z")),
    case("2 days ago", LONDON, At("2026-11-28T09:00:00Z")),
    case("10分钟前", SHANGHAI, At("2026-11-30T08:50:00Z")),
    case("十分钟之前", SHANGHAI, At("2026-11-30T08:50:00Z")),
    case("大约十五分钟前", SHANGHAI, At("2026-11-30T08:45:00Z")),
    case("一刻钟前", SHANGHAI, At("2026-11-30T08:45:00Z")),
    case("半小时前", SHANGHAI, At("2026-11-30T08:30:00Z")),
    case("半个小时以前", SHANGHAI, At("2026-11-30T08:30:00Z")),
    case("两小时前", SHANGHAI, At("2026-11-30T07:00:00Z")),
    case("一个半小时前", SHANGHAI, At("2026-11-30T07:30:00Z")),
    case("1小时20分钟前", SHANGHAI, At("2026-11-30T07:40:00Z")),
    case("３０秒前", SHANGHAI, At("2026-11-30T08:59:30Z")),
    // A time on the clock.
    case("08:02", LONDON, At("2026-11-30T08:02:00Z")),
    case("8:02:30", LONDON, At("2026-11-30T08:02:30Z")),
    case("0802", LONDON, At("2026-11-30T08:02:00Z")),
    case("8.02", LONDON, At("2026-11-30T08:02:00Z")),
    case("8h02", LONDON, At("2026-11-30T08:02:00Z")),
    case("at 8 am", LONDON, At("2026-11-30T08:00:00Z")),
    case("8:02 a.m.", LONDON, At("2026-11-30T08:02:00Z")),
    case("8 o'clock", LONDON, At("2026-11-30T08:00:00Z")),
    case("11:30pm", LONDON, At("2026-11-29T23:30:00Z")),
    case("midnight", LONDON, At("2026-11-30T00:00:00Z")),
    case("23:50", MIDNIGHT, At("2026-11-29T15:50:00Z")),
    case("14:02", LONDON, Asks("future")),
    case("noon", LONDON, Asks("future")),
    case("14:02", SHANGHAI, At("2026-11-30T06:02:00Z")),
    case("14：02", SHANGHAI, At("2026-11-30T06:02:00Z")),
    case("14点02分", SHANGHAI, At("2026-11-30T06:02:00Z")),
    case("14时2分30秒", SHANGHAI, At("2026-11-30T06:02:30Z")),
    case("下午2点零5", SHANGHAI, At("2026-11-30T06:05:00Z")),
    case("下午两点半", SHANGHAI, At("2026-11-30T06:30:00Z")),
    case("下午三点一刻", SHANGHAI, At("2026-11-30T07:15:00Z")),
    case("上午十点二十五分左右", SHANGHAI, At("2026-11-30T02:25:00Z")),
    case("中午", SHANGHAI, At("2026-11-30T04:00:00Z")),
    case("中午12点半", SHANGHAI, At("2026-11-30T04:30:00Z")),
    case("凌晨1点", SHANGHAI, At("2026-11-29T17:00:00Z")),
    case("今天凌晨1点", SHANGHAI, At("2026-11-29T17:00:00Z")),
    case("14:02 UTC", SHANGHAI, Asks("future")),
    case("08:02 UTC", SHANGHAI, At("2026-11-30T08:02:00Z")),
    case("08:02Z", SHANGHAI, At("2026-11-30T08:02:00Z")),
    case("16:02 UTC+8", LONDON, At("2026-11-30T08:02:00Z")),
    case("09:30 +01:00", LONDON, At("2026-11-30T08:30:00Z")),
    // A day and a time.
    case("today 7:05", LONDON, At("2026-11-30T07:05:00Z")),
    case("today at 14:02", LONDON, Asks("future")),
    case("yesterday 23:40", LONDON, At("2026-11-29T23:40:00Z")),
    case("yesterday, 23:40", LONDON, At("2026-11-29T23:40:00Z")),
    case("yesterday at 11:40 pm", LONDON, At("2026-11-29T23:40:00Z")),
    case("23:40 yesterday", LONDON, At("2026-11-29T23:40:00Z")),
    case("last night at 11:40", LONDON, At("2026-11-29T23:40:00Z")),
    case("11:40 last night", LONDON, At("2026-11-29T23:40:00Z")),
    case("1 am yesterday", LONDON, At("2026-11-29T01:00:00Z")),
    case("this morning at 7", LONDON, At("2026-11-30T07:00:00Z")),
    case("yesterday evening at 8", LONDON, At("2026-11-29T20:00:00Z")),
    case("the day before yesterday 8:00", LONDON, At("2026-11-28T08:00:00Z")),
    case("3 days ago 14:02", LONDON, At("2026-11-27T14:02:00Z")),
    case("昨天 23:40", SHANGHAI, At("2026-11-29T15:40:00Z")),
    case("昨天23点40分", SHANGHAI, At("2026-11-29T15:40:00Z")),
    case("昨晚11点40", SHANGHAI, At("2026-11-29T15:40:00Z")),
    case("昨天晚上十一点四十分", SHANGHAI, At("2026-11-29T15:40:00Z")),
    case("昨晚1点", SHANGHAI, At("2026-11-29T17:00:00Z")),
    case("昨天 23:40", MIDNIGHT, At("2026-11-29T15:40:00Z")),
    case("今早9点", SHANGHAI, At("2026-11-30T01:00:00Z")),
    case("今天上午9:05", SHANGHAI, At("2026-11-30T01:05:00Z")),
    case("今天下午6点", SHANGHAI, Asks("future")),
    case("前天 8:00", SHANGHAI, At("2026-11-28T00:00:00Z")),
    case("三天前 14:02", SHANGHAI, At("2026-11-27T06:02:00Z")),
    // Weekdays: it is a Monday.
    case("Mon 08:02", LONDON, At("2026-11-30T08:02:00Z")),
    case("Monday 14:02", LONDON, At("2026-11-23T14:02:00Z")),
    case("on Friday at 6pm", LONDON, At("2026-11-27T18:00:00Z")),
    case("last Friday 18:00", LONDON, At("2026-11-27T18:00:00Z")),
    case("14:02 on Friday", LONDON, At("2026-11-27T14:02:00Z")),
    case("周五18点", SHANGHAI, At("2026-11-27T10:00:00Z")),
    case("周二十点", SHANGHAI, At("2026-11-24T02:00:00Z")),
    case("星期五下午6点", SHANGHAI, At("2026-11-27T10:00:00Z")),
    case("上周五 18:00", SHANGHAI, At("2026-11-27T10:00:00Z")),
    case("上周一 18:00", SHANGHAI, At("2026-11-23T10:00:00Z")),
    case("周日 14:02", SHANGHAI, At("2026-11-29T06:02:00Z")),
    case("礼拜天 14:02", SHANGHAI, At("2026-11-29T06:02:00Z")),
    // Dates.
    case("2026-11-29 23:40", LONDON, At("2026-11-29T23:40:00Z")),
    case("2026-11-29T23:40:05Z", SHANGHAI, At("2026-11-29T23:40:05Z")),
    case("2026-11-30T16:40+08:00", LONDON, At("2026-11-30T08:40:00Z")),
    case("29 Nov 23:40", LONDON, At("2026-11-29T23:40:00Z")),
    case("Nov 29th, 23:40", LONDON, At("2026-11-29T23:40:00Z")),
    case("29 November 2025 23:40", LONDON, At("2025-11-29T23:40:00Z")),
    case("1 Dec 23:40", LONDON, At("2025-12-01T23:40:00Z")),
    case("29.11. 23:40", LONDON, At("2026-11-29T23:40:00Z")),
    case("11/29 23:40", LONDON, At("2026-11-29T23:40:00Z")),
    case("11/10 23:40", LONDON, Asks("which day")),
    case("11月29日 23:40", SHANGHAI, At("2026-11-29T15:40:00Z")),
    case("十一月二十九日晚上十一点四十", SHANGHAI, At("2026-11-29T15:40:00Z")),
    case("2026年11月29日23时40分", SHANGHAI, At("2026-11-29T15:40:00Z")),
    case("29号 23:40", SHANGHAI, At("2026-11-29T15:40:00Z")),
    case("31日 8:00", SHANGHAI, At("2026-10-31T00:00:00Z")),
    case("30 Feb 8:00", LONDON, Asks("unreadable")),
    // When the clocks change.
    case("1:30", BACK, Asks("twice")),
    case("2026-11-01 01:30", BACK, Asks("twice")),
    case("01:30 -04:00", BACK, At("2026-11-01T05:30:00Z")),
    case("01:30 -05:00", BACK, At("2026-11-01T06:30:00Z")),
    case("2:30", FORWARD, Asks("skipped")),
    case("3:30", FORWARD, At("2026-03-08T07:30:00Z")),
    case("9 hours ago", FORWARD, At("2026-03-08T05:00:00Z")),
    // No time at all, or half of one.
    case("yesterday", LONDON, Asks("which time")),
    case("昨天", SHANGHAI, Asks("which time")),
    case("14", LONDON, Asks("unreadable")),
    case("25:00", LONDON, Asks("unreadable")),
    case("in 10 minutes", LONDON, Asks("unreadable")),
    case("很久以前", SHANGHAI, Asks("unreadable")),
    case("Checkout fails", LONDON, Asks("unreadable")),
];

/// An instant as it is written in the table.
pub(super) fn instant(text: &str) -> Result<Timestamp> {
    let read = chrono::DateTime::parse_from_rfc3339(text).with_context(|| text.to_owned())?;
    Ok(Timestamp(read.timestamp_millis()))
}
