//! `hostile-content`: what somebody may send to do harm. Files by the desktop and by the protocol itself:
//! refused with a code, or a file that is saved and never opened. Text, names and pictures in the built
//! interface in Chromium: nothing of them runs, nothing is asked of anybody but this computer, and the
//! content security policy of both hosts lets no script in but the program's own.

mod files;
mod pictures;
mod policy;
mod texts;
mod window;
mod wire;

use anyhow::{Result, ensure};

use crate::harness::browser::Browser;
use crate::harness::company::Company;
use crate::harness::devhost::Devhost;
use crate::harness::server::sqlite_url;
use crate::proof::{Ground, Proof, Report};

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "hostile-content",
    line: "malicious text, names, pictures and uploads are refused or rendered harmless, and no script runs but the program's own",
    run: |ground| Box::pin(run(ground)),
};

/// Fewer would not be worth the name.
const LEAST: u64 = 60;

async fn run(ground: Ground) -> Result<Report> {
    let folder = ground.place("server")?;
    let url = sqlite_url(&folder.join("server.db"))?;
    let company = Company::found(&folder, &url, None, &["ana", "ben", "eve"]).await?;
    let ben = company.desktop("ben").await?;
    let devhost = Devhost::start(&ground.place("ana")?).await?;

    let policies = policy::lets_nothing_in(&devhost).await?;
    let refused = files::refused_or_only_saved(&ben).await?;
    let wire = wire::refused(&company, &ben).await?;
    let away = wire::waits_resumes_and_is_forgotten(&company, &ben).await?;
    let browser = Browser::start(ground.folder(), "en").await?;
    let shown = window::renders_harmless(&browser, &devhost, &company, &ben).await;
    if shown.is_err() {
        browser.picture(&ground.folder().join("failure.png")).await.ok();
    }
    let said = browser.console_errors().await.unwrap_or_default().join("\n");
    let closed = browser.close().await;
    let shown = shown.map_err(|error| error.context(format!("the console: {said}")))?;
    closed?;
    ben.close().await;

    let cases = policies + refused + wire + away + shown.texts + shown.files;
    ensure!(cases >= LEAST, "only {cases} cases");
    Ok(Report::new(cases, "hostile things")
        .figure("directives of policies", policies)
        .figure("files refused or only saved", refused)
        .figure("uploads and entries by the protocol", wire)
        .figure("sent later, fetched, forgotten", away)
        .figure("texts shown", shown.texts)
        .figure("files shown", shown.files)
        .figure("scripts that ran", 0)
        .figure("requests that left this computer", 0))
}
