//! `long-timeline`: an incident with ten thousand lines in the real window: opened, filtered with every key
//! stroke, scrolled from end to end and back.
//!
//! What is seen is compared with what was written: every line once, in its order, and under a filter exactly
//! those that match. Times are measured inside the window, from key to painted frame, beside those of an
//! incident with two hundred lines and of a window in which nothing happens.

mod measure;
mod stock;

use anyhow::{Context, Result, ensure};

use super::bench_spine::measure::{Goal, Line, Samples};
use crate::harness::company::Company;
use crate::harness::desk::Desk;
use crate::harness::server::sqlite_url;
use crate::proof::{Ground, Proof, Report, Size};
use measure::Window;
use stock::Stock;

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "long-timeline",
    line: "an incident with ten thousand lines opens, filters and scrolls in the real window like one with two hundred",
    run: |ground| Box::pin(run(ground)),
};

/// Until a filter is painted, one key stroke of a hundred may take longer.
const PAINTED_MS: f64 = 50.0;
/// A frame that takes longer is one that a person sees.
const LONG_FRAME_MS: f64 = 50.0;
/// So much later than that of a short incident may the first line stand there.
const OPENS: f64 = 1.2;
/// Typed stroke by stroke.
const SEARCHES: [&str; 3] = ["gateway-17", "#norway", "重启后"];

async fn run(ground: Ground) -> Result<Report> {
    let size = ground.size();
    let folder = ground.place("company")?;
    let company =
        Company::found(&folder, &sqlite_url(&folder.join("server.db"))?, None, &["ivy"]).await?;
    let stock = Stock::lay_in(&company, size.pick(2_000, 10_000)).await?;
    let desk = Desk::open(&ground.place("desk")?, "ivy").await?;
    let told = play(&desk, &company, &stock, size).await;
    desk.end(told).await
}

async fn play(desk: &Desk, company: &Company, stock: &Stock, size: Size) -> Result<Report> {
    desk.connect(&company.server().url(), "ivy").await?;
    let window = Window::of(desk.screen());
    let idle = window.idle_frames().await?;

    let (mut long, mut short) = (Samples::default(), Samples::default());
    for turn in 0..size.pick(4, 11) {
        for (incident, samples) in [(&stock.short, &mut short), (&stock.long, &mut long)] {
            let took = window.open(incident).await.context("opening an incident")?;
            // The first opening of each compiles what it needs.
            if turn > 0 {
                samples.number(took);
            }
        }
    }
    let lines = window.whole().await?;
    ensure!(lines == stock.lines(), "{lines} lines are held of {}", stock.lines());

    let mut keys = Samples::default();
    let mut strokes = 0;
    for search in SEARCHES {
        for end in search.char_indices().map(|(at, sign)| at + sign.len_utf8()) {
            let typed = &search[..end];
            let (took, shown) = window.filter(typed).await?;
            let wanted = stock.matching(typed);
            ensure!(shown == wanted, "{typed:?} shows {shown} lines of {wanted}");
            keys.number(took);
            strokes += 1;
        }
    }
    window.filter("").await?;

    let scroll = window.scroll_through().await?;
    let order = scroll.first_disorder();
    ensure!(order.is_none(), "out of order: {order:?}");
    ensure!(scroll.seen == stock.written, "{} lines were seen of {}", scroll.seen, stock.written);
    ensure!(scroll.blank == 0, "{} frames showed no line", scroll.blank);
    let long_frames = scroll.frames.iter().filter(|frame| **frame > LONG_FRAME_MS).count();
    let mut frames = Samples::default();
    scroll.frames.iter().for_each(|frame| frames.number(*frame));

    let report =
        Report::new(strokes + frames.count() + long.count(), "openings, strokes and frames")
            .figure("lines", lines)
            .figure("seen once and in order", scroll.seen)
            .figure("long frames while scrolling", long_frames);
    let lines = [
        Line::new("open, ms", "ms", long, &short).goal(Goal::AtMost(OPENS)),
        Line::new("filter to painted, ms", "ms", keys, &idle).goal(Goal::Shown).worst(PAINTED_MS),
        Line::new("scroll frame, ms", "ms", frames, &idle).goal(Goal::AtMost(2.0)),
    ];
    let mut missed = Vec::new();
    let mut report = report;
    for line in &lines {
        println!("{line}");
        report = report.figure(line.name(), line.figure());
        if size == Size::Full {
            missed.extend(line.misses());
        }
    }
    if size == Size::Full && long_frames > 0 {
        missed.push(format!("{long_frames} frames took longer than {LONG_FRAME_MS} ms"));
    }
    ensure!(missed.is_empty(), "goals that were missed:\n{}", missed.join("\n"));
    Ok(report)
}
