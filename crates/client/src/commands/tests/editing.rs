//! The directory as an administrator edits it.

use firebell_domain::{decide::Refusal, entity::Kind, id::EntityId};
use firebell_protocol::frame::{SetAnswer, Verdict};
use serde_json::json;
use uuid::Uuid;

use super::{
    Desk,
    desk::objections,
    forms::{edit, named, new, person, policy, rotation, schedule, service, view},
};
use crate::api::{
    ApiError, ErrorCode,
    directory::{
        HolidayForm, HoursForm, InvitePerson, Item, OverrideForm, PersonForm, PolicyForm,
        PreviewSchedule, ProductForm, RotationForm, ScheduleForm, ServiceForm, SettingsForm,
        StepForm, TargetForm, TargetKind, TeamForm,
    },
    incident::DeclareForm,
    sync::SyncWord,
};

#[tokio::test]
async fn an_empty_workspace_is_set_up_until_a_declaration_pages_me() {
    let desk = Desk::new().await;
    let (client, me) = (&desk.client, desk.me.to_string());
    let empty = view(&desk).await;
    assert!(empty.may_edit && empty.may_invite);
    assert_eq!((empty.services.len(), empty.settings.form.imoc_policy.clone()), (0, None));

    let roster = client.save_schedule(new(schedule(&[&me]))).await.unwrap();
    let pages = policy(TargetKind::Schedule, &roster);
    let pages = client.save_policy(new(pages)).await.unwrap();
    let with = ServiceForm { policy: Some(pages.clone()), ..service(" payments-api ") };
    let payments = client.save_service(new(with)).await.unwrap();
    let roster_policy = PolicyForm { name: "IMOC".to_owned(), ..policy(TargetKind::Person, &me) };
    let imoc = client.save_policy(new(roster_policy)).await.unwrap();
    let imoc = edit(&empty.settings, |form| form.imoc_policy = Some(imoc));
    client.save_settings(imoc).await.unwrap();

    let set_up = view(&desk).await;
    let shown = named(&set_up.schedules, &roster);
    assert_eq!(shown.form.rotations[0].hand_off, "09:00");
    assert_eq!(shown.used_by[0].name, "Payments");
    assert!(shown.unsent);
    assert_eq!(named(&set_up.services, &payments).form.name, "payments-api");
    let users = |id: &str| -> Vec<String> {
        let policy = named(&set_up.policies, id);
        policy.used_by.iter().map(|user| user.name.clone()).collect()
    };
    assert_eq!(users(&pages), ["payments-api"]);
    assert_eq!(users(set_up.settings.form.imoc_policy.as_deref().unwrap()), ["IMOC"]);

    let severe = |service| DeclareForm { severity: Some(1), service, ..DeclareForm::default() };
    for (service, role) in [(Some(payments), "payments-api"), (None, "IMOC")] {
        let preview = client.preview_page(severe(service)).await.unwrap();
        let [line] = preview.people.as_slice() else { panic!("{preview:?}") };
        assert_eq!((line.name.as_str(), line.role.as_str()), ("Kim", role));
    }
    let board = client.get_board(()).await.unwrap();
    let shift = board.my_shift.expect("it is my turn");
    assert_eq!(shift.end, None, "alone in a rotation, one is never relieved");

    // All of it waits, and a server takes it as it is.
    assert_eq!(desk.judged_by_a_server().await.len(), 5);
    assert_eq!(client.get_sync(()).await.unwrap().word, SyncWord::Waiting);
}

