//! The directory as it is edited, and what leads where in it.

use std::collections::{BTreeMap, BTreeSet};

use firebell_domain::{
    directory::{self, Person, Policy, Service, Target, imoc_policy, is_active, team_members},
    entity::{Entity, Kind, World},
    id::EntityId,
    incident::CALL_SCHEME,
    intake::AlertSource,
    paging::default_rules,
    permission::may_edit_directory,
};

use super::{directory::by_name, names::named_entity, on_call::IMOC};
use crate::{
    Client, Directory,
    api::{
        ApiError,
        directory::{Item, WorkspaceView},
        session::NamedView,
    },
    commands::directory::{Form, channel::forms},
};

/// Everything in the directory, every list by name.
pub(crate) async fn view(client: &Client) -> Result<WorkspaceView, ApiError> {
    let store = client.store()?;
    let unsent = store.unsent_sets().await?.into_iter().filter(|set| set.accepted.is_none());
    let shown = Shown {
        unsent: unsent.flat_map(|set| set.entities()).collect(),
        directory: client.directory(),
        settings: client.settings_id(),
        client,
    };
    let directory = &shown.directory;
    let may_edit = client.me().and_then(|me| directory.entity(me)).is_some_and(may_edit_directory);
    let solo = client.remembered().is_some_and(|known| known.is_solo());
    let without_account = directory
        .of_kind(&Kind::PERSON)
        .filter(|person| person.text("account").is_empty())
        .map(|person| person.id.to_string())
        .collect();
    let with_token = directory
        .of_kind(&Kind::ALERT_SOURCE)
        .filter(|source| !AlertSource(source).token().is_empty())
        .map(|source| source.id.to_string())
        .collect();
    let settings = store.identity().workspace;
    let settings = directory::settings_id(settings);
    let blank = Entity::empty(settings, Kind::SETTINGS, None);
    Ok(WorkspaceView {
        may_edit,
        may_invite: may_edit && !solo,
        people: shown.all(),
        without_account,
        teams: shown.all(),
        services: shown.all(),
        products: shown.all(),
        schedules: shown.all(),
        policies: shown.all(),
        alert_sources: shown.all(),
        with_token,
        maintenance: shown.all(),
        webhooks: shown.all(),
        default_rules: forms(&default_rules()),
        settings: shown.item(directory.entity(settings).unwrap_or(&blank), &BTreeMap::new()),
        call_scheme: CALL_SCHEME.to_owned(),
    })
}

/// What the view is made from.
struct Shown<'a> {
    client: &'a Client,
    directory: std::sync::Arc<Directory>,
    settings: Option<EntityId>,
    unsent: BTreeSet<EntityId>,
}

impl Shown<'_> {
    fn all<F: Form>(&self) -> Vec<Item<F>> {
        let uses = uses(&self.directory, self.settings);
        let entities = by_name(&self.directory, &F::KIND);
        entities.into_iter().map(|entity| self.item(entity, &uses)).collect()
    }

    fn item<F: Form>(&self, entity: &Entity, uses: &Uses) -> Item<F> {
        let stamps = entity.fields.iter();
        let stamps = stamps.map(|(name, field)| (name.clone(), field.stamp.change.to_string()));
        let used_by = uses.get(&entity.id).into_iter().flatten().cloned();
        let mut used_by: Vec<NamedView> = used_by.collect();
        used_by.sort_by_cached_key(|user| user.name.to_lowercase());
        Item {
            id: entity.id.to_string(),
            form: F::read(entity, self.client.host().now()),
            stamps: stamps.collect(),
            used_by,
            unsent: self.unsent.contains(&entity.id),
        }
    }
}

/// What leads to an entity.
pub(crate) type Uses = BTreeMap<EntityId, BTreeSet<NamedView>>;

/// What leads where, of all that is in use: services to teams and policies, policies to what they ring,
/// schedules and teams to people, the settings to the IMOC's policy.
pub(crate) fn uses(directory: &Directory, settings: Option<EntityId>) -> Uses {
    let mut uses = Uses::new();
    let imoc = settings.and_then(|settings| Some((settings, imoc_policy(directory, settings)?)));
    if let Some((settings, policy)) = imoc {
        let roster = NamedView { id: settings.to_string(), name: IMOC.to_owned() };
        uses.entry(policy).or_default().insert(roster);
    }
    for entity in directory.all().filter(|entity| is_active(entity)) {
        for led_to in leads_to(entity) {
            uses.entry(led_to).or_default().insert(named_entity(entity));
        }
    }
    uses
}

fn leads_to(entity: &Entity) -> Vec<EntityId> {
    match entity.kind.as_str() {
        "service" => {
            let service = Service(entity);
            service.team().into_iter().chain(service.policy()).collect()
        }
        "team" => team_members(entity).collect(),
        "schedule" => {
            // As it was saved last: whoever took turns before that is not needed any more.
            let rotations = directory::rota(entity).map(|rota| rota.rotations).unwrap_or_default();
            rotations.into_iter().flat_map(|rotation| rotation.people).collect()
        }
        "alert_source" => {
            let source = AlertSource(entity);
            let services = source.rules().into_iter().filter_map(|rule| rule.service);
            source.service().into_iter().chain(services).collect()
        }
        "policy" => {
            let steps = Policy(entity).steps();
            let targets = steps.iter().flat_map(|step| &step.targets);
            targets.filter_map(Target::entity).chain(Policy(entity).then()).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether somebody besides this person may edit the directory.
pub(crate) fn has_other_administrator(directory: &Directory, person: EntityId) -> bool {
    let mut others = directory.of_kind(&Kind::PERSON).filter(|other| other.id != person);
    others.any(|other| Person(other).admin() && Person(other).active())
}
