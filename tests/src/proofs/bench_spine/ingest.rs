//! Thirty-two clients that each send one change and wait until it is durable. They are sent no rows: what it
//! costs to tell each of everybody's changes is another measure.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use firebell_domain::chain::Hash;
use firebell_domain::change::Body;
use firebell_domain::id::EntityId;
use firebell_domain::time::Timestamp;
use firebell_domain::timeline::{EntryChange, EntryKind};
use firebell_protocol::frame::{Resume, Verdict};
use firebell_protocol::row::Cursor;
use tokio::task::JoinSet;

use super::measure::{Goal, Line, Samples};
use super::raw_sqlite::RawSqlite;
use crate::harness::company::Company;
use crate::harness::raw::{Raw, Talk, change, fresh, set};
use crate::harness::server::sqlite_url;
use crate::proof::Ground;

const CLIENTS: usize = 32;
/// Whose devices they are: nobody may sign in 32 times in a minute.
const PEOPLE: [&str; 8] = ["ivy", "ana", "ben", "cid", "dan", "eve", "flo", "gus"];

/// A client and the number of its next set.
struct Client {
    talk: Talk,
    incident: EntityId,
    number: u64,
}

pub(super) async fn measure(ground: &Ground) -> Result<Line> {
    let turns = ground.size().pick(5, 20);
    let each: u64 = ground.size().pick(10, 100);
    let folder = ground.place("ingest")?;
    let company =
        Company::found(&folder, &sqlite_url(&folder.join("server.db"))?, None, &PEOPLE).await?;
    let mut clients = Vec::new();
    for name in PEOPLE.into_iter().cycle().take(CLIENTS) {
        let raw = Raw::sign_in(&company.server().url(), name).await?;
        let incident = fresh();
        let declared = super::stock::declare(0);
        raw.does(vec![change(incident, Body::Incident(declared))]).await?;
        // Rows are for who has seen what the record holds; whoever has not may push all the same.
        let elsewhere = Cursor { head: Hash::of(b"elsewhere"), ..raw.end().await? };
        let talk = raw.talk(Some(elsewhere)).await?;
        ensure!(talk.resume() == Resume::ChainBroken, "it resumes with {:?}", talk.resume());
        clients.push(Client { talk, incident, number: 1 });
    }
    let mut sqlite = RawSqlite::open(&folder.join("raw.db")).await?;
    let (mut ours, mut raw) = (Samples::default(), Samples::default());
    let before = company.admin().end().await?.seq;
    let mut sent = 0;
    for turn in 0..turns + 1 {
        let started = Instant::now();
        clients = all(clients, each).await?;
        let changes = CLIENTS as u64 * each;
        let pace = changes as f64 / started.elapsed().as_secs_f64();
        sent += changes;
        let commits = changes / 4;
        let started = Instant::now();
        for _ in 0..commits {
            sqlite.commit().await?;
        }
        let limit = commits as f64 / started.elapsed().as_secs_f64();
        // The first turn warms up.
        if turn > 0 {
            ours.number(pace);
            raw.number(limit);
        }
    }
    let rows = company.admin().end().await?.seq - before;
    ensure!(rows == sent, "{sent} changes were sent, {rows} rows are in the log");
    ensure!(sqlite.count().await? == sqlite.rows, "the raw table has not all rows");
    Ok(Line::new("ingest, changes a second", "/s", ours, &raw).goal(Goal::AtLeast(4.0)))
}

/// All at once, each one change after the other.
async fn all(clients: Vec<Client>, each: u64) -> Result<Vec<Client>> {
    let mut running = JoinSet::new();
    for client in clients {
        running.spawn(send(client, each));
    }
    let mut back = Vec::new();
    while let Some(client) = running.join_next().await {
        back.push(client?.context("a client")?);
    }
    Ok(back)
}

async fn send(mut client: Client, each: u64) -> Result<Client> {
    for _ in 0..each {
        client.number += 1;
        let add = EntryChange::add(
            client.incident,
            EntryKind::Observation,
            "Checkout answers again after the restart of the gateway",
            Timestamp(1_760_000_000_000),
        );
        let changes = [change(fresh(), Body::Entry(add))];
        let answers = client.talk.push(vec![set(client.number, &changes)?]).await?;
        let accepted =
            matches!(answers.as_slice(), [one] if matches!(one.verdict, Verdict::Accepted { .. }));
        ensure!(accepted, "not accepted: {answers:?}");
    }
    Ok(client)
}
