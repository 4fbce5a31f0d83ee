use chrono::DateTime;
use serde_json::json;

use super::*;
use crate::{
    entity::Kind,
    incident::{Incident, IncidentChange},
    testing::Story,
};

fn at(text: &str) -> Timestamp {
    Timestamp(DateTime::parse_from_rfc3339(text).expect("a time").timestamp_millis())
}

fn hours(zone: &str, days: &[u8], from: &str, until: &str) -> OfficeHours {
    let line = |day: &u8| OfficeDay {
        day: *day,
        from: from.parse().expect("a time"),
        until: until.parse().expect("a time"),
    };
    let hours = OfficeHours { zone: zone.to_owned(), days: days.iter().map(line).collect() };
    hours.validate().expect("sane");
    hours
}

const WEEK: &[u8] = &[1, 2, 3, 4, 5];

#[test]
fn an_incident_is_shown_at_once_in_office_hours_and_else_when_they_begin() {
    let london = hours("Europe/London", WEEK, "09:00", "17:00");
    let night = hours("UTC", &[1], "20:00", "00:00");
    // Hours, declared, shown, aged after three office days.
    let cases = [
        (&london, "2026-11-30T10:00:00Z", "2026-11-30T10:00:00Z", "2026-12-03T09:00:00Z"),
        (&london, "2026-11-30T09:00:00Z", "2026-11-30T09:00:00Z", "2026-12-03T09:00:00Z"),
        (&london, "2026-11-30T08:59:59Z", "2026-11-30T09:00:00Z", "2026-12-03T09:00:00Z"),
        (&london, "2026-11-30T17:00:00Z", "2026-12-01T09:00:00Z", "2026-12-04T09:00:00Z"),
        // Friday evening is Monday's; and Monday's ages on Thursday.
        (&london, "2026-11-27T18:00:00Z", "2026-11-30T09:00:00Z", "2026-12-03T09:00:00Z"),
        // Thursday's ages beyond the weekend.
        (&london, "2026-11-26T12:00:00Z", "2026-11-26T12:00:00Z", "2026-12-01T09:00:00Z"),
        // Clocks go forward in the night to Sunday 29 March: Monday begins an hour earlier in UTC.
        (&london, "2026-03-27T18:00:00Z", "2026-03-30T08:00:00Z", "2026-04-02T08:00:00Z"),
        // And back on 25 October.
        (&london, "2026-10-23T18:00:00Z", "2026-10-26T09:00:00Z", "2026-10-29T09:00:00Z"),
        (&night, "2026-11-30T23:59:59Z", "2026-11-30T23:59:59Z", "2026-12-21T20:00:00Z"),
        (&night, "2026-12-01T00:00:00Z", "2026-12-07T20:00:00Z", "2026-12-28T20:00:00Z"),
    ];
    for (hours, declared, shown, aged) in cases {
        let rhythm = Rhythm { hours: hours.clone(), chosen: true, days: 3 };
        let place = Place::of(&rhythm, at(declared));
        let wanted = Place { shown_at: at(shown), ages_at: Some(at(aged)) };
        assert_eq!(place, wanted, "declared {declared}");
        assert!(!place.has_aged(at(aged).plus_millis(-1)) && place.has_aged(at(aged)));
    }
}

#[test]
fn hours_that_the_clocks_leap_over_begin_after_the_leap() {
    // New York leaps from 02:00 to 03:00 on Sunday 8 March 2026.
    let sunday = hours("America/New_York", &[7], "02:30", "06:00");
    let opens = sunday.next_start(at("2026-03-08T00:00:00Z"));
    assert_eq!(opens, Some(at("2026-03-08T07:00:00Z")), "03:00 of the new time");
    // Hours that lie in the gap as a whole are none, and Apia left out 30 December 2011, a Friday.
    let gap = hours("America/New_York", &[7], "02:10", "02:50");
    assert_eq!(gap.next_start(at("2026-03-08T00:00:00Z")), Some(at("2026-03-15T06:10:00Z")));
    let friday = hours("Pacific/Apia", &[5], "09:00", "17:00");
    let opens = friday.next_start(at("2011-12-29T12:00:00Z"));
    assert_eq!(opens, Some(at("2012-01-05T19:00:00Z")), "the Friday after");
    // What comes twice begins the first time: London, 25 October 2026, 01:30.
    let twice = hours("Europe/London", &[7], "01:30", "09:00");
    assert_eq!(twice.next_start(at("2026-10-24T12:00:00Z")), Some(at("2026-10-25T00:30:00Z")));
}

