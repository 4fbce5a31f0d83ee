//! The conflict inbox: what was refused, whole, with why and what can be done about it.

use std::collections::BTreeMap;

use firebell_domain::{
    change::{Body, Change},
    decide::Refusal,
    directory::{DirectoryChange, OVERRIDES},
    id::EntityId,
    incident::{Incident, IncidentChange, key},
    paging::PageChange,
    permission::may_see,
    production_change::ProductionEdit,
    role::RoleChange,
    timeline::EntryChange,
    workstream::WorkstreamChange,
};
use serde::Deserialize;
use serde_json::Value;

use super::names::name;
use crate::{
    Client,
    api::{ApiError, sync::ConflictView},
    commands::refusal,
    store::{Directory, Store, StoreError, entity_id, set_id},
};

type Args = BTreeMap<String, String>;

/// One item for each refused root, the oldest first.
pub(crate) async fn list(client: &Client) -> Result<Vec<ConflictView>, ApiError> {
    let store = client.store()?;
    let rows = sqlx::query!(
        r#"SELECT r.id AS "id!", r.incident, r.written_at AS "written_at!", r.body AS "body!",
             r.refusal AS "refusal!",
             (SELECT COUNT(*) FROM refused d WHERE d.root = r.id AND d.id <> r.id)
               AS "dependents!: i64"
           FROM refused r WHERE r.root = r.id ORDER BY r.number"#
    )
    .fetch_all(store.readers())
    .await
    .map_err(StoreError::from)?;
    let directory = client.directory();
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let changes: Vec<Value> = serde_json::from_slice(&row.body).map_err(ApiError::internal)?;
        let refusal: Refusal = serde_json::from_str(&row.refusal).map_err(ApiError::internal)?;
        let known: Vec<Change> =
            changes.iter().filter_map(|change| Change::deserialize(change).ok()).collect();
        let id = set_id(&row.id)?;
        let incident = row.incident.as_deref().map(entity_id).transpose();
        let incident = incident.map_err(ApiError::internal)?;
        let (message_id, args) = attempted(&directory, &known);
        views.push(ConflictView {
            id: id.to_string(),
            incident: incident.map(|id| id.to_string()),
            key: key_of(client, &store, incident, &known).await?,
            at: row.written_at,
            message_id: message_id.to_owned(),
            args,
            error: refusal::error(&*directory, &refusal),
            text: typed(&known),
            dependents: u32::try_from(row.dependents).unwrap_or(u32::MAX),
            can_reapply: refusal::can_reapply(&refusal),
        });
    }
    Ok(views)
}

/// The incident's key; the one that a refused declaration asked for where the incident does not exist.
async fn key_of(
    client: &Client,
    store: &Store,
    incident: Option<EntityId>,
    changes: &[Change],
) -> Result<Option<String>, ApiError> {
    let declared = changes.iter().find_map(|change| match &change.body {
        Body::Incident(IncidentChange::Declare { number, .. }) => number.map(key),
        _ => None,
    });
    let Some(incident) = incident else { return Ok(declared) };
    let (entity, me) = (store.entity(incident).await?, client.me());
    Ok(entity
        .filter(|incident| me.is_some_and(|me| may_see(me, incident)))
        .and_then(|incident| Incident(&incident).key().map(str::to_owned))
        .or(declared))
}

