//! Schedules: a rotation in a zone, the overrides laid over it, and what follows from both.

use chrono::{Datelike, NaiveDate};
use firebell_domain::{
    directory::{self, DirectoryChange, OVERRIDES, is_active},
    entity::{Entity, Kind, World},
    id::EntityId,
    oncall::{LocalTime, Override, Rotation, Schedule, is_zone},
    time::Timestamp,
};
use serde_json::{Value, json};

use super::form::{Fields, Form, Here, trimmed};
use crate::{
    api::{
        ApiError,
        directory::{OverrideForm, ScheduleForm, SchedulePreview},
    },
    commands::objection::Objections,
    views::{
        names::id,
        on_call::{HORIZON_SECS, SHIFTS, shift_view},
    },
};

impl Form for ScheduleForm {
    const KIND: Kind = Kind::SCHEDULE;

    fn read(entity: &Entity, now: Timestamp) -> Self {
        let rotation: Option<Rotation> = entity.get("rotation");
        let mut overrides: Vec<Override> = overrides(entity).collect();
        overrides.retain(|one| one.end > now);
        overrides.sort_by_key(|one| (one.start, one.created));
        let people = rotation.iter().flat_map(|rotation| &rotation.people);
        let text = |value: Option<String>| value.unwrap_or_default();
        Self {
            name: entity.text("name").to_owned(),
            zone: entity.text("zone").to_owned(),
            people: people.map(ToString::to_string).collect(),
            hand_off: text(rotation.as_ref().map(|rotation| rotation.hand_off.to_string())),
            first_day: text(rotation.as_ref().map(|rotation| rotation.first_day.to_string())),
            turn_days: rotation.and_then(|rotation| Some(rotation.lengths.first()?.count())),
            overrides: overrides.iter().map(OverrideForm::of).collect(),
            active: is_active(entity),
        }
    }

    fn fields(&self) -> Fields {
        Fields::from([
            ("name", trimmed(&self.name)),
            ("zone", trimmed(&self.zone)),
            ("rotation", self.rotation().map_or(Value::Null, |rotation| json!(rotation))),
            ("active", json!(self.active)),
        ])
    }

    fn lists(&self, was: &Self, here: &Here<'_>) -> Result<Vec<DirectoryChange>, ApiError> {
        let list = || OVERRIDES.to_owned();
        let kept: Vec<&String> = self.overrides.iter().filter_map(|one| one.id.as_ref()).collect();
        let removed = was.overrides.iter().filter_map(|one| one.id.as_ref());
        let mut changes = Vec::new();
        for one in removed.filter(|one| !kept.contains(one)) {
            changes.push(DirectoryChange::Remove { list: list(), member: id(one)? });
        }
        for one in self.added(here) {
            let value = serde_json::to_value(&one).map_err(ApiError::internal)?;
            changes.push(DirectoryChange::Add { list: list(), member: one.id, value });
        }
        Ok(changes)
    }

    fn check(&self, was: &Self, here: &Here<'_>, wrong: &mut Objections) {
        if self.active {
            here.check_own_name(&self.name, &Self::KIND, wrong);
        }
        self.check_turns(here, wrong);
        here.check_retiring(was.active, self.active, wrong);
    }
}

impl ScheduleForm {
    /// What is against the rotation and the new overrides.
    fn check_turns(&self, here: &Here<'_>, wrong: &mut Objections) {
        wrong.when(!is_zone(self.zone.trim()), "zone", "error-zone-unknown");
        let unknown = self.people.iter().any(|person| !here.is(person, &Kind::PERSON));
        wrong.when(unknown, "people", "error-person-missing");
        wrong.when(self.hand_off().is_none(), "hand_off", "error-hand-off");
        wrong.when(self.first_day().is_none(), "first_day", "error-first-day");
        let fits = |days: u32| (1..=Rotation::MAX_TURN_DAYS).contains(&days);
        wrong.when(!self.turn_days.is_some_and(fits), "turn_days", "error-turn-days");
        let new = self.overrides.iter().enumerate().filter(|(_, one)| one.id.is_none());
        for (at, one) in new {
            one.check(at, here, wrong);
        }
    }

    /// As somebody types it: `9:00`, and the colon of a Chinese keyboard.
    fn hand_off(&self) -> Option<LocalTime> {
        let text = self.hand_off.trim().replace('：', ":");
        let padded = if text.find(':') == Some(1) { format!("0{text}") } else { text };
        padded.parse().ok()
    }

