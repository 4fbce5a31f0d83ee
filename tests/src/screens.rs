//! The pictures in `docs/screens/`: the real window with sample data, in both languages and themes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use thirtyfour::{By, Key};
use xtask::program::Program;
use xtask::workspace;

use crate::harness::desk::{Desk, SOON};
use crate::harness::hands::{Declaration, Hands, Text};
use crate::harness::screen::Screen;
use crate::proof::show_logs;

/// The languages, and how the pictures' names have them.
const LANGUAGES: [(&str, &str); 2] = [("en", "en"), ("zh-Hans", "zh")];
const THEMES: [&str; 2] = ["light", "dark"];

/// Takes all pictures anew.
pub async fn take() -> Result<()> {
    let into = workspace::path("docs/screens");
    fs::create_dir_all(&into)?;
    for (language, name) in LANGUAGES {
        let folder = tempfile::Builder::new().prefix("fb-").tempdir()?;
        let desk = Desk::open(folder.path(), name).await?;
        desk.speak(language).await?;
        let album = Album { desk: &desk, into: into.clone(), language: name };
        let taken = album.take().await;
        let taken = desk.end(taken).await;
        if taken.is_err() {
            show_logs(folder);
        }
        taken?;
    }
    Ok(())
}

/// One language's pictures.
struct Album<'a> {
    desk: &'a Desk,
    into: PathBuf,
    language: &'static str,
}

impl Album<'_> {
    async fn take(&self) -> Result<()> {
        let screen = self.desk.screen();
        self.desk.start_with_sample().await?;
        for theme in THEMES {
            set_theme(screen, theme).await?;
            screen.click("rail-now").await?;
            screen.find("board-row").await?;
            self.window("board", theme).await?;
            self.declare(theme).await?;
            screen.click("board-row").await?;
            screen.find("stream-entry").await?;
            self.window("incident", theme).await?;
        }
        self.pages().await
    }

    /// The declare form, with what was typed and what looks alike; then put away, which keeps it.
    async fn declare(&self, theme: &str) -> Result<()> {
        let screen = self.desk.screen();
        if theme == THEMES[0] {
            self.declaration().fill(&Hands::at(screen)).await?;
        } else {
            screen.keys(Key::Control + "d").await?;
        }
        screen.find("declare-similar").await?;
        self.window("declare", theme).await?;
        screen.keys(Key::Escape + "").await?;
        screen.gone("declare-sheet").await
    }

    /// The page window above the board, as a person has them before them.
    async fn pages(&self) -> Result<()> {
        let screen = self.desk.screen();
        let declaration = self.declaration();
        screen.keys(Key::Control + "d").await?;
        screen.find("declare-similar").await?;
        let key = Declaration::send(&Hands::at(screen)).await?;
        self.desk.paged(declaration.summary.text()).await?;
        for theme in THEMES {
            self.desk.turn_to_main().await?;
            set_theme(screen, theme).await?;
            screen.click("rail-now").await?;
            screen.find("board-row").await?;
            screen.driver().find(By::Css(format!("[href*='{key}']"))).await?;
            // It reads how it has to look when it opens.
            self.desk.turn_to_page().await?;
            screen.driver().refresh().await?;
            screen.find("ack-page").await?;
            screen.painted().await?;
            let path = self.path("page", theme);
            self.desk.display().picture(&path)?;
            shrink(&path)?;
        }
        Ok(())
    }

    async fn window(&self, name: &str, theme: &str) -> Result<()> {
        let path = self.path(name, theme);
        self.desk.screen().picture(&path).await?;
        shrink(&path)
    }

    fn path(&self, name: &str, theme: &str) -> PathBuf {
        self.into.join(format!("{name}-{theme}-{}.png", self.language))
    }

    fn declaration(&self) -> Declaration {
        let chinese = self.language == "zh";
        let say = |english: &str, simplified: &str| {
            Text::plain(if chinese { simplified } else { english })
        };
        Declaration {
            summary: say("Card payments fail for everybody", "所有顾客刷卡支付失败"),
            severity: 1,
            service: Some(Text::plain("pay")),
            description: None,
        }
    }
}

/// Chooses a theme in the settings.
async fn set_theme(screen: &Screen, theme: &str) -> Result<()> {
    screen.click("rail-settings").await?;
    screen.choose("settings-theme", theme).await?;
    let read = "return document.documentElement.dataset.theme";
    crate::harness::wait::until("the theme", SOON, async || {
        Ok((screen.script(read).await? == theme).then_some(()))
    })
    .await
}

/// 256 colours are enough for a window, and a quarter of the bytes.
fn shrink(path: &Path) -> Result<()> {
    Program::new("mogrify")
        .args(["-strip", "-dither", "None", "-colors", "256"])
        .args(["-define", "png:compression-level=9"])
        .arg(path)
        .limit(Duration::from_secs(60))
        .capture()?;
    Ok(())
}
