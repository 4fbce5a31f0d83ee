//! Queues of severity 3, by team.

use std::collections::{BTreeMap, BTreeSet};

use firebell_domain::{
    directory::is_active,
    entity::{Entity, Kind},
    id::EntityId,
    incident::{Incident, Severity, State},
    queue::{self, OfficeHours, Place, Rhythm},
    time::Timestamp,
};

use super::{
    board,
    names::{name, named},
    rows::Listed,
};
use crate::{
    Client, Directory,
    api::{
        ApiError,
        incident::IncidentRow,
        queue::{OfficeDayForm, OfficeHoursForm, QueuePlace, QueueView, TeamQueue},
    },
    store::{Store, entity_id},
};

/// The most incidents that are read: more wait than anybody will ever accept.
const MOST: u32 = 1_000;

/// Places in queues, each queue's rhythm read once.
pub(crate) struct Places<'a> {
    directory: &'a Directory,
    settings: Option<EntityId>,
    rhythms: BTreeMap<Option<EntityId>, Rhythm>,
}

impl<'a> Places<'a> {
    pub(crate) fn new(directory: &'a Directory, settings: Option<EntityId>) -> Self {
        Self { directory, settings, rhythms: BTreeMap::new() }
    }

    fn rhythm(&mut self, team: Option<EntityId>) -> &Rhythm {
        let (directory, settings) = (self.directory, self.settings);
        self.rhythms.entry(team).or_insert_with(|| queue::rhythm(directory, settings, team))
    }

    /// The place of an incident that waits in a queue since then; and whose.
    pub(crate) fn of(&mut self, service: Option<EntityId>, since: Timestamp) -> QueuePlace {
        let team = queue::team_of(self.directory, service);
        let directory = self.directory;
        queue_place(directory, team, self.rhythm(team), since)
    }
}

/// Since when those of these incidents that wait in a queue do so.
pub(crate) async fn since(
    store: &Store,
    listed: &[Listed],
) -> Result<BTreeMap<EntityId, Timestamp>, ApiError> {
    let waits = |one: &&Listed| {
        let severity = u8::try_from(one.severity).ok().and_then(|n| Severity::try_from(n).ok());
        let state = if one.state == "new" { State::New } else { State::Fixing };
        let im = one.im.as_ref().map(|_| EntityId::NIL);
        severity.is_some_and(|severity| queue::waits(severity, state, im, one.drill != 0))
    };
    let waiting = listed.iter().filter(waits).map(|one| entity_id(&one.id));
    let waiting = waiting.collect::<Result<Vec<_>, _>>().map_err(ApiError::internal)?;
    if waiting.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = store.entities(&waiting).await?;
    Ok(found.into_iter().map(|(id, entity)| (id, queue::since(Incident(&entity)))).collect())
}

/// The place of an incident of severity 3 of this service, should it be declared now.
pub(crate) fn preview(
    directory: &Directory,
    settings: Option<EntityId>,
    service: Option<EntityId>,
    now: Timestamp,
) -> QueuePlace {
    let team = queue::team_of(directory, service);
    queue_place(directory, team, &queue::rhythm(directory, settings, team), now)
}

fn queue_place(
    directory: &Directory,
    team: Option<EntityId>,
    rhythm: &Rhythm,
    since: Timestamp,
) -> QueuePlace {
    let place = Place::of(rhythm, since);
    QueuePlace {
        team: team.map(|team| name(directory, team)),
        shown_at: place.shown_at.0,
        ages_at: place.ages_at.map(|at| at.0),
    }
}

/// What waits in one queue.
pub(crate) struct Waiting {
    pub(crate) team: Option<EntityId>,
    pub(crate) mine: bool,
    pub(crate) rhythm: Rhythm,
    /// Who waits longest first.
    pub(crate) rows: Vec<IncidentRow>,
}

/// All queues in which something waits, and this person's.
pub(crate) async fn waiting(client: &Client, store: &Store) -> Result<Vec<Waiting>, ApiError> {
    let directory = client.directory();
    let (settings, now) = (client.settings_id(), client.host().now());
    let me = client.me();
    let people: Vec<EntityId> = directory.of_kind(&Kind::PERSON).map(|person| person.id).collect();
    let mut rows: BTreeMap<Option<EntityId>, Vec<IncidentRow>> = BTreeMap::new();
    for (service, row) in board::waiting(client, store, MOST).await? {
        if row.queue.is_some() {
            rows.entry(queue::team_of(&*directory, service)).or_default().push(row);
        }
    }
    // Who was reopened or lowered began to wait after others that were declared later.
    for waiting in rows.values_mut() {
        waiting.sort_by_key(|row| row.queue.as_ref().map(|place| place.shown_at));
    }
    let teams = directory.of_kind(&Kind::TEAM).filter(|team| is_active(team));
    let teams = teams.map(|team: &Entity| Some(team.id)).chain([None]);
    let all: BTreeSet<Option<EntityId>> = teams.chain(rows.keys().copied()).collect();
    let queues = all.into_iter().map(|team| {
        let told = queue::audience(&*directory, settings, team, &people, now);
        Waiting {
            team,
            mine: me.is_some_and(|me| told.contains(&me)),
            rhythm: queue::rhythm(&*directory, settings, team),
            rows: rows.remove(&team).unwrap_or_default(),
        }
    });
    let mut queues: Vec<Waiting> =
        queues.filter(|queue| queue.mine || !queue.rows.is_empty()).collect();
    queues.sort_by_cached_key(|queue| {
        let name = queue.team.map(|team| name(&*directory, team).to_lowercase());
        (!queue.mine, name.is_none(), name)
    });
    Ok(queues)
}

/// All that waits, by team.
pub(crate) async fn view(client: &Client) -> Result<QueueView, ApiError> {
    let store = client.store()?;
    let (directory, now) = (client.directory(), client.host().now());
    let days = queue::rhythm(&*directory, client.settings_id(), None).days;
    let queues = waiting(client, &store).await?.into_iter().map(|queue| TeamQueue {
        team: queue.team.map(|team| named(&*directory, team)),
        mine: queue.mine,
        hours_chosen: queue.rhythm.chosen,
        open_until: queue.rhythm.hours.open_at(now).map(|span| span.end.0),
        opens_at: queue.rhythm.hours.next_start(now).map(|at| at.0),
        hours: hours_form(&queue.rhythm.hours),
        rows: queue.rows,
    });
    Ok(QueueView { queues: queues.collect(), days })
}

/// Office hours as a form holds them.
pub(crate) fn hours_form(hours: &OfficeHours) -> OfficeHoursForm {
    let mut days = hours.days.clone();
    days.sort_unstable();
    let day = |day: queue::OfficeDay| OfficeDayForm {
        day: day.day,
        from: day.from.to_string(),
        until: day.until.to_string(),
    };
    OfficeHoursForm { zone: hours.zone.clone(), days: days.into_iter().map(day).collect() }
}
