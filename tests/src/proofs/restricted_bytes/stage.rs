//! The stage: a server, four desktops with a tapped wire each, and an incident whose text is marked.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use firebell_client::Client;
use firebell_client::api::incident::{DeclareForm, EditIncident, IncidentEdit};
use firebell_client::api::role::AssignRole;
use firebell_client::api::timeline::{AddEntry, EntryKindView};
use firebell_client::api::{ErrorCode, page::AcknowledgePage};
use firebell_domain::change::Body;
use firebell_domain::directory::Target;
use firebell_domain::id::EntityId;
use firebell_domain::incident::IncidentChange;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::marker::Marker;
use super::search::{self, Found};
use crate::harness::company::Company;
use crate::harness::headless::{Headless, SOON};
use crate::harness::tap::Tap;
use crate::harness::wait;

/// Ann declares, and is a member throughout. Bob is made one and Cid is paged in, for a while. Eve never is.
const NAMES: [&str; 4] = ["ann", "bob", "cid", "eve"];
/// A purge has to have left no byte after this, also where somebody reads meanwhile.
const PURGED: Duration = Duration::from_secs(30);

/// One desktop with its wire, and all folders that this person ever had.
struct Seat {
    name: &'static str,
    desktop: Headless,
    wire: Tap,
    folders: Vec<PathBuf>,
}

/// Everything.
pub(super) struct Stage {
    folder: PathBuf,
    company: Company,
    service: EntityId,
    seats: Vec<Seat>,
    markers: Vec<Marker>,
    /// Where the markers of the incident at hand begin.
    begun: usize,
    /// A copy of the time before: it is to be deleted, and was not yet.
    excused: Option<PathBuf>,
}

impl Stage {
    pub(super) async fn set(folder: &Path, url: &str) -> Result<Self> {
        let company = Company::found(folder, url, None, &NAMES).await?;
        let cid = [Target::Person(company.person("cid")?)];
        let service = company.service("vault", company.policy(&[&cid], 0).await?).await?;
        let mut seats = Vec::new();
        for name in NAMES {
            let wire = Tap::recording(company.server().address()).await?;
            let desktop = company.desktop_by(name, &wire.url()).await?;
            let folders = vec![desktop.folder().to_owned()];
            seats.push(Seat { name, desktop, wire, folders });
        }
        let (markers, folder) = (Vec::new(), folder.to_owned());
        Ok(Self { folder, company, service, seats, markers, begun: 0, excused: None })
    }

    pub(super) fn company(&self) -> &Company {
        &self.company
    }

    pub(super) fn markers(&self) -> &[Marker] {
        &self.markers
    }

    pub(super) fn desktop(&self, name: &str) -> Result<&Headless> {
        Ok(&self.seat(name)?.desktop)
    }

    pub(super) fn wire(&self, name: &str) -> Result<&Tap> {
        Ok(&self.seat(name)?.wire)
    }

    fn seat(&self, name: &str) -> Result<&Seat> {
        let seat = self.seats.iter().find(|seat| seat.name == name);
        seat.with_context(|| format!("{name} has no seat"))
    }

