//! Shifts as a calendar that other programs subscribe to (E2): `/calendar/PERSON/KEY` has the shifts of
//! the person, `/calendar/PERSON/KEY/SCHEDULE` everybody's of one schedule, in iCalendar form (RFC 5545).
//!
//! Who has the address can read it, as calendars cannot sign in. The key is 256 random bits; the record
//! holds its hash in the person's entity, and a new one ends the old address. Whatever is wrong with an
//! address is answered alike.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use firebell_domain::{
    directory::{self, CALENDAR_KEY, Person, calendar_key, is_active},
    entity::{Entity, Kind},
    id::EntityId,
    oncall::Shift,
    time::Timestamp,
};
use firebell_protocol::{error::ApiError, http::CalendarKey};
use icalendar::{Calendar, Component, Event, EventLike, Property};

use super::{
    caller::Caller,
    failure::{Answer, Failure, not_found},
};
use crate::{accounts::token::Token, node::Node};

/// How far back the calendar goes.
const BEFORE_SECS: i64 = 30 * 86_400;
/// How far ahead.
const AFTER_SECS: i64 = 180 * 86_400;
/// Shifts of one schedule in it: turns of six hours, all the time.
const MAX_SHIFTS: usize = 1_000;

/// A fresh key. It opens nothing until its hash is in the person's entity.
pub(super) async fn key(Caller(_): Caller) -> Answer<Json<CalendarKey>> {
    let key = Token::fresh().map_err(|error| Failure(ApiError::internal(error)))?;
    Ok(Json(CalendarKey { key: key.reveal().to_owned() }))
}

/// The shifts of a person.
pub(super) async fn of_person(
    State(node): State<Arc<Node>>,
    Path((person, key)): Path<(String, String)>,
) -> Answer<Response> {
    let (person, directory) = opened(&node, &person, &key).await?;
    let now = node.store.now().await?;
    let mut calendar = named("Firebell");
    for entity in schedules(&directory) {
        let Some(schedule) = directory::schedule(entity) else { continue };
        let (from, until) = window(now);
        for shift in schedule.shifts_of(person, from, until, MAX_SHIFTS) {
            let title = entity.text("name").to_owned();
            calendar.push(event(entity.id, &shift, &title, (from, until), now));
        }
    }
    Ok(answer(&calendar))
}

/// Everybody's shifts in a schedule, gaps by name too.
pub(super) async fn of_schedule(
    State(node): State<Arc<Node>>,
    Path((person, key, schedule)): Path<(String, String, String)>,
) -> Answer<Response> {
    let (_, directory) = opened(&node, &person, &key).await?;
    let id: EntityId = schedule.parse().map_err(|_| not_found())?;
    let entity = schedules(&directory).find(|entity| entity.id == id).ok_or_else(not_found)?;
    let schedule = directory::schedule(entity).ok_or_else(not_found)?;
    let now = node.store.now().await?;
    let (from, until) = window(now);
    let mut calendar = named(entity.text("name"));
    for shift in schedule.shifts(from, until, MAX_SHIFTS) {
        let name = |id: &EntityId| {
            let known = directory.iter().find(|entity| entity.id == *id);
            known.map(|entity| Person(entity).name().to_owned())
        };
        let names: Vec<String> = shift.people.iter().filter_map(name).collect();
        let who = if names.is_empty() { "—".to_owned() } else { names.join(", ") };
        let title = format!("{}: {who}", entity.text("name"));
        calendar.push(event(entity.id, &shift, &title, (from, until), now));
    }
    Ok(answer(&calendar))
}

/// The person whose address this is, and the directory.
async fn opened(node: &Node, person: &str, key: &str) -> Answer<(EntityId, Vec<Entity>)> {
    let person: EntityId = person.parse().map_err(|_| not_found())?;
    let entity = node.store.entities(&[person]).await?.into_iter().next();
    let opens = entity.is_some_and(|entity| {
        // Hashes are compared, so the time that it takes says nothing about the key.
        let kept = entity.text(CALENDAR_KEY);
        entity.kind == Kind::PERSON
            && Person(&entity).active()
            && !kept.is_empty()
            && kept == calendar_key(key)
    });
    if !opens {
        return Err(not_found());
    }
    Ok((person, node.store.directory().await?))
}

fn schedules(directory: &[Entity]) -> impl Iterator<Item = &Entity> {
    directory.iter().filter(|entity| entity.kind == Kind::SCHEDULE && is_active(entity))
}

fn window(now: Timestamp) -> (Timestamp, Timestamp) {
    (now.plus_secs(-BEFORE_SECS), now.plus_secs(AFTER_SECS))
}

/// An empty calendar. The library writes its name as it is unless it is told that it is text.
fn named(name: &str) -> Calendar {
    let mut calendar = Calendar::new();
    for property in ["NAME", "X-WR-CALNAME"] {
        let text = Property::new(property, lines(name)).add_parameter("VALUE", "TEXT").done();
        calendar.append_property(text);
    }
    calendar
}

/// Every line ends in the one way that the library escapes: names come from people.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// A shift as an event; what has no beginning or end is cut where the calendar is.
fn event(
    schedule: EntityId,
    shift: &Shift,
    title: &str,
    (from, until): (Timestamp, Timestamp),
    now: Timestamp,
) -> Event {
    let start = if shift.start > Timestamp::MIN { shift.start } else { from };
    let end = if shift.end < Timestamp::MAX { shift.end } else { until };
    Event::new()
        .uid(&format!("{schedule}-{}@firebell", start.0))
        .timestamp(instant(now))
        .summary(&lines(title))
        .starts(instant(start))
        .ends(instant(end))
        .done()
}

fn instant(at: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.0).unwrap_or_default()
}

fn answer(calendar: &Calendar) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, calendar.to_string()).into_response()
}
