//! A desktop that writes as fast as it can and says what was saved, until somebody kills it.
//!
//! Prints `open` when its data could be opened, `saved ID` for each change set after the client
//! answered that it is saved, and `typed INCIDENT WORD` for what was written in a state document, likewise. Used by
//! the proof `kill-desktop`.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use firebell_client::api::document::WriteDocument;
use firebell_domain::change::{Body, Change};
use firebell_domain::document::Text;
use firebell_domain::entity::Kind;
use firebell_domain::id::EntityId;
use firebell_domain::incident::IncidentChange;
use firebell_domain::role::RoleChange;
use firebell_domain::time::Timestamp;
use firebell_domain::timeline::{EntryChange, EntryKind};
use firebell_protocol::document::Base64;
use firebell_tests::harness::headless::Headless;
use firebell_tests::harness::incident::declare;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

/// Writers at the same time, so that sets share transactions.
const WRITERS: u64 = 4;
/// A text that does not fit on one page of the file.
const LONG: usize = 20_000;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().context("a folder")?;
    let seed: u64 = arguments.next().context("a seed")?.parse()?;
    let desktop = Arc::new(Headless::open(Path::new(&folder), "the writer").await?);
    say("open");
    let writers = (0..WRITERS).map(|writer| {
        let desktop = Arc::clone(&desktop);
        let rng = StdRng::seed_from_u64(seed * WRITERS + writer);
        tokio::spawn(async move { write(&desktop, rng).await })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await??;
    }
    Ok(())
}

/// A line, whole and at once: whoever reads it may kill us in the next instant.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // Nobody reads any more: then nobody checks either.
    writeln!(out, "{line}").and_then(|()| out.flush()).ok();
}

async fn write(desktop: &Headless, mut rng: StdRng) -> Result<()> {
    let mut incidents: Vec<EntityId> = Vec::new();
    loop {
        let changes = act(desktop, &mut incidents, &mut rng).await?;
        if let Some(incident) = incidents.choose(&mut rng).copied() {
            type_a_word(desktop, incident, &mut rng).await?;
        }
        let set = desktop.new_set(changes);
        let id = set.id;
        desktop.execute(set).await?;
        say(&format!("saved {id}"));
    }
}

/// Writes a word that stands nowhere else into an incident's state document, by a window of its own.
async fn type_a_word(desktop: &Headless, incident: EntityId, rng: &mut StdRng) -> Result<()> {
    if rng.random_ratio(1, 2) {
        return Ok(());
    }
    let word = uuid::Uuid::now_v7().simple().to_string();
    let update = Text::written_by(rand::random()).insert(0, &word);
    let (id, update) = (incident.to_string(), Base64(update).text());
    // Not before the incident itself stands: then it is not there to write in.
    if desktop.get_incident(id.clone()).await.is_ok() {
        desktop.write_document(WriteDocument { incident: id, update }).await?;
        say(&format!("typed {incident} {word}"));
    }
    Ok(())
}

/// What a person does next: one change, or several that stand or fall together.
async fn act(
    desktop: &Headless,
    incidents: &mut Vec<EntityId>,
    rng: &mut StdRng,
) -> Result<Vec<Change>> {
    let known = incidents.choose(rng).copied();
    let Some(incident) = known.filter(|_| rng.random_ratio(19, 20)) else {
        let fresh = EntityId(uuid::Uuid::now_v7());
        incidents.push(fresh);
        let key = desktop.take_key().await?;
        let declare = declare(key, "checkout fails 结账失败".to_owned(), "");
        return Ok(vec![desktop.new_change(fresh, Body::Incident(declare))]);
    };
    Ok(match rng.random_range(0..10) {
        0..6 => (0..rng.random_range(1..5)).map(|_| entry(desktop, incident, rng)).collect(),
        6..8 => {
            let summary = format!("checkout fails, take {}", rng.random::<u32>());
            let body = IncidentChange::SetSummary { summary };
            vec![desktop.new_change(incident, Body::Incident(body))]
        }
        8 => {
            let directory = desktop.directory();
            let somebody = directory.of_kind(&Kind::PERSON).next().context("there are people")?.id;
            let role = "tech_lead".to_owned();
            let body = RoleChange::Assign { incident, role, person: somebody };
            let assignment = EntityId(uuid::Uuid::now_v7());
            vec![desktop.new_change(assignment, Body::Role(body))]
        }
        _ => {
            let again = "the same as yesterday. ".repeat(rng.random_range(1..LONG / 20));
            let description = format!("{}: {again}", rng.random::<u32>());
            let body = IncidentChange::SetDescription { description };
            vec![desktop.new_change(incident, Body::Incident(body)), entry(desktop, incident, rng)]
        }
    })
}

fn entry(desktop: &Headless, incident: EntityId, rng: &mut StdRng) -> Change {
    let length = if rng.random_ratio(1, 20) { LONG } else { rng.random_range(1..200) };
    let add = EntryChange::add(
        incident,
        EntryKind::Observation,
        "x".repeat(length),
        Timestamp(1_760_000_000_000),
    );
    desktop.new_change(EntityId(uuid::Uuid::now_v7()), Body::Entry(add))
}
