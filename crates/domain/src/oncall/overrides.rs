//! Exceptions to the rotations: someone stands in, joins or is off; a time that is planned by hand.

use serde::{Deserialize, Serialize};

use super::ScheduleError;
use crate::{id::EntityId, time::Timestamp};

/// For `[start, end)`, someone else is on call, or nobody, or one more (E2). A swap is two of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Its identity, by which it is taken away again.
    pub id: EntityId,
    /// Who stands in; `None`: nobody does.
    pub person: Option<EntityId>,
    /// Only while this person would be on call, as the exceptions created before this one leave it;
    /// `None`: everybody who would be, and over a gap too.
    pub replaces: Option<EntityId>,
    /// The first instant at which it holds.
    pub start: Timestamp,
    /// The first instant at which it holds no more.
    pub end: Timestamp,
    /// Its place in the order of creation: the larger wins. Equal ones are ordered by id.
    pub created: u64,
    /// The person joins who is on call and replaces nobody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub adds: bool,
    /// The swap that it came from, once a colleague had accepted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swap: Option<EntityId>,
}

impl Override {
    pub(crate) fn validate(&self) -> Result<(), ScheduleError> {
        let id = self.id;
        check_span(id, self.start, self.end)?;
        let same = self.person.is_some() && self.person == self.replaces;
        let mixed = self.adds && (self.person.is_none() || self.replaces.is_some());
        if same || mixed {
            return Err(ScheduleError::OverrideUseless { id });
        }
        Ok(())
    }

    /// What becomes of those who are on call.
    fn apply(&self, on: &mut Vec<EntityId>) {
        match (self.person, self.replaces) {
            (Some(person), _) if self.adds => join(on, person),
            (person, None) => {
                on.clear();
                on.extend(person);
            }
            (person, Some(replaced)) => {
                let Some(place) = on.iter().position(|one| *one == replaced) else { return };
                match person.filter(|person| *person == replaced || !on.contains(person)) {
                    Some(person) => on[place] = person,
                    None => drop(on.remove(place)),
                }
            }
        }
    }
}

/// Adds somebody who is not there yet.
pub(super) fn join(on: &mut Vec<EntityId>, person: EntityId) {
    if !on.contains(&person) {
        on.push(person);
    }
}

fn check_span(id: EntityId, start: Timestamp, end: Timestamp) -> Result<(), ScheduleError> {
    if !start.is_plausible() || !end.is_plausible() {
        return Err(ScheduleError::OverrideOutOfRange { id });
    }
    if end <= start {
        return Err(ScheduleError::OverrideEmpty { id });
    }
    Ok(())
}

/// A shift planned by hand: `[start, end)`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixedShift {
    /// Who.
    pub person: EntityId,
    /// The first instant.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
}

/// A temporary schedule: for `[start, end)` its shifts alone say who is on call, and not the rotations
/// nor the exceptions that were there before it (E2). Where it has no shift there is a gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Temporary {
    /// Its identity, by which it is taken away again.
    pub id: EntityId,
    /// What it is called: `New Year`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The first instant at which it holds.
    pub start: Timestamp,
    /// The first instant at which it holds no more.
    pub end: Timestamp,
    /// Who is on call when; may overlap.
    pub shifts: Vec<FixedShift>,
    /// Its place in the order of creation, in one line with [`Override::created`].
    pub created: u64,
}

impl Temporary {
    /// Shifts of one: three for each day of a quarter.
    pub const MAX_SHIFTS: usize = 280;
    /// Longest name in bytes.
    pub const MAX_NAME: usize = 200;

    pub(super) fn validate(&self) -> Result<(), ScheduleError> {
        if self.shifts.len() > Self::MAX_SHIFTS || self.name.len() > Self::MAX_NAME {
            return Err(ScheduleError::TooMuch);
        }
        check_span(self.id, self.start, self.end)?;
        self.shifts.iter().try_for_each(|shift| check_span(self.id, shift.start, shift.end))
    }
}

/// An exception that holds in a stretch.
#[derive(Clone, Copy)]
enum Holding<'a> {
    Override(&'a Override),
    Temporary(&'a Temporary),
}

impl Holding<'_> {
    fn order(&self) -> (u64, EntityId) {
        match self {
            Self::Override(one) => (one.created, one.id),
            Self::Temporary(one) => (one.created, one.id),
        }
    }
}

