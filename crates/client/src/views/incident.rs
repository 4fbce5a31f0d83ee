//! One incident, as its screen shows it.

use std::collections::BTreeMap;

use firebell_domain::{
    change::{Author, Body, Change, ChangeSet},
    decide::{Context, Decision, KeyState, Side, decide},
    entity::{Entity, Kind, World},
    figures::Measure,
    id::{ChangeId, EntityId, SetId},
    incident::{
        COMMAND, COMMAND_PLAN, Incident, IncidentChange, Question, TIMES, Topic, answered, is_link,
        unanswered,
    },
    permission::may_see,
    time::Timestamp,
};
use uuid::Uuid;

use super::{
    board, intake,
    names::{detected_by_view, name, named, not_found, person},
    page, role, stream,
};
use crate::{
    Client, Directory,
    api::{
        ApiError,
        incident::{AnswerView, IncidentActions, IncidentView, QuestionView, TimesView},
        role::RoleView,
    },
    store::Store,
    words::stripped,
};

/// The incident behind an id or key, if it is here and this person may see it.
pub(crate) async fn find(
    client: &Client,
    store: &Store,
    id_or_key: &str,
) -> Result<Entity, ApiError> {
    let id = board::resolve(store, id_or_key).await?;
    let found = store.entity(id).await?.filter(|entity| entity.kind == Kind::INCIDENT);
    let me = client.me();
    found
        .filter(|incident| me.is_some_and(|me| may_see(me, incident)))
        .ok_or_else(|| not_found(id_or_key))
}

/// Everything that the incident's screen shows except its stream.
pub(crate) async fn view(client: &Client, id_or_key: &str) -> Result<IncidentView, ApiError> {
    let store = client.store()?;
    let entity = find(client, &store, id_or_key).await?;
    let directory = client.directory();
    let incident = Incident(&entity);
    let row = board::by_id(client, &store, entity.id).await?.ok_or_else(|| not_found(id_or_key))?;
    let me = client.me().ok_or_else(|| not_found(id_or_key))?;
    let now = client.host().now();
    let held = role::of_incident(&store, &directory, entity.id).await?;
    Ok(IncidentView {
        row,
        description: entity.text("description").to_owned(),
        service: incident.service().map(|id| named(&*directory, id)),
        products: incident.products().map(|id| named(&*directory, id)).collect(),
        detected_by: detected_by_view(&entity),
        declared_by: incident.declared_by().map(|id| person(&*directory, id)),
        call: incident.call().unwrap_or_default().to_owned(),
        call_is_link: incident.call().is_some_and(is_link),
        topic: topic(client, &directory, incident, &held),
        im_since: incident.im_since().map(|at| at.0),
        command_offered_to: incident.offered_to().map(|id| person(&*directory, id)),
        command_planned: incident.command_plan().map(|plan| role::planned(&directory, plan)),
        times: times(incident, now),
        answers: answers(&directory, incident),
        unanswered: u32::try_from(unanswered(incident)).unwrap_or(u32::MAX),
        unfilled: role::unfilled(incident, &held),
        roles: held,
        pages: page::of_incident(client, &store, &entity).await?,
        alerts: intake::alerts(&store, &directory, entity.id).await?,
        members: incident.members().map(|id| person(&*directory, id)).collect(),
        stamps: stamps(&entity),
        may: actions(&directory, &entity, me, now),
        entries: stream::count(&store, entity.id).await?,
    })
}

/// The topic of the incident's room, in this person's words.
fn topic(
    client: &Client,
    directory: &Directory,
    incident: Incident<'_>,
    held: &[RoleView],
) -> String {
    let words = client.words();
    let im =
        incident.im().map_or_else(|| words.text("topic-nobody", &[]), |im| name(directory, im));
    let others = held.iter().map(|role| (words.role(&role.role), role.person.name.clone()));
    let link = incident.key().map(|key| format!("firebell://{key}"));
    let topic = Topic {
        severity: words.severity(incident.severity()),
        summary: stripped(incident.summary()),
        roles: std::iter::once((words.role("im"), im)).chain(others).collect(),
        links: link.into_iter().chain(incident.call().map(str::to_owned)).collect(),
    };
    topic.line()
}

/// What is known of the questions that have an answer of their own, in their order.
pub(crate) fn answers(directory: &Directory, incident: Incident<'_>) -> Vec<AnswerView> {
    Question::ALL.map(|question| answer(directory, incident, question)).into()
}

