//! Samples, and ours beside raw.

use std::fmt;
use std::time::Duration;

/// What was measured again and again, in milliseconds or in things a second.
#[derive(Debug, Clone, Default)]
pub(in crate::proofs) struct Samples(Vec<f64>);

impl Samples {
    pub(in crate::proofs) fn time(&mut self, took: Duration) {
        self.0.push(took.as_secs_f64() * 1_000.0);
    }

    pub(in crate::proofs) fn number(&mut self, number: f64) {
        self.0.push(number);
    }

    pub(in crate::proofs) fn count(&self) -> u64 {
        self.0.len() as u64
    }

    /// The half is not above this.
    pub(in crate::proofs) fn p50(&self) -> f64 {
        self.part(0.5)
    }

    /// One of a hundred is above this.
    pub(in crate::proofs) fn p99(&self) -> f64 {
        self.part(0.99)
    }

    fn part(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        let place = (last as f64 * part).ceil() as usize;
        sorted.get(place).copied().unwrap_or(f64::NAN)
    }
}

/// What a line of the table has to reach.
#[derive(Debug, Clone, Copy)]
pub(in crate::proofs) enum Goal {
    /// Ours is at most so many times raw.
    AtMost(f64),
    /// Ours is at least so many times raw.
    AtLeast(f64),
    /// Ours is at most so much more than raw.
    Above(f64),
    /// The ratio is shown; what is held is [`Line::worst`].
    Shown,
}

/// A line of the table.
#[derive(Debug)]
pub(in crate::proofs) struct Line {
    name: &'static str,
    unit: &'static str,
    ours: Samples,
    raw: f64,
    cases: u64,
    goal: Goal,
    worst: Option<f64>,
}

impl Line {
    /// Ours against raw, compared by their medians.
    pub(in crate::proofs) fn new(
        name: &'static str,
        unit: &'static str,
        ours: Samples,
        raw: &Samples,
    ) -> Self {
        let cases = ours.count() + raw.count();
        let goal = Goal::AtMost(2.0);
        Self { name, unit, ours, raw: raw.p50(), cases, goal, worst: None }
    }

    /// Sets the goal; without it is at most twice raw.
    #[must_use]
    pub(in crate::proofs) fn goal(self, goal: Goal) -> Self {
        Self { goal, ..self }
    }

    /// Sets what one of a hundred may take, in milliseconds.
    #[must_use]
    pub(in crate::proofs) fn worst(self, worst: f64) -> Self {
        Self { worst: Some(worst), ..self }
    }

    pub(in crate::proofs) fn name(&self) -> &'static str {
        self.name
    }

    pub(in crate::proofs) fn cases(&self) -> u64 {
        self.cases
    }

    pub(in crate::proofs) fn ratio(&self) -> f64 {
        self.ours.p50() / self.raw
    }

    /// Ours and its ratio, in one figure.
    pub(in crate::proofs) fn figure(&self) -> String {
        let (p50, p99) = (self.ours.p50(), self.ours.p99());
        format!("{p50:.1} (p99 {p99:.1}), {:.2}× raw", self.ratio())
    }

    /// The goals that it missed. What is not a number misses all.
    pub(in crate::proofs) fn misses(&self) -> Vec<String> {
        let met = match self.goal {
            Goal::AtMost(most) => self.ratio() <= most,
            Goal::AtLeast(least) => self.ratio() >= least,
            Goal::Above(most) => self.ours.p50() - self.raw <= most,
            Goal::Shown => self.ratio().is_finite(),
        };
        let worst_met = self.worst.is_none_or(|worst| self.ours.p99() <= worst);
        let all = [(met, format!("{:?}", self.goal)), (worst_met, format!("{:?}", self.worst))];
        let missed = all.into_iter().filter(|(met, _)| !met);
        missed.map(|(_, goal)| format!("{self}: {goal}")).collect()
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, unit, ours, raw, .. } = self;
        let (p50, p99) = (ours.p50(), ours.p99());
        write!(f, "{name}: {p50:.2} {unit} (p99 {p99:.2}), raw {raw:.2}: {:.2}×", self.ratio())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(numbers: &[f64]) -> Samples {
        Samples(numbers.to_vec())
    }

    #[test]
    fn a_line_says_which_goal_it_missed() {
        let ours = samples(&[3.0, 1.0, 2.0]);
        assert_eq!((ours.p50(), ours.p99()), (2.0, 3.0));
        let line = |goal| Line::new("x", "ms", ours.clone(), &samples(&[1.0])).goal(goal);
        assert!(line(Goal::AtMost(2.0)).misses().is_empty());
        assert_eq!(line(Goal::AtMost(1.9)).misses().len(), 1);
        assert_eq!(line(Goal::AtLeast(2.1)).misses().len(), 1);
        assert_eq!(line(Goal::AtMost(2.0)).worst(2.5).misses().len(), 1);
        assert!(line(Goal::Above(1.0)).misses().is_empty());
        assert!(line(Goal::Shown).misses().is_empty());
        assert_eq!(line(Goal::Shown).worst(2.5).misses().len(), 1);
        let nothing = Line::new("x", "ms", samples(&[]), &samples(&[]));
        assert_eq!(nothing.misses().len(), 1);
    }
}
