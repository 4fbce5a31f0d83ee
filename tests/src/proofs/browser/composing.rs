//! Enter while Chinese is composed settles on a word and nothing else; afterwards it sends.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use thirtyfour::{By, Key};

use super::stage::{SOON, Stage, ask, declare};
use crate::harness::wait;

/// What is composed, and what it becomes.
const LETTERS: &str = "shibai";
const WORD: &str = "支付失败";

/// Gives how many places were tried.
pub(super) async fn never_submits(stage: &mut Stage) -> Result<u32> {
    stage.look("zh-Hans", "light").await?;
    let mut places = 0;
    for place in [Place::Declare, Place::Service, Place::Stream, Place::Summary, Place::Palette] {
        place.go(stage).await.with_context(|| format!("{place:?}"))?;
        places += 1;
    }
    for place in [Place::Reason, Place::Resolve] {
        let summary = format!("{place:?} {WORD}");
        let id = declare(stage.ben()?, &summary, 3, None).await?;
        stage.ben()?.sent().await?;
        wait::until("Ana's desktop to know it", SOON, async || {
            let args = json!({ "text": summary, "states": [], "cursor": null, "limit": 10 });
            let page = stage.ask("list_incidents", args).await?;
            Ok(page["rows"].as_array().is_some_and(|rows| !rows.is_empty()).then_some(()))
        })
        .await?;
        place.over(stage, &id).await.with_context(|| format!("{place:?}"))?;
        places += 1;
    }
    stage.is_quiet("composing").await?;
    Ok(places)
}

/// Where somebody composes.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// The declare form's first field.
    Declare,
    /// The declare form's choice of a service.
    Service,
    /// The input line of an incident.
    Stream,
    /// The editor of an incident's summary.
    Summary,
    /// The palette.
    Palette,
    /// The dialog that asks for a reason.
    Reason,
    /// The dialog that resolves.
    Resolve,
}

impl Place {
    async fn go(self, stage: &mut Stage) -> Result<()> {
        match self {
            Self::Declare => in_declare(stage).await,
            Self::Service => in_service(stage).await,
            Self::Stream => in_stream(stage).await,
            Self::Summary => in_summary(stage).await,
            Self::Palette => in_palette(stage).await,
            Self::Reason | Self::Resolve => Ok(()),
        }
    }

    /// In a dialog of an incident that ends by it.
    async fn over(self, stage: &mut Stage, id: &Value) -> Result<()> {
        let room = format!("#/incident/{}", id.as_str().unwrap_or_default());
        stage.open("", &room).await?;
        match self {
            Self::Reason => in_reason(stage, id).await,
            _ => in_resolve(stage, id).await,
        }
    }
}

async fn in_declare(stage: &mut Stage) -> Result<()> {
    stage.open("", "#/now").await?;
    stage.browser.find("board-row").await?;
    stage.browser.keys(Key::Control + "d").await?;
    stage.browser.focused("declare-summary").await?;
    // Nothing else is missing: whatever submitted would be declared.
    stage.browser.tab_to("declare-severity-1").await?;
    stage.browser.keys("3").await?;
    stage.browser.click("declare-summary").await?;
    compose(stage).await?;
    ensure!(stage.asked("declare_incident").await? == 0, "Enter of a composition declares");
    stage.browser.find("declare-sheet").await?;
    settle(stage).await?;
    ensure!(stage.asked("declare_incident").await? == 0, "the Enter after a composition declares");
    stage.browser.keys(Key::Control + Key::Enter).await?;
    stage.browser.reads("incident-summary", WORD, SOON, |text| text == WORD).await?;
    once(stage, "declare_incident").await
}

