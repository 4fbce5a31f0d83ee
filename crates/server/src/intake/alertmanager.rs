//! The webhook of Prometheus Alertmanager, version 4. One body is one group, and one group is one alert:
//! a storm is grouped over there already.

use std::collections::BTreeMap;

use firebell_domain::{
    intake::{Report, Signal, Status},
    time::Timestamp,
};
use serde::Deserialize;

use super::digest;

/// A group of alerts. What we do not know of it is left out.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    group_key: String,
    status: State,
    #[serde(default)]
    alerts: Vec<One>,
    #[serde(default)]
    group_labels: BTreeMap<String, String>,
    #[serde(default)]
    common_labels: BTreeMap<String, String>,
    #[serde(default)]
    common_annotations: BTreeMap<String, String>,
    #[serde(default, rename = "externalURL")]
    external_url: String,
    #[serde(default)]
    truncated_alerts: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Firing,
    Resolved,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct One {
    status: State,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    #[serde(default)]
    starts_at: String,
    #[serde(default)]
    ends_at: String,
    #[serde(default, rename = "generatorURL")]
    generator_url: String,
    #[serde(default)]
    fingerprint: String,
}

impl One {
    /// What tells this state of this alert from any other.
    fn identity(&self) -> String {
        let labels = || {
            let pairs = self.labels.iter().flat_map(|(name, value)| [name.as_str(), value]);
            digest(pairs)
        };
        let fingerprint =
            if self.fingerprint.is_empty() { labels() } else { self.fingerprint.clone() };
        format!("{fingerprint} {} {:?}", self.starts_at, self.status)
    }
}

impl Group {
    /// What it says, in our words.
    #[must_use]
    pub fn signal(self) -> Signal {
        let firing = || self.alerts.iter().filter(|alert| alert.status == State::Firing);
        let starts: Vec<Timestamp> =
            firing().filter_map(|alert| Timestamp::read_rfc3339(&alert.starts_at)).collect();
        let mut identities: Vec<String> = self.alerts.iter().map(One::identity).collect();
        identities.sort_unstable();
        let first = firing().next().or_else(|| self.alerts.first());
        let annotation = |name: &str| {
            let own = || first.and_then(|alert| alert.annotations.get(name));
            // With one alert its own words are the common ones.
            self.common_annotations.get(name).or_else(|| own().filter(|_| self.alerts.len() == 1))
        };
        let group: Vec<&str> = self.group_labels.values().map(String::as_str).collect();
        let summary = annotation("summary").cloned().unwrap_or_else(|| group.join(" · "));
        let firing_count = u32::try_from(firing().count()).unwrap_or(u32::MAX);
        let resolved = u32::try_from(self.alerts.len()).unwrap_or(u32::MAX) - firing_count;
        let link = first.map(|alert| alert.generator_url.clone()).filter(|url| !url.is_empty());
        let ended = self.alerts.iter().filter_map(|it| Timestamp::read_rfc3339(&it.ends_at)).max();
        let report = Report {
            summary,
            description: annotation("description").cloned().unwrap_or_default(),
            labels: self.group_labels.into_iter().chain(self.common_labels).collect(),
            link: link.or(Some(self.external_url)),
            starts_at: starts.iter().min().copied(),
            newest_start: starts.iter().max().copied(),
            digest: digest(identities.iter().map(String::as_str)),
            firing: firing_count.saturating_add(self.truncated_alerts),
            resolved,
        };
        let status = match self.status {
            State::Firing => Status::Firing,
            State::Resolved => Status::Resolved,
        };
        let mut signal = Signal::new(&self.group_key, status, report);
        signal.ended_at = ended.filter(|_| status == Status::Resolved);
        signal
    }
}
