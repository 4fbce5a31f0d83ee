//! The stream: reading it, writing to it, correcting it (T0, T1, T2, C5).

use firebell_domain::{
    change::Body, entity::Kind, id::EntityId, incident::MAX_TEXT, time::Timestamp,
    timeline::EntryChange,
};

use super::{incident::seen, objection::Objections};
use crate::{
    Client,
    api::{
        ApiError,
        timeline::{AddEntry, EditEntry, EntryEdit, EntryKindView, ListStream, StreamPage},
    },
    views::{
        incident::find,
        names::{entry_kind, id, not_found},
        stream,
    },
};

impl Client {
    /// `list_stream`: one page, oldest first; unsent lines included and marked.
    ///
    /// # Errors
    /// `NotFound` for an incident that does not exist or may not be seen.
    pub async fn list_stream(&self, asked: ListStream) -> Result<StreamPage, ApiError> {
        let incident = find(self, &*self.store()?, &asked.incident).await?;
        self.fetch_history(incident.id);
        stream::page(self, incident.id, &asked).await
    }

    /// `add_entry`: a message or a timeline entry, also for the past. Answers with its id.
    ///
    /// # Errors
    /// `Invalid` with objections.
    pub async fn add_entry(&self, form: AddEntry) -> Result<String, ApiError> {
        let incident = find(self, &*self.store()?, &form.incident).await?;
        let now = self.host().now();
        let happened_at = form.at.map_or(now, Timestamp);
        let mut wrong = Objections::default();
        check_text(&mut wrong, &form.text);
        check_kind(&mut wrong, form.kind);
        check_time(&mut wrong, happened_at, now);
        wrong.done()?;
        let entry = EntityId(self.host().new_id());
        let add = EntryChange::Add {
            incident: incident.id,
            entry: entry_kind(form.kind),
            text: form.text,
            happened_at,
        };
        let change = self.new_change(entry, Body::Entry(add));
        self.execute(self.new_set(vec![change])).await?;
        Ok(entry.to_string())
    }

    /// `edit_entry`: corrects one field; the history is kept.
    ///
    /// # Errors
    /// `Invalid` with objections; `Conflict` when somebody else corrected the same field meanwhile.
    pub async fn edit_entry(&self, form: EditEntry) -> Result<(), ApiError> {
        let store = self.store()?;
        let entry = store.entity(id(&form.id)?).await?.filter(|entry| entry.kind == Kind::ENTRY);
        let entry = entry.ok_or_else(|| not_found("line"))?;
        let incident = entry.incident.ok_or_else(|| not_found("line"))?;
        find(self, &store, &incident.to_string()).await?;
        let mut wrong = Objections::default();
        let (group, body) = match form.edit {
            EntryEdit::Text(text) => {
                check_text(&mut wrong, &text);
                ("text", EntryChange::SetText { text })
            }
            EntryEdit::At(at) => {
                check_time(&mut wrong, Timestamp(at), self.host().now());
                ("happened_at", EntryChange::SetTime { happened_at: Timestamp(at) })
            }
            EntryEdit::Kind(kind) => {
                check_kind(&mut wrong, kind);
                ("entry", EntryChange::SetKind { entry: entry_kind(kind) })
            }
            EntryEdit::Retracted(retracted) => {
                ("retracted", EntryChange::SetRetracted { retracted })
            }
        };
        wrong.done()?;
        let change = self.new_change(entry.id, Body::Entry(body));
        let change = seen(change, group, form.seen.as_deref());
        self.execute(self.new_set(vec![change])).await?;
        Ok(())
    }
}

fn check_text(wrong: &mut Objections, text: &str) {
    wrong.when(text.trim().is_empty(), "text", "error-text-empty");
    wrong.when(text.trim().len() as u64 > MAX_TEXT, "text", "error-text-too-long");
}

/// Kinds that the program writes are not a person's to write.
fn check_kind(wrong: &mut Objections, kind: EntryKindView) {
    let own = matches!(
        kind,
        EntryKindView::Message
            | EntryKindView::Observation
            | EntryKindView::Change
            | EntryKindView::Decision
    );
    wrong.when(!own, "kind", "error-kind-impossible");
}

fn check_time(wrong: &mut Objections, at: Timestamp, now: Timestamp) {
    wrong.when(at > now, "at", "error-time-future");
    wrong.when(!at.is_plausible(), "at", "error-time-impossible");
}