/// The same question asked minute by minute of the clock on the wall.
#[test]
fn time_at_work_is_what_a_clock_on_the_wall_counts() {
    use chrono::{Datelike, Timelike};
    let all = [
        hours("Europe/London", WEEK, "09:00", "17:30"),
        hours("Australia/Lord_Howe", &[1, 3, 7], "01:15", "02:15"),
        hours("America/New_York", &[7, 1], "00:00", "00:00"),
        hours("Asia/Shanghai", &[6, 7], "22:00", "00:00"),
    ];
    let starts = ["2026-03-06T11:17:00Z", "2026-04-03T00:00:00Z", "2026-10-02T23:59:00Z"];
    let mut minutes = 0;
    for hours in &all {
        let zone: chrono_tz::Tz = hours.zone.parse().expect("a zone");
        for start in starts {
            let (from, until) = (at(start), at(start).plus_secs(27 * 86_400));
            let mut worked = 0;
            let mut minute = from;
            while minute < until {
                let utc = DateTime::from_timestamp_millis(minute.0).expect("a time");
                let wall = utc.with_timezone(&zone);
                let of_day = wall.hour() * 60 + wall.minute();
                let day = wall.weekday().number_from_monday();
                let open = hours.days.iter().any(|line| {
                    let end = u32::from(line.until.minutes());
                    u32::from(line.day) == day
                        && u32::from(line.from.minutes()) <= of_day
                        && (end == 0 || of_day < end)
                });
                assert_eq!(hours.open_at(minute).is_some(), open, "{} {wall}", hours.zone);
                worked += if open { 60_000 } else { 0 };
                minute = minute.plus_secs(60);
                minutes += 1;
            }
            assert_eq!(hours.worked_millis(from, until), worked, "{} {start}", hours.zone);
        }
    }
    assert_eq!(minutes, 4 * 3 * 27 * 24 * 60);
}

#[test]
fn impossible_hours_are_refused() {
    let sane = hours("UTC", &[1], "09:00", "17:00");
    let line = sane.days[0];
    let time = |text: &str| text.parse().expect("a time");
    let cases = [
        OfficeHours { zone: "Moon/Sea".to_owned(), ..sane.clone() },
        OfficeHours { days: vec![], ..sane.clone() },
        OfficeHours { days: vec![OfficeDay { day: 0, ..line }], ..sane.clone() },
        OfficeHours { days: vec![OfficeDay { day: 8, ..line }], ..sane.clone() },
        OfficeHours { days: vec![OfficeDay { until: time("09:00"), ..line }], ..sane.clone() },
        OfficeHours { days: vec![line; 22], ..sane.clone() },
    ];
    for case in cases {
        assert_eq!(case.validate(), Err(hours::ImpossibleHours), "{case:?}");
    }
    let mut story = Story::new();
    let put = |story: &mut Story, kind: Kind, fields: serde_json::Value| {
        let fields = serde_json::from_value(fields).expect("fields");
        let put = directory::DirectoryChange::Put { fields };
        let body = crate::change::Body::directory(&kind, put).expect("a directory kind");
        let id = if kind == Kind::SETTINGS { story.settings } else { EntityId(story.id()) };
        story.try_to(crate::change::Author::Server, id, body).is_ok()
    };
    let bad = json!({"zone": "UTC", "days": []});
    assert!(put(&mut story, Kind::TEAM, json!({"name": "a", "office_hours": sane})));
    assert!(put(&mut story, Kind::TEAM, json!({"name": "b", "office_hours": null})));
    assert!(!put(&mut story, Kind::TEAM, json!({"name": "c", "office_hours": bad})));
    assert!(put(&mut story, Kind::SETTINGS, json!({"office_hours": sane, "queue_days": 30})));
    assert!(!put(&mut story, Kind::SETTINGS, json!({"queue_days": 0})));
    assert!(!put(&mut story, Kind::SETTINGS, json!({"queue_days": 31})));
}

