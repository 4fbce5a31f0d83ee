//! Rows of the log. One accepted change is one row; its canonical bytes are what is hashed, stored on
//! every side and sent, verbatim.

use firebell_domain::{
    chain::Hash,
    change::{Author, Change},
    id::{DeviceId, SetId, WorkspaceId},
    outcome::Outcome,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A row as the server writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewRow<'a> {
    /// Its place in the log, from 1 without gaps.
    pub seq: u64,
    /// The change set.
    pub set: SetId,
    /// Its place in the set.
    pub index: u32,
    /// How many changes the set has, so that nobody shows half of one.
    pub of: u32,
    /// Who.
    pub author: Author,
    /// From which device; none for the server.
    pub device: Option<DeviceId>,
    /// When the server got it, by the database's clock.
    pub received_at: Timestamp,
    /// What was done.
    pub change: &'a Change,
    /// What that did.
    pub outcome: &'a Outcome,
}

/// A row as it is read. The change is kept as it came, because it may be of a newer version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its place in the log.
    pub seq: u64,
    /// The change set.
    pub set: SetId,
    /// Its place in the set.
    pub index: u32,
    /// How many changes the set has.
    pub of: u32,
    /// Who.
    pub author: Author,
    /// From which device.
    pub device: Option<DeviceId>,
    /// When the server got it.
    pub received_at: Timestamp,
    /// What was done.
    pub change: Value,
    /// What that did.
    pub outcome: Outcome,
}

impl Row {
    /// The change, if this version knows its kind.
    #[must_use]
    pub fn known_change(&self) -> Option<Change> {
        Change::deserialize(&self.change).ok()
    }

    /// The stamp that the row leaves on the fields it sets; read from the raw change, so that it works
    /// for kinds that this version does not know.
    #[must_use]
    pub fn stamp(&self) -> Option<firebell_domain::entity::Stamp> {
        let change = self.change.get("id")?.as_str()?.parse().ok()?;
        let at = Timestamp(self.change.get("at")?.as_i64()?);
        Some(firebell_domain::entity::Stamp { change, author: self.author, at })
    }
}

/// A slot of the log as it is sent: the row for who may see it, its leaf for everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Slot {
    /// A row that the receiver may see.
    Row {
        /// Its place.
        seq: u64,
        /// Salt of its leaf, hexadecimal.
        salt: String,
        /// Canonical bytes of a [`Row`], verbatim.
        row: String,
    },
    /// A row that they may not see.
    Leaf {
        /// Its place.
        seq: u64,
        /// Its leaf.
        leaf: Hash,
    },
}

impl Slot {
    /// Its place in the log.
    #[must_use]
    pub fn seq(&self) -> u64 {
        match self {
            Self::Row { seq, .. } | Self::Leaf { seq, .. } => *seq,
        }
    }

    /// Its leaf; none when the salt is not 16 bytes in hexadecimal.
    #[must_use]
    pub fn leaf(&self) -> Option<Hash> {
        match self {
            Self::Row { salt, row, .. } => Some(Hash::leaf(&salt_from_hex(salt)?, row.as_bytes())),
            Self::Leaf { leaf, .. } => Some(*leaf),
        }
    }
}

/// A salt in hexadecimal.
#[must_use]
pub fn salt_to_hex(salt: &[u8; 16]) -> String {
    salt.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A salt from hexadecimal.
#[must_use]
pub fn salt_from_hex(text: &str) -> Option<[u8; 16]> {
    let number = u128::from_str_radix(text, 16).ok()?;
    (text.len() == 32).then(|| number.to_be_bytes())
}

/// Up to where a desktop has the log, and what it saw: it is a witness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Which record.
    pub workspace: WorkspaceId,
    /// Which life of it: a restore or failover starts a new one.
    pub epoch: u64,
    /// Last row.
    pub seq: u64,
    /// Head of the chain after it.
    pub head: Hash,
}
