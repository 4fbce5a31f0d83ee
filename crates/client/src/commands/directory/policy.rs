//! Escalation policies: whom to ring, how long to wait, whom then.

use firebell_domain::{
    directory::{
        MAX_REPEATS, MAX_STEPS, MAX_TARGETS, MAX_TIMEOUT_SECS, MIN_TIMEOUT_SECS, Policy,
        PolicyStep, Target, is_active,
    },
    entity::{Entity, Kind},
    id::EntityId,
    time::Timestamp,
};
use serde_json::json;

use super::form::{Fields, Form, Here, trimmed};
use crate::{
    api::directory::{PolicyForm, StepForm, TargetForm, TargetKind},
    commands::objection::Objections,
};

impl Form for PolicyForm {
    const KIND: Kind = Kind::POLICY;

    fn read(entity: &Entity, _: Timestamp) -> Self {
        let policy = Policy(entity);
        Self {
            name: entity.text("name").to_owned(),
            steps: policy.steps().iter().map(StepForm::of).collect(),
            repeats: Some(policy.repeats()),
            active: is_active(entity),
        }
    }

    fn fields(&self) -> Fields {
        let steps: Vec<PolicyStep> = self.steps.iter().map(StepForm::made).collect();
        Fields::from([
            ("name", trimmed(&self.name)),
            ("steps", json!(steps)),
            ("repeats", json!(self.repeats)),
            ("active", json!(self.active)),
        ])
    }

    fn check(&self, was: &Self, here: &Here<'_>, wrong: &mut Objections) {
        if self.active {
            here.check_own_name(&self.name, &Self::KIND, wrong);
        }
        wrong.when(self.steps.is_empty(), "steps", "error-steps-missing");
        wrong.when(self.steps.len() > MAX_STEPS, "steps", "error-steps-many");
        for (at, step) in self.steps.iter().enumerate() {
            step.check(at, here, wrong);
        }
        let often = self.repeats.is_none_or(|repeats| repeats > MAX_REPEATS);
        wrong.when(often, "repeats", "error-repeats");
        here.check_retiring(was.active, self.active, wrong);
    }
}

impl StepForm {
    fn of(step: &PolicyStep) -> Self {
        let targets = step.targets.iter().map(|target| {
            let (kind, id) = match target {
                Target::Person(id) => (TargetKind::Person, id),
                Target::Schedule(id) => (TargetKind::Schedule, id),
                Target::Team(id) => (TargetKind::Team, id),
            };
            TargetForm { kind, id: id.to_string() }
        });
        Self { targets: targets.collect(), timeout_secs: Some(step.timeout_secs) }
    }

    fn made(&self) -> PolicyStep {
        let targets = self.targets.iter().filter_map(|target| {
            let id: EntityId = target.id.parse().ok()?;
            Some(match target.kind {
                TargetKind::Person => Target::Person(id),
                TargetKind::Schedule => Target::Schedule(id),
                TargetKind::Team => Target::Team(id),
            })
        });
        PolicyStep {
            targets: targets.collect(),
            timeout_secs: self.timeout_secs.unwrap_or_default(),
        }
    }

    fn check(&self, at: usize, here: &Here<'_>, wrong: &mut Objections) {
        let targets = format!("steps.{at}.targets");
        wrong.when(self.targets.is_empty(), &targets, "error-targets-missing");
        wrong.when(self.targets.len() > MAX_TARGETS, &targets, "error-targets-many");
        let unknown = self.targets.iter().any(|target| {
            let kind = match target.kind {
                TargetKind::Person => Kind::PERSON,
                TargetKind::Schedule => Kind::SCHEDULE,
                TargetKind::Team => Kind::TEAM,
            };
            !here.is(&target.id, &kind)
        });
        wrong.when(unknown, &targets, "error-target-unknown");
        let fits = |secs: u32| (MIN_TIMEOUT_SECS..=MAX_TIMEOUT_SECS).contains(&secs);
        let odd = !self.timeout_secs.is_some_and(fits);
        wrong.when(odd, &format!("steps.{at}.timeout_secs"), "error-timeout");
    }
}
