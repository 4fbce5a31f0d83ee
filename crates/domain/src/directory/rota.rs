//! Schedules in the record: the rota as it is saved, the versions that it leaves behind, exceptions,
//! swaps, and what is shown beside them (E2).
//!
//! A schedule's rotations are one field, [`ROTA`]: who saves over what another has saved meanwhile is
//! told so. Each save also leaves a member in the list [`VERSIONS`], in force from the time of the
//! change on, or from a later time that its author chose. So a change never says anything about the past,
//! whoever makes it and by whichever version of the program.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{MAX_NAME, OVERRIDES, read};
use crate::{
    decide::{Draft, Refusal, Stop},
    entity::Entity,
    id::EntityId,
    oncall::{Override, Rotation, Schedule, Temporary, Version},
    time::Timestamp,
};

/// Field of a schedule: its rotations as they were saved last.
pub const ROTA: &str = "rota";
/// List of a schedule: what its rotations are, from when on. Written by deciding alone.
pub const VERSIONS: &str = "versions";
/// List of a schedule's temporary schedules.
pub const TEMPORARY: &str = "temporary";
/// List of a schedule: swaps that were offered and are not answered.
pub const SWAPS: &str = "swaps";
/// List of a schedule: public holidays, shown beside its shifts.
pub const HOLIDAYS: &str = "holidays";
/// List of a person: when they are away.
pub const LEAVE: &str = "leave";
/// An exception that begins now was written down a moment ago: so long before its change it may begin.
const WRITTEN_WITHIN_SECS: i64 = 60;

/// The rotations of a schedule as its editor saves them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rota {
    /// The IANA name of the time zone in which its clock times are read.
    pub zone: String,
    /// Who takes turns.
    pub rotations: Vec<Rotation>,
    /// When it takes effect; none, or a time that has passed, means at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
}

impl Rota {
    fn version(self, id: EntityId) -> Version {
        let from = self.from.unwrap_or(Timestamp::MIN);
        Version { id, from, zone: self.zone, rotations: self.rotations }
    }
}

/// Somebody asks a colleague to take a time of theirs, perhaps for one of the colleague's (E2). Nothing
/// changes until the colleague accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swap {
    /// Who asks.
    pub asker: EntityId,
    /// Who is asked; none: whoever is willing.
    #[serde(default)]
    pub colleague: Option<EntityId>,
    /// What the colleague would take: from.
    pub start: Timestamp,
    /// Until.
    pub end: Timestamp,
    /// What the asker takes of the colleague's in return, if anything: from and until.
    #[serde(default)]
    pub back: Option<(Timestamp, Timestamp)>,
}

impl Swap {
    /// Whether this person may accept it.
    #[must_use]
    pub fn may_accept(&self, person: EntityId) -> bool {
        person != self.asker && self.colleague.is_none_or(|asked| asked == person)
    }

    fn check(&self) -> Result<(), ()> {
        let spans = [Some((self.start, self.end)), self.back];
        let sane = spans
            .into_iter()
            .flatten()
            .all(|(start, end)| start.is_plausible() && end.is_plausible() && start < end);
        (sane && self.colleague != Some(self.asker)).then_some(()).ok_or(())
    }

    /// Whether this override is one of those that accepting the swap makes.
    fn makes(&self, one: &Override, colleague: EntityId) -> bool {
        let takes = one.person == Some(colleague) && one.replaces == Some(self.asker);
        let gives = one.person == Some(self.asker) && one.replaces == Some(colleague);
        // What was begun already is taken over from now on.
        let within = |(start, end): (Timestamp, Timestamp)| one.start >= start && one.end == end;
        let taken = takes && within((self.start, self.end));
        !one.adds && (taken || (gives && self.back.is_some_and(within)))
    }
}

/// A public holiday in a schedule's zone. It is shown; nobody is taken off call by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    /// The local date, `2026-12-25`.
    pub day: String,
    /// What it is called.
    pub name: String,
}