    fn first_day(&self) -> Option<NaiveDate> {
        let day = NaiveDate::parse_from_str(self.first_day.trim(), "%Y-%m-%d").ok()?;
        (1970..=9999).contains(&day.year()).then_some(day)
    }

    fn rotation(&self) -> Option<Rotation> {
        let people = self.people.iter().map(|person| person.parse());
        let people = people.collect::<Result<_, _>>().ok()?;
        Some(Rotation::of_days(people, self.hand_off()?, self.first_day()?, self.turn_days?))
    }

    /// The overrides that are new, each laid over those before it.
    fn added(&self, here: &Here<'_>) -> Vec<Override> {
        let standing = here.directory.entity(here.id).into_iter().flat_map(overrides);
        let last = standing.map(|one| one.created).max().unwrap_or_default();
        let new = self.overrides.iter().filter(|one| one.id.is_none());
        let made = (last + 1..).zip(new).map(|(created, one)| {
            Some(Override {
                id: EntityId(here.client.host().new_id()),
                person: Some(one.person.as_ref()?.parse().ok()?),
                replaces: None,
                start: Timestamp(one.start?),
                end: Timestamp(one.end?),
                created,
                adds: false,
                swap: None,
            })
        });
        made.flatten().collect()
    }
}

impl OverrideForm {
    fn of(one: &Override) -> Self {
        Self {
            id: Some(one.id.to_string()),
            person: one.person.map(|id| id.to_string()),
            start: Some(one.start.0),
            end: Some(one.end.0),
        }
    }

    fn check(&self, at: usize, here: &Here<'_>, wrong: &mut Objections) {
        let field = |name: &str| format!("overrides.{at}.{name}");
        let unknown = !self.person.as_ref().is_some_and(|id| here.is(id, &Kind::PERSON));
        wrong.when(unknown, &field("person"), "error-person-missing");
        let (start, end) = (self.start.map(Timestamp), self.end.map(Timestamp));
        for (name, time) in [("start", start), ("end", end)] {
            wrong.when(time.is_none(), &field(name), "error-time-missing");
            let odd = time.is_some_and(|time| !time.is_plausible());
            wrong.when(odd, &field(name), "error-time-impossible");
        }
        if let (Some(start), Some(end)) = (start, end) {
            wrong.when(end <= start, &field("end"), "error-end-before-start");
            let over = end > start && end <= here.client.host().now();
            wrong.when(over, &field("end"), "error-override-past");
        }
    }
}

/// Who would be on call when, with what the form holds.
///
/// # Errors
/// `Invalid` with an objection for each field that stands in the way; its name does not.
pub(super) fn preview(form: &ScheduleForm, here: &Here<'_>) -> Result<SchedulePreview, ApiError> {
    let mut wrong = Objections::default();
    form.check_turns(here, &mut wrong);
    wrong.done()?;
    let rotation = form.rotation().ok_or_else(|| ApiError::internal("a checked rotation"))?;
    let now = here.client.host().now();
    let kept = |one: &Override| {
        let id = one.id.to_string();
        one.end <= now || form.overrides.iter().any(|kept| kept.id.as_ref() == Some(&id))
    };
    let standing = here.directory.entity(here.id).into_iter().flat_map(overrides).filter(kept);
    // Once around and a turn, however long that takes.
    let turns = i64::try_from(rotation.people.len()).unwrap_or(i64::MAX).saturating_add(1);
    let around =
        turns.saturating_mul(i64::from(form.turn_days.unwrap_or(1))).saturating_mul(86_400);
    let until = now.plus_secs(around.max(HORIZON_SECS));
    let overrides = standing.chain(form.added(here)).collect();
    let schedule = Schedule::of(form.zone.trim(), rotation, overrides);
    let shifts = schedule.shifts(now, until, SHIFTS);
    let name = form.name.trim();
    let shifts = shifts.iter().map(|shift| shift_view(here.directory, name, shift)).collect();
    Ok(SchedulePreview { shifts })
}

/// The overrides of a schedule, past ones too; also of one whose rotation cannot be read.
fn overrides(schedule: &Entity) -> impl Iterator<Item = Override> + '_ {
    let members = schedule.members(directory::OVERRIDES);
    members.filter_map(|(_, member)| serde::Deserialize::deserialize(&member.value).ok())
}
