//! Who may see and do what: the one place that says so, used by deciding, sync, search and rings (X4).

use crate::{
    change::{Author, Body, Change},
    decide::{Refusal, Stop},
    directory::{DirectoryChange, Person},
    entity::{Entity, Kind, World},
    id::EntityId,
    incident::Incident,
    paging::PageChange,
};

/// Whether this person may see anything of this incident. Restricted incidents are visible to their
/// members only; being an administrator does not help.
#[must_use]
pub fn may_see(person: EntityId, incident: &Entity) -> bool {
    let incident = Incident(incident);
    !incident.restricted() || incident.is_member(person)
}

/// Whether this person may edit the directory: everything but the contact data, leave and desktops of
/// oneself, and the cover of a schedule, which is anybody's.
#[must_use]
pub fn may_edit_directory(person: &Entity) -> bool {
    let person = Person(person);
    person.active() && person.admin()
}

/// Whether this author may do this.
///
/// # Errors
/// `Unknown` for what the author may not see (so that hidden and absent look alike), `NotAllowed` for
/// what they see but may not do.
pub(crate) fn check(world: &dyn World, author: Author, change: &Change) -> Result<(), Stop> {
    let Author::Person(person) = author else {
        return Ok(());
    };
    let me = world.entity(person).ok_or(Stop::Missing(person))?;
    if !Person(me).active() {
        return Err(Refusal::NotAllowed {}.into());
    }
    if let Some(incident) = incident_of(world, change)
        && !may_see(person, incident)
    {
        return Err(Refusal::Unknown { entity: change.entity }.into());
    }
    let allowed = match &change.body {
        Body::Incident(_)
        | Body::Entry(_)
        | Body::Role(_)
        | Body::ProductionChange(_)
        | Body::Workstream(_) => true,
        Body::Page(body) => match body {
            PageChange::Start { .. }
            | PageChange::Ring { .. }
            | PageChange::NobodyOnCall { .. }
            | PageChange::Unreachable { .. }
            | PageChange::Await { .. }
            | PageChange::Again { .. }
            | PageChange::Deliver { .. }
            | PageChange::GiveUp {}
            | PageChange::Close { .. } => false,
            PageChange::Acknowledge {}
            | PageChange::AcknowledgeFor { .. }
            | PageChange::AcknowledgeBy { .. }
            | PageChange::Decline { .. }
            | PageChange::Snooze { .. }
            | PageChange::Escalate { .. }
            | PageChange::Ask { .. }
            | PageChange::Receive { .. }
            | PageChange::RequestTest {} => true,
        },
        // People keep their own contact data right; everything else of them is an administrator's.
        Body::Person(body) => {
            let own = body.only_contact_fields() || body.only_desktops();
            may_edit_directory(me) || (change.entity == person && own)
        }
        // Cover is arranged by those who are in the rota, at night, without an administrator (E2).
        Body::Schedule(body) => may_edit_directory(me) || body.only_cover(),
        Body::Service(_)
        | Body::Product(_)
        | Body::Team(_)
        | Body::Policy(_)
        | Body::Webhook(_)
        | Body::Settings(_)
        | Body::AlertSource(_) => may_edit_directory(me),
        // What is held back at its end is the server's book-keeping.
        Body::Maintenance(body) => {
            may_edit_directory(me) && matches!(body, DirectoryChange::Put { .. })
        }
        // Monitoring systems speak to the server, and to nobody else.
        Body::Alert(_) | Body::ChangeEvent(_) => false,
        // How far a document is, is the server's to say; what is written in it comes another way.
        Body::Document(_) => false,
    };
    if allowed { Ok(()) } else { Err(Refusal::NotAllowed {}.into()) }
}

/// The incident that a change belongs to, as far as it is known here.
fn incident_of<'a>(world: &'a dyn World, change: &Change) -> Option<&'a Entity> {
    let id = match world.entity(change.entity) {
        Some(entity) => entity.incident,
        None => match &change.body {
            Body::Entry(body) => body.names().into_iter().next(),
            Body::Role(body) => body.names().into_iter().next(),
            Body::Page(body) => body.names().into_iter().next(),
            Body::ProductionChange(body) => body.incident(),
            Body::Workstream(body) => body.incident(),
            _ => None,
        },
    };
    world.entity(id?).filter(|incident| incident.kind == Kind::INCIDENT)
}
