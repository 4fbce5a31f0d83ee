//! One race: an incident, a page that rings at both desktops, and both press at the same moment.

use anyhow::{Context, Result, bail};
use firebell_client::api::incident::{CommandAction, CommandIncident, DeclareForm};
use firebell_client::api::page::AcknowledgePage;
use firebell_client::api::{ApiError, ErrorCode};
use firebell_domain::id::EntityId;
use tokio::sync::Barrier;

use crate::harness::company::Company;
use crate::harness::headless::Headless;

/// What happened.
pub(super) struct Race {
    pub(super) incident: String,
    pub(super) page: String,
    /// Who of the two declared it.
    pub(super) declarer: usize,
    /// For each desktop: the rule that refused it before it had asked the server.
    pub(super) at_once: [Option<ApiError>; 2],
}

/// Runs one race to its end: everything is answered and has arrived everywhere.
pub(super) async fn run(
    company: &Company,
    desktops: &[Headless; 2],
    service: EntityId,
    number: u64,
) -> Result<Race> {
    let declarer = usize::from(number % 2 == 1);
    let form = DeclareForm {
        summary: format!("checkout fails, race {number}"),
        severity: Some(1),
        service: Some(service.to_string()),
        ..DeclareForm::default()
    };
    let incident = desktops[declarer].declare_incident(form).await?.id;
    let page = page_at(&desktops[0], &incident).await?;
    if page_at(&desktops[1], &incident).await? != page {
        bail!("two pages for one incident");
    }
    let start = Barrier::new(2);
    let press = async |desktop: &Headless| {
        let form = AcknowledgePage { id: page.clone(), take_command: true };
        start.wait().await;
        match desktop.acknowledge_page(form).await {
            Ok(_) => Ok(None),
            // The other's rows had come before the press.
            Err(error) if error.code == ErrorCode::Refused => Ok(Some(error)),
            Err(error) => Err(anyhow::Error::from(error)),
        }
    };
    let (first, second) = tokio::try_join!(press(&desktops[0]), press(&desktops[1]))?;
    company.level(&[&desktops[0], &desktops[1]]).await?;
    Ok(Race { incident, page, declarer, at_once: [first, second] })
}

/// Waits until the page rings at a desktop.
async fn page_at(desktop: &Headless, incident: &str) -> Result<String> {
    desktop
        .sees("its page", async |client| match client.get_incident(incident.to_owned()).await {
            Ok(view) => Ok(view.pages.into_iter().find(|page| page.for_me).map(|page| page.id)),
            Err(error) if error.code == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        })
        .await
}

/// Ends the incident, and the loser has read what they were told.
pub(super) async fn tidy(desktops: &[Headless; 2], race: &Race) -> Result<()> {
    for desktop in desktops {
        for conflict in desktop.list_conflicts(()).await? {
            desktop.dismiss_conflict(conflict.id).await?;
        }
    }
    let form = CommandIncident {
        id: race.incident.clone(),
        seen: None,
        action: CommandAction::FalseAlarm { reason: "the race is over".to_owned() },
    };
    desktops[0].command_incident(form).await.context("ending the incident")?;
    Ok(())
}