#[tokio::test]
async fn every_wrong_field_is_objected_to_by_its_path() {
    let desk = Desk::with_sample().await;
    let client = &desk.client;
    let wrong = objections(client.save_service(new(service("  "))).await);
    assert_eq!(wrong, ["name: error-name-empty"]);
    let form = ServiceForm {
        team: Some(desk.me.to_string()),
        policy: Some("nonsense".to_owned()),
        ..service("LOGIN")
    };
    let wrong = objections(client.save_service(new(form)).await);
    assert_eq!(
        wrong,
        ["name: error-name-used", "team: error-team-unknown", "policy: error-policy-unknown"]
    );
    let form = ScheduleForm {
        name: "磁".repeat(70),
        zone: "Europe/Atlantis".to_owned(),
        rotations: vec![RotationForm {
            layer: Some(10),
            hand_off: "24:00".to_owned(),
            first_day: "2026-02-30".to_owned(),
            lengths: vec![Some(0)],
            hours: vec![HoursForm {
                days: vec![8],
                from: "9:00".to_owned(),
                until: "17：00".to_owned(),
            }],
            in_hours: true,
            by_served: true,
            ..rotation(&["nobody"])
        }],
        from: None,
        holidays: vec![HolidayForm { id: None, day: String::new(), name: " ".to_owned() }],
        overrides: vec![OverrideForm {
            id: None,
            person: None,
            start: Some(desk.now() + 5),
            end: Some(desk.now() + 5),
        }],
        active: true,
    };
    let wrong = objections(client.save_schedule(new(form.clone())).await);
    let turns = [
        "zone: error-zone-unknown",
        "rotations.0.layer: error-layer",
        "rotations.0.people: error-person-missing",
        "rotations.0.hand_off: error-hand-off",
        "rotations.0.first_day: error-first-day",
        "rotations.0.lengths: error-turn-hours",
        "rotations.0.hours: error-hours",
        "rotations.0.by_served: error-by-served",
        "overrides.0.person: error-person-missing",
        "overrides.0.end: error-end-before-start",
        "holidays.0.day: error-first-day",
        "holidays.0.name: error-name-empty",
    ];
    assert_eq!(wrong[0], "name: error-name-too-long");
    assert_eq!(wrong[1..], turns);
    // The preview asks for all that but the name.
    let asked = PreviewSchedule { id: None, form };
    assert_eq!(objections(client.preview_schedule(asked).await), turns);

    let odd = StepForm { timeout_secs: Some(59), retries: Some(0), ..StepForm::default() };
    let gone = TargetForm { kind: TargetKind::Team, id: desk.me.to_string(), rotation: None };
    let second = StepForm { targets: vec![gone], retries: Some(0), ..StepForm::default() };
    let steps = vec![odd, second];
    let form =
        PolicyForm { name: "New".to_owned(), steps, repeats: Some(10), then: None, active: true };
    let wrong = objections(client.save_policy(new(form)).await);
    assert_eq!(
        wrong,
        [
            "steps.0.targets: error-targets-missing",
            "steps.0.timeout_secs: error-timeout",
            "steps.1.targets: error-target-unknown",
            "steps.1.timeout_secs: error-timeout",
            "repeats: error-repeats",
        ]
    );
    let none = PolicyForm { steps: Vec::new(), ..policy(TargetKind::Team, "") };
    let wrong =
        objections(client.save_policy(new(PolicyForm { name: "X".to_owned(), ..none })).await);
    assert_eq!(wrong, ["steps: error-steps-missing"]);
    let form = PersonForm { zone: "Mars".to_owned(), ..person("") };
    let wrong = objections(client.save_person(new(form)).await);
    assert_eq!(wrong, ["name: error-name-empty", "zone: error-zone-unknown"]);
    assert_eq!(desk.outbox().await.len(), 6, "nothing was stored");
}

#[tokio::test]
async fn only_what_its_author_changed_is_written_so_two_authors_do_not_collide() {
    let desk = Desk::new().await;
    let client = &desk.client;
    let payments = EntityId(Uuid::now_v7());
    let named_so = |name: &str| [("name", json!(name))];
    desk.arrive(desk.entity(payments, Kind::SERVICE, None, named_so("payments"))).await;
    let team = client
        .save_team(new(TeamForm {
            name: "Pay".to_owned(),
            members: vec![],
            office_hours: None,
            active: true,
        }))
        .await
        .unwrap();
    let seen = view(&desk).await.services[0].clone();

    // Somebody else renames it while the editor is open: the team is set all the same.
    desk.arrive(desk.entity(payments, Kind::SERVICE, None, named_so("payments-api"))).await;
    client.save_service(edit(&seen, |form| form.team = Some(team))).await.unwrap();
    let now = view(&desk).await.services[0].clone();
    assert_eq!((now.form.name.as_str(), now.form.team.is_some()), ("payments-api", true));
    let set = desk.outbox().await.pop().unwrap();
    assert_eq!(set.changes.len(), 1);
    assert_eq!(set.changes[0]["body"]["fields"].as_object().unwrap().len(), 1);

    // Both rename it: the second is told who was first and what stands there.
    let error = client.save_service(edit(&seen, |form| form.name = "pay".to_owned())).await;
    let error = error.unwrap_err();
    assert_eq!(error.code, ErrorCode::Conflict);
    assert_eq!(
        (error.args["field"].as_str(), error.args["now"].as_str()),
        ("name", "payments-api")
    );
    // And a field that was empty when the editor opened is no free place either.
    let other =
        TeamForm { name: "Ops".to_owned(), members: vec![], office_hours: None, active: true };
    let other = client.save_team(new(other)).await.unwrap();
    let error = client.save_service(edit(&seen, |form| form.team = Some(other))).await.unwrap_err();
    assert_eq!((error.code, error.args["field"].as_str()), (ErrorCode::Conflict, "team"));
    // On top of what stands now it goes.
    client.save_service(edit(&now, |form| form.name = "pay".to_owned())).await.unwrap();
    // Nothing changed, nothing written.
    let waits = desk.outbox().await.len();
    let again = view(&desk).await.services[0].clone();
    client.save_service(edit(&again, |_| {})).await.unwrap();
    assert_eq!(desk.outbox().await.len(), waits);
}

