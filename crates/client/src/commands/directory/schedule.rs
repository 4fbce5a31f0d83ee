//! Schedules: a rotation in a zone, the overrides laid over it, and what follows from both.

use firebell_domain::{
    directory::{
        self, DirectoryChange, HOLIDAYS, Holiday, MAX_NAME, OVERRIDES, ROTA, Rota, is_active,
    },
    entity::{Entity, Kind, World},
    id::EntityId,
    oncall::{Override, Schedule, Version, is_zone, local_day},
    time::Timestamp,
};
use serde_json::{Value, json};

use super::{
    form::{Fields, Form, Here, trimmed},
    rotation::day,
};
use crate::{
    api::{
        ApiError,
        directory::{HolidayForm, OverrideForm, RotationForm, ScheduleForm, SchedulePreview},
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
        let rota = directory::rota(entity);
        let mut overrides: Vec<Override> = overrides(entity).collect();
        overrides.retain(|one| one.end > now);
        overrides.sort_by_key(|one| (one.start, one.created));
        let rotations = rota.iter().flat_map(|rota| &rota.rotations).map(RotationForm::of);
        let from = rota.as_ref().and_then(|rota| rota.from).filter(|from| *from > now);
        let today = local_day(entity.text("zone"), now);
        let mut holidays: Vec<_> =
            directory::holidays(entity).filter(|(_, holiday)| holiday.day >= today).collect();
        holidays.sort_by(|one, other| (&one.1.day, one.0).cmp(&(&other.1.day, other.0)));
        let holidays = holidays.into_iter().map(|(id, holiday)| HolidayForm {
            id: Some(id.to_string()),
            day: holiday.day,
            name: holiday.name,
        });
        Self {
            name: entity.text("name").to_owned(),
            zone: entity.text("zone").to_owned(),
            rotations: rotations.collect(),
            from: from.map(|from| from.0),
            overrides: overrides.iter().map(OverrideForm::of).collect(),
            holidays: holidays.collect(),
            active: is_active(entity),
        }
    }

    fn fields(&self) -> Fields {
        Fields::from([
            ("name", trimmed(&self.name)),
            ("zone", trimmed(&self.zone)),
            (ROTA, self.rota().map_or(Value::Null, |rota| json!(rota))),
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
        let list = || HOLIDAYS.to_owned();
        let removed = was.holidays.iter().filter(|one| !self.holidays.contains(one));
        for one in removed.filter_map(|one| one.id.as_ref()) {
            changes.push(DirectoryChange::Remove { list: list(), member: id(one)? });
        }
        for one in self.holidays.iter().filter(|one| one.id.is_none()) {
            let member = EntityId(here.client.host().new_id());
            let holiday = Holiday { day: one.day.clone(), name: one.name.trim().to_owned() };
            changes.push(DirectoryChange::Add { list: list(), member, value: json!(holiday) });
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
    /// What is against the rotations, the new overrides and the new holidays.
    fn check_turns(&self, here: &Here<'_>, wrong: &mut Objections) {
        wrong.when(!is_zone(self.zone.trim()), "zone", "error-zone-unknown");
        let odd = self.from.is_some_and(|from| !Timestamp(from).is_plausible());
        wrong.when(odd, "from", "error-time-impossible");
        let many = self.rotations.len() > Version::MAX_ROTATIONS;
        wrong.when(many, "rotations", "error-too-many-rotations");
        for (at, rotation) in self.rotations.iter().enumerate() {
            rotation.check(at, here, wrong);
        }
        let new = self.overrides.iter().enumerate().filter(|(_, one)| one.id.is_none());
        for (at, one) in new {
            one.check(at, here, wrong);
        }
        for (at, one) in self.holidays.iter().enumerate() {
            let field = |name: &str| format!("holidays.{at}.{name}");
            wrong.when(day(&one.day).is_none(), &field("day"), "error-first-day");
            wrong.when(one.name.trim().is_empty(), &field("name"), "error-name-empty");
            wrong.when(one.name.trim().len() > MAX_NAME, &field("name"), "error-name-too-long");
        }
    }

    fn rota(&self) -> Option<Rota> {
        let rotations = self.rotations.iter().map(RotationForm::rotation);
        Some(Rota {
            zone: self.zone.trim().to_owned(),
            rotations: rotations.collect::<Option<_>>()?,
            from: self.from.map(Timestamp),
        })
    }

    /// The overrides that are new, each laid over those before it.
    fn added(&self, here: &Here<'_>) -> Vec<Override> {
        let first = here.client.next_created(here.id);
        let new = self.overrides.iter().filter(|one| one.id.is_none());
        let made = (first..).zip(new).map(|(created, one)| {
            Some(Override {
                id: EntityId(here.client.host().new_id()),
                person: Some(one.person.as_ref()?.parse().ok()?),
                replaces: None,
                // What has begun begins now: nobody was not on call before.
                start: Timestamp(one.start?).max(here.client.host().now()),
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
    let rota = form.rota().ok_or_else(|| ApiError::internal("a checked rota"))?;
    let now = here.client.host().now();
    let kept = |one: &Override| {
        let id = one.id.to_string();
        one.end <= now || form.overrides.iter().any(|kept| kept.id.as_ref() == Some(&id))
    };
    // Once around and a turn, however long that takes.
    let around = |rotation: &firebell_domain::oncall::Rotation| {
        let turns = i64::try_from(rotation.people.len()).unwrap_or(i64::MAX).saturating_add(1);
        turns.saturating_mul(rotation.longest_turn_secs())
    };
    let around = rota.rotations.iter().map(around).max().unwrap_or_default();
    // What is there stays as it was until then.
    let existing = here.directory.entity(here.id).and_then(directory::schedule);
    let mut schedule = existing.unwrap_or(Schedule {
        versions: Vec::new(),
        overrides: Vec::new(),
        temporary: Vec::new(),
    });
    let earliest = if schedule.versions.is_empty() { Timestamp::MIN } else { now };
    let from = rota.from.unwrap_or(Timestamp::MIN).max(earliest);
    let until = from.max(now).plus_secs(around.max(HORIZON_SECS));
    let same = |one: &Version| one.zone == rota.zone && one.rotations == rota.rotations;
    // As saving does it: one change is planned at a time, and the one that was planned goes.
    if !schedule.versions.iter().any(|one| one.from > now && one.from == from && same(one)) {
        schedule.versions.retain(|one| one.from <= now);
        if !schedule.versions.last().is_some_and(|last| same(last) && last.from <= from) {
            let id = EntityId(here.client.host().new_id());
            let Rota { zone, rotations, .. } = rota;
            schedule.versions.push(Version { id, from, zone, rotations });
        }
    }
    schedule.overrides.retain(kept);
    schedule.overrides.extend(form.added(here));
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
