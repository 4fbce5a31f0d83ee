//! `alert-storm`: a real Prometheus finds a thousand things down, a real Alertmanager tells the server
//! about them while its database is locked, and again and again after that. One incident, one ring; when
//! it is over, the alert is closed and the timeline says so, and the incident waits for people. Many
//! incidents at once are one ringing with a list at a real desk.

mod exporter;
mod monitoring;
mod window;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use firebell_client::api::incident::{
    CommandAction, CommandIncident, IncidentView, ListIncidents, TimesForm,
};
use firebell_client::api::page::AcknowledgePage;
use firebell_client::api::timeline::ListStream;
use firebell_client::host::Host;
use firebell_domain::chain::Hash;
use firebell_domain::change::Body;
use firebell_domain::directory::Target;
use serde_json::json;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use uuid::Uuid;

use crate::harness::company::Company;
use crate::harness::headless::Headless;
use crate::harness::raw::{change, fresh, put};
use crate::harness::server::sqlite_url;
use crate::harness::wait;
use crate::proof::{Ground, Proof, Report};
use monitoring::{Monitoring, metric};

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "alert-storm",
    line: "a storm of a thousand alerts from a real Alertmanager is one incident and one page, and a 503 loses nothing",
    run: |ground| Box::pin(run(ground)),
};

/// Alerts of one storm.
const STORM: u32 = 1_000;
/// Reports of the same that must come without a second ring.
const REPEATS: u64 = 3;
/// Bound of waits for the monitoring system, which looks once a second; what is waited for comes sooner.
const LATER: Duration = Duration::from_secs(90);

async fn run(ground: Ground) -> Result<Report> {
    let rounds = ground.size().pick(1, 3);
    let database = ground.folder().join("record.db");
    let company =
        Company::found(ground.folder(), &sqlite_url(&database)?, None, &["ann", "bob"]).await?;
    let bob = company.person("bob")?;
    let policy = company.policy(&[&[Target::Person(bob)]], 0).await?;
    let service = company.service("shop", policy).await?;
    let source = fresh();
    let token = format!("{}{}", source.0.simple(), Uuid::now_v7().simple());
    let fields = put([
        ("name", json!("Prometheus")),
        ("format", json!("alertmanager")),
        ("service", json!(service)),
        ("severity", json!(2)),
        ("token", json!(Hash::of(token.as_bytes()).to_string())),
    ]);
    company.admin().does(vec![change(source, Body::AlertSource(fields))]).await?;
    let desktop = company.desktop("bob").await?;
    desktop.online().await?;
    let url = format!("{}/api/v1/intake/alertmanager", company.server().url());
    let monitoring = Monitoring::start(ground.folder(), &url, &token, STORM).await?;

    let (mut reports, mut refused, mut slowest) = (0, 0, Duration::ZERO);
    for round in 1..=rounds {
        let storm = Storm { company: &company, desktop: &desktop, monitoring: &monitoring };
        let seen = storm.rage(&database, round).await?;
        reports += seen.reports;
        refused += seen.refused;
        slowest = slowest.max(seen.ring_after);
    }
    desktop.close().await;
    let notified = window::rings_once_with_a_list(ground.folder(), &company, service).await?;
    Ok(Report::new(u64::from(STORM) * rounds as u64, "alerts")
        .figure("storms", rounds)
        .figure("incidents", rounds)
        .figure("rings", rounds)
        .figure("reports taken", reports)
        .figure("reports refused with 503 while the database was locked", refused)
        .figure("incidents at once at a desk, in one list", window::INCIDENTS)
        .figure("of these with a notification of their own", notified)
        .figure("slowest ring after the database was free, ms", slowest.as_millis()))
}

/// One storm under way.
struct Storm<'a> {
    company: &'a Company,
    desktop: &'a Headless,
    monitoring: &'a Monitoring,
}

/// What one storm came to.
struct Seen {
    reports: u64,
    refused: u64,
    ring_after: Duration,
}

