//! The stream: reading it, writing to it, correcting it (T0, T1, T2, C5).

use firebell_domain::{
    chain::Hash,
    change::{Body, Change, MAX_CHANGES},
    directory::{Target, is_active},
    entity::{Entity, Kind, World},
    file::FILES,
    id::EntityId,
    incident::{IncidentChange, MAX_TEXT},
    role::Role,
    time::Timestamp,
    timeline::{
        Entry, EntryChange, EntryKind, LINKS, MAX_TAG, TAGS, mentions,
        phrase::{self, Question},
        tag_key,
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
            AddEntry, EditEntries, EditEntry, Engaged, EntryEdit, EntryKindView, FollowStream,
            LineIncident, LinkView, ListStream, StreamChanges, StreamPage, VerbView, Written,
            past::{EntryHistory, IncidentAt, IncidentMoment, Picture},
            phrase::{ReadTime, TimeQuestion, TimeReading},
        },
    },
    views::{
        board,
        incident::find,
        names::{entry_kind, entry_kind_view, id, not_found, visibility},
        past, stream,
    },
};

/// Most lines of one edit: one payload stays small, and what comes of it fits a few sets.
const MAX_LINES: usize = 2_000;

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
        if form.text.trim().is_empty() && !form.files.is_empty() {
            return Ok(Written::Line { id: self.add_entry(form).await? });
        }
        let spoken = verb::read(&form.text).map_err(|error| match error {
            VerbError::Unknown(_) => ApiError::field("text", "error-verb-unknown"),
            VerbError::Severity => ApiError::field("text", "error-verb-severity"),
            VerbError::Nobody => ApiError::field("text", "error-verb-nobody"),
            VerbError::Empty => ApiError::field("text", "error-text-empty"),
        })?;
        // What is no line has no place for files, and they must not be lost in silence.
        if !form.files.is_empty() && !matches!(spoken, Spoken::Line { .. }) {
            return Err(ApiError::field("files", "error-files-with-verb"));
        }
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
        let (happened_at, files) = (at, Vec::new());
        let add = EntryChange::Add { incident, entry, text, happened_at, mentions, files };
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
        if form.files.is_empty() {
            check_text(&mut wrong, &form.text);
        } else {
            check_length(&mut wrong, &form.text);
        }
        check_kind(&mut wrong, form.kind);
        check_time(&mut wrong, happened_at, now);
        let mut change = self.entry(incident.id, entry_kind(form.kind), form.text, happened_at);
        let entry = change.entity;
        let taken = self.take_files((incident.id, entry), &form.files, &mut wrong).await?;
        if let Err(objections) = wrong.done() {
            self.leave_files(incident.id, entry, &taken);
            return Err(objections);
        }
        if let Body::Entry(EntryChange::Add { files, .. }) = &mut change.body {
            files.clone_from(&taken);
        }
        if let Err(error) = self.execute(self.new_set(vec![change])).await {
            self.leave_files(incident.id, entry, &taken);
            return Err(error);
        }
        Ok(entry.to_string())
    }

    /// `read_time`: what a phrase means now, or what is to be asked about it.
    ///
    /// # Errors
    /// None; a phrase that is no time is a question too.
    pub async fn read_time(&self, asked: ReadTime) -> Result<TimeReading, ApiError> {
        let read = phrase::read(&asked.phrase, &asked.zone, self.host().now());
        Ok(match read {
            Ok(at) => TimeReading { at: Some(at.0), question: None, choices: Vec::new() },
            Err(question) => TimeReading {
                at: None,
                question: Some(question_view(question)),
                choices: question.choices().into_iter().map(|at| at.0).collect(),
            },
        })
    }

    /// `follow_stream`: what is new in a stream since a mark.
    ///
    /// # Errors
    /// `NotFound` for an incident that does not exist or may not be seen.
    pub async fn follow_stream(&self, asked: FollowStream) -> Result<StreamChanges, ApiError> {
        let incident = find(self, &*self.store()?, &asked.incident).await?;
        stream::follow(self, incident.id, &asked).await
    }

    /// `edit_entry`: corrects one field; the history is kept.
    ///
    /// # Errors
    /// `Invalid` with objections; `Conflict` when somebody else corrected the same field meanwhile.
    pub async fn edit_entry(&self, form: EditEntry) -> Result<(), ApiError> {
        let entry = self.line(&form.id).await?;
        if let EntryEdit::AddFile(named) = form.edit {
            return self.add_file(&entry, named).await;
        }
        let (group, body) = self.edit_of(form.edit)?;
        let change = self.new_change(entry.id, Body::Entry(body));
        let change = seen(change, group, form.seen.as_deref());
        self.execute(self.new_set(vec![change])).await?;
        Ok(())
    }

    /// `edit_entries`: does one thing to many lines, and answers to how many: a line of which it is true
    /// already is left as it is, so that its history stays short.
    ///
    /// # Errors
    /// `Invalid` for an edit that is a line's own, for no lines and for too many.
    pub async fn edit_entries(&self, form: EditEntries) -> Result<u32, ApiError> {
        let own = matches!(
            form.edit,
            EntryEdit::Text(_)
                | EntryEdit::At(_)
                | EntryEdit::Kind(_)
                | EntryEdit::AddFile(_)
                | EntryEdit::RemoveFile(_)
        );
        if own || form.ids.is_empty() || form.ids.len() > MAX_LINES {
            return Err(ApiError::field("ids", "error-value-impossible"));
        }
        let (_, body) = self.edit_of(form.edit)?;
        let mut changes = Vec::new();
        let mut looked = None;
        for id in &form.ids {
            let entry = self.known_line(id).await?;
            // Lines of one incident, as a rule: whether it may be seen is asked once.
            if looked != entry.incident {
                self.seeable(&entry).await?;
                looked = entry.incident;
            }
            if !stands_already(Entry(&entry), &body) {
                changes.push(self.new_change(entry.id, Body::Entry(body.clone())));
            }
        }
        let edited = u32::try_from(changes.len()).unwrap_or(u32::MAX);
        while !changes.is_empty() {
            let rest = changes.split_off(changes.len().min(MAX_CHANGES));
            self.execute(self.new_set(std::mem::replace(&mut changes, rest))).await?;
        }
        Ok(edited)
    }

    /// `list_linkable`: what lines of an incident can be linked to, by kind and age.
    ///
    /// # Errors
    /// `NotFound` for an incident that does not exist or may not be seen.
    pub async fn list_linkable(&self, incident: String) -> Result<Vec<LinkView>, ApiError> {
        /// Nouns that lines belong to. Words rather than constants: kinds of a newer version are kept
        /// as read, and can be linked to.
        const KINDS: [&str; 4] = ["workstream", "production_change", "theory", "change_event"];
        let store = self.store()?;
        let incident = find(self, &store, &incident).await?;
        let mut found = Vec::new();
        for kind in KINDS {
            let things = store.entities_of(incident.id, &Kind::new(kind)).await?;
            found.extend(things.iter().filter(|it| !it.flag("retracted")).map(stream::link_view));
        }
        Ok(found)
    }

    /// `list_line_incidents`: where a quick line may go: what this person commands first, then where they
    /// have a role, then the rest by severity and age.
    ///
    /// # Errors
    /// `SignedOut` without a workspace; a store that cannot be read.
    pub async fn list_line_incidents(&self, _: ()) -> Result<Vec<LineIncident>, ApiError> {
        /// Nobody chooses among more, at night, in a small window.
        const MOST: i64 = 50;
        let (store, me) = (self.store()?, self.me());
        let mut found = Vec::new();
        for row in board::open(self, &store, MOST).await? {
            let mine = |role: &Entity| !Role(role).ended() && Role(role).person() == me;
            let command =
                row.im.as_ref().is_some_and(|im| me.is_some_and(|me| im.id == me.to_string()));
            let engaged = if command {
                Engaged::Command
            } else if store.entities_of(id(&row.id)?, &Kind::ROLE).await?.iter().any(mine) {
                Engaged::Role
            } else {
                Engaged::No
            };
            let (id, key) = (row.id, row.key);
            let (summary, severity) = (row.summary, row.severity);
            found.push(LineIncident { id, key, summary, severity, engaged });
        }
        found.sort_by_key(|incident| incident.engaged);
        Ok(found)
    }

    /// `get_entry_history`: who changed what of a line, and when.
    ///
    /// # Errors
    /// `NotFound` for a line that does not exist or may not be seen.
    pub async fn get_entry_history(&self, id: String) -> Result<EntryHistory, ApiError> {
        let entry = self.line(&id).await?;
        let incident = entry.incident.ok_or_else(|| not_found("line"))?;
        self.fetch_history(incident);
        past::entry(self, incident, &entry).await
    }

    /// `get_incident_at`: what was known at a moment.
    ///
    /// # Errors
    /// `NotFound` for an incident that does not exist or may not be seen.
    pub async fn get_incident_at(&self, asked: IncidentMoment) -> Result<IncidentAt, ApiError> {
        let incident = find(self, &*self.store()?, &asked.incident).await?;
        self.fetch_history(incident.id);
        past::moment(self, incident.id, &asked).await
    }

    /// `get_picture`: what lasted in an incident.
    ///
    /// # Errors
    /// `NotFound` for an incident that does not exist or may not be seen.
    pub async fn get_picture(&self, incident: String) -> Result<Picture, ApiError> {
        let incident = find(self, &*self.store()?, &incident).await?;
        self.fetch_history(incident.id);
        past::picture(self, incident.id).await
    }

    /// A line whose incident this person may see.
    async fn line(&self, id: &str) -> Result<Entity, ApiError> {
        let entry = self.known_line(id).await?;
        self.seeable(&entry).await?;
        Ok(entry)
    }

    async fn known_line(&self, text: &str) -> Result<Entity, ApiError> {
        let entry = self.store()?.entity(id(text)?).await?;
        entry.filter(|entry| entry.kind == Kind::ENTRY).ok_or_else(|| not_found("line"))
    }

    async fn seeable(&self, entry: &Entity) -> Result<(), ApiError> {
        let incident = entry.incident.ok_or_else(|| not_found("line"))?;
        find(self, &*self.store()?, &incident.to_string()).await?;
        Ok(())
    }

    /// An edit as a change, with the group of fields whose stamp its author saw.
    fn edit_of(&self, edit: EntryEdit) -> Result<(&'static str, EntryChange), ApiError> {
        let mut wrong = Objections::default();
        let made = match edit {
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
            EntryEdit::Highlighted(highlighted) => {
                ("highlighted", EntryChange::SetHighlighted { highlighted })
            }
            EntryEdit::Visibility(view) => {
                ("visibility", EntryChange::SetVisibility { visibility: visibility(view) })
            }
            EntryEdit::AddTag(tag) => {
                let length = tag_key(&tag).len() as u64;
                wrong.when(length == 0, "tag", "error-text-empty");
                wrong.when(length > MAX_TAG, "tag", "error-text-too-long");
                ("tags", EntryChange::AddTag { tag })
            }
            // Lists are added to and removed from by id: two people never collide there.
            EntryEdit::RemoveTag(tag) => ("tags", EntryChange::RemoveTag { tag }),
            EntryEdit::Link(to) => ("links", EntryChange::Link { to: id(&to)? }),
            EntryEdit::Unlink(to) => ("links", EntryChange::Unlink { to: id(&to)? }),
            // Its bytes are looked at first: [`Client::add_file`].
            EntryEdit::AddFile(_) => {
                return Err(ApiError::field("files", "error-value-impossible"));
            }
            EntryEdit::RemoveFile(hash) => {
                let hash = Hash::from_hex(&hash).ok_or_else(|| not_found("file"))?;
                (FILES, EntryChange::RemoveFile { hash })
            }
        };
        wrong.done()?;
        Ok(made)
    }
}