/// What was attempted, as a message with its arguments. The last change of a set is what it is about:
/// "resolve" sets the times first.
fn attempted(directory: &Directory, changes: &[Change]) -> (&'static str, Args) {
    let Some(change) = changes.last() else { return ("did-other", Args::new()) };
    let mut args = Args::new();
    let id = match &change.body {
        Body::Incident(body) => incident(directory, body, &mut args),
        Body::Entry(body) => match body {
            EntryChange::Add { .. } => "did-add-entry",
            EntryChange::SetText { .. }
            | EntryChange::SetTime { .. }
            | EntryChange::SetKind { .. }
            | EntryChange::SetHighlighted { .. }
            | EntryChange::SetVisibility { .. }
            | EntryChange::AddTag { .. }
            | EntryChange::RemoveTag { .. }
            | EntryChange::Link { .. }
            | EntryChange::Unlink { .. }
            | EntryChange::AddFile { .. }
            | EntryChange::RemoveFile { .. } => "did-edit-entry",
            EntryChange::SetRetracted { retracted: true } => "did-retract-entry",
            EntryChange::SetRetracted { retracted: false } => "did-restore-entry",
        },
        Body::ProductionChange(_) => "did-edit-production-change",
        Body::Workstream(_) => "did-edit-workstream",
        Body::Role(RoleChange::Assign { person, role, .. }) => {
            args.insert("person".to_owned(), name(directory, *person));
            args.insert("role".to_owned(), role.clone());
            "did-assign-role"
        }
        Body::Role(RoleChange::End {}) => "did-end-role",
        Body::Role(RoleChange::Offer { to }) => {
            args.insert("to".to_owned(), name(directory, *to));
            "did-offer-role"
        }
        Body::Role(RoleChange::Accept {}) => "did-accept-role",
        Body::Role(RoleChange::Decline {}) => "did-decline-role",
        Body::Role(RoleChange::Plan { .. }) => "did-plan-role",
        Body::Page(
            PageChange::Acknowledge {}
            | PageChange::AcknowledgeFor { .. }
            | PageChange::AcknowledgeBy { .. },
        ) => "did-acknowledge-page",
        Body::Page(PageChange::Snooze { .. }) => "did-snooze-page",
        Body::Page(PageChange::Escalate { .. }) => "did-escalate-page",
        Body::Page(PageChange::Ask { .. }) => "did-ask",
        Body::Page(PageChange::Decline { .. }) => "did-decline-page",
        Body::Page(PageChange::RequestTest {}) => "did-request-test",
        Body::Page(_) => "did-report-page",
        Body::Schedule(DirectoryChange::Add { list, .. }) if list == OVERRIDES => {
            "did-add-override"
        }
        Body::Schedule(DirectoryChange::Remove { list, .. }) if list == OVERRIDES => {
            "did-remove-override"
        }
        Body::Person(_)
        | Body::Service(_)
        | Body::Product(_)
        | Body::Team(_)
        | Body::Schedule(_)
        | Body::Policy(_)
        | Body::Webhook(_)
        | Body::Settings(_)
        | Body::AlertSource(_)
        | Body::Maintenance(_)
        // Nobody sends these but the server.
        | Body::Alert(_)
        | Body::ChangeEvent(_)
        | Body::Document(_) => "did-edit-directory",
    };
    if change.body.kind().is_directory() {
        args.insert("name".to_owned(), name(directory, change.entity));
    }
    (id, args)
}

fn incident(directory: &Directory, body: &IncidentChange, args: &mut Args) -> &'static str {
    let mut put = |arg: &str, value: String| args.insert(arg.to_owned(), value);
    match body {
        IncidentChange::Declare { summary, .. } => {
            put("summary", summary.clone());
            "did-declare"
        }
        IncidentChange::SetSummary { .. } => "did-set-summary",
        IncidentChange::SetDescription { .. } => "did-set-description",
        IncidentChange::SetCall { .. } => "did-set-call",
        IncidentChange::SetSeverity { severity } => {
            put("to", u8::from(*severity).to_string());
            "did-set-severity"
        }
        IncidentChange::SetService { service } => {
            put("to", service.map(|id| name(directory, id)).unwrap_or_default());
            "did-set-service"
        }
        IncidentChange::AddProduct { product } => {
            put("product", name(directory, *product));
            "did-add-product"
        }
        IncidentChange::RemoveProduct { product } => {
            put("product", name(directory, *product));
            "did-remove-product"
        }
        IncidentChange::Answer { .. } => "did-answer",
        IncidentChange::SetTimes { .. } => "did-set-times",
        IncidentChange::TakeCommand {} => "did-take-command",
        IncidentChange::ReplaceIm { .. } => "did-replace-im",
        IncidentChange::OfferCommand { to } => {
            put("to", name(directory, *to));
            "did-offer-command"
        }
        IncidentChange::AcceptCommand {} => "did-accept-command",
        IncidentChange::DeclineCommand {} => "did-decline-command",
        IncidentChange::PlanCommand { .. } => "did-plan-command",
        IncidentChange::Resolve {} => "did-resolve",
        IncidentChange::Close {} => "did-close",
        IncidentChange::Reopen { .. } => "did-reopen",
        IncidentChange::MarkFalseAlarm { .. } => "did-false-alarm",
        IncidentChange::Restrict {} => "did-restrict",
        IncidentChange::Unrestrict {} => "did-unrestrict",
        IncidentChange::AddMember { person } => {
            put("person", name(directory, *person));
            "did-add-member"
        }
        IncidentChange::RemoveMember { person } => {
            put("person", name(directory, *person));
            "did-remove-member"
        }
    }
}

