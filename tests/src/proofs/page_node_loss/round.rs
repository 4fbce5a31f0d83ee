//! One round: all pages become due, one server is killed in the middle, the other one finishes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use firebell_domain::id::EntityId;
use firebell_protocol::frame::{ToClient, ToServer};
use firebell_protocol::row::Cursor;
use tokio::sync::oneshot;
use xtask::postgres::Cluster;

use super::{DATABASE, PAGES};
use crate::harness::raw::Raw;
use crate::harness::server::{Plan, Server};
use crate::harness::wait;

/// The last page is due so long after the clock was pushed, in milliseconds; the others by then.
const SPREAD_MS: i64 = 2_000;
/// The lease of a job, and a little.
const LEASE_MS: i64 = 11_000;
/// Bound of waits; conditions come much sooner.
const SOON: Duration = Duration::from_secs(60);

/// The two servers.
pub(super) struct Nodes {
    plans: Vec<Plan>,
    nodes: Vec<Server>,
}

impl Nodes {
    pub(super) async fn start(plans: Vec<Plan>) -> Result<Self> {
        let mut nodes = Vec::new();
        for (node, plan) in plans.iter().enumerate() {
            nodes.push(plan.serve(&format!("node-{node}")).await?);
        }
        Ok(Self { plans, nodes })
    }

    pub(super) fn url(&self, node: usize) -> String {
        self.nodes[node].url()
    }
}

/// What a round was like.
pub(super) struct Told {
    /// Pages that had taken their step when the server was killed.
    pub(super) before: u64,
    /// Steps that the dead server held by lease.
    pub(super) held: u64,
    /// Rings that came twice on the connection to the other one.
    pub(super) twice: u64,
    /// From the kill until the last page rang; the lease was pushed over, not waited for.
    pub(super) millis: u128,
}

/// A round under way.
pub(super) struct Round<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) ann: &'a Raw,
    pub(super) step: u32,
    pub(super) doomed: usize,
}

impl Round<'_> {
    pub(super) async fn play(&self, nodes: &mut Nodes) -> Result<Told> {
        let survivor = nodes.url(1 - self.doomed);
        let ann = self.ann.at(&survivor)?;
        let here = ann.end().await?;
        let step = self.step;
        let (ready, listens) = oneshot::channel();
        let hearing = tokio::spawn(async move { listen(&ann, here, step, ready).await });
        wait::within("the listener", SOON, async { Ok(listens.await?) }).await?;
        // From here on a page that has not taken its step is due, or will be within the spread.
        let last = self
            .number("SELECT max(due_at) - firebell_now() FROM job WHERE body LIKE '%step_page%'")?;
        let ahead = self.number("SELECT max(due_at) FROM job WHERE body LIKE '%step_page%'")?;
        self.push(last - SPREAD_MS)?;
        let began = wait::until("pages that took their step", SOON, async || {
            let done = self.done(ahead)?;
            Ok((done > 0).then_some(done))
        });
        began.await?;
        nodes.nodes[self.doomed].kill()?;
        let killed = Instant::now();
        let before = self.done(ahead)?;
        // Once the other one has done all that nobody holds, what is left was the dead one's.
        let held = wait::until("nothing left but what the dead server held", SOON, async || {
            let due = format!("due_at <= {ahead} AND body LIKE '%step_page%'");
            let free = self.number(&format!(
                "SELECT count(*) FROM job
                 WHERE {due} AND coalesce(leased_until, 0) <= firebell_now()"
            ))?;
            if free > 0 {
                return Ok(None);
            }
            // What the other one holds it is about to finish: it does not hold it at the next look.
            let left = || self.number(&format!("SELECT count(*) FROM job WHERE {due}"));
            let (first, second) = (left()?, left()?);
            Ok((first == second).then_some(first))
        })
        .await?;
        self.push(LEASE_MS)?;
        wait::until("every page to take its step", SOON, async || {
            Ok((self.done(ahead)? == PAGES).then_some(()))
        })
        .await?;
        let heard = hearing.await.context("the listener")??;
        let millis = killed.elapsed().as_millis();
        ensure!(heard.len() as u64 == PAGES, "{} pages rang instead of {PAGES}", heard.len());
        let twice = heard.values().map(|times| times - 1).sum();
        nodes.nodes[self.doomed] =
            nodes.plans[self.doomed].serve(&format!("node-{}", self.doomed)).await?;
        Ok(Told { before, held: u64::try_from(held)?, twice, millis })
    }

    /// Pages whose step of this round is taken: their job is due later than all of them were.
    fn done(&self, ahead: i64) -> Result<u64> {
        let sql =
            format!("SELECT count(*) FROM job WHERE due_at > {ahead} AND body LIKE '%step_page%'");
        Ok(u64::try_from(self.number(&sql)?)?)
    }

    fn push(&self, millis: i64) -> Result<()> {
        let sql = format!("UPDATE clock_offset SET ms = ms + {millis}");
        self.cluster.sql(DATABASE, &sql).map(drop)
    }

    fn number(&self, sql: &str) -> Result<i64> {
        // A body is bytes; their text is what is looked into.
        let sql = sql.replace("body LIKE", "convert_from(body, 'UTF8') LIKE");
        let answer = self.cluster.sql(DATABASE, &sql)?;
        answer.trim().parse().with_context(|| format!("{sql} answered {answer:?}"))
    }
}

/// Rings of this step that come on one connection, by page, until all have come and nothing follows.
async fn listen(
    ann: &Raw,
    here: Cursor,
    step: u32,
    ready: oneshot::Sender<()>,
) -> Result<BTreeMap<EntityId, u64>> {
    let mut heard: BTreeMap<EntityId, u64> = BTreeMap::new();
    let mut talk = ann.talk(Some(here)).await?;
    let listening = async {
        // What stands rings on connect: that is over before anything is due.
        let mut standing = BTreeSet::new();
        while (standing.len() as u64) < PAGES {
            if let ToClient::Ring(ring) = talk.next().await? {
                ensure!(ring.step + 1 == step, "step {} rings before {step}", ring.step);
                standing.insert(ring.page);
            }
        }
        ready.send(()).ok();
        let mut asked = false;
        loop {
            match talk.next().await? {
                ToClient::Ring(ring) if ring.step == step => {
                    *heard.entry(ring.page).or_default() += 1;
                }
                ToClient::Pong { .. } if asked => return Ok(()),
                _ => {}
            }
            if heard.len() as u64 == PAGES && !asked {
                asked = true;
                talk.send(&ToServer::Ping {}).await?;
            }
        }
    };
    let outcome = wait::within("every page to ring at the other server", SOON, listening).await;
    outcome.with_context(|| format!("step {step}"))?;
    Ok(heard)
}
