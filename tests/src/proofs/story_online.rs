//! `story-online`: one incident in two real windows, one server on PostgreSQL and a real notification
//! daemon. Ana declares by keyboard alone, Ben is paged, acknowledges, takes command and resolves.

mod scenes;
mod times;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Instant;

use anyhow::{Result, ensure};

use crate::harness::hands::{Declaration, Hands};
use crate::harness::office::{self, Office};
use crate::proof::{Ground, Proof, Report};

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "story-online",
    line: "two real windows and a server: declared by keyboard, a page on the real daemon, one in command, resolved with the right times",
    run: |ground| Box::pin(run(ground)),
};

async fn run(ground: Ground) -> Result<Report> {
    let office = Office::open(&ground).await?;
    let told = match play(&office).await {
        Ok(report) => {
            tokens_are_kept(&office)?;
            return office.ben_starts_again().await?.end(Ok(report)).await;
        }
        Err(error) => Err(error),
    };
    office.end(told).await
}

/// Ana has no keychain and agreed to a file that nobody else can read; Ben has one, and no file.
fn tokens_are_kept(office: &Office) -> Result<()> {
    let files = office.ana.token_files()?;
    ensure!(files.len() == 1, "Ana's token is in {files:?}");
    let mode = fs::metadata(&files[0])?.permissions().mode() & 0o777;
    ensure!(mode == 0o600, "Ana's token can be read by others: {mode:o}");
    let files = office.ben.token_files()?;
    ensure!(files.is_empty(), "Ben's token is in {files:?} and not in the keychain alone");
    Ok(())
}

async fn play(office: &Office) -> Result<Report> {
    let hands = Hands::at(office.ana.screen());
    let declaration = office::declaration();
    declaration.fill(&hands).await?;
    let declared = Instant::now();
    let key = Declaration::send(&hands).await?;
    let shown = declared.elapsed();

    let notice = office.ben.paged(declaration.summary.text()).await?;
    let delay = notice.at.duration_since(declared);
    scenes::acknowledge(office, &notice, &key).await?;
    scenes::take_command(office, &key).await?;
    let entries = scenes::both_write(office).await?;
    let times = scenes::resolve(office).await?;
    scenes::times_stand(office, &key, &times).await?;

    Ok(Report::new(1, "story")
        .figure("keys to declare", hands.keys())
        .figure("clicks to declare", hands.clicks())
        .figure("ms until the key stood there", shown.as_millis())
        .figure("ms from declaring to the notification", delay.as_millis())
        .figure("timeline entries on both", entries)
        .figure("TTD on both", times.ttd())
        .figure("TTR on both", times.ttr()))
}
