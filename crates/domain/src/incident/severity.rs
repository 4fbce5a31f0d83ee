//! Severity (A3): 1 critical, 2 major, 3 minor.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Incident;
use crate::decide::{Draft, Effect, Stop};

/// How bad it is. The criteria are the organisation's, in its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Severity {
    /// Critical: pages now.
    One,
    /// Major: pages now.
    Two,
    /// Minor: goes to the delivery team's queue.
    Three,
}

impl Severity {
    /// Whether it pages people now.
    #[must_use]
    pub fn pages(self) -> bool {
        self != Self::Three
    }
}

impl TryFrom<u8> for Severity {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        match number {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            3 => Ok(Self::Three),
            _ => Err("severity is 1, 2 or 3"),
        }
    }
}

impl From<Severity> for u8 {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::One => 1,
            Severity::Two => 2,
            Severity::Three => 3,
        }
    }
}

/// Sets the severity, and pages when it rises to 1 or 2 while the incident is open.
pub(super) fn set(
    draft: &mut Draft<'_>,
    incident: Incident<'_>,
    severity: Severity,
) -> Result<(), Stop> {
    draft.set("severity", json!(severity))?;
    let rises = severity < incident.severity();
    if rises && severity.pages() && incident.state().is_open() {
        let (incident, cause) = (draft.change.entity, draft.change.id);
        draft.effect(Effect::StartPaging { incident, cause });
    }
    Ok(())
}
