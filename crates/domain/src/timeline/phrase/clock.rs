//! Clock times: `14:02`, `2pm`, `1402`, `下午2点半`, `noon`.

use chrono::{NaiveDate, NaiveDateTime};

use super::text::Cursor;

/// A part of the day, by which an hour of the twelve-hour clock is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Before noon.
    Morning,
    /// Around noon: 11 to 2.
    Noon,
    /// After noon.
    Afternoon,
    /// Evening and night; its small hours are the next day's.
    Night,
}

/// A time on the clock, on the day it is said of or the one after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    hour: u32,
    minute: u32,
    second: u32,
    days_later: u64,
    /// The hour may still be told by a part of the day.
    bare: bool,
}

impl Clock {
    fn at(hour: u32, minute: u32, second: u32) -> Option<Self> {
        let fits = hour < 24 && minute < 60 && second < 60;
        fits.then_some(Self { hour, minute, second, days_later: 0, bare: true })
    }

    /// With the part of the day that it is in.
    pub(super) fn within(mut self, part: Part) -> Self {
        if !self.bare {
            return self;
        }
        self.bare = false;
        match (part, self.hour) {
            (Part::Morning, 12) => self.hour = 0,
            (Part::Noon, 1..=2) | (Part::Afternoon, 1..=11) | (Part::Night, 5..=11) => {
                self.hour += 12;
            }
            // "Twelve last night" and "one last night" are after midnight.
            (Part::Night, 12) => (self.hour, self.days_later) = (0, 1),
            (Part::Night, 0..=4) => self.days_later = 1,
            _ => {}
        }
        self
    }

    /// What clocks show then.
    pub(super) fn on(self, date: NaiveDate) -> Option<NaiveDateTime> {
        date.checked_add_days(chrono::Days::new(self.days_later))?.and_hms_opt(
            self.hour,
            self.minute,
            self.second,
        )
    }

    /// Whether it comes later in the day than this.
    pub(super) fn is_after(self, here: NaiveDateTime) -> bool {
        self.on(here.date()).is_none_or(|at| at > here)
    }
}

/// A part of the day in Chinese, before the time.
pub(super) fn part(cursor: &mut Cursor<'_>) -> Option<Part> {
    const PARTS: [(Part, &[&str]); 4] = [
        (Part::Morning, &["凌晨", "清晨", "早上", "早晨", "上午", "今晨", "早", "晨"]),
        (Part::Noon, &["中午"]),
        (Part::Afternoon, &["下午", "傍晚", "午后"]),
        (Part::Night, &["晚上", "夜里", "夜晚", "深夜", "半夜", "晚", "夜"]),
    ];
    PARTS.iter().find_map(|(part, words)| cursor.any(words).map(|_| *part))
}

/// A time; `part` was said with the day already.
pub(super) fn read(cursor: &mut Cursor<'_>, part_said: Option<Part>) -> Option<Clock> {
    cursor.attempt(|cursor| {
        cursor.space();
        cursor.word(&["at"]);
        cursor.space();
        if let Some(clock) = named(cursor) {
            return Some(clock);
        }
        let before = part(cursor).or(part_said);
        cursor.space();
        let (clock, alone) = numbers(cursor)?;
        let after = meridiem(cursor);
        // A number alone is not a time: "14" may be anything.
        if alone && before.is_none() && after.is_none() {
            return None;
        }
        Some(after.or(before).map_or(clock, |part| clock.within(part)))
    })
}

fn named(cursor: &mut Cursor<'_>) -> Option<Clock> {
    if cursor.word(&["noon", "midday"]).is_some() || cursor.any(&["正午"]).is_some() {
        return Clock::at(12, 0, 0).map(|clock| Clock { bare: false, ..clock });
    }
    if cursor.word(&["midnight"]).is_some() || cursor.any(&["午夜"]).is_some() {
        return Clock::at(0, 0, 0).map(|clock| Clock { bare: false, ..clock });
    }
    cursor.attempt(|cursor| {
        cursor.any(&["中午"])?;
        // 中午12点 is read with its number.
        let mut ahead = cursor.clone();
        ahead.space();
        ahead.number().is_none().then(|| Clock::at(12, 0, 0))?
    })
}

/// Hours, minutes and seconds, and whether it was a number without anything.
fn numbers(cursor: &mut Cursor<'_>) -> Option<(Clock, bool)> {
    let (first, digits) = cursor.number()?;
    if digits == 4 || digits == 3 {
        // 1402, 905
        let clock = Clock::at(first / 100, first % 100, 0)?;
        return Some((clock, false));
    }
    if digits > 2 {
        return None;
    }
    if let Some(minute) = cursor.attempt(|cursor| {
        cursor.any(&[":", ".", "h"])?;
        let (minute, digits) = cursor.number()?;
        (digits == 2).then_some(minute)
    }) {
        let second = cursor.attempt(|cursor| {
            cursor.any(&[":", "."])?;
            let (second, digits) = cursor.number()?;
            (digits == 2).then_some(second)
        });
        return Some((Clock::at(first, minute, second.unwrap_or(0))?, false));
    }
    if cursor.any(&["点钟", "点整", "点", "时"]).is_some() {
        let (minute, second) = han_minutes(cursor);
        return Some((Clock::at(first, minute, second)?, false));
    }
    let whole = cursor.attempt(|cursor| {
        cursor.space();
        cursor.any(&["o'clock", "oclock"])
    });
    Some((Clock::at(first, 0, 0)?, whole.is_none()))
}

/// What follows `点`: `半`, `一刻`, `05`, `5分30秒`.
fn han_minutes(cursor: &mut Cursor<'_>) -> (u32, u32) {
    if cursor.any(&["半"]).is_some() {
        return (30, 0);
    }
    let quarter = cursor.attempt(|cursor| {
        let (number, _) = cursor.number()?;
        cursor.any(&["刻"])?;
        number.checked_mul(15)
    });
    if let Some(minute) = quarter {
        return (minute, 0);
    }
    let Some((minute, _)) = cursor.number() else { return (0, 0) };
    cursor.any(&["分钟", "分"]);
    let second = cursor.attempt(|cursor| {
        let (second, _) = cursor.number()?;
        cursor.any(&["秒"])?;
        Some(second)
    });
    (minute, second.unwrap_or(0))
}

/// `am`, `pm`, `in the morning` …
fn meridiem(cursor: &mut Cursor<'_>) -> Option<Part> {
    cursor.attempt(|cursor| {
        cursor.space();
        const SAID: [(Part, &[&str]); 4] = [
            (Part::Morning, &["am", "a.m.", "in the morning"]),
            (Part::Afternoon, &["pm", "p.m.", "in the afternoon", "in the evening"]),
            (Part::Night, &["at night"]),
            (Part::Noon, &["at noon"]),
        ];
        let (part, _) =
            SAID.iter().find_map(|(part, words)| cursor.word(words).map(|word| (*part, word)))?;
        Some(part)
    })
}
