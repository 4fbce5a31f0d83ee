//! Lines made readable.

use std::collections::BTreeMap;

use firebell_domain::{
    entity::{Entity, World},
    id::EntityId,
    role::Role,
    timeline::{Arg, Entry, Line},
};

use crate::{
    Client,
    api::timeline::{EntryView, LinkView, VisibilityView},
    store::Directory,
    views::names::{entry_kind_view, name, person, visibility_view},
    words::Words,
};

/// Lines about an assignment name it alone: which role it is stands there.
const ASSIGNMENT: &str = "assignment";
/// So much of a text names it in a link.
const NAME: usize = 80;

/// What a line is made from.
pub(crate) enum Source {
    /// Somebody wrote it.
    Written(Entity),
    /// The program says it.
    Program(Line),
}

impl Source {
    /// Entities that it names and that are not in the directory.
    pub(crate) fn others(&self) -> Vec<EntityId> {
        match self {
            Self::Written(entity) => Entry(entity).links().map(|(id, _)| id).collect(),
            Self::Program(line) => assignment(line).into_iter().collect(),
        }
    }
}

/// Makes lines readable.
pub(crate) struct Said<'a> {
    /// Knows where the bytes of files are.
    pub(crate) client: &'a Client,
    pub(crate) directory: &'a Directory,
    /// What [`Source::others`] named.
    pub(crate) others: &'a BTreeMap<EntityId, Entity>,
    pub(crate) words: &'a Words,
}

impl Said<'_> {
    /// A line of the program; `id` is its change's.
    pub(crate) fn program(&self, id: String, at: i64, line: &Line, unsent: bool) -> EntryView {
        EntryView {
            id,
            kind: entry_kind_view(line.kind),
            at,
            entered_at: at,
            author: None,
            text: String::new(),
            message_id: Some(line.message_id.to_owned()),
            args: self.args(line),
            mentions: Vec::new(),
            retracted: false,
            edited: false,
            highlighted: false,
            visibility: VisibilityView::Team,
            tags: Vec::new(),
            links: Vec::new(),
            unsent,
            stamps: BTreeMap::new(),
            files: Vec::new(),
        }
    }

    /// A line that somebody wrote.
    pub(crate) fn written(&self, entity: &Entity, unsent: bool) -> EntryView {
        let entry = Entry(entity);
        let stamps = [
            ("text", "text"),
            ("at", "happened_at"),
            ("kind", "entry"),
            ("retracted", "retracted"),
            ("highlighted", "highlighted"),
            ("visibility", "visibility"),
        ];
        let stamps = stamps.into_iter().filter_map(|(name, field)| {
            Some((name.to_owned(), entity.stamp(field)?.change.to_string()))
        });
        EntryView {
            id: entity.id.to_string(),
            kind: entry_kind_view(entry.kind()),
            at: entry.happened_at().0,
            entered_at: entry.written_at().0,
            author: entry.author().map(|id| person(self.directory, id)),
            text: entry.text().to_owned(),
            message_id: None,
            args: BTreeMap::new(),
            mentions: entry.mentions().into_iter().map(|id| person(self.directory, id)).collect(),
            retracted: entry.retracted(),
            edited: entry.edited(),
            highlighted: entry.highlighted(),
            visibility: visibility_view(entry.visibility()),
            tags: entry.tags().map(str::to_owned).collect(),
            links: entry.links().map(|(id, kind)| self.link(id, kind)).collect(),
            unsent,
            stamps: stamps.collect(),
            files: self.client.file_views(entity),
        }
    }

    fn link(&self, id: EntityId, kind: &str) -> LinkView {
        match self.others.get(&id) {
            Some(other) => link_view(other),
            None => LinkView { id: id.to_string(), kind: kind.to_owned(), name: String::new() },
        }
    }

    fn args(&self, line: &Line) -> BTreeMap<String, String> {
        let mut args: BTreeMap<String, String> =
            line.args.iter().map(|(name, arg)| ((*name).to_owned(), self.arg(arg))).collect();
        if let Some(assignment) = assignment(line).and_then(|id| self.others.get(&id)) {
            let role = Role(assignment);
            args.insert("role".to_owned(), role.role().to_owned());
            // Who does something is said by the line; whose role ended is not.
            if !args.contains_key("person") {
                let who = role.person().map(|id| name(self.directory, id));
                args.insert("person".to_owned(), who.unwrap_or_default());
            }
        }
        args
    }

    fn arg(&self, arg: &Arg) -> String {
        match arg {
            Arg::Text(text) => text.clone(),
            Arg::Entity(id) if self.directory.entity(*id).is_none() => String::new(),
            Arg::Entity(id) => name(self.directory, *id),
            Arg::Entities(ids) => {
                let names: Vec<String> = ids.iter().map(|id| name(self.directory, *id)).collect();
                self.words.list(&names)
            }
            Arg::None => String::new(),
            Arg::Time(at) => at.0.to_string(),
        }
    }
}

/// The assignment that a line is about.
fn assignment(line: &Line) -> Option<EntityId> {
    line.args.iter().find_map(|(name, arg)| match arg {
        Arg::Entity(id) if *name == ASSIGNMENT => Some(*id),
        _ => None,
    })
}

/// Something of an incident as a link names it.
pub(crate) fn link_view(other: &Entity) -> LinkView {
    let called = ["name", "title", "summary", "what", "text"].map(|field| other.text(field));
    let called = called.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    LinkView {
        id: other.id.to_string(),
        kind: other.kind.as_str().to_owned(),
        name: called.chars().take(NAME).collect(),
    }
}
