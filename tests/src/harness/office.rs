//! Two people at their desks and one server: what the stories in real windows play in.

use anyhow::Result;
use xtask::postgres::{Cluster, Durability};

use super::company::Company;
use super::desk::{Desk, SOON};
use super::directory;
use super::hands::{Declaration, Text};
use super::tap::Tap;
use crate::proof::Ground;

/// Who declares.
pub const ANA: &str = "ana";
/// Who is on call, and how the windows show his name.
pub const BEN: (&str, &str) = ("ben", "BEN of tests");
/// For what he is on call.
pub const SERVICE: &str = "payments-api";

/// The office; what it is made of ends in this order.
pub struct Office {
    /// Who declares.
    pub ana: Desk,
    /// Who is on call.
    pub ben: Desk,
    /// Between Ana's desktop and the server.
    pub wire: Tap,
    /// The server and its people.
    pub company: Company,
    _cluster: Cluster,
}

impl Office {
    /// A server on PostgreSQL, and two desktops that connected from their first start.
    pub async fn open(ground: &Ground) -> Result<Self> {
        let cluster = Cluster::start(Durability::Full)?;
        let url = cluster.database("story")?;
        let folder = ground.place("server")?;
        let company = Company::found(&folder, &url, None, &[ANA, BEN.0]).await?;
        directory::on_call(&company, SERVICE, BEN.0).await?;
        let wire = Tap::start(company.server().address()).await?;
        let ana = Desk::open(ground.folder(), ANA).await?;
        let ben = Desk::open_with_keychain(ground.folder(), BEN.0).await?;
        ana.connect(&wire.url(), ANA).await?;
        ben.connect(&company.server().url(), BEN.0).await?;
        Ok(Self { ana, ben, wire, company, _cluster: cluster })
    }

    /// Ben's desktop is killed and starts again; his computer's keychain lets him in.
    pub async fn ben_starts_again(self) -> Result<Self> {
        let ben = self.ben.kill_and_reopen().await?;
        ben.screen().find("rail-now").await?;
        ben.screen().reads("sync-word", "that all is sent", SOON, |word| word == "Sent").await?;
        Ok(Self { ben, ..self })
    }

    /// Everybody closes their window, and hands on how it went.
    pub async fn end<T>(self, result: Result<T>) -> Result<T> {
        let Self { ana, ben, .. } = self;
        ben.end(ana.end(result).await).await
    }
}

/// What Ana declares.
pub fn declaration() -> Declaration {
    Declaration {
        summary: Text::plain("Checkout fails for every customer"),
        severity: 1,
        service: Some(Text::plain("payments")),
        description: None,
    }
}