/// A list that is open takes the choice by Enter.
async fn in_service(stage: &mut Stage) -> Result<()> {
    stage.open("", "#/now").await?;
    stage.browser.find("board-row").await?;
    stage.browser.keys(Key::Control + "d").await?;
    stage.browser.focused("declare-summary").await?;
    stage.browser.keys(WORD).await?;
    stage.browser.tab_to("declare-severity-1").await?;
    stage.browser.keys("3").await?;
    stage.browser.tab_to("declare-service").await?;
    stage.browser.keys(Key::Down + "").await?;
    wait::until("the services", SOON, async || {
        let options = stage.browser.driver().find_all(By::Css("[role=option]")).await?;
        Ok((!options.is_empty()).then_some(()))
    })
    .await?;
    stage.browser.keys(Key::Down + "").await?;
    stage.browser.compose("sou").await?;
    enter_twice(stage).await?;
    let value = stage.browser.find("declare-service").await?.prop("value").await?;
    ensure!(value.as_deref() == Some("sou"), "Enter of a composition chose {value:?}");
    stage.browser.settle("搜索").await?;
    enter_twice(stage).await?;
    ensure!(stage.asked("declare_incident").await? == 0, "Enter of a composition declares");
    stage.browser.keys(Key::Down + "").await?;
    stage.browser.keys(Key::Enter + "").await?;
    wait::until("the service to be chosen", SOON, async || {
        let open = stage.browser.driver().find_all(By::Css("[role=option]")).await?;
        Ok(open.is_empty().then_some(()))
    })
    .await?;
    stage.browser.keys(Key::Control + Key::Enter).await?;
    let chosen = async || {
        let shown = stage.browser.script("return document.querySelector('.service')?.innerText");
        Ok(shown.await?.as_str().is_some_and(|text| text.contains("搜索")).then_some(()))
    };
    wait::until("the incident with the service", SOON, chosen).await?;
    once(stage, "declare_incident").await
}

async fn in_stream(stage: &mut Stage) -> Result<()> {
    let room = format!("#/incident/{}", stage.incident);
    stage.open("", &room).await?;
    stage.browser.find("stream-entry").await?;
    stage.browser.click("stream-input").await?;
    compose(stage).await?;
    settle(stage).await?;
    ensure!(stage.asked("write_line").await? == 0, "Enter of a composition sends the line");
    stage.browser.keys(Key::Enter + "").await?;
    stage.browser.reads("stream-entry", WORD, SOON, |text| text.contains(WORD)).await?;
    let stream =
        json!({ "incident": stage.incident, "before": null, "limit": 500, "entries_only": false });
    let stream = stage.ask("list_stream", stream).await?;
    let lines = stream["entries"].as_array().context("lines")?;
    let same = lines.iter().filter(|line| line["text"] == WORD).count();
    ensure!(same == 1, "{same} lines say {WORD}");
    once(stage, "write_line").await
}

async fn in_summary(stage: &mut Stage) -> Result<()> {
    let room = format!("#/incident/{}", stage.incident);
    stage.open("", &room).await?;
    stage.browser.find("incident-summary").await?;
    stage.browser.driver().find(By::Css(".ttl button")).await?.click().await?;
    stage.browser.keys(Key::End + "").await?;
    compose(stage).await?;
    settle(stage).await?;
    ensure!(stage.asked("edit_incident").await? == 0, "Enter of a composition saves the summary");
    stage.browser.keys(Key::Enter + "").await?;
    let ends = |text: &str| text.ends_with(WORD);
    stage.browser.reads("incident-summary", WORD, SOON, ends).await?;
    once(stage, "edit_incident").await
}

async fn in_palette(stage: &mut Stage) -> Result<()> {
    stage.open("", "#/on-call").await?;
    stage.browser.find("rail-now").await?;
    stage.browser.keys(Key::Control + "k").await?;
    stage.browser.focused("palette-input").await?;
    compose(stage).await?;
    settle(stage).await?;
    let hit = wait::until("a hit", SOON, async || {
        let read = "return document.querySelector('[role=option][data-selected] .mono')?.innerText";
        Ok(stage.browser.script(read).await?.as_str().map(str::to_owned))
    })
    .await?;
    enter_twice(stage).await?;
    let hash = stage.browser.script("return location.hash").await?;
    ensure!(hash == "#/on-call", "Enter of a composition goes to {hash}");
    stage.browser.find("palette").await?;
    stage.browser.keys(Key::Enter + "").await?;
    stage.browser.reads("incident-key", &hit, SOON, |key| key == hit).await.map(drop)
}

