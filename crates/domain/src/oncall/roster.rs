//! A schedule ready to be asked: versions, layers and exceptions put together.

use chrono_tz::Tz;

use super::{
    Schedule, Version,
    overrides::{Stretch, join},
    shifts::{Line, NowAndNext, Shift},
    turns::Turns,
};
use crate::{id::EntityId, time::Timestamp};

/// Pieces of which one shift is put together on either side. What goes on for longer, some thirteen
/// years of daily turns, is said to have no beginning or no end.
const MAX_PIECES: usize = 5_000;

/// A time in which nothing changes: no turn, no hours, no exception, no version.
struct Piece {
    people: Vec<EntityId>,
    start: Timestamp,
    end: Timestamp,
    overridden: bool,
}

/// A schedule ready to be asked. Whoever asks it for one instant after another pays for what changes in
/// between, not for the whole schedule each time.
pub(super) struct Roster<'a> {
    schedule: &'a Schedule,
    /// In the order in which they take effect.
    versions: Vec<&'a Version>,
    /// Rotations of the version in force, the highest layer first; none while the answer is unknown.
    lines: Option<(usize, Vec<Turns<'a>>)>,
    stretch: Option<Stretch<'a>>,
}

impl<'a> Roster<'a> {
    pub(super) fn new(schedule: &'a Schedule) -> Self {
        let mut versions: Vec<&Version> = schedule.versions.iter().collect();
        versions.sort_by_key(|version| (version.from, version.id));
        Self { schedule, versions, lines: None, stretch: None }
    }

    /// Who is on call at `at`, and nothing else.
    pub(super) fn people_at(&mut self, at: Timestamp) -> Vec<EntityId> {
        self.piece(at).map(|piece| piece.people).unwrap_or_default()
    }

    /// The shift around `at`, told apart by `key`, with its true start and end.
    pub(super) fn shift_at<K: PartialEq>(
        &mut self,
        at: Timestamp,
        key: &impl Fn(&[EntityId]) -> K,
    ) -> Option<Shift> {
        let mut shift = self.shift_from(at, key)?;
        let wanted = key(&shift.people);
        // The piece that contains the millisecond before the start, as long as it is of the same kind.
        for pieces in 0.. {
            if shift.start <= Timestamp::MIN {
                break;
            }
            if pieces == MAX_PIECES {
                shift.start = Timestamp::MIN;
                break;
            }
            let piece = self.piece(shift.start.plus_millis(-1))?;
            if key(&piece.people) != wanted {
                break;
            }
            shift.start = piece.start;
            shift.overridden |= piece.overridden;
        }
        Some(shift)
    }

    pub(super) fn shifts<K: PartialEq>(
        &mut self,
        from: Timestamp,
        until: Timestamp,
        limit: usize,
        key: &impl Fn(&[EntityId]) -> K,
    ) -> Vec<Shift> {
        let from = from.max(Timestamp::MIN);
        let mut shifts = Vec::new();
        if from >= until || limit == 0 {
            return shifts;
        }
        let mut next = self.shift_at(from, key);
        while let Some(shift) = next {
            let end = shift.end;
            shifts.push(shift);
            if shifts.len() >= limit || end >= until {
                break;
            }
            // What starts where another shift ends has its true start already.
            next = self.shift_from(end, key);
        }
        shifts
    }

    pub(super) fn now_and_next(&mut self, at: Timestamp) -> Option<NowAndNext> {
        let now = self.shift_at(at, &sorted)?;
        // Two neighbours are not both gaps, so the second is served if the first is not.
        let next = self.shift_from(now.end, &sorted).and_then(|after| match after.is_gap() {
            false => Some(after),
            true => self.shift_from(after.end, &sorted),
        });
        Some(NowAndNext { now, next })
    }

    /// The lines of all rotations that are in force at some time of `[from, until)`, the highest layer
    /// first; one that goes on through several versions is one line.
    pub(super) fn lines(&mut self, from: Timestamp, until: Timestamp, limit: usize) -> Vec<Line> {
        let from = from.max(Timestamp::MIN);
        let mut lines: Vec<Line> = Vec::new();
        for place in 0..self.versions.len() {
            let (begins, ends) = self.in_force(place);
            let (start, stop) = (from.max(begins), until.min(ends));
            let Some(turns) = (start < stop).then(|| self.turns_of(place)).flatten() else {
                continue;
            };
            for mut turns in turns {
                let rotation = turns.rotation();
                let known = lines.iter().position(|line| line.rotation == rotation.id);
                let line = known.unwrap_or_else(|| {
                    lines.push(Line {
                        rotation: rotation.id,
                        name: String::new(),
                        layer: 0,
                        shifts: Vec::new(),
                    });
                    lines.len() - 1
                });
                let line = &mut lines[line];
                line.name.clone_from(&rotation.name);
                line.layer = rotation.layer;
                serve(line, &mut turns, (begins, ends), (start, stop), limit);
            }
        }
        lines.sort_by_key(|line| std::cmp::Reverse(line.layer));
        lines
    }

