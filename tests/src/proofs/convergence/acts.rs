//! What people do in the simulation: one of everything, on whatever they see.

use firebell_domain::{
    change::{Body, Change, ChangeSet},
    directory::DirectoryChange,
    entity::{Entity, Kind},
    id::{ChangeId, EntityId, SetId},
    incident::{DetectedBy, IncidentChange, Severity},
    paging::PageChange,
    role::RoleChange,
    time::Timestamp,
    timeline::{EntryChange, EntryKind},
};
use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};
use serde_json::json;

use super::desktop::Desktop;

const WORDS: [&str; 6] =
    ["cards fail", "结账失败", "search is slow", "登录后空白", "disk full", "ok"];

/// One thing that the desktop's person does now, if there is something to do it to.
pub(super) fn act(
    rng: &mut StdRng,
    desktop: &Desktop,
    people: &[EntityId],
    services: &[EntityId],
    now: Timestamp,
) -> Option<ChangeSet> {
    let world = desktop.replica.visible();
    let mut of_kind = |kind: Kind| -> Option<Entity> {
        let all: Vec<&Entity> = world.values().filter(|e| e.kind == kind).collect();
        all.choose(rng).map(|entity| (*entity).clone())
    };
    let (incident, entry, role, page) =
        (of_kind(Kind::INCIDENT), of_kind(Kind::ENTRY), of_kind(Kind::ROLE), of_kind(Kind::PAGE));
    let words = (*WORDS.choose(rng)?).to_owned();
    let somebody = *people.choose(rng)?;
    let fresh = EntityId(uuid(rng));
    let roll = rng.random_range(0..100);
    if roll < 14 || incident.is_none() {
        let number = if rng.random_ratio(9, 10) { desktop.replica.next_key() } else { None };
        let body = IncidentChange::Declare {
            number,
            summary: words,
            description: String::new(),
            severity: Severity::try_from(rng.random_range(1..=3)).ok()?,
            service: services.choose(rng).copied().filter(|_| rng.random_ratio(3, 4)),
            products: Vec::new(),
            detected_by: DetectedBy::Customer,
            impact_start: None,
            restricted: rng.random_ratio(1, 8),
            drill: rng.random_ratio(1, 10),
        };
        return Some(one(rng, fresh, None, now, Body::Incident(body)));
    }
    let incident = incident?;
    let on_incident =
        |rng: &mut StdRng, body| one(rng, incident.id, Some(&incident), now, Body::Incident(body));
    let reason = "because".to_owned();
    Some(match roll {
        14..35 => {
            let add = EntryChange::add(
                incident.id,
                *[EntryKind::Message, EntryKind::Observation, EntryKind::Decision].choose(rng)?,
                words,
                now,
            );
            one(rng, fresh, None, now, Body::Entry(add))
        }
        35..44 => {
            let entry = entry?;
            let body = match rng.random_range(0..3) {
                0 => EntryChange::SetText { text: words },
                1 => EntryChange::SetTime { happened_at: now.plus_secs(-60) },
                _ => EntryChange::SetRetracted { retracted: rng.random() },
            };
            one(rng, entry.id, Some(&entry), now, Body::Entry(body))
        }
        44..52 => {
            on_incident(rng, IncidentChange::SetSummary { summary: format!("{words} {roll}") })
        }
        52..57 => {
            let severity = Severity::try_from(rng.random_range(1..=3)).ok()?;
            on_incident(rng, IncidentChange::SetSeverity { severity })
        }
        57..60 => {
            let impact_start = Some(now.plus_secs(-rng.random_range(0..600)));
            let times = IncidentChange::SetTimes { impact_start, detected: None, impact_end: None };
            on_incident(rng, times)
        }
        60..68 => on_incident(rng, IncidentChange::TakeCommand {}),
        68..70 => on_incident(rng, IncidentChange::ReplaceIm { reason }),
        70..72 => on_incident(rng, IncidentChange::OfferCommand { to: somebody }),
        72..74 => on_incident(rng, IncidentChange::AcceptCommand {}),
        74..78 => on_incident(rng, IncidentChange::Resolve {}),
        78..79 => on_incident(rng, IncidentChange::Close {}),
        79..81 => on_incident(rng, IncidentChange::Reopen { reason }),
        81..82 => on_incident(rng, IncidentChange::MarkFalseAlarm { reason }),
        82..85 => on_incident(rng, IncidentChange::Restrict {}),
        85..86 => on_incident(rng, IncidentChange::Unrestrict {}),
        86..89 => on_incident(rng, IncidentChange::AddMember { person: somebody }),
        89..91 => on_incident(rng, IncidentChange::RemoveMember { person: somebody }),
        91..93 => {
            let assign = RoleChange::Assign {
                incident: incident.id,
                role: "tech_lead".to_owned(),
                person: somebody,
            };
            one(rng, fresh, None, now, Body::Role(assign))
        }
        93..94 => {
            let role = role?;
            one(rng, role.id, Some(&role), now, Body::Role(RoleChange::End {}))
        }
        94..98 => {
            let page = page?;
            let body = if rng.random() {
                PageChange::Acknowledge {}
            } else {
                PageChange::Decline { reason }
            };
            one(rng, page.id, Some(&page), now, Body::Page(body))
        }
        _ => {
            let me = desktop.replica.person();
            let fields = [("phone".to_owned(), json!(format!("+44 {roll}")))].into();
            let body = Body::Person(DirectoryChange::Put { fields });
            one(rng, me, world.get(&me), now, body)
        }
    })
}

/// A set of one change whose author saw what stands.
fn one(
    rng: &mut StdRng,
    entity: EntityId,
    seen: Option<&Entity>,
    at: Timestamp,
    body: Body,
) -> ChangeSet {
    let seen =
        seen.into_iter().flat_map(|entity| entity.fields.iter()).filter_map(|(name, field)| {
            let group = match name.as_str() {
                "state" => "command",
                "impact_start" => "times",
                "im" | "im_since" | "offered_to" | "detected" | "impact_end" => return None,
                name => name,
            };
            Some((group.to_owned(), field.stamp.change))
        });
    let change = Change { id: ChangeId(uuid(rng)), entity, at, seen: seen.collect(), body };
    ChangeSet { id: SetId(uuid(rng)), changes: vec![change] }
}

/// An id from the seed.
pub(super) fn uuid(rng: &mut StdRng) -> uuid::Uuid {
    uuid::Uuid::from_u128(rng.random())
}
