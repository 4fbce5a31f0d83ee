//! `ack-race`: somebody acknowledges at the very instant at which the next step is due, at two servers on
//! one database. Either it is acknowledged and nothing rings any more, or the next one rang before and is
//! told at once that it is taken.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use firebell_domain::change::{Author, Body, Change};
use firebell_domain::directory::{DirectoryChange, PolicyStep, Target};
use firebell_domain::entity::{Entity, Kind};
use firebell_domain::id::{DeviceId, EntityId, WorkspaceId};
use firebell_domain::incident::{DetectedBy, IncidentChange, Severity};
use firebell_domain::paging::{Page, PageChange, PageState};
use firebell_domain::time::Timestamp;
use firebell_protocol::frame::Verdict;
use firebell_server::append::{AppendEvent, Appender, Request};
use firebell_server::memory::MemoryStore;
use firebell_server::store::{SharedStore, Store};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use tokio::sync::broadcast::Receiver;

use crate::harness::raw::{change, fresh, put, set};
use crate::proof::{Ground, Proof, Report};

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "ack-race",
    line: "acknowledged while the next step goes: nothing more rings, or who rang is told at once that it is taken",
    run: |ground| Box::pin(run(ground)),
};

/// Every run races the same way.
const SEED: u64 = 0x0f1e_be11;
const STEP_SECS: i64 = 60;
/// How often either side may step back before it goes, at most.
const YIELDS: u32 = 6;
const BEGIN: Timestamp = Timestamp(1_790_000_000_000);

/// Two servers on one database, and a service that pages Ann, then Bob.
struct Scene {
    store: MemoryStore,
    /// The one that people push to, and the one that takes due jobs.
    nodes: [Appender; 2],
    events: [Receiver<AppendEvent>; 2],
    now: Timestamp,
    ann: EntityId,
    bob: EntityId,
    service: EntityId,
    device: DeviceId,
    number: u64,
}

/// How a race ended.
#[derive(Default)]
struct Ends {
    answered_first: u64,
    rang_first: u64,
    together: u64,
}

async fn run(ground: Ground) -> Result<Report> {
    let races = ground.size().pick(1_000, 50_000);
    let mut random = StdRng::seed_from_u64(SEED);
    let mut scene = Scene::set_up().await?;
    let mut ends = Ends::default();
    for number in 0..races {
        scene.race(&mut random, &mut ends).await.with_context(|| format!("race {number}"))?;
    }
    // If one side always won, these were no races.
    ensure!(ends.answered_first > races / 20, "the answer was first {} times", ends.answered_first);
    ensure!(ends.rang_first > races / 20, "the step was first {} times", ends.rang_first);
    Ok(Report::new(races, "races")
        .figure("acknowledged first: nothing more rang", ends.answered_first)
        .figure("rang first: told at once that it is taken", ends.rang_first)
        .figure("of those in one commit, so that no ring was sent", ends.together)
        .figure("rang after the acknowledgement", 0))
}

impl Scene {
    async fn set_up() -> Result<Self> {
        let store = MemoryStore::new(WorkspaceId(fresh().0));
        store.set_now(BEGIN);
        let shared: SharedStore = Arc::new(store.clone());
        let nodes = [Appender::start(shared.clone()).await?, Appender::start(shared).await?];
        let events = [nodes[0].subscribe(), nodes[1].subscribe()];
        let [ann, bob, policy, service] = [fresh(), fresh(), fresh(), fresh()];
        let device = DeviceId(fresh().0);
        let mut scene =
            Self { store, nodes, events, now: BEGIN, ann, bob, service, device, number: 0 };
        let step = |who| PolicyStep::new(vec![Target::Person(who)], STEP_SECS as u32);
        let steps = json!([step(ann), step(bob)]);
        let named = |name: &str| -> DirectoryChange { put([("name", json!(name))]) };
        let first = [
            change(ann, Body::Person(named("Ann"))),
            change(bob, Body::Person(named("Bob"))),
            change(policy, Body::Policy(put([("name", json!("P")), ("steps", steps)]))),
            change(service, Body::Service(put([("name", json!("S")), ("policy", json!(policy))]))),
        ];
        scene.push(Author::Server, &first).await?;
        Ok(scene)
    }

    fn request(&mut self, author: Author, changes: &[Change]) -> Result<Request> {
        self.number += 1;
        Ok(Request::new(set(self.number, changes)?, author, Some(self.device), false))
    }

    async fn push(&mut self, author: Author, changes: &[Change]) -> Result<(u64, u64)> {
        let request = self.request(author, changes)?;
        rows(&self.nodes[0].push(vec![request]).await[0].verdict)
    }

