//! Escalation policies: whom to ring, how long to wait, whom then.

use firebell_domain::{
    directory::{
        AcknowledgeBy, MAX_REPEATS, MAX_RETRIES, MAX_STEPS, MAX_TARGETS, MAX_TIMEOUT_SECS,
        MIN_TIMEOUT_SECS, Policy, PolicyDoubtWhy, PolicyStep, Target, WorkingHours, is_active,
        is_address, policy_doubts, rota,
    },
    entity::{Entity, Kind, World},
    id::EntityId,
    incident::Severity,
    time::Timestamp,
};
use serde_json::json;

use super::form::{Fields, Form, Here, trimmed};
use crate::{
    Directory,
    api::directory::{
        PolicyDoubtKind, PolicyDoubtView, PolicyForm, StepForm, StepHoursForm, TargetForm,
        TargetKind,
    },
    commands::objection::Objections,
    views::names::name,
};

impl Form for PolicyForm {
    const KIND: Kind = Kind::POLICY;

    fn read(entity: &Entity, _: Timestamp) -> Self {
        let policy = Policy(entity);
        Self {
            name: entity.text("name").to_owned(),
            steps: policy.steps().iter().map(StepForm::of).collect(),
            repeats: Some(policy.repeats()),
            then: policy.then().map(|id| id.to_string()),
            active: is_active(entity),
        }
    }

