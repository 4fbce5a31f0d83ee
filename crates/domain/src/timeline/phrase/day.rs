//! Days: `yesterday`, `昨晚`, `last Friday`, `29 Nov`, `11月29日`, `2026-11-29`.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, Weekday};

use super::{
    Question,
    clock::{self, Clock, Part},
    text::Cursor,
};

/// A day as it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    /// So many days before today.
    Ago(u64),
    /// The last such weekday that was.
    Last(Weekday),
    /// A weekday before today.
    Before(Weekday),
    /// A weekday of the week before this one, which begins on Monday.
    WeekBefore(Weekday),
    /// A day of a year.
    Date(i32, u32, u32),
    /// A day of the year: the last such one.
    Yearly(u32, u32),
    /// Two numbers that are day and month in one order or the other.
    Numbers(u32, u32),
    /// A day of the month: the last such one.
    Monthly(u32),
}

/// A day, with the part of it that was said in the same breath.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) day: Day,
    pub(super) part: Option<Part>,
}

/// The dates that a day may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dates {
    One(NaiveDate),
    Either { month_first: NaiveDate, day_first: NaiveDate },
}

impl Day {
    /// On the calendar, for somebody whose clock shows `here`.
    pub(super) fn date(self, here: NaiveDateTime, clock: Clock) -> Result<Dates, Question> {
        let today = here.date();
        let back = |days: u64| today.checked_sub_days(Days::new(days));
        let since = |weekday: Weekday| u64::from(today.weekday().days_since(weekday));
        let date = match self {
            Self::Ago(days) => back(days),
            Self::Last(weekday) => match since(weekday) {
                0 if clock.is_after(here) => back(7),
                days => back(days),
            },
            Self::Before(weekday) => match since(weekday) {
                0 => back(7),
                days => back(days),
            },
            Self::WeekBefore(weekday) => {
                let monday = u64::from(today.weekday().num_days_from_monday()) + 7;
                let days = u64::from(weekday.num_days_from_monday());
                monday.checked_sub(days).and_then(back)
            }
            Self::Date(year, month, day) => NaiveDate::from_ymd_opt(year, month, day),
            Self::Yearly(month, day) => last_yearly(here, clock, month, day),
            Self::Numbers(a, b) => {
                let dates = (last_yearly(here, clock, a, b), last_yearly(here, clock, b, a));
                match dates {
                    (Some(month_first), Some(day_first)) if month_first != day_first => {
                        return Ok(Dates::Either { month_first, day_first });
                    }
                    (one, other) => one.or(other),
                }
            }
            // Some months have no 31st: the last one that has.
            Self::Monthly(day) => (0..12).find_map(|months| {
                let month = today.with_day(1)?.checked_sub_months(Months::new(months))?;
                let date = month.with_day(day)?;
                (clock.on(date)? <= here).then_some(date)
            }),
        };
        date.map(Dates::One).ok_or(Question::Unreadable)
    }
}

/// The last such day that was. Leap days come every eight years at worst.
fn last_yearly(here: NaiveDateTime, clock: Clock, month: u32, day: u32) -> Option<NaiveDate> {
    (0..=8).find_map(|years| {
        let date = NaiveDate::from_ymd_opt(here.year() - years, month, day)?;
        (clock.on(date)? <= here).then_some(date)
    })
}

/// What may stand between a day and its time.
pub(super) fn join(cursor: &mut Cursor<'_>) {
    cursor.space();
    if cursor.any(&[",", "的"]).is_none() {
        cursor.word(&["t", "on"]);
    }
    cursor.space();
}

/// Reads a day.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Option<Said> {
    cursor.attempt(|cursor| {
        cursor.space();
        spoken(cursor)
            .or_else(|| weekday(cursor).map(|day| Said { day, part: None }))
            .or_else(|| date(cursor).map(|day| Said { day, part: None }))
    })
}

/// Days that have a name from here.
fn spoken(cursor: &mut Cursor<'_>) -> Option<Said> {
    const ENGLISH: [(&str, u64, Option<Part>); 14] = [
        ("the day before yesterday", 2, None),
        ("day before yesterday", 2, None),
        ("yesterday morning", 1, Some(Part::Morning)),
        ("yesterday afternoon", 1, Some(Part::Afternoon)),
        ("yesterday evening", 1, Some(Part::Night)),
        ("yesterday night", 1, Some(Part::Night)),
        ("last night", 1, Some(Part::Night)),
        ("last evening", 1, Some(Part::Night)),
        ("yesterday", 1, None),
        ("this morning", 0, Some(Part::Morning)),
        ("this afternoon", 0, Some(Part::Afternoon)),
        ("this evening", 0, Some(Part::Night)),
        ("tonight", 0, Some(Part::Night)),
        ("today", 0, None),
    ];
    for (word, days, part) in ENGLISH {
        if cursor.word(&[word]).is_some() {
            return Some(Said { day: Day::Ago(days), part });
        }
    }
    let counted = cursor.attempt(|cursor| {
        let (days, digits) = cursor.number()?;
        cursor.space();
        cursor.any(&["days ago", "day ago", "天前", "天之前"])?;
        (digits <= 3).then_some(Said { day: Day::Ago(u64::from(days)), part: None })
    });
    if counted.is_some() {
        return counted;
    }
    const HAN: [(&[&str], u64); 4] = [
        (&["大前天"], 3),
        (&["前天", "前日"], 2),
        (&["昨天", "昨日", "昨"], 1),
        (&["今天", "今日", "今"], 0),
    ];
    let days = HAN.iter().find_map(|(words, days)| cursor.any(words).map(|_| *days))?;
    cursor.space();
    // 中午 alone is a time, and is read as one.
    let part = cursor.attempt(|cursor| clock::part(cursor).filter(|part| *part != Part::Noon));
    Some(Said { day: Day::Ago(days), part })
}

