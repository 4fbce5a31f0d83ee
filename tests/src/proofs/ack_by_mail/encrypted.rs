//! STARTTLS: a mail goes encrypted to a mail server that shows who it is, and otherwise not at all.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use firebell_domain::change::Body;
use firebell_domain::directory::{MAX_TIMEOUT_SECS, PolicyStep, Target};
use firebell_domain::entity::Kind;
use firebell_domain::id::EntityId;
use firebell_domain::incident::{IncidentChange, Severity};
use firebell_domain::paging::{Delivery, DeliveryState, MAX_ATTEMPTS, Page};
use serde_json::json;

use crate::harness::authority::Authority;
use crate::harness::clock::Clock;
use crate::harness::company::Company;
use crate::harness::headless::SOON;
use crate::harness::incident::of_service;
use crate::harness::mail::{MailServer, Manner};
use crate::harness::process::free_port;
use crate::harness::raw::{change, fresh, put};
use crate::harness::server::{Plan, sqlite_url};
use crate::harness::wait;

/// Where the mail server says that it is.
const HERE: &str = "127.0.0.1";
/// The pause after the first attempt; each later one is twice as long.
const FIRST_PAUSE_SECS: u64 = 5;

/// Mails that went encrypted, and those that did not go.
pub(super) struct Told {
    pub(super) went: usize,
    pub(super) refused: u64,
}

/// A company of its own: it knows one mail server by address, and one authority.
pub(super) async fn go_encrypted_or_not_at_all(folder: &Path) -> Result<Told> {
    let known = Authority::new(&folder.join("known"))?;
    let unknown = Authority::new(&folder.join("unknown"))?;
    let port = free_port()?;
    let mut clock = Clock::new(folder)?;
    let plan = Plan::new(folder, &sqlite_url(&folder.join("record.db"))?)
        .clock(&clock)
        .env("FIREBELL_SMTP_URL", format!("smtp://{HERE}:{port}?tls=required"))
        .env("FIREBELL_MAIL_FROM", "firebell@firebell.example")
        .env("FIREBELL_EXTRA_CA", known.certificate());
    let company = Company::found_by(folder, plan, &["ann", "bob"]).await?;
    let bob = company.person("bob")?;
    let fields = put([("email", json!("bob@mail.test"))]);
    company.admin().does(vec![change(bob, Body::Person(fields))]).await?;
    // Nobody else is rung while attempts are made.
    let step = PolicyStep::new(vec![Target::Person(bob)], MAX_TIMEOUT_SECS);
    let policy = company.policy_of(&[step], json!({})).await?;
    let service = company.service("shop", policy).await?;

    let mut told = Told { went: 0, refused: 0 };
    let with = |authority: &Authority, address, require| {
        let identity = Some(authority.identity(address)?);
        anyhow::Ok(Manner { port: Some(port), identity, require })
    };
    // Each offers to take the mail without encryption too, which is never asked for.
    let wrong = [
        ("of an unknown authority", with(&unknown, HERE, false)?, "certificate"),
        ("in somebody else's name", with(&known, "127.0.0.2", false)?, "certificate"),
        ("without STARTTLS", Manner { port: Some(port), ..Manner::default() }, "STARTTLS"),
    ];
    let right = with(&known, HERE, true)?;
    for (name, manner, reason) in &wrong {
        let place = folder.join(name);
        std::fs::create_dir_all(&place)?;
        let mail = MailServer::start_by(&place, manner).await?;
        let incident = declare(&company, service).await?;
        let failed = fails(&company, &mut clock, incident).await.context(*name)?;
        ensure!(failed.detail.contains(reason), "{name}: the page says {:?}", failed.detail);
        let (plain, mails) = (mail.plain()?.len(), mail.mails()?.len());
        ensure!((plain, mails) == (0, 0), "{name}: {plain} begun in plain text, {mails} mails");
        told.refused += u64::from(failed.attempts);
        end(&company, incident).await?;
    }
    // The authority that is known, the right name, and nothing is taken in plain text.
    let mail = MailServer::start_by(folder, &right).await?;
    let incident = declare(&company, service).await?;
    let came = mail.mail("bob@mail.test", 0).await?;
    ensure!(came.encrypted, "it came in plain text");
    delivery_is(&company, incident, "sent", |it| it.state == DeliveryState::Sent).await?;
    told.went += mail.mails()?.len();
    end(&company, incident).await?;
    Ok(told)
}

async fn declare(company: &Company, service: EntityId) -> Result<EntityId> {
    let incident = fresh();
    let declare = of_service(service, Severity::One, "checkout fails".to_owned(), false);
    company.admin().does(vec![change(incident, Body::Incident(declare))]).await?;
    Ok(incident)
}

/// Every attempt fails, until none is left; the clock is pushed over the pauses.
async fn fails(company: &Company, clock: &mut Clock, incident: EntityId) -> Result<Delivery> {
    for attempt in 1..MAX_ATTEMPTS {
        let tried = |it: &Delivery| it.attempts == attempt;
        let tried = delivery_is(company, incident, "tried", tried).await?;
        ensure!(tried.state == DeliveryState::Queued, "attempt {attempt}: {tried:?}");
        clock.push(Duration::from_secs((FIRST_PAUSE_SECS << (attempt - 1)) + 1))?;
    }
    let failed = |it: &Delivery| it.state == DeliveryState::Failed;
    let failed = delivery_is(company, incident, "given up", failed).await?;
    ensure!(failed.attempts == MAX_ATTEMPTS, "{} attempts", failed.attempts);
    Ok(failed)
}

async fn delivery_is(
    company: &Company,
    incident: EntityId,
    what: &str,
    fits: impl Fn(&Delivery) -> bool,
) -> Result<Delivery> {
    wait::until(&format!("a mail that is {what}"), SOON, async || {
        let entities = company.admin().incident(incident).await?;
        let page = entities.iter().find(|entity| entity.kind == Kind::PAGE).map(Page);
        Ok(page.and_then(|page| page.deliveries().map(|(_, it)| it).find(&fits)))
    })
    .await
}

async fn end(company: &Company, incident: EntityId) -> Result<()> {
    let body = IncidentChange::MarkFalseAlarm { reason: "a story".to_owned() };
    company.admin().does(vec![change(incident, Body::Incident(body))]).await
}
