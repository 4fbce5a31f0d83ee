//! Outcomes: what an accepted change did, in a vocabulary that never grows with the nouns.
//!
//! The log stores outcomes, and every replica folds them. Folding never refuses and takes no context,
//! so an older or newer desktop cannot judge an accepted row again.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    entity::{Entity, Field, Kind, Member, Stamp},
    id::EntityId,
};

/// One step of an outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Op {
    /// A field takes a value.
    Set {
        /// Which field.
        field: String,
        /// Its new value.
        value: Value,
        /// Its value before, for histories; folding does not read it.
        #[serde(default, skip_serializing_if = "Value::is_null")]
        was: Value,
    },
    /// A list gains a member, or gets it back, or its value changes.
    Add {
        /// Which list.
        list: String,
        /// The member's id.
        member: String,
        /// What it is.
        value: Value,
    },
    /// A list loses a member.
    Remove {
        /// Which list.
        list: String,
        /// The member's id.
        member: String,
    },
    /// A step of a newer version: kept in the log, folded as nothing here.
    #[serde(other)]
    Unknown,
}

/// What one accepted change did to its entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The entity.
    pub entity: EntityId,
    /// Its kind.
    pub kind: Kind,
    /// The incident it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<EntityId>,
    /// What happened; empty when the change said what stood already.
    pub ops: Vec<Op>,
}

/// Folds an outcome into the entity as it stood (`None`: it did not exist).
///
/// `seq` is the row's place in the log, or none for what is not accepted yet. A row that is not newer
/// than the entity changes nothing, so rows may arrive twice.
#[must_use]
pub fn fold(before: Option<Entity>, outcome: &Outcome, stamp: &Stamp, seq: Option<u64>) -> Entity {
    let mut entity = before
        .unwrap_or_else(|| Entity::empty(outcome.entity, outcome.kind.clone(), outcome.incident));
    if let Some(seq) = seq {
        if seq <= entity.seq {
            return entity;
        }
        entity.seq = seq;
    }
    for op in &outcome.ops {
        match op {
            Op::Set { field, value, .. } => {
                entity
                    .fields
                    .insert(field.clone(), Field { value: value.clone(), stamp: stamp.clone() });
            }
            Op::Add { list, member, value } => {
                let member_value =
                    Member { value: value.clone(), removed: false, stamp: stamp.clone() };
                entity.lists.entry(list.clone()).or_default().insert(member.clone(), member_value);
            }
            Op::Remove { list, member } => {
                if let Some(found) = entity.lists.get_mut(list).and_then(|l| l.get_mut(member)) {
                    found.removed = true;
                    found.stamp = stamp.clone();
                }
            }
            Op::Unknown => {}
        }
    }
    entity
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::{canonical, change::Author, id::ChangeId, time::Timestamp};

    fn op() -> impl Strategy<Value = Op> {
        let name = prop_oneof![Just("a"), Just("b"), Just("新")];
        prop_oneof![
            (name.clone(), 0..5i64).prop_map(|(field, n)| Op::Set {
                field: field.to_owned(),
                value: json!(n),
                was: Value::Null,
            }),
            (name.clone(), name.clone()).prop_map(|(list, member)| Op::Add {
                list: list.to_owned(),
                member: member.to_owned(),
                value: json!(true),
            }),
            (name.clone(), name).prop_map(|(list, member)| Op::Remove {
                list: list.to_owned(),
                member: member.to_owned(),
            }),
            Just(Op::Unknown),
        ]
    }

    fn row(ops: Vec<Op>) -> Outcome {
        Outcome { entity: EntityId(Uuid::nil()), kind: Kind::ENTRY, incident: None, ops }
    }

    fn stamp(n: u64) -> Stamp {
        let change = ChangeId(Uuid::from_u128(u128::from(n)));
        Stamp { change, author: Author::Server, at: Timestamp(0) }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn rows_that_arrive_twice_or_late_change_nothing(
            rows in prop::collection::vec(prop::collection::vec(op(), 0..4), 1..12),
            again in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        ) {
            let mut once = None;
            let mut often = None;
            for (i, ops) in rows.iter().enumerate() {
                let seq = i as u64 + 1;
                once = Some(fold(once, &row(ops.clone()), &stamp(seq), Some(seq)));
                often = Some(fold(often, &row(ops.clone()), &stamp(seq), Some(seq)));
                for index in &again {
                    let old = index.index(i + 1);
                    let seq = old as u64 + 1;
                    often = Some(fold(often, &row(rows[old].clone()), &stamp(seq), Some(seq)));
                }
            }
            prop_assert_eq!(canonical::to_bytes(&once), canonical::to_bytes(&often));
        }

        #[test]
        fn an_entity_survives_its_encoding(ops in prop::collection::vec(op(), 0..8)) {
            let entity = fold(None, &row(ops), &stamp(1), Some(1));
            let bytes = canonical::to_bytes(&entity).unwrap();
            let back: Entity = serde_json::from_slice(&bytes).unwrap();
            prop_assert_eq!(&back, &entity);
            prop_assert_eq!(canonical::to_bytes(&back).unwrap(), bytes);
        }
    }

    #[test]
    fn a_step_of_a_newer_version_is_read_and_folds_as_nothing() {
        let text = r#"[{"op":"set","field":"a","value":1},{"op":"rotate","by":7}]"#;
        let ops: Vec<Op> = serde_json::from_str(text).unwrap();
        assert_eq!(ops[1], Op::Unknown);
        let entity = fold(None, &row(ops), &stamp(1), Some(1));
        assert_eq!(entity.get::<i64>("a"), Some(1));
    }

    #[test]
    fn removing_marks_and_adding_brings_back() {
        let add = Op::Add { list: "l".into(), member: "m".into(), value: json!(1) };
        let remove = Op::Remove { list: "l".into(), member: "m".into() };
        let entity = fold(None, &row(vec![add.clone(), remove.clone()]), &stamp(1), Some(1));
        assert!(!entity.has_member("l", "m") && entity.lists["l"]["m"].removed);
        let entity = fold(Some(entity), &row(vec![add]), &stamp(2), Some(2));
        assert!(entity.has_member("l", "m"));
        assert_eq!(entity.seq, 2);
    }
}