    async fn race(&mut self, random: &mut StdRng, ends: &mut Ends) -> Result<()> {
        let incident = fresh();
        self.push(Author::Person(self.bob), &[change(incident, declaration(self.service))]).await?;
        let page = self.page(incident).await?.id;
        // Ann's desktop shows it, so that the step keeps its time; she takes command with her answer.
        let receive = PageChange::Receive {
            step: 0,
            device: self.device,
            reached: firebell_domain::paging::Reached::Shown,
            detail: String::new(),
            silently: false,
            held_back: false,
        };
        self.push(Author::Person(self.ann), &[change(page, Body::Page(receive))]).await?;
        self.now = self.now.plus_secs(STEP_SECS);
        self.store.set_now(self.now);
        let jobs = self.store.claim_jobs(10, 100).await?;
        ensure!(jobs.len() == 1, "{} jobs are due", jobs.len());
        self.drain();
        let answer = [
            change(page, Body::Page(PageChange::Acknowledge {})),
            change(incident, Body::Incident(IncidentChange::TakeCommand {})),
        ];
        let answer = self.request(Author::Person(self.ann), &answer)?;
        let waits = [random.random_range(0..YIELDS), random.random_range(0..YIELDS)];
        // Through one server they may come into one commit, through two they take turns at the lock.
        let other = random.random_bool(0.7);
        let (here, there) = (self.nodes[0].clone(), self.nodes[usize::from(other)].clone());
        let answers = tokio::spawn(async move {
            step_back(waits[0]).await;
            here.push(vec![answer]).await
        });
        let steps = tokio::spawn(async move {
            step_back(waits[1]).await;
            there.run_jobs(jobs).await
        });
        let acknowledged = rows(&answers.await?[0].verdict)?.0;
        steps.await??;
        self.look(page, acknowledged, ends).await?;
        // And for all time after it.
        self.now = self.now.plus_secs(86_400);
        self.store.set_now(self.now);
        let late = self.store.claim_jobs(10, 100).await?;
        self.nodes[1].run_jobs(late).await?;
        ensure!(self.drain().iter().all(|event| event.rings.is_empty()), "it rang a day later");
        ensure!(self.store.next_job_in().await?.is_none(), "something is still to come");
        Ok(())
    }

    /// What was told, and what stands in the record.
    async fn look(&mut self, page: EntityId, acknowledged: u64, ends: &mut Ends) -> Result<()> {
        let events = self.drain();
        let stored = self.store.entities(&[page]).await?.pop().context("the page")?;
        let view = Page(&stored);
        ensure!(view.state() == PageState::Acknowledged, "it is {:?}", view.state());
        ensure!(view.acknowledged_by() == Some(self.ann), "somebody else has it");
        ensure!(!view.rings_for(self.bob), "it goes on ringing for Bob");
        let told: Vec<u64> = events
            .iter()
            .filter(|event| event.pages_changed.contains(&page) && event.seq >= acknowledged)
            .map(|event| event.seq)
            .collect();
        ensure!(!told.is_empty(), "nobody is told that it is taken");
        let rings: Vec<u64> =
            events.iter().filter(|event| !event.rings.is_empty()).map(|event| event.seq).collect();
        ensure!(rings.iter().all(|ring| *ring < acknowledged), "it rang after the acknowledgement");
        match (view.step(), rings.len()) {
            (Some(0), 0) => ends.answered_first += 1,
            // Step and answer in one commit: the ring is not even sent.
            (Some(1), 0) => {
                ends.rang_first += 1;
                ends.together += 1;
            }
            (Some(1), 1) => ends.rang_first += 1,
            (step, rings) => anyhow::bail!("step {step:?} with {rings} rings"),
        }
        Ok(())
    }

    fn drain(&mut self) -> Vec<AppendEvent> {
        let mut all = Vec::new();
        for events in &mut self.events {
            while let Ok(event) = events.try_recv() {
                all.push(event);
            }
        }
        all
    }

    async fn page(&self, incident: EntityId) -> Result<Entity> {
        let entities = self.store.entities_of(incident).await?;
        entities.into_iter().find(|entity| entity.kind == Kind::PAGE).context("a page")
    }
}

async fn step_back(times: u32) {
    for _ in 0..times {
        tokio::task::yield_now().await;
    }
}

fn rows(verdict: &Verdict) -> Result<(u64, u64)> {
    match verdict {
        Verdict::Accepted { first, last } => Ok((*first, *last)),
        other => anyhow::bail!("not accepted: {other:?}"),
    }
}

fn declaration(service: EntityId) -> Body {
    Body::Incident(IncidentChange::Declare {
        number: None,
        summary: "Checkout answers 500".to_owned(),
        description: String::new(),
        severity: Severity::One,
        service: Some(service),
        products: Vec::new(),
        detected_by: DetectedBy::Observation,
        impact_start: None,
        restricted: false,
        drill: false,
    })
}