/// Whatever its author had typed, whole: nothing that somebody wrote is lost.
fn typed(changes: &[Change]) -> String {
    let mut texts: Vec<&str> = Vec::new();
    for change in changes {
        match &change.body {
            Body::Incident(body) => match body {
                IncidentChange::Declare { summary, description, .. } => {
                    texts.extend([summary.as_str(), description.as_str()]);
                }
                IncidentChange::SetSummary { summary: text }
                | IncidentChange::SetDescription { description: text }
                | IncidentChange::SetCall { call: text }
                | IncidentChange::Answer { answer: text, .. }
                | IncidentChange::ReplaceIm { reason: text }
                | IncidentChange::Reopen { reason: text }
                | IncidentChange::MarkFalseAlarm { reason: text } => texts.push(text),
                _ => {}
            },
            Body::Entry(EntryChange::Add { text, files, .. }) => {
                texts.push(text);
                texts.extend(files.iter().map(|file| file.name.as_str()));
            }
            Body::Entry(EntryChange::AddFile { file }) => texts.push(&file.name),
            Body::Entry(EntryChange::SetText { text } | EntryChange::AddTag { tag: text })
            | Body::ProductionChange(
                ProductionEdit::SetWhat { what: text }
                | ProductionEdit::SetHow { how: text }
                | ProductionEdit::SetWhy { why: text }
                | ProductionEdit::SetRevert { revert: text },
            )
            | Body::Workstream(
                WorkstreamChange::SetName { name: text } | WorkstreamChange::SetGoal { goal: text },
            )
            | Body::Page(
                PageChange::Decline { reason: text } | PageChange::Ask { note: text, .. },
            ) => texts.push(text),
            Body::ProductionChange(ProductionEdit::Add { what, how, why, revert, .. }) => {
                texts.extend([what, how, why, revert].map(String::as_str));
            }
            Body::Workstream(WorkstreamChange::Add { name, goal, .. }) => {
                texts.extend([name.as_str(), goal.as_str()]);
            }
            Body::Person(DirectoryChange::Put { fields })
            | Body::Service(DirectoryChange::Put { fields })
            | Body::Product(DirectoryChange::Put { fields })
            | Body::Team(DirectoryChange::Put { fields })
            | Body::Schedule(DirectoryChange::Put { fields })
            | Body::Policy(DirectoryChange::Put { fields })
            | Body::Webhook(DirectoryChange::Put { fields })
            | Body::Settings(DirectoryChange::Put { fields })
            | Body::AlertSource(DirectoryChange::Put { fields })
            | Body::Maintenance(DirectoryChange::Put { fields }) => {
                fields.iter().for_each(|(field, value)| typed_in(field, value, &mut texts));
            }
            _ => {}
        }
    }
    texts.retain(|text| !text.is_empty());
    texts.join("\n\n")
}

/// What somebody typed in a field of the directory; ids that they chose are no words.
fn typed_in<'a>(field: &str, value: &'a Value, texts: &mut Vec<&'a str>) {
    match (field, value) {
        ("name" | "phone" | "email" | "zone", Value::String(text)) => texts.push(text),
        ("severity_scale", Value::Object(lines)) => {
            let words = lines.values().filter_map(Value::as_object).flat_map(|line| line.values());
            texts.extend(words.filter_map(Value::as_str));
        }
        _ => {}
    }
}

/// Every message id of this module, for the test that looks them up in the catalogue.
#[cfg(test)]
pub(crate) const ATTEMPTS: &[(&str, &[&str])] = &[
    ("did-other", &[]),
    ("did-edit-production-change", &[]),
    ("did-edit-workstream", &[]),
    ("did-add-entry", &[]),
    ("did-edit-entry", &[]),
    ("did-retract-entry", &[]),
    ("did-restore-entry", &[]),
    ("did-assign-role", &["person", "role"]),
    ("did-end-role", &[]),
    ("did-acknowledge-page", &[]),
    ("did-decline-page", &[]),
    ("did-request-test", &[]),
    ("did-report-page", &[]),
    ("did-add-override", &["name"]),
    ("did-remove-override", &["name"]),
    ("did-edit-directory", &["name"]),
    ("did-declare", &["summary"]),
    ("did-set-summary", &[]),
    ("did-set-description", &[]),
    ("did-set-severity", &["to"]),
    ("did-set-service", &["to"]),
    ("did-add-product", &["product"]),
    ("did-remove-product", &["product"]),
    ("did-set-times", &[]),
    ("did-take-command", &[]),
    ("did-replace-im", &[]),
    ("did-offer-command", &["to"]),
    ("did-accept-command", &[]),
    ("did-decline-command", &[]),
    ("did-resolve", &[]),
    ("did-close", &[]),
    ("did-reopen", &[]),
    ("did-false-alarm", &[]),
    ("did-restrict", &[]),
    ("did-unrestrict", &[]),
    ("did-add-member", &["person"]),
    ("did-remove-member", &["person"]),
];
