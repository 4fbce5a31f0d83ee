//! axe-core, as it lies in the interface's packages.

use std::collections::BTreeSet;
use std::fs;
use std::sync::LazyLock;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use xtask::workspace;

use super::stage::Stage;
use super::sweep::{ALL_LOOKS, Eye, Look};

/// Its source; empty when the packages are not installed.
static SOURCE: LazyLock<String> = LazyLock::new(|| {
    let path = workspace::path("ui/node_modules/axe-core/axe.min.js");
    fs::read_to_string(path).unwrap_or_default()
});

/// All rules but those on trial; what comes back is cut down to what is told.
const RUN: &str = "
    const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ['violations', 'passes'] }).then(found => done({
      judged: [...found.passes, ...found.violations]
        .reduce((sum, rule) => sum + rule.nodes.length, 0),
      violations: found.violations.map(({ id, impact, help, nodes }) => ({
        id, impact, help, html: nodes.map(node => node.html.slice(0, 200)) })),
    }), error => done({ judged: 0, violations: [
      { id: 'axe itself', impact: 'critical', help: String(error), html: [] }] }));";

/// axe, and what it saw.
#[derive(Debug, Default)]
pub(in crate::proofs) struct Axe {
    judged: u64,
    lesser: BTreeSet<String>,
}

impl Axe {
    /// How many elements were judged by rules.
    pub(in crate::proofs) fn judged(&self) -> u64 {
        self.judged
    }

    /// Kinds of findings that are neither serious nor critical.
    pub(in crate::proofs) fn lesser(&self) -> String {
        if self.lesser.is_empty() {
            return "none".to_owned();
        }
        self.lesser.iter().cloned().collect::<Vec<_>>().join(", ")
    }
}

impl Eye for Axe {
    fn looks(&self) -> &'static [Look] {
        ALL_LOOKS
    }

    async fn judge(&mut self, stage: &Stage, _: &str, _: Look) -> Result<Vec<String>> {
        let Findings { judged, grave, lesser } = run(stage).await?;
        ensure!(judged > 0, "axe judged nothing");
        self.lesser.extend(lesser);
        self.judged += judged;
        Ok(grave)
    }
}

/// What axe found in one view.
#[derive(Debug)]
pub(in crate::proofs) struct Findings {
    /// How many elements its rules judged.
    pub(in crate::proofs) judged: u64,
    /// Serious and critical.
    pub(in crate::proofs) grave: Vec<String>,
    /// Names of the rules that found less.
    pub(in crate::proofs) lesser: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Found {
    judged: u64,
    violations: Vec<Violation>,
}

#[derive(Debug, Deserialize)]
struct Violation {
    id: String,
    impact: Option<String>,
    help: String,
    html: Vec<String>,
}

/// Looks at what the window shows now.
pub(in crate::proofs) async fn run(stage: &Stage) -> Result<Findings> {
    ensure!(!SOURCE.is_empty(), "axe-core is not there; `cargo xtask prove` installs it");
    let driver = stage.browser.driver();
    // Not into the page by its own means: the policy forbids that, as it should.
    let script = format!("{}\n{RUN}", *SOURCE);
    let found = driver.execute_async(script, Vec::new()).await.context("axe")?;
    let Found { judged, violations } = serde_json::from_value(found.json().clone())?;
    let is_grave = |found: &Violation| {
        // A finding without an impact is not known to be harmless.
        found.impact.as_deref().is_none_or(|impact| ["serious", "critical"].contains(&impact))
    };
    let (grave, lesser): (Vec<_>, Vec<_>) = violations.into_iter().partition(is_grave);
    let told = |found: &Violation| {
        let Violation { id, help, html, .. } = found;
        format!("{id}: {help}: {} of them: {}", html.len(), html.join(" | "))
    };
    let names = lesser.iter().map(|found| found.id.clone());
    Ok(Findings { judged, grave: grave.iter().map(told).collect(), lesser: names.collect() })
}

/// Before anything is believed that finds nothing: a button without a name, an error in the console and
/// a style that the policy forbids are found.
pub(in crate::proofs) async fn sees_what_is_planted(stage: &mut Stage) -> Result<()> {
    stage.open("", "").await?;
    stage.browser.find("first-start-sample").await?;
    stage.is_quiet("the first document").await?;
    let plant = "document.querySelector('main').append(document.createElement('button'));
        const style = document.createElement('style');
        style.textContent = 'body { color: red }';
        document.head.append(style);
        console.error('planted');";
    stage.browser.script(plant).await?;
    let Findings { grave, .. } = run(stage).await?;
    ensure!(grave.iter().any(|what| what.starts_with("button-name")), "axe is blind: {grave:?}");
    let errors = stage.browser.console_errors().await?;
    for word in ["planted", "policy: style-src"] {
        ensure!(errors.iter().any(|line| line.contains(word)), "{word} is not in {errors:?}");
    }
    Ok(())
}
