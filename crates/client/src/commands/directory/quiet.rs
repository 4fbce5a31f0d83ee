//! Quiet hours as a person's editor holds them (N3).

use firebell_domain::{directory::Person, entity::Entity, oncall::ActiveHours, paging::QuietHours};
use serde_json::{Value, json};

use crate::{
    api::directory::{HoursForm, PersonForm},
    commands::objection::Objections,
};

/// What stands in a person.
pub(super) fn read(person: &Entity) -> Option<HoursForm> {
    Person(person).quiet_hours().map(|hours| HoursForm {
        days: hours.days,
        from: hours.from.to_string(),
        until: hours.until.to_string(),
    })
}

/// What becomes of it in the record. Asked only of what passed [`check`].
pub(super) fn value(form: Option<&HoursForm>) -> Value {
    let hours = form.and_then(HoursForm::hours).map(|hours| {
        let ActiveHours { days, from, until } = hours;
        QuietHours { days, from, until }
    });
    json!(hours)
}

/// What is against it. They are read on the clock of the person's own zone, so there must be one.
pub(super) fn check(form: &PersonForm, wrong: &mut Objections) {
    let Some(hours) = &form.quiet_hours else { return };
    wrong.when(form.zone.trim().is_empty(), "zone", "error-quiet-zone");
    wrong.when(hours.days.is_empty(), "quiet_hours.days", "error-quiet-days");
    let odd = !hours.days.is_empty() && hours.hours().is_none();
    wrong.when(odd, "quiet_hours.from", "error-hand-off");
}