impl Storm<'_> {
    async fn rage(&self, database: &Path, round: usize) -> Result<Seen> {
        let before = self.reports().await?;
        let refused_before = self.monitoring.refused().await?;
        // The database is locked while the storm begins: the server cannot write a word of it.
        let mut lock = lock(database).await?;
        self.monitoring.set_down(true);
        let refused = wait::until("Alertmanager to be told 503", LATER, async || {
            let refused = self.monitoring.refused().await? - refused_before;
            Ok((refused > 0).then_some(refused))
        })
        .await?;
        ensure!(self.incidents().await?.len() == round - 1, "something was declared unwritten");
        sqlx::query("ROLLBACK").execute(&mut lock).await?;
        let freed = Instant::now();
        wait::within("the ring", LATER, async {
            self.desktop.host().rung(round).await;
            Ok(())
        })
        .await?;
        let ring_after = freed.elapsed();

        // All thousand of them arrive, in however many reports, at the one alert of the one incident.
        let key = self.newest(round).await?;
        self.alert(&key, "all that fire", |view| {
            view.alerts.len() == 1 && view.alerts.iter().all(|it| it.firing && it.count == STORM)
        })
        .await?;
        let full = self.reports().await?;
        wait::until("repeats of the storm", LATER, async || {
            Ok((self.reports().await? >= full + REPEATS).then_some(()))
        })
        .await?;
        self.one_each(round).await?;
        let view = self.desktop.get_incident(key.clone()).await?;
        ensure!(view.pages.len() == 1, "{key} has {} pages", view.pages.len());
        ensure!(view.times.impact_start.is_none(), "the impact start is for people to say");
        ensure!(view.alerts[0].starts_at.is_some(), "and the alert suggests one");

        // It is over: the alert is closed, the incident is not.
        self.monitoring.set_down(false);
        self.alert(&key, "the alert over", |view| {
            view.alerts.iter().all(|alert| !alert.firing && alert.ended_at.is_some())
        })
        .await?;
        self.desktop
            .sees("fired and resolved once on the timeline", async |client| {
                let asked = ListStream {
                    incident: key.clone(),
                    before: None,
                    limit: 500,
                    entries_only: true,
                };
                let page = client.list_stream(asked).await?;
                let lines = |id: &str| {
                    page.entries.iter().filter(|it| it.message_id.as_deref() == Some(id)).count()
                };
                let both = (lines("timeline-alert-fired"), lines("timeline-alert-resolved"));
                Ok((both == (1, 1)).then_some(()))
            })
            .await?;
        self.one_each(round).await?;
        self.end(&key).await?;
        Ok(Seen { reports: self.reports().await? - before, refused, ring_after })
    }

    /// As many incidents and rings as there were storms.
    async fn one_each(&self, round: usize) -> Result<()> {
        self.company.level(&[self.desktop]).await?;
        let (incidents, rings) = (self.incidents().await?, self.desktop.host().rings());
        ensure!(incidents.len() == round, "{} incidents after {round} storms", incidents.len());
        ensure!(rings.len() == round, "{} rings after {round} storms", rings.len());
        Ok(())
    }

    async fn incidents(&self) -> Result<Vec<String>> {
        let asked = ListIncidents { limit: 200, ..ListIncidents::default() };
        let page = self.desktop.list_incidents(asked).await?;
        Ok(page.rows.into_iter().map(|row| row.id).collect())
    }

    /// The incident of this storm.
    async fn newest(&self, round: usize) -> Result<String> {
        self.desktop
            .sees("the incident", async |client| {
                let board = client.get_board(()).await?;
                Ok(board.incidents.first().map(|row| row.id.clone()))
            })
            .await
            .inspect(|id| println!("storm {round} is incident {id}"))
    }

    async fn alert(
        &self,
        incident: &str,
        what: &str,
        holds: impl Fn(&IncidentView) -> bool,
    ) -> Result<()> {
        let desktop = self.desktop;
        let waited = format!("the desktop to see {what}");
        wait::until(&waited, LATER, async || {
            let view = desktop.get_incident(incident.to_owned()).await?;
            Ok(holds(&view).then_some(()))
        })
        .await
    }

    /// Bob has it, and ends it, so that the next storm is another incident.
    async fn end(&self, incident: &str) -> Result<()> {
        let page = self.desktop.get_incident(incident.to_owned()).await?.pages.remove(0).id;
        let take = AcknowledgePage { id: page, take_command: true };
        self.desktop.acknowledge_page(take).await?;
        self.desktop.sent().await?;
        let view = self.desktop.get_incident(incident.to_owned()).await?;
        let now = self.desktop.host().now().0;
        let times = TimesForm {
            impact_start: view.alerts[0].starts_at,
            detected: view.times.detected,
            impact_end: Some(now),
        };
        let action = CommandAction::Resolve { times };
        let resolve = CommandIncident { id: incident.to_owned(), seen: None, action };
        self.desktop.command_incident(resolve).await?;
        self.desktop.sent().await
    }

    /// Reports that the server took from monitoring systems.
    async fn reports(&self) -> Result<u64> {
        let text = monitoring::get(self.company.server().address(), "/metrics").await?;
        Ok(metric(&text, "firebell_reports_total"))
    }
}

/// The write lock of the server's database, held by somebody else.
async fn lock(database: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(database).busy_timeout(LATER);
    let mut connection = options.connect().await?;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await?;
    Ok(connection)
}
