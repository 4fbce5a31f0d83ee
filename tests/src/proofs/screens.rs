//! `screens`: a picture of every view, and no text in it that is cut off or lies under something else.
//! Pictures go to `docs/screens/views`, where they are looked at and not committed: they are made anew at each
//! run. Those beside that folder, which the documents show, are taken of the real window by `firebell-prove
//! pictures`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use xtask::workspace;

use super::browser::every_view;
use super::browser::stage::Stage;
use super::browser::sweep::{ALL_LOOKS, Eye, Look, SOME_LOOKS, Swept};
use crate::proof::{Ground, Proof, Report};

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "screens",
    line: "a picture of every view, and no text in any that is cut off or covered",
    run: |ground| Box::pin(run(ground)),
};

/// What is wrong with text as it lies there. An end with dots says that there is more, and a part that scrolls
/// shows it; anything else that is not whole was not meant.
const JUDGE: &str = "
    const layers = '[role=dialog], [role=alertdialog], [role=menu], [role=listbox], [role=tooltip], [data-popover], .sync-pop';
    const top = [...document.querySelectorAll('[role=dialog], [role=alertdialog]')].at(-1) ?? document.body;
    const wrong = []; const texts = [];
    const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.textContent.trim()) continue;
      const owner = node.parentElement;
      if (!owner || owner.closest('script, style, option, textarea, [aria-hidden=true], [inert]')) continue;
      if (owner.closest('details:not([open])') && !owner.closest('summary')) continue;
      const style = getComputedStyle(owner);
      if (style.visibility !== 'visible' || Number(style.opacity) === 0) continue;
      const range = document.createRange(); range.selectNodeContents(node);
      for (const rect of range.getClientRects()) {
        if (rect.width < 2 || rect.height < 2) continue;
        texts.push([node.textContent.trim().slice(0, 60), owner, rect]);
      }
    }
    const hides = value => value === 'hidden' || value === 'clip';
    const scrolls = value => value === 'auto' || value === 'scroll';
    for (const [text, owner, rect] of texts) {
      let scrolled = false, dotted = false, seen = true;
      for (let box = owner; box; box = box.parentElement) {
        const style = getComputedStyle(box);
        const edge = box.getBoundingClientRect();
        if (style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none') dotted = true;
        // What only a screen reader is told is a point.
        if (edge.width <= 1 || style.clipPath !== 'none') { seen = false; break; }
        if (scrolls(style.overflowX) || scrolls(style.overflowY)) {
          scrolled = true;
          // Half out of sight is being scrolled past.
          const x = rect.left + rect.width / 2, y = rect.top + rect.height / 2;
          if (y <= edge.top || y >= edge.bottom || x <= edge.left || x >= edge.right) { seen = false; break; }
        }
        if (box === document.body || dotted || scrolled) continue;
        if (hides(style.overflowX) && (rect.right > edge.right + 1.5 || rect.left < edge.left - 1.5)) {
          wrong.push(`cut off: ${text}`); break;
        }
        if (hides(style.overflowY) && (rect.bottom > edge.bottom + 3 || rect.top < edge.top - 3)) {
          wrong.push(`cut off below: ${text}`); break;
        }
      }
      if (!seen) continue;
      if (!scrolled && !dotted && rect.right > innerWidth + 1.5) wrong.push(`beyond the window: ${text}`);
      const x = rect.left + rect.width / 2, y = rect.top + rect.height / 2;
      if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) continue;
      const hit = document.elementFromPoint(x, y);
      if (!hit || hit.contains(owner) || owner.contains(hit)) continue;
      if (hit.closest(layers) !== owner.closest(layers)) continue;
      if (getComputedStyle(owner).pointerEvents === 'none') continue;
      // Columns that scroll past each other lie over nothing; what is sticky covers what scrolls below it.
      let sticky = false;
      for (let box = hit; box; box = box.parentElement) if (['sticky', 'fixed'].includes(getComputedStyle(box).position)) sticky = true;
      if (sticky) continue;
      // A control that is laid over its label on purpose has no words of its own.
      if (!hit.textContent.trim()) continue;
      wrong.push(`under something: ${text} (under ${hit.tagName.toLowerCase()}.${hit.className})`);
    }
    return [texts.length, [...new Set(wrong)]];";

async fn run(ground: Ground) -> Result<Report> {
    let looks = ground.size().pick(SOME_LOOKS, ALL_LOOKS);
    let into = workspace::path("docs/screens/views");
    // A view that is gone leaves no picture behind.
    if into.exists() {
        fs::remove_dir_all(&into)?;
    }
    fs::create_dir_all(&into)?;
    let mut stage = Stage::set(&ground).await?;
    let told = play(&mut stage, Painter { looks, into, texts: 0 }).await;
    stage.strike(told).await
}

async fn play(stage: &mut Stage, painter: Painter) -> Result<Report> {
    sees_what_is_cut_off(stage).await?;
    let mut swept = Swept::by(painter);
    every_view(stage, &mut swept).await?;
    Ok(Report::new(swept.shown(), "pictures")
        .figure("views", swept.names())
        .figure("languages and themes", swept.eye.looks.len())
        .figure("lines of text that were measured", swept.eye.texts)
        .figure("cut off or covered", 0))
}

/// Two that are planted are found: whoever sees nothing proves nothing.
async fn sees_what_is_cut_off(stage: &mut Stage) -> Result<()> {
    stage.open("", "").await?;
    stage.browser.find("first-start-sample").await?;
    let plant = "const main = document.querySelector('main');
        const cut = document.createElement('p'); cut.textContent = 'planted, and far too long';
        for (const [name, value] of [['width', '40px'], ['overflow', 'hidden'], ['whiteSpace', 'nowrap']]) cut.style[name] = value;
        const over = document.createElement('p'); over.textContent = 'planted above';
        const under = document.createElement('p'); under.textContent = 'planted below';
        for (const one of [under, over]) { one.style.position = 'absolute'; one.style.left = '10px'; one.style.top = '10px'; }
        main.append(cut, under, over);";
    stage.browser.script(plant).await?;
    let (_, wrong) = judge(stage).await?;
    for what in ["cut off: planted, and", "under something: planted below"] {
        ensure!(wrong.iter().any(|one| one.starts_with(what)), "{what} is not in {wrong:?}");
    }
    Ok(())
}

/// Somebody who takes pictures and reads them.
struct Painter {
    looks: &'static [Look],
    into: PathBuf,
    texts: u64,
}

impl Eye for Painter {
    fn looks(&self) -> &'static [Look] {
        self.looks
    }

    async fn judge(&mut self, stage: &Stage, view: &str, look: Look) -> Result<Vec<String>> {
        let name = format!("{}-{}-{}.png", view.replace([' ', ','], "-"), look.0, look.1);
        stage.browser.picture(&self.into.join(name)).await?;
        let (texts, wrong) = judge(stage).await?;
        ensure!(texts > 0, "there is no text");
        self.texts += texts;
        Ok(wrong)
    }
}

async fn judge(stage: &Stage) -> Result<(u64, Vec<String>)> {
    let seen = stage.browser.script(JUDGE).await?;
    serde_json::from_value(seen).context("what the window says of its text")
}
