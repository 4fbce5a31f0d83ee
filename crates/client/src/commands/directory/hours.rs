//! Office hours as an editor holds them.

use firebell_domain::{
    entity::Entity,
    oncall::is_zone,
    queue::{OFFICE_HOURS, OfficeDay, OfficeHours},
};
use serde_json::{Value, json};

use crate::{
    api::queue::{OfficeDayForm, OfficeHoursForm},
    commands::objection::Objections,
    views::queue::hours_form,
};

/// What stands in a team or the settings.
pub(super) fn read(entity: &Entity) -> Option<OfficeHoursForm> {
    entity.get::<OfficeHours>(OFFICE_HOURS).as_ref().map(hours_form)
}

/// What becomes of it in the record. Asked only of what passed [`check`].
pub(super) fn value(form: Option<&OfficeHoursForm>) -> Value {
    let day = |form: &OfficeDayForm| {
        let time = |text: &str| text.trim().parse().ok();
        Some(OfficeDay { day: form.day, from: time(&form.from)?, until: time(&form.until)? })
    };
    let hours = |form: &OfficeHoursForm| {
        let mut days: Vec<OfficeDay> = form.days.iter().filter_map(day).collect();
        days.sort_unstable();
        OfficeHours { zone: form.zone.trim().to_owned(), days }
    };
    json!(form.map(hours))
}

/// What is against it.
pub(super) fn check(form: Option<&OfficeHoursForm>, wrong: &mut Objections) {
    let Some(form) = form else { return };
    let zone = "office_hours.zone";
    wrong.when(!is_zone(form.zone.trim()), zone, "error-zone-unknown");
    wrong.when(form.days.is_empty(), "office_hours", "error-office-days");
    for day in &form.days {
        let field = format!("office_hours.{}", day.day);
        let read = |text: &str| text.trim().parse().ok();
        match (read(&day.from), read(&day.until)) {
            (Some(from), Some(until)) => {
                let line = OfficeDay { day: day.day, from, until };
                let alone = OfficeHours { zone: "UTC".to_owned(), days: vec![line] };
                wrong.when(alone.validate().is_err(), &field, "error-office-end");
            }
            _ => wrong.add(&field, "error-hand-off"),
        }
    }
}
