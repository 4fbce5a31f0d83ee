//! One encoding: JSON with sorted keys and integers only, written once and then kept as bytes.
//!
//! Objects are sorted here rather than trusted to be: another crate in the same program may switch on
//! `serde_json`'s `preserve_order`, and Cargo then switches it on for everybody.

use serde::Serialize;
use serde_json::Value;

/// Why a value has no canonical form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotCanonical {
    /// It holds a fraction; money, times and counts are integers.
    #[error("a number is not an integer")]
    Fraction,
    /// It holds U+0000, which PostgreSQL cannot store.
    #[error("a text holds U+0000")]
    Nul,
    /// It cannot be written as JSON at all.
    #[error("not expressible as JSON: {0}")]
    Json(String),
}

/// The canonical bytes of a value.
///
/// # Errors
/// [`NotCanonical`] when it holds a fraction or U+0000.
pub fn to_bytes(value: &impl Serialize) -> Result<Vec<u8>, NotCanonical> {
    let mut value = serde_json::to_value(value).map_err(|e| NotCanonical::Json(e.to_string()))?;
    check(&value)?;
    value.sort_all_objects();
    serde_json::to_vec(&value).map_err(|e| NotCanonical::Json(e.to_string()))
}

/// Whether a value may stand in the record.
///
/// # Errors
/// [`NotCanonical`] when it holds a fraction or U+0000.
pub fn check(value: &Value) -> Result<(), NotCanonical> {
    match value {
        Value::Null | Value::Bool(_) => Ok(()),
        Value::Number(n) if n.is_i64() || n.is_u64() => Ok(()),
        Value::Number(_) => Err(NotCanonical::Fraction),
        Value::String(text) if text.contains('\0') => Err(NotCanonical::Nul),
        Value::String(_) => Ok(()),
        Value::Array(items) => items.iter().try_for_each(check),
        Value::Object(map) => map.iter().try_for_each(|(key, value)| {
            if key.contains('\0') { Err(NotCanonical::Nul) } else { check(value) }
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_sorted_at_every_depth() {
        let bytes = to_bytes(&json!({"b": {"z": 1, "a": 2}, "a": [{"d": 1, "c": 2}]})).unwrap();
        assert_eq!(bytes, br#"{"a":[{"c":2,"d":1}],"b":{"a":2,"z":1}}"#);
    }

    #[test]
    fn fractions_and_nul_have_no_form() {
        assert_eq!(to_bytes(&json!({"a": 1.5})), Err(NotCanonical::Fraction));
        assert_eq!(to_bytes(&json!(["a\0b"])), Err(NotCanonical::Nul));
        assert_eq!(to_bytes(&json!({"a\0": 1})), Err(NotCanonical::Nul));
    }
}
