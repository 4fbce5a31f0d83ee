//! What a change of a page does to it.

use serde_json::json;

use super::{
    ANSWERS, AgainReason, Answer, AnswerKind, Channel, DELIVERIES, Delivery, DeliveryState,
    MAX_DETAIL, MAX_SNOOZE_SECS, NamedDelivery, Page, PageChange, PageState, RECEIPTS, RUNG,
    Receipt, Rung, UNREACHABLE, plan,
};
use crate::{
    decide::{Draft, Effect, Refusal, Side, Stop, text_or_empty},
    directory::{MAX_TARGETS, Target},
    entity::Kind,
    id::EntityId,
    incident::Incident,
    role::MAX_ROLE,
    time::Timestamp,
};

/// The role of whoever is called into an incident without a word about it.
pub const RESPONDER: &str = "responder";

pub(crate) fn decide(draft: &mut Draft<'_>, body: &PageChange) -> Result<(), Stop> {
    match body {
        PageChange::Start { incident, cycle, plan, command_within_secs } => {
            if let Some(incident) = incident {
                draft.known(*incident)?;
            }
            draft.creates(*incident)?;
            draft.write("cycle", *cycle);
            draft.write("plan", json!(plan));
            draft.write("test", incident.is_none());
            if let Some(secs) = command_within_secs {
                draft.write("command_within_secs", *secs);
            }
            begin(draft);
            Ok(())
        }
        PageChange::RequestTest {} => {
            server_only(draft)?;
            draft.creates(None)?;
            draft.write("cycle", 1);
            draft.write("plan", json!([]));
            draft.write("test", true);
            draft.write("for", json!(draft.author.person()));
            begin(draft);
            let page = draft.change.entity;
            draft.effect(Effect::StepPage { page });
            Ok(())
        }
        PageChange::Ask { .. } => ask(draft, body),
        _ => go_on(draft, body),
    }
}

fn begin(draft: &mut Draft<'_>) {
    draft.write("started_at", json!(draft.change.at));
    draft.write("state", json!(PageState::Ringing));
}

/// Desktops never make pages, not even to show them early.
fn server_only(draft: &Draft<'_>) -> Result<(), Stop> {
    if draft.side == Side::Desktop { Err(Stop::ServerOnly) } else { Ok(()) }
}

fn ask(draft: &mut Draft<'_>, body: &PageChange) -> Result<(), Stop> {
    let PageChange::Ask { incident, targets, policy, role, note } = body else { return Ok(()) };
    server_only(draft)?;
    let entity = draft.known(*incident)?;
    if entity.kind != Kind::INCIDENT {
        return Err(Refusal::Unknown { entity: *incident }.into());
    }
    let state = Incident(entity).state();
    if !state.is_open() {
        return Err(Refusal::WrongState { state }.into());
    }
    if targets.len() > MAX_TARGETS || (targets.is_empty() && policy.is_none()) {
        return Err(Refusal::ImpossibleValue { field: "targets".to_owned() }.into());
    }
    for id in targets.iter().filter_map(Target::entity).chain(*policy) {
        draft.known(id)?;
    }
    // Addresses are an administrator's to put into a policy: nobody makes the server write anywhere else.
    if targets.iter().any(|target| matches!(target, Target::Email(_) | Target::Webhook(_))) {
        return Err(Refusal::ImpossibleValue { field: "targets".to_owned() }.into());
    }
    let role = text_or_empty("role", role, MAX_ROLE)?;
    // The IM is never somebody's role: command is taken.
    if role.eq_ignore_ascii_case("im") {
        return Err(Refusal::ImpossibleValue { field: "role".to_owned() }.into());
    }
    let note = text_or_empty("note", note, MAX_DETAIL)?;
    let steps = plan::of_ask(draft.world(), targets, *policy);
    draft.creates(Some(*incident))?;
    draft.write("cycle", 0);
    draft.write("plan", json!(steps));
    draft.write("test", false);
    draft.write("asked_by", json!(draft.author.person()));
    draft.write("role", if role.is_empty() { RESPONDER.to_owned() } else { role });
    draft.write("note", note);
    begin(draft);
    let page = draft.change.entity;
    draft.effect(Effect::StepPage { page });
    Ok(())
}

