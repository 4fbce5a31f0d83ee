//! A document of 1 MB in the real window: from a key to the frame in which its letter is painted, beside the
//! same in a short document.

use anyhow::{Context, Result, ensure};
use firebell_client::api::document::WriteDocument;
use firebell_domain::change::Body;
use firebell_protocol::document::Base64;
use thirtyfour::Key;

use super::large;
use crate::harness::company::Company;
use crate::harness::desk::{Desk, SOON};
use crate::harness::headless::Headless;
use crate::harness::incident;
use crate::harness::raw::fresh;
use crate::harness::server::sqlite_url;
use crate::harness::wait;
use crate::proof::{Ground, Size};
use crate::proofs::bench_spine::measure::Samples;

/// A key of a hundred may take longer.
const PAINTED_MS: f64 = 33.0;

/// Notes for each key how long it took until the frame with its letter was painted.
const WATCH: &str = "window.keysPainted = [];
    const editor = document.querySelector('[data-testid=document-editor]');
    editor.addEventListener('keydown', () => { const begun = performance.now();
        requestAnimationFrame(() => { const channel = new MessageChannel();
            channel.port1.onmessage = () => window.keysPainted.push(performance.now() - begun);
            channel.port2.postMessage(0); }); }, true);";

/// What stands in the first line.
const FIRST_LINE: &str =
    "return document.querySelector('[data-testid=document-editor]')?.shadowRoot
    ?.querySelector('.cm-line')?.textContent ?? ''";

/// Milliseconds from key to paint, in the long document and in the short one.
pub(super) struct Painted {
    pub(super) long: Samples,
    pub(super) short: Samples,
}

pub(super) async fn measure(ground: &Ground) -> Result<Painted> {
    let folder = ground.place("window")?;
    let url = sqlite_url(&folder.join("server.db"))?;
    let company = Company::found(&folder, &url, None, &["ivy", "ben"]).await?;
    let ben = company.desktop("ben").await?;
    ben.online().await?;
    let (_, updates) = large::grown();
    let short = lay_in(&ben, updates[..1].to_vec()).await?;
    let long = lay_in(&ben, updates).await?;
    ben.close().await;
    let desk = Desk::open(&ground.place("desk")?, "ivy").await?;
    let keys = ground.size().pick(30, 300);
    let told = async {
        desk.connect(&company.server().url(), "ivy").await?;
        let short = type_into(&desk, &short, keys, 1_000).await.context("in a short one")?;
        Ok(Painted { short, long: type_into(&desk, &long, keys, 100_000).await? })
    }
    .await;
    let painted = desk.end(told).await?;
    if ground.size() == Size::Full && !cfg!(debug_assertions) {
        let p99 = painted.long.p99();
        ensure!(p99 <= PAINTED_MS, "a letter is painted after {p99:.0} ms, one of a hundred");
    }
    Ok(painted)
}

/// An incident with this document; which one.
async fn lay_in(ben: &Headless, updates: Vec<Vec<u8>>) -> Result<String> {
    let incident = fresh();
    let declare = incident::declare(None, "A long night".to_owned(), "Seen by customers");
    ben.act(incident, Body::Incident(declare)).await?;
    for update in updates {
        let update = Base64(update).text();
        ben.write_document(WriteDocument { incident: incident.to_string(), update }).await?;
    }
    ben.sent().await?;
    Ok(incident.to_string())
}

/// Types into the first line of a document that is at least so high, in pixels.
async fn type_into(desk: &Desk, key: &str, keys: usize, height: u32) -> Result<Samples> {
    let screen = desk.screen();
    wait::until("the incident to arrive", SOON, async || {
        Ok(screen.ask("get_incident", key.into()).await.ok().map(drop))
    })
    .await?;
    screen.script(&format!("location.hash = '#/incident/{key}'")).await?;
    screen.click("record-tab-document").await?;
    wait::until("the whole document", SOON, async || {
        let high = "return document.querySelector('[data-testid=document-editor]')?.shadowRoot
            ?.querySelector('.cm-content')?.scrollHeight ?? 0";
        Ok((screen.script(high).await?.as_u64() >= Some(height.into())).then_some(()))
    })
    .await?;
    // Keys go to where the focus is, also within the editor's own root.
    screen.click("document-editor").await?;
    let home = screen.driver().action_chain().key_down(Key::Control).send_keys(Key::Home + "");
    home.key_up(Key::Control).perform().await.context("going to the first line")?;
    screen.script(WATCH).await?;
    let typed: String = ('a'..='z').cycle().take(keys).collect();
    for sign in typed.chars() {
        let key = screen.driver().action_chain().send_keys(sign.to_string());
        key.perform().await.with_context(|| format!("pressing {sign:?}"))?;
    }
    wait::until("every letter to be painted", SOON, async || {
        let count = screen.script("return window.keysPainted.length").await?;
        Ok((count.as_u64() == Some(keys as u64)).then_some(()))
    })
    .await?;
    let line = screen.script(FIRST_LINE).await?;
    let line = line.as_str().context("a first line")?;
    ensure!(line.starts_with(&typed), "{typed} was typed, and {line:?} stands there");
    let painted = screen.script("return window.keysPainted").await?;
    let mut samples = Samples::default();
    for took in painted.as_array().context("no times")? {
        samples.number(took.as_f64().context("a time")?);
    }
    Ok(samples)
}
