//! Exceptions to a rotation: someone stands in, or nobody is on call.

use serde::{Deserialize, Serialize};

use super::ScheduleError;
use crate::{id::EntityId, time::Timestamp};

/// For `[start, end)`, someone else is on call, or nobody (E2). A swap is two of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Its identity, by which it is taken away again.
    pub id: EntityId,
    /// Who stands in; `None`: nobody is on call.
    pub person: Option<EntityId>,
    /// Only while this person would be on call, as the overrides created before this one leave it;
    /// `None`: whoever would be, and over a gap too.
    pub replaces: Option<EntityId>,
    /// The first instant at which it holds.
    pub start: Timestamp,
    /// The first instant at which it holds no more.
    pub end: Timestamp,
    /// Its place in the order of creation: the larger wins. Equal ones are ordered by id.
    pub created: u64,
}

impl Override {
    pub(super) fn validate(&self) -> Result<(), ScheduleError> {
        let id = self.id;
        if !self.start.is_plausible() || !self.end.is_plausible() {
            return Err(ScheduleError::OverrideOutOfRange { id });
        }
        if self.end <= self.start {
            return Err(ScheduleError::OverrideEmpty { id });
        }
        if self.person.is_some() && self.person == self.replaces {
            return Err(ScheduleError::OverrideUseless { id });
        }
        Ok(())
    }
}

/// A stretch of time in which no override begins or ends, and the overrides that hold in it.
pub(super) struct Stretch<'a> {
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    /// In the order of creation.
    holding: Vec<&'a Override>,
}

impl<'a> Stretch<'a> {
    /// The stretch that contains `at`. One pass over the overrides.
    pub(super) fn at(overrides: &'a [Override], at: Timestamp) -> Self {
        let mut stretch = Self { start: Timestamp::MIN, end: Timestamp::MAX, holding: Vec::new() };
        for one in overrides {
            for edge in [one.start, one.end] {
                if edge <= at {
                    stretch.start = stretch.start.max(edge);
                } else {
                    stretch.end = stretch.end.min(edge);
                }
            }
            if one.start <= at && at < one.end {
                stretch.holding.push(one);
            }
        }
        stretch.holding.sort_unstable_by_key(|one| (one.created, one.id));
        stretch
    }

    /// Who is on call in this stretch while the rotation says `rota`.
    pub(super) fn stand_in(&self, rota: Option<EntityId>) -> Option<EntityId> {
        self.holding.iter().fold(rota, |on, one| match one.replaces {
            Some(_) if one.replaces != on => on,
            _ => one.person,
        })
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
        }
    }

    fn on(overrides: &[Override], rota: Option<u128>) -> Option<EntityId> {
        Stretch::at(overrides, Timestamp(15)).stand_in(rota.map(person))
    }

    #[test]
    fn a_stretch_ends_where_an_override_begins_or_ends() {
        let overrides =
            [one(0, Some(1), None), Override { start: Timestamp(15), ..one(1, None, None) }];
        let spans: Vec<_> = [9, 10, 14, 15, 19, 20]
            .map(|at| Stretch::at(&overrides, Timestamp(at)))
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
}
