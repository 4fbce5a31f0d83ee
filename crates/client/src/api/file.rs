//! Pictures and other files of timeline entries.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where the bytes of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FilePlace {
    /// On this desktop.
    Here,
    /// On this desktop alone: it waits to be sent.
    Waiting,
    /// It is being sent.
    Sending,
    /// On the server, or on its author's desktop; fetched when somebody looks.
    Away,
    /// It is being fetched.
    Fetching,
}

/// A file of an entry, or one that was put beside the input line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FileView {
    /// SHA-256 of its bytes.
    pub hash: String,
    /// Its name; words, never a path.
    pub name: String,
    /// Its length.
    pub bytes: i64,
    /// It can be shown; otherwise it can be saved.
    pub picture: bool,
    /// Pixels across; 0 when it is no picture.
    pub width: u32,
    /// Pixels down; 0 when it is no picture.
    pub height: u32,
    /// Where its bytes are.
    pub place: FilePlace,
    /// Bytes that were sent or fetched so far.
    pub done: i64,
    /// Why it does not go on, or is not shown as the picture that it seems to be: Fluent message id.
    pub objection: Option<String>,
}

/// A file that was put beside the input line, as the entry is to name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NamedFile {
    /// SHA-256 of its bytes.
    pub hash: String,
    /// Its name.
    pub name: String,
}

/// `save_file`, `retry_file`: a file of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FileOf {
    /// The entry.
    pub entry: String,
    /// SHA-256 of its bytes.
    pub hash: String,
}

/// How large a picture is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PictureSize {
    /// Under a line.
    Thumbnail,
    /// In the viewer.
    View,
}

/// Which picture to draw. Its bytes travel as they are, not as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PictureOf {
    /// The incident.
    pub incident: String,
    /// The entry; none while it is beside the input line.
    pub entry: Option<String>,
    /// SHA-256 of its bytes.
    pub hash: String,
    /// How large.
    pub size: PictureSize,
}