fn answer(directory: &Directory, incident: Incident<'_>, question: Question) -> AnswerView {
    let said = answered(incident, question);
    AnswerView {
        question: match question {
            Question::Side => QuestionView::Side,
            Question::Seen => QuestionView::Seen,
            Question::Extent => QuestionView::Extent,
            Question::Cases => QuestionView::Cases,
            Question::Else => QuestionView::Else,
        },
        answer: said.map(|said| said.answer.to_owned()).unwrap_or_default(),
        by: said.and_then(|said| said.by.person()).map(|id| person(directory, id)),
        at: said.map(|said| said.at.0),
    }
}

fn times(incident: Incident<'_>, now: Timestamp) -> TimesView {
    let times = incident.times();
    let (ttd, ttr) = (times.ttd(now), times.ttr(now));
    TimesView {
        impact_start: times.impact_start.map(|at| at.0),
        detected: times.detected.map(|at| at.0),
        impact_end: times.impact_end.map(|at| at.0),
        ttd: ttd.millis(),
        ttr: ttr.millis(),
        impossible: [ttd, ttr].contains(&Measure::Impossible),
    }
}

/// Stamps of the groups of fields that a change names: a group's first field stands for all of it.
fn stamps(incident: &Entity) -> BTreeMap<String, String> {
    let groups = [
        ("summary", "summary"),
        ("description", "description"),
        ("severity", "severity"),
        ("service", "service"),
        ("call", "call"),
        ("command", COMMAND[0]),
        ("command_plan", COMMAND_PLAN[0]),
        ("times", TIMES[0]),
    ];
    let answers = Question::ALL.map(|question| (question.field(), question.field()));
    groups
        .into_iter()
        .chain(answers)
        .filter_map(|(group, field)| {
            Some((group.to_owned(), incident.stamp(field)?.change.to_string()))
        })
        .collect()
}

/// What makes sense now: each action is tried against the rules without being carried out, so that a
/// button and what it does can never disagree.
fn actions(
    directory: &Directory,
    incident: &Entity,
    me: EntityId,
    now: Timestamp,
) -> IncidentActions {
    let may = |change: IncidentChange| changes_something(directory, incident, me, now, change);
    // A reason and somebody to offer to are asked for later; any will do to try.
    let reason = || "?".to_owned();
    let somebody = directory.of_kind(&Kind::PERSON).map(|p| p.id).find(|id| *id != me);
    IncidentActions {
        take_command: may(IncidentChange::TakeCommand {}),
        replace_im: may(IncidentChange::ReplaceIm { reason: reason() }),
        offer_command: somebody.is_some_and(|to| {
            // To somebody to whom it is offered already is no change, but to a third one it is.
            may(IncidentChange::OfferCommand { to })
                || Incident(incident).im() == Some(me) && Incident(incident).state().is_open()
        }),
        answer_offer: may(IncidentChange::AcceptCommand {}),
        resolve: may(IncidentChange::Resolve {}),
        close: may(IncidentChange::Close {}),
        reopen: may(IncidentChange::Reopen { reason: reason() }),
        false_alarm: may(IncidentChange::MarkFalseAlarm { reason: reason() }),
    }
}

fn changes_something(
    directory: &Directory,
    incident: &Entity,
    me: EntityId,
    now: Timestamp,
    change: IncidentChange,
) -> bool {
    let change = Change {
        id: ChangeId(Uuid::nil()),
        entity: incident.id,
        at: now,
        seen: BTreeMap::new(),
        body: Body::Incident(change),
    };
    let set = ChangeSet { id: SetId(Uuid::nil()), changes: vec![change] };
    let context = Context {
        author: Author::Person(me),
        device: None,
        side: Side::Desktop,
        world: &With { directory, incident },
        keys: &|_| KeyState::Free,
    };
    match decide(&context, &set) {
        Decision::Accepted(accepted) => accepted.outcomes.iter().any(|o| !o.ops.is_empty()),
        Decision::Refused(_) | Decision::Undecided => false,
    }
}

/// The directory and one incident.
struct With<'a> {
    directory: &'a Directory,
    incident: &'a Entity,
}

impl World for With<'_> {
    fn entity(&self, id: EntityId) -> Option<&Entity> {
        if id == self.incident.id { Some(self.incident) } else { self.directory.entity(id) }
    }
}
