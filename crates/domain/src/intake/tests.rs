//! What becomes of what monitoring systems say, as tables and short stories.

mod windows;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Alert, AlertState, REPEAT_SECS, Report, Reported, Signal, Status, current, receive, record,
    repeats, review,
};
use crate::{
    change::{Author, Body, ChangeSet},
    decide::{Accepted, Effect, Refusal},
    directory::DirectoryChange,
    entity::{Entity, Kind},
    id::EntityId,
    incident::{Incident, IncidentChange, Severity, State},
    testing::Story,
    time::Timestamp,
    timeline::{Entry, EntryKind},
};

struct Intake {
    story: Story,
    source: EntityId,
}

/// What a test looks at: how many incidents there are, and how often paging started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    incidents: usize,
    pages: usize,
}

impl Intake {
    fn new(rules: &Value) -> Self {
        let mut story = Story::new();
        let fields = json!({
            "name": "Prometheus", "format": "alertmanager", "service": story.payments,
            "severity": 2, "rules": rules,
        });
        let source = story.put(Kind::ALERT_SOURCE, fields);
        Self { story, source }
    }

    fn plain() -> Self {
        Self::new(&json!([]))
    }

    fn windows(&self) -> Vec<&Entity> {
        self.story.world.values().filter(|entity| entity.kind == Kind::MAINTENANCE).collect()
    }

    fn set(&self, signal: &Signal) -> Option<ChangeSet> {
        receive(&self.story.world, self.windows(), self.source, signal, self.story.now)
    }

    /// The signal is received; the answer is how often paging started by it.
    fn hear(&mut self, signal: &Signal) -> usize {
        let Some(set) = self.set(signal) else { return 0 };
        let accepted = self.story.decide(Author::Server, &set).expect("what intake makes stands");
        pages(&accepted)
    }

    fn window(&mut self, services: &[EntityId], secs: i64) -> EntityId {
        let (start, end) = (self.story.now, self.story.now.plus_secs(secs));
        let fields = json!({
            "name": "Database upgrade", "services": services,
            "window": {"start": start, "end": end},
        });
        self.story.put(Kind::MAINTENANCE, fields)
    }

    /// The job of a window: what it does, and when it comes again.
    fn review(&mut self, window: EntityId) -> (usize, Option<Timestamp>) {
        let entity = self.story.entity(window);
        let review = review(&self.story.world, &self.windows(), entity, self.story.now);
        let mut paged = 0;
        for set in &review.sets {
            let accepted = self.story.decide(Author::Server, set).expect("a review stands");
            paged += pages(&accepted);
        }
        (paged, review.again_at)
    }

    fn incidents(&self) -> Vec<&Entity> {
        self.story.world.values().filter(|entity| entity.kind == Kind::INCIDENT).collect()
    }

    fn only_incident(&self) -> EntityId {
        let incidents = self.incidents();
        assert_eq!(incidents.len(), 1);
        incidents[0].id
    }

    fn alert(&self, key: &str) -> Alert<'_> {
        let signal = firing(key, 1, 1);
        Alert(current(&self.story.world, self.source, &signal).expect("there is an alert"))
    }

    fn end_incident(&mut self, incident: EntityId) {
        let ana = self.story.ana;
        self.story.incident(ana, incident, IncidentChange::TakeCommand {}).unwrap();
        self.story.incident(ana, incident, IncidentChange::Resolve {}).unwrap();
    }

    fn pass(&mut self, secs: i64) {
        self.story.now = self.story.now.plus_secs(secs);
    }
}

fn pages(accepted: &Accepted) -> usize {
    accepted.effects.iter().filter(|e| matches!(e, Effect::StartPaging { .. })).count()
}

/// A report that so many fire, the newest of them since minute `newest`.
fn firing(key: &str, count: u32, newest: i64) -> Signal {
    let report = Report {
        summary: format!("{key} is down"),
        labels: BTreeMap::from([("alertname".to_owned(), key.to_owned())]),
        starts_at: Some(Timestamp(60_000)),
        newest_start: Some(Timestamp(60_000 * newest)),
        digest: format!("{count} since {newest}"),
        firing: count,
        ..Report::default()
    };
    Signal::new(key, Status::Firing, report)
}

fn over(key: &str) -> Signal {
    Signal { status: Status::Resolved, ..firing(key, 0, 1) }
}