    /// The shift that contains `at`, but with the start of its piece only.
    fn shift_from<K: PartialEq>(
        &mut self,
        at: Timestamp,
        key: &impl Fn(&[EntityId]) -> K,
    ) -> Option<Shift> {
        let Piece { people, start, end, overridden } = self.piece(at)?;
        let mut shift = Shift { people, start, end, overridden };
        let wanted = key(&shift.people);
        for pieces in 0.. {
            if shift.end >= Timestamp::MAX {
                break;
            }
            if pieces == MAX_PIECES {
                shift.end = Timestamp::MAX;
                break;
            }
            let piece = self.piece(shift.end)?;
            if key(&piece.people) != wanted {
                break;
            }
            shift.end = piece.end;
            shift.overridden |= piece.overridden;
        }
        Some(shift)
    }

    /// The piece that contains `at`; `None` where there is no answer.
    fn piece(&mut self, at: Timestamp) -> Option<Piece> {
        if !(Timestamp::MIN..Timestamp::MAX).contains(&at) {
            return None;
        }
        let after = self.versions.partition_point(|version| version.from <= at);
        let (mut start, mut end) = match after.checked_sub(1) {
            Some(place) => self.in_force(place),
            None => (Timestamp::MIN, self.first()),
        };
        let mut rota = Vec::new();
        if let Some(place) = after.checked_sub(1) {
            if self.lines.as_ref().is_none_or(|(current, _)| *current != place) {
                self.lines = Some((place, self.turns_of(place)?));
            }
            let mut layer = None;
            for turns in self.lines.iter_mut().flat_map(|(_, lines)| lines) {
                let own = turns.rotation().layer;
                // Highest first: somebody on one layer leaves those below it out, and whoever takes turns
                // there cuts nothing meanwhile.
                if layer.is_some_and(|found| found != own) {
                    break;
                }
                let turn = turns.on_call_at(at)?;
                start = start.max(turn.start);
                end = end.min(turn.end);
                if let Some(person) = turn.person {
                    layer = Some(own);
                    join(&mut rota, person);
                }
            }
        }
        if !self.stretch.as_ref().is_some_and(|stretch| stretch.contains(at)) {
            let Schedule { overrides, temporary, .. } = self.schedule;
            self.stretch = Some(Stretch::at(overrides, temporary, at));
        }
        let stretch = self.stretch.as_ref()?;
        let people = stretch.stand_in(rota.clone());
        Some(Piece {
            overridden: sorted(&people) != sorted(&rota),
            people,
            start: start.max(stretch.start),
            end: end.min(stretch.end),
        })
    }

    /// When the version at this place is in force.
    fn in_force(&self, place: usize) -> (Timestamp, Timestamp) {
        let from = |place: usize| self.versions.get(place).map(|version| version.from);
        let end = from(place + 1).unwrap_or(Timestamp::MAX);
        (from(place).unwrap_or(Timestamp::MIN).max(Timestamp::MIN), end)
    }

    /// When the first version takes effect.
    fn first(&self) -> Timestamp {
        self.versions.first().map_or(Timestamp::MAX, |version| version.from)
    }

    /// The lines of a version's rotations, the highest layer first. `None` when its zone is unknown or a
    /// turn has no length.
    fn turns_of(&self, place: usize) -> Option<Vec<Turns<'a>>> {
        let version = *self.versions.get(place)?;
        let zone: Tz = version.zone.parse().ok()?;
        let turns = version.rotations.iter().map(|rotation| Turns::new(rotation, zone));
        let mut turns: Vec<_> = turns.collect::<Option<_>>()?;
        turns.sort_by_key(|line| std::cmp::Reverse(line.rotation().layer));
        Some(turns)
    }
}

/// Adds to a line what these turns serve of the window while their version is in force.
fn serve(
    line: &mut Line,
    turns: &mut Turns<'_>,
    (begins, ends): (Timestamp, Timestamp),
    (start, stop): (Timestamp, Timestamp),
    limit: usize,
) {
    let mut at = start;
    for _ in 0..MAX_PIECES {
        let Some(turn) = turns.on_call_at(at).filter(|_| at < stop) else { break };
        let (from, until) = (turn.start.max(begins), turn.end.min(ends));
        at = until;
        let Some(person) = turn.person else { continue };
        let people = vec![person];
        let last = line.shifts.last_mut().filter(|last| last.end == from && last.people == people);
        if let Some(last) = last {
            last.end = until;
        } else if line.shifts.len() < limit {
            line.shifts.push(Shift { people, start: from, end: until, overridden: false });
        } else {
            break;
        }
    }
}

/// People as a set: who is on call counts, and not in which order they are named.
pub(super) fn sorted(people: &[EntityId]) -> Vec<EntityId> {
    let mut people = people.to_vec();
    people.sort_unstable();
    people
}

#[cfg(test)]
mod tests;