/// A time in which a person is away. It is shown, and rostered time in it is reported; nobody is taken
/// off call by it, for then nobody would be on call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leave {
    /// From.
    pub start: Timestamp,
    /// Until.
    pub end: Timestamp,
}

/// The list's members with their ids.
fn listed<'a, T: for<'de> Deserialize<'de> + 'a>(
    entity: &'a Entity,
    list: &str,
) -> impl Iterator<Item = (EntityId, T)> + 'a {
    let members = entity.members(list);
    members.filter_map(|(id, member)| Some((id.parse().ok()?, T::deserialize(&member.value).ok()?)))
}

/// When this person is away, in no order.
pub fn leave(person: &Entity) -> impl Iterator<Item = (EntityId, Leave)> + '_ {
    listed(person, LEAVE)
}

/// The swaps that are offered, in no order.
pub fn swaps(schedule: &Entity) -> impl Iterator<Item = (EntityId, Swap)> + '_ {
    listed(schedule, SWAPS)
}

/// The public holidays of a schedule, in no order.
pub fn holidays(schedule: &Entity) -> impl Iterator<Item = (EntityId, Holiday)> + '_ {
    listed(schedule, HOLIDAYS)
}

/// The rota as it was saved last; of an old schedule, its one rotation.
#[must_use]
pub fn rota(entity: &Entity) -> Option<Rota> {
    entity.get(ROTA).or_else(|| {
        let rotations = vec![entity.get("rotation")?];
        Some(Rota { zone: entity.text("zone").to_owned(), rotations, from: None })
    })
}

/// A schedule as on-call arithmetic wants it; none when its fields cannot be read. What was taken away
/// counts as far as it did hold.
#[must_use]
pub fn schedule(entity: &Entity) -> Option<Schedule> {
    let versions = versions(entity);
    if versions.is_empty() {
        return None;
    }
    let mut overrides = Vec::new();
    let mut temporary = Vec::new();
    for member in entity.lists.get(OVERRIDES).into_iter().flat_map(|list| list.values()) {
        let Ok(mut one) = Override::deserialize(&member.value) else { continue };
        if member.removed {
            one.end = one.end.min(member.stamp.at);
        }
        if one.start < one.end {
            overrides.push(one);
        }
    }
    for member in entity.lists.get(TEMPORARY).into_iter().flat_map(|list| list.values()) {
        let Ok(mut one) = Temporary::deserialize(&member.value) else { continue };
        if member.removed {
            one.end = one.end.min(member.stamp.at);
        }
        if one.start < one.end {
            temporary.push(one);
        }
    }
    Some(Schedule { versions, overrides, temporary })
}

/// What the rotations were, are and will be, in no order. An old schedule has one that always held.
#[must_use]
pub fn versions(entity: &Entity) -> Vec<Version> {
    let kept = listed(entity, VERSIONS).map(|(id, rota): (_, Rota)| rota.version(id));
    let kept: Vec<Version> = kept.collect();
    match kept.is_empty() {
        true => rota(entity).map(|rota| rota.version(EntityId::NIL)).into_iter().collect(),
        false => kept,
    }
}

/// What a member of a schedule's or person's list may be.
pub(super) fn check_member(list: &str, member: EntityId, value: &Value) -> Result<(), ()> {
    let sane = match list {
        OVERRIDES => {
            let one: Override = read(value)?;
            one.id == member && one.start < one.end
        }
        TEMPORARY => {
            let one: Temporary = read(value)?;
            let only = Schedule { versions: vec![], overrides: vec![], temporary: vec![one] };
            only.temporary.iter().all(|one| one.id == member) && only.validate().is_ok()
        }
        SWAPS => read::<Swap>(value)?.check().is_ok(),
        HOLIDAYS => {
            let one: Holiday = read(value)?;
            let day = NaiveDate::parse_from_str(&one.day, "%Y-%m-%d").map_err(drop)?;
            day.to_string() == one.day && (1..=MAX_NAME).contains(&one.name.trim().len())
        }
        LEAVE => {
            let one: Leave = read(value)?;
            one.start.is_plausible() && one.end.is_plausible() && one.start < one.end
        }
        _ => false,
    };
    sane.then_some(()).ok_or(())
}

