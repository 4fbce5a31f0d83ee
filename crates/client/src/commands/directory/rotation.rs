//! One rotation of a schedule as its editor holds it.

use chrono::{Datelike, NaiveDate};
use firebell_domain::{
    entity::Kind,
    oncall::{ActiveHours, Advance, LocalTime, Rotation, TurnLength},
};

use super::form::Here;
use crate::{
    api::directory::{HoursForm, RotationForm},
    commands::objection::Objections,
};

impl RotationForm {
    pub(super) fn of(rotation: &Rotation) -> Self {
        let hours = rotation.hours.iter().map(|line| HoursForm {
            days: line.days.clone(),
            from: line.from.to_string(),
            until: line.until.to_string(),
        });
        let in_hours = |length: &TurnLength| matches!(length, TurnLength::Hours(_));
        Self {
            id: rotation.id.to_string(),
            name: rotation.name.clone(),
            layer: Some(rotation.layer),
            people: rotation.people.iter().map(ToString::to_string).collect(),
            hand_off: rotation.hand_off.to_string(),
            first_day: rotation.first_day.to_string(),
            lengths: rotation.lengths.iter().map(|length| Some(length.count())).collect(),
            in_hours: rotation.lengths.iter().any(in_hours),
            hours: hours.collect(),
            by_served: rotation.advance == Advance::Served,
        }
    }

    /// What is against it; it is the rotation with this number of the form.
    pub(super) fn check(&self, at: usize, here: &Here<'_>, wrong: &mut Objections) {
        let field = |name: &str| format!("rotations.{at}.{name}");
        let mut object =
            |wrong_: bool, name: &str, why: &str| wrong.when(wrong_, &field(name), why);
        object(self.name.trim().len() > Rotation::MAX_NAME, "name", "error-name-too-long");
        let layer = self.layer.is_some_and(|layer| layer <= Rotation::MAX_LAYER);
        object(!layer, "layer", "error-layer");
        let unknown = self.people.iter().any(|person| !here.is(person, &Kind::PERSON));
        object(unknown, "people", "error-person-missing");
        let many = self.people.len() > Rotation::MAX_PEOPLE;
        object(many, "people", "error-too-many-people");
        object(clock(&self.hand_off).is_none(), "hand_off", "error-hand-off");
        object(day(&self.first_day).is_none(), "first_day", "error-first-day");
        let longest = match self.in_hours {
            true => Rotation::MAX_TURN_HOURS,
            false => Rotation::MAX_TURN_DAYS,
        };
        let fits = |length: &Option<u32>| length.is_some_and(|n| (1..=longest).contains(&n));
        let lengths = (1..=Rotation::MAX_LENGTHS).contains(&self.lengths.len())
            && self.lengths.iter().all(fits);
        let why = if self.in_hours { "error-turn-hours" } else { "error-turn-days" };
        object(!lengths, "lengths", why);
        object(self.hours.len() > ActiveHours::MAX_LINES, "hours", "error-hours");
        let odd = self.hours.iter().any(|line| line.hours().is_none());
        object(odd, "hours", "error-hours");
        let served = self.by_served && (self.hours.is_empty() || self.in_hours);
        object(served, "by_served", "error-by-served");
        let id: Result<firebell_domain::id::EntityId, _> = self.id.parse();
        object(id.is_err(), "name", "error-name-empty");
    }

    /// The rotation; none while something is against it.
    pub(super) fn rotation(&self) -> Option<Rotation> {
        let people = self.people.iter().map(|person| person.parse());
        let people = people.collect::<Result<_, _>>().ok()?;
        let length = |count: &Option<u32>| match self.in_hours {
            true => count.map(TurnLength::Hours),
            false => count.map(TurnLength::Days),
        };
        Some(Rotation {
            id: self.id.parse().ok()?,
            name: self.name.trim().to_owned(),
            layer: self.layer?,
            people,
            hand_off: clock(&self.hand_off)?,
            first_day: day(&self.first_day)?,
            lengths: self.lengths.iter().map(length).collect::<Option<_>>()?,
            hours: self.hours.iter().map(HoursForm::hours).collect::<Option<_>>()?,
            advance: if self.by_served { Advance::Served } else { Advance::Wall },
        })
    }
}

impl HoursForm {
    /// The hours; none while something is against them.
    pub(super) fn hours(&self) -> Option<ActiveHours> {
        let mut days = self.days.clone();
        days.sort_unstable();
        days.dedup();
        let sane = !days.is_empty() && days.iter().all(|day| (1..=7).contains(day));
        let hours = ActiveHours { days, from: clock(&self.from)?, until: clock(&self.until)? };
        sane.then_some(hours)
    }
}

/// As somebody types it: `9:00`, and the colon of a Chinese keyboard.
fn clock(text: &str) -> Option<LocalTime> {
    let text = text.trim().replace('：', ":");
    let padded = if text.find(':') == Some(1) { format!("0{text}") } else { text };
    padded.parse().ok()
}

/// A date as a form gives it.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()?;
    (1970..=9999).contains(&day.year()).then_some(day)
}
