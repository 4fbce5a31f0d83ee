//! Forms of the directory as the window fills them in, for tests that save them.

use uuid::Uuid;

use super::Desk;
use crate::api::directory::{
    Item, PersonForm, PolicyForm, RotationForm, Save, ScheduleForm, ServiceForm, StepForm,
    TargetForm, TargetKind, WorkspaceView,
};
pub(super) fn new<F>(form: F) -> Save<F> {
    Save { was: None, form }
}

/// An edit of what an editor shows.
pub(super) fn edit<F: Clone>(item: &Item<F>, change: impl FnOnce(&mut F)) -> Save<F> {
    let mut form = item.form.clone();
    change(&mut form);
    Save { was: Some(item.clone()), form }
}

pub(super) fn named<'a, F>(items: &'a [Item<F>], id: &str) -> &'a Item<F> {
    items.iter().find(|item| item.id == id).expect("it is listed")
}

pub(super) fn service(name: &str) -> ServiceForm {
    ServiceForm { name: name.to_owned(), team: None, policy: None, active: true }
}

pub(super) fn schedule(people: &[&str]) -> ScheduleForm {
    ScheduleForm {
        name: "Payments on call".to_owned(),
        zone: "Asia/Shanghai".to_owned(),
        rotations: vec![rotation(people)],
        from: None,
        overrides: Vec::new(),
        holidays: Vec::new(),
        active: true,
    }
}

pub(super) fn rotation(people: &[&str]) -> RotationForm {
    RotationForm {
        id: Uuid::nil().to_string(),
        name: String::new(),
        layer: Some(0),
        people: people.iter().map(|person| (*person).to_owned()).collect(),
        hand_off: "9:00".to_owned(),
        first_day: "2026-11-20".to_owned(),
        lengths: vec![Some(7)],
        in_hours: false,
        hours: Vec::new(),
        by_served: false,
    }
}

pub(super) fn policy(kind: TargetKind, id: &str) -> PolicyForm {
    let target = TargetForm { kind, id: id.to_owned(), rotation: None };
    let step = StepForm {
        targets: vec![target],
        timeout_secs: Some(300),
        retries: Some(0),
        ..StepForm::default()
    };
    PolicyForm {
        name: "Payments".to_owned(),
        steps: vec![step],
        repeats: Some(1),
        then: None,
        active: true,
    }
}

pub(super) fn person(name: &str) -> PersonForm {
    PersonForm {
        name: name.to_owned(),
        phone: " +49 30 1234 ".to_owned(),
        email: String::new(),
        zone: String::new(),
        language: String::new(),
        rules: None,
        quiet_hours: None,
        admin: false,
        active: true,
    }
}

pub(super) async fn view(desk: &Desk) -> WorkspaceView {
    desk.client.get_directory(()).await.unwrap()
}
