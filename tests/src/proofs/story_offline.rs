//! `story-offline`: Ana declares without a connection. Her key is final at once and what she writes is
//! shown as not sent; nobody is paged before the connection is back, and then Ben's desktop rings.

use std::time::Instant;

use anyhow::{Result, ensure};
use thirtyfour::Key;

use crate::harness::desk::SOON;
use crate::harness::hands::{Declaration, Hands};
use crate::harness::office::{self, Office};
use crate::proof::{Ground, Proof, Report};

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "story-offline",
    line: "declared without a connection: the key is final at once, everything arrives on reconnect, and then the page rings",
    run: |ground| Box::pin(run(ground)),
};

/// Written before the connection is back.
const LINE: &str = "Card payments fail in all regions";

async fn run(ground: Ground) -> Result<Report> {
    let office = Office::open(&ground).await?;
    let told = play(&office).await;
    office.end(told).await
}

async fn play(office: &Office) -> Result<Report> {
    let ana = office.ana.screen();
    office.wire.cut();
    ana.reads("sync-word", "that there is no connection", SOON, is_offline).await?;
    let hands = Hands::at(ana);
    let declaration = office::declaration();
    declaration.fill(&hands).await?;
    let declared = Instant::now();
    let key = Declaration::send(&hands).await?;
    let shown = declared.elapsed();
    ensure!(key.starts_with("HOT-"), "no final key without a connection: {key}");
    ana.click("stream-input").await?;
    ana.keys(format!("{LINE}{}", Key::Enter.value())).await?;
    let waits = |text: &str| text.contains(LINE) && text.contains("not sent");
    ana.reads("stream-entry", "that the line waits", SOON, waits).await?;
    let waiting =
        ana.reads("sync-word", "what waits", SOON, |word| word.contains("waiting")).await?;
    // The wire carries nothing, so this is certain and not a matter of waiting.
    ensure!(office.ben.pages().is_empty(), "Ben was paged about what nobody could know");

    office.wire.mend(office.company.server().address());
    let mended = Instant::now();
    let notice = office.ben.paged(declaration.summary.text()).await?;
    let delay = notice.at.duration_since(mended);
    ensure!(notice.summary.contains(&key), "the page does not name {key}: {}", notice.summary);
    ana.reads("sync-word", "that all is sent", SOON, |word| word == "Sent").await?;
    let arrived = |text: &str| text.contains(LINE) && !text.contains("not sent");
    ana.reads("stream-entry", "that the line is sent", SOON, arrived).await?;
    ana.reads("incident-key", &key, SOON, |text| text == key).await?;

    office.ben.turn_to_main().await?;
    let ben = office.ben.screen();
    ben.click("board-row").await?;
    ben.reads("incident-key", &key, SOON, |text| text == key).await?;
    ben.reads("stream-entry", "the line", SOON, arrived).await?;
    Ok(Report::new(1, "story")
        .figure("key", &key)
        .figure("ms until the key stood there", shown.as_millis())
        .figure("said while it waited:", format!("\"{waiting}\""))
        .figure("pages before the connection was back", 0)
        .figure("ms from the connection to the notification", delay.as_millis()))
}

fn is_offline(word: &str) -> bool {
    word.to_lowercase().contains("offline")
}
