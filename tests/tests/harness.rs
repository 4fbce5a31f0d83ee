//! The harness itself, on a real display, a real bus and a real daemon.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use firebell_tests::harness::browser::Browser;
use firebell_tests::harness::bus::Bus;
use firebell_tests::harness::desktop::Desktop;
use firebell_tests::harness::display::Display;
use firebell_tests::harness::notification::{
    NAME, daemon::Daemon, monitor::Monitor, recorder::Recorder,
};
use firebell_tests::harness::process::Process;
use firebell_tests::harness::seat::Seat;
use thirtyfour::Key;

const SOON: Duration = Duration::from_secs(20);

/// Sends a notice as any program would, and waits for a press when it has a button.
fn notify(bus: &Bus, folder: &std::path::Path, name: &str, args: &[&str]) -> Result<Process> {
    let mut command = Command::new("notify-send");
    command.args(args).env("DBUS_SESSION_BUS_ADDRESS", bus.address());
    Process::start(name, command, folder)
}

#[tokio::test]
async fn the_recorder_records_a_notice_and_presses_its_button() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let bus = Bus::start(folder.path()).await?;
    let recorder = Recorder::start(&bus).await?;
    let args = ["-u", "critical", "-A", "acknowledge=Acknowledge", "HOT-1", "pump room"];
    let mut sender = notify(&bus, folder.path(), "sender", &args)?;
    let notice = recorder.wait("the notice", SOON, |notice| notice.summary == "HOT-1").await?;
    assert_eq!(notice.body, "pump room");
    assert_eq!(notice.urgency, Some(2));
    assert_eq!(notice.actions, [("acknowledge".to_owned(), "Acknowledge".to_owned())]);
    assert!(recorder.press(&notice, "decline").await.is_err(), "there is no such button");
    recorder.press(&notice, "acknowledge").await?;
    sender.line("the action", SOON, |line| (line == "acknowledge").then_some(())).await?;
    assert_eq!(recorder.notices().len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_bus_without_a_daemon_has_none_that_starts_by_itself() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let bus = Bus::start(folder.path()).await?;
    assert!(bus.owned(NAME, Duration::from_millis(50)).await.is_err());
    let mut sender = notify(&bus, folder.path(), "sender", &["nobody", "hears"])?;
    assert!(!sender.ended(SOON).await?.success());
    Ok(())
}

#[tokio::test]
async fn the_monitor_sees_what_the_real_daemon_draws() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let display = Display::start(folder.path(), 800, 600).await?;
    let bus = Bus::start(folder.path()).await?;
    let _daemon = Daemon::start(&bus, &display, folder.path()).await?;
    let monitor = Monitor::start(&bus).await?;
    let empty = folder.path().join("empty.png");
    display.picture(&empty)?;
    let args = ["-u", "critical", "-A", "acknowledge=Acknowledge", "HOT-2", "boiler"];
    let _sender = notify(&bus, folder.path(), "sender", &args)?;
    let notice = monitor.wait("the notice", SOON, |notice| notice.summary == "HOT-2").await?;
    assert_eq!(notice.urgency, Some(2));
    assert!(notice.has_action("acknowledge"));
    assert_ne!(notice.id, 0, "the daemon accepted it");
    firebell_tests::harness::wait::until("a drawn notice", SOON, async || {
        let shown = folder.path().join("shown.png");
        display.picture(&shown)?;
        Ok((std::fs::read(&shown)? != std::fs::read(&empty)?).then_some(()))
    })
    .await
}

#[tokio::test]
async fn two_displays_and_two_seats_do_not_meet() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (left, right) = (folder.path().join("left"), folder.path().join("right"));
    std::fs::create_dir_all(&left)?;
    std::fs::create_dir_all(&right)?;
    let (first, second) =
        tokio::try_join!(Display::start(&left, 320, 200), Display::start(&right, 320, 200))?;
    assert_ne!(first.name(), second.name());
    let a = Seat::take(folder.path(), "a").await?;
    let b = Seat::take(folder.path(), "b").await?;
    assert_ne!(a.bus().address(), b.bus().address());
    assert_ne!(a.data(), b.data());
    Ok(())
}

#[tokio::test]
async fn the_browser_composes_as_an_input_method_does() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let browser = Browser::start(folder.path(), "zh-CN").await?;
    let page = "data:text/html,<input data-testid=line autofocus \
                onkeydown=\"this.dataset.composing=event.isComposing\">";
    browser.open(page).await?;
    browser.click("line").await?;
    browser.compose("结账").await?;
    browser.settle("结账失败").await?;
    let value = browser.find("line").await?.prop("value").await?;
    assert_eq!(value.as_deref(), Some("结账失败"));
    let picture = folder.path().join("browser.png");
    browser.picture(&picture).await?;
    assert!(std::fs::metadata(&picture)?.len() > 500);
    browser.close().await
}

/// WebKit's own small browser; it comes with the library that the desktop is built on.
fn mini_browser() -> Result<PathBuf> {
    let machines = std::fs::read_dir("/usr/lib")?.flatten();
    let mut places = machines.map(|one| one.path().join("webkit2gtk-4.1/MiniBrowser"));
    places.find(|path| path.exists()).context("MiniBrowser, of libwebkit2gtk-4.1-0")
}

#[tokio::test]
async fn a_window_is_driven_killed_and_opened_again_at_the_same_seat() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let display = Display::start(folder.path(), 800, 600).await?;
    let seat = Seat::take(folder.path(), "a").await?;
    let program = mini_browser()?;
    let start = || Desktop::start_program(program.clone(), &seat, &display, &["--automation"]);
    let first = start().await?;
    let page = "data:text/html,<input data-testid=line><p data-testid=seen></p><script>\
                onkeydown=e=>{if(e.ctrlKey)document.querySelector('p').textContent+=e.key}</script>";
    first.driver().goto(page).await?;
    first.tab_to("line").await?;
    first.write("line", "pump room").await?;
    first.keys(Key::Control + "d").await?;
    let seen = first.reads("seen", "the keys", SOON, |text| text.contains('d')).await?;
    assert_eq!(seen, "Controld");
    let picture = folder.path().join("window.png");
    first.picture(&picture).await?;
    assert!(std::fs::metadata(&picture)?.len() > 1_000);
    let pid = first.pid()?;
    first.freeze()?;
    first.thaw()?;
    first.kill()?;
    let second = start().await?;
    assert_ne!(second.pid()?, pid);
    second.close().await
}

#[tokio::test]
async fn a_frozen_process_ends_when_dropped_and_a_killed_one_is_over() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let sleeper = || {
        let mut command = Command::new("sleep");
        command.arg("300");
        command
    };
    let mut killed = Process::start("killed", sleeper(), folder.path())?;
    killed.kill()?;
    assert!(!killed.ended(SOON).await?.success());
    let frozen = Process::start("frozen", sleeper(), folder.path())?;
    frozen.freeze()?;
    let stat = format!("/proc/{}", frozen.pid()?.as_raw_nonzero());
    drop(frozen);
    assert!(!std::path::Path::new(&stat).exists());
    Ok(())
}
