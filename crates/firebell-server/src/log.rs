//! Logs: one JSON object a line on stderr, made of fields that are known to hold no text of the record,
//! no name and no token. What other libraries log is told by its place alone: WebSocket libraries, for
//! one, print whole frames.

use std::{fmt, io::Write};

use serde_json::{Map, Value, json};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    EnvFilter, Layer,
    layer::{Context, SubscriberExt},
    util::SubscriberInitExt,
};

/// Fields that may be written: ids, counts, codes, routes.
const ALLOWED: [&str; 28] = [
    "address",
    "by",
    "claimed",
    "code",
    "count",
    "device",
    "done",
    "epoch",
    "error",
    "id",
    "incident",
    "job",
    "left",
    "members",
    "method",
    "millis",
    "page",
    "person",
    "request",
    "retry_millis",
    "route",
    "seq",
    "set",
    "spoken",
    "status",
    "store",
    "version",
    "workspace",
];
/// Longest value in bytes.
const MAX_VALUE: usize = 300;

/// Begins to log.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_env("FIREBELL_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::registry().with(Lines.with_filter(filter)).init();
    std::panic::set_hook(Box::new(|panic| {
        // Where, not what: a panic's message may quote anything.
        let place = panic.location().map(|l| format!("{}:{}", l.file(), l.line()));
        write(&json!({ "level": "error", "message": "panic", "at": place }));
    }));
}

struct Lines;

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if let Some(line) = line(event) {
            write(&line);
        }
    }
}

fn line(event: &Event<'_>) -> Option<Value> {
    let about: &Metadata<'_> = event.metadata();
    let ours = about.target().starts_with("firebell");
    if !ours && *about.level() > Level::WARN {
        return None;
    }
    let mut fields = Fields::default();
    if ours {
        event.record(&mut fields);
    }
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let millis = now.map_or(0, |d| u64::try_from(d.as_millis()).unwrap_or(u64::MAX));
    fields.0.insert("time".to_owned(), json!(millis));
    fields.0.insert("level".to_owned(), json!(about.level().as_str().to_lowercase()));
    fields.0.insert("target".to_owned(), json!(about.target()));
    Some(Value::Object(fields.0))
}

fn write(line: &Value) {
    // Nobody is left to tell when stderr is gone.
    drop(writeln!(std::io::stderr().lock(), "{line}"));
}

#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        let name = field.name();
        if name == "message" || ALLOWED.contains(&name) {
            self.0.insert(name.to_owned(), value);
        }
    }
}

impl Visit for Fields {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, json!(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, json!(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, json!(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, json!(unquoted(value)));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, json!(unquoted(&format!("{value:?}"))));
    }
}

/// A value without what it quotes, and not too long: errors of databases and decoders quote data.
fn unquoted(value: &str) -> String {
    let mut clean = String::new();
    let mut quote = None;
    for c in value.chars() {
        match quote {
            Some(end) if c == end => {
                quote = None;
                clean.push(c);
            }
            Some(_) => {}
            None => {
                if matches!(c, '"' | '`' | '(') {
                    quote = Some(if c == '(' { ')' } else { c });
                }
                clean.push(c);
            }
        }
        if clean.len() >= MAX_VALUE {
            break;
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_error_quotes_is_not_written() {
        let error = r#"invalid type: string "secret", expected u64; Key (name)=(ann) exists"#;
        assert_eq!(unquoted(error), r#"invalid type: string "", expected u64; Key ()=() exists"#);
        assert!(unquoted(&"x".repeat(10_000)).len() <= MAX_VALUE);
    }
}
