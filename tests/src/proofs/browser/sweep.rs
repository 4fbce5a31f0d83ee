//! Going through views in every language and theme.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use thirtyfour::{By, Key, WebElement};

use super::stage::{SOON, Stage};
use super::views::{At, Step, View};
use crate::harness::wait;

/// The languages.
pub(in crate::proofs) const LANGUAGES: [&str; 2] = ["en", "zh-Hans"];
/// The themes, as the operating system asks for them.
pub(in crate::proofs) const THEMES: [&str; 2] = ["light", "dark"];

/// A language and a theme.
pub(in crate::proofs) type Look = (&'static str, &'static str);

/// Both languages in both themes.
pub(in crate::proofs) const ALL_LOOKS: &[Look] = &[
    (LANGUAGES[0], THEMES[0]),
    (LANGUAGES[0], THEMES[1]),
    (LANGUAGES[1], THEMES[0]),
    (LANGUAGES[1], THEMES[1]),
];

/// Each language and each theme once.
pub(in crate::proofs) const SOME_LOOKS: &[Look] =
    &[(LANGUAGES[0], THEMES[0]), (LANGUAGES[1], THEMES[1])];

/// Somebody who looks at each view, and what for.
pub(in crate::proofs) trait Eye {
    /// In which languages and themes.
    fn looks(&self) -> &'static [Look];

    /// Looks at what is shown now; gives what is wrong with it.
    async fn judge(&mut self, stage: &Stage, view: &str, look: Look) -> Result<Vec<String>>;
}

/// What was seen.
pub(in crate::proofs) struct Swept<E> {
    pub(in crate::proofs) eye: E,
    names: BTreeSet<&'static str>,
    shown: u64,
}

impl<E: Eye> Swept<E> {
    /// Nothing yet.
    pub(in crate::proofs) fn by(eye: E) -> Self {
        Self { eye, names: BTreeSet::new(), shown: 0 }
    }

    /// How many different views.
    pub(in crate::proofs) fn names(&self) -> usize {
        self.names.len()
    }

    /// How many looks of them.
    pub(in crate::proofs) fn shown(&self) -> u64 {
        self.shown
    }

    /// Goes through these views; all that is wrong is told at the end.
    pub(super) async fn views(&mut self, stage: &mut Stage, views: &[View]) -> Result<()> {
        let mut wrong = Vec::new();
        for look in self.eye.looks() {
            stage.open("", "").await?;
            stage.look(look.0, look.1).await?;
            for view in views {
                let at = format!("{} ({}, {})", view.name, look.0, look.1);
                show(stage, view, *look).await.with_context(|| at.clone())?;
                let found = self.eye.judge(stage, view.name, *look).await;
                let found = found.with_context(|| at.clone())?;
                stage.is_quiet(&at).await?;
                wrong.extend(found.into_iter().map(|what| format!("{at}: {what}")));
                self.shown += 1;
                self.names.insert(view.name);
            }
        }
        ensure!(wrong.is_empty(), "wrong is\n{}", wrong.join("\n"));
        Ok(())
    }
}

async fn show(stage: &mut Stage, view: &View, (language, theme): Look) -> Result<()> {
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
        At::Line => stage.open("line.html", "").await?,
    }
    for step in view.steps {
        take(stage, step).await.with_context(|| format!("{step:?}"))?;
    }
    stage.browser.painted().await?;
    let read = "const { lang, dataset } = document.documentElement; return [lang, dataset.theme]";
    let shown = stage.browser.script(read).await?;
    ensure!(shown == serde_json::json!([language, theme]), "it is shown in {shown}");
    Ok(())
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
