//! The text itself. One place where the CRDT library is called, for desktop and server alike.

use yrs::{
    Doc, GetString, OffsetKind, Options, ReadTxn, StateVector, Text as _, Transact, Update,
    WriteTxn,
    updates::{decoder::Decode, encoder::Encode},
};

use super::BODY;

/// An update that says nothing: no letters, no deletions.
const NOTHING: [u8; 2] = [0, 0];

/// What came as an update or state is none. A word rather than the library's own: it crosses crates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no update of a document")]
pub struct Unreadable;

/// A document's text with what is needed to merge it.
pub struct Text(Doc);

impl Text {
    /// An empty text that is written by nobody: it takes updates in and answers.
    #[must_use]
    pub fn new() -> Self {
        Self::written_by(0)
    }

    /// An empty text; what is written into it is `writer`'s. No two live ones may have the same number,
    /// which is why whoever calls brings it, by chance.
    #[must_use]
    pub fn written_by(writer: u32) -> Self {
        Self(Doc::with_options(Options {
            // Never read: a name by chance would be chance in the domain.
            guid: "firebell".into(),
            // The window counts in UTF-16, and so do all others.
            offset_kind: OffsetKind::Utf16,
            ..Options::with_guid_and_client_id(
                "firebell".into(),
                yrs::ClientID::new(u64::from(writer)),
            )
        }))
    }

    /// A text from what was stored of it, in any order.
    ///
    /// # Errors
    /// When a part is none.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, Unreadable> {
        let mut text = Self::new();
        text.apply(parts)?;
        Ok(text)
    }

    /// Takes updates in; one that came before changes nothing.
    ///
    /// # Errors
    /// When one of them is none; those before it are taken.
    pub fn apply<'a>(
        &mut self,
        parts: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<(), Unreadable> {
        let mut transaction = self.0.transact_mut();
        for part in parts {
            let update = Update::decode_v1(part).map_err(|_| Unreadable)?;
            transaction.apply_update(update).map_err(|_| Unreadable)?;
        }
        Ok(())
    }

    /// Takes an update in; false when everything in it was known. One that builds on what did not come yet
    /// is kept until that does, and is new.
    ///
    /// # Errors
    /// When it is none.
    pub fn take(&mut self, part: &[u8]) -> Result<bool, Unreadable> {
        let update = Update::decode_v1(part).map_err(|_| Unreadable)?;
        let mut transaction = self.0.transact_mut();
        transaction.apply_update(update).map_err(|_| Unreadable)?;
        let waits = transaction.has_missing_updates();
        Ok(waits || transaction.encode_update_v1() != NOTHING)
    }

    /// What somebody lacks who has what this state vector says (empty: nothing), and everything that
    /// was deleted: deletions do not show in a state vector.
    ///
    /// # Errors
    /// When it is no state vector.
    pub fn missing(&self, state_vector: &[u8]) -> Result<Vec<u8>, Unreadable> {
        let has = if state_vector.is_empty() {
            StateVector::default()
        } else {
            StateVector::decode_v1(state_vector).map_err(|_| Unreadable)?
        };
        Ok(self.0.transact().encode_state_as_update_v1(&has))
    }

    /// Everything, as one update.
    #[must_use]
    pub fn state(&self) -> Vec<u8> {
        self.0.transact().encode_state_as_update_v1(&StateVector::default())
    }

    /// What it has, for [`Self::missing`] of another one.
    #[must_use]
    pub fn state_vector(&self) -> Vec<u8> {
        self.0.transact().state_vector().encode_v1()
    }

    /// Whether it has every letter that this state vector names.
    ///
    /// # Errors
    /// When it is no state vector.
    pub fn covers(&self, state_vector: &[u8]) -> Result<bool, Unreadable> {
        if state_vector.is_empty() {
            return Ok(true);
        }
        let theirs = StateVector::decode_v1(state_vector).map_err(|_| Unreadable)?;
        let ours = self.0.transact().state_vector();
        Ok(theirs.iter().all(|(writer, clock)| ours.get(writer) >= *clock))
    }

    /// What a person reads: Markdown.
    #[must_use]
    pub fn read(&self) -> String {
        let transaction = self.0.transact();
        transaction.get_text(BODY).map(|text| text.get_string(&transaction)).unwrap_or_default()
    }

    /// How long it is, in UTF-16 code units, as places are counted.
    #[must_use]
    pub fn len(&self) -> u32 {
        let transaction = self.0.transact();
        transaction.get_text(BODY).map_or(0, |text| text.len(&transaction))
    }

    /// Whether nothing stands in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes words at a place, or at the end; the answer is the update for others.
    pub fn insert(&mut self, place: u32, words: &str) -> Vec<u8> {
        let place = place.min(self.len());
        let mut transaction = self.0.transact_mut();
        let body = transaction.get_or_insert_text(BODY);
        body.insert(&mut transaction, place, words);
        transaction.encode_update_v1()
    }

    /// Deletes some letters from a place on; the answer is the update for others.
    pub fn delete(&mut self, place: u32, letters: u32) -> Vec<u8> {
        let len = self.len();
        let place = place.min(len);
        let letters = letters.min(len - place);
        let mut transaction = self.0.transact_mut();
        let body = transaction.get_or_insert_text(BODY);
        body.remove_range(&mut transaction, place, letters);
        transaction.encode_update_v1()
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What people wrote does not get into logs.
        write!(f, "Text({} letters)", self.len())
    }
}

