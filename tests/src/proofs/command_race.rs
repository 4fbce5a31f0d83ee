//! `command-race`: two desktops acknowledge and take command at the same moment. There is one IM
//! everywhere, the other is told who and when, and both acknowledgements stand.

mod check;
mod race;

use anyhow::{Result, ensure};
use firebell_domain::directory::Target;
use xtask::postgres::{Cluster, Durability};

use crate::harness::company::Company;
use crate::proof::{Ground, Proof, Report};
use check::Told;

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "command-race",
    line: "two take command at the same moment: one IM everywhere, the other is told who and when, both acknowledgements stand",
    run: |ground| Box::pin(run(ground)),
};

async fn run(ground: Ground) -> Result<Report> {
    let races = ground.size().pick(50, 2_000);
    let cluster = Cluster::start(Durability::Full)?;
    let url = cluster.database("race")?;
    let company = Company::found(ground.folder(), &url, None, &["ann", "bob"]).await?;
    let both = [Target::Person(company.person("ann")?), Target::Person(company.person("bob")?)];
    let service = company.service("shop", company.policy(&[&both], 0).await?).await?;
    let desktops = [company.desktop("ann").await?, company.desktop("bob").await?];
    let mut told = Told::default();
    for number in 0..races {
        let race = race::run(&company, &desktops, service, number).await?;
        told.add(check::check(&company, &desktops, &race).await?);
        race::tidy(&desktops, &race).await?;
    }
    let [ann, bob] = desktops;
    ann.close().await;
    bob.close().await;
    // Two who never met would show nothing.
    ensure!(told.by_server > 0, "nobody was refused by the server: these were no races");
    Ok(Report::new(races, "races")
        .figure("won by the one who declared", told.won_by_declarer)
        .figure("told by the server", told.by_server)
        .figure("told at once", told.at_once)
        .figure("acknowledgements that stand", told.acknowledgements)
        .figure("with two IMs or none", 0))
}
