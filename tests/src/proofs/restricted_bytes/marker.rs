//! Markers: 128 random bits in a text, and all the forms in which they could be written down.

use rand::RngExt;

/// Forms in which each marker is looked for.
pub(super) const FORMS: usize = 9;
/// Beginnings and ends may be stored apart from the rest (an index shares prefixes between words), so
/// that the middle is looked for. It is long enough to be nobody else's.
const LEFT_OUT: usize = 6;

/// A text that stands nowhere else, with who may see it.
#[derive(Debug, Clone)]
pub(super) struct Marker {
    pub(super) text: String,
    /// What it was put into.
    pub(super) place: &'static str,
    /// Who could see it at some time: it may have been sent to them.
    pub(super) seen_by: Vec<&'static str>,
    /// Who may see it now: it may be with them.
    pub(super) members: Vec<&'static str>,
}

impl Marker {
    pub(super) fn new(place: &'static str, members: &[&'static str]) -> Self {
        let text = format!("m{:032x}", rand::rng().random::<u128>());
        Self { text, place, seen_by: members.to_vec(), members: members.to_vec() }
    }

    /// Its forms: UTF-8, both UTF-16s, hexadecimal, base64 at three offsets, JSON and percent escapes.
    pub(super) fn forms(&self) -> Vec<Vec<u8>> {
        let middle = &self.text.as_bytes()[LEFT_OUT..];
        let each = |form: fn(u8) -> Vec<u8>| -> Vec<u8> {
            middle.iter().copied().flat_map(form).collect()
        };
        let mut forms = vec![
            middle.to_vec(),
            each(|byte| vec![byte, 0]),
            each(|byte| vec![0, byte]),
            each(|byte| format!("{byte:02x}").into_bytes()),
            each(|byte| format!("\\u{byte:04x}").into_bytes()),
            each(|byte| format!("%{byte:02X}").into_bytes()),
        ];
        forms.extend((0..3).map(|offset| base64(&middle[offset..])));
        forms
    }
}

/// Whole groups only: the last one depends on what follows.
fn base64(bytes: &[u8]) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |three: &[u8]| {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        [18, 12, 6, 0].map(|shift| LETTERS[(bits >> shift & 63) as usize])
    };
    bytes.chunks_exact(3).flat_map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_found_in_base64_whatever_stands_before_it() {
        assert_eq!(base64(b"Many hands"), b"TWFueSBoYW5k");
        let marker = Marker::new("summary", &["ann"]);
        for before in ["", "x", "xy", "xyz"] {
            let text = base64(format!("{before}{}...", marker.text).as_bytes());
            let found =
                marker.forms().iter().any(|form| text.windows(form.len()).any(|at| at == form));
            assert!(found, "after {before:?}");
        }
        assert_eq!(marker.forms().len(), FORMS);
    }
}
