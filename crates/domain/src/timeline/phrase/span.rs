//! How long ago: `now`, `10 min ago`, `-1h20m`, `一个半小时前`.

use super::text::Cursor;

/// No incident is told so long after it that one says how many seconds ago: ten years.
const LONGEST_SECS: i64 = 10 * 366 * 86_400;

/// Seconds ago; none when the text says no such thing.
pub(super) fn ago(text: &str) -> Option<i64> {
    if ["now", "just now", "right now", "现在", "刚才", "刚刚", "刚"].contains(&text) {
        return Some(0);
    }
    let mut cursor = Cursor::new(text);
    let minus = cursor.any(&["-"]).is_some();
    let mut secs = 0_i64;
    let mut parts = 0;
    while let Some(part) = cursor.attempt(part) {
        secs = secs.checked_add(part)?;
        parts += 1;
    }
    let said = cursor.attempt(|cursor| {
        cursor.space();
        cursor.any(&["ago", "earlier", "before", "back", "以前", "之前", "前"])
    });
    let right = parts > 0 && cursor.ends() && minus != said.is_some() && secs <= LONGEST_SECS;
    right.then_some(secs)
}

/// A number and its unit, in seconds.
fn part(cursor: &mut Cursor<'_>) -> Option<i64> {
    cursor.space();
    cursor.attempt(|cursor| cursor.any(&["and "]).or_else(|| cursor.any(&["又"])));
    cursor.space();
    if let Some(quarters) = cursor.attempt(quarters) {
        return Some(quarters * 900);
    }
    // In halves, so that "one and a half" is a whole number.
    let mut halves = quantity(cursor)?;
    cursor.space();
    cursor.any(&["个"]);
    if cursor.any(&["半"]).is_some() {
        halves += 1;
    }
    let unit = unit(cursor)?;
    // "an hour and a half"
    let half = cursor.attempt(|cursor| {
        cursor.space();
        cursor.any(&["and a half", "半"])
    });
    if half.is_some() {
        halves += 1;
    }
    halves.checked_mul(unit)?.checked_div(2)
}

fn quantity(cursor: &mut Cursor<'_>) -> Option<i64> {
    if let Some((number, _)) = cursor.number() {
        let half = cursor.any(&[".5", ".0"]);
        return Some(i64::from(number) * 2 + i64::from(half == Some(".5")));
    }
    if cursor.any(&["half an ", "half a ", "半个", "半"]).is_some() {
        return Some(1);
    }
    const WORDS: [(&str, i64); 19] = [
        ("an", 1),
        ("a", 1),
        ("one", 1),
        ("two", 2),
        ("three", 3),
        ("four", 4),
        ("five", 5),
        ("six", 6),
        ("seven", 7),
        ("eight", 8),
        ("nine", 9),
        ("ten", 10),
        ("eleven", 11),
        ("twelve", 12),
        ("fifteen", 15),
        ("twenty", 20),
        ("thirty", 30),
        ("forty", 40),
        ("fifty", 50),
    ];
    WORDS.iter().find_map(|(word, number)| cursor.word(&[*word]).map(|_| number * 2))
}

/// Seconds of a unit.
fn unit(cursor: &mut Cursor<'_>) -> Option<i64> {
    const UNITS: [(i64, &[&str]); 5] = [
        (1, &["seconds", "second", "secs", "sec", "s"]),
        (60, &["minutes", "minute", "mins", "min", "m"]),
        (3_600, &["hours", "hour", "hrs", "hr", "h"]),
        (86_400, &["days", "day", "d"]),
        (7 * 86_400, &["weeks", "week", "w"]),
    ];
    const HAN: [(i64, &[&str]); 5] = [
        (1, &["秒钟", "秒"]),
        (60, &["分钟", "分"]),
        (3_600, &["小时", "钟头"]),
        (86_400, &["天"]),
        (7 * 86_400, &["星期", "礼拜", "周"]),
    ];
    UNITS
        .iter()
        .find_map(|(secs, words)| cursor.word(words).map(|_| *secs))
        .or_else(|| HAN.iter().find_map(|(secs, words)| cursor.any(words).map(|_| *secs)))
}

/// `a quarter of an hour`, `3刻钟`: how many quarters.
fn quarters(cursor: &mut Cursor<'_>) -> Option<i64> {
    if cursor.any(&["a quarter of an hour", "a quarter hour", "quarter of an hour"]).is_some() {
        return Some(1);
    }
    let (number, _) = cursor.number()?;
    cursor.any(&["刻钟", "刻"])?;
    Some(i64::from(number))
}
