//! `views-accessible`: every view for those who cannot see it and those who use no mouse. axe finds nothing
//! serious; everything that can be pressed or filled in is reached by Tab, or is part of a list, a row of tabs
//! or a menu that is; Enter while Chinese is composed never submits.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use thirtyfour::Key;

use super::browser::axe::{self, Findings};
use super::browser::stage::Stage;
use super::browser::sweep::{Eye, Look, Swept};
use super::browser::{Way, every_view};
use crate::proof::{Ground, Proof, Report};

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "views-accessible",
    line: "every view: nothing serious for axe, every action within reach of the keyboard, no Enter of an input method that submits",
    run: |ground| Box::pin(run(ground)),
};

/// What can be reached by keyboard does not depend on a theme.
const LOOKS: &[Look] = &[("en", "light")];
/// A view has fewer stops than this.
const MOST_STOPS: u32 = 400;

/// Names everything that can be acted on, and gives how many there are.
const NAME: &str = "
    const actions = 'a[href], button, input, select, textarea, summary, [contenteditable=true], [tabindex], '
      + '[role=button], [role=link], [role=tab], [role=checkbox], [role=switch], [role=menuitem]';
    // Behind a dialog nothing can be done, with or without keys.
    const dialogs = [...document.querySelectorAll('[role=dialog], [role=alertdialog], [role=menu]')];
    const root = dialogs.at(-1) ?? document;
    const inert = element => element.closest('[inert], [aria-hidden=true], [aria-disabled=true], fieldset:disabled');
    let count = 0;
    for (const old of document.querySelectorAll('[data-walked]')) old.removeAttribute('data-walked');
    for (const element of root.querySelectorAll(actions)) {
      const box = element.getBoundingClientRect();
      const shown = box.width > 0 && box.height > 0 && getComputedStyle(element).visibility === 'visible';
      if (!shown || element.disabled || element.type === 'hidden' || inert(element)) continue;
      // What is folded away is reached through what unfolds it.
      if (element.closest('details:not([open])') && element.tagName !== 'SUMMARY') continue;
      element.setAttribute('data-walked', 'no'); count += 1;
    }
    document.activeElement?.blur(); window.walkedLast = null;
    return count;";

/// Notes what has the focus; whether it had it before, or has it still.
const STOP: &str = "
    const at = document.activeElement; const before = window.walkedLast; window.walkedLast = at;
    if (!at || at === document.body) return 'outside';
    if (at === before) return 'still';
    if (at.getAttribute('data-walked') === 'yes') return 'again';
    at.setAttribute('data-walked', 'yes');
    return 'new';";

/// What was not reached, in words. A choice is reached through the one of its group that is chosen; a line of
/// a list, a tab and an item of a menu through the list, the tabs and the menu, if these were reached.
const MISSED: &str = "
    const parts = '[role=grid], [role=listbox], [role=tablist], [role=menu], [role=radiogroup], [role=toolbar], [role=tree]';
    const reached = element => element?.getAttribute('data-walked') === 'yes' || element?.querySelector('[data-walked=yes]') !== null && element !== null;
    const missed = [];
    for (const element of document.querySelectorAll('[data-walked=no]')) {
      const whole = element.closest(parts);
      if (whole && (reached(whole) || whole.contains(document.activeElement))) continue;
      if (element.type === 'radio' && [...document.querySelectorAll(`input[type=radio][name='${element.name}']`)].some(reached)) continue;
      // The button of a combobox is for the mouse: arrows open the list from its input.
      if (element.getAttribute('aria-haspopup') === 'listbox' && reached(element.parentElement)) continue;
      // It takes the focus for scripts and is no stop of its own: what is in it is.
      if (element.getAttribute('tabindex') === '-1' && !element.matches('a, button, input, select, textarea')) continue;
      missed.push(element.outerHTML.slice(0, 160));
    }
    return missed;";

async fn run(ground: Ground) -> Result<Report> {
    let mut stage = Stage::set(&ground).await?;
    let told = play(&mut stage).await;
    stage.strike(told).await
}

async fn play(stage: &mut Stage) -> Result<Report> {
    axe::sees_what_is_planted(stage).await?;
    sees_what_no_key_reaches(stage).await?;
    let mut swept = Swept::by(Walker::default());
    let Way { keys, places } = every_view(stage, &mut swept).await?;
    Ok(Report::new(swept.shown(), "views")
        .figure("actions within reach of the keyboard", swept.eye.actions)
        .figure("stops of Tab", swept.eye.stops)
        .figure("elements that axe judged", swept.eye.judged)
        .figure("serious or critical", 0)
        .figure("places where Enter composes and then sends", places)
        .figure("keys to declare everything", keys))
}

/// A button that no key reaches is found: a walker who misses nothing proves nothing.
async fn sees_what_no_key_reaches(stage: &mut Stage) -> Result<()> {
    stage.open("", "").await?;
    stage.browser.find("first-start-sample").await?;
    let plant = "const lost = document.createElement('button'); lost.tabIndex = -1;
        lost.textContent = 'planted'; document.querySelector('main').append(lost);";
    stage.browser.script(plant).await?;
    let walk = walk(stage).await?;
    ensure!(
        walk.missed.len() == 1 && walk.missed[0].contains("planted"),
        "the walker misses {:?}",
        walk.missed
    );
    Ok(())
}

/// Somebody who uses the keyboard alone, and axe.
#[derive(Debug, Default)]
struct Walker {
    actions: u64,
    stops: u64,
    judged: u64,
}

/// A walk through one view.
#[derive(Debug, Deserialize)]
struct Walk {
    actions: u64,
    stops: u64,
    missed: Vec<String>,
}

impl Eye for Walker {
    fn looks(&self) -> &'static [Look] {
        LOOKS
    }

    async fn judge(&mut self, stage: &Stage, _: &str, _: Look) -> Result<Vec<String>> {
        let Findings { judged, grave, .. } = axe::run(stage).await?;
        ensure!(judged > 0, "axe judged nothing");
        let Walk { actions, stops, missed } = walk(stage).await?;
        self.judged += judged;
        self.actions += actions;
        self.stops += stops;
        let missed = missed.into_iter().map(|what| format!("no key reaches {what}"));
        Ok(grave.into_iter().chain(missed).collect())
    }
}

/// Tab, until it begins anew.
async fn walk(stage: &Stage) -> Result<Walk> {
    let browser = &stage.browser;
    let actions = browser.script(NAME).await?.as_u64().context("a number of actions")?;
    let mut stops = 0;
    let mut outside = 0;
    let mut held = 0;
    for _ in 0..MOST_STOPS {
        browser.keys(Key::Tab + "").await?;
        match browser.script(STOP).await?.as_str() {
            Some("new") => {
                stops += 1;
                held = 0;
            }
            Some("outside") if outside < 2 => outside += 1,
            // An input whose Tab means something says how it is left: by Esc, and then Tab.
            Some("still") if held == 0 => {
                held += 1;
                browser.keys(Key::Escape + "").await?;
            }
            _ => break,
        }
    }
    let missed = serde_json::from_value(browser.script(MISSED).await?)?;
    Ok(Walk { actions, stops, missed })
}
