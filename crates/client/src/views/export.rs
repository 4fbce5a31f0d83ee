//! An incident as Markdown: the record as it stands here, in the reader's language, with times in UTC so
//! that whoever reads it elsewhere reads the same.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use firebell_domain::{
    change::{Author, Body, Change},
    entity::{Entity, World},
    export::{Export, Line, Part, Section, markdown},
    id::EntityId,
    incident::Incident,
    outcome::Op,
    timeline::{EntryChange, EntryKind},
};
use firebell_protocol::row::Row;

use super::{
    names::{entry_kind_view, name, not_found},
    stream, tables,
};
use crate::{
    Client,
    api::{
        ApiError,
        document::{IncidentExport, ProductionStateView, TablesView, WorkstreamStateView},
        timeline::{EntryKindView, EntryView, ListStream},
    },
    store::{Directory, Store, StoreError},
    words::Words,
};

/// Pages of the stream that are read, so that a defect ends; ten times what a long incident has.
const PAGES: usize = 400;
/// Lines of one page.
const LINES: u32 = 500;

/// Writes an incident out.
pub(crate) async fn incident(client: &Client, id: EntityId) -> Result<IncidentExport, ApiError> {
    let store = client.store()?;
    let entity = store.entity(id).await?.ok_or_else(|| not_found(id))?;
    let (directory, words) = (client.directory(), client.words());
    let out = Out { directory: &directory, words: &words };
    let known = Incident(&entity);
    let key = known.key().map_or_else(|| id.to_string(), str::to_owned);
    let document = store.document_text(id).await?;
    let tables = tables::view(client, &store, id).await?;
    let timeline = timeline(client, &store, &out, id).await?;
    let section = |heading: &str, part| Section {
        heading: out.say(heading),
        part,
        empty: out.say("export-nothing"),
    };
    let export = Export {
        heading: format!("{key} {}", known.summary()),
        facts: out.facts(&entity, client.host().now().0),
        sections: vec![
            section("export-document", Part::Text(document)),
            section("changes-title", out.changes(&tables)),
            section("workstreams-title", out.workstreams(&tables)),
            section("export-timeline", Part::Lines(timeline)),
        ],
    };
    Ok(IncidentExport { name: format!("{key}.md"), text: markdown(&export) })
}

/// Every line in order, with what became of it.
async fn timeline(
    client: &Client,
    store: &Store,
    out: &Out<'_>,
    incident: EntityId,
) -> Result<Vec<Line>, ApiError> {
    let mut pages = Vec::new();
    let mut before = None;
    for _ in 0..PAGES {
        let asked = ListStream {
            incident: incident.to_string(),
            before,
            limit: LINES,
            entries_only: false,
        };
        let page = stream::page(client, incident, &asked).await?;
        before = page.older.clone();
        pages.push(page.entries);
        if before.is_none() {
            break;
        }
    }
    let mut lines = Vec::new();
    for entry in pages.into_iter().rev().flatten() {
        let corrected = entry.message_id.is_none() && (entry.edited || entry.retracted);
        let history = if corrected { history(store, out, &entry).await? } else { Vec::new() };
        lines.push(out.line(entry, history));
    }
    Ok(lines)
}

/// What was done to a line since it was written, oldest first.
async fn history(store: &Store, out: &Out<'_>, entry: &EntryView) -> Result<Vec<String>, ApiError> {
    let id = super::names::id(&entry.id)?;
    let rows = store.history_of(id).await?;
    let step = |row: &Row| out.step(&row.known_change()?, row.author, &row.outcome.ops);
    Ok(rows.iter().filter_map(step).collect())
}

/// Makes things readable.
struct Out<'a> {
    directory: &'a Directory,
    words: &'a Words,
}

