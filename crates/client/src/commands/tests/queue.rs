//! The queue of severity 3: shown when office hours begin, accepted by whoever takes command (N2).

use firebell_domain::entity::Kind;
use serde_json::json;

use super::desk::{Desk, objections};
use crate::api::{
    directory::{Save, ServiceForm, SettingsForm, TeamForm},
    incident::{CommandAction, CommandIncident, DeclareForm, EditIncident, IncidentEdit},
    queue::{OfficeDayForm, OfficeHoursForm, TeamQueue},
};

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

fn hours(zone: &str, from: &str, until: &str) -> OfficeHoursForm {
    let day = |day| OfficeDayForm { day, from: from.to_owned(), until: until.to_owned() };
    OfficeHoursForm { zone: zone.to_owned(), days: (1..=5).map(day).collect() }
}

/// A team of Kim's with its service; the clock stands at noon of a Sunday in London.
async fn team(desk: &Desk, name: &str, hours: Option<OfficeHoursForm>) -> String {
    let members = vec![desk.me.to_string()];
    let form = TeamForm { name: name.to_owned(), members, office_hours: hours, active: true };
    let team = desk.client.save_team(Save { was: None, form }).await.unwrap();
    let (name, team) = (format!("{name}-api"), Some(team));
    let form = ServiceForm { name, team, policy: None, active: true };
    desk.client.save_service(Save { was: None, form }).await.unwrap()
}

async fn declare(desk: &Desk, summary: &str, service: Option<&String>) -> String {
    let form = DeclareForm {
        summary: summary.to_owned(),
        severity: Some(3),
        service: service.cloned(),
        ..DeclareForm::default()
    };
    desk.client.declare_incident(form).await.unwrap().id
}

async fn queues(desk: &Desk) -> Vec<TeamQueue> {
    desk.client.get_queue(()).await.unwrap().queues
}

/// What people were told since the last look.
async fn told(desk: &Desk) -> Vec<(String, String)> {
    desk.client.tell_queue().await.unwrap();
    std::mem::take(&mut *desk.host.notices.lock().unwrap())
}

#[tokio::test]
async fn what_waits_is_told_once_when_office_hours_begin() {
    let desk = Desk::new().await;
    let service = team(&desk, "Exports", Some(hours("Europe/London", "09:00", "17:00"))).await;
    let slow = declare(&desk, "Exports are slow", Some(&service)).await;
    let shown = queues(&desk).await;
    let place = shown[0].rows[0].queue.clone().unwrap();
    let monday = desk.now() + 21 * HOUR * 60_000;
    assert_eq!((place.team.as_deref(), place.shown_at), (Some("Exports"), monday));
    assert_eq!(place.ages_at, Some(monday + 3 * DAY * 60_000));
    assert_eq!((shown[0].mine, shown[0].open_until), (true, None));
    assert_eq!(shown[0].opens_at, Some(monday));
    assert_eq!(told(&desk).await, [], "a Sunday");

    desk.push_clock(21 * HOUR);
    let notices = told(&desk).await;
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(notices[0].0.contains("Exports") && notices[0].1.contains("HOT-1"), "{notices:?}");
    assert_eq!(told(&desk).await, [], "once");
    assert_eq!(queues(&desk).await[0].open_until, Some(monday + 8 * HOUR * 60_000));

    // What comes while they are at work is told at once, alone.
    declare(&desk, "Exports lack a column", Some(&service)).await;
    desk.push_clock(1);
    let notices = told(&desk).await;
    assert!(notices.len() == 1 && !notices[0].1.contains("HOT-1"), "{notices:?}");

    // Accepted: whoever accepts is the IM, and it waits no more.
    let action = CommandAction::Take {};
    let take = CommandIncident { id: slow, seen: None, action };
    assert_eq!(desk.client.command_incident(take).await.unwrap().row.queue, None);
    assert_eq!(queues(&desk).await[0].rows.len(), 1);

    // On Thursday what was shown on Monday has waited for too long.
    desk.push_clock(3 * DAY);
    let notices = told(&desk).await;
    let aged = desk.client.words().text("queue-notice-aged", &[("count", 1.into())]);
    assert!(notices.len() == 1 && notices[0].1.contains(&aged), "{notices:?}");
}

