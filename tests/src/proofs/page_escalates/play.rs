//! Plays a story: declares, does what is written, and looks at the end of it everywhere.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use firebell_client::api::directory::{TargetForm, TargetKind};
use firebell_client::api::incident::{
    CommandAction, CommandIncident, DeclareForm, EditIncident, IncidentEdit, TimesForm,
};
use firebell_client::api::page::{
    AcknowledgePage, ActOnPage, DeclinePage, PageAction, PagePeople, PageStateView,
};
use firebell_domain::change::{Body, Change};
use firebell_domain::entity::{Entity, Kind};
use firebell_domain::id::EntityId;
use firebell_domain::paging::{Page, PageChange, PageState};
use firebell_domain::role::Role;
use firebell_domain::time::Timestamp;

use super::cast::{Cast, Rang};
use super::stories::{Act, End, Story};
use crate::harness::headless::{Headless, SOON};
use crate::harness::raw::change;
use crate::harness::wait;

/// What a story was like.
pub(super) struct Played {
    pub(super) rings: BTreeSet<Rang>,
    pub(super) pushes: u64,
    pub(super) nobody: bool,
}

/// A story under way.
struct Scene<'a> {
    cast: &'a mut Cast,
    incident: EntityId,
    /// Paging cycle that is being looked at.
    cycle: u32,
    rings: BTreeSet<Rang>,
    pushes: u64,
}

/// Plays it.
pub(super) async fn play(cast: &mut Cast, story: &Story) -> Result<Played> {
    let played = tell(cast, story).await;
    played.with_context(|| format!("in the story \"{}\"", story.what))
}

async fn tell(cast: &mut Cast, story: &Story) -> Result<Played> {
    // Before it is declared: what it will meet.
    let nowhere = EntityId(uuid::Uuid::nil());
    let mut scene = Scene { cast, incident: nowhere, cycle: 1, rings: BTreeSet::new(), pushes: 0 };
    for act in story.before {
        scene.act(*act).await?;
    }
    if let Some(Act::Sleeps(name)) = story.acts.first() {
        scene.act(Act::Sleeps(name)).await?;
    }
    let form = DeclareForm {
        summary: story.what.to_owned(),
        severity: Some(story.severity),
        service: scene.cast.service(story.service).map(|id| id.to_string()),
        drill: story.drill,
        ..DeclareForm::default()
    };
    let ann = scene.cast.desktop("ann")?;
    scene.incident = ann.declare_incident(form).await?.id.parse()?;
    ann.sent().await?;
    for act in story.acts {
        scene.act(*act).await.with_context(|| format!("at {act:?}"))?;
    }
    scene.ends(story.end).await?;
    scene.rang_as_told()?;
    let nobody = story.end == End::Nobody;
    Ok(Played { rings: scene.rings, pushes: scene.pushes, nobody })
}

