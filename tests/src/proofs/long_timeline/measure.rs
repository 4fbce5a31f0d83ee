//! What is measured inside the window: scripts that run there and tell milliseconds by its own clock.

use std::time::Duration;

use anyhow::{Context, Result};
use firebell_domain::id::EntityId;
use serde_json::{Value, json};

use crate::harness::screen::Screen;
use crate::harness::wait;
use crate::proofs::bench_spine::measure::Samples;

/// Reading everything may take so long on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Frames of a window in which nothing happens.
const IDLE: &str = "const done = arguments[0]; const frames = []; let last = performance.now();
    const frame = (now) => { frames.push(now - last); last = now;
        if (frames.length < 60) requestAnimationFrame(frame); else done(frames.slice(5)); };
    requestAnimationFrame(frame);";

/// From going to an incident until a frame with lines of it was painted.
const OPEN: &str = "const [id, done] = arguments; const started = performance.now();
    const old = document.querySelector('[data-testid=stream-list]');
    location.hash = '#/incident/' + id;
    const look = () => {
        const list = document.querySelector('[data-testid=stream-list]');
        const there = list && list !== old && list.querySelector('[data-testid=stream-entry]');
        if (there) requestAnimationFrame(() => done(performance.now() - started));
        else if (performance.now() - started > 30000) done(null);
        else requestAnimationFrame(look); };
    requestAnimationFrame(look);";

/// From a change of the filter until the frame with its result was painted, and how many lines it shows.
const FILTER: &str = "const [text, done] = arguments;
    const input = document.querySelector('[data-testid=filter-text]');
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    requestAnimationFrame(() => { const started = performance.now();
        set.call(input, text); input.dispatchEvent(new Event('input', { bubbles: true }));
        requestAnimationFrame(() => { const channel = new MessageChannel();
            channel.port1.onmessage = () => {
                const took = performance.now() - started;
                const count = document.querySelector('[data-testid=filter-count]');
                done([took, count ? Number(count.textContent.match(/[\\d.,\\s]+/)[0].replace(/\\D/g, '')) : -1]); };
            channel.port2.postMessage(0); }); });";

/// From the newest line to the oldest, a step each frame: frame times, the numbers of the lines as they were
/// on view, and how many frames showed none.
const SCROLL: &str = "const done = arguments[0];
    const list = document.querySelector('[data-testid=stream-list]');
    const frames = []; const seen = new Set(); let blank = 0; const disorder = [];
    list.scrollTop = list.scrollHeight; let still = 0; let before = -1; let last = 0;
    const look = () => { const box = list.getBoundingClientRect(); let previous = -1; let shown = 0;
        for (const row of list.querySelectorAll('[data-testid=stream-entry]')) {
            const number = Number((/\\[(\\d+)\\]/.exec(row.textContent) || [])[1]);
            const at = row.getBoundingClientRect();
            if (at.bottom < box.top || at.top > box.bottom) continue;
            shown += 1; if (Number.isNaN(number)) continue;
            seen.add(number); if (number <= previous) disorder.push([previous, number]); previous = number; }
        if (shown === 0) blank += 1; };
    const frame = (now) => { if (last > 0) frames.push(now - last); last = now; look();
        still = list.scrollTop === before ? still + 1 : 0; before = list.scrollTop;
        if (still > 20) done({ frames: frames.slice(3, -20), seen: seen.size, blank, disorder });
        else { list.scrollTop = Math.max(0, list.scrollTop - list.clientHeight * 0.9); requestAnimationFrame(frame); } };
    setTimeout(() => requestAnimationFrame(frame), 300);";

/// The window of the desktop.
pub(super) struct Window<'a>(&'a Screen);

/// What was seen while scrolling.
pub(super) struct Scrolled {
    pub(super) frames: Vec<f64>,
    /// Different lines that were on view.
    pub(super) seen: u64,
    /// Frames without a line.
    pub(super) blank: u64,
    disorder: Vec<Value>,
}

impl Scrolled {
    /// Two lines that stood in the wrong order.
    pub(super) fn first_disorder(&self) -> Option<&Value> {
        self.disorder.first()
    }
}

impl<'a> Window<'a> {
    pub(super) fn of(screen: &'a Screen) -> Self {
        Self(screen)
    }

    async fn run(&self, script: &str, args: Vec<Value>) -> Result<Value> {
        let answer = self.0.driver().execute_async(script, args).await?;
        Ok(answer.json().clone())
    }

    pub(super) async fn idle_frames(&self) -> Result<Samples> {
        let frames = self.run(IDLE, Vec::new()).await?;
        let mut samples = Samples::default();
        numbers(&frames).into_iter().for_each(|frame| samples.number(frame));
        Ok(samples)
    }

    pub(super) async fn open(&self, incident: &EntityId) -> Result<f64> {
        let took = self.run(OPEN, vec![json!(incident.to_string())]).await?;
        took.as_f64().context("no line was shown")
    }

    /// Waits until everything was read, and shows the filter; how many lines there are.
    pub(super) async fn whole(&self) -> Result<u64> {
        wait::until("the whole stream", PATIENCE, async || {
            let whole = "return document.querySelector('[data-testid=stream-list]')?.dataset.whole";
            Ok((self.0.script(whole).await? == "true").then_some(()))
        })
        .await?;
        self.0.click("filter-open").await?;
        self.0.find("filter-text").await?;
        // Nothing matches, so that what all is stands beside nought.
        let (_, none) = self.filter("\u{2042}").await?;
        anyhow::ensure!(none == 0, "{none} lines match a sign that is in none");
        let all = "return document.querySelector('[data-testid=filter-count]').textContent";
        let text = self.0.script(all).await?;
        let digits: Vec<u64> = text
            .as_str()
            .unwrap_or_default()
            .split(|sign: char| !sign.is_ascii_digit() && sign != ',')
            .filter_map(|number| number.replace(',', "").parse().ok())
            .collect();
        digits.last().copied().with_context(|| format!("no number in {text}"))
    }

    /// Types a filter; milliseconds until it was painted, and how many lines it shows.
    pub(super) async fn filter(&self, text: &str) -> Result<(f64, u64)> {
        let answer = self.run(FILTER, vec![json!(text)]).await?;
        let answer = numbers(&answer);
        let took = answer.first().copied().context("no time")?;
        Ok((took, answer.get(1).map_or(0, |shown| shown.max(0.0) as u64)))
    }

    pub(super) async fn scroll_through(&self) -> Result<Scrolled> {
        // A thousand steps at a frame each, on a machine that may be busy.
        self.0.driver().set_script_timeout(PATIENCE * 4).await?;
        let seen = self.run(SCROLL, Vec::new()).await?;
        Ok(Scrolled {
            frames: numbers(&seen["frames"]),
            seen: seen["seen"].as_u64().context("nothing seen")?,
            blank: seen["blank"].as_u64().context("no count of blank frames")?,
            disorder: seen["disorder"].as_array().cloned().unwrap_or_default(),
        })
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
}
