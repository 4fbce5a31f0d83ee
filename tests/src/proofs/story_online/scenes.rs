//! The scenes after the declaration, each ending with what both windows have to show.

use anyhow::{Result, ensure};
use thirtyfour::Key;

use super::times::Times;
use crate::harness::desk::{Desk, SOON};
use crate::harness::notification::Notice;
use crate::harness::office::{BEN, Office};
use crate::harness::screen::Screen;

/// Ben presses Acknowledge on the notification that the daemon has drawn.
pub(super) async fn acknowledge(office: &Office, notice: &Notice, key: &str) -> Result<()> {
    ensure!(notice.summary.contains(key), "the page does not name {key}: {}", notice.summary);
    office.ben.press(notice, "acknowledge").await?;
    let seen = |text: &str| text.contains(BEN.1) && text.contains("acknowledged");
    reads_in_stream(office.ana.screen(), "the acknowledgement", seen).await
}

/// Ben opens the incident from the board and takes command; Ana sees it.
pub(super) async fn take_command(office: &Office, key: &str) -> Result<()> {
    office.ben.turn_to_main().await?;
    let ben = office.ben.screen();
    ben.click("rail-now").await?;
    ben.click("board-row").await?;
    ben.reads("incident-key", key, SOON, |text| text == key).await?;
    ben.click("take-command").await?;
    for desk in [&office.ben, &office.ana] {
        let screen = desk.screen();
        screen.reads("incident-im", "Ben in command", SOON, |text| text.contains(BEN.1)).await?;
        screen.reads("incident-state", "Fixing", SOON, |text| text == "Fixing").await?;
    }
    Ok(())
}

/// Both write timeline entries; both see all. Gives how many.
pub(super) async fn both_write(office: &Office) -> Result<usize> {
    let lines = [
        (&office.ana, 1, "Every card payment ends in a time-out since the last deploy"),
        (&office.ben, 2, "Rolled payments-api back to the release before"),
        (&office.ana, 0, "I see payments succeed again"),
        (&office.ben, 3, "We stay on the old release until tomorrow"),
    ];
    for (desk, tabs, line) in lines {
        write(desk, tabs, line).await?;
    }
    for (_, _, line) in lines {
        for desk in [&office.ana, &office.ben] {
            reads_in_stream(desk.screen(), line, |text| text.contains(line)).await?;
        }
    }
    Ok(lines.len())
}

/// A line in the stream; Tab goes from a message to the kinds of entries.
async fn write(desk: &Desk, tabs: usize, line: &str) -> Result<()> {
    let screen = desk.screen();
    screen.click("stream-input").await?;
    for _ in 0..tabs {
        screen.keys(Key::Tab + "").await?;
    }
    screen.keys(format!("{line}{}", Key::Enter.value())).await?;
    reads_in_stream(screen, line, |text| text.contains(line)).await
}

/// Ben resolves with the three times.
pub(super) async fn resolve(office: &Office) -> Result<Times> {
    let ben = office.ben.screen();
    ben.click("resolve-open").await?;
    let times = Times::lately()?;
    times.write(ben).await?;
    ben.click("resolve-submit").await?;
    ben.gone("resolve-submit").await?;
    Ok(times)
}

/// Both windows show the incident resolved, with the right figures, under the same key.
pub(super) async fn times_stand(office: &Office, key: &str, times: &Times) -> Result<()> {
    let (ttd, ttr) = (times.ttd(), times.ttr());
    for desk in [&office.ben, &office.ana] {
        let screen = desk.screen();
        screen.reads("incident-state", "Resolved", SOON, |text| text == "Resolved").await?;
        screen.reads("times-ttd", &ttd, SOON, |text| text == ttd).await?;
        screen.reads("times-ttr", &ttr, SOON, |text| text == ttr).await?;
        screen.reads("incident-key", key, SOON, |text| text == key).await?;
    }
    Ok(())
}

async fn reads_in_stream(screen: &Screen, what: &str, wanted: impl Fn(&str) -> bool) -> Result<()> {
    screen.reads("stream-entry", what, SOON, wanted).await.map(drop)
}
