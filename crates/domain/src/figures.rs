//! The three instants of an incident's impact, and the two figures made from them (requirement S3).
//!
//! TTD is impact start → detected, TTR is impact start → impact end. Nothing is guessed: a figure is
//! known only when both its ends are, and a figure that cannot be is called impossible, not zero.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// When the impact of an incident began, was detected, and ended (S3). `None`: not known yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// When customers, or the business, first felt it. Not when it was declared.
    pub impact_start: Option<Timestamp>,
    /// When somebody here, or a monitor, first knew of it.
    pub detected: Option<Timestamp>,
    /// When the impact, current and imminent, was over. Not when the incident was closed.
    pub impact_end: Option<Timestamp>,
}

/// A figure, or why there is none (S3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state", content = "millis")]
pub enum Measure {
    /// Its length in milliseconds, zero or more.
    Known(i64),
    /// One of its ends is not known yet; it is left out of statistics.
    Pending,
    /// An end lies before its start or in the future; it is left out of statistics and shown.
    Impossible,
}

impl Measure {
    /// The length in milliseconds where it is known.
    #[must_use]
    pub const fn millis(self) -> Option<i64> {
        match self {
            Self::Known(millis) => Some(millis),
            Self::Pending | Self::Impossible => None,
        }
    }

    fn between(start: Option<Timestamp>, end: Option<Timestamp>, now: Timestamp) -> Self {
        if [start, end].into_iter().flatten().any(|time| time > now) {
            return Self::Impossible;
        }
        match (start, end) {
            (Some(start), Some(end)) if end < start => Self::Impossible,
            (Some(start), Some(end)) => Self::Known(end.since(start)),
            _ => Self::Pending,
        }
    }
}

impl Times {
    /// Time to detect, impact start → detected, as far as it can be told at `now` (S3).
    #[must_use]
    pub fn ttd(&self, now: Timestamp) -> Measure {
        Measure::between(self.impact_start, self.detected, now)
    }

    /// Time to resolve, impact start → impact end, as far as it can be told at `now` (S3).
    #[must_use]
    pub fn ttr(&self, now: Timestamp) -> Measure {
        Measure::between(self.impact_start, self.impact_end, now)
    }
}

/// One of the three instants, to say which is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimesField {
    /// [`Times::impact_start`].
    ImpactStart,
    /// [`Times::detected`].
    Detected,
    /// [`Times::impact_end`].
    ImpactEnd,
}

/// What a form says against the times it was given (S3, S1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "objection", content = "field")]
pub enum TimesObjection {
    /// The impact ended before it began.
    EndBeforeStart,
    /// It was detected before its impact began: one of the two must be moved.
    DetectedBeforeStart,
    /// This instant has not come yet.
    InFuture(TimesField),
    /// The incident is to be resolved and nobody has said when its impact ended.
    NoImpactEnd,
}

/// What to say against these times at `now`, in the order of the form; empty when they can stand (S3).
#[must_use]
pub fn objections(times: &Times, now: Timestamp) -> Vec<TimesObjection> {
    let fields = [
        (TimesField::ImpactStart, times.impact_start),
        (TimesField::Detected, times.detected),
        (TimesField::ImpactEnd, times.impact_end),
    ];
    let precedes_start = |time: Option<Timestamp>| {
        time.zip(times.impact_start).is_some_and(|(time, start)| time < start)
    };
    let mut found: Vec<_> = fields
        .into_iter()
        .filter(|(_, time)| time.is_some_and(|time| time > now))
        .map(|(field, _)| TimesObjection::InFuture(field))
        .collect();
    if precedes_start(times.detected) {
        found.push(TimesObjection::DetectedBeforeStart);
    }
    if precedes_start(times.impact_end) {
        found.push(TimesObjection::EndBeforeStart);
    }
    found
}

