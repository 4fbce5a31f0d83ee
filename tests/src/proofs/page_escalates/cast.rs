//! Who there is: a server whose clock is pushed, four desktops, and whom each service pages.

use std::path::Path;

use anyhow::{Context, Result};
use firebell_domain::change::Body;
use firebell_domain::directory::{DirectoryChange, Target};
use firebell_domain::id::EntityId;
use firebell_domain::oncall::Override;
use firebell_domain::time::Timestamp;
use serde_json::{Value, json};

use crate::harness::clock::Clock;
use crate::harness::company::Company;
use crate::harness::headless::Headless;
use crate::harness::raw::{change, fresh, put};
use crate::harness::tap::Tap;

/// Ann declares; Bob and Cid are paged for services; Dan is the IMOC. Eve has left.
const NAMES: [&str; 5] = ["ann", "bob", "cid", "dan", "eve"];

/// A ring: whose desktop, for which page, by which step.
pub(super) type Rang = (String, uuid::Uuid, u32);

/// What is faulty, and so who is paged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    /// None was named.
    Unknown,
    /// Bob, then Cid.
    Two,
    /// Bob, then Cid, and both again.
    Repeating,
    /// A schedule with nobody in it, then Cid.
    GapFirst,
    /// A schedule with nobody in it, then Eve, who has left.
    Deserted,
    /// Bob and Cid together, then Ann.
    Team,
    /// Whoever is on call, twice.
    Rota,
}

/// Everybody and everything.
pub(super) struct Cast {
    pub(super) company: Company,
    pub(super) clock: Clock,
    desktops: Vec<Headless>,
    wires: Vec<Tap>,
    services: Vec<(Service, EntityId)>,
    rota: EntityId,
    imoc: EntityId,
    empty: EntityId,
}

impl Cast {
    pub(super) async fn assemble(folder: &Path, url: &str) -> Result<Self> {
        let clock = Clock::new(folder)?;
        let company = Company::found(folder, url, Some(&clock), &NAMES).await?;
        let person = |name| company.person(name).map(Target::Person);
        let (ann, bob, cid, dan) = (person("ann")?, person("bob")?, person("cid")?, person("dan")?);
        let eve = company.person("eve")?;
        let gone = Body::Person(put([("active", json!(false))]));
        company.admin().does(vec![change(eve, gone)]).await?;
        let gap = Target::Schedule(schedule(&company, &[]).await?);
        let rota = schedule(&company, &[company.person("bob")?]).await?;
        let team =
            company.add(|id| change(id, Body::Team(put([("name", json!("payments"))])))).await?;
        for name in ["bob", "cid"] {
            let member = company.person(name)?;
            let join =
                DirectoryChange::Add { list: "members".into(), member, value: Value::Bool(true) };
            company.admin().does(vec![change(team, Body::Team(join))]).await?;
        }
        let eve = Target::Person(eve);
        let policies: [(Service, &[&[Target]], u32); 6] = [
            (Service::Two, &[&[bob], &[cid]], 0),
            (Service::Repeating, &[&[bob], &[cid]], 1),
            (Service::GapFirst, &[&[gap], &[cid]], 0),
            (Service::Deserted, &[&[gap], &[eve]], 0),
            (Service::Team, &[&[Target::Team(team)], &[ann]], 0),
            (Service::Rota, &[&[Target::Schedule(rota)]], 1),
        ];
        let mut services = Vec::new();
        for (service, steps, repeats) in policies {
            let policy = company.policy(steps, repeats).await?;
            services.push((service, company.service(&format!("{service:?}"), policy).await?));
        }
        let imoc = company.policy(&[&[dan]], 0).await?;
        let empty = company.policy(&[&[gap, eve]], 0).await?;
        company.set_imoc(Some(imoc)).await?;
        let (mut desktops, mut wires) = (Vec::new(), Vec::new());
        for name in &NAMES[..4] {
            let wire = Tap::start(company.server().address()).await?;
            desktops.push(company.desktop_by(name, &wire.url()).await?);
            wires.push(wire);
        }
        Ok(Self { company, clock, desktops, wires, services, rota, imoc, empty })
    }

    /// Somebody's desktop.
    pub(super) fn desktop(&self, name: &str) -> Result<&Headless> {
        let found = self.desktops.iter().find(|desktop| desktop.name() == name);
        found.with_context(|| format!("{name} has no desktop"))
    }

    pub(super) fn desktops(&self) -> &[Headless] {
        &self.desktops
    }

    /// Its wire to the server.
    pub(super) fn wire(&self, name: &str) -> Result<&Tap> {
        let place = NAMES.iter().position(|one| *one == name);
        place.and_then(|place| self.wires.get(place)).with_context(|| format!("{name} has no wire"))
    }

    pub(super) fn service(&self, service: Service) -> Option<EntityId> {
        self.services.iter().find(|(one, _)| *one == service).map(|(_, id)| *id)
    }

    /// From now on the IMOC roster is Dan, or has nobody, or is not there.
    pub(super) async fn imoc(&self, roster: Option<bool>) -> Result<()> {
        let policy = roster.map(|staffed| if staffed { self.imoc } else { self.empty });
        self.company.set_imoc(policy).await
    }

    /// Somebody stands in on the rota in an hour, for an hour.
    pub(super) async fn stand_in(&self, name: &str) -> Result<()> {
        let id = fresh();
        let start = Timestamp(self.clock.now()?).plus_secs(3_600);
        let stand_in = Override {
            id,
            person: Some(self.company.person(name)?),
            replaces: None,
            start,
            end: start.plus_secs(3_600),
            created: u64::try_from(start.0)?,
            adds: false,
            swap: None,
        };
        let add = DirectoryChange::Add {
            list: "overrides".to_owned(),
            member: id,
            value: json!(stand_in),
        };
        self.company.admin().does(vec![change(self.rota, Body::Schedule(add))]).await
    }

    /// Everything that rang so far, at all desktops.
    pub(super) fn rings(&self) -> Vec<Rang> {
        let of = |desktop: &Headless| -> Vec<Rang> {
            let name = desktop.name().to_owned();
            let rings = desktop.host().rings().into_iter();
            rings.map(|ring| (name.clone(), ring.page, ring.step)).collect()
        };
        self.desktops.iter().flat_map(of).collect()
    }

    pub(super) async fn leave(self) {
        for desktop in self.desktops {
            desktop.close().await;
        }
    }
}

/// A schedule of which these people take turns.
async fn schedule(company: &Company, people: &[EntityId]) -> Result<EntityId> {
    let rotation = json!({
        "people": people, "hand_off": "09:00", "first_day": "2020-01-01", "turn_days": 7,
    });
    let fields =
        [("name", json!("rota")), ("zone", json!("Europe/London")), ("rotation", rotation)];
    company.add(|id| change(id, Body::Schedule(put(fields)))).await
}
