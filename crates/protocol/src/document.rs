//! State documents on the wire (C3).
//!
//! A desktop and the server exchange what the other one lacks, by state vectors, over HTTP: one request
//! carries what was written here and answers with what was written elsewhere, however long the two had not
//! spoken. Those who look at a document are told of updates and carets at once, by frames that may be lost:
//! the next exchange makes up for it.

use base64::{Engine, engine::general_purpose::STANDARD};
use firebell_domain::id::EntityId;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// The longest place of a caret in bytes: an id of a letter and its neighbours.
pub const MAX_PLACE: usize = 512;
/// The most documents that one connection looks at.
pub const MAX_OPEN: usize = 16;

/// Bytes, as text in JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Base64(pub Vec<u8>);

impl Base64 {
    /// The text.
    #[must_use]
    pub fn text(&self) -> String {
        STANDARD.encode(&self.0)
    }

    /// Read from a text.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        STANDARD.decode(text).ok().map(Self)
    }
}

impl Serialize for Base64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| D::Error::custom("not base64"))
    }
}

/// Body of `POST /incidents/{id}/document`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// What this desktop has; empty for nothing.
    pub state_vector: Base64,
    /// What was written here and not taken yet; none when nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<Base64>,
}

/// Its answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchanged {
    /// How many updates the server has taken, what came with the request included.
    pub at: u64,
    /// What came with the request is one of them, and the last. False when nothing came, or nothing new.
    #[serde(default)]
    pub taken: bool,
    /// What the desktop lacks.
    pub update: Base64,
    /// What the server has; a desktop that has more offers it.
    pub state_vector: Base64,
}

/// An update that somebody else wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Update {
    /// In the document of which incident.
    pub incident: EntityId,
    /// Its number, from 1: with the one before, nothing is missing.
    pub at: u64,
    /// The update.
    pub update: Base64,
}

/// Where somebody is in a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caret {
    /// In the document of which incident.
    pub incident: EntityId,
    /// The window's number as a writer of the document.
    pub writer: u32,
    /// Where what is marked begins, as the window writes it; none when they left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
    /// Where it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
}

impl Caret {
    /// Whether it is as long as a caret may be.
    #[must_use]
    pub fn fits(&self) -> bool {
        [&self.anchor, &self.head].into_iter().flatten().all(|place| place.len() <= MAX_PLACE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{ToClient, ToServer};

    #[test]
    fn bytes_cross_as_text_and_come_back() {
        for bytes in [vec![], vec![0], vec![255; 100]] {
            let text = serde_json::to_string(&Base64(bytes.clone())).unwrap();
            assert_eq!(serde_json::from_str::<Base64>(&text).unwrap().0, bytes);
        }
        assert!(serde_json::from_str::<Base64>("\"*\"").is_err());
        let exchange: Exchange = serde_json::from_str(r#"{"state_vector":""}"#).unwrap();
        assert_eq!(exchange, Exchange::default());
    }

    #[test]
    fn carets_cross_both_ways() {
        let incident = EntityId::NIL;
        let place = Some("{\"item\":1}".to_owned());
        let caret = Caret { incident, writer: 7, anchor: place.clone(), head: place };
        let text = serde_json::to_string(&ToServer::Caret(caret.clone())).unwrap();
        assert_eq!(
            serde_json::from_str::<ToServer>(&text).unwrap(),
            ToServer::Caret(caret.clone())
        );
        let told = ToClient::Caret { person: incident, caret: caret.clone() };
        let text = serde_json::to_string(&told).unwrap();
        assert_eq!(serde_json::from_str::<ToClient>(&text).unwrap(), told);
        assert!(caret.fits());
        assert!(!Caret { head: Some("x".repeat(MAX_PLACE + 1)), ..caret }.fits());
    }
}