impl Scene<'_> {
    async fn act(&mut self, act: Act) -> Result<()> {
        match act {
            Act::Rings(name, step) => self.rings(name, step).await,
            Act::Push(secs) => {
                self.pushes += 1;
                self.cast.clock.push(Duration::from_secs(secs))
            }
            Act::Acknowledges(name) => {
                let id = self.page().await?.id.to_string();
                let desktop = self.knows(name, &id).await?;
                desktop.acknowledge_page(AcknowledgePage { id, take_command: false }).await?;
                desktop.sent().await
            }
            Act::Declines(name) => {
                let id = self.page().await?.id.to_string();
                let desktop = self.knows(name, &id).await?;
                desktop.decline_page(DeclinePage { id, reason: "on a train".to_owned() }).await?;
                desktop.sent().await
            }
            Act::Resolves(name) => {
                self.command(name, CommandAction::Take {}).await?;
                let times = TimesForm::default();
                self.command(name, CommandAction::Resolve { times }).await
            }
            Act::Reopens(name) => {
                self.cycle += 1;
                self.command(name, CommandAction::Reopen { reason: "it is back".to_owned() }).await
            }
            Act::Raises(name) => {
                let id = self.incident.to_string();
                let edit = EditIncident { id, seen: None, edit: IncidentEdit::Severity(1) };
                let desktop = self.cast.desktop(name)?;
                desktop.edit_incident(edit).await?;
                desktop.sent().await
            }
            Act::Sleeps(name) => {
                self.cast.wire(name)?.cut();
                let offline = "that it is offline";
                let desktop = self.cast.desktop(name)?;
                let look = async |client: &firebell_client::Client| {
                    Ok((!client.sync_state().online).then_some(()))
                };
                desktop.sees(offline, look).await
            }
            Act::Wakes(name) => {
                self.cast.wire(name)?.mend(self.cast.company.server().address());
                self.cast.desktop(name)?.online().await
            }
            Act::AcknowledgesFor(name, whom) => {
                let person = self.cast.company.person(whom)?.to_string();
                self.does(name, PageAction::AcknowledgeFor { person }).await
            }
            Act::Takes(name) => self.command(name, CommandAction::Take {}).await,
            Act::Rests(name, secs) => {
                // Of the server's clock, which the desktop does not know to be pushed.
                let secs = i64::try_from(secs)?;
                let until = Timestamp(self.cast.clock.now()?).plus_secs(secs);
                let page = self.page().await?.id;
                let change = change_at(page, until.plus_secs(-secs), PageChange::Snooze { until });
                let desktop = self.knows(name, &page.to_string()).await?;
                let set = desktop.new_set(vec![change]);
                desktop.execute(set).await?;
                desktop.sent().await
            }
            Act::Escalates(name, imoc) => self.does(name, PageAction::Escalate { imoc }).await,
            Act::Asks(name, whom) => {
                self.cycle = 0;
                let id = self.cast.company.person(whom)?.to_string();
                let form = PagePeople {
                    incident: self.incident.to_string(),
                    targets: vec![TargetForm { kind: TargetKind::Person, id, rotation: None }],
                    policy: None,
                    role: "tech_lead".to_owned(),
                    note: "the database".to_owned(),
                };
                self.cast.desktop(name)?.page_people(form).await?;
                Ok(())
            }
            Act::OutOfReach(name, step) => {
                let person = self.cast.company.person(name)?;
                wait::until(&format!("{name} to be out of reach"), SOON, async || {
                    let page = self.find_page().await?;
                    let said = page.is_some_and(|page| Page(&page).is_unreachable(person, step));
                    Ok(said.then_some(()))
                })
                .await
            }
            Act::Has(name, role) => {
                let person = self.cast.company.person(name)?;
                wait::until(&format!("{name} to be {role}"), SOON, async || {
                    let entities = self.cast.company.admin().incident(self.incident).await?;
                    let mut roles = entities.iter().filter(|one| one.kind == Kind::ROLE).map(Role);
                    let has = roles.any(|one| one.person() == Some(person) && one.role() == role);
                    Ok(has.then_some(()))
                })
                .await
            }
            Act::StandsIn(name) => self.cast.stand_in(name).await,
            Act::Imoc(roster) => self.cast.imoc(roster).await,
        }
    }

    /// The desktop once it knows the page: somebody who was not rung hears of it with the log.
    async fn knows(&self, name: &str, page: &str) -> Result<&Headless> {
        let desktop = self.cast.desktop(name)?;
        let look = async |client: &firebell_client::Client| {
            Ok(client.get_page(page.to_owned()).await.ok().map(drop))
        };
        desktop.sees("the page", look).await?;
        Ok(desktop)
    }

    /// Something about command, once this desktop shows that it can be done.
    async fn command(&self, name: &str, action: CommandAction) -> Result<()> {
        let desktop = self.cast.desktop(name)?;
        let id = self.incident.to_string();
        let look = async |client: &firebell_client::Client| {
            let Ok(view) = client.get_incident(id.clone()).await else { return Ok(None) };
            let may = match action {
                CommandAction::Reopen { .. } => view.may.reopen,
                CommandAction::Resolve { .. } => view.may.resolve,
                _ => true,
            };
            Ok(may.then_some(()))
        };
        desktop.sees("that it may", look).await?;
        desktop.command_incident(CommandIncident { id, seen: None, action }).await?;
        desktop.sent().await
    }

    /// The page of this cycle, as the server has it.
    async fn page(&self) -> Result<Entity> {
        wait::until("the page", SOON, || self.find_page()).await
    }

    async fn find_page(&self) -> Result<Option<Entity>> {
        let entities = self.cast.company.admin().incident(self.incident).await?;
        let mut pages = entities.into_iter().filter(|entity| entity.kind == Kind::PAGE);
        Ok(pages.find(|page| Page(page).cycle() == self.cycle))
    }

    /// A desktop rings for a step, and had not before.
    async fn rings(&mut self, name: &str, step: u32) -> Result<()> {
        let page = self.page().await?.id.0;
        let rang: Rang = (name.to_owned(), page, step);
        let desktop = self.cast.desktop(name)?;
        let what = format!("{name} to ring for step {step}");
        wait::until(&what, SOON, async || {
            let rings = desktop.host().rings();
            Ok(rings.iter().any(|ring| (ring.page, ring.step) == (page, step)).then_some(()))
        })
        .await?;
        ensure!(self.rings.insert(rang), "the story names a ring twice");
        // Before time goes by: a desktop that has not confirmed counts as out of reach.
        let person = self.cast.company.person(name)?;
        wait::until(&format!("{name} to confirm step {step}"), SOON, async || {
            let page = self.find_page().await?;
            Ok(page.is_some_and(|page| Page(&page).reached(person, step)).then_some(()))
        })
        .await
    }

    /// Something else about the page than acknowledging and declining.
    async fn does(&self, name: &str, action: PageAction) -> Result<()> {
        let id = self.page().await?.id.to_string();
        let desktop = self.knows(name, &id).await?;
        desktop.act_on_page(ActOnPage { id, action }).await?;
        desktop.sent().await
    }

    /// The page ends as told, on the server and on every desktop, and falls silent.
    async fn ends(&self, end: End) -> Result<()> {
        let (here, there) = match end {
            End::Acknowledged => (PageState::Acknowledged, PageStateView::Acknowledged),
            End::Nobody => (PageState::Nobody, PageStateView::Nobody),
            End::Closed => (PageState::Closed, PageStateView::Closed),
            End::NoPage => {
                ensure!(self.find_page().await?.is_none(), "there is a page");
                return Ok(());
            }
        };
        wait::until(&format!("the page to end {end:?}"), SOON, async || {
            let page = self.find_page().await?;
            Ok(page.filter(|page| Page(page).state() == here).map(drop))
        })
        .await?;
        let everybody: Vec<&Headless> = self.cast.desktops().iter().collect();
        self.cast.company.level(&everybody).await?;
        let page = self.page().await?.id;
        for desktop in everybody {
            let shown = desktop.get_page(page.to_string()).await?;
            ensure!(shown.state == there, "{} shows {:?}", desktop.name(), shown.state);
            let row = desktop.get_incident(self.incident.to_string()).await?.row;
            let red = row.nobody_paged;
            ensure!(red == (end == End::Nobody), "{}: in red is {red}", desktop.name());
            if desktop.host().rings().iter().any(|ring| ring.page == page.0) {
                let what = format!("{} to fall silent", desktop.name());
                let silent = async || Ok(desktop.host().is_silent(page.0).then_some(()));
                wait::until(&what, SOON, silent).await?;
            }
        }
        self.on_the_board(end).await
    }

    /// Where nobody could be paged, the board says so.
    async fn on_the_board(&self, end: End) -> Result<()> {
        let board = self.cast.desktop("ann")?.get_board(()).await?;
        let id = self.incident.to_string();
        let row = board.incidents.iter().find(|row| row.id == id);
        let red = row.is_some_and(|row| row.nobody_paged);
        ensure!(red == (end == End::Nobody), "the board's row is {row:?}");
        Ok(())
    }

    /// Nothing rang for this incident that the story does not name.
    fn rang_as_told(&self) -> Result<()> {
        for desktop in self.cast.desktops() {
            for ring in desktop.host().rings() {
                let rang = (desktop.name().to_owned(), ring.page, ring.step);
                let told = ring.incident != self.incident.0 || self.rings.contains(&rang);
                ensure!(told, "{} rang for step {} too", desktop.name(), ring.step);
            }
        }
        Ok(())
    }
}

/// A change of a page by somebody whose clock goes as the server's.
fn change_at(page: EntityId, at: Timestamp, body: PageChange) -> Change {
    Change { at, ..change(page, Body::Page(body)) }
}