/// A stretch of time in which no exception begins or ends, and those that hold in it.
pub(super) struct Stretch<'a> {
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    /// In the order of creation.
    holding: Vec<Holding<'a>>,
}

impl<'a> Stretch<'a> {
    /// The stretch that contains `at`. One pass over the exceptions.
    pub(super) fn at(overrides: &'a [Override], temporary: &'a [Temporary], at: Timestamp) -> Self {
        let mut stretch = Self { start: Timestamp::MIN, end: Timestamp::MAX, holding: Vec::new() };
        for one in overrides {
            stretch.cut(one.start, one.end, at);
            if one.start <= at && at < one.end {
                stretch.holding.push(Holding::Override(one));
            }
        }
        for one in temporary {
            stretch.cut(one.start, one.end, at);
            if one.start <= at && at < one.end {
                one.shifts.iter().for_each(|shift| stretch.cut(shift.start, shift.end, at));
                stretch.holding.push(Holding::Temporary(one));
            }
        }
        stretch.holding.sort_unstable_by_key(Holding::order);
        stretch
    }

    pub(super) fn contains(&self, at: Timestamp) -> bool {
        self.start <= at && at < self.end
    }

    fn cut(&mut self, start: Timestamp, end: Timestamp, at: Timestamp) {
        for edge in [start, end] {
            if edge <= at {
                self.start = self.start.max(edge);
            } else {
                self.end = self.end.min(edge);
            }
        }
    }

