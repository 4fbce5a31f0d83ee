//! The tour: the desktop through one incident, alone on a virtual display, a picture of each step.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use thirtyfour::Key;
use xtask::workspace;

use crate::harness::desktop::Desktop;
use crate::harness::display::Display;
use crate::harness::notification::{daemon::Daemon, monitor::Monitor};
use crate::harness::seat::Seat;
use crate::proof::show_logs;

/// What is declared; the sample data has a checkout service with somebody on call.
const SUMMARY: &str = "Checkout fails for every customer";

/// How long a change may take to be seen.
const SOON: Duration = Duration::from_secs(20);

/// Takes the tour and leaves the pictures in `target/tour`.
pub async fn take() -> Result<()> {
    let folder = tempfile::Builder::new().prefix("fb-").tempdir()?;
    let result = walk(folder.path()).await;
    if result.is_err() {
        show_logs(folder);
    }
    result
}

async fn walk(folder: &std::path::Path) -> Result<()> {
    let display = Display::start(folder, 1440, 900).await?;
    let seat = Seat::take(folder, "tour").await?;
    let _daemon = Daemon::start(seat.bus(), &display, folder).await?;
    let monitor = Monitor::start(seat.bus()).await?;
    let album = Album::open()?;
    let desktop = Desktop::start(&seat, &display, &[]).await?;
    let result = steps(&desktop, &display, &monitor, album).await;
    // Also after a failure: an open session keeps the window.
    let closed = desktop.close().await;
    result.and(closed)
}

async fn steps(
    desktop: &Desktop,
    display: &Display,
    monitor: &Monitor,
    mut album: Album,
) -> Result<()> {
    desktop.find("first-start-sample").await?;
    desktop.picture(&album.next("first-start")).await?;
    album.say("first start offers sample data, an empty start, a server");

    desktop.click("first-start-sample").await?;
    desktop.find("rail-now").await?;
    desktop.picture(&album.next("board")).await?;
    album.say("the board stands, with sample data");

    desktop.keys(Key::Control + "d").await?;
    desktop.find("declare-summary").await?;
    desktop.tab_to("declare-summary").await?;
    desktop.keys(SUMMARY).await?;
    desktop.tab_to("declare-severity-1").await?;
    desktop.keys(" ").await?;
    desktop.picture(&album.next("declare")).await?;
    desktop.keys(Key::Control + Key::Enter).await?;
    album.say("declared by keyboard alone");

    let page = monitor
        .wait("a page on the notification daemon", SOON, |notice| {
            notice.urgency == Some(2) && notice.body.contains(SUMMARY)
                || notice.summary.contains(SUMMARY)
        })
        .await?;
    display.picture(&album.next("page"))?;
    album.say(&format!("the daemon shows a page: {} / {}", page.summary, page.body));

    desktop.turn_to("ack-and-command").await?;
    desktop.picture(&album.next("page-window")).await?;
    desktop.click("ack-and-command").await?;
    desktop.turn_to("rail-now").await?;
    desktop.find("stream-input").await?;
    desktop.picture(&album.next("in-command")).await?;
    album.say("acknowledged and took command in one click");

    for line in ["Payments time out since the 14:02 deploy", "Rolling the deploy back"] {
        desktop.write("stream-input", line).await?;
        desktop.keys(Key::Enter + "").await?;
        desktop.reads("stream-entry", line, SOON, |text| text.contains(line)).await?;
    }
    desktop.picture(&album.next("stream")).await?;
    album.say("two lines stand in the stream");

    desktop.click("resolve-open").await?;
    desktop.find("resolve-submit").await?;
    desktop.picture(&album.next("resolve")).await?;
    desktop.click("resolve-submit").await?;
    desktop.gone("resolve-submit").await?;
    desktop.picture(&album.next("resolved")).await?;
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
    fn open() -> Result<Self> {
        let folder = workspace::target()?.join("tour");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(Self { folder, taken: 0 })
    }

    fn next(&mut self, name: &str) -> PathBuf {
        self.taken += 1;
        self.folder.join(format!("{:02}-{name}.png", self.taken))
    }

    fn say(&self, seen: &str) {
        println!("{:02}  {seen}", self.taken);
    }
}