#[tokio::test]
async fn who_may_not_is_refused_by_the_rules_and_may_still_keep_their_own_data_right() {
    let desk = Desk::with_sample().await;
    let client = &desk.client;
    let no_admin = [("name", json!("Kim")), ("admin", json!(false))];
    desk.arrive(desk.entity(desk.me, Kind::PERSON, None, no_admin)).await;
    let seen = view(&desk).await;
    assert!(!seen.may_edit && !seen.may_invite);
    let refused = |answer: Result<String, ApiError>| {
        let error = answer.unwrap_err();
        (error.code, error.args["refusal"].clone())
    };
    let no = (ErrorCode::Refused, "not_allowed".to_owned());
    assert_eq!(refused(client.save_service(new(service("new"))).await), no);
    assert_eq!(refused(client.save_person(new(person("New"))).await), no);
    let product = ProductForm { name: "New".to_owned(), active: true };
    assert_eq!(refused(client.save_product(new(product)).await), no);
    let imoc = edit(&seen.settings, |form| form.imoc_policy = None);
    assert_eq!(refused(client.save_settings(imoc).await), no);
    let rota = named(&seen.schedules, &seen.schedules[0].id);
    assert_eq!(
        refused(
            client
                .save_schedule(edit(rota, |form| form.rotations[0].lengths = vec![Some(1)]))
                .await
        ),
        no
    );

    let mine = named(&seen.people, &desk.me.to_string());
    assert_eq!(refused(client.save_person(edit(mine, |form| form.admin = true)).await), no);
    let reach = edit(mine, |form| {
        form.phone = "+49 30 1".to_owned();
        form.zone = "Europe/Berlin".to_owned();
    });
    client.save_person(reach).await.unwrap();
    let cover = OverrideForm {
        id: None,
        person: Some(desk.me.to_string()),
        start: Some(desk.now()),
        end: Some(desk.now() + 3_600_000),
    };
    client.save_schedule(edit(rota, |form| form.overrides.push(cover))).await.unwrap();
}

#[tokio::test]
async fn the_last_administrator_stays_one_and_what_is_used_is_not_retired() {
    let desk = Desk::with_sample().await;
    let client = &desk.client;
    let seen = view(&desk).await;
    let mine = named(&seen.people, &desk.me.to_string());
    let wrong = objections(client.save_person(edit(mine, |form| form.admin = false)).await);
    assert_eq!(wrong, ["admin: error-last-administrator"]);
    let wrong = objections(client.save_person(edit(mine, |form| form.active = false)).await);
    assert_eq!(wrong, ["active: error-last-administrator"]);
    let tom = seen.people.iter().find(|person| person.form.name == "Tom Berg").unwrap();
    client.save_person(edit(tom, |form| form.admin = true)).await.unwrap();
    client.save_person(edit(mine, |form| form.admin = false)).await.unwrap();
}

#[tokio::test]
async fn what_is_retired_is_offered_no_more_and_comes_back() {
    let desk = Desk::with_sample().await;
    let client = &desk.client;
    let seen = view(&desk).await;
    let retire = |item: &Item<TeamForm>| edit(item, |form| form.active = false);
    let team = seen.teams.iter().find(|team| team.form.name == "Storefront").unwrap();
    assert_eq!(objections(client.save_team(retire(team)).await), ["active: error-still-used"]);
    let rota = &seen.schedules[0];
    let gone = edit(rota, |form| form.active = false);
    assert_eq!(objections(client.save_schedule(gone).await), ["active: error-still-used"]);
    let policy = &seen.policies[0];
    let gone = edit(policy, |form| form.active = false);
    assert_eq!(objections(client.save_policy(gone).await), ["active: error-still-used"]);

    let login = seen.services.iter().find(|service| service.form.name == "login").unwrap();
    client.save_service(edit(login, |form| form.active = false)).await.unwrap();
    let offered = async || {
        let directory = client.list_directory(()).await.unwrap();
        let lines = client.list_on_call(()).await.unwrap().lines;
        let listed = directory.services.iter().any(|service| service.name == "login");
        (listed, lines.iter().any(|line| line.name == "login"))
    };
    assert_eq!(offered().await, (false, false));
    // Its name is free, until it is wanted back.
    let other = client.save_service(new(service("login"))).await.unwrap();
    let gone = named(&view(&desk).await.services, &login.id).clone();
    let back = |item: &Item<ServiceForm>| edit(item, |form| form.active = true);
    assert_eq!(objections(client.save_service(back(&gone)).await), ["name: error-name-used"]);
    let other = named(&view(&desk).await.services, &other).clone();
    client.save_service(edit(&other, |form| form.active = false)).await.unwrap();
    client.save_service(back(&gone)).await.unwrap();
    assert_eq!(offered().await, (true, true));
    desk.judged_by_a_server().await;
}

