//! Somebody who may not see an incident does everything that a person or a program of theirs can do.

use anyhow::{Context, Result, ensure};
use firebell_client::Client;
use firebell_client::api::ErrorCode;
use firebell_client::api::incident::ListIncidents;
use firebell_client::api::timeline::ListStream;
use firebell_domain::chain::Hash;
use firebell_domain::change::Body;
use firebell_domain::decide::Refusal;
use firebell_domain::entity::Kind;
use firebell_domain::id::EntityId;
use firebell_domain::incident::{Incident, IncidentChange};
use firebell_domain::paging::PageChange;
use firebell_domain::timeline::{EntryChange, EntryKind};
use firebell_protocol::error::ApiError;
use firebell_protocol::frame::{Resume, ToClient, Verdict};
use firebell_protocol::http::{History, IncidentDump, SnapshotChunk};
use firebell_protocol::row::{Cursor, Slot};

use super::stage::Stage;
use crate::harness::raw::{Raw, change, fresh, set};

/// Everything: with the protocol, with their own desktop, and with one that begins from nothing.
pub(super) async fn tries_everything(
    stage: &mut Stage,
    incident: EntityId,
    name: &str,
    number: usize,
) -> Result<()> {
    let key = key_of(stage, incident).await?;
    let pages = pages_of(stage, incident).await?;
    let raw = Raw::sign_in(&stage.wire(name)?.url(), name).await?;
    asks(&raw, incident).await.with_context(|| format!("{name} asks"))?;
    reads(&raw).await.with_context(|| format!("{name} reads"))?;
    writes(&raw, incident, &pages).await.with_context(|| format!("{name} writes"))?;
    // From an old cursor.
    let address = stage.company().server().address();
    stage.wire(name)?.cut();
    stage.wire(name)?.mend(address);
    stage.desktop(name)?.online().await?;
    let words: Vec<String> = stage.markers().iter().map(|marker| marker.text.clone()).collect();
    looks(stage.desktop(name)?, incident, &key, &words).await?;
    // From nothing.
    let another = stage.another_desktop(name, number).await?;
    stage.company().level(&[&another]).await?;
    looks(&another, incident, &key, &words).await?;
    another.close().await;
    Ok(())
}

async fn key_of(stage: &Stage, incident: EntityId) -> Result<String> {
    let entities = stage.company().admin().incident(incident).await?;
    let found = entities.iter().find(|entity| entity.kind == Kind::INCIDENT);
    let key = found.and_then(|entity| Incident(entity).key().map(str::to_owned));
    key.context("the incident has a key")
}

async fn pages_of(stage: &Stage, incident: EntityId) -> Result<Vec<EntityId>> {
    let entities = stage.company().admin().incident(incident).await?;
    let pages = entities.iter().filter(|entity| entity.kind == Kind::PAGE);
    Ok(pages.map(|page| page.id).collect())
}

/// What is hidden and what does not exist are answered alike, to the letter.
async fn asks(raw: &Raw, incident: EntityId) -> Result<()> {
    let nothing = fresh();
    for end in ["", "/history?after=0"] {
        let ask = async |id: EntityId| -> Result<ApiError> {
            let path = format!("/incidents/{id}{end}");
            let answer = match end {
                "" => raw.get::<IncidentDump>(&path).await.err(),
                _ => raw.get::<History>(&path).await.err(),
            };
            answer.with_context(|| format!("{path} was answered"))
        };
        let (hidden, absent) = (ask(incident).await?, ask(nothing).await?);
        ensure!(hidden == absent, "hidden is told from absent: {hidden:?}, {absent:?}");
        ensure!(hidden.code == ErrorCode::NotFound, "the code is {:?}", hidden.code);
    }
    Ok(())
}

