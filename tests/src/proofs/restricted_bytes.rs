//! `restricted-bytes`: an incident is restricted, somebody becomes a member, somebody is paged in, and
//! both are members no more. Markers of its text are in no byte that was sent to, or is left with, who
//! may not see it: frames, the whole data folder, what was shown, logs; also after a copy made by a
//! migration and after a restore of the server. The hash chain verifies on every desktop throughout.

mod marker;
mod search;
mod stage;
mod stranger;

use anyhow::{Result, ensure};

use crate::harness::server::sqlite_url;
use crate::proof::{Ground, Proof, Report};
use search::Found;
use stage::Stage;

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "restricted-bytes",
    line: "no byte of a restricted incident's text goes to, or stays with, somebody who may not see it",
    run: |ground| Box::pin(run(ground)),
};

async fn run(ground: Ground) -> Result<Report> {
    let rounds = ground.size().pick(1, 25);
    search::log_to(&ground.folder().join("desktops.log"))?;
    let url = sqlite_url(&ground.folder().join("record.db"))?;
    let mut stage = Stage::set(ground.folder(), &url).await?;
    let mut found = Found::default();
    let mut tries = 0;
    for round in 0..rounds {
        // 1: everybody sees it; then it is restricted, and who is no member forgets it.
        let incident = stage.declare_openly().await?;
        stage.restrict(incident).await?;
        found.add(stage.look("restricted").await?);
        // 2: Bob becomes a member, Cid is paged in; both see all of it.
        stage.add_member(incident, "bob").await?;
        stage.page_in(incident, "cid").await?;
        found.add(stage.look("opened to members").await?);
        tries += 1;
        stranger::tries_everything(&mut stage, incident, "eve", tries).await?;
        stage.migrated_copy("bob").await?;
        let backup = stage.back_up(round)?;
        // 3: neither is a member any more, and the incident goes on without them.
        stage.remove_member(incident, "bob").await?;
        stage.remove_member(incident, "cid").await?;
        stage.goes_on(incident).await?;
        found.add(stage.look("closed again").await?);
        for name in ["bob", "cid", "eve"] {
            tries += 1;
            stranger::tries_everything(&mut stage, incident, name, tries).await?;
        }
        found.add(stage.look("tried by strangers").await?);
        // 4: the server comes back as it was while Bob and Cid were members; Ann's desktop tells it
        // again what it has lost.
        stage.restore(&backup).await?;
        found.add(stage.look("restored").await?);
        stage.copy_is_gone().await?;
        stage.starts_again("cid").await?;
        found.add(stage.look("started again").await?);
    }
    let canaries = stage.markers().len();
    ensure!(canaries > 0 && found.controls > 0, "nothing was looked for, or could be found");
    stage.strike().await;
    Ok(Report::new(found.looks, "looks at one desktop")
        .figure("markers", canaries)
        .figure("forms of each", marker::FORMS)
        .figure("bytes looked through", found.bytes)
        .figure("markers found where they belong", found.controls)
        .figure("strangers who tried everything", tries)
        .figure("markers found elsewhere", 0))
}
