//! Lines of the stream that nobody wrote: read off the log, in the reader's language.

use serde::Deserialize;
use serde_json::Value;

use super::EntryKind;
use crate::{
    change::{Author, Body, Change},
    directory::Target,
    id::EntityId,
    incident::{IncidentChange, PRODUCTS, Question},
    intake::AlertChange,
    outcome::{Op, Outcome},
    paging::{AgainReason, Channel, DELIVERIES, Delivery, DeliveryState, PageChange, Reached},
    production_change,
    role::RoleChange,
    time::Timestamp,
};

/// A value that a line names. Whoever shows it resolves names and formats times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// Words as they are.
    Text(String),
    /// A person, service, product … by its name.
    Entity(EntityId),
    /// Several of them.
    Entities(Vec<EntityId>),
    /// Nothing: unknown, nobody.
    None,
    /// An instant.
    Time(Timestamp),
}

/// A line that the program writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Lane of the picture, glyph of the list.
    pub kind: EntryKind,
    /// Message id in the catalogue.
    pub message_id: &'static str,
    /// Its arguments.
    pub args: Vec<(&'static str, Arg)>,
}

/// The line that tells of an accepted change, if there is one. Changes that changed nothing, and those
/// whose own entity is the line (messages, entries), have none.
#[must_use]
pub fn line(change: &Change, author: Author, outcome: &Outcome) -> Option<Line> {
    if outcome.ops.is_empty() {
        return None;
    }
    let me = author.person().map_or(Arg::None, Arg::Entity);
    match &change.body {
        Body::Incident(body) => incident(body, me, outcome),
        Body::Role(body) => role(body, me, outcome),
        Body::Page(body) => page(body, me, outcome),
        Body::Alert(body) => alert(body),
        Body::ProductionChange(body) => production_change::line(body, author, outcome),
        _ => None,
    }
}

fn make(kind: EntryKind, message_id: &'static str, args: Vec<(&'static str, Arg)>) -> Option<Line> {
    Some(Line { kind, message_id, args })
}

fn incident(body: &IncidentChange, me: Arg, outcome: &Outcome) -> Option<Line> {
    use EntryKind::{Role, Status};
    let was = |field: &str| was(outcome, field);
    let time = |time: &Option<Timestamp>| time.map_or(Arg::None, Arg::Time);
    match body {
        IncidentChange::Declare { .. } => {
            let key = outcome.ops.iter().find_map(|op| match op {
                Op::Set { field, value, .. } if field == "key" => value.as_str().map(str::to_owned),
                _ => None,
            });
            let key = key.map_or(Arg::None, Arg::Text);
            make(Status, "timeline-declared", vec![("key", key), ("person", me)])
        }
        IncidentChange::SetSummary { summary } => {
            make(Status, "timeline-summary-set", vec![("to", Arg::Text(summary.clone()))])
        }
        IncidentChange::SetDescription { .. } => {
            make(Status, "timeline-description-set", Vec::new())
        }
        IncidentChange::SetSeverity { severity } => {
            let from = was("severity").as_u64().unwrap_or_default().to_string();
            let to = u8::from(*severity).to_string();
            let args = vec![("from", Arg::Text(from)), ("to", Arg::Text(to))];
            make(Status, "timeline-severity-set", args)
        }
        IncidentChange::SetService { service } => {
            let to = service.map_or(Arg::None, Arg::Entity);
            let args = vec![("from", entity(&was("service"))), ("to", to)];
            make(Status, "timeline-service-set", args)
        }
        IncidentChange::AddProduct { product } if adds(outcome, PRODUCTS) => {
            make(Status, "timeline-product-added", vec![("product", Arg::Entity(*product))])
        }
        IncidentChange::AddProduct { .. } => None,
        IncidentChange::RemoveProduct { product } => {
            make(Status, "timeline-product-removed", vec![("product", Arg::Entity(*product))])
        }
        IncidentChange::SetCall { call } if call.trim().is_empty() => {
            make(Status, "timeline-call-gone", vec![("person", me)])
        }
        IncidentChange::SetCall { call } => make(
            Status,
            "timeline-call-set",
            vec![("person", me), ("to", Arg::Text(call.trim().to_owned()))],
        ),
        IncidentChange::Answer { question, answer } => {
            let answer = answer.trim();
            let args = vec![("person", me), ("answer", Arg::Text(answer.to_owned()))];
            let id = match question {
                Question::Side => "timeline-answered-side",
                Question::Seen => "timeline-answered-seen",
                Question::Extent => "timeline-answered-extent",
                Question::Cases => "timeline-answered-cases",
                Question::Else => "timeline-answered-else",
            };
            if answer.is_empty() {
                make(Status, "timeline-answer-gone", args)
            } else {
                make(Status, id, args)
            }
        }
        IncidentChange::SetTimes { impact_start, detected, impact_end } => make(
            Status,
            "timeline-times-set",
            vec![
                ("start", time(impact_start)),
                ("detected", time(detected)),
                ("end", time(impact_end)),
            ],
        ),
        IncidentChange::TakeCommand {} => {
            make(Role, "timeline-command-taken", vec![("person", me)])
        }
        IncidentChange::ReplaceIm { reason } => make(
            Role,
            "timeline-command-replaced",
            vec![
                ("person", me),
                ("from", entity(&was("im"))),
                ("reason", Arg::Text(reason.clone())),
            ],
        ),
        IncidentChange::OfferCommand { to } => {
            make(Role, "timeline-command-offered", vec![("person", me), ("to", Arg::Entity(*to))])
        }
        IncidentChange::AcceptCommand {} => make(
            Role,
            "timeline-command-accepted",
            vec![("person", me), ("from", entity(&was("im")))],
        ),
        IncidentChange::DeclineCommand {} => {
            make(Role, "timeline-command-declined", vec![("person", me)])
        }
        IncidentChange::PlanCommand { next: Some(next), from } => make(
            Role,
            "timeline-command-planned",
            vec![("person", me), ("to", Arg::Entity(*next)), ("at", time(from))],
        ),
        IncidentChange::PlanCommand { next: None, .. } => {
            make(Role, "timeline-command-unplanned", vec![("person", me)])
        }
        IncidentChange::Resolve {} => make(Status, "timeline-resolved", vec![("person", me)]),
        IncidentChange::Close {} => make(Status, "timeline-closed", vec![("person", me)]),
        IncidentChange::Reopen { reason } => make(
            Status,
            "timeline-reopened",
            vec![("person", me), ("reason", Arg::Text(reason.clone()))],
        ),
        IncidentChange::MarkFalseAlarm { reason } => make(
            Status,
            "timeline-false-alarm",
            vec![("person", me), ("reason", Arg::Text(reason.clone()))],
        ),
        IncidentChange::Restrict {} => make(Status, "timeline-restricted", Vec::new()),
        IncidentChange::Unrestrict {} => make(Status, "timeline-opened-up", Vec::new()),
        IncidentChange::AddMember { person } => {
            make(Role, "timeline-member-added", vec![("person", Arg::Entity(*person))])
        }
        IncidentChange::RemoveMember { person } => {
            make(Role, "timeline-member-removed", vec![("person", Arg::Entity(*person))])
        }
    }
}

