//! The stream: reading it, writing to it, correcting it (T0, T1, T2, C5).

use firebell_domain::{
    change::{Body, Change},
    directory::{Target, is_active},
    entity::{Kind, World},
    id::EntityId,
    incident::{IncidentChange, MAX_TEXT},
    time::Timestamp,
    timeline::{
        EntryChange, EntryKind, mentions,
        verb::{self, Spoken, VERBS, Verb, VerbError},
    },
};

use super::{incident::seen, objection::Objections};
use crate::{
    Client,
    api::{
        ApiError,
        directory::TargetForm,
        page::PagePeople,
        timeline::{
            AddEntry, EditEntry, EntryEdit, EntryKindView, ListStream, StreamPage, VerbView,
            Written,
        },
    },
    views::{
        incident::find,
        names::{entry_kind, entry_kind_view, id, not_found},
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

    /// `write_line`: what somebody typed into the one input. A verb before it makes it an entry of a kind,
    /// changes the severity or calls people; names with `@` are told of it (T0, C5).
    ///
    /// # Errors
    /// `Invalid` with objections, for an unknown verb too: what was meant as one is never written as a
    /// message. What the verb leads to otherwise, see [`Client::edit_incident`], [`Client::page_people`].
    pub async fn write_line(&self, form: AddEntry) -> Result<Written, ApiError> {
        let spoken = verb::read(&form.text).map_err(|error| match error {
            VerbError::Unknown(_) => ApiError::field("text", "error-verb-unknown"),
            VerbError::Severity => ApiError::field("text", "error-verb-severity"),
            VerbError::Nobody => ApiError::field("text", "error-verb-nobody"),
            VerbError::Empty => ApiError::field("text", "error-text-empty"),
        })?;
        match spoken {
            Spoken::Line { kind, text } => {
                let kind = kind.map_or(form.kind, entry_kind_view);
                let id = self.add_entry(AddEntry { kind, text, ..form }).await?;
                Ok(Written::Line { id })
            }
            Spoken::Severity { severity, why } => {
                let incident = find(self, &*self.store()?, &form.incident).await?;
                let set = IncidentChange::SetSeverity { severity };
                let mut changes = vec![self.new_change(incident.id, Body::Incident(set))];
                if !why.is_empty() {
                    let now = self.host().now();
                    changes.push(self.entry(incident.id, EntryKind::Decision, why, now));
                }
                self.execute(self.new_set(changes)).await?;
                Ok(Written::Severity { severity: severity.into() })
            }
            Spoken::Page { whom } => {
                let named = self.named_in(&whom);
                if named.is_empty() {
                    return Err(ApiError::field("text", "error-verb-nobody"));
                }
                let targets = named.into_iter().map(|id| self.target(id)).collect();
                let (policy, role) = (None, String::new());
                let call =
                    PagePeople { incident: form.incident, targets, policy, role, note: whom };
                let page = self.page_people(call).await?;
                Ok(Written::Page { id: page.id })
            }
        }
    }

    /// `list_verbs`: what a line may begin with.
    ///
    /// # Errors
    /// None.
    pub async fn list_verbs(&self, _: ()) -> Result<Vec<VerbView>, ApiError> {
        let words = |verb: &Verb| verb.words.iter().map(|&word| word.to_owned()).collect();
        Ok(VERBS.iter().map(|verb| VerbView { words: words(verb) }).collect())
    }

    /// Active people and teams that a text names.
    fn named_in(&self, text: &str) -> Vec<EntityId> {
        let directory = self.directory();
        let of = |kind| directory.of_kind(kind).filter(|entity| is_active(entity));
        let known = of(&Kind::PERSON).chain(of(&Kind::TEAM));
        mentions(text, known.map(|entity| (entity.id, entity.text("name"))))
    }

    fn target(&self, id: EntityId) -> TargetForm {
        let directory = self.directory();
        let team = directory.entity(id).is_some_and(|entity| entity.kind == Kind::TEAM);
        let target = if team { Target::Team(id) } else { Target::Person(id) };
        TargetForm::of(&target)
    }

    fn entry(&self, incident: EntityId, entry: EntryKind, text: String, at: Timestamp) -> Change {
        let mentions = self.named_in(&text);
        let add = EntryChange::Add { incident, entry, text, happened_at: at, mentions };
        self.new_change(EntityId(self.host().new_id()), Body::Entry(add))
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
        let change = self.entry(incident.id, entry_kind(form.kind), form.text, happened_at);
        let id = change.entity;
        self.execute(self.new_set(vec![change])).await?;
        Ok(id.to_string())
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
