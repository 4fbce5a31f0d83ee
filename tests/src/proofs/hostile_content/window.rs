//! The built interface in Chromium, in front of everything hostile.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use firebell_client::api::document::WriteDocument;
use firebell_domain::document::Text;
use firebell_protocol::document::Base64;
use image::ImageFormat;
use serde_json::{Value, json};

use super::files::{NAMES, declare, named, write};
use super::{pictures, texts};
use crate::harness::browser::Browser;
use crate::harness::company::Company;
use crate::harness::devhost::Devhost;
use crate::harness::headless::{Headless, PASSWORD};
use crate::harness::wait;

/// Bound of waits; conditions come much sooner.
const SOON: Duration = Duration::from_secs(60);

/// Runs before everything in each document: what breaks the policy, opens a dialog or another window is
/// noted.
const WATCH: &str = "
    window.breaches = []; window.marked = undefined;
    addEventListener('securitypolicyviolation', e =>
      window.breaches.push(`${e.violatedDirective} ${e.blockedURI}`));
    for (const name of ['alert', 'confirm', 'prompt', 'open'])
      window[name] = () => { window.marked = name; };";

/// Nothing ran, nothing that runs is in the document, nothing leads where no link may lead, no picture is
/// anybody's but the program's, and nobody else was asked for anything.
const JUDGE: &str = "
    const wrong = [];
    if (window.marked !== undefined) wrong.push(`marked by ${window.marked}`);
    wrong.push(...window.breaches.map(breach => `policy: ${breach}`));
    for (const tag of ['iframe', 'object', 'embed', 'base', 'math', 'video', 'audio', 'template', 'frame'])
      if (document.querySelector(tag)) wrong.push(`<${tag}>`);
    for (const script of document.scripts)
      if (new URL(script.src || 'about:inline').origin !== location.origin) wrong.push('a script');
    if (document.querySelector('body script, body link, body style, body meta')) wrong.push('code in the body');
    for (const form of document.forms)
      if (form.hasAttribute('action')) wrong.push('a form that leads away');
    // The document's editor stands in a root of its own.
    const editor = document.querySelector('[data-testid=document-editor]')?.shadowRoot;
    if (editor?.querySelector('script, iframe, object, embed, img, a, form, video, audio, math'))
      wrong.push('more than text in the document');
    for (const each of [...document.querySelectorAll('main *'), ...(editor?.querySelectorAll('*') ?? [])]) {
      for (const { name } of each.attributes) if (name.startsWith('on')) wrong.push(`${name} on ${each.tagName}`);
    }
    for (const link of document.querySelectorAll('a[href]')) {
      const to = link.getAttribute('href') ?? '';
      if (!/^(#|https?:|firebell:|mailto:|tel:)/.test(to)) wrong.push(`a link to ${to}`);
    }
    for (const picture of document.images)
      if (!picture.src.startsWith('blob:')) wrong.push(`a picture of ${picture.src.slice(0, 60)}`);
    for (const { name } of performance.getEntriesByType('resource')) {
      const of = new URL(name);
      if (!['blob:', 'data:'].includes(of.protocol) && of.origin !== location.origin) wrong.push(`a request to ${of.origin}`);
    }
    return wrong;";

/// What was shown.
pub(super) struct Shown {
    pub(super) texts: u64,
    pub(super) files: u64,
}

/// Ben writes, Ana looks.
pub(super) async fn renders_harmless(
    browser: &Browser,
    devhost: &Devhost,
    company: &Company,
    ben: &Headless,
) -> Result<Shown> {
    browser.before_documents(WATCH).await?;
    let ana = Ana { browser, devhost };
    ana.signs_in(&company.server().url()).await?;
    ana.would_notice().await?;

    let incident = declare(ben, false).await?;
    for text in texts::HOSTILE {
        write(ben, &incident, text, Vec::new()).await?;
    }
    ben.sent().await?;
    ana.opens(&incident).await?;
    // Markdown is read by a part that comes when the first line needs it; before, all is plain words.
    let marked = "return document.querySelector('[data-testid=stream-entry] .markdown') !== null";
    wait::until("Markdown to be shown as such", SOON, async || {
        Ok((browser.script(marked).await? == json!(true)).then_some(()))
    })
    .await?;
    let shown = ana.reads_all(texts::HOSTILE.len()).await?;
    ensure!(shown >= texts::HOSTILE.len(), "only {shown} lines were seen");
    ana.is_unharmed("the lines").await?;
    let mut count = texts::HOSTILE.len() as u64;
    // One at a time: each is to be shown soon, however deep or long.
    for (what, text) in texts::heavy() {
        let alone = declare(ben, false).await?;
        write(ben, &alone, &text, Vec::new()).await?;
        ben.sent().await?;
        ana.opens(&alone).await?;
        ana.reads_all(1).await.with_context(|| what.to_owned())?;
        ana.is_unharmed(what).await?;
        count += 1;
    }
    count += show_document(&ana, ben).await?;
    let files = show_files(&ana, ben).await?;
    let own = pastes(&ana, ben).await?;
    // Summary and description are hostile in each of them; so are the lists that show them.
    for room in ["#/now", "#/incidents"] {
        ana.turns_to(room).await?;
        browser.find(if room == "#/now" { "board-row" } else { "incident-row" }).await?;
        ana.is_unharmed(room).await?;
        count += 1;
    }
    Ok(Shown { texts: count, files: files + own })
}

/// The same words in the state document and in the tables beside it.
async fn show_document(ana: &Ana<'_>, ben: &Headless) -> Result<u64> {
    let incident = declare(ben, false).await?;
    ben.begin_document(incident.clone()).await?;
    let words = texts::HOSTILE.join("\n\n");
    let update = Base64(Text::written_by(7).insert(0, &words)).text();
    ben.write_document(WriteDocument { incident: incident.clone(), update }).await?;
    let most = &texts::HOSTILE[..12];
    for text in most {
        let (name, goal) = ((*text).to_owned(), (*text).to_owned());
        let form = json!({ "incident": incident, "name": name, "goal": goal });
        firebell_client::api::table::dispatch(ben, "add_workstream", form).await?;
    }
    ben.sent().await?;
    ana.opens(&incident).await?;
    ana.browser.click("record-tab-document").await?;
    wait::until("the words in the document and in its tables", SOON, async || {
        let shown = "const editor = document.querySelector('[data-testid=document-editor]');
            const all = [...document.querySelectorAll('input, textarea')].map(field => field.value).join();
            const written = editor?.shadowRoot?.querySelector('.cm-content');
            return (written?.innerText ?? '').includes(\"window.marked='script'\")
              && all.includes(\"window.marked='toggle'\");";
        Ok((ana.browser.script(shown).await? == json!(true)).then_some(()))
    })
    .await?;
    // An editor shows what is in view, and is walked through.
    for _ in 0..40 {
        ana.is_unharmed("the document").await?;
        let down = "document.querySelector('[data-testid=document-editor]').shadowRoot.querySelector('.cm-scroller').scrollTop += 200;";
        ana.browser.script(down).await?;
    }
    ana.is_unharmed("the end of the document").await?;
    Ok((texts::HOSTILE.len() + most.len()) as u64)
}

async fn show_files(ana: &Ana<'_>, ben: &Headless) -> Result<u64> {
    let incident = declare(ben, false).await?;
    let mut files = 0;
    for chunk in NAMES.chunks(10) {
        let mut staged = Vec::new();
        for name in chunk {
            let bytes = format!("file {files}").into_bytes();
            staged.push(named(&ben.stage_file(&incident, name, bytes).await?));
            files += 1;
        }
        write(ben, &incident, "names", staged).await?;
    }
    let mut staged = Vec::new();
    let svg =
        "<svg xmlns='http://www.w3.org/2000/svg'><script>window.marked='svg file'</script></svg>";
    let html = [b"\x89PNG\r\n\x1a\n", pictures::SCRIPT.as_bytes()].concat();
    for (name, bytes) in [
        ("a.svg", svg.as_bytes().to_vec()),
        ("a.html", pictures::SCRIPT.as_bytes().to_vec()),
        ("html.png", html),
        ("bomb.png", pictures::bomb(100_000, 100_000)?),
    ] {
        staged.push(named(&ben.stage_file(&incident, name, bytes).await?));
        files += 1;
    }
    let mut true_pictures = 0;
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        staged.push(named(
            &ben.stage_file(&incident, "polyglot", pictures::polyglot(format)?).await?,
        ));
        true_pictures += 1;
    }
    write(ben, &incident, "pictures", staged).await?;
    ben.sent().await?;
    ana.opens(&incident).await?;
    wait::until("the true pictures, and no others", SOON, async || {
        let drawn = ana.browser.script(
            "return [...document.querySelectorAll('[data-testid=file-strip] img')].filter(i => i.naturalWidth > 0).length",
        );
        Ok((drawn.await?.as_u64() == Some(true_pictures)).then_some(()))
    })
    .await?;
    ana.is_unharmed("files of lines").await?;
    ana.browser
        .script("document.querySelector('[data-testid=file-strip] img').closest('button').click()")
        .await?;
    ana.browser.find("file-viewer").await?;
    for _ in 0..true_pictures {
        ana.browser.keys(thirtyfour::Key::Right + "").await?;
    }
    ana.is_unharmed("the viewer").await?;
    ana.browser.keys(thirtyfour::Key::Escape + "").await?;
    ana.browser.gone("file-viewer").await?;
    Ok(files + true_pictures)
}

/// Ana pastes a picture and something that only looks like one; Ben gets what is a picture.
async fn pastes(ana: &Ana<'_>, ben: &Headless) -> Result<u64> {
    let incident = declare(ben, false).await?;
    ben.sent().await?;
    ana.opens(&incident).await?;
    ana.browser.find("stream-input").await?;
    ana.browser
        .script(
            "const canvas = new OffscreenCanvas(300, 200);
             canvas.getContext('2d').fillRect(0, 0, 100, 100);
             return canvas.convertToBlob({ type: 'image/png' }).then(blob => {
               const data = new DataTransfer();
               data.items.add(new File([blob], '../shot\\u202egnp.png', { type: 'image/png' }));
               data.items.add(new File(['<svg onload=1>'], 'x.png', { type: 'image/png' }));
               document.querySelector('[data-testid=stream-input]').dispatchEvent(
                 new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
             });",
        )
        .await?;
    wait::until("both beside the input line", SOON, async || {
        let script = "return [document.querySelectorAll('[data-testid=files-attached] li').length,
            document.querySelectorAll('[data-testid=files-attached] img').length]";
        Ok((ana.browser.script(script).await? == json!([2, 1])).then_some(()))
    })
    .await?;
    ana.browser.click("stream-input").await?;
    ana.browser.keys(thirtyfour::Key::Enter + "").await?;
    let line = ben
        .sees("the pasted picture", async |ben| {
            let asked =
                json!({"incident": incident, "before": null, "limit": 50, "entries_only": false});
            let page = firebell_client::api::table::dispatch(ben, "list_stream", asked).await?;
            let lines = page["entries"].as_array().context("lines")?;
            let line =
                lines.iter().find(|line| line["files"].as_array().is_some_and(|f| f.len() == 2));
            let here = |line: &&Value| {
                line["files"].as_array().into_iter().flatten().all(|f| f["place"] == "here")
            };
            Ok(line.filter(here).cloned())
        })
        .await?;
    let names: Vec<&str> =
        line["files"].as_array().into_iter().flatten().filter_map(|f| f["name"].as_str()).collect();
    ensure!(names.iter().any(|name| name.starts_with(".._shot_")), "{names:?}");
    let pictures = line["files"].as_array().into_iter().flatten().filter(|f| f["picture"] == true);
    ensure!(pictures.count() == 1, "{line}");
    ana.is_unharmed("pasting").await?;
    Ok(2)
}

struct Ana<'a> {
    browser: &'a Browser,
    devhost: &'a Devhost,
}

impl Ana<'_> {
    async fn signs_in(&self, server: &str) -> Result<()> {
        self.browser.open(&self.devhost.url()).await?;
        self.browser.click("first-start-server").await?;
        self.browser.write("connect-server", server).await?;
        self.browser.write("connect-name", "ana").await?;
        self.browser.write("connect-password", PASSWORD).await?;
        self.browser.click("connect-submit").await?;
        self.browser.reads("sync-word", "that all is sent", SOON, |word| word == "Sent").await?;
        Ok(())
    }

    /// What is planted is noticed: a judge who sees nothing proves nothing.
    async fn would_notice(&self) -> Result<()> {
        let plant = "const main = document.querySelector('main') ?? document.body;
            main.insertAdjacentHTML('beforeend', `<p id=planted onclick=\"1\"><a href=\"javascript:1\">x</a></p>`);
            const script = document.createElement('script'); script.textContent = 'window.marked=1';
            document.getElementById('planted').append(script);";
        self.browser.script(plant).await?;
        let seen = wait::until("what was planted", SOON, async || {
            let wrong = self.browser.script(JUDGE).await?;
            Ok(wrong.as_array().filter(|wrong| wrong.len() >= 4).cloned())
        })
        .await?;
        let all = json!(seen).to_string();
        ensure!(all.contains("policy: script-src") && !all.contains("marked by"), "{all}");
        self.browser.open(&self.devhost.url()).await
    }

    async fn turns_to(&self, room: &str) -> Result<()> {
        self.browser.script(&format!("location.hash = '{room}'")).await.map(drop)
    }

    async fn opens(&self, incident: &str) -> Result<()> {
        let known = format!(
            "return fetch('/api/get_incident', {{ method: 'POST', body: '\"{incident}\"',
               headers: {{ 'content-type': 'application/json' }} }}).then(answer => answer.ok)"
        );
        wait::until("Ana's desktop to know the incident", SOON, async || {
            Ok((self.browser.script(&known).await? == json!(true)).then_some(()))
        })
        .await?;
        self.turns_to(&format!("#/incident/{incident}")).await
    }

    /// Walks through the stream until so many written lines were seen, each of them harmless.
    async fn reads_all(&self, least: usize) -> Result<usize> {
        self.browser.script("window.seen = new Set()").await?;
        wait::until("every line to be shown", SOON, async || {
            // What is written differently may read the same: a link that leads nowhere is its words.
            let step = "for (const line of document.querySelectorAll('[data-testid=stream-entry]'))
                  if (line.dataset.kind === 'message') window.seen.add(line.id);
                const view = document.querySelector('[data-testid=stream-list]');
                if (view) view.scrollTop = view.scrollTop <= 0 ? view.scrollHeight : view.scrollTop - 300;
                return window.seen.size;";
            self.is_unharmed("a part of the lines").await?;
            let seen = self.browser.script(step).await?.as_u64().unwrap_or_default();
            let seen = usize::try_from(seen)?;
            Ok((seen >= least).then_some(seen))
        })
        .await
    }

    async fn is_unharmed(&self, at: &str) -> Result<()> {
        let wrong = self.browser.script(JUDGE).await?;
        ensure!(wrong == json!([]), "{at}: {wrong}");
        Ok(())
    }
}
