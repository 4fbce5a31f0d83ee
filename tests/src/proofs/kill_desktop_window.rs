//! The part of `kill-desktop` in the real window: kill -9 at random instants while lines are typed and
//! sent. Every line that the window showed as written is there when it opens again, once.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rand::RngExt;
use serde_json::json;
use thirtyfour::Key;

use crate::harness::desk::{Desk, SOON};
use crate::harness::hands::{Declaration, Hands, Text};
use crate::harness::screen::Screen;
use crate::proof::Ground;

/// The longest that somebody writes before the next kill.
const LONGEST: u64 = 4_000;

/// What was counted.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Kills of the real window.
    pub(crate) kills: u64,
    /// Lines that the window showed as written before a kill.
    pub(crate) shown: u64,
    /// Lines that were saved although the window had no time to show them.
    pub(crate) more: u64,
}

/// Kills the real window that often.
pub(crate) async fn kill(ground: &Ground, kills: u64) -> Result<Told> {
    let mut desk = Desk::open(ground.folder(), "killed").await?;
    desk.start_empty("Ana").await?;
    let declaration = Declaration {
        summary: Text::plain("The report is late"),
        severity: 3,
        service: None,
        description: None,
    };
    let hands = Hands::at(desk.screen());
    declaration.fill(&hands).await?;
    Declaration::send(&hands).await?;
    let mut told = Told::default();
    let mut shown: Vec<String> = Vec::new();
    for round in 0..kills {
        shown.extend(write_for_a_while(desk.screen(), round).await?);
        desk = desk.kill_and_reopen().await?;
        told.kills += 1;
        let there = check(&desk, &shown).await;
        let there = match there {
            Ok(there) => there,
            Err(error) => return desk.end(Err(error)).await,
        };
        told.more = there - u64::try_from(shown.len())?;
    }
    told.shown = u64::try_from(shown.len())?;
    desk.end(Ok(told)).await
}

/// Types lines until the instant comes, and gives those that the window showed in its stream.
async fn write_for_a_while(screen: &Screen, round: u64) -> Result<Vec<String>> {
    let shown = Mutex::new(Vec::new());
    screen.click("stream-input").await?;
    // The half line that the kill cut off is back as a draft: the next one is not to continue it.
    screen.keys(Key::Control + "a").await?;
    screen.keys(Key::Delete + "").await?;
    let writing = async {
        for number in 0_u32.. {
            let line = format!("round {round} line {number}.");
            screen.keys(format!("{line}{}", Key::Enter.value())).await?;
            screen.reads("stream-entry", &line, SOON, |text| text.contains(&line)).await?;
            shown.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
        Ok(())
    };
    // The instant at which the writing is cut off has to be any.
    let instant = Duration::from_millis(rand::rng().random_range(0..LONGEST));
    if let Ok(written) = tokio::time::timeout(instant, writing).await {
        let written: Result<()> = written;
        written?;
    }
    Ok(shown.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Every line is there once, and the last one can be read in the window. Gives how many lines there are.
async fn check(desk: &Desk, shown: &[String]) -> Result<u64> {
    let screen = desk.screen();
    screen.click("board-row").await?;
    screen.find("stream-input").await?;
    if let Some(last) = shown.last() {
        screen.reads("stream-entry", last, SOON, |text| text.contains(last)).await?;
    }
    let board = screen.ask("get_board", json!(null)).await?;
    let incident = board["incidents"][0]["id"].clone();
    let mut texts: Vec<String> = Vec::new();
    let mut before = json!(null);
    loop {
        let args =
            json!({ "incident": incident, "before": before, "limit": 500, "entries_only": false });
        let page = screen.ask("list_stream", args).await?;
        let entries = page["entries"].as_array().context("entries")?.iter();
        texts.extend(entries.filter_map(|entry| entry["text"].as_str()).map(str::to_owned));
        before = page["older"].clone();
        if before.is_null() {
            break;
        }
    }
    texts.retain(|text| text.starts_with("round "));
    for line in shown {
        let times = texts.iter().filter(|text| *text == line).count();
        ensure!(times == 1, "\"{line}\" was shown as written and is there {times} times");
    }
    Ok(u64::try_from(texts.len())?)
}
