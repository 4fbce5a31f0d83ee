//! `kill-desktop`: kill -9 while a desktop writes, at random instants. Every write that was answered
//! "saved" is there, the file is whole, and what is shown and what waits belong together.
//!
//! The desktop without a window is killed often, the one in its real window
//! ([`super::kill_desktop_window`]) as often as its start allows.

mod file;
mod headless;

use anyhow::Result;

use super::kill_desktop_window;
use crate::proof::{Ground, Proof, Report};

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "kill-desktop",
    line: "kill -9 while writing, at random instants: every answered write is there, and nothing is half there",
    run: |ground| Box::pin(run(ground)),
};

async fn run(ground: Ground) -> Result<Report> {
    let told = headless::kill(&ground, ground.size().pick(60, 1_000)).await?;
    let window = kill_desktop_window::kill(&ground, ground.size().pick(5, 50)).await?;
    Ok(Report::new(told.kills, "kills of the client")
        .figure("writes answered \"saved\"", told.saved)
        .figure("words in state documents answered \"saved\"", told.typed)
        .figure("killed while opening", told.opening)
        .figure("killed while offline", told.offline)
        .figure("sets that waited, summed over kills", told.waiting)
        .figure("accepted in the end", told.accepted)
        .figure("kills of the real window", window.kills)
        .figure("lines it had shown", window.shown)
        .figure("lines it had no time to show", window.more)
        .figure("lost", 0))
}
