//! A document of 1 MB: opening it, and one more letter.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use firebell_client::store::{Identity, Store};
use firebell_domain::{
    document::Text,
    id::{DeviceId, EntityId, WorkspaceId},
};
use uuid::Uuid;

use crate::proof::{Ground, Size};

/// Its length in bytes.
const BYTES: usize = 1_000_000;
/// A section of it, as people write them.
const SECTION: &str = "## What we know\n\n\
    The acquirer **answers in time**; declines come from the second step alone. 收单行应答正常。\n\n\
    - `p99` of the gateway is back at 180 ms\n- [x] the queue is empty\n\n";
/// Sections written at once.
const AT_ONCE: usize = 20;
/// Openings, of which the fastest counts; and letters.
const OPENINGS: usize = 7;
const LETTERS: usize = 300;

/// What it took.
pub(super) struct Large {
    pub(super) open: String,
    pub(super) letter: String,
}

/// A document as it grows, by several hands at many places: its text, and the updates that made it.
pub(super) fn grown() -> (Text, Vec<Vec<u8>>) {
    let mut text = Text::written_by(1);
    let (mut bytes, mut updates) = (0, Vec::new());
    while bytes < BYTES {
        let place = text.len() / 7 * (bytes as u32 % 7);
        updates.push(text.insert(place, &SECTION.repeat(AT_ONCE)));
        bytes += SECTION.len() * AT_ONCE;
    }
    (text, updates)
}

pub(super) async fn measure(ground: &Ground) -> Result<Large> {
    let whose = Identity {
        workspace: WorkspaceId(Uuid::from_u128(1)),
        person: EntityId(Uuid::from_u128(2)),
        device: DeviceId(Uuid::from_u128(3)),
    };
    let incident = EntityId(Uuid::from_u128(4));
    let store = Store::open(&ground.folder().join("large.db"), whose, |_| {}).await?.store;
    let (mut text, updates) = grown();
    for update in updates {
        store.write_document(incident, update).await?;
    }
    let state = text.state();
    let mut decode = Duration::MAX;
    let mut open = Duration::MAX;
    for _ in 0..OPENINGS {
        let begun = Instant::now();
        let plain = Text::of([&state[..]])?;
        decode = decode.min(begun.elapsed());
        let begun = Instant::now();
        let parts = store.document(incident, 0).await?;
        let opened = Text::of(parts.updates.iter().map(Vec::as_slice))?;
        open = open.min(begun.elapsed());
        ensure!(
            opened.read() == plain.read() && opened.read().len() >= BYTES,
            "it is the document"
        );
    }
    let mut letters: Vec<Duration> = Vec::with_capacity(LETTERS);
    for n in 0..LETTERS {
        let begun = Instant::now();
        let update = text.insert(n as u32, "x");
        store.write_document(incident, update).await?;
        letters.push(begun.elapsed());
    }
    letters.sort_unstable();
    let p99 = letters[LETTERS * 99 / 100];
    store.close().await;
    let ratio = open.as_secs_f64() / decode.as_secs_f64();
    if ground.size() == Size::Full && !cfg!(debug_assertions) {
        ensure!(ratio <= 2.0, "opening takes {ratio:.2} times as long as decoding");
        ensure!(p99 <= Duration::from_millis(33), "a letter takes {p99:?} to the disk");
    }
    Ok(Large {
        open: format!("{ratio:.2}x ({:.1} ms)", open.as_secs_f64() * 1_000.0),
        letter: format!("{:.1}", p99.as_secs_f64() * 1_000.0),
    })
}
