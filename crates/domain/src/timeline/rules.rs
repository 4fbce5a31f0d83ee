//! What may be done to a line (T1, T2).

use serde_json::json;

use super::{Entry, EntryChange, LINKS, MAX_MENTIONS, TAGS};
use crate::{
    decide::{Draft, Refusal, Stop, text, text_or_empty},
    entity::Kind,
    file,
    id::EntityId,
    incident::MAX_TEXT,
};

/// Longest tag in bytes: a word or two, also in Chinese.
pub const MAX_TAG: u64 = 60;
/// Most tags of one line: more say nothing.
pub const MAX_TAGS: usize = 20;
/// Most links of one line.
pub const MAX_LINKS: usize = 50;

/// By what a tag is told from others: spelling in capitals, a leading `#` and blanks around do not count.
#[must_use]
pub fn tag_key(tag: &str) -> String {
    shown(tag).to_lowercase()
}

fn shown(tag: &str) -> &str {
    tag.trim().trim_start_matches('#').trim_start()
}

pub(crate) fn decide(draft: &mut Draft<'_>, body: &EntryChange) -> Result<(), Stop> {
    if let EntryChange::Add { incident, entry, text: words, happened_at, mentions, files } = body {
        if draft.known(*incident)?.kind != Kind::INCIDENT {
            return Err(Refusal::Unknown { entity: *incident }.into());
        }
        draft.creates(Some(*incident))?;
        if !happened_at.is_plausible() {
            return Err(Refusal::ImpossibleValue { field: "happened_at".to_owned() }.into());
        }
        if !entry.writable() && draft.author.person().is_some() {
            return Err(Refusal::ImpossibleValue { field: "entry".to_owned() }.into());
        }
        draft.write("entry", json!(entry));
        // A picture needs no words.
        let checked = if files.is_empty() { text } else { text_or_empty };
        draft.write("text", checked("text", words, MAX_TEXT)?);
        draft.write("happened_at", json!(happened_at));
        draft.write("written_at", json!(draft.change.at));
        draft.write("author", json!(draft.author.person()));
        draft.write("retracted", false);
        if !mentions.is_empty() {
            if mentions.len() > MAX_MENTIONS {
                return Err(Refusal::ImpossibleValue { field: "mentions".to_owned() }.into());
            }
            for one in mentions {
                draft.known(*one)?;
            }
            draft.write("mentions", json!(mentions));
        }
        return file::add_all(draft, files);
    }
    let entry = Entry(draft.existing()?);
    match body {
        EntryChange::Add { .. } => Ok(()),
        EntryChange::SetText { text: words } => draft.set("text", text("text", words, MAX_TEXT)?),
        EntryChange::SetTime { happened_at } if !happened_at.is_plausible() => {
            Err(Refusal::ImpossibleValue { field: "happened_at".to_owned() }.into())
        }
        EntryChange::SetTime { happened_at } => draft.set("happened_at", json!(happened_at)),
        EntryChange::SetKind { entry: kind } if kind.writable() => draft.set("entry", json!(kind)),
        EntryChange::SetKind { .. } => {
            Err(Refusal::ImpossibleValue { field: "entry".to_owned() }.into())
        }
        EntryChange::SetRetracted { retracted } => draft.set("retracted", *retracted),
        EntryChange::SetHighlighted { highlighted } if !highlighted && !entry.highlighted() => {
            Ok(())
        }
        EntryChange::SetHighlighted { highlighted } => draft.set("highlighted", *highlighted),
        EntryChange::SetVisibility { visibility } if *visibility == entry.visibility() => Ok(()),
        EntryChange::SetVisibility { visibility } => draft.set("visibility", json!(visibility)),
        EntryChange::AddTag { tag } => add_tag(draft, entry, tag),
        EntryChange::RemoveTag { tag } => {
            draft.remove(TAGS, tag_key(tag));
            Ok(())
        }
        EntryChange::Link { to } => link(draft, entry, *to),
        EntryChange::Unlink { to } => {
            draft.remove(LINKS, to.to_string());
            Ok(())
        }
        EntryChange::AddFile { file } => file::add(draft, file),
        EntryChange::RemoveFile { hash } => {
            file::remove(draft, *hash);
            Ok(())
        }
    }
}

fn add_tag(draft: &mut Draft<'_>, entry: Entry<'_>, tag: &str) -> Result<(), Stop> {
    let shown = text("tag", shown(tag), MAX_TAG)?;
    let key = tag_key(&shown);
    if entry.0.has_member(TAGS, &key) {
        return Ok(());
    }
    if entry.tags().count() >= MAX_TAGS {
        return Err(Refusal::ImpossibleValue { field: "tags".to_owned() }.into());
    }
    draft.add(TAGS, key, shown);
    Ok(())
}

/// A link leads to something of the same incident: what cannot be seen from here is not told apart from
/// what is not there.
fn link(draft: &mut Draft<'_>, entry: Entry<'_>, to: EntityId) -> Result<(), Stop> {
    let other = draft.known(to)?;
    if other.incident.is_none() || other.incident != entry.0.incident {
        return Err(Refusal::Unknown { entity: to }.into());
    }
    if to == entry.0.id || entry.links().count() >= MAX_LINKS {
        return Err(Refusal::ImpossibleValue { field: "links".to_owned() }.into());
    }
    if !entry.0.has_member(LINKS, &to.to_string()) {
        draft.add(LINKS, to.to_string(), other.kind.as_str());
    }
    Ok(())
}
