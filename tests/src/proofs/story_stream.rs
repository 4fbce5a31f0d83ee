//! `story-stream`: two incidents that really happened, one of them told in Chinese, are written down by three
//! people in three real windows: while it goes on and afterwards, one of them offline in the middle, with
//! pictures pasted, a text and a time corrected and a line withdrawn. What each desktop writes out as Markdown
//! tells the same story in the same order, with what became of each corrected line.

mod room;
mod tale;

use anyhow::{Context, Result, ensure};
use thirtyfour::Key;

use crate::harness::desk::SOON;
use crate::harness::screen::Screen;
use crate::harness::wait;
use crate::proof::{Ground, Proof, Report};
use room::Room;
use tale::{DATABASE, STORAGE, Tale, Told, Who};

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "story-stream",
    line: "two real incidents, written by three people in real windows, one offline: every desktop tells the same story",
    run: |ground| Box::pin(run(ground)),
};

const ALL: [Who; 3] = [Who::Ana, Who::Ben, Who::Mei];

/// A picture comes out of the clipboard as the window's own input gets it.
const PASTE: &str = "const done = arguments[0]; const canvas = document.createElement('canvas');
    canvas.width = 320; canvas.height = 200; const paint = canvas.getContext('2d');
    paint.fillStyle = '#2a6'; paint.fillRect(0, 0, 320, 200);
    paint.fillStyle = '#fff'; paint.fillRect(20, 120, 60, 60);
    canvas.toBlob(blob => { const data = new DataTransfer();
        data.items.add(new File([blob], 'graph.png', { type: 'image/png' }));
        const input = document.querySelector('[data-testid=stream-input]');
        input.dispatchEvent(new ClipboardEvent('paste',
            { clipboardData: data, bubbles: true, cancelable: true }));
        done(1); }, 'image/png');";

async fn run(ground: Ground) -> Result<Report> {
    let room = Room::open(&ground).await?;
    let told = play(&room).await;
    room.end(told).await
}

async fn play(room: &Room) -> Result<Report> {
    let mut lines = 0;
    for tale in [&DATABASE, &STORAGE] {
        lines += tell(room, tale).await.with_context(|| tale.summary.to_owned())?;
    }
    Ok(Report::new(2, "incidents told")
        .figure("lines", lines)
        .figure("desktops that tell the same", ALL.len())
        .figure("corrections with their history", 2 * 3)
        .figure("pictures pasted", 2))
}

/// Tells one; how many lines it has.
async fn tell(room: &Room, tale: &Tale) -> Result<usize> {
    let key = room.declare(tale.summary).await?;
    for (who, others) in [(Who::Ana, ["BEN", "MEI"]), (Who::Ben, ["ANA", "MEI"])] {
        let all = |text: &str| others.iter().all(|other| text.contains(other));
        let named = "return document.querySelector('[data-testid=lookers]')?.ariaLabel ?? ''";
        wait::until(&format!("{who:?} to see who else looks"), SOON, async || {
            let text = room.screen(who).script(named).await?;
            Ok(text.as_str().is_some_and(all).then_some(()))
        })
        .await?;
    }
    for line in tale.live {
        room.screen(line.who).reads("incident-key", &key, SOON, |shown| shown == key).await?;
        write(room, line).await?;
    }
    room.cut_mei().await?;
    for line in tale.offline {
        write(room, line).await?;
    }
    // The others go on, and see nothing of it.
    paste(room, &tale.pictured).await?;
    let nobody = room.screen(Who::Ana).script(
        "return [...document.querySelectorAll('[data-testid=stream-entry]')].map(e => e.textContent).join()",
    );
    let nobody = nobody.await?.to_string();
    ensure!(
        tale.offline.iter().all(|line| !nobody.contains(line.text)),
        "Ana reads what Mei wrote without a connection"
    );
    room.mend_mei().await?;
    for line in tale.afterwards {
        write(room, line).await?;
    }
    corrections(room, tale).await?;
    for who in ALL {
        everything_is_there(room.screen(who), tale)
            .await
            .with_context(|| format!("on the desktop of {who:?}"))?;
    }
    same_story(room, tale).await
}

/// A line, by keyboard: its time as it is said, Tab for its kind, Enter.
async fn write(room: &Room, line: &Told) -> Result<()> {
    let screen = room.screen(line.who);
    compose(screen, line).await?;
    screen.keys(Key::Enter + "").await.with_context(|| format!("sending {:?}", line.text))?;
    stands(screen, line.text).await
}

async fn compose(screen: &Screen, line: &Told) -> Result<()> {
    screen.click("input-time").await?;
    screen.find("time-phrase").await?;
    screen.write("time-phrase", line.at).await?;
    understood(screen).await?;
    screen.click("stream-input").await?;
    for _ in 0..line.kind as usize {
        screen.keys(Key::Tab + "").await?;
    }
    screen.keys(line.text).await.with_context(|| format!("typing {:?}", line.text))
}

/// The phrase was read: no question stands.
async fn understood(screen: &Screen) -> Result<()> {
    wait::until("the time to be understood", SOON, async || {
        let read = "const field = document.querySelector('[data-testid=time-phrase]');
            return field.value !== '' && field.getAttribute('aria-invalid') !== 'true'
                && field.getAttribute('aria-busy') !== 'true'";
        Ok((screen.script(read).await? == true).then_some(()))
    })
    .await
}

