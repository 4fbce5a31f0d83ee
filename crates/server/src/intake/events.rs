//! Bodies of PagerDuty's Events API v2, so that whatever speaks it can speak to us.

use std::collections::BTreeMap;

use firebell_domain::{
    intake::{Report, Reported, Signal, Status},
    time::Timestamp,
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::digest;

/// Longest `dedup_key` in bytes, as PagerDuty has it.
pub const MAX_DEDUP_KEY: usize = 255;

/// `POST /v2/enqueue`.
#[derive(Debug, Clone, Deserialize)]
pub struct Event {
    /// The token of the source.
    pub routing_key: String,
    event_action: Action,
    #[serde(default)]
    dedup_key: Option<String>,
    #[serde(default)]
    payload: Option<Payload>,
    #[serde(default)]
    client_url: Option<String>,
    #[serde(default)]
    links: Vec<Link>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    Trigger,
    Acknowledge,
    Resolve,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Payload {
    #[serde(default)]
    summary: String,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    severity: Option<String>,
    #[serde(default)]
    timestamp: Option<String>,
    #[serde(default)]
    component: Option<String>,
    #[serde(default)]
    group: Option<String>,
    #[serde(default)]
    class: Option<String>,
    #[serde(default)]
    custom_details: Value,
}

#[derive(Debug, Clone, Deserialize)]
struct Link {
    #[serde(default)]
    href: Option<String>,
}

impl Event {
    /// What it says, in our words.
    ///
    /// # Errors
    /// What is missing.
    pub fn signal(self) -> Result<Signal, &'static str> {
        let key = self.dedup_key.filter(|key| !key.trim().is_empty());
        if key.as_ref().is_some_and(|key| key.len() > MAX_DEDUP_KEY) {
            return Err("'dedup_key' is longer than 255 bytes");
        }
        let status = match self.event_action {
            Action::Trigger => Status::Firing,
            Action::Acknowledge => Status::Acknowledged,
            Action::Resolve => Status::Resolved,
        };
        let payload = match (self.payload, status) {
            (Some(payload), _) => payload,
            (None, Status::Firing) => return Err("'payload' is missing"),
            (None, _) => Payload::default(),
        };
        if status == Status::Firing && payload.summary.trim().is_empty() {
            return Err("'payload.summary' is missing");
        }
        if key.is_none() && status != Status::Firing {
            return Err("'dedup_key' is missing");
        }
        let starts_at = payload.timestamp.as_deref().and_then(Timestamp::read_rfc3339);
        // Without a key, what says the same is the same: a storm is one incident.
        let key = key.unwrap_or_else(|| {
            let source = payload.source.as_deref().unwrap_or_default();
            digest([payload.summary.as_str(), source])
        });
        let link = self.links.into_iter().find_map(|link| link.href).or(self.client_url);
        let report = Report {
            // How bad it is, too: a warning that becomes critical is news.
            digest: digest([
                payload.summary.as_str(),
                payload.severity.as_deref().unwrap_or_default(),
            ]),
            description: details(&payload.custom_details),
            summary: payload.summary.clone(),
            labels: payload.labels(),
            link,
            starts_at,
            newest_start: None,
            firing: 1,
            resolved: 0,
        };
        Ok(Signal::new(&key, status, report))
    }
}

impl Payload {
    fn labels(self) -> BTreeMap<String, String> {
        let details = self.custom_details.as_object().cloned().unwrap_or_default();
        let own = [
            ("source", self.source),
            ("severity", self.severity),
            ("component", self.component),
            ("group", self.group),
            ("class", self.class),
        ];
        let own = own.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        scalars(&details).chain(own).collect()
    }
}

/// Details that a rule can look at.
fn scalars(details: &Map<String, Value>) -> impl Iterator<Item = (String, String)> + '_ {
    details.iter().filter_map(|(name, value)| {
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        Some((name.clone(), value))
    })
}

/// Details as people read them: a line each.
fn details(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Object(details) => {
            let lines = scalars(details).filter(|(_, value)| !value.is_empty());
            let lines: Vec<String> =
                lines.map(|(name, value)| format!("{name}: {value}")).collect();
            lines.join("\n")
        }
        other => other.to_string(),
    }
}

/// `POST /v2/change/enqueue`.
#[derive(Debug, Clone, Deserialize)]
pub struct ChangeEvent {
    /// The token of the source.
    pub routing_key: String,
    payload: Payload,
    #[serde(default)]
    links: Vec<Link>,
}

impl ChangeEvent {
    /// What it says, in our words.
    ///
    /// # Errors
    /// What is missing.
    pub fn reported(self) -> Result<Reported, &'static str> {
        if self.payload.summary.trim().is_empty() {
            return Err("'payload.summary' is missing");
        }
        Ok(Reported {
            summary: self.payload.summary.clone(),
            happened_at: self.payload.timestamp.as_deref().and_then(Timestamp::read_rfc3339),
            link: self.links.into_iter().find_map(|link| link.href),
            labels: self.payload.labels(),
        })
    }
}