#[test]
fn a_firing_alert_declares_an_incident_that_pages() {
    let mut intake = Intake::plain();
    assert_eq!(intake.hear(&firing("Checkout", 3, 1)), 1);
    let id = intake.only_incident();
    let incident = Incident(intake.story.entity(id));
    assert_eq!(incident.summary(), "Checkout is down");
    assert_eq!(
        (incident.severity(), incident.service()),
        (Severity::Two, Some(intake.story.payments))
    );
    assert_eq!(incident.declared_by(), None);
    assert_eq!(incident.0.text("detected_by"), "monitoring");
    assert_eq!(
        incident.times().detected,
        Some(intake.story.now),
        "detected is when it was received"
    );
    assert_eq!(incident.times().impact_start, None, "suggested, never set");
    let alert = intake.alert("Checkout");
    assert_eq!(alert.0.incident, Some(id));
    assert_eq!(alert.report().starts_at, Some(Timestamp(60_000)));
    assert_eq!((alert.state(), alert.cycle(), alert.report().firing), (AlertState::Firing, 1, 3));
}

#[test]
fn a_storm_is_one_incident_and_one_page_however_often_it_is_said() {
    let mut intake = Intake::plain();
    let mut pages = 0;
    for report in 1..=1_000_u32 {
        pages += intake.hear(&firing("Checkout", report, i64::from(report)));
        intake.pass(1);
    }
    assert_eq!((pages, intake.incidents().len()), (1, 1));
    let alert = intake.alert("Checkout");
    assert_eq!((alert.report().firing, alert.count()), (1_000, 1_000));
}

#[test]
fn a_repeat_is_written_down_once_a_minute_and_not_more() {
    let mut intake = Intake::plain();
    let signal = firing("Checkout", 1, 1);
    intake.hear(&signal);
    let mut written = 0;
    for second in 1..=(3 * REPEAT_SECS) {
        intake.pass(1);
        let now = intake.story.now;
        let repeat = repeats(&intake.story.world, intake.source, &signal, now);
        let set = intake.set(&signal);
        assert_eq!(repeat, set.is_none(), "second {second}");
        if let Some(set) = set {
            intake.story.decide(Author::Server, &set).unwrap();
            written += 1;
        }
    }
    assert_eq!(written, 3);
}

#[test]
fn resolved_closes_the_alert_and_never_the_incident() {
    let mut intake = Intake::plain();
    intake.hear(&firing("Checkout", 1, 1));
    let ended = Timestamp(7_000_000);
    let signal = Signal { ended_at: Some(ended), count: 5, ..over("Checkout") };
    assert_eq!(intake.hear(&signal), 0);
    let alert = intake.alert("Checkout");
    assert_eq!(
        (alert.state(), alert.ended_at(), alert.count()),
        (AlertState::Resolved, Some(ended), 6)
    );
    let incident = intake.only_incident();
    assert_eq!(Incident(intake.story.entity(incident)).state(), State::New);
    assert_eq!(intake.set(&signal), None, "said again it is no news");
}

#[test]
fn what_never_fired_here_cannot_end() {
    let mut intake = Intake::plain();
    for status in [Status::Resolved, Status::Acknowledged] {
        let signal = Signal { status, ..over("Checkout") };
        assert_eq!(intake.hear(&signal), 0);
    }
    assert_eq!(intake.incidents().len(), 0);
}

#[test]
fn an_alert_that_fires_again_joins_the_incident_while_that_is_open_and_else_declares_one() {
    for (ended, expected) in
        [(false, Seen { incidents: 1, pages: 1 }), (true, Seen { incidents: 2, pages: 2 })]
    {
        let mut intake = Intake::plain();
        let mut pages = intake.hear(&firing("Checkout", 1, 1));
        intake.hear(&over("Checkout"));
        if ended {
            let incident = intake.only_incident();
            intake.end_incident(incident);
        }
        intake.pass(600);
        pages += intake.hear(&firing("Checkout", 1, 9));
        let seen = Seen { incidents: intake.incidents().len(), pages };
        assert_eq!(seen, expected, "ended: {ended}");
        assert_eq!(
            (intake.alert("Checkout").cycle(), intake.alert("Checkout").state()),
            (2, AlertState::Firing)
        );
        // And a third time, so that the first one is asked for the latest.
        intake.hear(&over("Checkout"));
        intake.pass(600);
        intake.hear(&firing("Checkout", 1, 10));
        assert_eq!(intake.alert("Checkout").cycle(), 3);
        assert_eq!(intake.incidents().len(), expected.incidents);
    }
}

