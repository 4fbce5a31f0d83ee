//! `document-merge`: three people write in one state document, thousands of edits each, one of them
//! offline from beginning to end, over a connection that loses answers and updates, with desktops that
//! die and start again. All texts are equal in the end, and hold exactly the letters that somebody wrote
//! and nobody deleted.
//!
//! The windows of the three are simulated; below them is what runs in a company: each desktop's own store and
//! engine effects on its SQLite, and the server's exchange on its record. In a real window a document of 1 MB
//! is typed into, key by key.

mod desk;
mod large;
mod play;
mod window;

use anyhow::{Context, Result};

use crate::proof::{Ground, Proof, Report};

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "document-merge",
    line: "three write in one document, one of them offline: equal text, and no letter is lost or doubled",
    run: |ground| Box::pin(run(ground)),
};

/// Edits of each of the three.
const EDITS: usize = 2_000;

async fn run(ground: Ground) -> Result<Report> {
    let seeds = ground.size().pick(10, 100);
    let mut told = play::Told::default();
    for seed in 1..=seeds {
        let folder = ground.place(&format!("seed-{seed}"))?;
        let one = play::play(&folder, seed, EDITS).await;
        told.add(&one.with_context(|| format!("seed {seed}"))?);
        std::fs::remove_dir_all(&folder)?;
    }
    told.covers_everything()?;
    let large = large::measure(&ground).await?;
    let painted =
        window::measure(&ground).await.context("a document of 1 MB in the real window")?;
    let painted = [painted.long, painted.short].map(|keys| {
        let (p50, p99) = (keys.p50(), keys.p99());
        format!("{p50:.0} (p99 {p99:.0})")
    });
    Ok(Report::new(seeds, "seeds")
        .figure("edits", told.edits)
        .figure("letters written", told.written)
        .figure("letters deleted", told.deleted)
        .figure("answers lost", told.lost)
        .figure("updates lost on the way", told.missed)
        .figure("desktops that died", told.crashes)
        .figure("exchanges", told.exchanges)
        .figure("1 MB document: opening, against decoding alone", large.open)
        .figure("1 MB document: a letter to the disk, p99 in ms", large.letter)
        .figure("1 MB document: key to painted, ms", &painted[0])
        .figure("the same in a short document", &painted[1])
        .figure("letters lost or doubled", 0))
}