#[test]
fn people_are_told_once_when_hours_begin_and_then_of_what_is_new() {
    let rhythm = Rhythm { hours: hours("UTC", WEEK, "09:00", "17:00"), chosen: true, days: 3 };
    let id = |n: u128| EntityId(uuid::Uuid::from_u128(n));
    let place = |declared: &str| Place::of(&rhythm, at(declared));
    let waiting = [
        (id(0), place("2026-11-24T10:00:00Z")), // Aged on Friday.
        (id(1), place("2026-11-28T10:00:00Z")), // Shown on Monday, ages on Thursday.
        (id(2), place("2026-11-30T08:00:00Z")), // The same, but it comes later.
    ];
    let look = |before: Option<&Told>, count: usize, now: &str| {
        notice(&rhythm, &waiting[..count], before, at(now))
    };
    let said = |notice: &Option<Notice>| {
        let about = |notice: &Notice| notice.about.iter().map(|id| id.0.as_u128()).collect();
        notice.as_ref().map(|notice| (about(notice), notice.aged)).unwrap_or_default()
    };
    let nothing: (Vec<u128>, usize) = (vec![], 0);
    let (opening, later) = ("2026-11-30T09:00:00Z", "2026-11-30T16:00:00Z");
    assert_eq!(said(&look(None, 2, "2026-11-30T08:59:59Z")), nothing);
    let first = look(None, 2, opening);
    assert_eq!(said(&first), (vec![0, 1], 1));
    let told = first.expect("a notice").told;
    // The same opening: only what came, though it was declared before.
    assert_eq!(said(&look(Some(&told), 2, later)), nothing);
    let second = look(Some(&told), 3, later);
    assert_eq!(said(&second), (vec![2], 0));
    let told = second.expect("a notice").told;
    assert_eq!(said(&look(Some(&told), 3, "2026-11-30T16:59:59Z")), nothing);
    // A desktop that was switched on late is told once, too; outside of the hours nobody is.
    assert_eq!(said(&look(None, 3, later)), (vec![0, 1, 2], 1));
    assert_eq!(said(&look(Some(&told), 3, "2026-11-30T17:00:00Z")), nothing);
    // Every opening tells of all that waits.
    assert_eq!(said(&look(Some(&told), 3, "2026-12-01T09:00:00Z")), (vec![0, 1, 2], 1));
    assert_eq!(said(&look(Some(&told), 3, "2026-12-03T09:00:00Z")), (vec![0, 1, 2], 3));
    // One that ages within the hours is told of again.
    let fresh = Told { aged: BTreeSet::new(), ..told };
    assert_eq!(said(&look(Some(&fresh), 3, later)), (vec![0], 1));
}

