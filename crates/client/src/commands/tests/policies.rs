//! What an escalation policy cannot reach, said while it is edited, and how long command is waited for.

use uuid::Uuid;

use super::{
    Desk,
    desk::objections,
    forms::{new, person},
};
use crate::api::directory::{
    PolicyDoubtKind, PolicyForm, PreviewPolicy, RotationForm, Save, ScheduleForm, StepForm,
    TargetForm, TargetKind,
};

fn target(kind: TargetKind, id: &str, rotation: Option<&str>) -> TargetForm {
    TargetForm { kind, id: id.to_owned(), rotation: rotation.map(str::to_owned) }
}

fn step(targets: Vec<TargetForm>) -> StepForm {
    StepForm { targets, timeout_secs: Some(300), retries: Some(0), ..StepForm::default() }
}

fn rotation(id: &str, name: &str, layer: u32, person: &str) -> RotationForm {
    RotationForm {
        id: id.to_owned(),
        name: name.to_owned(),
        layer: Some(layer),
        people: vec![person.to_owned()],
        hand_off: "09:00".to_owned(),
        first_day: "2026-11-20".to_owned(),
        lengths: vec![Some(7)],
        in_hours: false,
        hours: Vec::new(),
        by_served: false,
    }
}

#[tokio::test]
async fn what_a_policy_cannot_reach_is_said_before_it_is_saved_and_its_targets_are_kept() {
    let desk = Desk::with_sample().await;
    let client = &desk.client;
    let nobody = client.save_person(new(person("No Way"))).await.unwrap();
    let ids = [Uuid::now_v7().to_string(), Uuid::now_v7().to_string()];
    let roster = ScheduleForm {
        name: "Two layers".to_owned(),
        zone: "Asia/Shanghai".to_owned(),
        rotations: vec![
            rotation(&ids[0], "Days", 0, &desk.me.to_string()),
            rotation(&ids[1], "Nights", 1, &nobody),
        ],
        from: None,
        overrides: Vec::new(),
        holidays: Vec::new(),
        active: true,
    };
    let roster = client.save_schedule(new(roster)).await.unwrap();
    let nights = |id: &str| target(TargetKind::Rotation, &roster, Some(id));
    let email = |address: &str| target(TargetKind::Email, address, None);
    let mut form = PolicyForm {
        name: "Two ways".to_owned(),
        steps: vec![
            step(vec![target(TargetKind::Person, &nobody, None)]),
            step(vec![nights(&ids[1]), email("ops@example.org")]),
            StepForm { severities: vec![3], ..step(vec![email("ops@example.org")]) },
        ],
        repeats: Some(0),
        then: None,
        active: true,
    };
    let said = client.preview_policy(PreviewPolicy { form: form.clone() }).await.unwrap();
    let said: Vec<_> =
        said.iter().map(|doubt| (doubt.step, doubt.why, doubt.name.as_str())).collect();
    let expected = [
        (Some(0), PolicyDoubtKind::NoWay, "No Way"),
        (Some(0), PolicyDoubtKind::Nobody, ""),
        (Some(1), PolicyDoubtKind::OutOfReach, "Two layers · Nights"),
        (Some(2), PolicyDoubtKind::NeverSeverity, ""),
    ];
    assert_eq!(said, expected);

    // A warning keeps nobody from saving, and what was chosen comes back as it was.
    let id = client.save_policy(new(form.clone())).await.unwrap();
    let saved = client.get_directory(()).await.unwrap().policies;
    let saved = saved.into_iter().find(|one| one.id == id).unwrap();
    assert_eq!(saved.form.steps, form.steps);
    form.name = "Another".to_owned();
    let strange = Uuid::now_v7().to_string();
    for (wrong, why) in [
        (nights(&strange), "steps.1.targets: error-target-unknown"),
        (email("nobody at home"), "steps.1.targets: error-target-address"),
    ] {
        form.steps[1] = step(vec![wrong]);
        assert_eq!(objections(client.save_policy(new(form.clone())).await), [why]);
    }
}

#[tokio::test]
async fn how_long_command_is_waited_for_is_a_setting() {
    let desk = Desk::with_sample().await;
    let client = &desk.client;
    let settings = async || client.get_directory(()).await.unwrap().settings;
    let unsaid = settings().await.form.command_within_secs;
    assert_eq!(unsaid, Some(300), "what holds while nobody has said");
    for (secs, fits) in [
        (None, false),
        (Some(59), false),
        (Some(86_401), false),
        (Some(0), true),
        (Some(600), true),
    ] {
        let was = settings().await;
        let mut form = was.form.clone();
        form.command_within_secs = secs;
        let saved = client.save_settings(Save { was: Some(was), form }).await;
        if fits {
            saved.unwrap();
            assert_eq!(settings().await.form.command_within_secs, secs);
        } else {
            let wrong = ["command_within_secs: error-command-within"];
            assert_eq!(objections(saved), wrong, "{secs:?}");
        }
    }
}

#[tokio::test]
async fn how_links_of_calls_are_made_is_a_setting() {
    let desk = Desk::with_sample().await;
    let client = &desk.client;
    let settings = async || client.get_directory(()).await.unwrap().settings;
    for (scheme, fits) in [
        ("http://meet.example/{key}", false),
        ("meet.example/{key}", false),
        ("https://meet.example/a b", false),
        (" https://meet.example/{key} ", true),
        ("", true),
    ] {
        let was = settings().await;
        let mut form = was.form.clone();
        scheme.clone_into(&mut form.call_scheme);
        let saved = client.save_settings(Save { was: Some(was), form }).await;
        if fits {
            saved.unwrap();
            assert_eq!(settings().await.form.call_scheme, scheme.trim());
        } else {
            assert_eq!(objections(saved), ["call_scheme: error-call-scheme"], "{scheme:?}");
        }
    }
}
