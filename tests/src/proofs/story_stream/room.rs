//! Three people at their desks, one of whom reads Chinese and loses her connection.

use anyhow::{Context, Result};
use thirtyfour::Key;

use super::tale::Who;
use crate::harness::company::Company;
use crate::harness::desk::{Desk, SOON};
use crate::harness::hands::{Declaration, Hands, Text};
use crate::harness::screen::Screen;
use crate::harness::server::sqlite_url;
use crate::harness::tap::Tap;
use crate::harness::wait;
use crate::proof::Ground;

const NAMES: [&str; 3] = ["ana", "ben", "mei"];

/// The room; what it is made of ends in this order.
pub(super) struct Room {
    ana: Desk,
    ben: Desk,
    mei: Desk,
    /// Between Mei's desktop and the server.
    wire: Tap,
    company: Company,
}

impl Room {
    pub(super) async fn open(ground: &Ground) -> Result<Self> {
        let folder = ground.place("server")?;
        let url = sqlite_url(&folder.join("server.db"))?;
        let company = Company::found(&folder, &url, None, &NAMES).await?;
        let wire = Tap::start(company.server().address()).await?;
        let ana = Desk::open(ground.folder(), NAMES[0]).await?;
        ana.connect(&company.server().url(), NAMES[0]).await?;
        let ben = Desk::open(ground.folder(), NAMES[1]).await?;
        ben.connect(&company.server().url(), NAMES[1]).await?;
        let mei = Desk::open(ground.folder(), NAMES[2]).await?;
        mei.connect(&wire.url(), NAMES[2]).await?;
        mei.screen().click("rail-settings").await?;
        mei.speak("zh-Hans").await.context("Mei's language")?;
        Ok(Self { ana, ben, mei, wire, company })
    }

    pub(super) fn screen(&self, who: Who) -> &Screen {
        match who {
            Who::Ana => self.ana.screen(),
            Who::Ben => self.ben.screen(),
            Who::Mei => self.mei.screen(),
        }
    }

    /// Ana declares; all three have it open. Gives its key.
    pub(super) async fn declare(&self, summary: &str) -> Result<String> {
        let hands = Hands::at(self.ana.screen());
        let declaration = Declaration {
            summary: Text::plain(summary),
            severity: 3,
            service: None,
            description: None,
        };
        declaration.fill(&hands).await?;
        let key = Declaration::send(&hands).await?;
        for desk in [&self.ben, &self.mei] {
            let screen = desk.screen();
            wait::until("the incident to arrive", SOON, async || {
                Ok(screen.ask("get_incident", key.clone().into()).await.ok().map(drop))
            })
            .await?;
            screen.script(&format!("location.hash = '#/incident/{key}'")).await?;
            screen.reads("incident-key", &key, SOON, |shown| shown == key).await?;
        }
        Ok(key)
    }

    /// Mei's connection is gone, and her window says so.
    pub(super) async fn cut_mei(&self) -> Result<()> {
        self.wire.cut();
        let offline = |word: &str| word.contains("离线");
        self.mei.screen().reads("sync-word", "that she is offline", SOON, offline).await.map(drop)
    }

    /// It is back, and everything has left her desktop.
    pub(super) async fn mend_mei(&self) -> Result<()> {
        self.wire.mend(self.company.server().address());
        let sent = |word: &str| word == "已发送";
        self.mei.screen().reads("sync-word", "that all is sent", SOON, sent).await.map(drop)
    }

    /// What a desktop writes out, by its menu.
    pub(super) async fn export(&self, who: Who) -> Result<String> {
        let screen = self.screen(who);
        screen.click("incident-menu").await?;
        screen.click("export-incident").await?;
        let field = screen.find("export-text").await?;
        let text = field.prop("value").await?.context("nothing is written out")?;
        screen.keys(Key::Escape + "").await?;
        screen.gone("export-text").await?;
        Ok(text)
    }

    pub(super) async fn end<T>(self, result: Result<T>) -> Result<T> {
        let Self { ana, ben, mei, .. } = self;
        mei.end(ben.end(ana.end(result).await).await).await
    }
}
