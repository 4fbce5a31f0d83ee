//! What forms object to, beside the field that it is about.

use firebell_domain::{
    figures::{Times, TimesField, TimesObjection, objections},
    time::Timestamp,
};

use crate::api::{ApiError, ErrorCode, FieldError, incident::TimesForm};

/// Collects objections, so that a person sees all of them at once.
#[derive(Default)]
pub(crate) struct Objections(Vec<FieldError>);

impl Objections {
    /// This field is wrong in this way.
    pub(crate) fn add(&mut self, field: &str, message_id: &str) {
        let (field, message_id) = (field.to_owned(), message_id.to_owned());
        self.0.push(FieldError { field, message_id });
    }

    /// The same, if `wrong`.
    pub(crate) fn when(&mut self, wrong: bool, field: &str, message_id: &str) {
        if wrong {
            self.add(field, message_id);
        }
    }

    /// Whether nothing was objected to.
    ///
    /// # Errors
    /// `Invalid` with every objection.
    pub(crate) fn done(self) -> Result<(), ApiError> {
        let Some(first) = self.0.first() else { return Ok(()) };
        let words = format!("{}: {}", first.field, first.message_id);
        let mut error = ApiError::of(ErrorCode::Invalid, words);
        error.fields = self.0;
        Err(error)
    }
}

/// What is against three times: what contradicts itself or has not come yet. An empty impact end is
/// only warned about, by the window.
pub(super) fn of_times(form: &TimesForm, now: Timestamp) -> Objections {
    let at = |time: Option<i64>| time.map(Timestamp);
    let times = Times {
        impact_start: at(form.impact_start),
        detected: at(form.detected),
        impact_end: at(form.impact_end),
    };
    let mut found = Objections::default();
    for objection in objections(&times, now) {
        let (field, message_id) = match objection {
            TimesObjection::EndBeforeStart => ("impact_end", "error-end-before-start"),
            TimesObjection::DetectedBeforeStart => ("detected", "error-detected-before-start"),
            TimesObjection::InFuture(TimesField::ImpactStart) => {
                ("impact_start", "error-impact-start-future")
            }
            TimesObjection::InFuture(TimesField::Detected) => ("detected", "error-detected-future"),
            TimesObjection::InFuture(TimesField::ImpactEnd) => {
                ("impact_end", "error-impact-end-future")
            }
            TimesObjection::NoImpactEnd => continue,
        };
        found.add(field, message_id);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_objected_to_only_when_they_contradict_each_other() {
        let now = Timestamp(1_000);
        let fields = |start, detected, end| -> Vec<String> {
            let form = TimesForm { impact_start: start, detected, impact_end: end };
            let error = of_times(&form, now).done().err();
            error.map(|e| e.fields.into_iter().map(|f| f.message_id).collect()).unwrap_or_default()
        };
        assert!(fields(None, None, None).is_empty());
        assert!(fields(Some(1), Some(2), None).is_empty());
        assert_eq!(fields(Some(5), Some(6), Some(4)), ["error-end-before-start"]);
        assert_eq!(fields(Some(5), Some(4), None), ["error-detected-before-start"]);
        assert_eq!(fields(Some(1_001), None, None), ["error-impact-start-future"]);
    }
}
