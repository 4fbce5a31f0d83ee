//! A person's whole place: display, session bus, a real notification daemon with a watcher, and the
//! real desktop in its real window.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use thirtyfour::{Key, WindowHandle};

use super::desktop::Desktop;
use super::display::Display;
use super::headless::PASSWORD;
use super::keychain::Keychain;
use super::notification::{Notice, daemon::Daemon, monitor::Monitor};
use super::screen::Screen;
use super::seat::Seat;
use super::wait;

/// Bound of waits; conditions come much sooner.
pub const SOON: Duration = Duration::from_secs(60);
/// What the display and the main window measure.
pub const SIZE: (u32, u32) = (1440, 900);

/// The place. Its parts end in this order.
#[derive(Debug)]
pub struct Desk {
    desktop: Desktop,
    monitor: Monitor,
    daemon: Daemon,
    keychain: Option<Keychain>,
    seat: Seat,
    display: Display,
    main: WindowHandle,
}

impl Desk {
    /// Somebody sits down, at a computer without a keychain.
    pub async fn open(folder: &Path, name: &str) -> Result<Self> {
        let seat = Seat::take(folder, name).await?;
        Self::at(seat, None).await
    }

    /// Somebody sits down, at a computer whose keychain their login has unlocked.
    pub async fn open_with_keychain(folder: &Path, name: &str) -> Result<Self> {
        let seat = Seat::take(folder, name).await?;
        let keychain = Keychain::start(&seat).await?;
        Self::at(seat, Some(keychain)).await
    }

    async fn at(seat: Seat, keychain: Option<Keychain>) -> Result<Self> {
        let display = Display::start(seat.folder(), SIZE.0, SIZE.1).await?;
        let daemon = Daemon::start(seat.bus(), &display, seat.folder()).await?;
        let monitor = Monitor::start(seat.bus()).await?;
        let desktop = Desktop::start(&seat, &display, &[]).await?;
        let main = desktop.driver().window().await?;
        let desk = Self { desktop, monitor, daemon, keychain, seat, display, main };
        desk.fill().await?;
        Ok(desk)
    }

    /// The window; what a person does at it.
    pub fn screen(&self) -> &Screen {
        &self.desktop
    }

    /// The desktop's process.
    pub fn desktop(&self) -> &Desktop {
        &self.desktop
    }

    /// The display.
    pub fn display(&self) -> &Display {
        &self.display
    }

    /// What was seen on the bus.
    pub fn monitor(&self) -> &Monitor {
        &self.monitor
    }

    /// Turns to the main window.
    pub async fn turn_to_main(&self) -> Result<()> {
        Ok(self.screen().driver().switch_to_window(self.main.clone()).await?)
    }

    /// Turns to the window of a page that rings.
    pub async fn turn_to_page(&self) -> Result<()> {
        self.screen().turn_to("/page.html").await
    }

    /// Chooses a language on the first-start screen, such as `zh-Hans`.
    pub async fn speak(&self, language: &str) -> Result<()> {
        let screen = self.screen();
        screen.choose("settings-language", language).await?;
        wait::until("the language", SOON, async || {
            let spoken = screen.script("return document.documentElement.lang").await?;
            Ok((spoken == language).then_some(()))
        })
        .await
    }

    /// Connects to a server from the first-start screen, by keyboard alone.
    pub async fn connect(&self, server: &str, name: &str) -> Result<()> {
        let screen = self.screen();
        screen.find("first-start-server").await?;
        screen.tab_to("first-start-server").await?;
        screen.keys(Key::Enter + "").await?;
        screen.find("connect-server").await?;
        screen.tab_to("connect-server").await?;
        screen.keys(server).await?;
        screen.tab_to("connect-name").await?;
        screen.keys(name).await?;
        screen.tab_to("connect-password").await?;
        screen.keys(format!("{PASSWORD}{}", Key::Enter.value())).await?;
        // Without a keychain it is said, and asked; with one nobody is bothered.
        let asked = !screen.either("rail-now", "connect-consent").await?;
        ensure!(asked == self.keychain.is_none(), "asked about the token: {asked}");
        if asked {
            screen.tab_to("connect-consent").await?;
            screen.keys(" ").await?;
            screen.tab_to("connect-submit").await?;
            screen.keys(Key::Enter + "").await?;
        }
        screen.find("rail-now").await.with_context(|| format!("{name} connects"))?;
        screen.reads("sync-word", "that all is sent", SOON, |word| word == "Sent").await?;
        Ok(())
    }