    /// A text with a marker that these people may see.
    fn mark(&mut self, place: &'static str, members: &[&'static str]) -> String {
        let marker = Marker::new(place, members);
        let text = format!("the vault is open {} 金库", marker.text);
        self.markers.push(marker);
        text
    }

    /// Everybody sees an incident, with text in all that can hold some.
    pub(super) async fn declare_openly(&mut self) -> Result<EntityId> {
        self.begun = self.markers.len();
        let form = DeclareForm {
            summary: self.mark("summary, open", &NAMES),
            description: self.mark("description, open", &NAMES),
            severity: Some(3),
            service: Some(self.service.to_string()),
            ..DeclareForm::default()
        };
        let id: EntityId = self.desktop("ann")?.declare_incident(form).await?.id.parse()?;
        self.writes("ann", id, &NAMES).await?;
        self.everybody_level().await?;
        for seat in &self.seats {
            let sees = seat.desktop.get_incident(id.to_string()).await;
            ensure!(sees.is_ok(), "{} does not see an open incident", seat.name);
        }
        Ok(id)
    }

    /// Lines, a role, new values of fields: by somebody, for these people.
    async fn writes(
        &mut self,
        name: &'static str,
        id: EntityId,
        members: &[&'static str],
    ) -> Result<()> {
        let incident = id.to_string();
        for (place, kind) in
            [("message", EntryKindView::Message), ("decision", EntryKindView::Decision)]
        {
            let text = self.mark(place, members);
            let form =
                AddEntry { incident: incident.clone(), kind, text, at: None, files: Vec::new() };
            self.desktop(name)?.add_entry(form).await?;
        }
        let role = self.mark("name of a role", members);
        let person = self.company.person("ann")?.to_string();
        let form = AssignRole { incident: incident.clone(), role, person };
        self.desktop(name)?.assign_role(form).await?;
        for edit in [
            IncidentEdit::Summary(self.mark("summary", members)),
            IncidentEdit::Description(self.mark("description", members)),
        ] {
            let form = EditIncident { id: incident.clone(), seen: None, edit };
            self.desktop(name)?.edit_incident(form).await?;
        }
        self.desktop(name)?.sent().await
    }

    /// Ann restricts it, and goes on writing.
    pub(super) async fn restrict(&mut self, id: EntityId) -> Result<()> {
        self.ann(id, IncidentChange::Restrict {}).await?;
        for name in &NAMES[1..] {
            self.loses(name, id).await?;
        }
        self.writes("ann", id, &["ann"]).await
    }

    pub(super) async fn add_member(&mut self, id: EntityId, name: &'static str) -> Result<()> {
        let person = self.company.person(name)?;
        self.ann(id, IncidentChange::AddMember { person }).await?;
        self.gains(name, id).await?;
        self.writes(name, id, &["ann", name]).await
    }

    /// The severity rises, and who is paged becomes a member at once.
    pub(super) async fn page_in(&mut self, id: EntityId, name: &'static str) -> Result<()> {
        let form = EditIncident { id: id.to_string(), seen: None, edit: IncidentEdit::Severity(1) };
        self.desktop("ann")?.edit_incident(form).await?;
        let desktop = self.desktop(name)?;
        let page = wait::until("a ring", SOON, async || {
            let rings = desktop.host().rings();
            Ok(rings.into_iter().find(|ring| ring.incident == id.0).map(|ring| ring.page))
        })
        .await?;
        self.gains(name, id).await?;
        let answer = AcknowledgePage { id: page.to_string(), take_command: false };
        self.desktop(name)?.acknowledge_page(answer).await?;
        self.writes(name, id, &["ann", "bob", name]).await
    }

    pub(super) async fn remove_member(&mut self, id: EntityId, name: &'static str) -> Result<()> {
        let person = self.company.person(name)?;
        self.ann(id, IncidentChange::RemoveMember { person }).await?;
        self.loses(name, id).await
    }

    /// The incident goes on among its members.
    pub(super) async fn goes_on(&mut self, id: EntityId) -> Result<()> {
        self.writes("ann", id, &["ann"]).await
    }

    async fn ann(&self, id: EntityId, change: IncidentChange) -> Result<()> {
        let ann = self.desktop("ann")?;
        ann.act(id, Body::Incident(change)).await?;
        ann.sent().await
    }

    /// Somebody is a member from now on, and has everything that was said before.
    async fn gains(&mut self, name: &'static str, id: EntityId) -> Result<()> {
        for marker in &mut self.markers[self.begun..] {
            marker.members.push(name);
            marker.seen_by.push(name);
        }
        let look =
            async |client: &Client| Ok(client.get_incident(id.to_string()).await.ok().map(drop));
        self.desktop(name)?.sees("what it gained", look).await
    }

    /// Somebody is no member from now on.
    async fn loses(&mut self, name: &str, id: EntityId) -> Result<()> {
        for marker in &mut self.markers[self.begun..] {
            marker.members.retain(|member| *member != name);
        }
        let look = async |client: &Client| match client.get_incident(id.to_string()).await {
            Ok(_) => Ok(None),
            Err(error) if error.code == ErrorCode::NotFound => Ok(Some(())),
            Err(error) => Err(error.into()),
        };
        self.desktop(name)?.sees("nothing of what it lost", look).await
    }

    /// Another desktop of somebody, on the same wire.
    pub(super) async fn another_desktop(&mut self, name: &str, number: usize) -> Result<Headless> {
        let folder = self.folder.join(format!("desktop-{name}-{number}"));
        let url = self.wire(name)?.url();
        let seat = self.seats.iter_mut().find(|seat| seat.name == name).context("a seat")?;
        seat.folders.push(folder.clone());
        Headless::sign_in(&folder, &url, name).await
    }

    pub(super) async fn everybody_level(&self) -> Result<()> {
        let all: Vec<&Headless> = self.seats.iter().map(|seat| &seat.desktop).collect();
        self.company.level(&all).await.map(drop)
    }

    /// Looks through everything, once all desktops are level and their chains hold.
    pub(super) async fn look(&self, when: &str) -> Result<Found> {
        self.everybody_level().await.with_context(|| when.to_owned())?;
        // What was purged is in the write-ahead log until its last reader is done.
        let clean = async || Ok(self.look_once().ok());
        match wait::until("nothing where it must not be", PURGED, clean).await {
            Ok(found) => Ok(found),
            Err(_) => self.look_once().with_context(|| when.to_owned()),
        }
    }

    fn look_once(&self) -> Result<Found> {
        let mut found = Found::default();
        let nobody = |_: &Marker| false;
        for seat in &self.seats {
            found.looks += 1;
            let name = seat.name;
            for copy in seat.wire.copies() {
                let may = |marker: &Marker| marker.seen_by.contains(&name);
                found.look(&format!("what was sent to {name}"), &copy, &self.markers, may)?;
            }
            // Restricted from the first ring on: not even a member's lock screen shows it.
            let shown = seat.desktop.host().shown();
            found.look(
                &format!("what {name} was shown"),
                shown.as_bytes(),
                &self.markers,
                nobody,
            )?;
            for folder in &seat.folders {
                for file in search::files(folder)? {
                    if self.excused.as_ref() == Some(&file) {
                        continue;
                    }
                    // One that is made and renamed meanwhile will be looked at under its other name.
                    let Ok(bytes) = fs::read(&file) else { continue };
                    let may = |marker: &Marker| marker.members.contains(&name);
                    let short = file.file_name().unwrap_or_default().to_string_lossy();
                    found.look(&format!("{short} of {name}"), &bytes, &self.markers, may)?;
                }
            }
        }
        for log in ["server.log", "desktops.log"] {
            let bytes = fs::read(self.folder.join(log))?;
            ensure!(!bytes.is_empty(), "{log} is empty: nothing was logged");
            found.look(log, &bytes, &self.markers, nobody)?;
        }
        Ok(found)
    }

    /// Puts a copy beside a desktop's database as a migration does, and starts the desktop again.
    pub(super) async fn migrated_copy(&mut self, name: &str) -> Result<()> {
        let database = self.desktop(name)?.store()?.path().to_owned();
        let copy = database.with_extension("before-0.copy");
        let mut file = SqliteConnectOptions::new().filename(&database).connect().await?;
        let target = copy.display().to_string();
        sqlx::query("VACUUM INTO ?").bind(target).execute(&mut file).await?;
        file.close().await?;
        self.excused = Some(copy);
        self.starts_again(name).await
    }

    /// The copy is deleted once the new file was found whole.
    pub(super) async fn copy_is_gone(&mut self) -> Result<()> {
        let copy = self.excused.take().context("there was a copy")?;
        wait::until("the copy to be deleted", SOON, async || Ok((!copy.exists()).then_some(())))
            .await
    }

    /// The program ends and starts again.
    pub(super) async fn starts_again(&mut self, name: &str) -> Result<()> {
        let place = self.seats.iter().position(|seat| seat.name == name).context("a seat")?;
        let seat = self.seats.remove(place);
        let folder = seat.desktop.folder().to_owned();
        seat.desktop.close().await;
        let desktop = Headless::open(&folder, name).await?;
        desktop.online().await?;
        self.seats.insert(place, Seat { desktop, ..seat });
        Ok(())
    }

    /// A backup of the server, as it is now.
    pub(super) fn back_up(&self, round: u64) -> Result<PathBuf> {
        let file = self.folder.join(format!("backup-{round}.db"));
        let to = file.to_str().context("a path")?;
        self.company
            .plan()
            .order(&["backup", "--database-url", &self.record(), "--to", to], None)?;
        Ok(file)
    }

    fn record(&self) -> String {
        self.folder.join("record.db").display().to_string()
    }

    /// The server's database is replaced by a backup.
    pub(super) async fn restore(&mut self, backup: &Path) -> Result<()> {
        let record = self.record();
        self.company
            .restart(|plan| {
                for end in ["-wal", "-shm"] {
                    fs::remove_file(format!("{record}{end}")).ok();
                }
                fs::copy(backup, &record)?;
                plan.order(&["new-epoch", "--database-url", &record], None).map(drop)
            })
            .await?;
        for seat in &self.seats {
            seat.wire.mend(self.company.server().address());
            seat.desktop.online().await?;
        }
        Ok(())
    }

    /// All desktops end.
    pub(super) async fn strike(self) {
        for seat in self.seats {
            seat.desktop.close().await;
        }
    }
}