const WEEKDAYS: [(Weekday, &[&str]); 7] = [
    (Weekday::Mon, &["monday", "mon"]),
    (Weekday::Tue, &["tuesday", "tues", "tue"]),
    (Weekday::Wed, &["wednesday", "wed"]),
    (Weekday::Thu, &["thursday", "thurs", "thur", "thu"]),
    (Weekday::Fri, &["friday", "fri"]),
    (Weekday::Sat, &["saturday", "sat"]),
    (Weekday::Sun, &["sunday", "sun"]),
];

fn weekday(cursor: &mut Cursor<'_>) -> Option<Day> {
    let english = cursor.attempt(|cursor| {
        cursor.word(&["on"]);
        cursor.space();
        let last = cursor.word(&["last"]).is_some();
        cursor.space();
        let day = WEEKDAYS.iter().find_map(|(day, words)| cursor.word(words).map(|_| *day))?;
        Some(if last { Day::Before(day) } else { Day::Last(day) })
    });
    english.or_else(|| {
        cursor.attempt(|cursor| {
            let before = cursor.any(&["上个", "上"]).is_some();
            let this = !before && cursor.any(&["这个", "这", "本"]).is_some();
            cursor.any(&["星期", "礼拜", "周"])?;
            let number = match cursor.any(&["天", "日"]) {
                Some(_) => 7,
                None => cursor.number().filter(|(_, digits)| *digits == 1)?.0,
            };
            let day = WEEKDAYS.get(usize::try_from(number.checked_sub(1)?).ok()?)?.0;
            Some(match (before, this) {
                (true, _) => Day::WeekBefore(day),
                _ => Day::Last(day),
            })
        })
    })
}

const MONTHS: [&[&str]; 12] = [
    &["january", "jan"],
    &["february", "feb"],
    &["march", "mar"],
    &["april", "apr"],
    &["may"],
    &["june", "jun"],
    &["july", "jul"],
    &["august", "aug"],
    &["september", "sept", "sep"],
    &["october", "oct"],
    &["november", "nov"],
    &["december", "dec"],
];

fn month(cursor: &mut Cursor<'_>) -> Option<u32> {
    let at = MONTHS.iter().position(|words| cursor.word(words).is_some())?;
    cursor.any(&["."]);
    u32::try_from(at + 1).ok()
}

fn date(cursor: &mut Cursor<'_>) -> Option<Day> {
    cursor
        .attempt(year_first)
        .or_else(|| cursor.attempt(han))
        .or_else(|| cursor.attempt(named))
        .or_else(|| cursor.attempt(numbers))
}

/// `2026-11-29`, `2026/11/29`, `2026年11月29日`.
fn year_first(cursor: &mut Cursor<'_>) -> Option<Day> {
    let (year, digits) = cursor.number()?;
    if digits != 4 {
        return None;
    }
    cursor.any(&["-", "/", ".", "年"])?;
    let (month, _) = cursor.number()?;
    cursor.any(&["-", "/", ".", "月"])?;
    let (day, digits) = cursor.number()?;
    cursor.any(&["日", "号"]);
    (digits <= 2).then_some(Day::Date(i32::try_from(year).ok()?, month, day))
}

/// `11月29日`, `29日`.
fn han(cursor: &mut Cursor<'_>) -> Option<Day> {
    let (first, _) = cursor.number()?;
    if cursor.any(&["月"]).is_some() {
        let (day, _) = cursor.number()?;
        cursor.any(&["日", "号"]);
        return Some(Day::Yearly(first, day));
    }
    cursor.any(&["日", "号"])?;
    Some(Day::Monthly(first))
}

/// `29 Nov`, `Nov 29`, `November 29th, 2026`.
fn named(cursor: &mut Cursor<'_>) -> Option<Day> {
    let ordinal = |cursor: &mut Cursor<'_>| {
        let (day, digits) = cursor.number()?;
        cursor.any(&["st", "nd", "rd", "th"]);
        (digits <= 2).then_some(day)
    };
    let (day, month) = match month(cursor) {
        Some(month) => {
            cursor.space();
            (ordinal(cursor)?, month)
        }
        None => {
            let day = ordinal(cursor)?;
            cursor.space();
            (day, month(cursor)?)
        }
    };
    let year = cursor.attempt(|cursor| {
        cursor.any(&[","]);
        cursor.space();
        let (year, digits) = cursor.number()?;
        // "29 Nov 1402" is a time; years of four digits that are none begin with 20 here.
        let mut ahead = cursor.clone();
        let is_year = digits == 4 && (2000..2100).contains(&year) && ahead.any(&[":"]).is_none();
        (is_year && !cursor.ends()).then_some(year)
    });
    Some(match year {
        Some(year) => Day::Date(i32::try_from(year).ok()?, month, day),
        None => Day::Yearly(month, day),
    })
}

/// `11/29`, `29/11`, `29.11.`
fn numbers(cursor: &mut Cursor<'_>) -> Option<Day> {
    let (first, a) = cursor.number()?;
    let mark = cursor.any(&["/", "-", "."])?;
    let (second, b) = cursor.number()?;
    // 14.02 is a time; a date with points has one at its end.
    if mark == "." {
        cursor.any(&["."])?;
        return Some(Day::Yearly(second, first));
    }
    (a <= 2 && b <= 2).then_some(Day::Numbers(first, second))
}