/// Whether the field may hold this rota.
pub(super) fn check_rota(value: &Value) -> Result<(), ()> {
    let rota: Rota = read(value)?;
    let plausible = rota.from.is_none_or(Timestamp::is_plausible);
    let version = rota.version(EntityId::NIL);
    (plausible && version.validate().is_ok()).then_some(()).ok_or(())
}

/// Leaves behind what a change of the rota means: a version that holds from the change on, and before it,
/// what an old schedule had held until then. `zone`, `rotation` are what older programs write.
pub(super) fn keep_version(
    draft: &mut Draft<'_>,
    fields: &std::collections::BTreeMap<String, Value>,
) -> Result<(), Stop> {
    let impossible = |()| Refusal::ImpossibleValue { field: ROTA.to_owned() };
    if !["zone", "rotation", ROTA].iter().any(|field| fields.contains_key(*field)) {
        return Ok(());
    }
    let own = draft.own();
    let standing = own.map(versions).unwrap_or_default();
    // What was planned and has not begun gives way to what is planned now: there is one plan, the last.
    let (planned, begun): (Vec<_>, Vec<_>) =
        standing.into_iter().partition(|version| version.from > draft.change.at);
    let last = begun.iter().max_by_key(|version| (version.from, version.id)).cloned();
    // Of a schedule that is to begin, the plan is all that there is to change.
    let last = last.or_else(|| planned.iter().max_by_key(|one| (one.from, one.id)).cloned());
    let new: Option<Rota> = fields.get(ROTA).map(read).transpose().map_err(impossible)?;
    let old: Option<Rotation> = fields.get("rotation").map(read).transpose().map_err(impossible)?;
    // An old schedule that is only now made: it is read as old ones are, until it is changed.
    if own.is_none_or(|own| own.lists.get(VERSIONS).is_none_or(|list| list.is_empty())) {
        match &last {
            None if new.is_none() => return Ok(()),
            None => {}
            Some(base) => {
                let first = draft.change.entity.derived("first version");
                let rota =
                    Rota { zone: base.zone.clone(), rotations: base.rotations.clone(), from: None };
                draft.add(VERSIONS, first.to_string(), json!(rota));
            }
        }
    }
    let zone: Option<String> = fields.get("zone").map(read).transpose().map_err(impossible)?;
    let from = new.as_ref().and_then(|rota| rota.from);
    let (zone, rotations) = match (new, old, &last) {
        (Some(rota), _, _) => (rota.zone, rota.rotations),
        (None, Some(rotation), Some(last)) => (zone.unwrap_or(last.zone.clone()), vec![rotation]),
        (None, Some(rotation), None) => (zone.unwrap_or_default(), vec![rotation]),
        (None, None, Some(last)) => (zone.unwrap_or_default(), last.rotations.clone()),
        (None, None, None) => return Ok(()),
    };
    // A schedule that was not there before rings at once, however wrong its author's clock is.
    let earliest = if last.is_some() { draft.change.at } else { Timestamp::MIN };
    let from = from.unwrap_or(Timestamp::MIN).max(earliest);
    if !fields.contains_key(ROTA) && own.is_some_and(|own| own.fields.contains_key(ROTA)) {
        // An older program wrote it: what this one's editor shows follows.
        let rota = Rota { zone: zone.clone(), rotations: rotations.clone(), from: None };
        draft.write(ROTA, json!(rota));
    }
    let same = |one: &Version| one.zone == zone && one.rotations == rotations;
    if planned.iter().any(|one| same(one) && one.from == from) {
        return Ok(());
    }
    for version in planned.iter().filter(|version| version.id != EntityId::NIL) {
        draft.remove(VERSIONS, version.id.to_string());
    }
    if last.as_ref().is_some_and(|last| same(last) && last.from <= from) {
        return Ok(());
    }
    let id = EntityId(draft.change.id.0);
    draft.add(VERSIONS, id.to_string(), json!(Rota { zone, rotations, from: Some(from) }));
    Ok(())
}

