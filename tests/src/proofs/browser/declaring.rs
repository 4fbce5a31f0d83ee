//! Declaring with every field of the form, by keyboard alone; the incident then shows all of it.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use thirtyfour::Key;

use super::stage::{SOON, Stage};
use crate::harness::hands::{Hands, Text};
use crate::harness::wait;

const SUMMARY: &str = "Search answers with nothing";
const DESCRIPTION: &str = "Every tenth question. Reach me at +44 20 7946 0101";
/// The field with a time has these, in this order; the language is English.
const SEGMENTS: [&str; 5] = ["day", "month", "year", "hour", "minute"];
/// A form has fewer controls than this.
const MOST_TABS: u32 = 60;

/// Gives the key strokes that it took.
pub(super) async fn everything_by_keyboard(stage: &mut Stage) -> Result<u32> {
    stage.look("en", "light").await?;
    stage.open("", "#/now").await?;
    stage.browser.find("board-row").await?;
    let hands = Hands::at(&stage.browser);
    hands.press(Key::Control + "d").await?;
    stage.browser.focused("declare-summary").await?;
    hands.write(&Text::plain(SUMMARY)).await?;
    hands.tab_to("declare-severity-1").await?;
    hands.press("2").await?;
    hands.tab_to("declare-service").await?;
    hands.write(&Text::composed(&[("搜", "sou")])).await?;
    hands.press(Key::Down + "").await?;
    hands.press(Key::Enter + "").await?;
    hands.tab_to("declare-description").await?;
    hands.write(&Text::plain(DESCRIPTION)).await?;
    for product in ["Mobile app", "门店收银"] {
        tab_to_label(&hands, product).await?;
        hands.press(" ").await?;
    }
    // A group of choices is one stop; the arrows choose.
    tab_to_label(&hands, "somebody saw it").await?;
    for label in ["monitoring", "a customer said so"] {
        hands.press(Key::Down + "").await?;
        ensure!(label_of_focus(&hands).await? == label, "the arrow does not lead to {label}");
    }
    let start = write_impact_start(&hands).await?;
    for label in ["Restricted.", "Drill."] {
        tab_to_label(&hands, label).await?;
        hands.press(" ").await?;
    }
    hands.tab_to("declare-submit").await?;
    let key = hands.screen().text("declare-key").await?;
    hands.press(Key::Enter + "").await?;
    stage.browser.reads("incident-key", &key, SOON, |shown| shown == key).await?;
    let keys = hands.keys();
    ensure!(hands.clicks() == 0, "a click was needed");
    ensure!(stage.asked("declare_incident").await? == 1, "it was not sent once");
    shows_everything(stage, &start).await?;
    is_saved(stage, &key, &start).await?;
    stage.is_quiet("declaring").await?;
    Ok(keys)
}

/// When the impact began.
struct Start {
    at: i64,
    clock: String,
}

/// Writes a time of yesterday into the field, segment by segment.
async fn write_impact_start(hands: &Hands<'_>) -> Result<Start> {
    let yesterday = "
        const at = new Date(Math.floor(Date.now() / 6e4) * 6e4 - 26 * 36e5);
        const two = number => String(number).padStart(2, '0');
        return { at: at.getTime(), day: two(at.getDate()), month: two(at.getMonth() + 1),
          year: String(at.getFullYear()), hour: two(at.getHours()), minute: two(at.getMinutes()) }";
    let parts = hands.screen().script(yesterday).await?;
    let part = |name: &str| parts[name].as_str().context("a part of the time");
    for segment in SEGMENTS {
        let focused = format!("document.activeElement.dataset.segment === '{segment}'");
        tab_until(hands, segment, &focused).await?;
        hands.write(&Text::plain(part(segment)?)).await?;
    }
    let clock = format!("{}:{}", part("hour")?, part("minute")?);
    Ok(Start { at: parts["at"].as_i64().context("a time")?, clock })
}

async fn tab_to_label(hands: &Hands<'_>, label: &str) -> Result<()> {
    let starts = format!(
        "(document.activeElement.labels?.[0]?.innerText ?? '').trim().startsWith('{label}')"
    );
    tab_until(hands, label, &starts).await
}

async fn label_of_focus(hands: &Hands<'_>) -> Result<Value> {
    let read = "return document.activeElement.labels?.[0]?.innerText.trim()";
    hands.screen().script(read).await
}

async fn tab_until(hands: &Hands<'_>, what: &str, holds: &str) -> Result<()> {
    for _ in 0..MOST_TABS {
        if hands.screen().script(&format!("return {holds}")).await? == true {
            return Ok(());
        }
        hands.press(Key::Tab + "").await?;
    }
    bail!("Tab does not lead to \"{what}\"");
}

/// What a person reads, all of it in the window.
async fn shows_everything(stage: &Stage, start: &Start) -> Result<()> {
    let browser = &stage.browser;
    browser.find("times-ttd").await?;
    let wanted = [
        SUMMARY,
        DESCRIPTION,
        "搜索",
        "Mobile app",
        "门店收银",
        "a customer said so",
        "RESTRICTED",
        "DRILL",
        "since impact start",
    ];
    // innerText is what is painted, in the letters in which it is.
    let text = browser.script("return document.querySelector('main').innerText").await?;
    let text = text.as_str().context("a text")?;
    for one in wanted {
        ensure!(text.contains(one), "the incident does not show \"{one}\":\n{text}");
    }
    ensure!(!text.contains("Web shop"), "it shows a product that was not chosen");
    let read = "return [...document.querySelectorAll('main dt')]
        .find(term => term.innerText === 'Impact start')?.nextElementSibling.innerText";
    let shown = browser.script(read).await?;
    let shown = shown.as_str().context("an impact start")?;
    ensure!(shown.contains(&start.clock), "impact start is {shown}, not {}", start.clock);
    let severity = "return document.querySelector('.sevbtn').ariaLabel";
    let severity = browser.script(severity).await?;
    ensure!(severity == "Severity 2; change it", "the severity is {severity}");
    let title = browser.script("return document.title").await?;
    ensure!(title.as_str().is_some_and(|title| title.contains("DRILL")), "the title is {title}");
    Ok(())
}

/// What was saved, exactly; Ana takes command of it.
async fn is_saved(stage: &mut Stage, key: &str, start: &Start) -> Result<()> {
    let view = stage.ask("get_incident", json!(key)).await?;
    ensure!(view["row"]["severity"] == 2 && view["row"]["drill"] == true, "{view}");
    ensure!(view["row"]["restricted"] == true && view["detected_by"] == "customer", "{view}");
    ensure!(view["times"]["impact_start"] == start.at, "impact start is {}", view["times"]);
    ensure!(view["products"].as_array().map_or(0, Vec::len) == 2, "{}", view["products"]);
    let id = view["row"]["id"].clone();
    let take =
        json!({ "id": id, "seen": view["stamps"]["command"], "action": { "action": "take" } });
    stage.ask("command_incident", take).await?;
    stage.own = id.as_str().context("an id")?.to_owned();
    wait::until("Ana to be in command", SOON, async || {
        let view = stage.ask("get_incident", id.clone()).await?;
        Ok((view["may"]["offer_command"] == true).then_some(()))
    })
    .await
}
