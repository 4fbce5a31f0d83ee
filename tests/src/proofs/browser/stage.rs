//! The stage: a server, Ana's desktop in a browser behind a wire that can be cut, and Ben's desktop.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use firebell_client::Client;
use firebell_client::api::table;
use firebell_domain::change::Body;
use serde_json::{Value, json};
use thirtyfour::Key;

use crate::harness::browser::Browser;
use crate::harness::company::Company;
use crate::harness::devhost::Devhost;
use crate::harness::directory;
use crate::harness::headless::{Headless, PASSWORD};
use crate::harness::raw::{change, put};
use crate::harness::server::sqlite_url;
use crate::harness::tap::Tap;
use crate::harness::wait;
use crate::proof::Ground;

/// Bound of waits; conditions come much sooner.
pub(in crate::proofs) const SOON: Duration = Duration::from_secs(60);
/// For what Ana is on call.
const ON_CALL_FOR: &str = "payments-api";

/// Runs before everything in each document: breaches of the policy go to the console, and it is counted
/// what the window asks of its host and which keys it hears.
const WATCH: &str = "
    window.asked = []; window.heard = [];
    const send = window.fetch;
    window.fetch = (to, what) => { window.asked.push(String(to)); return send(to, what); };
    addEventListener('securitypolicyviolation', e =>
      console.error(`policy: ${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
    addEventListener('keydown', e =>
      window.heard.push([e.key, e.keyCode, e.isComposing]), true);";

/// Everything that plays; what it is made of ends in this order.
pub(in crate::proofs) struct Stage {
    pub(in crate::proofs) browser: Browser,
    devhost: Option<Devhost>,
    place: PathBuf,
    ben: Option<Headless>,
    wire: Tap,
    company: Company,
    visits: u32,
    /// The incident that most views are shown of.
    pub(in crate::proofs) incident: String,
    /// The incident that Ana declared by keyboard.
    pub(in crate::proofs) own: String,
    /// A page that rings at Ana's.
    pub(in crate::proofs) page: String,
}

impl Stage {
    /// A founded company, and a browser at a desktop that nobody has signed in to.
    pub(in crate::proofs) async fn set(ground: &Ground) -> Result<Self> {
        let folder = ground.place("server")?;
        let url = sqlite_url(&folder.join("server.db"))?;
        // Ana is the administrator: she sees the editors of the directory, too.
        let company = Company::found(&folder, &url, None, &["ana", "ben"]).await?;
        directory::on_call(&company, ON_CALL_FOR, "ana").await?;
        directory::on_call(&company, "搜索", "ben").await?;
        for name in ["Web shop", "Mobile app", "门店收银"] {
            company.add(|id| change(id, Body::Product(put([("name", json!(name))])))).await?;
        }
        for (name, phone) in [("ana", "+44 20 7946 0101"), ("ben", "+86 10 5555 0102")] {
            let person = company.person(name)?;
            let reached = Body::Person(put([("phone", json!(phone))]));
            company.admin().does(vec![change(person, reached)]).await?;
        }
        let ben = company.desktop("ben").await?;
        let wire = Tap::start(company.server().address()).await?;
        let place = ground.place("ana")?;
        let devhost = Devhost::start(&place).await?;
        let browser = Browser::start(ground.folder(), "en").await?;
        browser.before_documents(WATCH).await?;
        let (incident, own, page) = Default::default();
        let (devhost, ben) = (Some(devhost), Some(ben));
        Ok(Self { browser, devhost, place, ben, wire, company, visits: 0, incident, own, page })
    }

    /// Ends everything, and hands on how it went.
    pub(in crate::proofs) async fn strike<T>(self, result: Result<T>) -> Result<T> {
        let Self { browser, ben, place, .. } = self;
        let told = match result {
            Ok(told) => Ok(told),
            Err(error) => {
                browser.picture(&place.join("failure.png")).await.ok();
                let said = browser.console_errors().await.unwrap_or_default().join("\n");
                Err(error.context(format!("the console: {said}")))
            }
        };
        let closed = browser.close().await;
        if let Some(ben) = ben {
            ben.close().await;
        }
        let told = told?;
        closed.and(Ok(told))
    }

    /// Opens an address of the interface in a new document.
    pub(in crate::proofs) async fn open(&mut self, path: &str, room: &str) -> Result<()> {
        self.visits += 1;
        let host = self.devhost.as_ref().context("the host runs")?.url();
        let mark = if path.contains('?') { '&' } else { '?' };
        let url = format!("{host}{path}{mark}visit={}{room}", self.visits);
        self.browser.open(&url).await
    }

    /// What the window asks its program, asked by its own page.
    pub(in crate::proofs) async fn ask(&self, command: &str, args: Value) -> Result<Value> {
        let body = "const [command, args, done] = arguments;
            fetch(`/api/${command}`, { method: 'POST', body: JSON.stringify(args),
              headers: { 'content-type': 'application/json' } })
              .then(async answer => done({ ok: answer.ok, body: await answer.json() }));";
        let args = vec![json!(command), args];
        let driver = self.browser.driver();
        let answer = driver.execute_async(body, args).await?.json().clone();
        ensure!(answer["ok"] == true, "{command} answered {}", answer["body"]);
        Ok(answer["body"].clone())
    }

    /// How often the window of this document asked for a command.
    pub(in crate::proofs) async fn asked(&self, command: &str) -> Result<u64> {
        let count = format!("return asked.filter(to => to === '/api/{command}').length");
        self.browser.script(&count).await?.as_u64().context("a count")
    }

    /// Nothing went to the console as an error since the last look.
    pub(in crate::proofs) async fn is_quiet(&self, at: &str) -> Result<()> {
        let errors = self.browser.console_errors().await?;
        ensure!(errors.is_empty(), "{at}: the console says {}", errors.join("\n"));
        Ok(())
    }

    /// Ana signs in from the first-start screen, by keyboard alone.
    pub(in crate::proofs) async fn connect(&mut self) -> Result<()> {
        self.look("en", "light").await?;
        self.open("", "").await?;
        let browser = &self.browser;
        browser.find("first-start-server").await?;
        browser.tab_to("first-start-server").await?;
        browser.keys(Key::Enter + "").await?;
        browser.find("connect-server").await?;
        browser.tab_to("connect-server").await?;
        browser.keys(self.wire.url()).await?;
        browser.tab_to("connect-name").await?;
        browser.keys("ana").await?;
        browser.tab_to("connect-password").await?;
        browser.keys(format!("{PASSWORD}{}", Key::Enter.value())).await?;
        browser.reads("sync-word", "that all is sent", SOON, |word| word == "Sent").await?;
        self.is_quiet("signing in").await
    }

    /// Says which language and theme the next documents have.
    pub(in crate::proofs) async fn look(&self, language: &str, theme: &str) -> Result<()> {
        // Nothing moves while axe looks: a colour on its way is no colour that anybody reads.
        let features = [("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")];
        self.browser.prefers(&features).await?;
        if !self.browser.script("return location.href").await?.to_string().contains("127.0.0.1") {
            return Ok(());
        }
        let mut preferences = self.ask("get_preferences", Value::Null).await?;
        preferences["language"] = json!(language);
        preferences["theme"] = json!("system");
        self.ask("set_preferences", preferences).await.map(drop)
    }

    /// Ben declares, some are long over, one is in Ana's hands with a record, one page rings.
    pub(in crate::proofs) async fn fill(&mut self) -> Result<()> {
        let ben = self.ben()?;
        let services = ask(ben, "list_directory", Value::Null).await?;
        let service = |name: &str| {
            let all = services["services"].as_array().into_iter().flatten();
            let found = all.clone().find(|one| one["name"] == name);
            found.map(|one| one["id"].clone()).with_context(|| format!("a service {name}"))
        };
        let over = declare(ben, "Logins were slow", 3, None).await?;
        command(ben, &over, json!({ "action": "take" })).await?;
        let view = ask(ben, "get_incident", over.clone()).await?;
        let end = view["row"]["declared_at"].as_i64().context("a time")?;
        let times = json!({ "impact_start": end - 7_200_000, "detected": end - 3_600_000, "impact_end": end });
        command(ben, &over, json!({ "action": "resolve", "times": times })).await?;
        command(ben, &over, json!({ "action": "close" })).await?;
        let alarm = declare(ben, "A probe cries wolf", 2, Some(service("搜索")?)).await?;
        command(ben, &alarm, json!({ "action": "false_alarm", "reason": "the probe was wrong" }))
            .await?;

        let incident =
            declare(ben, "Search answers with old results", 2, Some(service("搜索")?)).await?;
        command(ben, &incident, json!({ "action": "take" })).await?;
        for (kind, text) in [
            ("message", "Looking at it now"),
            ("observation", "索引停在昨天 23:40,之后没有新的批次"),
            ("change", "Restarted the indexer on search-3"),
            ("decision", "We keep the old index until the new one is whole"),
        ] {
            let entry = json!({ "incident": incident, "kind": kind, "text": text, "at": null });
            ask(ben, "write_line", entry).await?;
        }
        ask(ben, "begin_document", incident.clone()).await?;
        let change = json!({ "incident": incident, "what": "Indexer of search-3 restarted",
            "who": null, "at": null, "how": "systemctl restart", "why": "it stands still", "revert": "", "state": "done" });
        ask(ben, "add_production_change", change).await?;
        let stream =
            json!({ "incident": incident, "name": "索引", "goal": "A whole index by noon" });
        ask(ben, "add_workstream", stream).await?;
        let ana = self.company.person("ana")?;
        let role = json!({ "incident": incident, "role": "tech_lead", "person": ana });
        ask(ben, "assign_role", role).await?;
        declare(ben, "结账页面全部失败", 1, Some(service(ON_CALL_FOR)?)).await?;
        ben.sent().await?;
        self.incident = incident.as_str().context("an id")?.to_owned();
        self.page = wait::until("a page at Ana's", SOON, async || {
            let pages = self.ask("list_my_pages", Value::Null).await?;
            let id = pages.get(0).and_then(|page| page["id"].as_str());
            Ok(id.map(str::to_owned))
        })
        .await?;
        self.level().await
    }

    /// Waits until Ana's desktop has what the server has.
    async fn level(&self) -> Result<()> {
        wait::until("Ana's desktop to know the incident", SOON, async || {
            let view = self.ask("list_stream", json!({ "incident": self.incident, "entries_only": true, "before": null, "limit": 100 })).await?;
            Ok((view["entries"].as_array().map_or(0, Vec::len) >= 4).then_some(()))
        })
        .await
    }

    /// The wire is cut; Ana and Ben give the incident different summaries, and Ana answers her page.
    pub(in crate::proofs) async fn go_offline(&mut self) -> Result<()> {
        self.look("en", "light").await?;
        self.open("", "#/now").await?;
        self.wire.cut();
        self.until_sync("to be offline", |sync| sync["online"] == false).await?;
        edit(self.ben()?, &self.incident, "Search: no new results since 23:40").await?;
        self.ben()?.sent().await?;
        let view = self.ask("get_incident", json!(self.incident)).await?;
        let seen = view["stamps"]["summary"].clone();
        let value = "Results are a day old";
        let edit = json!({ "id": self.incident, "seen": seen, "edit": { "field": "summary", "value": value } });
        self.ask("edit_incident", edit).await?;
        let answer = json!({ "id": self.page, "take_command": true });
        self.ask("acknowledge_page", answer).await.map(drop)
    }

    /// The wire is mended, and Ana's words were refused.
    pub(in crate::proofs) async fn come_back(&self) -> Result<()> {
        self.wire.mend(self.company.server().address());
        self.until_sync("a refusal", |sync| sync["conflicts"] == 1 && sync["online"] == true).await
    }

    async fn until_sync(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Result<()> {
        wait::until(what, SOON, async || {
            let sync = self.ask("get_sync", Value::Null).await?;
            Ok(holds(&sync).then_some(()))
        })
        .await
    }

    /// Ana signs out.
    pub(in crate::proofs) async fn sign_out(&mut self) -> Result<()> {
        self.open("", "#/settings").await?;
        self.browser.click("sign-out").await?;
        self.browser.find("connect-password").await.map(drop)
    }

    /// The desktop comes back with a database that is none.
    pub(in crate::proofs) async fn damage(&mut self) -> Result<()> {
        // Left first: a window in front of a host that ends says so in its console.
        self.browser.open("about:blank").await?;
        self.devhost = None;
        let data = Devhost::data(&self.place);
        let mut damaged = 0;
        for file in fs::read_dir(&data)? {
            let path = file?.path();
            if path.extension().is_some_and(|end| end == "db") {
                fs::write(&path, "this was a database once\n".repeat(400))?;
                damaged += 1;
            }
        }
        ensure!(damaged > 0, "no database in {}", data.display());
        self.devhost = Some(Devhost::start(&self.place).await?);
        self.open("", "").await
    }

    pub(in crate::proofs) fn ben(&self) -> Result<&Headless> {
        self.ben.as_ref().context("Ben has a desktop")
    }
}

/// What a window asks, asked of a desktop without one.
pub(in crate::proofs) async fn ask(desktop: &Client, command: &str, args: Value) -> Result<Value> {
    table::dispatch(desktop, command, args).await.with_context(|| command.to_owned())
}

/// Declares; gives the incident's id.
pub(in crate::proofs) async fn declare(
    desktop: &Client,
    summary: &str,
    severity: u8,
    service: Option<Value>,
) -> Result<Value> {
    let form = json!({
        "summary": summary, "description": "Seen by three customers in Berlin", "severity": severity,
        "service": service, "products": [], "detected_by": "customer", "impact_start": null,
        "restricted": false, "drill": false,
    });
    Ok(ask(desktop, "declare_incident", form).await?["id"].take())
}

async fn command(desktop: &Client, id: &Value, action: Value) -> Result<()> {
    let view = ask(desktop, "get_incident", id.clone()).await?;
    let args = json!({ "id": id, "seen": view["stamps"]["command"], "action": action });
    ask(desktop, "command_incident", args).await.map(drop)
}

async fn edit(desktop: &Client, id: &str, summary: &str) -> Result<()> {
    let view = ask(desktop, "get_incident", json!(id)).await?;
    let edit = json!({ "field": "summary", "value": summary });
    let args = json!({ "id": id, "seen": view["stamps"]["summary"], "edit": edit });
    ask(desktop, "edit_incident", args).await.map(drop)
}