#[tokio::test]
async fn what_belongs_to_no_team_waits_in_the_common_queue() {
    let desk = Desk::new().await;
    let incident = declare(&desk, "Something is odd", None).await;
    let drill = DeclareForm {
        summary: "Drill: odd".to_owned(),
        severity: Some(3),
        drill: true,
        ..DeclareForm::default()
    };
    desk.client.declare_incident(drill).await.unwrap();
    let all = queues(&desk).await;
    assert_eq!((all.len(), all[0].rows.len(), all[0].team.is_none()), (1, 1, true));
    assert!(all[0].mine, "no IMOC, so the administrators are told");
    assert!(!all[0].hours_chosen && all[0].hours == hours("UTC", "09:00", "17:00"));

    // The workspace's hours hold for it, in any zone.
    let was = desk.client.get_directory(()).await.unwrap().settings;
    let shanghai = Some(hours("Asia/Shanghai", "08:00", "20:00"));
    let form = SettingsForm { office_hours: shanghai, queue_days: Some(1), ..was.form.clone() };
    desk.client.save_settings(Save { was: Some(was), form }).await.unwrap();
    let all = queues(&desk).await;
    let opens = desk.now() + 12 * HOUR * 60_000;
    assert_eq!((all[0].hours_chosen, all[0].opens_at), (true, Some(opens)));
    desk.push_clock(12 * HOUR);
    assert_eq!(told(&desk).await.len(), 1);

    // Handing it to a team is saying whose service it is.
    let service = team(&desk, "Exports", None).await;
    let edit = EditIncident {
        id: incident.clone(),
        seen: desk
            .client
            .get_incident(incident.clone())
            .await
            .unwrap()
            .stamps
            .get("service")
            .cloned(),
        edit: IncidentEdit::Service(Some(service)),
    };
    let place = desk.client.edit_incident(edit).await.unwrap().row.queue.unwrap();
    assert_eq!(place.team.as_deref(), Some("Exports"));
    // Raised, it pages and waits no more.
    let seen = desk.client.get_incident(incident.clone()).await.unwrap().stamps["severity"].clone();
    let edit = EditIncident { id: incident, seen: Some(seen), edit: IncidentEdit::Severity(2) };
    assert_eq!(desk.client.edit_incident(edit).await.unwrap().row.queue, None);
}

#[tokio::test]
async fn hours_that_make_no_sense_are_objected_to() {
    let desk = Desk::new().await;
    let save = |hours: OfficeHoursForm| {
        let form = TeamForm {
            name: "Exports".to_owned(),
            members: vec![],
            office_hours: Some(hours),
            active: true,
        };
        desk.client.save_team(Save { was: None, form })
    };
    let mut cases = 0;
    for (hours, wanted) in [
        (hours("Moon", "09:00", "17:00"), "office_hours.zone: error-zone-unknown"),
        (hours("UTC", "17:00", "09:00"), "office_hours.1: error-office-end"),
        (hours("UTC", "9", "17:00"), "office_hours.1: error-hand-off"),
        (
            OfficeHoursForm { zone: "UTC".to_owned(), days: vec![] },
            "office_hours: error-office-days",
        ),
    ] {
        let objected = objections(save(hours).await);
        assert_eq!(objected.first().map(String::as_str), Some(wanted));
        cases += 1;
    }
    assert_eq!(cases, 4);
    assert!(save(hours("UTC", "18:00", "00:00")).await.is_ok(), "until the end of the day");
    let was = desk.client.get_directory(()).await.unwrap().settings;
    for days in [None, Some(0), Some(31)] {
        let form = SettingsForm { queue_days: days, name: "W".to_owned(), ..was.form.clone() };
        let save = Save { was: Some(was.clone()), form };
        let objected = objections(desk.client.save_settings(save).await);
        assert_eq!(objected, ["queue_days: error-queue-days"], "{days:?}");
    }
    // What an unknown version wrote is read as no hours of its own.
    let odd = [("name", json!("Odd")), ("office_hours", json!({"every": "day"}))];
    desk.arrive(desk.entity(
        firebell_domain::id::EntityId(uuid::Uuid::now_v7()),
        Kind::TEAM,
        None,
        odd,
    ))
    .await;
    let view = desk.client.get_directory(()).await.unwrap();
    let odd = view.teams.iter().find(|team| team.form.name == "Odd").unwrap();
    assert_eq!(odd.form.office_hours, None);
}
