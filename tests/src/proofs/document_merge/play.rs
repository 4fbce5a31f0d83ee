//! One seed: who writes, what is lost, and what must stand in the end.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use anyhow::{Result, ensure};
use firebell_client::store::Identity;
use firebell_domain::{
    chain::Hash,
    change::{Body, Change, ChangeSet},
    document::{Text, seed, template},
    entity::Kind,
    id::{ChangeId, DeviceId, EntityId, SetId, WorkspaceId},
    incident::IncidentChange,
    time::Timestamp,
};
use firebell_server::{
    Options, Server, append::Request, delivery::line::Session, documents::Copy,
    memory::MemoryStore, store::Documents,
};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde_json::json;
use uuid::Uuid;

use super::desk::Desk;
use crate::harness::incident::declare;

/// What happened.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) edits: u64,
    pub(super) written: u64,
    pub(super) deleted: u64,
    pub(super) lost: u64,
    pub(super) missed: u64,
    pub(super) crashes: u64,
    pub(super) exchanges: u64,
}

impl Told {
    pub(super) fn add(&mut self, other: &Self) {
        self.edits += other.edits;
        self.written += other.written;
        self.deleted += other.deleted;
        self.lost += other.lost;
        self.missed += other.missed;
        self.crashes += other.crashes;
        self.exchanges += other.exchanges;
    }

    /// A simulation in which nothing goes wrong shows nothing.
    pub(super) fn covers_everything(&self) -> Result<()> {
        for (what, count) in [
            ("letters deleted", self.deleted),
            ("answers lost", self.lost),
            ("updates lost", self.missed),
            ("desktops that died", self.crashes),
        ] {
            ensure!(count > 0, "no {what}");
        }
        Ok(())
    }
}

/// Letters, each of which is written once: Chinese ones, of which there are enough, and none of which stands
/// in the headings.
struct Letters(Box<dyn Iterator<Item = char>>);

impl Letters {
    fn new() -> Self {
        let plain = ('\u{4e00}'..='\u{9fff}').chain('\u{3400}'..='\u{4dbf}');
        Self(Box::new(plain.chain('\u{ac00}'..='\u{d7a3}')))
    }

    fn some(&mut self, count: usize) -> String {
        self.0.by_ref().take(count).collect()
    }
}

/// What is typed by a desk that dies before it is handed over may be gone; all else must be right.
#[derive(Default)]
struct Ledger {
    written: BTreeSet<char>,
    deleted: BTreeSet<char>,
}

pub(super) async fn play(folder: &Path, number: u64, edits: usize) -> Result<Told> {
    let mut rng = StdRng::seed_from_u64(number);
    let mut told = Told::default();
    let mut letters = Letters::new();
    let mut ledger = Ledger::default();
    let workspace = WorkspaceId(Uuid::from_u128(1));
    let store = MemoryStore::new(workspace);
    let server = Server::start(Arc::new(store.clone()), Options::default()).await?;
    let node = Arc::clone(server.node());
    let incident = EntityId(Uuid::from_u128(2));
    let people: Vec<EntityId> = (10..13).map(|n| EntityId(Uuid::from_u128(n))).collect();
    found(&node, incident, &people).await?;
    let mut desks = Vec::new();
    for (n, person) in people.iter().enumerate() {
        let device = DeviceId(Uuid::from_u128(20 + n as u128));
        let whose = Identity { workspace, person: *person, device };
        let session = Session { person: *person, device, token: Hash::ZERO };
        let path = folder.join(format!("{n}.db"));
        let mut desk = Desk::open(path, whose, session, incident, 100 + n as u32).await?;
        // Each begins it by themselves: they are offline.
        let begun = seed("en");
        desk.window.apply([&begun[..]])?;
        desk.typed(begun);
        desk.save().await?;
        desks.push(desk);
    }
    let mut left: Vec<usize> = (0..desks.len()).flat_map(|n| vec![n; edits]).collect();
    left.shuffle(&mut rng);
    // The third is offline from beginning to end.
    for desk in &mut desks[..2] {
        desk.look(&node);
    }
    for (turn, n) in left.into_iter().enumerate() {
        let desk = &mut desks[n];
        edit(desk, &mut letters, &mut ledger, &mut rng, &mut told);
        if rng.random_ratio(1, 6) {
            desk.save().await?;
        }
        if desk.online && rng.random_ratio(1, 12) {
            desk.hear(&mut rng, &mut told).await?;
            desk.exchange(&node, true, &mut rng, &mut told).await?;
            desk.read().await?;
        }
        if n < 2 && rng.random_ratio(1, 400) {
            if desk.online { desk.leave(&node) } else { desk.look(&node) }
        }
        if rng.random_ratio(1, 1_500) {
            die(desk, &node, 1_000 + turn as u32, &mut ledger).await?;
            told.crashes += 1;
        }
    }
    settle(&mut desks, &node, &mut rng, &mut told).await?;
    check(&desks, &store, incident, &ledger).await?;
    told.written = ledger.written.len() as u64;
    told.deleted = ledger.deleted.len() as u64;
    server.shutdown().await;
    Ok(told)
}