#[test]
fn the_queue_is_the_delivery_teams_and_nobodys_without_one() {
    let mut story = Story::new();
    let (ana, ben, chi, settings) = (story.ana, story.ben, story.chi, Some(story.settings));
    let team = story.put(Kind::TEAM, json!({"name": "Exports"}));
    let add = directory::DirectoryChange::Add {
        list: directory::MEMBERS.to_owned(),
        member: ben,
        value: json!(true),
    };
    let body = crate::change::Body::directory(&Kind::TEAM, add).expect("a team");
    story.must(crate::change::Author::Server, team, body);
    let exports = story.put(Kind::SERVICE, json!({"name": "exports", "team": team}));
    assert_eq!(team_of(&story.world, Some(exports)), Some(team));
    assert_eq!(team_of(&story.world, Some(story.payments)), None);
    assert_eq!(team_of(&story.world, None), None);
    let people = [ana, ben, chi];
    let now = story.now;
    let told = |story: &Story, team| audience(&story.world, settings, team, &people, now);
    assert_eq!(told(&story, Some(team)), BTreeSet::from([ben]));
    assert_eq!(told(&story, None), BTreeSet::from([chi]), "the IMOC");
    story.put_at(story.settings, Kind::SETTINGS, json!({"imoc_policy": null}));
    assert_eq!(told(&story, None), BTreeSet::from([ana]), "the administrators");
    // A team that was retired has no queue any more.
    story.put_at(team, Kind::TEAM, json!({"active": false}));
    assert_eq!(team_of(&story.world, Some(exports)), None);
    // Hours: the team's, the workspace's, the usual ones.
    assert!(!rhythm(&story.world, settings, Some(team)).chosen);
    let of = |zone: &str| hours(zone, WEEK, "09:00", "17:00");
    let fields = json!({"office_hours": of("Asia/Shanghai"), "queue_days": 5});
    story.put_at(story.settings, Kind::SETTINGS, fields);
    let workspace = rhythm(&story.world, settings, Some(team));
    assert_eq!((workspace.hours.zone.as_str(), workspace.days), ("Asia/Shanghai", 5));
    story.put_at(team, Kind::TEAM, json!({"office_hours": of("Europe/Paris")}));
    assert_eq!(rhythm(&story.world, settings, Some(team)).hours.zone, "Europe/Paris");
    assert_eq!(rhythm(&story.world, settings, None).hours.zone, "Asia/Shanghai");
}

#[test]
fn who_accepts_is_the_im_and_who_raises_it_pages() {
    let mut story = Story::new();
    let waits_now = |story: &Story, id| {
        let incident = Incident(story.entity(id));
        waits(incident.severity(), incident.state(), incident.im(), incident.drill())
    };
    let accepted = story.declare(Severity::Three);
    assert!(waits_now(&story, accepted));
    let took = story.incident(story.ben, accepted, IncidentChange::TakeCommand {});
    assert!(took.expect("it stands").effects.is_empty(), "nobody is paged");
    assert!(!waits_now(&story, accepted));
    let raised = story.declare(Severity::Three);
    let raise = IncidentChange::SetSeverity { severity: Severity::Two };
    let effects = story.incident(story.ben, raised, raise).expect("it stands").effects;
    assert!(matches!(effects[..], [crate::decide::Effect::StartPaging { .. }]), "{effects:?}");
    assert!(!waits_now(&story, raised));
}

#[test]
fn what_is_reopened_or_lowered_waits_from_then_on() {
    let mut story = Story::new();
    let id = story.declare(Severity::Two);
    let declared = story.now;
    let since_now = |story: &Story| since(Incident(story.entity(id)));
    let later = |story: &mut Story, body: IncidentChange| {
        story.now = story.now.plus_secs(86_400);
        story.incident(story.ben, id, body).expect("it stands");
        story.now
    };
    assert_eq!(since_now(&story), declared);
    let lowered = later(&mut story, IncidentChange::SetSeverity { severity: Severity::Three });
    assert_eq!(since_now(&story), lowered);
    // What is said of it otherwise does not make it younger.
    later(&mut story, IncidentChange::SetSummary { summary: "Some cards fail".to_owned() });
    later(&mut story, IncidentChange::SetSeverity { severity: Severity::Three });
    assert_eq!(since_now(&story), lowered);
    later(&mut story, IncidentChange::TakeCommand {});
    later(&mut story, IncidentChange::Resolve {});
    let reopened = later(&mut story, IncidentChange::Reopen { reason: "again".to_owned() });
    assert_eq!(since_now(&story), reopened);
}