/// What is asked of an addition to a schedule's list beyond its form: a swap is offered by the one
/// who gives their time away; what claims to come from a swap is what its colleague accepted.
pub(super) fn check_addition(
    draft: &Draft<'_>,
    list: &str,
    member: EntityId,
    value: &Value,
) -> Result<(), Stop> {
    let Some(author) = draft.author.person() else { return Ok(()) };
    match list {
        SWAPS => {
            let asker = read::<Swap>(value).map(|swap| swap.asker);
            if asker != Ok(author) {
                return Err(Refusal::NotAllowed {}.into());
            }
        }
        OVERRIDES => {
            let Ok(one) = read::<Override>(value) else { return Ok(()) };
            if let Some(swap) = one.swap {
                let offered = swaps(draft.existing()?).find(|(id, _)| *id == swap);
                let (_, offered) = offered.ok_or(Refusal::Unknown { entity: swap })?;
                if !offered.may_accept(author) || !offered.makes(&one, author) {
                    return Err(Refusal::NotAllowed {}.into());
                }
            }
            ahead(draft, list, member, one.start..one.end)?;
            if one.validate().is_err() {
                return Err(Refusal::ImpossibleValue { field: OVERRIDES.to_owned() }.into());
            }
        }
        TEMPORARY => {
            let Ok(one) = read::<Temporary>(value) else { return Ok(()) };
            ahead(draft, list, member, one.start..one.end)?;
        }
        _ => {}
    }
    Ok(())
}

/// Who was on call is history: no exception is made for the past, and none anew under an old name. The past is what
/// was before the change by its author's clock, as for everything that the record says: a desktop that was
/// away for hours tells what it arranged then.
fn ahead(
    draft: &Draft<'_>,
    list: &str,
    member: EntityId,
    span: std::ops::Range<Timestamp>,
) -> Result<(), Stop> {
    let known = draft.existing()?.lists.get(list);
    let stood = known.is_some_and(|list| list.contains_key(&member.to_string()));
    let begun = span.start < draft.change.at.plus_secs(-WRITTEN_WITHIN_SECS);
    if stood || begun || span.end <= draft.change.at {
        return Err(Refusal::ImpossibleValue { field: list.to_owned() }.into());
    }
    Ok(())
}

/// What is asked of taking something away: a swap can be answered or withdrawn once, by those whom it is
/// about; a version that has taken effect stays.
pub(super) fn check_removal(draft: &Draft<'_>, list: &str, member: EntityId) -> Result<(), Stop> {
    match list {
        SWAPS => {
            let entity = draft.existing()?;
            let offered = swaps(entity).find(|(id, _)| *id == member);
            let (_, offered) = offered.ok_or(Refusal::Unknown { entity: member })?;
            let Some(author) = draft.author.person() else { return Ok(()) };
            // Whoever is willing takes an open one; it is not theirs to turn down for everybody.
            let taken = |(_, one): (_, Override)| one.swap == Some(member);
            let about = author == offered.asker || offered.colleague == Some(author);
            if !about && !listed(entity, OVERRIDES).any(taken) {
                return Err(Refusal::NotAllowed {}.into());
            }
        }
        // What is over did hold, and stays.
        OVERRIDES | TEMPORARY => {
            let known = draft.existing()?.lists.get(list);
            let known = known.and_then(|list| list.get(&member.to_string()));
            let end = known.and_then(|member| {
                let value = &member.value;
                match list {
                    OVERRIDES => read::<Override>(value).map(|one| one.end).ok(),
                    _ => read::<Temporary>(value).map(|one| one.end).ok(),
                }
            });
            if end.is_some_and(|end| end <= draft.change.at) && draft.author.person().is_some() {
                return Err(Refusal::ImpossibleValue { field: list.to_owned() }.into());
            }
        }
        VERSIONS => {
            let kept = versions(draft.existing()?);
            let begun = |one: &Version| one.id == member && one.from <= draft.change.at;
            if kept.iter().any(begun) {
                return Err(Refusal::ImpossibleValue { field: VERSIONS.to_owned() }.into());
            }
        }
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests;
