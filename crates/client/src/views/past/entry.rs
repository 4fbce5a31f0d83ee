//! Who changed what of a line, and when (T2).

use firebell_domain::{
    chain::Hash,
    entity::Entity,
    file::{self, FILES},
    id::EntityId,
    outcome::Op,
    timeline::{LINKS, TAGS},
};
use serde_json::Value;

use super::log::{self, Step};
use crate::{
    Client, Directory,
    api::{
        ApiError,
        timeline::past::{EntryEdited, EntryHistory, EntryStep},
    },
    store::Store,
    views::{names::person, stream::link_view},
};

/// The history of a line of an incident.
pub(crate) async fn entry(
    client: &Client,
    incident: EntityId,
    line: &Entity,
) -> Result<EntryHistory, ApiError> {
    let store = client.store()?;
    let complete = store.missing_history(incident).await?.is_none();
    let directory = client.directory();
    let mut edits = Vec::new();
    for step in log::of_entity(&store, line.id).await? {
        let steps = steps(&store, line, &step).await?;
        if !steps.is_empty() {
            edits.push(edited(&directory, &step, steps));
        }
    }
    Ok(EntryHistory { edits, complete })
}

fn edited(directory: &Directory, step: &Step, steps: Vec<EntryStep>) -> EntryEdited {
    EntryEdited {
        id: step.stamp.change.to_string(),
        at: step.stamp.at.0,
        by: step.stamp.author.person().map(|id| person(directory, id)),
        unsent: step.seq.is_none(),
        steps,
    }
}

/// What a person can read of a step; author and time of writing stand beside it.
async fn steps(store: &Store, line: &Entity, step: &Step) -> Result<Vec<EntryStep>, ApiError> {
    let mut steps = Vec::new();
    for op in &step.outcome.ops {
        let (field, was, now) = match op {
            Op::Set { field, value, was } => {
                let Some(field) = field_name(field) else { continue };
                (field, words(was), words(value))
            }
            Op::Add { list, member, value } if list == TAGS => {
                ("tags", None, words(value).or_else(|| Some(member.clone())))
            }
            Op::Remove { list, member } if list == TAGS => ("tags", Some(member.clone()), None),
            Op::Add { list, member, .. } if list == LINKS => {
                ("links", None, Some(linked(store, member).await?))
            }
            Op::Remove { list, member } if list == LINKS => {
                ("links", Some(linked(store, member).await?), None)
            }
            Op::Add { list, member, .. } if list == FILES => {
                ("files", None, Some(file_name(line, member)))
            }
            Op::Remove { list, member } if list == FILES => {
                ("files", Some(file_name(line, member)), None)
            }
            _ => continue,
        };
        steps.push(EntryStep { field: field.to_owned(), was, now });
    }
    Ok(steps)
}

fn field_name(field: &str) -> Option<&'static str> {
    Some(match field {
        "text" => "text",
        "happened_at" => "at",
        "entry" => "kind",
        "retracted" => "retracted",
        "highlighted" => "highlighted",
        "visibility" => "visibility",
        _ => return None,
    })
}

fn words(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// What a file is called; one that was taken out stays known to its line.
fn file_name(line: &Entity, member: &str) -> String {
    let file = Hash::from_hex(member).and_then(|hash| file::file(line, hash));
    file.map(|file| file.name).unwrap_or_default()
}

async fn linked(store: &Store, member: &str) -> Result<String, ApiError> {
    let Ok(id) = member.parse::<EntityId>() else { return Ok(member.to_owned()) };
    Ok(store.entity(id).await?.map(|other| link_view(&other).name).unwrap_or_default())
}
