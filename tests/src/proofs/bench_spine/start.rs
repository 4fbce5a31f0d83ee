//! From nothing to a painted board, against a bare window of the same WebKit; and what both weigh.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rustix::process::Pid;

use super::first_sync;
use super::measure::{Goal, Line, Samples};
use crate::harness::desktop::Desktop;
use crate::harness::display::Display;
use crate::harness::screen::Screen;
use crate::harness::seat::Seat;
use crate::proof::Ground;

/// Megabytes that we may weigh more than a bare window.
const HEAVIER: f64 = 80.0;
/// How many processes a window has at most.
const FAMILY: usize = 64;
/// A page as large as a board.
const BARE: &str = "document.body.innerHTML = '<table>' +
    '<tr data-testid=\"board-row\"><td>HOT-1</td><td>Checkout fails</td></tr>'.repeat(50) + '</table>'";

pub(super) async fn measure(ground: &Ground) -> Result<Vec<Line>> {
    let turns = ground.size().pick(2, 6);
    let folder = ground.place("start")?;
    let display = Display::start(&folder, 1280, 800).await?;
    let seat = Seat::take(&folder, "ivy").await?;
    copy(&first_sync::desktop(ground)?, &seat.data())?;
    let bare_seat = Seat::take(&folder, "bare").await?;
    let (mut ours, mut raw) = (Samples::default(), Samples::default());
    let (mut weight, mut bare_weight) = (Samples::default(), Samples::default());
    for turn in 0..turns + 1 {
        let started = Instant::now();
        let desktop = Desktop::start(&seat, &display, &[]).await?;
        let took = painted(&desktop, started).await?;
        let weighs = family_weight(desktop.pid()?)?;
        desktop.close().await?;
        let started = Instant::now();
        let bare = Desktop::start_program(mini_browser()?, &bare_seat, &display, &["--automation"])
            .await?;
        bare.driver().goto("data:text/html,<body></body>").await?;
        bare.script(BARE).await?;
        let bare_took = painted(&bare, started).await?;
        let bare_weighs = family_weight(bare.pid()?)?;
        bare.close().await?;
        // The first start of each fills the caches of the machine.
        if turn > 0 {
            ours.time(took);
            raw.time(bare_took);
            weight.number(weighs);
            bare_weight.number(bare_weighs);
        }
    }
    Ok(vec![
        Line::new("start, ms", "ms", ours, &raw).goal(Goal::AtMost(1.5)),
        Line::new("memory, MB", "MB", weight, &bare_weight).goal(Goal::Above(HEAVIER)),
    ])
}

async fn painted(screen: &Screen, started: Instant) -> Result<Duration> {
    screen.find("board-row").await?;
    screen.painted().await?;
    Ok(started.elapsed())
}

/// Proportional set size of a process and all below it, in megabytes.
fn family_weight(first: Pid) -> Result<f64> {
    let mut family = vec![first.as_raw_nonzero().get()];
    let mut looked = 0;
    let mut kilobytes = 0.0;
    while let Some(pid) = family.get(looked).copied() {
        ensure!(family.len() <= FAMILY, "{} processes belong to one window", family.len());
        looked += 1;
        // One that ended meanwhile weighs nothing.
        let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        let pss = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
        let number = pss.and_then(|line| line.split_whitespace().next());
        kilobytes += number.and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
        family.extend(children(pid));
    }
    ensure!(kilobytes > 0.0, "no process below {first:?} says what it weighs");
    Ok(kilobytes / 1_024.0)
}

fn children(pid: i32) -> Vec<i32> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists
        .flat_map(|list| {
            list.split_whitespace().filter_map(|one| one.parse().ok()).collect::<Vec<_>>()
        })
        .collect()
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// WebKit's own small browser; it comes with the library that the desktop is built on.
fn mini_browser() -> Result<PathBuf> {
    let machines = fs::read_dir("/usr/lib")?.flatten();
    let mut places = machines.map(|one| one.path().join("webkit2gtk-4.1/MiniBrowser"));
    places.find(|path| path.exists()).context("MiniBrowser, of libwebkit2gtk-4.1-0")
}
