//! Incidents that proofs declare where nothing depends on what they say.

use std::ops::Range;

use anyhow::{Result, bail};
use firebell_domain::change::Body;
use firebell_domain::id::EntityId;
use firebell_domain::incident::{DetectedBy, IncidentChange, Severity};
use firebell_protocol::frame::{PushSet, SetAnswer, Verdict};

use super::raw::{change, fresh, set};

/// One that pages nobody, of no service.
pub fn declare(number: Option<u64>, summary: String, description: &str) -> IncidentChange {
    IncidentChange::Declare {
        number,
        summary,
        description: description.to_owned(),
        severity: Severity::Three,
        service: None,
        products: Vec::new(),
        detected_by: DetectedBy::Customer,
        impact_start: None,
        restricted: false,
        drill: false,
    }
}

/// One of a service: of severity 1 or 2 it pages whoever is on call for that.
pub fn of_service(
    service: EntityId,
    severity: Severity,
    summary: String,
    restricted: bool,
) -> IncidentChange {
    IncidentChange::Declare {
        number: None,
        summary,
        description: String::new(),
        severity,
        service: Some(service),
        products: Vec::new(),
        detected_by: DetectedBy::Monitoring,
        impact_start: None,
        restricted,
        drill: false,
    }
}

/// Many of a service, a change set for each, numbered so by their device.
pub fn storm(service: EntityId, severity: Severity, numbers: Range<u64>) -> Result<Vec<PushSet>> {
    let one = |number| {
        let declare = of_service(service, severity, format!("alert {number}"), false);
        set(number, &[change(fresh(), Body::Incident(declare))])
    };
    numbers.map(one).collect()
}

/// Every one of these was accepted.
pub fn all_accepted(answers: &[SetAnswer]) -> Result<()> {
    let accepted = |verdict: &Verdict| matches!(verdict, Verdict::Accepted { .. });
    match answers.iter().find(|answer| !accepted(&answer.verdict)) {
        Some(refused) => bail!("not accepted: {refused:?}"),
        None => Ok(()),
    }
}