fn go_on(draft: &mut Draft<'_>, body: &PageChange) -> Result<(), Stop> {
    let page = Page(draft.existing()?);
    let id = draft.change.entity;
    match body {
        PageChange::Start { .. } | PageChange::RequestTest {} | PageChange::Ask { .. } => {}
        PageChange::Ring { step, place, people, at, due_at, reach_by, deliveries } => {
            draft.write("state", json!(PageState::Ringing));
            draft.write("step", *step);
            if let Some(place) = place {
                draft.write("place", *place);
            }
            draft.write("rang_at", json!(at));
            draft.write("due_at", json!(due_at));
            draft.write("reach_by", json!(reach_by));
            for person in people {
                let rung = Rung { person: *person, step: *step, at: *at };
                draft.add(RUNG, format!("{step}:{person}"), json!(rung));
            }
            deliver(draft, deliveries);
            let look_at = reach_by.map_or(*due_at, |reach_by| reach_by.min(*due_at));
            draft.effect(Effect::Ring { page: id, step: *step, people: people.clone(), look_at });
            draft.effect(Effect::PageChanged { page: id });
        }
        PageChange::Unreachable { step, people, deliveries } => {
            for person in people {
                draft.add(UNREACHABLE, format!("{step}:{person}"), json!(draft.change.at));
            }
            deliver(draft, deliveries);
            draft.effect(Effect::PageChanged { page: id });
        }
        PageChange::NobodyOnCall { step } => draft.write("step", *step),
        PageChange::Await { until, .. } => {
            draft.write("due_at", json!(until));
            match page.state() {
                PageState::Snoozed => draft.write("snoozed_until", json!(until)),
                _ => draft.write("watched", true),
            }
            if let Some(at) = *until {
                draft.effect(Effect::LookAtPage { page: id, at });
            }
        }
        PageChange::Again { since, why } => {
            draft.write("state", json!(PageState::Ringing));
            draft.write("since", *since);
            // A rest is somebody's wish; only being left alone counts against the page.
            let left_alone = u32::from(*why == AgainReason::NobodyInCommand);
            draft.write("round", page.round() + left_alone);
            draft.write("watched", false);
            draft.write("acknowledged_by", json!(null));
            draft.write("acknowledged_at", json!(null));
            draft.write("due_at", json!(null));
        }
        PageChange::Deliver { delivery: name, state, detail, attempts } => {
            let Some(delivery) = page.delivery(name) else {
                return Err(Refusal::ImpossibleValue { field: "delivery".to_owned() }.into());
            };
            let (state, attempts, at) = (*state, *attempts, draft.change.at);
            let detail = detail.clone();
            let delivery = Delivery { state, detail, attempts, at, ..delivery };
            draft.add(DELIVERIES, name.clone(), json!(delivery));
        }
        PageChange::GiveUp {} => {
            // Some of those who were all to acknowledge have: then they have it.
            match page.acknowledged().first() {
                Some(person) => {
                    acknowledged(draft, *person);
                    draft.effect(Effect::WatchPage { page: id });
                }
                None => draft.write("state", json!(PageState::Nobody)),
            }
            draft.write("due_at", json!(null));
            draft.effect(Effect::PageChanged { page: id });
        }
        PageChange::Close { reason } => {
            draft.write("state", json!(PageState::Closed));
            draft.write("close_reason", json!(reason));
            draft.write("due_at", json!(null));
            draft.effect(Effect::PageChanged { page: id });
        }
        PageChange::Receive { step, device, reached, detail, silently, held_back } => {
            let receipt = Receipt {
                person: me(draft)?,
                step: *step,
                reached: *reached,
                detail: text_or_empty("detail", detail, MAX_DETAIL)?,
                silently: *silently,
                held_back: *held_back,
                at: draft.change.at,
            };
            draft.add(RECEIPTS, format!("{step}:{device}"), json!(receipt));
        }
        _ => answer(draft, page, body)?,
    }
    Ok(())
}

/// What people say to a page.
fn answer(draft: &mut Draft<'_>, page: Page<'_>, body: &PageChange) -> Result<(), Stop> {
    let me = me(draft)?;
    let id = draft.change.entity;
    let had = |step: Option<u32>| Answer {
        answer: AnswerKind::Acknowledged,
        reason: String::new(),
        at: draft.change.at,
        step: step.unwrap_or_default(),
        by: None,
        via: None,
    };
    let own = had(page.step());
    match body {
        PageChange::Acknowledge {} => acknowledge(draft, page, me, own),
        PageChange::AcknowledgeFor { person } => {
            if draft.known(*person)?.kind != Kind::PERSON {
                return Err(Refusal::Unknown { entity: *person }.into());
            }
            let by = Some(me).filter(|me| me != person);
            acknowledge(draft, page, *person, Answer { by, ..own });
        }
        PageChange::AcknowledgeBy { channel } => {
            answered_by(draft, page, me, *channel);
            acknowledge(draft, page, me, Answer { via: Some(*channel), ..own });
        }
        PageChange::Decline { reason } => {
            let reason = text_or_empty("reason", reason, MAX_DETAIL)?;
            let declined = Answer { answer: AnswerKind::Declined, reason, ..own };
            draft.add(ANSWERS, me.to_string(), json!(declined));
            if page.state() == PageState::Ringing {
                draft.effect(Effect::StepPage { page: id });
                draft.effect(Effect::PageChanged { page: id });
            }
        }
        PageChange::Snooze { until } => snooze(draft, page, me, *until)?,
        PageChange::Escalate { imoc, step }
            if page.state() == PageState::Ringing
                // Whoever saw an earlier step has what they wanted: the next one rings.
                && step.is_none_or(|seen| Some(seen) == page.step()) =>
        {
            draft.write("skip", json!({"step": page.step(), "imoc": imoc}));
            draft.effect(Effect::StepPage { page: id });
        }
        _ => {}
    }
    Ok(())
}

