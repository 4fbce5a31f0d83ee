//! What must be true after a race, on both desktops and on the server.

use anyhow::{Context, Result, ensure};
use firebell_client::api::page::{PageStateView, ReachedView};
use firebell_domain::entity::{Entity, Kind};
use firebell_domain::id::EntityId;
use firebell_domain::incident::Incident;
use firebell_domain::paging::{AnswerKind, Page, PageState};
use firebell_protocol::http::History;
use firebell_protocol::row::{Row, Slot};

use super::race::Race;
use crate::harness::company::Company;
use crate::harness::headless::Headless;

/// What happened, summed over races.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) won_by_declarer: u64,
    pub(super) by_server: u64,
    pub(super) at_once: u64,
    pub(super) acknowledgements: u64,
}

impl Told {
    pub(super) fn add(&mut self, other: Self) {
        self.won_by_declarer += other.won_by_declarer;
        self.by_server += other.by_server;
        self.at_once += other.at_once;
        self.acknowledgements += other.acknowledgements;
    }
}

/// Checks one race.
pub(super) async fn check(
    company: &Company,
    desktops: &[Headless; 2],
    race: &Race,
) -> Result<Told> {
    let people = [desktops[0].person()?, desktops[1].person()?];
    let (im, since) = on_server(company, race, people).await?;
    for desktop in desktops {
        on_desktop(desktop, race, im).await?;
    }
    let winner = usize::from(people[1] == im);
    ensure!(people[winner] == im, "{im} is in command, who is none of the two");
    let mut told = Told { acknowledgements: 2, ..Told::default() };
    told.won_by_declarer += u64::from(winner == race.declarer);
    ensure!(race.at_once[winner].is_none(), "the IM was refused: {:?}", race.at_once[winner]);
    ensure!(conflicts(&desktops[winner], race).await?.is_empty(), "the IM was told of a conflict");
    let loser = 1 - winner;
    let inbox = conflicts(&desktops[loser], race).await?;
    let error = match (&race.at_once[loser], inbox.as_slice()) {
        (Some(error), []) => {
            told.at_once += 1;
            error
        }
        (None, [conflict]) => {
            told.by_server += 1;
            ensure!(
                conflict.message_id == "did-take-command",
                "the inbox says {}",
                conflict.message_id
            );
            &conflict.error
        }
        (at_once, inbox) => anyhow::bail!("the other was told {at_once:?} and {inbox:?}"),
    };
    let name = company_name(&desktops[loser], im).await?;
    let arg = |name: &str| error.args.get(name).map(String::as_str);
    ensure!(arg("refusal") == Some("already_in_command"), "the other is told {error:?}");
    ensure!(arg("by") == Some(&name), "the other is told {:?}, not {name}", arg("by"));
    ensure!(arg("at") == Some(&since.to_string()), "the other is told when: {:?}", arg("at"));
    Ok(told)
}

async fn conflicts(
    desktop: &Headless,
    race: &Race,
) -> Result<Vec<firebell_client::api::sync::ConflictView>> {
    let mut inbox = desktop.list_conflicts(()).await?;
    inbox.retain(|conflict| conflict.incident.as_deref() == Some(&race.incident));
    Ok(inbox)
}

async fn company_name(desktop: &Headless, person: EntityId) -> Result<String> {
    let people = desktop.list_directory(()).await?.people;
    let found = people.into_iter().find(|one| one.id == person.to_string());
    Ok(found.context("the IM is in the directory")?.name)
}

/// The server has one IM, who took command once, and both answers; says who and since when.
async fn on_server(
    company: &Company,
    race: &Race,
    people: [EntityId; 2],
) -> Result<(EntityId, i64)> {
    let id: EntityId = race.incident.parse()?;
    let entities = company.admin().incident(id).await?;
    let of_kind = |kind: &Kind| -> Vec<&Entity> {
        entities.iter().filter(|entity| entity.kind == *kind).collect()
    };
    let incidents = of_kind(&Kind::INCIDENT);
    let incident = Incident(incidents.first().context("the server has the incident")?);
    let pages = of_kind(&Kind::PAGE);
    ensure!(pages.len() == 1, "{} pages for one incident", pages.len());
    let page = Page(pages[0]);
    ensure!(page.state() == PageState::Acknowledged, "the page is {:?}", page.state());
    for person in people {
        let answer = page.answer_of(person).map(|answer| answer.answer);
        ensure!(answer == Some(AnswerKind::Acknowledged), "{person} answered {answer:?}");
    }
    let history: History = company.admin().get(&format!("/incidents/{id}/history?after=0")).await?;
    let taken = history.slots.iter().filter(|slot| takes_command(slot)).count();
    ensure!(taken == 1, "command was taken {taken} times");
    let im = incident.im().context("nobody is in command")?;
    Ok((im, incident.im_since().context("in command since never")?.0))
}

fn takes_command(slot: &Slot) -> bool {
    let Slot::Row { row, .. } = slot else { return false };
    let row: Option<Row> = serde_json::from_str(row).ok();
    row.is_some_and(|row| row.change.pointer("/body/do").is_some_and(|it| it == "take_command"))
}

/// A desktop shows the same IM, confirmed, and both answers.
async fn on_desktop(desktop: &Headless, race: &Race, im: EntityId) -> Result<()> {
    let name = desktop.name();
    let view = desktop.get_incident(race.incident.clone()).await?;
    let shown = view.row.im.map(|im| im.id);
    ensure!(shown.as_deref() == Some(&im.to_string()), "{name} shows {shown:?}, not {im}");
    ensure!(!view.row.im_unconfirmed, "{name} shows an IM that is not confirmed");
    let page = desktop.get_page(race.page.clone()).await?;
    ensure!(page.state == PageStateView::Acknowledged, "{name} shows the page {:?}", page.state);
    ensure!(!page.unconfirmed, "{name} shows an answer that is not confirmed");
    let answered = page.rung.iter().filter(|rung| rung.reached == ReachedView::Acknowledged);
    ensure!(answered.count() == 2, "{name} shows {:?}", page.rung);
    Ok(())
}
