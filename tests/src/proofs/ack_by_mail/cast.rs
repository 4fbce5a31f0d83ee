//! Who there is: a server that knows its own address, a mail server, Bob at a desktop, and people whose
//! mailboxes behave each in its way.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use firebell_domain::change::Body;
use firebell_domain::directory::Target;
use firebell_domain::entity::{Entity, Kind};
use firebell_domain::id::EntityId;
use firebell_domain::incident::{IncidentChange, Severity};
use firebell_domain::paging::{Delivery, Page, PageState};
use serde_json::json;

use crate::harness::browse::{Answer, ask};
use crate::harness::clock::Clock;
use crate::harness::company::Company;
use crate::harness::headless::{Headless, SOON};
use crate::harness::incident::of_service;
use crate::harness::mail::{Mail, MailServer};
use crate::harness::process::free_port;
use crate::harness::raw::{change, fresh, put};
use crate::harness::server::Plan;
use crate::harness::tap::Tap;
use crate::harness::wait;

/// Ann is the administrator; the others are paged. Only Bob has a desktop.
const NAMES: [&str; 5] = ["ann", "bob", "cid", "dan", "eve"];
/// What the mailbox of each does: see the mail server's program.
const ADDRESSES: [(&str, &str); 3] =
    [("bob", "bob@mail.test"), ("cid", "later-cid@mail.test"), ("dan", "nobody-dan@mail.test")];

/// A little longer than one person is left in peace after a message.
pub(super) const QUIET_SECS: u64 = 61;

/// Everybody and everything.
pub(super) struct Cast {
    pub(super) company: Company,
    pub(super) clock: Clock,
    pub(super) mail: MailServer,
    pub(super) bob: Headless,
    pub(super) wire: Tap,
    services: BTreeMap<&'static str, EntityId>,
    expected: Cell<usize>,
}

impl Cast {
    pub(super) async fn assemble(folder: &Path, url: &str) -> Result<Self> {
        let clock = Clock::new(folder)?;
        let mail = MailServer::start(folder).await?;
        let port = free_port()?;
        let plan = Plan::new(folder, url)
            .clock(&clock)
            .port(port)
            .env("FIREBELL_SMTP_URL", mail.url())
            .env("FIREBELL_MAIL_FROM", "Firebell <firebell@firebell.example>")
            .env("FIREBELL_PUBLIC_URL", format!("http://127.0.0.1:{port}/"))
            // One address, so that all others of this computer are out of reach.
            .env("FIREBELL_ALLOW_WEBHOOK_RANGE", "127.0.0.1/32");
        let company = Company::found_by(folder, plan, &NAMES).await?;
        for (name, address) in ADDRESSES {
            let fields = [("email", json!(address)), ("language", json!("en"))];
            let person = company.person(name)?;
            company.admin().does(vec![change(person, Body::Person(put(fields)))]).await?;
        }
        let ann = Target::Person(company.person("ann")?);
        let mut services = BTreeMap::new();
        for name in ["bob", "cid", "dan", "eve"] {
            let person = Target::Person(company.person(name)?);
            let policy = company.policy(&[&[person], std::slice::from_ref(&ann)], 0).await?;
            services.insert(name, company.service(name, policy).await?);
        }
        let wire = Tap::start(company.server().address()).await?;
        let bob = company.desktop_by("bob", &wire.url()).await?;
        bob.online().await?;
        Ok(Self { company, clock, mail, bob, wire, services, expected: Cell::new(0) })
    }

    /// Ann declares an incident for which this person is paged first.
    pub(super) async fn declare(
        &self,
        for_whom: &str,
        severity: Severity,
        restricted: bool,
    ) -> Result<EntityId> {
        let service = self.services.get(for_whom).copied();
        let incident = fresh();
        let service = service.with_context(|| format!("nothing pages {for_whom}"))?;
        let summary = format!("checkout fails for {for_whom}");
        let declare = of_service(service, severity, summary, restricted);
        self.company.admin().does(vec![change(incident, Body::Incident(declare))]).await?;
        Ok(incident)
    }

    /// Everything about an incident, as the server has it. Whoever declared it sees it.
    pub(super) async fn page(&self, incident: EntityId) -> Result<Entity> {
        wait::until("the page", SOON, async || {
            let entities = self.company.admin().incident(incident).await?;
            Ok(entities.into_iter().find(|entity| entity.kind == Kind::PAGE))
        })
        .await
    }

    /// Waits until the page is as wanted.
    pub(super) async fn page_is<T>(
        &self,
        incident: EntityId,
        what: &str,
        look: impl Fn(Page<'_>) -> Option<T>,
    ) -> Result<T> {
        wait::until(what, SOON, async || Ok(look(Page(&self.page(incident).await?)))).await
    }

    /// Waits until one of its deliveries is as wanted.
    pub(super) async fn delivery_is(
        &self,
        incident: EntityId,
        what: &str,
        fits: impl Fn(&Delivery) -> bool,
    ) -> Result<(String, Delivery)> {
        self.page_is(incident, what, |page| page.deliveries().find(|(_, it)| fits(it))).await
    }

    /// Waits for the next mail to a person that no story has had yet.
    pub(super) async fn next_mail(&self, name: &str) -> Result<Mail> {
        let address = ADDRESSES.iter().find(|(one, _)| *one == name).map(|(_, address)| *address);
        let address = address.with_context(|| format!("{name} has no address"))?;
        let before = self.mail.mails()?.len();
        ensure!(before <= self.expected.get() + 1, "{before} mails came before their time");
        let all = async || {
            let mails = self.mail.mails()?;
            Ok(mails.into_iter().nth(self.expected.get()))
        };
        let mail = wait::until(&format!("a mail to {name}"), SOON, all).await?;
        self.expected.set(self.expected.get() + 1);
        ensure!(mail.to == address, "a mail to {} where one to {address} was due", mail.to);
        Ok(mail)
    }

    /// Mails in stories so far.
    pub(super) fn expected(&self) -> usize {
        self.expected.get()
    }

    /// The path of the acknowledge link in a mail.
    pub(super) fn link(&self, mail: &Mail) -> Result<String> {
        let start = format!("{}/a/", self.company.server().url());
        let lines: Vec<&str> = mail.text.lines().filter(|line| line.starts_with(&start)).collect();
        ensure!(lines.len() == 1, "{} links in {}", lines.len(), mail.text);
        ensure!(mail.html.contains(lines[0]), "the link is not in the HTML");
        Ok(format!("/a/{}", &lines[0][start.len()..]))
    }

    /// Asks the server for a path without a session.
    pub(super) async fn ask(&self, method: &str, path: &str) -> Result<Answer> {
        ask(self.company.server().address(), method, path).await
    }

    /// Pushes the server's clock.
    pub(super) fn push(&mut self, secs: u64) -> Result<()> {
        self.clock.push(Duration::from_secs(secs))
    }

    /// Ends a story: whoever still rings is quiet before the next one, and may be written to again.
    pub(super) async fn settle(&mut self, incident: EntityId) -> Result<()> {
        let body = Body::Incident(IncidentChange::TakeCommand {});
        self.company.admin().does(vec![change(incident, body)]).await?;
        let body = Body::Incident(IncidentChange::MarkFalseAlarm { reason: "a story".to_owned() });
        self.company.admin().does(vec![change(incident, body)]).await?;
        let quiet = |page: Page<'_>| (page.state() != PageState::Ringing).then_some(());
        self.page_is(incident, "the page to end with its incident", quiet).await?;
        self.push(QUIET_SECS)
    }

    pub(super) async fn leave(self) {
        self.bob.close().await;
    }
}
