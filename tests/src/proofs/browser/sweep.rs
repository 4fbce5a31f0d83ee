//! Going through views in every language and theme.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use thirtyfour::{By, Key, WebElement};

use super::axe::{self, Findings};
use super::stage::{SOON, Stage};
use super::views::{At, Step, View};
use crate::harness::wait;

/// The languages.
pub(super) const LANGUAGES: [&str; 2] = ["en", "zh-Hans"];
/// The themes, as the operating system asks for them.
pub(super) const THEMES: [&str; 2] = ["light", "dark"];

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Swept {
    names: BTreeSet<&'static str>,
    shown: u64,
    judged: u64,
    lesser: BTreeSet<String>,
}

impl Swept {
    /// How many different views.
    pub(super) fn names(&self) -> usize {
        self.names.len()
    }

    /// How many looks of them.
    pub(super) fn shown(&self) -> u64 {
        self.shown
    }

    /// How many elements were judged by rules.
    pub(super) fn judged(&self) -> u64 {
        self.judged
    }

    /// Kinds of findings that are neither serious nor critical.
    pub(super) fn lesser(&self) -> String {
        if self.lesser.is_empty() {
            return "none".to_owned();
        }
        self.lesser.iter().cloned().collect::<Vec<_>>().join(", ")
    }

    /// Goes through these views; all that is wrong is told at the end.
    pub(super) async fn views(&mut self, stage: &mut Stage, views: &[View]) -> Result<()> {
        let mut wrong = Vec::new();
        for language in LANGUAGES {
            for theme in THEMES {
                stage.open("", "").await?;
                stage.look(language, theme).await?;
                for view in views {
                    let at = format!("{} ({language}, {theme})", view.name);
                    let found = show(stage, view, language, theme).await;
                    let Findings { judged, grave, lesser } = found.with_context(|| at.clone())?;
                    stage.is_quiet(&at).await?;
                    ensure!(judged > 0, "{at}: axe judged nothing");
                    wrong.extend(grave.into_iter().map(|what| format!("{at}: {what}")));
                    self.lesser.extend(lesser);
                    self.judged += judged;
                    self.shown += 1;
                    self.names.insert(view.name);
                }
            }
        }
        ensure!(wrong.is_empty(), "axe finds\n{}", wrong.join("\n"));
        Ok(())
    }
}

async fn show(stage: &mut Stage, view: &View, language: &str, theme: &str) -> Result<Findings> {
    match view.at {
        At::Room(room) => stage.open("", room).await?,
        At::Incident => {
            let room = format!("#/incident/{}", stage.incident);
            stage.open("", &room).await?;
        }
        At::Own => {
            let room = format!("#/incident/{}", stage.own);
            stage.open("", &room).await?;
        }
        At::Page => {
            let path = format!("page.html?id={}", stage.page);
            stage.open(&path, "").await?;
        }
    }
    for step in view.steps {
        take(stage, step).await.with_context(|| format!("{step:?}"))?;
    }
    stage.browser.painted().await?;
    let read = "const { lang, dataset } = document.documentElement; return [lang, dataset.theme]";
    let shown = stage.browser.script(read).await?;
    ensure!(shown == serde_json::json!([language, theme]), "it is shown in {shown}");
    axe::run(stage).await
}

async fn take(stage: &Stage, step: &Step) -> Result<()> {
    let browser = &stage.browser;
    match *step {
        Step::See(id) => browser.find(id).await.map(drop),
        Step::SeeCss(css) => seen(stage, css).await.map(drop),
        Step::Click(id) => browser.click(id).await,
        Step::ClickCss(css) => {
            let element = seen(stage, css).await?;
            // What shows itself only under the pointer is clicked where it is.
            Ok(element.click().await?)
        }
        Step::Key(key) => browser.keys(key).await,
        Step::Control(key) => browser.keys(Key::Control + key).await,
        Step::Write(id, text) => browser.write(id, text).await,
    }
}

async fn seen(stage: &Stage, css: &str) -> Result<WebElement> {
    let driver = stage.browser.driver();
    wait::until(&format!("{css} on the screen"), SOON, async || {
        Ok(driver.find_all(By::Css(css)).await?.into_iter().next())
    })
    .await
}
