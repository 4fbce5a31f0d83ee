//! What the rules refuse, as an error that a window can put into words.

use firebell_domain::{change::Author, decide::Refusal, entity::World, id::EntityId};
use serde_json::Value;

use crate::{
    api::{ApiError, ErrorCode},
    views::names::name,
};

/// A refusal as an error: its rule in `args.refusal`, with names instead of ids.
#[must_use]
pub(crate) fn error(world: &dyn World, refusal: &Refusal) -> ApiError {
    let rule = rule(refusal);
    let error = |code| ApiError::of(code, format!("refused: {rule}")).with("refusal", &rule);
    match refusal {
        Refusal::Unknown { .. } => error(ErrorCode::NotFound),
        Refusal::Conflict { field, now, by, at, .. } => {
            let error = error(ErrorCode::Conflict)
                .with("field", field)
                .with("at", at.0.to_string())
                .with("by", author(world, *by));
            stands(world, error, field, now)
        }
        Refusal::AlreadyInCommand { by, at } => {
            error(ErrorCode::Refused).with("by", name(world, *by)).with("at", at.0.to_string())
        }
        Refusal::WrongState { state } => {
            error(ErrorCode::Refused).with("state", word(&serde_json::to_value(state)))
        }
        Refusal::TextEmpty { field } => {
            with_field(error(ErrorCode::Invalid), field, "error-text-empty")
        }
        Refusal::TextTooLong { field, max } => {
            with_field(error(ErrorCode::Invalid), field, "error-text-too-long")
                .with("max", max.to_string())
        }
        Refusal::ImpossibleValue { field } => {
            with_field(error(ErrorCode::Invalid), field, "error-value-impossible")
        }
        Refusal::ReasonMissing {} => {
            with_field(error(ErrorCode::Invalid), "reason", "error-reason-missing")
        }
        Refusal::KeyTaken { number, fresh } => error(ErrorCode::Refused)
            .with("taken", firebell_domain::incident::key(*number))
            .with("key", firebell_domain::incident::key(*fresh)),
        Refusal::DependsOnRefused { .. }
        | Refusal::NotAllowed {}
        | Refusal::HasNoIm {}
        | Refusal::NotOffered {}
        | Refusal::Exists {}
        | Refusal::WrongSize {}
        | Refusal::OtherBody {} => error(ErrorCode::Refused),
    }
}

/// Whether the same words can stand when they are issued anew on top of what is there now.
pub(crate) fn can_reapply(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Conflict { .. } | Refusal::KeyTaken { .. })
}

fn with_field(mut error: ApiError, field: &str, message_id: &str) -> ApiError {
    error.fields = ApiError::field(field, message_id).fields;
    error.with("field", field)
}

/// What stands there now: `now` in words as far as they need no language, and besides that a time under
/// `now_at` and a state under `state`, which windows put into words.
fn stands(world: &dyn World, error: ApiError, field: &str, now: &Value) -> ApiError {
    let plain = word(&Ok(now.clone()));
    match (field, now) {
        ("times" | "happened_at", Value::Number(at)) => {
            let time = at.as_i64().and_then(chrono::DateTime::from_timestamp_millis);
            let time = time.map(|time| time.format("%Y-%m-%d %H:%M UTC").to_string());
            error.with("now", time.unwrap_or_default()).with("now_at", plain)
        }
        ("command", _) => error.with("now", &plain).with("state", plain),
        // A rotation, a list of steps, a yes or no: no words of its own.
        (_, Value::Object(_) | Value::Array(_) | Value::Bool(_)) => error,
        (_, Value::String(text)) => match text.parse::<EntityId>() {
            Ok(id) => error.with("now", name(world, id)),
            Err(_) => error.with("now", plain),
        },
        _ => error.with("now", plain),
    }
}

fn author(world: &dyn World, author: Author) -> String {
    author.person().map_or_else(|| "Firebell".to_owned(), |id| name(world, id))
}

fn rule(refusal: &Refusal) -> String {
    let value = serde_json::to_value(refusal).unwrap_or_default();
    value.get("refusal").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn word(value: &Result<Value, serde_json::Error>) -> String {
    match value {
        Ok(Value::String(text)) => text.clone(),
        Ok(Value::Null) | Err(_) => String::new(),
        Ok(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use firebell_domain::{
        entity::{Entity, Field, Kind, Stamp},
        id::ChangeId,
        incident::State,
        time::Timestamp,
    };
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn ann() -> (EntityId, BTreeMap<EntityId, Entity>) {
        let id = EntityId(Uuid::from_u128(7));
        let mut ann = Entity::empty(id, Kind::PERSON, None);
        let stamp =
            Stamp { change: ChangeId(Uuid::nil()), author: Author::Server, at: Timestamp(0) };
        ann.fields.insert("name".to_owned(), Field { value: json!("Ann"), stamp });
        (id, BTreeMap::from([(id, ann)]))
    }

    #[test]
    fn a_refusal_names_its_rule_and_who_was_first() {
        let (ann, world) = ann();
        let refused = |refusal: Refusal| error(&world, &refusal);
        let taken = refused(Refusal::AlreadyInCommand { by: ann, at: Timestamp(5) });
        assert_eq!(taken.code, ErrorCode::Refused);
        assert_eq!(taken.args["refusal"], "already_in_command");
        assert_eq!((taken.args["by"].as_str(), taken.args["at"].as_str()), ("Ann", "5"));
        let state = refused(Refusal::WrongState { state: State::FalseAlarm });
        assert_eq!(state.args["state"], "false_alarm");
        assert_eq!(refused(Refusal::NotAllowed {}).args["refusal"], "not_allowed");
        assert_eq!(refused(Refusal::Unknown { entity: ann }).code, ErrorCode::NotFound);
        let empty = refused(Refusal::TextEmpty { field: "summary".to_owned() });
        assert_eq!((empty.code, empty.fields[0].field.as_str()), (ErrorCode::Invalid, "summary"));
    }

    #[test]
    fn a_conflict_says_what_stands_there_now() {
        let (ann, world) = ann();
        let conflict = |field: &str, now: Value| {
            let stamp = ChangeId(Uuid::nil());
            let (by, at) = (Author::Person(ann), Timestamp(9));
            error(&world, &Refusal::Conflict { field: field.to_owned(), now, by, at, stamp })
        };
        assert_eq!(conflict("severity", json!(2)).args["now"], "2");
        assert_eq!(conflict("service", json!(ann)).args["now"], "Ann");
        assert_eq!(conflict("summary", json!("Down")).args["now"], "Down");
        assert_eq!(conflict("times", json!(1_000)).args["now_at"], "1000");
        assert_eq!(conflict("command", json!("fixing")).args["state"], "fixing");
        assert_eq!(conflict("summary", json!("x")).args["by"], "Ann");
        assert_eq!(conflict("summary", json!("x")).code, ErrorCode::Conflict);
    }
}
