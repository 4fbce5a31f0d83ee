//! A company: a server, its people, whom they page for what, and their desktops.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use firebell_domain::change::{Body, Change};
use firebell_domain::directory::{DirectoryChange, PolicyStep, Target, settings_id};
use firebell_domain::id::EntityId;
use firebell_protocol::row::Cursor;
use serde_json::{Value, json};

use super::clock::Clock;
use super::headless::{Headless, PASSWORD, SOON};
use super::raw::{Raw, change, fresh, put};
use super::server::{Plan, Server};
use super::wait;

/// How long every step of a policy here waits.
pub const STEP_SECS: u32 = 300;

/// A company with one running server.
pub struct Company {
    folder: PathBuf,
    plan: Plan,
    server: Server,
    admin: Raw,
    people: BTreeMap<String, EntityId>,
}

impl Company {
    /// Founds one; the first of the people is its administrator.
    pub async fn found(
        folder: &Path,
        database_url: &str,
        clock: Option<&Clock>,
        names: &[&str],
    ) -> Result<Self> {
        let plan = Plan::new(folder, database_url);
        let plan = match clock {
            Some(clock) => plan.clock(clock),
            None => plan,
        };
        Self::found_by(folder, plan, names).await
    }

    /// The same, with a server started by this plan.
    pub async fn found_by(folder: &Path, plan: Plan, names: &[&str]) -> Result<Self> {
        let mut people = BTreeMap::new();
        for (index, name) in names.iter().enumerate() {
            people.insert((*name).to_owned(), add(&plan, name, index == 0)?);
        }
        let server = plan.serve("server").await?;
        let first = names.first().context("a company without people")?;
        let admin = Raw::sign_in(&server.url(), first).await?;
        Ok(Self { folder: folder.to_owned(), plan, server, admin, people })
    }

    /// What its servers are started with.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Its server.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Its administrator, who has no desktop.
    pub fn admin(&self) -> &Raw {
        &self.admin
    }

    /// Somebody's id.
    pub fn person(&self, name: &str) -> Result<EntityId> {
        self.people.get(name).copied().with_context(|| format!("nobody is called {name}"))
    }

    /// Ends the server and starts another; `between` happens while there is none.
    pub async fn restart(&mut self, between: impl FnOnce(&Plan) -> Result<()>) -> Result<()> {
        self.server.stop().await?;
        between(&self.plan)?;
        self.server = self.plan.serve("server").await?;
        self.admin = self.admin.at(&self.server.url())?;
        Ok(())
    }

    /// Somebody's new desktop, in a folder of its own.
    pub async fn desktop(&self, name: &str) -> Result<Headless> {
        self.desktop_by(name, &self.server.url()).await
    }

    /// The same, over another way to the server.
    pub async fn desktop_by(&self, name: &str, url: &str) -> Result<Headless> {
        Headless::sign_in(&self.folder.join(format!("desktop-{name}")), url, name).await
    }

    /// A policy with these steps.
    pub async fn policy(&self, steps: &[&[Target]], repeats: u32) -> Result<EntityId> {
        let timeout_secs = STEP_SECS;
        let steps = steps.iter().map(|targets| PolicyStep::new(targets.to_vec(), timeout_secs));
        let steps: Vec<PolicyStep> = steps.collect();
        let fields =
            [("name", json!("policy")), ("steps", json!(steps)), ("repeats", json!(repeats))];
        self.add(|id| change(id, Body::Policy(put(fields)))).await
    }

    /// A policy with these steps and whatever else is said about it.
    pub async fn policy_of(&self, steps: &[PolicyStep], more: Value) -> Result<EntityId> {
        let mut fields = json!({"name": "policy", "steps": steps});
        if let (Some(fields), Value::Object(more)) = (fields.as_object_mut(), more) {
            fields.extend(more);
        }
        let fields = serde_json::from_value(fields)?;
        self.add(|id| change(id, Body::Policy(DirectoryChange::Put { fields }))).await
    }

    /// A service that pages by this policy.
    pub async fn service(&self, name: &str, policy: EntityId) -> Result<EntityId> {
        let fields = [("name", json!(name)), ("policy", json!(policy))];
        self.add(|id| change(id, Body::Service(put(fields)))).await
    }

    /// The policy of the IMOC roster.
    pub async fn set_imoc(&self, policy: Option<EntityId>) -> Result<()> {
        let settings = settings_id(self.admin.session().workspace);
        let body = Body::Settings(put([("imoc_policy", json!(policy))]));
        self.admin.does(vec![change(settings, body)]).await
    }

    /// Something new in the directory.
    pub async fn add(&self, make: impl FnOnce(EntityId) -> Change) -> Result<EntityId> {
        let id = fresh();
        self.admin.does(vec![make(id)]).await?;
        Ok(id)
    }

    /// Waits until all these desktops have all of the log, nothing waits at them, and their heads are
    /// the server's.
    pub async fn level(&self, desktops: &[&Headless]) -> Result<Cursor> {
        wait::until("all desktops to be level with the server", SOON, async || {
            for desktop in desktops {
                if desktop.get_sync(()).await?.waiting > 0 {
                    return Ok(None);
                }
            }
            // Read last: what came meanwhile only means one more look.
            let end = self.admin.end().await?;
            for desktop in desktops {
                if desktop.cursor().await? != Some(end) {
                    return Ok(None);
                }
            }
            Ok(Some(end))
        })
        .await
    }
}

/// Makes an account as an administrator does at a terminal.
pub fn add(plan: &Plan, name: &str, admin: bool) -> Result<EntityId> {
    let shown = format!("{} of tests", name.to_uppercase());
    let said = plan.add_user(name, &shown, PASSWORD, admin)?;
    let said: serde_json::Value = serde_json::from_str(said.trim())?;
    let person = said.get("person").and_then(|id| id.as_str());
    Ok(person.context("the program names the new person")?.parse()?)
}