#[test]
fn what_fires_on_after_people_ended_the_incident_is_no_news_but_what_begins_since_is() {
    // The report after the end, and how many incidents there are then.
    for (newest, incidents) in [(Some(1), 1), (Some(2), 2), (None, 2)] {
        let mut intake = Intake::plain();
        intake.hear(&firing("Checkout", 1, 1));
        let incident = intake.only_incident();
        intake.end_incident(incident);
        intake.pass(4 * 3_600);
        let mut signal = firing("Checkout", 1, newest.unwrap_or_default());
        signal.report.newest_start = newest.map(|minute: i64| Timestamp(60_000 * minute));
        intake.hear(&signal);
        assert_eq!(intake.incidents().len(), incidents, "{newest:?}");
    }
}

#[test]
fn the_first_rule_that_fits_says_what_becomes_of_an_alert() {
    let condition =
        |label: &str, how: &str, value: &str| json!({"label": label, "how": how, "value": value});
    let rules = json!([
        {"conditions": [condition("severity", "equals", "info")], "ignore": true},
        {"conditions": [condition("alertname", "prefix", "Disk")], "severity": 3},
        {"conditions": [condition("alertname", "contains", "out"), condition("env", "equals", "prod")], "severity": 1},
        {"conditions": [condition("summary", "contains", "on fire")], "severity": 1},
    ]);
    let labels = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    for (pairs, summary, expected) in [
        (&[("severity", "info"), ("alertname", "Disk")][..], "", None),
        (&[("alertname", "DiskFull")], "", Some(3)),
        (&[("alertname", "aDisk")], "", Some(2)),
        (&[("alertname", "Checkout"), ("env", "prod")], "", Some(1)),
        (&[("alertname", "Checkout"), ("env", "test")], "", Some(2)),
        (&[("alertname", "Checkout")], "", Some(2)),
        (&[], "the rack is on fire", Some(1)),
        (&[("severity", "Info")], "", Some(2)),
    ] {
        let mut intake = Intake::new(&rules);
        let mut signal = firing("key", 1, 1);
        signal.report.labels = labels(pairs);
        signal.report.summary = summary.to_owned() + " ";
        intake.hear(&Signal::new("key", Status::Firing, signal.report));
        let severity = intake.incidents().first().map(|it| u8::from(Incident(it).severity()));
        assert_eq!(severity, expected, "{pairs:?} {summary}");
    }
}

#[test]
fn a_rule_that_cannot_be_is_refused() {
    let mut intake = Intake::plain();
    let admin = Author::Person(intake.story.ana);
    let condition = json!({"label": " ", "how": "equals", "value": ""});
    for (field, value) in [
        ("rules", json!([{"conditions": [condition]}])),
        ("rules", json!(vec![json!({"conditions": []}); 51])),
        ("severity", json!(4)),
        ("format", json!("smoke")),
        ("token", json!("secret")),
        ("token", json!("A".repeat(64))),
    ] {
        let fields = BTreeMap::from([(field.to_owned(), value.clone())]);
        let body = Body::AlertSource(DirectoryChange::Put { fields });
        let refused = intake.story.try_to(admin, intake.source, body).unwrap_err();
        assert_eq!(refused, Refusal::ImpossibleValue { field: field.to_owned() }, "{value}");
    }
}

#[test]
fn only_administrators_edit_sources_and_windows_and_nobody_plays_the_monitoring_system() {
    let mut intake = Intake::plain();
    let (source, ana, ben) = (intake.source, intake.story.ana, intake.story.ben);
    let window = intake.window(&[], 60);
    let name =
        || DirectoryChange::Put { fields: BTreeMap::from([("name".to_owned(), json!("x"))]) };
    let mute = DirectoryChange::Add { list: "muted".to_owned(), member: ana, value: json!(true) };
    let fire = intake.set(&firing("Checkout", 1, 1)).unwrap().changes.pop().unwrap();
    for (who, entity, body, allowed) in [
        (ben, source, Body::AlertSource(name()), false),
        (ana, source, Body::AlertSource(name()), true),
        (ben, window, Body::Maintenance(name()), false),
        (ana, window, Body::Maintenance(name()), true),
        (ana, window, Body::Maintenance(mute), false),
        (ana, fire.entity, fire.body, false),
    ] {
        let result = intake.story.try_to(Author::Person(who), entity, body.clone());
        assert_eq!(result.is_ok(), allowed, "{body:?}");
    }
}

