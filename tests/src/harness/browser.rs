//! A plain browser: Chromium without a window, for what WebKit's driver cannot do (input methods).

use std::ops::Deref;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;
use thirtyfour::{Capabilities, WebDriver};

use super::process::{Process, free_port, listens};
use super::screen::Screen;
use super::wait;

const PATIENCE: Duration = Duration::from_secs(60);
/// The browser's bit for the Control key.
const CONTROL: u32 = 2;

/// A running Chromium.
#[derive(Debug)]
pub struct Browser {
    screen: Screen,
    driver: Process,
}

impl Browser {
    /// Starts a browser that asks for a language, such as `en` or `zh-CN`.
    pub async fn start(folder: &Path, language: &str) -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new("chromedriver");
        command.arg(format!("--port={port}")).env("HOME", folder).env("LANGUAGE", language);
        let mut driver = Process::start("chromedriver", command, folder)?;
        driver.ready(PATIENCE, async || listens(port).await).await?;
        let profile = folder.join("chromium");
        let mut wanted = Capabilities::new();
        wanted.set("browserName", "chrome")?;
        let arguments = [
            "--headless=new".to_owned(),
            // Root may not use Chromium's sandbox; the pages are our own.
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            // A page that was left would keep its stream of events, and six are all that a host may have.
            "--disable-features=BackForwardCache".to_owned(),
            "--window-size=1280,800".to_owned(),
            format!("--lang={language}"),
            format!("--user-data-dir={}", profile.display()),
        ];
        let preferences = json!({ "intl.accept_languages": language });
        let options = json!({ "args": arguments, "prefs": preferences });
        wanted.set("goog:chromeOptions", options)?;
        // In milliseconds; a page that does not come is an error, not five minutes of silence.
        wanted.set("timeouts", json!({ "pageLoad": 30_000, "script": 30_000 }))?;
        wanted.set("goog:loggingPrefs", json!({ "browser": "ALL" }))?;
        let session = async {
            let session = WebDriver::builder(format!("http://127.0.0.1:{port}"), wanted)
                .request_timeout(PATIENCE)
                .await;
            session.context("asking for a browser")
        };
        let session = wait::within("the browser", PATIENCE, session).await;
        let session = session.with_context(|| driver.tail())?;
        Ok(Self { screen: Screen::new(session), driver })
    }

    /// Opens an address.
    pub async fn open(&self, url: &str) -> Result<()> {
        Ok(self.screen.driver().goto(url).await?)
    }

    /// Composes text as an input method does, without settling on it yet.
    pub async fn compose(&self, text: &str) -> Result<()> {
        let end = text.encode_utf16().count();
        let parameters = json!({ "text": text, "selectionStart": end, "selectionEnd": end });
        self.devtools("Input.imeSetComposition", parameters).await
    }

    /// Settles on a text, as choosing a candidate does.
    pub async fn settle(&self, text: &str) -> Result<()> {
        self.devtools("Input.insertText", json!({ "text": text })).await
    }

    /// Presses Enter as the browser hears it while an input method has the keyboard: as key 229.
    pub async fn enter_to_input_method(&self, with_control: bool) -> Result<()> {
        let modifiers = if with_control { CONTROL } else { 0 };
        for kind in ["rawKeyDown", "keyUp"] {
            let parameters = json!({
                "type": kind, "key": "Enter", "code": "Enter", "modifiers": modifiers,
                "windowsVirtualKeyCode": 229, "nativeVirtualKeyCode": 229,
            });
            self.devtools("Input.dispatchKeyEvent", parameters).await?;
        }
        Ok(())
    }

    /// Runs a script in every document before any of its own.
    pub async fn before_documents(&self, script: &str) -> Result<()> {
        let command = "Page.addScriptToEvaluateOnNewDocument";
        self.devtools(command, json!({ "source": script })).await
    }

    /// What the operating system is said to prefer, such as `prefers-color-scheme` and `dark`.
    pub async fn prefers(&self, features: &[(&str, &str)]) -> Result<()> {
        let feature = |(name, value): &(&str, &str)| json!({ "name": name, "value": value });
        let features: Vec<_> = features.iter().map(feature).collect();
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await
    }

    /// Errors that the console has got since the last question, a line each.
    pub async fn console_errors(&self) -> Result<Vec<String>> {
        let lines = self.screen.driver().browser_log().await?;
        let errors = lines.into_iter().filter(|line| line.level == "SEVERE");
        Ok(errors.map(|line| line.message).collect())
    }

    /// Asks the browser itself.
    pub async fn devtools(&self, command: &str, parameters: serde_json::Value) -> Result<()> {
        self.screen.driver().cdp().send_raw(command, parameters).await?;
        Ok(())
    }

    /// Closes the browser and ends its driver.
    pub async fn close(self) -> Result<()> {
        let Self { screen, mut driver } = self;
        let closed = screen.quit().await;
        driver.stop(Duration::from_secs(20)).await?;
        closed
    }
}

impl Deref for Browser {
    type Target = Screen;

    fn deref(&self) -> &Screen {
        &self.screen
    }
}