/// Whether this is an update.
///
/// # Errors
/// When it is none.
pub fn check(update: &[u8]) -> Result<(), Unreadable> {
    // Taken in for a trial: one that can be read but not applied would harm everyone who gets it.
    Text::of([update]).map(drop)
}

/// Several updates as one.
///
/// # Errors
/// When one of them is none.
pub fn merge<'a>(updates: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, Unreadable> {
    yrs::merge_updates_v1(updates).map_err(|_| Unreadable)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn places_are_counted_as_the_window_counts_them() {
        let mut text = Text::written_by(1);
        text.insert(0, "磁盘😀满");
        assert_eq!(text.len(), 5, "the face is two");
        text.insert(4, "了");
        text.delete(2, 2);
        assert_eq!(text.read(), "磁盘了满");
        text.insert(99, "。");
        text.delete(99, 9);
        assert_eq!(text.read(), "磁盘了满。");
    }

    #[test]
    fn what_is_no_update_is_said_to_be_none() {
        let mut text = Text::written_by(1);
        let update = text.insert(0, "the database is full");
        assert_eq!(check(&update), Ok(()));
        let mut cases = 0;
        for cut in 1..update.len() {
            // Whatever a cut one reads as, it harms nobody.
            let _ = check(&update[..cut]);
            cases += 1;
        }
        for bad in [&b""[..], b"hello", &[255; 40]] {
            assert_eq!(check(bad), Err(Unreadable), "{bad:?}");
            cases += 1;
        }
        assert!(cases > 20, "only {cases} cases");
        assert_eq!(Text::new().missing(b"\xff\xff"), Err(Unreadable));
    }

    #[test]
    fn what_one_lacks_is_what_the_other_wrote_and_deleted() {
        let (mut ana, mut ben) = (Text::written_by(1), Text::written_by(2));
        let first = ana.insert(0, "one two");
        ben.apply([&first[..]]).unwrap();
        let has = ben.state_vector();
        assert!(ana.covers(&has).unwrap() && ben.covers(&ana.state_vector()).unwrap());
        ana.delete(0, 4);
        assert!(ben.covers(&ana.state_vector()).unwrap(), "a deletion does not show there");
        ben.apply([&ana.missing(&has).unwrap()[..]]).unwrap();
        assert_eq!(ben.read(), "two");
        ana.insert(3, "!");
        assert!(!ben.covers(&ana.state_vector()).unwrap());
    }

    #[test]
    fn what_came_before_is_known() {
        let (mut ana, mut ben) = (Text::written_by(1), Text::new());
        let (first, second) = (ana.insert(0, "one"), ana.insert(3, " two"));
        assert_eq!(ben.take(&second), Ok(true), "it waits for the first");
        assert_eq!(ben.read(), "");
        assert_eq!(ben.take(&first), Ok(true));
        assert_eq!(ben.read(), "one two");
        let gone = ana.delete(0, 4);
        for (update, new) in [(&first, false), (&second, false), (&gone, true), (&gone, false)] {
            assert_eq!(ben.take(update), Ok(new));
        }
        assert_eq!(ben.read(), "two");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// Three writers who see nothing of each other, merged in any order and with repetitions.
        #[test]
        fn whatever_the_order_the_text_is_one(
            edits in prop::collection::vec((0..3u32, 0..40u32, 0..4u32), 1..60),
            order in prop::collection::vec(any::<prop::sample::Index>(), 60..90),
        ) {
            let mut writers: Vec<Text> = (1..=3).map(Text::written_by).collect();
            let mut updates = Vec::new();
            for (n, (writer, place, delete)) in edits.into_iter().enumerate() {
                let text = &mut writers[writer as usize];
                updates.push(if delete == 3 { text.delete(place, 2) } else { text.insert(place, &format!("{n};")) });
            }
            let straight = Text::of(updates.iter().map(Vec::as_slice)).unwrap();
            let mut mixed = Text::of(order.iter().map(|index| index.get(&updates).as_slice())).unwrap();
            mixed.apply(updates.iter().rev().map(Vec::as_slice)).unwrap();
            prop_assert_eq!(straight.read(), mixed.read());
            let merged = merge(updates.iter().map(Vec::as_slice)).unwrap();
            prop_assert_eq!(Text::of([&merged[..]]).unwrap().read(), straight.read());
            prop_assert_eq!(Text::of([&straight.state()[..]]).unwrap().read(), straight.read());
        }
    }
}
