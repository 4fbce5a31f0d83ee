//! Everyone and everything that a form may name.

use std::collections::BTreeMap;

use firebell_domain::{
    directory::{Person, Service, is_active, team_members},
    entity::{Entity, Kind, World},
    incident,
};

use super::{
    board,
    names::{named, named_entity},
};
use crate::{
    Client, Directory,
    api::{
        ApiError,
        session::{DirectoryView, NamedView, PersonView, ServiceView, SeverityLine, TeamView},
    },
};

/// The directory, every list by name.
pub(crate) async fn view(client: &Client) -> Result<DirectoryView, ApiError> {
    let directory = client.directory();
    let managing = match client.store() {
        Ok(store) => board::managing(&store).await?,
        Err(_) => BTreeMap::new(),
    };
    let people = by_name(&directory, &Kind::PERSON).into_iter().map(|entity| {
        let person = Person(entity);
        PersonView {
            id: entity.id.to_string(),
            name: person.name().to_owned(),
            phone: person.phone().to_owned(),
            email: person.email().to_owned(),
            zone: person.zone().to_owned(),
            admin: person.admin(),
            active: person.active(),
            managing: managing.get(&entity.id).map(|number| incident::key(*number)),
        }
    });
    let in_use = |kind: &Kind| by_name(&directory, kind).into_iter().filter(|e| is_active(e));
    let services = in_use(&Kind::SERVICE).map(|entity| ServiceView {
        id: entity.id.to_string(),
        name: entity.text("name").to_owned(),
        team: Service(entity).team().map(|id| named(&*directory, id)),
        policy: Service(entity).policy().map(|id| named(&*directory, id)),
    });
    let teams = in_use(&Kind::TEAM).map(|entity| TeamView {
        id: entity.id.to_string(),
        name: entity.text("name").to_owned(),
        members: team_members(entity).map(|id| id.to_string()).collect(),
    });
    let list = |kind: &Kind| -> Vec<NamedView> { in_use(kind).map(named_entity).collect() };
    Ok(DirectoryView {
        people: people.collect(),
        services: services.collect(),
        products: list(&Kind::PRODUCT),
        teams: teams.collect(),
        schedules: list(&Kind::SCHEDULE),
        policies: list(&Kind::POLICY),
        severity_scale: scale(client.settings_id().and_then(|id| directory.entity(id))),
    })
}

/// The three severities as the organisation words them; empty words mean the shipped ones.
pub(crate) fn scale(settings: Option<&Entity>) -> Vec<SeverityLine> {
    type Words = BTreeMap<String, BTreeMap<String, String>>;
    let words: Words = settings.and_then(|s| s.get("severity_scale")).unwrap_or_default();
    let word = |severity: u8, which: &str| -> String {
        words.get(&severity.to_string()).and_then(|w| w.get(which)).cloned().unwrap_or_default()
    };
    (1..=3)
        .map(|severity| SeverityLine {
            severity,
            name: word(severity, "name"),
            criteria: word(severity, "criteria"),
            short: word(severity, "short"),
        })
        .collect()
}

/// Entities of one kind in the order of their names; case does not matter.
pub(crate) fn by_name<'a>(directory: &'a Directory, kind: &Kind) -> Vec<&'a Entity> {
    let mut entities: Vec<&Entity> = directory.of_kind(kind).collect();
    entities.sort_by_cached_key(|entity| entity.text("name").to_lowercase());
    entities
}
