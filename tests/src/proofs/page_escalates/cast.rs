//! Who there is: a server whose clock is pushed, four desktops, and whom each service pages.

use std::path::Path;

use anyhow::{Context, Result};
use firebell_domain::change::Body;
use firebell_domain::directory::{
    AcknowledgeBy, DirectoryChange, PolicyStep, Target, WorkingHours, settings_id,
};
use firebell_domain::id::EntityId;
use firebell_domain::incident::Severity;
use firebell_domain::oncall::Override;
use firebell_domain::time::Timestamp;
use serde_json::{Value, json};

use crate::harness::clock::Clock;
use crate::harness::company::{Company, STEP_SECS};
use crate::harness::headless::Headless;
use crate::harness::raw::{change, fresh, put};
use crate::harness::tap::Tap;

/// Ann declares; Bob and Cid are paged for services; Dan is the IMOC. Eve has left.
const NAMES: [&str; 5] = ["ann", "bob", "cid", "dan", "eve"];

/// A ring: whose desktop, for which page, by which step.
pub(super) type Rang = (String, uuid::Uuid, u32);

/// What is faulty, and so who is paged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::proofs) enum Service {
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
    /// Bob twice, then Cid.
    Retrying,
    /// Bob and Cid, both of whom must acknowledge, then Ann.
    Both,
    /// Bob and Cid in turn, then Ann.
    Round,
    /// Cid for severity 1 alone, then Bob.
    Branching,
    /// Cid outside of all hours of the week, which is never, then Bob.
    Never,
    /// Bob, then the policy that rings Cid.
    HandingOff,
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
    /// `command_within_secs`: how long whoever acknowledges has to see that somebody takes command.
    pub(super) async fn assemble(
        folder: &Path,
        url: &str,
        command_within_secs: u32,
    ) -> Result<Self> {
        let clock = Clock::new(folder)?;
        let company = Company::found(folder, url, Some(&clock), &NAMES).await?;
        let settings = settings_id(company.admin().session().workspace);
        let within = put([("command_within_secs", json!(command_within_secs))]);
        company.admin().does(vec![change(settings, Body::Settings(within))]).await?;
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
        let step = |targets: &[&Target]| {
            PolicyStep::new(targets.iter().map(|one| (*one).clone()).collect(), STEP_SECS)
        };
        let then_cid = company.policy_of(&[step(&[&cid])], json!({})).await?;
        let all_week = WorkingHours {
            zone: "UTC".to_owned(),
            days: (1..=7).collect(),
            from: "00:00".parse()?,
            until: "00:00".parse()?,
            outside: true,
        };
        let retried = PolicyStep { retries: 1, ..step(&[&bob]) };
        let both = PolicyStep { acknowledge: AcknowledgeBy::All, ..step(&[&bob, &cid]) };
        let round = PolicyStep { round_robin: true, ..step(&[&bob, &cid]) };
        let critical = PolicyStep { severities: vec![Severity::One], ..step(&[&cid]) };
        let never = PolicyStep { hours: Some(all_week), ..step(&[&cid]) };
        let two = || vec![step(&[&bob]), step(&[&cid])];
        let none = || json!({});
        let policies: [(Service, Vec<PolicyStep>, Value); 12] = [
            (Service::Two, two(), none()),
            (Service::Repeating, two(), json!({"repeats": 1})),
            (Service::GapFirst, vec![step(&[&gap]), step(&[&cid])], none()),
            (Service::Deserted, vec![step(&[&gap]), step(&[&eve])], none()),
            (Service::Team, vec![step(&[&Target::Team(team)]), step(&[&ann])], none()),
            (Service::Rota, vec![step(&[&Target::Schedule(rota)])], json!({"repeats": 1})),
            (Service::Retrying, vec![retried, step(&[&cid])], none()),
            (Service::Both, vec![both, step(&[&ann])], none()),
            (Service::Round, vec![round, step(&[&ann])], none()),
            (Service::Branching, vec![critical, step(&[&bob])], none()),
            (Service::Never, vec![never, step(&[&bob])], none()),
            (Service::HandingOff, vec![step(&[&bob])], json!({"then": then_cid})),
        ];
        let mut services = Vec::new();
        for (service, steps, more) in policies {
            let policy = company.policy_of(&steps, more).await?;
            services.push((service, company.service(&format!("{service:?}"), policy).await?));
        }
        let imoc = company.policy_of(&[step(&[&dan])], none()).await?;
        let empty = company.policy_of(&[step(&[&gap, &eve])], none()).await?;
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
