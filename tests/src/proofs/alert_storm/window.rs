//! Many incidents at once at a real desk: one ringing, with a list of all.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Result, ensure};
use firebell_domain::id::EntityId;
use firebell_domain::incident::Severity;

use crate::harness::company::Company;
use crate::harness::desk::{Desk, SOON};
use crate::harness::{incident, wait};

/// Incidents that are declared at the same moment.
pub(super) const INCIDENTS: usize = 50;
/// How many of them have a notification of their own, and a window.
const NOTIFICATIONS: usize = 8;
const WINDOWS: usize = 3;

/// Bob sits at his desk; what he sees of all of them.
pub(super) async fn rings_once_with_a_list(
    folder: &Path,
    company: &Company,
    service: EntityId,
) -> Result<usize> {
    let desk = Desk::open(folder, "bob").await?;
    let told = see(&desk, company, service).await;
    desk.end(told).await
}

async fn see(desk: &Desk, company: &Company, service: EntityId) -> Result<usize> {
    desk.connect(&company.server().url(), "bob").await?;
    let before = desk.screen().count("page-card").await?;
    ensure!(before == 0, "{before} pages ring before anything happened");
    let mut talk = company.admin().talk(Some(company.admin().end().await?)).await?;
    let numbers = 1..INCIDENTS as u64 + 1;
    let answers = talk.push(incident::storm(service, Severity::One, numbers)?).await?;
    incident::all_accepted(&answers)?;

    wait::until("the windows of the first pages", SOON, async || {
        Ok((page_windows(desk).await? >= WINDOWS).then_some(()))
    })
    .await?;
    desk.turn_to_main().await?;
    let screen = desk.screen();
    // The banner names one, and says how many more there are.
    screen
        .reads("ringing-more", "that the others are in a list", SOON, |text| {
            text.contains(&(INCIDENTS - 1).to_string())
        })
        .await?;
    screen.click("ringing-more").await?;
    wait::until("all of them in the list", SOON, async || {
        Ok((screen.count("ack-page").await? == INCIDENTS).then_some(()))
    })
    .await?;
    let notified: BTreeSet<String> = desk.pages().into_iter().map(|it| it.summary).collect();
    ensure!(notified.len() == NOTIFICATIONS, "{} have a notification", notified.len());
    let windows = page_windows(desk).await?;
    ensure!(windows == WINDOWS, "{windows} windows of pages");
    desk.turn_to_main().await?;
    Ok(notified.len())
}

/// How many windows show a page.
async fn page_windows(desk: &Desk) -> Result<usize> {
    let driver = desk.screen().driver();
    let mut count = 0;
    for window in driver.windows().await? {
        // One that closed meanwhile cannot be turned to.
        if driver.switch_to_window(window).await.is_ok() {
            let path = desk.screen().script("return location.pathname").await;
            count += usize::from(path.is_ok_and(|path| path == "/page.html"));
        }
    }
    Ok(count)
}