async fn in_reason(stage: &mut Stage, id: &Value) -> Result<()> {
    stage.browser.click("incident-menu").await?;
    stage.browser.click("false-alarm").await?;
    stage.browser.click("reason-input").await?;
    compose(stage).await?;
    settle(stage).await?;
    ensure!(stage.asked("command_incident").await? == 0, "Enter of a composition gives the reason");
    stage.browser.keys(Key::Control + Key::Enter).await?;
    is_in_state(stage, id, "false_alarm").await?;
    once(stage, "command_incident").await
}

async fn in_resolve(stage: &mut Stage, id: &Value) -> Result<()> {
    let command = stage.ask("get_incident", id.clone()).await?["stamps"]["command"].take();
    let take = json!({ "id": id, "seen": command, "action": { "action": "take" } });
    stage.ask("command_incident", take).await?;
    stage.browser.click("resolve-open").await?;
    stage.browser.find("resolve-submit").await?;
    let minute = "[data-testid='times-impact_end'] [data-segment='minute']";
    let minute = stage.browser.driver().find(By::Css(minute)).await?;
    let before = minute.text().await?;
    minute.click().await?;
    // Nothing to write words into: there is no composition, whatever the input method tries.
    stage.browser.compose(LETTERS).await?;
    enter_twice(stage).await?;
    stage.browser.settle(WORD).await?;
    enter_twice(stage).await?;
    ensure!(minute.text().await? == before, "a composition changes what stands for the minute");
    // On the button as well: an input method may still be on when somebody tabs to it.
    stage.browser.tab_to("resolve-submit").await?;
    enter_twice(stage).await?;
    stage.browser.find("resolve-submit").await?;
    // One was asked by this proof, to take command.
    ensure!(stage.asked("command_incident").await? == 1, "Enter of a composition resolves");
    stage.browser.keys(Key::Enter + "").await?;
    is_in_state(stage, id, "resolved").await?;
    ensure!(stage.asked("command_incident").await? == 2, "it was not sent once");
    let view = ask(stage.ben()?, "get_incident", id.clone()).await?;
    ensure!(view["times"]["impact_end"].is_i64(), "the end of the impact is {}", view["times"]);
    Ok(())
}

/// Composes where the focus is. Enter, with Control and without, is heard as key 229 meanwhile.
async fn compose(stage: &Stage) -> Result<()> {
    stage.browser.compose(LETTERS).await?;
    stage.browser.script("heard.length = 0").await?;
    enter_twice(stage).await?;
    let heard = stage.browser.script("return heard").await?;
    let composing = json!(["Enter", 229, true]);
    ensure!(heard == json!([composing, composing]), "the window heard {heard}");
    Ok(())
}

/// Settles on the word. WebKit says Enter once more, after the end of the composition.
async fn settle(stage: &Stage) -> Result<()> {
    stage.browser.settle(WORD).await?;
    stage.browser.script("heard.length = 0").await?;
    enter_twice(stage).await?;
    let heard = stage.browser.script("return heard").await?;
    let after = json!(["Enter", 229, false]);
    ensure!(heard == json!([after, after]), "the window heard {heard}");
    Ok(())
}

async fn enter_twice(stage: &Stage) -> Result<()> {
    stage.browser.enter_to_input_method(false).await?;
    stage.browser.enter_to_input_method(true).await?;
    // What a key sets off is asked for by the time that the next frames are there.
    stage.browser.painted().await
}

async fn once(stage: &Stage, command: &str) -> Result<()> {
    let times = stage.asked(command).await?;
    ensure!(times == 1, "{command} was asked {times} times");
    Ok(())
}

async fn is_in_state(stage: &Stage, id: &Value, state: &str) -> Result<()> {
    wait::until(&format!("the incident to be {state}"), SOON, async || {
        let view = ask(stage.ben()?, "get_incident", id.clone()).await?;
        Ok((view["row"]["state"] == state).then_some(()))
    })
    .await
}