/// People and an incident that all of them see.
async fn found(
    node: &firebell_server::node::Node,
    incident: EntityId,
    people: &[EntityId],
) -> Result<()> {
    let mut changes = Vec::new();
    let mut change = |entity, body| {
        let id = ChangeId(Uuid::now_v7());
        let at = Timestamp(1_760_000_000_000);
        changes.push(Change { id, entity, at, seen: Default::default(), body });
    };
    for person in people {
        let fields = [("name".to_owned(), json!("Somebody"))].into_iter().collect();
        let put = firebell_domain::directory::DirectoryChange::Put { fields };
        let body = Body::directory(&Kind::PERSON, put);
        change(*person, body.ok_or_else(|| anyhow::anyhow!("people are in the directory"))?);
    }
    let declared: IncidentChange = declare(None, "checkout fails".to_owned(), "");
    change(incident, Body::Incident(declared));
    let set = ChangeSet { id: SetId(Uuid::now_v7()), changes };
    let answers = node.appender.push(vec![Request::of_server(&set)]).await;
    let accepted = answers
        .iter()
        .all(|answer| matches!(answer.verdict, firebell_protocol::frame::Verdict::Accepted { .. }));
    ensure!(accepted, "the company was not founded: {answers:?}");
    Ok(())
}

/// One edit in a window: mostly words, sometimes a deletion.
fn edit(
    desk: &mut Desk,
    letters: &mut Letters,
    ledger: &mut Ledger,
    rng: &mut StdRng,
    told: &mut Told,
) {
    told.edits += 1;
    let length = desk.window.len();
    let place = rng.random_range(0..=length);
    if rng.random_ratio(2, 5) {
        // Everything here is one unit long, so that a letter is a place.
        let text: Vec<char> = desk.window.read().chars().collect();
        let from = text.iter().skip(place as usize);
        let most = rng.random_range(1..6);
        let gone: Vec<char> =
            from.take_while(|letter| !letter.is_ascii()).take(most).copied().collect();
        if !gone.is_empty() {
            let update = desk.window.delete(place, gone.len() as u32);
            desk.typed(update);
            ledger.deleted.extend(gone);
            return;
        }
    }
    let words = letters.some(rng.random_range(1..5));
    ledger.written.extend(words.chars());
    let update = desk.window.insert(place, &words);
    desk.typed(update);
}

/// What the window had and the store not is lost with it; that much may be.
async fn die(
    desk: &mut Desk,
    node: &firebell_server::node::Node,
    writer: u32,
    ledger: &mut Ledger,
) -> Result<()> {
    let online = desk.online;
    // The last moment's typing is out of the question here: it is handed over first. What a kill takes of it
    // is shown by `kill-desktop`.
    desk.save().await?;
    let dead = desk.crash(node, writer).await?;
    let (before, after) = (dead.read(), desk.window.read());
    let kept: BTreeSet<char> = after.chars().collect();
    let missing: Vec<char> = before
        .chars()
        .filter(|letter| !kept.contains(letter) && !ledger.deleted.contains(letter))
        .collect();
    ensure!(missing.is_empty(), "a desktop that died lost {missing:?}");
    if online {
        desk.look(node);
    }
    Ok(())
}

/// Everybody comes online, and nothing is lost any more.
async fn settle(
    desks: &mut [Desk],
    node: &firebell_server::node::Node,
    rng: &mut StdRng,
    told: &mut Told,
) -> Result<()> {
    for desk in desks.iter_mut() {
        desk.save().await?;
        desk.look(node);
    }
    // The second round brings to each what the last of the first wrote.
    for _ in 0..2 {
        for desk in desks.iter_mut() {
            desk.trade(node, false, rng, told).await?;
        }
    }
    for desk in desks.iter_mut() {
        let mut rounds = 0;
        while desk.exchange(node, false, rng, told).await? {
            rounds += 1;
            ensure!(rounds < 20, "an exchange does not come to an end");
        }
        desk.read().await?;
        ensure!(desk.unsent().await? == 0, "something still waits to be sent");
    }
    Ok(())
}

async fn check(
    desks: &[Desk],
    store: &MemoryStore,
    incident: EntityId,
    ledger: &Ledger,
) -> Result<()> {
    let stored = store.document(incident).await?;
    let server = Copy::open(&stored)?.read();
    for (n, desk) in desks.iter().enumerate() {
        ensure!(desk.window.read() == server, "the window of desktop {n} differs from the server");
        ensure!(desk.stored().await? == server, "the store of desktop {n} differs from the server");
    }
    let updates = store.document_updates(incident, 0, usize::MAX).await?;
    let all = Text::of(updates.iter().map(|update| update.body.as_slice()))?.read();
    ensure!(all == server, "the updates alone say something else than the kept state");
    let headings: String = server.chars().filter(char::is_ascii).collect();
    ensure!(headings == template("en"), "the headings stand there once: {headings}");
    let stands: Vec<char> = server.chars().filter(|letter| !letter.is_ascii()).collect();
    let once: BTreeSet<char> = stands.iter().copied().collect();
    ensure!(once.len() == stands.len(), "a letter stands twice");
    let expected: BTreeSet<char> = ledger.written.difference(&ledger.deleted).copied().collect();
    let lost: Vec<_> = expected.difference(&once).collect();
    ensure!(lost.is_empty(), "{} letters are lost", lost.len());
    let back: Vec<_> = once.difference(&expected).collect();
    ensure!(back.is_empty(), "{} deleted letters came back", back.len());
    Ok(())
}