/// [`objections`], and that the impact end is empty: for the form that resolves an incident (S1, S3).
#[must_use]
pub fn objections_to_resolving(times: &Times, now: Timestamp) -> Vec<TimesObjection> {
    let mut found = objections(times, now);
    if times.impact_end.is_none() {
        found.push(TimesObjection::NoImpactEnd);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Measure::*, TimesField::*, TimesObjection::*, *};

    const NOW: Timestamp = Timestamp(1_000);

    fn times(start: Option<i64>, detected: Option<i64>, end: Option<i64>) -> Times {
        Times {
            impact_start: start.map(Timestamp),
            detected: detected.map(Timestamp),
            impact_end: end.map(Timestamp),
        }
    }

    #[test]
    fn figures_and_objections_follow_from_the_three_instants() {
        type Row = ([Option<i64>; 3], Measure, Measure, &'static [TimesObjection]);
        #[rustfmt::skip]
        let table: &[Row] = &[
            // start, detected, end                     TTD         TTR         objections
            ([None, None, None],                        Pending,    Pending,    &[]),
            ([Some(100), None, None],                   Pending,    Pending,    &[]),
            ([None, Some(100), None],                   Pending,    Pending,    &[]),
            ([None, Some(200), Some(100)],              Pending,    Pending,    &[]),
            ([Some(100), Some(300), None],              Known(200), Pending,    &[]),
            ([Some(100), Some(300), Some(900)],         Known(200), Known(800), &[]),
            ([Some(100), Some(100), Some(100)],         Known(0),   Known(0),   &[]),
            // Detected only after it was over: odd, and true now and then.
            ([Some(100), Some(900), Some(300)],         Known(800), Known(200), &[]),
            ([Some(0), Some(1_000), Some(1_000)],       Known(1_000), Known(1_000), &[]),
            ([Some(300), Some(100), Some(900)],         Impossible, Known(600), &[DetectedBeforeStart]),
            ([Some(300), Some(400), Some(299)],         Known(100), Impossible, &[EndBeforeStart]),
            ([Some(300), Some(100), Some(200)],         Impossible, Impossible, &[DetectedBeforeStart, EndBeforeStart]),
            ([Some(1_001), None, None],                 Impossible, Impossible, &[InFuture(ImpactStart)]),
            ([None, Some(1_001), None],                 Impossible, Pending,    &[InFuture(Detected)]),
            ([Some(100), Some(200), Some(1_001)],       Known(100), Impossible, &[InFuture(ImpactEnd)]),
            ([Some(1_003), Some(1_002), Some(1_001)],   Impossible, Impossible,
             &[InFuture(ImpactStart), InFuture(Detected), InFuture(ImpactEnd), DetectedBeforeStart, EndBeforeStart]),
        ];
        for &([start, detected, end], ttd, ttr, expected) in table {
            let times = times(start, detected, end);
            assert_eq!(times.ttd(NOW), ttd, "TTD of {times:?}");
            assert_eq!(times.ttr(NOW), ttr, "TTR of {times:?}");
            assert_eq!(objections(&times, NOW), expected, "{times:?}");
            let mut resolving = expected.to_vec();
            resolving.extend(end.is_none().then_some(NoImpactEnd));
            assert_eq!(objections_to_resolving(&times, NOW), resolving, "{times:?}");
        }
    }

    #[test]
    fn what_is_in_the_future_today_may_be_known_tomorrow() {
        let times = times(Some(100), Some(200), Some(5_000));
        assert_eq!(times.ttr(NOW), Impossible);
        assert_eq!(times.ttr(Timestamp(5_000)), Known(4_900));
        assert_eq!(times.ttr(Timestamp(5_000)).millis(), Some(4_900));
        assert_eq!(Pending.millis(), None);
    }

    #[test]
    fn the_serialised_form_has_integers_only() {
        let json = |measure| serde_json::to_string(&measure).expect("serialises");
        assert_eq!(json(Known(1_500)), r#"{"state":"known","millis":1500}"#);
        assert_eq!(json(Impossible), r#"{"state":"impossible"}"#);
        assert_eq!(
            serde_json::to_string(&times(Some(1), None, None)).expect("serialises"),
            r#"{"impact_start":1,"detected":null,"impact_end":null}"#
        );
        assert_eq!(
            serde_json::to_string(&InFuture(ImpactEnd)).expect("serialises"),
            r#"{"objection":"in_future","field":"impact_end"}"#
        );
    }
}
