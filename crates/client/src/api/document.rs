//! The state document of an incident, and the tables beside it (C3).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::incident::PersonRef;

/// `open_document`: what stands in it, or what came to it since.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OpenDocument {
    /// Of which incident: id or key.
    pub incident: String,
    /// `number` of the last answer; 0 asks for everything.
    pub after: i64,
}

/// Answer of `open_document`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DocumentView {
    /// The incident's id.
    pub incident: String,
    /// Whether it was begun by anybody.
    pub begun: bool,
    /// Updates for the editor to take in, in base64, in any order and as often as they come.
    pub updates: Vec<String>,
    /// To be sent with the next question.
    pub number: i64,
    /// The server has more than is here.
    pub behind: bool,
    /// Something of it waits to be sent.
    pub unsent: bool,
    /// The server does not take what was written here: it is too large.
    pub held: bool,
    /// Whether this person may write in it.
    pub may_write: bool,
}

/// `write_document`: keeps what was written. It is durable when this answers.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct WriteDocument {
    /// Of which incident.
    pub incident: String,
    /// The editor's update, in base64.
    pub update: String,
}

/// `place_caret`: tells the others who look at the document where this person is. May be lost.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PlaceCaret {
    /// Of which incident.
    pub incident: String,
    /// The editor's number as a writer.
    pub writer: u32,
    /// Where what is marked begins, as the editor writes it; none when they leave.
    pub anchor: Option<String>,
    /// Where it ends.
    pub head: Option<String>,
}

/// How far a change to production is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProductionStateView {
    /// It is to be done.
    Planned,
    /// It is being done.
    Doing,
    /// It is done.
    Done,
    /// It was taken back.
    Reverted,
}

/// How far a workstream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WorkstreamStateView {
    /// Somebody works on it.
    Active,
    /// It waits for something.
    Blocked,
    /// Its goal is reached.
    Done,
    /// It is not pursued any more.
    Dropped,
}

/// `get_tables`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TablesView {
    /// Changes to production, oldest first.
    pub changes: Vec<ProductionChangeView>,
    /// Workstreams, oldest first.
    pub workstreams: Vec<WorkstreamView>,
}

/// A change to production.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ProductionChangeView {
    /// Its id.
    pub id: String,
    /// What changes.
    pub what: String,
    /// Who does it.
    pub who: Option<PersonRef>,
    /// When.
    pub at: i64,
    /// How.
    pub how: String,
    /// Why.
    pub why: String,
    /// How to take it back.
    pub revert: String,
    /// How far it is.
    pub state: ProductionStateView,
    /// Withdrawn.
    pub retracted: bool,
    /// Not sent yet.
    pub unsent: bool,
    /// Stamps by field (`what`, `who`, `at`, `how`, `why`, `revert`, `state`, `retracted`).
    pub stamps: std::collections::BTreeMap<String, String>,
}

/// A workstream.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct WorkstreamView {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it is to reach.
    pub goal: String,
    /// Who leads it.
    pub owner: Option<PersonRef>,
    /// How far it is.
    pub state: WorkstreamStateView,
    /// Withdrawn.
    pub retracted: bool,
    /// Not sent yet.
    pub unsent: bool,
    /// Stamps by field (`name`, `goal`, `owner`, `state`, `retracted`).
    pub stamps: std::collections::BTreeMap<String, String>,
}

/// `add_production_change`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AddProductionChange {
    /// In which incident.
    pub incident: String,
    /// What changes.
    pub what: String,
    /// Who does it; none is whoever writes it down.
    pub who: Option<String>,
    /// When; none is now.
    pub at: Option<i64>,
    /// How.
    pub how: String,
    /// Why.
    pub why: String,
    /// How to take it back.
    pub revert: String,
    /// How far it is.
    pub state: ProductionStateView,
}

/// `edit_production_change`: one field.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct EditProductionChange {
    /// Which.
    pub id: String,
    /// What becomes of it.
    pub edit: ProductionChangeEdit,
    /// The stamp of the field that the author saw.
    pub seen: Option<String>,
}

/// One field of a change to production.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProductionChangeEdit {
    /// What changes.
    What(String),
    /// Who does it; none is nobody yet.
    Who(Option<String>),
    /// When.
    At(i64),
    /// How.
    How(String),
    /// Why.
    Why(String),
    /// How to take it back.
    Revert(String),
    /// How far it is.
    State(ProductionStateView),
    /// Withdrawn or not.
    Retracted(bool),
}

/// `add_workstream`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AddWorkstream {
    /// In which incident.
    pub incident: String,
    /// What it is called.
    pub name: String,
    /// What it is to reach.
    pub goal: String,
    /// Who leads it.
    pub owner: Option<String>,
}

/// `edit_workstream`: one field.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct EditWorkstream {
    /// Which.
    pub id: String,
    /// What becomes of it.
    pub edit: WorkstreamEdit,
    /// The stamp of the field that the author saw.
    pub seen: Option<String>,
}

/// One field of a workstream.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WorkstreamEdit {
    /// What it is called.
    Name(String),
    /// What it is to reach.
    Goal(String),
    /// Who leads it; none is nobody.
    Owner(Option<String>),
    /// How far it is.
    State(WorkstreamStateView),
    /// Withdrawn or not.
    Retracted(bool),
}

/// `export_incident`: an incident as Markdown, in this person's language.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct IncidentExport {
    /// A name for a file.
    pub name: String,
    /// The text.
    pub text: String,
}
