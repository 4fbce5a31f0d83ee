//! `browser`: the built interface in Chromium, on the browser's host, with a real client on a real
//! server. What axe finds in every view, in both languages and themes; what Enter does while Chinese is
//! composed; declaring everything by keyboard alone. Nothing goes to the console as an error, and nothing
//! breaks the content security policy.

mod axe;
mod composing;
mod declaring;
mod stage;
mod sweep;
mod views;

use anyhow::Result;

use crate::proof::{Ground, Proof, Report};
use stage::Stage;
use sweep::Swept;

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
    let mut swept = Swept::default();
    axe::sees_what_is_planted(stage).await?;
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
    Ok(Report::new(swept.shown(), "looks of views")
        .figure("views", swept.names())
        .figure("languages", sweep::LANGUAGES.len())
        .figure("themes", sweep::THEMES.len())
        .figure("elements that axe judged", swept.judged())
        .figure("serious or critical", 0)
        .figure("lesser findings", swept.lesser())
        .figure("places where Enter composes and then sends", places)
        .figure("keys to declare everything", keys)
        .figure("errors in the console, or of the policy", 0))
}
