//! `Range: bytes=…`, as far as one range goes (RFC 9110, 14.2). Several at once get everything, which
//! the standard allows.

use std::ops::Range;

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it: no range, or one that is not understood.
    Everything,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that there are not.
    Outside,
}

/// Reads the header for a file of this length.
pub(super) fn read(asked: Option<&str>, length: u64) -> Asked {
    let Some((first, last)) =
        asked.and_then(|asked| asked.trim().strip_prefix("bytes=")).and_then(|r| r.split_once('-'))
    else {
        return Asked::Everything;
    };
    let part = match (first.trim(), last.trim()) {
        ("", last) => number(last).map(|count| length.saturating_sub(count)..length),
        (first, "") => number(first).map(|first| first..length),
        (first, last) => number(first)
            .zip(number(last))
            .filter(|(first, last)| first <= last)
            .map(|(first, last)| first..last.saturating_add(1).min(length)),
    };
    match part {
        None => Asked::Everything,
        Some(part) if part.start >= part.end => Asked::Outside,
        Some(part) => Asked::Part(part),
    }
}

fn number(text: &str) -> Option<u64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_read_as_the_standard_says() {
        let cases = [
            (None, Asked::Everything),
            (Some("bytes=0-9"), Asked::Part(0..10)),
            (Some("bytes=90-"), Asked::Part(90..100)),
            (Some("bytes=-10"), Asked::Part(90..100)),
            (Some("bytes=-1000"), Asked::Part(0..100)),
            (Some("bytes=50-1000"), Asked::Part(50..100)),
            (Some("bytes=100-"), Asked::Outside),
            (Some("bytes=100-200"), Asked::Outside),
            (Some("bytes=-0"), Asked::Outside),
            (Some("bytes=9-0"), Asked::Everything),
            (Some("bytes=0-1,4-5"), Asked::Everything),
            (Some("bytes=+1-2"), Asked::Everything),
            (Some("bytes=a-b"), Asked::Everything),
            (Some("lines=0-1"), Asked::Everything),
            (Some("bytes=0-18446744073709551615"), Asked::Part(0..100)),
            (Some("bytes=99999999999999999999-"), Asked::Everything),
        ];
        for (asked, read_as) in cases {
            assert_eq!(read(asked, 100), read_as, "{asked:?}");
        }
        assert_eq!(read(Some("bytes=0-0"), 0), Asked::Outside);
    }
}
