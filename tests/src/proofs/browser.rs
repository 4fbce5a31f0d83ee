//! `browser`: the built interface in Chromium, on the browser's host, with a real client on a real
//! server. What axe finds in every view, in both languages and themes; what Enter does while Chinese is
//! composed; declaring everything by keyboard alone. Nothing goes to the console as an error, and nothing
//! breaks the content security policy.

pub(in crate::proofs) mod axe;
pub(in crate::proofs) mod composing;
mod declaring;
pub(in crate::proofs) mod stage;
pub(in crate::proofs) mod sweep;
mod views;

use anyhow::Result;

use crate::proof::{Ground, Proof, Report};
use axe::Axe;
use stage::Stage;
use sweep::{Eye, Swept};

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "browser",
    line: "no serious finding of axe in any view, no Enter of an input method that submits, everything declared by keyboard alone",
    run: |ground| Box::pin(run(ground)),
};

async fn run(ground: Ground) -> Result<Report> {
    let mut stage = Stage::set(&ground).await?;
    let told = play(&mut stage).await;
    stage.strike(told).await
}

async fn play(stage: &mut Stage) -> Result<Report> {
    let mut swept = Swept::by(Axe::default());
    axe::sees_what_is_planted(stage).await?;
    let Way { keys, places } = every_view(stage, &mut swept).await?;
    Ok(Report::new(swept.shown(), "looks of views")
        .figure("views", swept.names())
        .figure("languages", sweep::LANGUAGES.len())
        .figure("themes", sweep::THEMES.len())
        .figure("elements that axe judged", swept.eye.judged())
        .figure("serious or critical", 0)
        .figure("lesser findings", swept.eye.lesser())
        .figure("places where Enter composes and then sends", places)
        .figure("keys to declare everything", keys)
        .figure("errors in the console, or of the policy", 0))
}

/// What was done on the way from view to view.
pub(in crate::proofs) struct Way {
    /// Key strokes that it took to declare everything.
    pub(in crate::proofs) keys: u32,
    /// Places where Enter composed, and then sent.
    pub(in crate::proofs) places: u32,
}

/// Goes through every view that there is, from the first start to a database that cannot be read.
pub(in crate::proofs) async fn every_view<E: Eye>(
    stage: &mut Stage,
    swept: &mut Swept<E>,
) -> Result<Way> {
    swept.views(stage, views::FIRST_START).await?;
    stage.connect().await?;
    swept.views(stage, views::EMPTY).await?;

    stage.fill().await?;
    let keys = declaring::everything_by_keyboard(stage).await?;
    let places = composing::never_submits(stage).await?;
    swept.views(stage, views::READY).await?;

    stage.go_offline().await?;
    swept.views(stage, views::OFFLINE).await?;
    stage.come_back().await?;
    swept.views(stage, views::REFUSED).await?;

    stage.sign_out().await?;
    swept.views(stage, views::SIGNED_OUT).await?;
    stage.damage().await?;
    swept.views(stage, views::UNUSABLE).await?;
    Ok(Way { keys, places })
}
