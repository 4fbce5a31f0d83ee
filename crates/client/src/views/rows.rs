//! Incidents as lists show them.

use std::collections::BTreeSet;

use firebell_domain::{
    id::{ChangeId, EntityId},
    incident,
    permission::may_see,
};

use super::{
    names::{name, person, state_word},
    queue::{self, Places},
};
use crate::{
    Client,
    api::{
        ApiError,
        incident::{IncidentRow, StateView},
        queue::QueuePlace,
    },
    store::{Directory, Store, entity_id},
};

/// A row of the projection, with what other tables say about it.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) id: Vec<u8>,
    pub(crate) number: Option<i64>,
    pub(crate) summary: String,
    pub(crate) severity: i64,
    pub(crate) state: String,
    pub(crate) service: Option<Vec<u8>>,
    pub(crate) im: Option<Vec<u8>>,
    pub(crate) im_change: Option<Vec<u8>>,
    pub(crate) declared_at: i64,
    pub(crate) impact_start: Option<i64>,
    pub(crate) impact_end: Option<i64>,
    pub(crate) over_at: Option<i64>,
    pub(crate) restricted: i64,
    pub(crate) drill: i64,
    pub(crate) unsent: i64,
    /// Something in it waits to be sent.
    pub(crate) waits: i64,
    /// A page for it rings.
    pub(crate) ringing: i64,
    /// How its last page stands.
    pub(crate) paged: Option<String>,
}

/// Reads rows of the projection (as `i`) with `tail` as their filter and order, joined with what `from`
/// names. A macro, because the checked query wants its text as a literal.
macro_rules! listed {
    ($tail:literal $(, $arg:expr)* $(,)?) => {
        $crate::views::rows::listed!(from "incident i", $tail $(, $arg)*)
    };
    (from $from:literal, $tail:literal $(, $arg:expr)* $(,)?) => {
        sqlx::query_as!(
            $crate::views::rows::Listed,
            r#"SELECT i.id AS "id!", i.number, i.summary AS "summary!", i.severity AS "severity!",
                 i.state AS "state!", i.service, i.im, i.im_change, i.declared_at AS "declared_at!",
                 i.impact_start, i.impact_end, i.over_at, i.restricted AS "restricted!",
                 i.drill AS "drill!", i.unsent AS "unsent!",
                 EXISTS (SELECT 1 FROM outbox o WHERE o.incident = i.id) AS "waits!: i64",
                 EXISTS (SELECT 1 FROM page p WHERE p.incident = i.id AND +p.state = 'ringing')
                   AS "ringing!: i64",
                 (SELECT p.state FROM page p WHERE p.incident = i.id
                  ORDER BY p.started_at DESC LIMIT 1) AS "paged: String"
               FROM "# + $from + " " + $tail
            $(, $arg)*
        )
    };
}
pub(crate) use listed;

/// The rows that this person may see, named.
pub(crate) async fn named(
    client: &Client,
    store: &Store,
    listed: Vec<Listed>,
) -> Result<Vec<IncidentRow>, ApiError> {
    let directory = client.directory();
    let mut places = Places::new(&directory, client.settings_id());
    let waits_since = queue::since(store, &listed).await?;
    let mut rows = Vec::with_capacity(listed.len());
    for one in listed {
        let id = entity_id(&one.id)?;
        // Few incidents are restricted or unsent: looking these up one by one is the exception.
        if one.restricted != 0 && !visible(client, store, id).await? {
            continue;
        }
        let unsent = match one.unsent {
            0 => BTreeSet::new(),
            _ => store.unsent_changes(id).await?,
        };
        let service = one.service.as_ref().map(|service| entity_id(service)).transpose()?;
        let place = waits_since.get(&id).map(|since| places.of(service, *since));
        rows.push(Row { id, service, place, unsent }.of(&directory, one)?);
    }
    Ok(rows)
}

/// Whether this person may see an incident that is here.
pub(crate) async fn visible(
    client: &Client,
    store: &Store,
    incident: EntityId,
) -> Result<bool, ApiError> {
    let Some(me) = client.me() else { return Ok(false) };
    Ok(store.entity(incident).await?.is_some_and(|incident| may_see(me, &incident)))
}

/// What a row is made from besides what is listed.
struct Row {
    id: EntityId,
    service: Option<EntityId>,
    /// Its place in a queue.
    place: Option<QueuePlace>,
    unsent: BTreeSet<ChangeId>,
}

impl Row {
    fn of(self, directory: &Directory, listed: Listed) -> Result<IncidentRow, ApiError> {
        let entity = |bytes: Option<&Vec<u8>>| -> Result<Option<EntityId>, ApiError> {
            bytes.map(|bytes| entity_id(bytes).map_err(ApiError::internal)).transpose()
        };
        let state = state_word(&listed.state);
        let open = matches!(state, StateView::New | StateView::Fixing);
        let im_change = entity(listed.im_change.as_ref())?.map(|id| ChangeId(id.0));
        let im = entity(listed.im.as_ref())?;
        Ok(IncidentRow {
            id: self.id.to_string(),
            key: listed.number.and_then(|number| u64::try_from(number).ok()).map(incident::key),
            summary: listed.summary,
            severity: u8::try_from(listed.severity).unwrap_or(3),
            state,
            service: self.service.map(|id| name(directory, id)),
            im: im.map(|id| person(directory, id)),
            im_unconfirmed: im_change.is_some_and(|change| self.unsent.contains(&change)),
            since: listed.impact_start.unwrap_or(listed.declared_at),
            until: if open { None } else { listed.impact_end.or(listed.over_at) },
            declared_at: listed.declared_at,
            restricted: listed.restricted != 0,
            drill: listed.drill != 0,
            unsent: listed.waits != 0 || listed.unsent != 0,
            nobody_paged: open
                && match listed.paged.as_deref() {
                    Some(state) => state == "nobody",
                    // What the server knows has a page from the first moment, if it pages at all: this one
                    // lost it, in a restore perhaps.
                    None => {
                        listed.severity <= 2
                            && listed.im.is_none()
                            && listed.waits == 0
                            && listed.unsent == 0
                    }
                },
            ringing: listed.ringing != 0,
            queue: self.place,
        })
    }
}