/// Whether an edit would change nothing.
fn stands_already(entry: Entry<'_>, edit: &EntryChange) -> bool {
    match edit {
        EntryChange::SetRetracted { retracted } => entry.retracted() == *retracted,
        EntryChange::SetHighlighted { highlighted } => entry.highlighted() == *highlighted,
        EntryChange::SetVisibility { visibility } => entry.visibility() == *visibility,
        EntryChange::AddTag { tag } => entry.0.has_member(TAGS, &tag_key(tag)),
        EntryChange::RemoveTag { tag } => !entry.0.has_member(TAGS, &tag_key(tag)),
        EntryChange::Link { to } => entry.0.has_member(LINKS, &to.to_string()),
        EntryChange::Unlink { to } => !entry.0.has_member(LINKS, &to.to_string()),
        EntryChange::Add { .. }
        | EntryChange::SetText { .. }
        | EntryChange::SetTime { .. }
        | EntryChange::SetKind { .. }
        | EntryChange::AddFile { .. }
        | EntryChange::RemoveFile { .. } => false,
    }
}

fn question_view(question: Question) -> TimeQuestion {
    match question {
        Question::Unreadable => TimeQuestion::Unreadable,
        Question::WhichTime => TimeQuestion::WhichTime,
        Question::Future { .. } => TimeQuestion::Future,
        Question::Twice { .. } => TimeQuestion::Twice,
        Question::Skipped { .. } => TimeQuestion::Skipped,
        Question::WhichDay { .. } => TimeQuestion::WhichDay,
    }
}

fn check_text(wrong: &mut Objections, text: &str) {
    wrong.when(text.trim().is_empty(), "text", "error-text-empty");
    check_length(wrong, text);
}

fn check_length(wrong: &mut Objections, text: &str) {
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
