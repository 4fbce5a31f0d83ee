//! Incidents that proofs declare where nothing depends on what they say.

use firebell_domain::incident::{DetectedBy, IncidentChange, Severity};

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
