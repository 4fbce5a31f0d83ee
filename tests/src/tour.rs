//! The tour: the desktop through one incident, alone on a virtual display, a picture of each step.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use thirtyfour::Key;
use xtask::workspace;

use crate::harness::desk::{Desk, SOON};
use crate::harness::hands::{Declaration, Hands, Text};
use crate::proof::show_logs;

/// What is declared; in the sample data whoever starts is on call for payments.
const SUMMARY: &str = "Checkout fails for every customer";

/// Takes the tour and leaves the pictures in `target/tour`.
pub async fn take() -> Result<()> {
    let folder = tempfile::Builder::new().prefix("fb-").tempdir()?;
    let result = walk(folder.path()).await;
    if result.is_err() {
        show_logs(folder);
    }
    result
}

async fn walk(folder: &Path) -> Result<()> {
    let album = Album::open(&workspace::target()?.join("tour"))?;
    let desk = Desk::open(folder, "tour").await?;
    let result = steps(&desk, album).await;
    desk.end(result).await
}

async fn steps(desk: &Desk, mut album: Album) -> Result<()> {
    let screen = desk.screen();
    screen.find("first-start-sample").await?;
    screen.picture(&album.next("first-start")).await?;
    album.say("the first start offers sample data, an empty start, a server");

    desk.start_with_sample().await?;
    screen.find("board-row").await?;
    screen.picture(&album.next("board")).await?;
    album.say(&format!("the board shows {} open incidents", screen.count("board-row").await?));

    let hands = Hands::at(screen);
    let declaration = Declaration {
        summary: Text::plain(SUMMARY),
        severity: 1,
        service: Some(Text::plain("pay")),
        description: None,
    };
    declaration.fill(&hands).await?;
    let preview = screen.text("declare-preview").await?;
    screen.picture(&album.next("declare")).await?;
    let key = Declaration::send(&hands).await?;
    album.say(&format!(
        "{key} declared with {} keys and no click; it said: {preview}",
        hands.keys()
    ));

    let page = desk.paged(SUMMARY).await?;
    desk.turn_to_page().await?;
    screen.find("ack-and-command").await?;
    screen.painted().await?;
    desk.display().picture(&album.next("page"))?;
    album.say(&format!("it rings: {} / {}", page.summary, page.body));

    desk.press(&page, "acknowledge").await?;
    desk.turn_to_main().await?;
    let acknowledged = |text: &str| text.contains("acknowledged the page");
    screen.reads("stream-entry", "the acknowledgement", SOON, acknowledged).await?;
    screen.picture(&album.next("acknowledged")).await?;
    album.say("acknowledged with the button on the notification");

    screen.click("take-command").await?;
    screen.reads("incident-state", "Fixing", SOON, |text| text == "Fixing").await?;
    screen.picture(&album.next("in-command")).await?;
    album.say("took command; the incident is being fixed");

    for (tabs, line) in
        [(1, "Payments time out since the 14:02 deploy"), (2, "Rolling the deploy back")]
    {
        screen.click("stream-input").await?;
        for _ in 0..tabs {
            screen.keys(Key::Tab + "").await?;
        }
        screen.keys(format!("{line}{}", Key::Enter.value())).await?;
        // Nothing of another line is mixed into it.
        let alone = |text: &str| text.trim_end().ends_with(line);
        screen.reads("stream-entry", line, SOON, alone).await?;
    }
    screen.picture(&album.next("timeline")).await?;
    album.say("an observation and a change stand on the timeline");

    screen.click("resolve-open").await?;
    screen.find("resolve-submit").await?;
    screen.picture(&album.next("resolve")).await?;
    screen.click("resolve-submit").await?;
    screen.reads("incident-state", "Resolved", SOON, |text| text == "Resolved").await?;
    screen.picture(&album.next("resolved")).await?;
    album.say("resolved");
    Ok(())
}

/// The pictures, numbered as they are taken.
struct Album {
    folder: PathBuf,
    taken: u32,
}

impl Album {
    /// Makes the folder anew: no picture of an earlier tour stays between those of this one.
    fn open(folder: &Path) -> Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), taken: 0 })
    }

    fn next(&mut self, name: &str) -> PathBuf {
        self.taken += 1;
        self.folder.join(format!("{:02}-{name}.png", self.taken))
    }

    fn say(&self, seen: &str) {
        println!("{:02}  {seen}", self.taken);
    }
}