/// Repeats have no line of their own: a storm must not drown what people write.
fn alert(body: &AlertChange) -> Option<Line> {
    let (message_id, args) = match body {
        AlertChange::Fire { source, report, .. } => (
            "timeline-alert-fired",
            vec![
                ("source", Arg::Entity(*source)),
                ("summary", Arg::Text(report.summary.clone())),
                ("count", Arg::Text(report.firing.to_string())),
            ],
        ),
        AlertChange::Acknowledge { summary } => {
            ("timeline-alert-acknowledged", vec![("summary", Arg::Text(summary.clone()))])
        }
        AlertChange::Resolve { summary, .. } => {
            ("timeline-alert-resolved", vec![("summary", Arg::Text(summary.clone()))])
        }
        AlertChange::Update { .. } | AlertChange::Supersede {} | AlertChange::Follow { .. } => {
            return None;
        }
    };
    Some(Line { kind: EntryKind::Alert, message_id, args })
}

fn adds(outcome: &Outcome, name: &str) -> bool {
    outcome.ops.iter().any(|op| matches!(op, Op::Add { list, .. } if list == name))
}

fn role(body: &RoleChange, me: Arg, outcome: &Outcome) -> Option<Line> {
    // Which role it is stands in the assignment; whoever shows the line looks it up.
    let assignment = ("assignment", Arg::Entity(outcome.entity));
    let (message_id, args) = match body {
        RoleChange::Assign { role, person, .. } => (
            "timeline-role-assigned",
            vec![("person", Arg::Entity(*person)), ("role", Arg::Text(role.clone()))],
        ),
        RoleChange::End {} => ("timeline-role-ended", vec![assignment]),
        RoleChange::Offer { to } => {
            let args = vec![assignment, ("person", me), ("to", Arg::Entity(*to))];
            ("timeline-role-offered", args)
        }
        RoleChange::Accept {} => {
            let args = vec![assignment, ("person", me), ("from", entity(&was(outcome, "person")))];
            ("timeline-role-accepted", args)
        }
        RoleChange::Decline {} => ("timeline-role-declined", vec![assignment, ("person", me)]),
        RoleChange::Plan { next: Some(next), from } => {
            let from = from.map_or(Arg::None, Arg::Time);
            let args = vec![assignment, ("person", me), ("to", Arg::Entity(*next)), ("at", from)];
            ("timeline-role-planned", args)
        }
        RoleChange::Plan { next: None, .. } => {
            ("timeline-role-unplanned", vec![assignment, ("person", me)])
        }
    };
    make(EntryKind::Role, message_id, args)
}

