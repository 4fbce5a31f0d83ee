//! Alert sources: who may declare incidents by machine, and what becomes of what they say.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{directory::is_active, entity::Entity, id::EntityId, incident::Severity};

/// Rules of one source.
pub const MAX_RULES: usize = 50;
/// Conditions of one rule.
pub const MAX_CONDITIONS: usize = 10;
/// Bytes of a condition's label or value.
pub const MAX_CONDITION: usize = 500;

/// In which format a source speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Webhook of Prometheus Alertmanager, version 4.
    #[default]
    Alertmanager,
    /// PagerDuty's Events API v2, alerts and changes.
    Events,
    /// Our own plain JSON.
    Json,
}

/// How a condition compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matching {
    /// The whole value.
    #[default]
    Equals,
    /// Its beginning.
    Prefix,
    /// Any part of it.
    Contains,
}

/// One condition of a rule. A label that is absent is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// Which label; `summary` is the alert's summary.
    pub label: String,
    /// How it compares.
    #[serde(default)]
    pub how: Matching,
    /// With what. Case matters, as it does to monitoring systems.
    pub value: String,
}

/// What becomes of alerts that fulfil every condition; the first rule that fits counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// All of them must hold; none holds always.
    #[serde(default)]
    pub conditions: Vec<Match>,
    /// Nothing becomes of them.
    #[serde(default)]
    pub ignore: bool,
    /// Faulty service; none is the source's.
    #[serde(default)]
    pub service: Option<EntityId>,
    /// Severity; none is the source's.
    #[serde(default)]
    pub severity: Option<Severity>,
}

impl Rule {
    /// Whether a rule is within its bounds.
    #[must_use]
    pub fn is_sane(&self) -> bool {
        let sane = |condition: &Match| {
            (1..=MAX_CONDITION).contains(&condition.label.trim().len())
                && condition.value.len() <= MAX_CONDITION
        };
        self.conditions.len() <= MAX_CONDITIONS && self.conditions.iter().all(sane)
    }

    fn fits(&self, labels: &BTreeMap<String, String>, summary: &str) -> bool {
        self.conditions.iter().all(|condition| {
            let value = match labels.get(condition.label.trim()) {
                Some(value) => value.as_str(),
                None if condition.label.trim() == "summary" => summary,
                None => "",
            };
            match condition.how {
                Matching::Equals => value == condition.value,
                Matching::Prefix => value.starts_with(&condition.value),
                Matching::Contains => value.contains(&condition.value),
            }
        })
    }
}

/// What becomes of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Ignore,
    /// An incident.
    Declare {
        /// Its faulty service; none is Unknown.
        service: Option<EntityId>,
        /// Its severity.
        severity: Severity,
    },
}

/// An alert source read as one.
#[derive(Debug, Clone, Copy)]
pub struct AlertSource<'a>(pub &'a Entity);

impl<'a> AlertSource<'a> {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.0.text("name")
    }

    /// In which format it speaks.
    #[must_use]
    pub fn format(self) -> Format {
        self.0.get("format").unwrap_or_default()
    }

    /// The service of alerts that no rule gives another.
    #[must_use]
    pub fn service(self) -> Option<EntityId> {
        self.0.get("service")
    }

    /// The severity of alerts that no rule gives another.
    #[must_use]
    pub fn severity(self) -> Severity {
        self.0.get("severity").unwrap_or(Severity::Two)
    }

    /// Its rules, in order.
    #[must_use]
    pub fn rules(self) -> Vec<Rule> {
        self.0.get("rules").unwrap_or_default()
    }

    /// SHA-256 of its token, in hex; empty before it has one.
    #[must_use]
    pub fn token(self) -> &'a str {
        self.0.text("token")
    }

    /// False once it was retired: it is let in no more.
    #[must_use]
    pub fn active(self) -> bool {
        is_active(self.0)
    }
}

/// What the rules of a source make of an alert.
#[must_use]
pub fn judge(source: AlertSource<'_>, labels: &BTreeMap<String, String>, summary: &str) -> Verdict {
    let rules = source.rules();
    let rule = rules.iter().find(|rule| rule.fits(labels, summary));
    if rule.is_some_and(|rule| rule.ignore) {
        return Verdict::Ignore;
    }
    Verdict::Declare {
        service: rule.and_then(|rule| rule.service).or(source.service()),
        severity: rule.and_then(|rule| rule.severity).unwrap_or(source.severity()),
    }
}