fn acknowledge(draft: &mut Draft<'_>, page: Page<'_>, person: EntityId, answer: Answer) {
    let id = draft.change.entity;
    draft.add(ANSWERS, person.to_string(), json!(answer));
    // The role is for whoever was called, and came while the call stood.
    let called = page.state() != PageState::Closed
        && !page.has_acknowledged(person)
        && page.rung().iter().any(|rung| rung.person == person);
    if let (Some(incident), Some(role), true) = (page.incident(), page.role(), called) {
        let (role, cause) = (role.to_owned(), draft.change.id);
        draft.effect(Effect::Join { incident, person, role, cause });
    }
    // A late acknowledgement is kept, and stops only the cycle that it belongs to.
    if !matches!(page.state(), PageState::Ringing | PageState::Nobody | PageState::Snoozed) {
        return;
    }
    let has_it = |other: &EntityId| *other == person || page.has_acknowledged(*other);
    let waits_for_more = page.state() == PageState::Ringing
        && page.needs_all()
        && !page.rung_now().iter().all(has_it);
    if waits_for_more {
        draft.effect(Effect::StepPage { page: id });
    } else {
        acknowledged(draft, person);
        draft.write("due_at", json!(null));
        let commanded = page.incident().and_then(|id| draft.world().entity(id));
        let nobody = commanded.is_some_and(|incident| Incident(incident).im().is_none());
        if nobody && page.command_within_secs().is_some() {
            draft.effect(Effect::WatchPage { page: id });
        }
    }
    draft.effect(Effect::PageChanged { page: id });
}

fn acknowledged(draft: &mut Draft<'_>, person: EntityId) {
    draft.write("state", json!(PageState::Acknowledged));
    draft.write("acknowledged_by", json!(person));
    draft.write("acknowledged_at", json!(draft.change.at));
}

/// A person answered by another channel: what went to them there is answered.
fn answered_by(draft: &mut Draft<'_>, page: Page<'_>, person: EntityId, channel: Channel) {
    let mut sent: Vec<(String, Delivery)> = page
        .deliveries()
        .filter(|(_, delivery)| delivery.person == Some(person) && delivery.channel == channel)
        // One that counts as queued, too: an answer may be quicker than the word that it was sent.
        .filter(|(_, delivery)| {
            delivery.state != DeliveryState::Queued || delivery.due_at <= draft.change.at
        })
        .collect();
    sent.sort_by_key(|(_, delivery)| (delivery.step, delivery.due_at));
    if let Some((name, delivery)) = sent.pop() {
        let (state, at) = (DeliveryState::Acknowledged, draft.change.at);
        draft.add(DELIVERIES, name, json!(Delivery { state, at, ..delivery }));
    }
}

fn snooze(
    draft: &mut Draft<'_>,
    page: Page<'_>,
    me: EntityId,
    until: Timestamp,
) -> Result<(), Stop> {
    let length = until.since(draft.change.at);
    if length <= 0 || length > MAX_SNOOZE_SECS * 1_000 {
        return Err(Refusal::ImpossibleValue { field: "until".to_owned() }.into());
    }
    let rests = matches!(
        page.state(),
        PageState::Ringing | PageState::Acknowledged | PageState::Nobody | PageState::Snoozed
    );
    if !rests || page.test() {
        return Ok(());
    }
    let page = draft.change.entity;
    draft.write("state", json!(PageState::Snoozed));
    draft.write("snoozed_by", json!(me));
    draft.write("snoozed_until", json!(until));
    draft.write("rests_for", length);
    draft.write("due_at", json!(null));
    // Whoever acknowledges it next is waited for anew.
    draft.write("watched", false);
    draft.effect(Effect::WatchPage { page });
    draft.effect(Effect::PageChanged { page });
    Ok(())
}

fn deliver(draft: &mut Draft<'_>, deliveries: &[NamedDelivery]) {
    let page = draft.change.entity;
    for NamedDelivery { name, delivery } in deliveries {
        draft.add(DELIVERIES, name.clone(), json!(delivery));
        let (delivery, at) = (name.clone(), delivery.due_at);
        draft.effect(Effect::Deliver { page, delivery, at });
    }
}

fn me(draft: &Draft<'_>) -> Result<EntityId, Stop> {
    draft.author.person().ok_or_else(|| Refusal::NotAllowed {}.into())
}