    /// Starts alone on this computer, with sample data.
    pub async fn start_with_sample(&self) -> Result<()> {
        self.screen().click("first-start-sample").await?;
        self.screen().find("rail-now").await.map(drop)
    }

    /// Starts alone on this computer, with nothing.
    pub async fn start_empty(&self, name: &str) -> Result<()> {
        let screen = self.screen();
        screen.click("first-start-empty").await?;
        screen.write("first-start-name", name).await?;
        screen.keys(Key::Enter + "").await?;
        screen.find("rail-now").await.map(drop)
    }

    /// Waits for a page's notification that the daemon accepted and that says this.
    pub async fn paged(&self, text: &str) -> Result<Notice> {
        let what = format!("a page about {text} on the daemon of {}", self.seat.name());
        let says = |notice: &Notice| notice.summary.contains(text) || notice.body.contains(text);
        self.monitor.wait(&what, SOON, |notice| notice.urgency == Some(2) && says(notice)).await
    }

    /// The pages that were notified so far.
    pub fn pages(&self) -> Vec<Notice> {
        let all = self.monitor.notices().into_iter();
        all.filter(|notice| notice.urgency == Some(2)).collect()
    }

    /// Clicks the button of a notification that the daemon has drawn.
    pub async fn press(&self, notice: &Notice, key: &str) -> Result<()> {
        let started = Instant::now();
        loop {
            // Drawn a moment after it was accepted, and moved when another one comes: aimed anew.
            self.daemon.click_button(&self.display)?;
            let pressed = self.monitor.pressed(notice, key, Duration::from_secs(2)).await;
            if pressed.is_ok() || started.elapsed() > SOON {
                return pressed;
            }
        }
    }

    /// Closes the window, and hands on how it went; after a failure there is a picture of the display, and
    /// what the window said is among the logs.
    pub async fn end<T>(self, result: Result<T>) -> Result<T> {
        if result.is_err() {
            self.display.picture(&self.seat.folder().join("failure.png")).ok();
            if let Ok(said) = self.screen().script("return document.body.innerText").await {
                let said = said.as_str().unwrap_or_default();
                fs::write(self.seat.folder().join("window.log"), said).ok();
            }
        }
        // Also after a failure: an open session keeps its window.
        let closed = self.close().await;
        let value = result?;
        closed.and(Ok(value))
    }

    /// Closes the window in order.
    pub async fn close(self) -> Result<()> {
        // A session whose current window closed cannot be ended.
        self.turn_to_main().await.ok();
        self.desktop.close().await
    }

    /// Files in which the desktop keeps what lets it in.
    pub fn token_files(&self) -> Result<Vec<PathBuf>> {
        let files = fs::read_dir(self.seat.data())?.map(|entry| Ok(entry?.path()));
        let files = files.collect::<Result<Vec<_>>>()?;
        Ok(files
            .into_iter()
            .filter(|path| path.extension().is_some_and(|x| x == "token"))
            .collect())
    }

    /// Kills the desktop without a word and starts it again at the same seat.
    pub async fn kill_and_reopen(self) -> Result<Self> {
        let Self { desktop, monitor, daemon, keychain, seat, display, .. } = self;
        desktop.kill()?;
        let desktop = wait::until("the desktop to start again", SOON, async || {
            // The killed one may still have its name on the bus: then this one hands over and ends.
            Ok(Desktop::start(&seat, &display, &[]).await.ok())
        })
        .await?;
        let main = desktop.driver().window().await?;
        let desk = Self { desktop, monitor, daemon, keychain, seat, display, main };
        desk.fill().await?;
        Ok(desk)
    }

    /// There is no window manager: the window takes the whole display because it is told to. Not before
    /// it is to be seen: WebKit paints nothing in a window that its driver showed instead.
    async fn fill(&self) -> Result<()> {
        let screen = self.screen();
        wait::until("the window to be seen", SOON, async || {
            let state = screen.script("return document.visibilityState").await?;
            Ok((state == "visible").then_some(()))
        })
        .await?;
        let rect = screen.driver().set_window_rect(0, 0, SIZE.0, SIZE.1);
        rect.await.context("the window's size")
    }
}
