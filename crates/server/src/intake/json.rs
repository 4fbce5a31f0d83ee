//! Our own plain JSON, for whatever can make an HTTP call.

use std::collections::BTreeMap;

use firebell_domain::{
    intake::{Report, Signal, Status},
    time::Timestamp,
};
use serde::Deserialize;

use super::digest;

/// `POST /api/v1/intake/json`.
#[derive(Debug, Clone, Deserialize)]
pub struct Alert {
    #[serde(default)]
    status: State,
    #[serde(default)]
    dedup_key: Option<String>,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    starts_at: Option<String>,
    #[serde(default)]
    link: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    #[default]
    Firing,
    Acknowledged,
    Resolved,
}

impl Alert {
    /// What it says, in our words.
    ///
    /// # Errors
    /// The name of the field that is missing.
    pub fn signal(self) -> Result<Signal, &'static str> {
        let given = self.dedup_key.filter(|key| !key.trim().is_empty());
        let key = given.unwrap_or_else(|| self.summary.trim().to_owned());
        let status = match self.status {
            State::Firing => Status::Firing,
            State::Acknowledged => Status::Acknowledged,
            State::Resolved => Status::Resolved,
        };
        if status == Status::Firing && self.summary.trim().is_empty() {
            return Err("summary");
        }
        if key.is_empty() {
            return Err("dedup_key");
        }
        let starts_at = self.starts_at.as_deref().and_then(Timestamp::read_rfc3339);
        let report = Report {
            digest: digest([
                self.summary.as_str(),
                self.starts_at.as_deref().unwrap_or_default(),
                self.labels.get("severity").map(String::as_str).unwrap_or_default(),
            ]),
            summary: self.summary,
            description: self.description,
            labels: self.labels,
            link: self.link,
            starts_at,
            newest_start: starts_at,
            firing: 1,
            resolved: 0,
        };
        Ok(Signal::new(&key, status, report))
    }
}