impl Out<'_> {
    fn say(&self, id: &str) -> String {
        self.words.text(id, &[])
    }

    fn facts(&self, entity: &Entity, now: i64) -> Vec<(String, String)> {
        let incident = Incident(entity);
        let unknown = || self.say("value-unknown");
        let who = |id: Option<EntityId>| id.map_or_else(unknown, |id| name(self.directory, id));
        let at =
            |at: Option<firebell_domain::time::Timestamp>| at.map_or_else(unknown, |at| time(at.0));
        let times = incident.times();
        let severity = u8::from(incident.severity()).to_string();
        let state = match entity.text("state") {
            "false_alarm" => "state-false-alarm".to_owned(),
            word => format!("state-{word}"),
        };
        let fact = |id: &str, value: String| (self.say(id), value);
        vec![
            fact("export-severity", severity),
            fact("export-state", self.say(&state)),
            fact("export-im", who(incident.im())),
            fact(
                "export-declared",
                format!("{} · {}", time(incident.declared_at().0), who(incident.declared_by())),
            ),
            fact("export-start", at(times.impact_start)),
            fact("export-detected", at(times.detected)),
            fact("export-end", at(times.impact_end)),
            fact("export-written", time(now)),
        ]
    }

    fn changes(&self, tables: &TablesView) -> Part {
        let columns = [
            "change-what",
            "change-who",
            "change-when",
            "change-how",
            "change-why",
            "change-revert",
            "change-state",
        ];
        let rows = tables.changes.iter().filter(|change| !change.retracted).map(|change| {
            vec![
                change.what.clone(),
                change.who.as_ref().map(|who| who.name.clone()).unwrap_or_default(),
                time(change.at),
                change.how.clone(),
                change.why.clone(),
                change.revert.clone(),
                self.say(production_word(change.state)),
            ]
        });
        Part::Table { columns: columns.map(|id| self.say(id)).to_vec(), rows: rows.collect() }
    }

    fn workstreams(&self, tables: &TablesView) -> Part {
        let columns =
            ["workstream-name", "workstream-goal", "workstream-owner", "workstream-state"];
        let rows = tables.workstreams.iter().filter(|stream| !stream.retracted).map(|stream| {
            vec![
                stream.name.clone(),
                stream.goal.clone(),
                stream.owner.as_ref().map(|owner| owner.name.clone()).unwrap_or_default(),
                self.say(workstream_word(stream.state)),
            ]
        });
        Part::Table { columns: columns.map(|id| self.say(id)).to_vec(), rows: rows.collect() }
    }

    fn line(&self, entry: EntryView, history: Vec<String>) -> Line {
        let text = match &entry.message_id {
            Some(id) => self.told(id, &entry.args),
            None => self.with_files(&entry),
        };
        Line {
            time: time(entry.at),
            kind: self.say(kind_word(entry.kind)),
            who: entry.author.map(|author| author.name).unwrap_or_default(),
            text,
            retracted: entry.retracted,
            history,
        }
    }

    /// What somebody wrote, and the names of the files beside it: their bytes stay where they are.
    fn with_files(&self, entry: &EntryView) -> String {
        if entry.files.is_empty() {
            return entry.text.clone();
        }
        let names: Vec<String> = entry.files.iter().map(|file| file.name.clone()).collect();
        let names = self.words.list(&names);
        let named = self.words.text("export-files", &[("files", names.as_str().into())]);
        if entry.text.is_empty() { named } else { format!("{} · {named}", entry.text) }
    }

    /// A line of the program, as the window says it.
    fn told(&self, id: &str, args: &BTreeMap<String, String>) -> String {
        let ready: Vec<(&str, String)> = args
            .iter()
            .map(|(name, value)| {
                let timed = matches!(name.as_str(), "start" | "detected" | "end" | "until")
                    || name.starts_with("at")
                    || name.ends_with("_at");
                let words = match value.parse::<i64>() {
                    _ if value.is_empty() => self.say("value-unknown"),
                    Ok(at) if timed => time(at),
                    _ => value.clone(),
                };
                (name.as_str(), words)
            })
            .collect();
        let args: Vec<_> =
            ready.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
        self.words.text(id, &args)
    }

    /// One correction: when, who, what stood there and what stands there now.
    fn step(&self, change: &Change, author: Author, ops: &[Op]) -> Option<String> {
        let Body::Entry(body) = &change.body else { return None };
        let was = |field: &str| {
            ops.iter().find_map(|op| match op {
                Op::Set { field: other, was, .. } if other == field => Some(was.clone()),
                _ => None,
            })
        };
        let who = author.person().map_or_else(
            || self.say("stream-program"),
            |id| {
                self.directory
                    .entity(id)
                    .map(|person| person.text("name").to_owned())
                    .unwrap_or_default()
            },
        );
        let (id, from, to) = match body {
            EntryChange::SetText { text } => {
                let from = was("text")?.as_str().unwrap_or_default().to_owned();
                ("export-corrected-text", from, text.trim().to_owned())
            }
            EntryChange::SetTime { happened_at } => {
                let from = was("happened_at")?.as_i64().map(time).unwrap_or_default();
                ("export-corrected-time", from, time(happened_at.0))
            }
            EntryChange::SetKind { entry } => {
                let from: EntryKind = serde_json::from_value(was("entry")?).ok()?;
                let word = |kind| self.say(kind_word(entry_kind_view(kind)));
                ("export-corrected-kind", word(from), word(*entry))
            }
            EntryChange::SetRetracted { retracted } => {
                was("retracted")?;
                let id = if *retracted { "export-retracted" } else { "export-restored" };
                (id, String::new(), String::new())
            }
            _ => return None,
        };
        let (at, who, from, to) = (time(change.at.0), who.as_str(), from.as_str(), to.as_str());
        let args = [
            ("at", at.as_str().into()),
            ("person", who.into()),
            ("from", from.into()),
            ("to", to.into()),
        ];
        Some(self.words.text(id, &args))
    }
}

fn time(at: i64) -> String {
    DateTime::<Utc>::from_timestamp_millis(at)
        .map(|at| at.format("%Y-%m-%d %H:%M UTC").to_string())
        .unwrap_or_default()
}

fn production_word(state: ProductionStateView) -> &'static str {
    match state {
        ProductionStateView::Planned => "change-planned",
        ProductionStateView::Doing => "change-doing",
        ProductionStateView::Done => "change-done",
        ProductionStateView::Reverted => "change-reverted",
    }
}

fn workstream_word(state: WorkstreamStateView) -> &'static str {
    match state {
        WorkstreamStateView::Active => "workstream-active",
        WorkstreamStateView::Blocked => "workstream-blocked",
        WorkstreamStateView::Done => "workstream-done",
        WorkstreamStateView::Dropped => "workstream-dropped",
    }
}

fn kind_word(kind: EntryKindView) -> &'static str {
    match kind {
        EntryKindView::Message => "kind-message",
        EntryKindView::Observation => "kind-observation",
        EntryKindView::Change => "kind-change",
        EntryKindView::Decision => "kind-decision",
        EntryKindView::Status => "kind-status",
        EntryKindView::Role => "kind-role",
        EntryKindView::Page => "kind-page",
        EntryKindView::Alert => "kind-alert",
    }
}

impl Store {
    /// Rows of the log about one entity, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn history_of(&self, entity: EntityId) -> Result<Vec<Row>, ApiError> {
        let key = crate::store::blob(entity.0);
        let rows =
            sqlx::query_scalar!("SELECT row FROM history WHERE entity = ? ORDER BY seq", key)
                .fetch_all(self.readers())
                .await
                .map_err(StoreError::from)?;
        // A row of a newer version is kept, and told once this program understands it.
        Ok(rows.iter().filter_map(|row| serde_json::from_slice(row).ok()).collect())
    }
}
