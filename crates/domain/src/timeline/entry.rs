//! A line read as one.

use super::{EntryKind, Visibility};
use crate::{
    entity::Entity,
    file::{self, FileRef},
    id::EntityId,
    time::Timestamp,
};

/// List of a line's tags: members by [`super::tag_key`], with the spelling in which each is shown.
pub const TAGS: &str = "tags";
/// List of what a line is linked to: members by the other entity's id, with its kind.
pub const LINKS: &str = "links";

/// A line of the stream read as one.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a>(pub &'a Entity);

impl<'a> Entry<'a> {
    /// What it is.
    #[must_use]
    pub fn kind(self) -> EntryKind {
        self.0.get("entry").unwrap_or(EntryKind::Message)
    }

    /// What was written.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.0.text("text")
    }

    /// When it happened.
    #[must_use]
    pub fn happened_at(self) -> Timestamp {
        self.0.get("happened_at").unwrap_or_default()
    }

    /// When it was written.
    #[must_use]
    pub fn written_at(self) -> Timestamp {
        self.0.get("written_at").unwrap_or_default()
    }

    /// Who wrote it; none for the program.
    #[must_use]
    pub fn author(self) -> Option<EntityId> {
        self.0.get("author")
    }

    /// People and teams that it names.
    #[must_use]
    pub fn mentions(self) -> Vec<EntityId> {
        self.0.get("mentions").unwrap_or_default()
    }

    /// Whether it was withdrawn.
    #[must_use]
    pub fn retracted(self) -> bool {
        self.0.flag("retracted")
    }

    /// Whether text, time or kind were corrected after it was written.
    #[must_use]
    pub fn edited(self) -> bool {
        let first = self.0.stamp("written_at").map(|stamp| stamp.change);
        ["text", "happened_at", "entry"]
            .into_iter()
            .any(|field| self.0.stamp(field).map(|stamp| stamp.change) != first)
    }

    /// Whether it is one of those to be read first.
    #[must_use]
    pub fn highlighted(self) -> bool {
        self.0.flag("highlighted")
    }

    /// For whose eyes it is. One of a newer version is for the team: it must not leave it by mistake.
    #[must_use]
    pub fn visibility(self) -> Visibility {
        self.0.get("visibility").unwrap_or_default()
    }

    /// Its tags as they are shown.
    pub fn tags(self) -> impl Iterator<Item = &'a str> {
        self.0.members(TAGS).filter_map(|(_, member)| member.value.as_str())
    }

    /// What it is linked to, each with the word of its kind.
    pub fn links(self) -> impl Iterator<Item = (EntityId, &'a str)> {
        self.0.members(LINKS).filter_map(|(id, member)| {
            Some((id.parse().ok()?, member.value.as_str().unwrap_or_default()))
        })
    }

    /// Its files, removed ones left out.
    pub fn files(self) -> impl Iterator<Item = FileRef> + 'a {
        file::files(self.0)
    }
}
