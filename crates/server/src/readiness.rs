//! Telling people by e-mail that they, or somebody on a schedule that they answer for, could not be rung (N3).
//!
//! A desktop tells its own person while it runs. What fails most is that none runs, and then nobody would be
//! told: so the server looks too. A job of the database says when, and that somebody was told stands there as
//! well, so that of several nodes one tells, once a day.

use std::{collections::BTreeMap, sync::Arc};

use firebell_domain::{
    directory::{Person, is_address},
    entity::{Entity, Kind},
    id::EntityId,
    paging::Outcome,
    readiness::{Unready, unready},
    time::Timestamp,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    append::quiet::{self, Asked, Told},
    channel::{Tongue, Unreached, WITHIN, Warning},
    node::Node,
    store::{JobBody, StoreError},
};

/// Somebody is told again of the same person on the same schedule after so long, while nothing is mended.
const AGAIN_SECS: i64 = 24 * 3_600;
/// Letters of one look; whom there was no room for is told by the next.
const MOST: usize = 500;
const DAY_MILLIS: i64 = 86_400_000;

type People = BTreeMap<EntityId, Entity>;

/// Runs until `stop`.
pub(crate) async fn run(node: Arc<Node>, stop: CancellationToken) {
    let work = async {
        loop {
            node.readiness_due.notified().await;
            if let Err(error) = look(&node).await {
                node.metrics.store_failures.inc();
                tracing::warn!(%error, "nobody is told who could not be rung");
            }
            node.metrics.readiness_checks.inc();
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = work => {}
    }
}

/// Plans the next look; there is one job for all nodes.
///
/// # Errors
/// [`StoreError`] of the store.
pub(crate) async fn plant(node: &Node) -> Result<(), StoreError> {
    let every_secs = node.options.readiness_every_secs;
    node.plant("readiness", JobBody::CheckReadiness { every_secs }).await
}

/// Tells everybody who has to know and was not told in the last day.
async fn look(node: &Node) -> Result<(), StoreError> {
    if !node.channels.has_mail() {
        return Ok(());
    }
    let now = node.store.now().await?;
    let directory = node.store.directory().await?;
    let directory: People = directory.into_iter().map(|entity| (entity.id, entity)).collect();
    let of = |kind: Kind| directory.values().filter(move |e| e.kind == kind).collect::<Vec<_>>();
    let found = unready(&directory, &of(Kind::SCHEDULE), &of(Kind::PERSON), now);
    let mut readers: BTreeMap<EntityId, Vec<&Unready>> = BTreeMap::new();
    for one in found.iter().filter(|one| one.fails()) {
        for reader in &one.tell {
            readers.entry(*reader).or_default().push(one);
        }
    }
    let mut told = 0;
    for (reader, about) in readers {
        let reader = directory.get(&reader).filter(|it| is_address(Person(it).email()));
        let Some(reader) = reader else { continue };
        told += usize::from(tell(node, &directory, reader, about, now).await?);
        if told == MOST {
            break;
        }
    }
    Ok(())
}

/// Tells somebody what they were not told of; whether there was anything.
async fn tell(
    node: &Node,
    directory: &People,
    reader: &Entity,
    about: Vec<&Unready>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mark = |one: &&Unready| {
        let address = format!("unready:{}:{}:{}", one.schedule, one.person, reader.id);
        quiet::mark(node.workspace, &address)
    };
    let marks: Vec<Uuid> = about.iter().map(mark).collect();
    let asked = marks.iter().map(|mark| Asked { mark: *mark, jobs: Vec::new() }).collect();
    let let_go = node.appender.ask_to_go(asked).await?;
    let fresh = about.into_iter().zip(marks).zip(let_go);
    let fresh: Vec<_> = fresh.filter_map(|((one, mark), at)| Some((one, mark, at?))).collect();
    let Some((_, first, _)) = fresh.first() else { return Ok(false) };
    let warning = Warning {
        id: EntityId(*first).derived(&format!("day:{}", now.0.div_euclid(DAY_MILLIS))).0,
        name: Person(reader).name().to_owned(),
        address: Person(reader).email().to_owned(),
        tongues: Tongue::chosen(Person(reader).language()),
        about: fresh.iter().map(|(one, ..)| unreached(directory, reader, one, now)).collect(),
    };
    let warned = tokio::time::timeout(WITHIN, node.options.deliverer.warn(node, &warning)).await;
    let went = matches!(warned, Ok(Outcome::Sent | Outcome::Delivered));
    node.metrics.warnings.inc_by(u64::from(went));
    tracing::info!(reader = %reader.id, about = fresh.len(), went, "warned of who could not be rung");
    let told = fresh.iter().map(|(_, mark, begun_at)| Told {
        mark: *mark,
        begun_at: *begun_at,
        went,
        for_secs: AGAIN_SECS,
    });
    node.appender.told(told.collect()).await?;
    Ok(true)
}

fn unreached(directory: &People, reader: &Entity, one: &Unready, now: Timestamp) -> Unreached {
    let name = |id: &EntityId| directory.get(id).map(|it| it.text("name").to_owned());
    Unreached {
        person: name(&one.person).filter(|_| one.person != reader.id),
        schedule: name(&one.schedule).unwrap_or_default(),
        start: Some(one.start).filter(|start| *start > now),
        doubts: one.doubts.clone(),
    }
}