/// What stood in a field before.
fn was(outcome: &Outcome, field: &str) -> Value {
    let before = outcome.ops.iter().find_map(|op| match op {
        Op::Set { field: f, was, .. } if f == field => Some(was.clone()),
        _ => None,
    });
    before.unwrap_or_default()
}

fn entity(value: &Value) -> Arg {
    value.as_str().and_then(|id| id.parse().ok()).map_or(Arg::None, Arg::Entity)
}

fn page(body: &PageChange, me: Arg, outcome: &Outcome) -> Option<Line> {
    let step = |step: &u32| Arg::Text((step + 1).to_string());
    let (message_id, args) = match body {
        PageChange::Start { .. } | PageChange::RequestTest {} => return None,
        PageChange::Await { gave_up: true, .. } => ("timeline-page-never-taken", Vec::new()),
        PageChange::Await { .. } => return None,
        PageChange::Unreachable { people, .. } => {
            ("timeline-page-unreachable", vec![("people", Arg::Entities(people.clone()))])
        }
        PageChange::Again { why: AgainReason::NobodyInCommand, .. } => {
            ("timeline-page-again-no-im", Vec::new())
        }
        PageChange::Again { why: AgainReason::SnoozeOver, .. } => {
            ("timeline-page-again-snoozed", Vec::new())
        }
        PageChange::Deliver { .. } => return delivery(outcome),
        PageChange::AcknowledgeFor { person } => {
            ("timeline-page-acknowledged-for", vec![("person", Arg::Entity(*person)), ("by", me)])
        }
        PageChange::AcknowledgeBy { channel } => (
            "timeline-page-acknowledged-by",
            vec![("person", me), ("channel", Arg::Text(channel.to_string()))],
        ),
        PageChange::Snooze { until } => {
            ("timeline-page-snoozed", vec![("person", me), ("until", Arg::Time(*until))])
        }
        PageChange::Escalate { .. } => ("timeline-page-escalated-by", vec![("person", me)]),
        PageChange::Ask { targets, policy, note, .. } => {
            let called = targets.iter().filter_map(Target::entity).chain(*policy).collect();
            let args = vec![
                ("person", me),
                ("called", Arg::Entities(called)),
                ("note", Arg::Text(note.clone())),
            ];
            ("timeline-page-asked", args)
        }
        // A step that reaches nobody but an address rings nobody.
        PageChange::Ring { step: number, people, .. } if people.is_empty() => {
            ("timeline-page-rang-nobody", vec![("step", step(number))])
        }
        PageChange::Ring { step: number, people, .. } => (
            "timeline-page-rang",
            vec![("people", Arg::Entities(people.clone())), ("step", step(number))],
        ),
        PageChange::NobodyOnCall { step: number } => {
            ("timeline-page-nobody-on-call", vec![("step", step(number))])
        }
        PageChange::GiveUp {} => ("timeline-page-nobody", Vec::new()),
        PageChange::Close { .. } => ("timeline-page-closed", Vec::new()),
        PageChange::Acknowledge {} => ("timeline-page-acknowledged", vec![("person", me)]),
        PageChange::Decline { reason } => {
            ("timeline-page-declined", vec![("person", me), ("reason", Arg::Text(reason.clone()))])
        }
        PageChange::Receive { reached: Reached::Delivered, .. } => return None,
        PageChange::Receive { reached: Reached::Shown, silently: true, .. } => {
            ("timeline-page-shown-silently", vec![("person", me)])
        }
        PageChange::Receive { reached: Reached::Shown, .. } => {
            ("timeline-page-shown", vec![("person", me)])
        }
        PageChange::Receive { reached: Reached::NotShown, detail, .. } => {
            ("timeline-page-not-shown", vec![("person", me), ("detail", Arg::Text(detail.clone()))])
        }
    };
    Some(Line { kind: EntryKind::Page, message_id, args })
}

/// What another channel said; waiting is not worth a line.
fn delivery(outcome: &Outcome) -> Option<Line> {
    let delivery = outcome.ops.iter().find_map(|op| match op {
        Op::Add { list, value, .. } if list == DELIVERIES => Delivery::deserialize(value).ok(),
        _ => None,
    })?;
    let message_id = match delivery.state {
        DeliveryState::Sent => "timeline-page-sent",
        DeliveryState::Delivered => "timeline-page-delivered",
        DeliveryState::Failed => "timeline-page-failed",
        DeliveryState::Shown
        | DeliveryState::Acknowledged
        | DeliveryState::Queued
        | DeliveryState::NotNeeded => return None,
    };
    let to = match (delivery.person, delivery.channel) {
        (Some(person), _) => Arg::Entity(person),
        (None, Channel::Webhook(hook)) => Arg::Entity(hook),
        (None, _) => Arg::Text(delivery.address.clone()),
    };
    let channel = Arg::Text(delivery.channel.to_string());
    let args = vec![("to", to), ("channel", channel), ("detail", Arg::Text(delivery.detail))];
    make(EntryKind::Page, message_id, args)
}
