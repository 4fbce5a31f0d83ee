//! `page-escalates`: nobody acknowledges, and the next step rings; nobody is on call, and the IMOC
//! roster rings; nobody is there either, and the incident says so in red. The clock is pushed, and what
//! is expected must ring *and nothing else*.

mod cast;
mod play;
pub(super) mod stories;

use std::collections::BTreeSet;

use anyhow::{Result, ensure};

use crate::harness::server::sqlite_url;
use crate::proof::{Ground, Proof, Report};
use cast::Cast;

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "page-escalates",
    line: "a page goes on until somebody has it, rings whom it should and nobody else, and says when there is nobody",
    run: |ground| Box::pin(run(ground)),
};

async fn run(ground: Ground) -> Result<Report> {
    let rounds = ground.size().pick(1, 20);
    // Whoever acknowledges has it here; what happens without an IM is told elsewhere.
    tell(&ground, rounds, stories::all, 0).await
}

/// Plays stories, and looks once more at all of them in the end.
pub(super) async fn tell(
    ground: &Ground,
    rounds: u64,
    stories: fn() -> Vec<stories::Story>,
    command_within_secs: u32,
) -> Result<Report> {
    let url = sqlite_url(&ground.folder().join("record.db"))?;
    let mut cast = Cast::assemble(ground.folder(), &url, command_within_secs).await?;
    let (mut played, mut pushes, mut nobody) = (0, 0, 0);
    let mut expected = BTreeSet::new();
    for _ in 0..rounds {
        for story in stories() {
            let played_out = play::play(&mut cast, &story).await?;
            played += 1;
            pushes += played_out.pushes;
            nobody += u64::from(played_out.nobody);
            expected.extend(played_out.rings);
        }
    }
    // Once more for all of them: the clock has gone far beyond every step since.
    let rung = cast.rings();
    let once: BTreeSet<_> = rung.iter().cloned().collect();
    ensure!(rung.len() == once.len(), "something rang twice at one desktop");
    let more: Vec<_> = once.difference(&expected).collect();
    ensure!(more.is_empty(), "these rang and should not have: {more:?}");
    let less: Vec<_> = expected.difference(&once).collect();
    ensure!(less.is_empty(), "these did not ring: {less:?}");
    cast.leave().await;
    Ok(Report::new(played, "stories")
        .figure("rings expected", expected.len())
        .figure("rings seen", rung.len())
        .figure("pushes of the clock", pushes)
        .figure("nobody left and said so", nobody)
        .figure("rings too many or too few", 0))
}