#[test]
fn a_change_to_production_stands_on_the_timeline_of_open_incidents_of_its_service_and_pages_nobody()
{
    let mut intake = Intake::plain();
    intake.hear(&firing("Checkout", 1, 1));
    let open = intake.only_incident();
    let ended = intake.story.declare(Severity::Three);
    intake.end_incident(ended);
    let other = EntityId(intake.story.id());
    let declared = crate::testing::declaration("Else", Severity::Three, None);
    intake.story.incident(intake.story.ben, other, declared).unwrap();
    let reported = Reported {
        summary: "payments 4.2 deployed".to_owned(),
        happened_at: Some(Timestamp(1_600_000_000_000)),
        link: Some("https://ci.example/42".to_owned()),
        labels: BTreeMap::new(),
    };
    let make = |intake: &Intake| {
        let ids = [open, ended, other];
        record(&intake.story.world, intake.source, &reported, &ids, intake.story.now)
    };
    let set = make(&intake).unwrap();
    let accepted = intake.story.decide(Author::Server, &set).unwrap();
    assert_eq!(pages(&accepted), 0);
    let lines: Vec<&Entity> =
        intake.story.world.values().filter(|entity| entity.kind == Kind::ENTRY).collect();
    assert_eq!(lines.len(), 1);
    assert_eq!((lines[0].incident, Entry(lines[0]).kind()), (Some(open), EntryKind::Change));
    assert_eq!(Entry(lines[0]).happened_at(), Timestamp(1_600_000_000_000));
    assert_eq!(Entry(lines[0]).text(), "payments 4.2 deployed\nhttps://ci.example/42");
    assert_eq!(make(&intake), None, "reported again it is the same change");
}

#[test]
fn what_a_monitoring_system_sends_too_much_of_is_cut_and_what_it_must_not_send_is_left_out() {
    let labels: BTreeMap<String, String> =
        (0..100).map(|n| (format!("l{n}"), "价".repeat(1_000))).collect();
    let report = Report {
        summary: "价".repeat(1_000) + "\0",
        description: "\0x".to_owned(),
        labels,
        link: Some("javascript:alert(1)".to_owned()),
        starts_at: Some(Timestamp(-1)),
        ..Report::default()
    };
    let key = "k".repeat(10_000);
    let mut intake = Intake::plain();
    let signal = Signal::new(&key, Status::Firing, report);
    assert_eq!(signal.report.labels.len(), 64);
    assert_eq!((signal.report.link.as_deref(), signal.report.starts_at), (None, None));
    assert_eq!(intake.hear(&signal), 1, "it stands");
    let incident = intake.only_incident();
    assert!(Incident(intake.story.entity(incident)).summary().len() <= 900);
    for link in ["https://a.example/x?y=1", "http://vm:9090/graph"] {
        let report = Report { link: Some(link.to_owned()), ..Report::default() };
        let signal = Signal::new("k", Status::Firing, report);
        assert_eq!(signal.report.link.as_deref(), Some(link));
        assert_eq!(signal.report.summary, "k", "without a summary its key says what it is");
    }
}

#[test]
fn a_monitor_that_finds_it_worse_raises_the_severity_and_never_lowers_it() {
    let critical = json!({"label": "severity", "how": "equals", "value": "critical"});
    let rules = json!([
        {"conditions": [critical], "severity": 1},
        {"conditions": [], "severity": 3},
    ]);
    let mut intake = Intake::new(&rules);
    let says = |severity: &str| {
        let mut signal = firing("disk", 1, 1);
        signal.report.labels.insert("severity".to_owned(), severity.to_owned());
        signal.report.digest = severity.to_owned();
        signal
    };
    assert_eq!(intake.hear(&says("warning")), 0, "severity 3 pages nobody");
    let id = intake.only_incident();
    let severity = |intake: &Intake| Incident(intake.story.entity(id)).severity();
    intake.pass(5);
    assert!(!repeats(&intake.story.world, intake.source, &says("critical"), intake.story.now));
    assert_eq!(intake.hear(&says("critical")), 1, "it pages at once");
    assert_eq!((severity(&intake), intake.incidents().len()), (Severity::One, 1));
    intake.pass(5);
    assert_eq!(intake.hear(&says("warning")), 0);
    assert_eq!(severity(&intake), Severity::One);

    // What people made of it stands while the monitor says the same.
    let ana = intake.story.ana;
    assert_eq!(intake.hear(&says("critical")), 0, "it is severity 1 already");
    let lower = IncidentChange::SetSeverity { severity: Severity::Three };
    intake.story.incident(ana, id, lower).unwrap();
    intake.pass(REPEAT_SECS);
    assert_eq!(intake.hear(&says("critical")), 0);
    assert_eq!(severity(&intake), Severity::Three);
}