#[tokio::test]
async fn a_team_gains_and_loses_members_also_a_hundred_at_once() {
    let desk = Desk::with_sample().await;
    let client = &desk.client;
    let seen = view(&desk).await;
    let team = seen.teams.iter().find(|team| team.form.name == "Payments").unwrap();
    let tom = seen.people.iter().find(|person| person.form.name == "Tom Berg").unwrap();
    let changed = edit(team, |form| {
        form.members.retain(|member| *member != desk.me.to_string());
        form.members.push(tom.id.clone());
    });
    client.save_team(changed).await.unwrap();
    let now = named(&view(&desk).await.teams, &team.id).clone();
    assert!(now.form.members.contains(&tom.id) && now.form.members.len() == 3);
    assert!(!now.form.members.contains(&desk.me.to_string()));

    let mut many = Vec::new();
    for n in 0..120 {
        let one = EntityId(Uuid::now_v7());
        many.push(one.to_string());
        let name = [("name", json!(format!("Person {n}")))];
        desk.arrive(desk.entity(one, Kind::PERSON, None, name)).await;
    }
    let form = TeamForm { name: "All".to_owned(), members: many, office_hours: None, active: true };
    let all = client.save_team(new(form)).await.unwrap();
    assert_eq!(named(&view(&desk).await.teams, &all).form.members.len(), 120);
    let wrong =
        TeamForm { name: "X".to_owned(), members: vec![all], office_hours: None, active: true };
    assert_eq!(objections(client.save_team(new(wrong)).await), ["members: error-person-missing"]);
}

/// The one person of a shift.
#[tokio::test]
async fn what_the_server_refuses_later_waits_with_its_words_for_its_author() {
    let desk = Desk::with_sample().await;
    let client = &desk.client;
    client.save_person(new(person("Noor Haddad"))).await.unwrap();
    let set = desk.outbox().await.pop().unwrap().id;
    let verdict = Verdict::Refused { why: Refusal::NotAllowed {} };
    let answers = vec![SetAnswer { id: set, verdict }];
    client.store().unwrap().answer(answers, crate::host::Timestamp(desk.now())).await.unwrap();
    let conflict = client.list_conflicts(()).await.unwrap().remove(0);
    assert_eq!(conflict.message_id, "did-edit-directory");
    assert_eq!(conflict.text, "Noor Haddad\n\n+49 30 1234");
    let people = view(&desk).await.people;
    assert!(people.iter().all(|person| person.form.name != "Noor Haddad"), "it is not shown");
}

#[tokio::test]
async fn the_organisation_words_its_scale_and_names_itself() {
    let desk = Desk::new().await;
    let client = &desk.client;
    let seen = view(&desk).await.settings;
    let worded = edit(&seen, |form: &mut SettingsForm| {
        form.name = "Shop".to_owned();
        form.severity_scale[1].short = " many customers ".to_owned();
    });
    client.save_settings(worded).await.unwrap();
    let now = view(&desk).await.settings;
    assert_eq!((now.form.name.as_str(), now.form.severity_scale[0].name.as_str()), ("Shop", ""));
    let scale = client.list_directory(()).await.unwrap().severity_scale;
    assert_eq!((scale[1].severity, scale[1].short.as_str()), (2, "many customers"));
    let nameless = edit(&now, |form: &mut SettingsForm| form.name = " ".to_owned());
    assert_eq!(objections(client.save_settings(nameless).await), ["name: error-name-empty"]);
    let long =
        edit(&now, |form: &mut SettingsForm| form.severity_scale[2].criteria = "x".repeat(4_001));
    let wrong = objections(client.save_settings(long).await);
    assert_eq!(wrong, ["severity_scale.3.criteria: error-text-too-long"]);
}

#[tokio::test]
async fn an_invitation_needs_the_server() {
    let desk = Desk::new().await;
    let error = desk.client.invite_person(InvitePerson { admin: false }).await.unwrap_err();
    assert_eq!((error.code, error.retryable), (ErrorCode::Offline, true));
}

#[tokio::test]
async fn people_without_an_account_are_known_as_such() {
    let desk = Desk::new().await;
    let account = [("name", json!("Ann")), ("account", json!("ann"))];
    let ann = EntityId(Uuid::now_v7());
    desk.arrive(desk.entity(ann, Kind::PERSON, None, account)).await;
    let noor = desk.client.save_person(new(person("Noor"))).await.unwrap();
    let without = view(&desk).await.without_account;
    assert!(without.contains(&noor) && !without.contains(&ann.to_string()));
    let dial = desk.client.list_directory(()).await.unwrap().people;
    assert!(dial.iter().any(|person| person.name == "Noor" && person.phone == "+49 30 1234"));
}
