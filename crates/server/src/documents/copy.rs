//! A document in memory. It takes updates in, answers what somebody lacks, and says when it is worth
//! keeping its state.

use firebell_domain::document::{MAX_DOCUMENT, MAX_UPDATE, Text, Unreadable, check};
use firebell_protocol::{
    document::{Base64, Exchanged},
    error::{ApiError, ErrorCode},
};

use crate::store::StoredDocument;

/// After so many updates the state is kept, so that reading the document does not take them all.
const KEEP_AFTER: u64 = 256;
/// After so many bytes of updates too: large ones come rarely, but weigh.
const KEEP_AFTER_BYTES: usize = 1024 * 1024;

/// A document as of one of its updates.
#[derive(Debug)]
pub struct Copy {
    text: Text,
    at: u64,
    /// As of which update the newest kept state is.
    kept_at: u64,
    kept_bytes: usize,
    /// Bytes of updates since then.
    bytes: usize,
}

/// What became of an update that a desktop sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It says something that was not known: store it.
    New,
    /// Everything in it was known: it came twice.
    Known,
}

impl Copy {
    /// From what is stored.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open(stored: &StoredDocument) -> Result<Self, Unreadable> {
        let state = Some(stored.state.as_slice()).filter(|state| !state.is_empty());
        let updates = stored.updates.iter().map(|update| update.body.as_slice());
        Ok(Self {
            text: Text::of(state.into_iter().chain(updates))?,
            at: stored.updates.last().map_or(stored.state_at, |update| update.at),
            kept_at: stored.state_at,
            kept_bytes: stored.state.len(),
            bytes: stored.updates.iter().map(|update| update.body.len()).sum(),
        })
    }

    /// How many updates it has.
    #[must_use]
    pub fn at(&self) -> u64 {
        self.at
    }

    /// What a person reads.
    #[must_use]
    pub fn read(&self) -> String {
        self.text.read()
    }

    /// An update that is stored already: written through another server.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn follow(&mut self, at: u64, body: &[u8]) -> Result<(), Unreadable> {
        self.text.apply([body])?;
        self.stored(at, body.len());
        Ok(())
    }

    /// An update that a desktop sent. It is in this copy from now on; [`Self::stored`] follows when it is
    /// durable, and a copy that it does not follow for is thrown away.
    ///
    /// # Errors
    /// `TooLarge` for one that is too large, or makes the document so; `Invalid` for what is none.
    pub fn take(&mut self, body: &[u8]) -> Result<Taken, ApiError> {
        if body.len() > MAX_UPDATE {
            let error = ApiError::of(ErrorCode::TooLarge, "an update of a document is too large");
            return Err(error.with("max", MAX_UPDATE.to_string()));
        }
        // The state is at most as large as what went into it.
        if self.kept_bytes + self.bytes + body.len() > MAX_DOCUMENT
            && self.text.state().len() + body.len() > MAX_DOCUMENT
        {
            let error = ApiError::of(ErrorCode::TooLarge, "the document is too large");
            return Err(error.with("max", MAX_DOCUMENT.to_string()));
        }
        let invalid = |_| ApiError::of(ErrorCode::Invalid, "this is no update of a document");
        check(body).map_err(invalid)?;
        let new = self.text.take(body).map_err(invalid)?;
        Ok(if new { Taken::New } else { Taken::Known })
    }

    /// What was taken in is stored under this number.
    pub fn stored(&mut self, at: u64, bytes: usize) {
        self.at = at;
        self.bytes += bytes;
    }

    /// What somebody lacks who has this.
    ///
    /// # Errors
    /// `Invalid` for what is no state vector.
    pub fn answer(&self, state_vector: &[u8]) -> Result<Exchanged, ApiError> {
        let missing = self
            .text
            .missing(state_vector)
            .map_err(|_| ApiError::of(ErrorCode::Invalid, "this is no state vector"))?;
        Ok(Exchanged {
            at: self.at,
            taken: false,
            update: Base64(missing),
            state_vector: Base64(self.text.state_vector()),
        })
    }

    /// The state to keep, when it is time to.
    #[must_use]
    pub fn to_keep(&self) -> Option<Vec<u8>> {
        let due = self.at - self.kept_at >= KEEP_AFTER || self.bytes >= KEEP_AFTER_BYTES;
        due.then(|| self.text.state())
    }

    /// It is kept.
    pub fn kept(&mut self, bytes: usize) {
        self.kept_at = self.at;
        self.kept_bytes = bytes;
        self.bytes = 0;
    }
}