async fn stands(screen: &Screen, text: &str) -> Result<()> {
    screen.reads("stream-entry", text, SOON, |shown| shown.contains(text)).await.map(drop)
}

async fn paste(room: &Room, line: &Told) -> Result<()> {
    let screen = room.screen(line.who);
    compose(screen, line).await?;
    screen.driver().execute_async(PASTE, Vec::new()).await.context("pasting")?;
    wait::until("the picture beside the input", SOON, async || {
        let there = "return document.querySelectorAll('[data-testid=files-attached] img').length";
        Ok((screen.script(there).await? == 1).then_some(()))
    })
    .await?;
    screen.keys(Key::Enter + "").await?;
    stands(screen, line.text).await
}

/// A text, a time, and a line withdrawn: each in the window of whoever noticed.
async fn corrections(room: &Room, tale: &Tale) -> Result<()> {
    let text = room.screen(tale.text.who);
    open_editor(text, tale.text.was).await?;
    text.keys(Key::Control + "a").await.context("marking the old text")?;
    text.keys(tale.text.becomes).await.context("typing the new one")?;
    text.keys(Key::Enter + "").await.context("saving it")?;
    stands(text, tale.text.becomes).await?;

    let (fix, _) = &tale.time;
    let time = room.screen(fix.who);
    open_editor(time, fix.was).await?;
    time.write("time-phrase", fix.becomes).await?;
    understood(time).await?;
    time.click("entry-save").await?;
    time.gone("entry-save").await?;

    let (who, line) = tale.withdrawn;
    let screen = room.screen(who);
    open_editor(screen, line).await?;
    screen.click("entry-withdraw").await?;
    screen.gone("entry-withdraw").await
}

/// The pencil of a line, which is in view once it was scrolled to, and has one once it was clicked.
async fn open_editor(screen: &Screen, text: &str) -> Result<()> {
    let open = format!(
        "const wanted = {};
         for (const line of document.querySelectorAll('[data-testid=stream-entry]'))
           if (line.textContent.includes(wanted)) {{
             line.scrollIntoView({{ block: 'center' }}); line.click();
             const pencil = line.querySelector('[data-testid=entry-edit]');
             pencil?.click(); return pencil !== null; }}
         return false;",
        serde_json::to_string(text)?
    );
    wait::until(&format!("the pencil of {text:?}"), SOON, async || {
        Ok((screen.script(&open).await? == true).then_some(()))
    })
    .await?;
    screen.find("entry-save").await?;
    // A list that measures its lines may move once more; the editor is brought back as a wheel would.
    let bring =
        "document.querySelector('[data-testid=entry-save]').scrollIntoView({ block: 'center' })";
    screen.script(bring).await?;
    wait::until("the text under the keys", SOON, async || {
        let typed = "return document.activeElement?.closest('form')
            ?.querySelector('[data-testid=entry-save]') !== null
            && document.activeElement.tagName === 'TEXTAREA'";
        Ok((screen.script(typed).await? == true).then_some(()))
    })
    .await
}

/// Every line as it reads in the end, and the picture drawn.
async fn everything_is_there(screen: &Screen, tale: &Tale) -> Result<()> {
    for text in tale.in_order() {
        stands(screen, text).await?;
    }
    wait::until("the picture", SOON, async || {
        let drawn = "return [...document.querySelectorAll('[data-testid=file-strip] img')]
            .filter(picture => picture.naturalWidth > 0).length";
        Ok((screen.script(drawn).await? == 1).then_some(()))
    })
    .await
}

/// What every desktop writes out: the same lines in the same order, and what became of three of them.
async fn same_story(room: &Room, tale: &Tale) -> Result<usize> {
    let wanted = tale.in_order();
    let mut written = Vec::new();
    for who in ALL {
        let text = room.export(who).await?;
        // What stands in a line is escaped where Markdown would take it for markup.
        let plain = text.replace('\\', "");
        let timeline = plain.rsplit("\n## ").next().context("a timeline")?.to_owned();
        let mut rest = timeline.as_str();
        for line in &wanted {
            let at = rest.find(line).with_context(|| {
                format!("{who:?}: {line:?} is missing or out of order in\n{timeline}")
            })?;
            rest = &rest[at + line.len()..];
        }
        let corrected = [tale.text.was, "graph.png", &format!("~~{}~~", tale.withdrawn.1)];
        for part in corrected {
            ensure!(timeline.contains(part), "{who:?}: {part:?} is not told in\n{timeline}");
        }
        let steps = timeline.lines().filter(|line| line.starts_with("  - ")).count();
        ensure!(steps == 3, "{who:?}: {steps} corrections of 3 are told in\n{timeline}");
        written.push((who, timeline));
    }
    // Ana and Ben read the same language: they read the same, letter by letter.
    ensure!(written[0].1 == written[1].1, "Ana:\n{}\nBen:\n{}", written[0].1, written[1].1);
    let lines = |text: &str| text.lines().filter(|line| line.starts_with("- ")).count();
    ensure!(
        lines(&written[0].1) == lines(&written[2].1),
        "Mei's story has another number of lines:\n{}",
        written[2].1
    );
    Ok(wanted.len())
}
