//! The workspace's settings: its name, the IMOC's policy, the severity scale, links of calls.

use std::collections::BTreeMap;

use firebell_domain::{
    directory::{
        CALL_SCHEME_FIELD, MAX_CRITERIA, MAX_TIMEOUT_SECS, MAX_URL, MIN_TIMEOUT_SECS,
        command_within_secs,
    },
    entity::{Entity, Kind},
    incident::is_link,
    queue::{DEFAULT_QUEUE_DAYS, MAX_QUEUE_DAYS, OFFICE_HOURS, QUEUE_DAYS},
    time::Timestamp,
};
use serde_json::json;

use super::{
    form::{Fields, Form, Here, chosen, trimmed},
    hours,
};
use crate::{
    api::{directory::SettingsForm, session::SeverityLine},
    commands::objection::Objections,
    views::directory::scale,
};

/// Field of the settings: how long whoever acknowledged has to see that somebody takes command.
const COMMAND_WITHIN: &str = "command_within_secs";

impl Form for SettingsForm {
    const KIND: Kind = Kind::SETTINGS;

    fn read(entity: &Entity, _: Timestamp) -> Self {
        Self {
            name: entity.text("name").to_owned(),
            imoc_policy: entity.get("imoc_policy"),
            severity_scale: scale(Some(entity)),
            office_hours: hours::read(entity),
            queue_days: Some(entity.get(QUEUE_DAYS).unwrap_or(DEFAULT_QUEUE_DAYS)),
            command_within_secs: Some(command_within_secs(Some(entity))),
            call_scheme: entity.text(CALL_SCHEME_FIELD).to_owned(),
        }
    }

    fn fields(&self) -> Fields {
        let words = |line: &SeverityLine| -> BTreeMap<&'static str, String> {
            let all = [("name", &line.name), ("criteria", &line.criteria), ("short", &line.short)];
            let said = all.map(|(which, words)| (which, words.trim().to_owned()));
            said.into_iter().filter(|(_, words)| !words.is_empty()).collect()
        };
        let lines = self.severity_scale.iter().map(|line| (line.severity.to_string(), words(line)));
        let lines: BTreeMap<_, _> = lines.filter(|(_, words)| !words.is_empty()).collect();
        Fields::from([
            ("name", trimmed(&self.name)),
            ("imoc_policy", chosen(self.imoc_policy.as_ref())),
            ("severity_scale", json!(lines)),
            (OFFICE_HOURS, hours::value(self.office_hours.as_ref())),
            (QUEUE_DAYS, json!(self.queue_days)),
            (COMMAND_WITHIN, json!(self.command_within_secs)),
            (CALL_SCHEME_FIELD, trimmed(&self.call_scheme)),
        ])
    }

    fn check(&self, was: &Self, here: &Here<'_>, wrong: &mut Objections) {
        // A workspace may have no name, and keeps the one that it has.
        if self.name.trim() != was.name {
            here.check_name(&self.name, wrong);
        }
        let policy = self.imoc_policy.as_ref();
        let unknown = policy.is_some_and(|policy| !here.is(policy, &Kind::POLICY));
        wrong.when(unknown, "imoc_policy", "error-policy-unknown");
        hours::check(self.office_hours.as_ref(), wrong);
        let days = self.queue_days.is_some_and(|days| (1..=MAX_QUEUE_DAYS).contains(&days));
        wrong.when(!days, QUEUE_DAYS, "error-queue-days");
        let within = MIN_TIMEOUT_SECS..=MAX_TIMEOUT_SECS;
        let fits = self.command_within_secs.is_some_and(|secs| secs == 0 || within.contains(&secs));
        wrong.when(!fits, COMMAND_WITHIN, "error-command-within");
        let scheme = self.call_scheme.trim();
        wrong.when(!scheme.is_empty() && !is_link(scheme), CALL_SCHEME_FIELD, "error-call-scheme");
        wrong.when(scheme.len() > MAX_URL, CALL_SCHEME_FIELD, "error-text-too-long");
        for line in &self.severity_scale {
            let severity = line.severity;
            wrong.when(!(1..=3).contains(&severity), "severity_scale", "error-value-impossible");
            for (which, words) in
                [("name", &line.name), ("criteria", &line.criteria), ("short", &line.short)]
            {
                let field = format!("severity_scale.{severity}.{which}");
                wrong.when(words.trim().len() > MAX_CRITERIA, &field, "error-text-too-long");
            }
        }
    }
}
