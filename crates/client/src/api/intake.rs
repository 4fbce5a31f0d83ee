//! Monitoring systems: alert sources and maintenance windows as they are edited, alerts as they are shown.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// An alert source as edited. Its token is made apart, see [`AlertTokenView`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AlertSourceForm {
    /// Its name.
    pub name: String,
    /// In which format it speaks.
    pub format: AlertFormat,
    /// Faulty service of alerts that no rule gives another; none is Unknown.
    pub service: Option<String>,
    /// Severity of alerts that no rule gives another, 1 to 3.
    pub severity: u8,
    /// Its rules, in order: the first that fits counts.
    pub rules: Vec<AlertRuleForm>,
    /// False once it was retired: it is let in no more.
    pub active: bool,
}

/// In which format a source speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AlertFormat {
    /// Webhook of Prometheus Alertmanager.
    Alertmanager,
    /// PagerDuty's Events API v2.
    Events,
    /// Plain JSON.
    Json,
}

/// A rule as edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AlertRuleForm {
    /// All of them must hold.
    pub conditions: Vec<AlertConditionForm>,
    /// Nothing becomes of what fits.
    pub ignore: bool,
    /// Faulty service; none is the source's.
    pub service: Option<String>,
    /// Severity, 1 to 3; none is the source's.
    pub severity: Option<u8>,
}

/// A condition as edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AlertConditionForm {
    /// Which label.
    pub label: String,
    /// How it compares.
    pub how: AlertMatching,
    /// With what.
    pub value: String,
}

/// How a condition compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AlertMatching {
    /// The whole value.
    Equals,
    /// Its beginning.
    Prefix,
    /// Any part of it.
    Contains,
}

/// A maintenance window as edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MaintenanceForm {
    /// Why.
    pub name: String,
    /// Service ids; none are all of them.
    pub services: Vec<String>,
    /// From (inclusive); none while not chosen.
    pub start: Option<i64>,
    /// Until (exclusive); none while not chosen.
    pub end: Option<i64>,
    /// False once it was called off.
    pub active: bool,
}

/// Answer of `renew_alert_token`: shown this one time. The one before it lets nobody in any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AlertTokenView {
    /// The token.
    pub token: String,
    /// The server's address; none for a record without a server, which no monitoring system can reach.
    pub server: Option<String>,
}

/// An alert of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AlertView {
    /// Its id.
    pub id: String,
    /// Which source said so.
    pub source: String,
    /// What is wrong, in the monitoring system's words.
    pub summary: String,
    /// Where to look in the monitoring system; `http` or `https`.
    pub link: Option<String>,
    /// It fires.
    pub firing: bool,
    /// How many alerts of one group fire.
    pub count: u32,
    /// How often it was reported.
    pub reports: u32,
    /// Somebody acknowledged it in the monitoring system.
    pub acknowledged: bool,
    /// When it began, by the monitoring system: a suggestion for the start of the impact.
    pub starts_at: Option<i64>,
    /// When the first report came.
    pub received_at: i64,
    /// When it was over.
    pub ended_at: Option<i64>,
}