    fn fields(&self) -> Fields {
        let steps: Vec<PolicyStep> = self.steps.iter().map(StepForm::made).collect();
        Fields::from([
            ("name", trimmed(&self.name)),
            ("steps", json!(steps)),
            ("repeats", json!(self.repeats)),
            ("then", json!(self.then)),
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
        if let Some(then) = &self.then {
            wrong.when(!here.is(then, &Kind::POLICY), "then", "error-target-unknown");
            wrong.when(here.hands_off_in_a_loop(then), "then", "error-then-loop");
        }
        here.check_retiring(was.active, self.active, wrong);
    }
}

/// What of a policy as its editor holds it reaches nobody.
pub(super) fn doubts(
    directory: &Directory,
    form: &PolicyForm,
    now: Timestamp,
) -> Vec<PolicyDoubtView> {
    let steps: Vec<PolicyStep> = form.steps.iter().map(StepForm::made).collect();
    let then = form.then.as_ref().and_then(|then| then.parse().ok());
    let repeats = form.repeats.unwrap_or_default().min(MAX_REPEATS);
    let found = policy_doubts(directory, &steps, repeats, then, now);
    let found = found.into_iter().map(|doubt| PolicyDoubtView {
        step: doubt.step,
        why: doubt.why.into(),
        name: doubt.target.map(|target| target_name(directory, &target)).unwrap_or_default(),
    });
    found.collect()
}

/// A target's name; of a rotation, after its schedule's.
fn target_name(directory: &Directory, target: &Target) -> String {
    match target {
        Target::Email(address) => address.clone(),
        Target::Rotation { schedule, rotation } => {
            let rota = directory.entity(*schedule).and_then(rota);
            let rotations = rota.map(|rota| rota.rotations).unwrap_or_default();
            let found = rotations.into_iter().find(|one| one.id == *rotation);
            let schedule = name(directory, *schedule);
            match found.map(|one| one.name).filter(|name| !name.is_empty()) {
                Some(rotation) => format!("{schedule} · {rotation}"),
                None => schedule,
            }
        }
        Target::Person(id) | Target::Schedule(id) | Target::Team(id) | Target::Webhook(id) => {
            name(directory, *id)
        }
    }
}

impl From<PolicyDoubtWhy> for PolicyDoubtKind {
    fn from(why: PolicyDoubtWhy) -> Self {
        match why {
            PolicyDoubtWhy::Gone => Self::Gone,
            PolicyDoubtWhy::Left => Self::Left,
            PolicyDoubtWhy::NoWay => Self::NoWay,
            PolicyDoubtWhy::Empty => Self::Empty,
            PolicyDoubtWhy::OutOfReach => Self::OutOfReach,
            PolicyDoubtWhy::Retired => Self::Retired,
            PolicyDoubtWhy::Off => Self::Off,
            PolicyDoubtWhy::Nobody => Self::Nobody,
            PolicyDoubtWhy::NeverSeverity => Self::NeverSeverity,
            PolicyDoubtWhy::NeverHours => Self::NeverHours,
            PolicyDoubtWhy::NeverHandedOff => Self::NeverHandedOff,
            PolicyDoubtWhy::HandOffRetired => Self::HandOffRetired,
            PolicyDoubtWhy::HandOffNobody => Self::HandOffNobody,
        }
    }
}

impl StepForm {
    fn of(step: &PolicyStep) -> Self {
        Self {
            targets: step.targets.iter().map(TargetForm::of).collect(),
            timeout_secs: Some(step.timeout_secs),
            retries: Some(step.retries),
            all: step.acknowledge == AcknowledgeBy::All,
            severities: step.severities.iter().map(|severity| u8::from(*severity)).collect(),
            hours: step.hours.as_ref().map(StepHoursForm::of),
            round_robin: step.round_robin,
        }
    }

    fn made(&self) -> PolicyStep {
        let severities = self.severities.iter().filter_map(|one| Severity::try_from(*one).ok());
        PolicyStep {
            targets: self.targets.iter().filter_map(TargetForm::made).collect(),
            timeout_secs: self.timeout_secs.unwrap_or_default(),
            retries: self.retries.unwrap_or_default(),
            acknowledge: if self.all { AcknowledgeBy::All } else { AcknowledgeBy::First },
            severities: severities.collect(),
            hours: self.hours.as_ref().and_then(StepHoursForm::made),
            round_robin: self.round_robin,
        }
    }

    fn check(&self, at: usize, here: &Here<'_>, wrong: &mut Objections) {
        let targets = format!("steps.{at}.targets");
        wrong.when(self.targets.is_empty(), &targets, "error-targets-missing");
        wrong.when(self.targets.len() > MAX_TARGETS, &targets, "error-targets-many");
        let unknown = self.targets.iter().any(|target| {
            let kind = match target.kind {
                TargetKind::Person => Kind::PERSON,
                TargetKind::Schedule | TargetKind::Rotation => Kind::SCHEDULE,
                TargetKind::Team => Kind::TEAM,
                TargetKind::Webhook => Kind::WEBHOOK,
                TargetKind::Email => return false,
            };
            !here.is(&target.id, &kind)
                || (target.kind == TargetKind::Rotation && !here.has_rotation(target))
        });
        wrong.when(unknown, &targets, "error-target-unknown");
        let odd = |one: &TargetForm| one.kind == TargetKind::Email && !is_address(&one.id);
        wrong.when(self.targets.iter().any(odd), &targets, "error-target-address");
        let fits = |secs: u32| (MIN_TIMEOUT_SECS..=MAX_TIMEOUT_SECS).contains(&secs);
        let odd = !self.timeout_secs.is_some_and(fits);
        wrong.when(odd, &format!("steps.{at}.timeout_secs"), "error-timeout");
        let often = self.retries.is_none_or(|retries| retries > MAX_RETRIES);
        wrong.when(often, &format!("steps.{at}.retries"), "error-repeats");
        let hours = self.hours.as_ref().is_some_and(|hours| hours.made().is_none());
        wrong.when(hours, &format!("steps.{at}.hours"), "error-step-hours");
    }
}

impl TargetForm {
    pub(crate) fn of(target: &Target) -> Self {
        let of = |kind, id: &EntityId| (kind, id.to_string(), None);
        let (kind, id, rotation) = match target {
            Target::Person(id) => of(TargetKind::Person, id),
            Target::Schedule(id) => of(TargetKind::Schedule, id),
            Target::Team(id) => of(TargetKind::Team, id),
            Target::Webhook(id) => of(TargetKind::Webhook, id),
            Target::Rotation { schedule, rotation } => {
                (TargetKind::Rotation, schedule.to_string(), Some(rotation.to_string()))
            }
            Target::Email(address) => (TargetKind::Email, address.clone(), None),
        };
        Self { kind, id, rotation }
    }

    pub(crate) fn made(&self) -> Option<Target> {
        if self.kind == TargetKind::Email {
            return Some(Target::Email(self.id.trim().to_owned()));
        }
        let id: EntityId = self.id.parse().ok()?;
        Some(match self.kind {
            TargetKind::Person => Target::Person(id),
            TargetKind::Schedule => Target::Schedule(id),
            TargetKind::Team => Target::Team(id),
            TargetKind::Webhook => Target::Webhook(id),
            TargetKind::Rotation => {
                Target::Rotation { schedule: id, rotation: self.rotation.as_ref()?.parse().ok()? }
            }
            TargetKind::Email => return None,
        })
    }
}

impl StepHoursForm {
    fn of(hours: &WorkingHours) -> Self {
        Self {
            zone: hours.zone.clone(),
            days: hours.days.clone(),
            from: hours.from.to_string(),
            until: hours.until.to_string(),
            outside: hours.outside,
        }
    }

    /// None for what cannot be hours.
    fn made(&self) -> Option<WorkingHours> {
        let hours = WorkingHours {
            zone: self.zone.clone(),
            days: self.days.clone(),
            from: self.from.trim().parse().ok()?,
            until: self.until.trim().parse().ok()?,
            outside: self.outside,
        };
        hours.are_sane().then_some(hours)
    }
}