    /// Who is on call in this stretch while the rotations say `on`.
    pub(super) fn stand_in(&self, mut on: Vec<EntityId>) -> Vec<EntityId> {
        for holding in &self.holding {
            match holding {
                Holding::Override(one) => one.apply(&mut on),
                Holding::Temporary(one) => {
                    on.clear();
                    let now = one
                        .shifts
                        .iter()
                        .filter(|shift| shift.start <= self.start && self.start < shift.end);
                    now.for_each(|shift| join(&mut on, shift.person));
                }
            }
        }
        on
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn person(number: u128) -> EntityId {
        EntityId(Uuid::from_u128(number))
    }

    /// An override over 10..20 ms unless changed.
    fn one(created: u64, who: Option<u128>, for_whom: Option<u128>) -> Override {
        Override {
            id: person(u128::from(created) + 100),
            person: who.map(person),
            replaces: for_whom.map(person),
            start: Timestamp(10),
            end: Timestamp(20),
            created,
            adds: false,
            swap: None,
        }
    }

    fn everyone(overrides: &[Override], rota: &[u128]) -> Vec<EntityId> {
        let rota = rota.iter().copied().map(person).collect();
        Stretch::at(overrides, &[], Timestamp(15)).stand_in(rota)
    }

    fn on(overrides: &[Override], rota: Option<u128>) -> Option<EntityId> {
        let people = everyone(overrides, rota.as_slice());
        assert!(people.len() < 2, "{people:?}");
        people.first().copied()
    }

    #[test]
    fn a_stretch_ends_where_an_override_begins_or_ends() {
        let overrides =
            [one(0, Some(1), None), Override { start: Timestamp(15), ..one(1, None, None) }];
        let spans: Vec<_> = [9, 10, 14, 15, 19, 20]
            .map(|at| Stretch::at(&overrides, &[], Timestamp(at)))
            .iter()
            .map(|stretch| (stretch.start.0, stretch.end.0, stretch.holding.len()))
            .collect();
        let last = Timestamp::MAX.0;
        assert_eq!(
            spans,
            [(0, 10, 0), (10, 15, 1), (10, 15, 1), (15, 20, 2), (15, 20, 2), (20, last, 0)]
        );
    }

    #[test]
    fn the_last_created_wins_in_whatever_order_they_are_stored() {
        let mut overrides =
            vec![one(0, Some(1), None), one(1, Some(2), None), one(2, Some(3), None)];
        for _ in 0..6 {
            assert_eq!(on(&overrides, Some(9)), Some(person(3)));
            overrides.rotate_left(1);
            assert_eq!(on(&overrides, Some(9)), Some(person(3)));
            overrides.swap(0, 1);
        }
        overrides.retain(|one| one.created != 2);
        assert_eq!(on(&overrides, Some(9)), Some(person(2)), "what was under it is back");
    }

    #[test]
    fn one_that_replaces_a_person_asks_who_is_on_by_then() {
        let cover = one(0, Some(2), Some(1));
        assert_eq!(on(std::slice::from_ref(&cover), Some(1)), Some(person(2)));
        assert_eq!(on(std::slice::from_ref(&cover), Some(3)), Some(person(3)));
        assert_eq!(on(std::slice::from_ref(&cover), None), None, "a gap is nobody's turn");

        // 2 covers for 1 and falls ill; 3 covers for 2.
        let cover_of_cover = one(1, Some(3), Some(2));
        assert_eq!(on(&[cover.clone(), cover_of_cover], Some(1)), Some(person(3)));
        // Created after everybody was replaced by 4, "3 for 1" finds nobody to replace.
        let everybody = one(1, Some(4), None);
        let late = one(2, Some(3), Some(1));
        assert_eq!(on(&[everybody, late], Some(1)), Some(person(4)));
    }

    #[test]
    fn nobody_can_stand_in_and_over_a_gap_somebody_can() {
        assert_eq!(on(&[one(0, None, None)], Some(1)), None);
        assert_eq!(on(&[one(0, None, Some(1))], Some(1)), None);
        assert_eq!(on(&[one(0, Some(1), None)], None), Some(person(1)));
        assert_eq!(on(&[one(0, None, None), one(1, Some(1), None)], Some(2)), Some(person(1)));
    }

    #[test]
    fn of_several_on_call_one_is_replaced_taken_off_or_joined() {
        let (one_, two, three) = (person(1), person(2), person(3));
        let adds = Override { adds: true, ..one(0, Some(3), None) };
        assert_eq!(everyone(std::slice::from_ref(&adds), &[1, 2]), [one_, two, three]);
        assert_eq!(everyone(std::slice::from_ref(&adds), &[]), [three]);
        assert_eq!(everyone(std::slice::from_ref(&adds), &[3, 1]), [three, one_], "once is enough");
        assert_eq!(everyone(&[one(0, Some(3), Some(1))], &[1, 2]), [three, two]);
        assert_eq!(everyone(&[one(0, Some(2), Some(1))], &[1, 2]), [two]);
        assert_eq!(everyone(&[one(0, None, Some(1))], &[1, 2]), [two]);
        assert_eq!(everyone(&[one(0, Some(3), None)], &[1, 2]), [three]);
    }

    #[test]
    fn a_temporary_schedule_alone_decides_over_what_was_there_before_it() {
        let shift = |who, start, end| FixedShift {
            person: person(who),
            start: Timestamp(start),
            end: Timestamp(end),
        };
        let planned = Temporary {
            id: person(500),
            name: String::new(),
            start: Timestamp(10),
            end: Timestamp(20),
            shifts: vec![shift(5, 0, 14), shift(6, 13, 16)],
            created: 5,
        };
        let at = |overrides: &[Override], at: i64| {
            let stretch = Stretch::at(overrides, std::slice::from_ref(&planned), Timestamp(at));
            (stretch.stand_in(vec![person(1)]), stretch.start.0, stretch.end.0)
        };
        let last = Timestamp::MAX.0;
        assert_eq!(at(&[], 9), (vec![person(1)], 0, 10), "its shifts hold inside it only");
        assert_eq!(at(&[], 10), (vec![person(5)], 10, 13));
        assert_eq!(at(&[], 13), (vec![person(5), person(6)], 13, 14));
        assert_eq!(at(&[], 15), (vec![person(6)], 14, 16));
        assert_eq!(at(&[], 16), (vec![], 16, 20), "a gap");
        assert_eq!(at(&[], 20), (vec![person(1)], 20, last));
        assert_eq!(at(&[one(4, Some(9), None)], 15).0, [person(6)], "was there before");
        assert_eq!(at(&[one(6, Some(9), Some(6))], 15).0, [person(9)], "came after");
    }
}