/// The whole log, by pages and by socket, and a first sync.
async fn reads(raw: &Raw) -> Result<()> {
    let (mut seq, mut head) = (0, Hash::ZERO);
    let mut leaves = 0;
    loop {
        let page = raw.log(seq, 100).await?;
        for slot in &page.slots {
            leaves += u64::from(matches!(slot, Slot::Leaf { .. }));
            seq = slot.seq();
            head = head.extend(seq, slot.leaf().context("a leaf")?);
        }
        ensure!(head == page.head, "the chain breaks at {seq}");
        if seq >= page.last {
            break;
        }
    }
    ensure!(leaves > 0, "nothing of the log is hidden");
    let mut token: Option<String> = None;
    let epoch = loop {
        let path = token.map_or("/snapshot".to_owned(), |token| format!("/snapshot?token={token}"));
        let chunk: SnapshotChunk = raw.get(&path).await?;
        match chunk.next {
            Some(next) => token = Some(next),
            None => break chunk.epoch,
        }
    };
    let workspace = raw.session().workspace;
    let from_zero = Cursor { workspace, epoch, seq: 0, head: Hash::ZERO };
    let mut talk = raw.talk(Some(from_zero)).await?;
    ensure!(talk.resume() == Resume::Rows, "it goes on with {:?}", talk.resume());
    loop {
        if let ToClient::Rows { slots, .. } = talk.next().await?
            && slots.last().is_some_and(|slot| slot.seq() >= seq)
        {
            return Ok(());
        }
    }
}

/// Every change that names the incident is refused as one of something that does not exist.
async fn writes(raw: &Raw, incident: EntityId, pages: &[EntityId]) -> Result<()> {
    let me = raw.session().person;
    let on_incident = |body| change(incident, Body::Incident(body));
    let entry = EntryChange::add(
        incident,
        EntryKind::Message,
        "is anybody there?",
        firebell_domain::time::Timestamp(1_760_000_000_000),
    );
    let mut tries = vec![
        on_incident(IncidentChange::SetSummary { summary: "mine".to_owned() }),
        on_incident(IncidentChange::AddMember { person: me }),
        on_incident(IncidentChange::Unrestrict {}),
        on_incident(IncidentChange::TakeCommand {}),
        change(fresh(), Body::Entry(entry)),
    ];
    tries.extend(pages.iter().map(|page| change(*page, Body::Page(PageChange::Acknowledge {}))));
    let mut talk = raw.talk(None).await?;
    for (number, one) in (1..).zip(tries) {
        let answers = talk.push(vec![set(number, std::slice::from_ref(&one))?]).await?;
        let refused = answers.first().map(|answer| &answer.verdict);
        let unknown = matches!(refused, Some(Verdict::Refused { why: Refusal::Unknown { .. } }));
        ensure!(unknown, "{:?} is answered {refused:?}", one.body);
    }
    Ok(())
}

/// A desktop shows nothing of it, in any list, by any word.
async fn looks(desktop: &Client, incident: EntityId, key: &str, words: &[String]) -> Result<()> {
    let id = incident.to_string();
    for name in [&id, &key.to_owned(), &key.to_lowercase()] {
        let answer = desktop.get_incident(name.clone()).await;
        let code = answer.as_ref().err().map(|error| error.code);
        ensure!(code == Some(ErrorCode::NotFound), "{name} is answered {answer:?}");
    }
    let stream = ListStream { incident: id.clone(), before: None, limit: 100, entries_only: false };
    let stream = desktop.list_stream(stream).await;
    ensure!(stream.as_ref().map_or(true, |page| page.entries.is_empty()), "a stream: {stream:?}");
    let board = desktop.get_board(()).await?;
    ensure!(board.incidents.iter().all(|row| row.id != id), "it is on the board");
    let mut asked: Vec<&str> = words.iter().map(String::as_str).collect();
    asked.extend(["vault", "金库", "va"]);
    for text in asked {
        let hits = desktop.search(text.to_owned()).await?;
        ensure!(hits.iter().all(|hit| hit.incident != id), "a search finds it");
        let similar = desktop.find_similar(text.to_owned()).await?;
        ensure!(similar.iter().all(|row| row.id != id), "it is called similar");
        let list = ListIncidents { text: text.to_owned(), limit: 200, ..ListIncidents::default() };
        let rows = desktop.list_incidents(list).await?.rows;
        ensure!(rows.iter().all(|row| row.id != id), "it is in a list");
    }
    Ok(())
}
