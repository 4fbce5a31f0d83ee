//! Monitoring systems: alert sources with their rules, maintenance windows, tokens (D2).

use firebell_domain::{
    chain::Hash,
    directory::{DirectoryChange, is_active},
    entity::{Entity, Kind},
    id::EntityId,
    incident::Severity,
    intake::{
        self, AlertSource, Format, MAX_SERVICES, Maintenance, Match, Matching, Rule, Window,
        source::{MAX_CONDITION, MAX_CONDITIONS, MAX_RULES},
    },
    time::Timestamp,
};
use serde_json::{Value, json};

use super::{
    form::{Fields, Form, Here, chosen, trimmed},
    signed_out,
};
use crate::{
    Client,
    api::{
        ApiError,
        intake::{
            AlertConditionForm, AlertFormat, AlertMatching, AlertRuleForm, AlertSourceForm,
            AlertTokenView, MaintenanceForm,
        },
    },
    commands::objection::Objections,
};

impl Client {
    /// `renew_alert_token`: the token with which a monitoring system is let in, shown this one time. The
    /// record keeps its hash; the token before it lets nobody in any more.
    ///
    /// # Errors
    /// `NotFound` for what is no source; `Refused` for who may not edit the directory.
    pub async fn renew_alert_token(&self, source: String) -> Result<AlertTokenView, ApiError> {
        let source = self.known(&source, &Kind::ALERT_SOURCE)?;
        let known = self.remembered().ok_or_else(signed_out)?;
        // Whose it is, so that the server finds it; then what nobody can guess.
        let secret: [u8; 16] = rand::random();
        let token = format!("{}{:032x}", source.0.simple(), u128::from_be_bytes(secret));
        let hash = Hash::of(token.as_bytes()).to_string();
        let fields = [("token".to_owned(), Value::String(hash))].into();
        let put = DirectoryChange::Put { fields };
        let change = self.change::<AlertSourceForm>(source, put)?;
        for executed in self.execute_all(vec![self.new_set(vec![change])]).await? {
            executed?;
        }
        Ok(AlertTokenView { token, server: known.server })
    }
}

impl Form for AlertSourceForm {
    const KIND: Kind = Kind::ALERT_SOURCE;

    fn read(entity: &Entity, _: Timestamp) -> Self {
        let source = AlertSource(entity);
        Self {
            name: source.name().to_owned(),
            format: match source.format() {
                Format::Alertmanager => AlertFormat::Alertmanager,
                Format::Events => AlertFormat::Events,
                Format::Json => AlertFormat::Json,
            },
            service: source.service().map(|id| id.to_string()),
            severity: source.severity().into(),
            rules: source.rules().iter().map(AlertRuleForm::of).collect(),
            active: is_active(entity),
        }
    }

    fn fields(&self) -> Fields {
        let format = match self.format {
            AlertFormat::Alertmanager => Format::Alertmanager,
            AlertFormat::Events => Format::Events,
            AlertFormat::Json => Format::Json,
        };
        let rules: Vec<Rule> = self.rules.iter().map(AlertRuleForm::made).collect();
        Fields::from([
            ("name", trimmed(&self.name)),
            ("format", json!(format)),
            ("service", chosen(self.service.as_ref())),
            ("severity", json!(self.severity)),
            ("rules", json!(rules)),
            ("active", json!(self.active)),
        ])
    }

    fn check(&self, _: &Self, here: &Here<'_>, wrong: &mut Objections) {
        if self.active {
            here.check_own_name(&self.name, &Self::KIND, wrong);
        }
        let unknown =
            |id: &Option<String>| id.as_ref().is_some_and(|id| !here.is(id, &Kind::SERVICE));
        let none = |severity: u8| Severity::try_from(severity).is_err();
        wrong.when(unknown(&self.service), "service", "error-service-unknown");
        wrong.when(none(self.severity), "severity", "error-value-impossible");
        wrong.when(self.rules.len() > MAX_RULES, "rules", "error-rules-many");
        for (at, rule) in self.rules.iter().enumerate() {
            let field = |name: &str| format!("rules.{at}.{name}");
            wrong.when(unknown(&rule.service), &field("service"), "error-service-unknown");
            let odd = rule.severity.is_some_and(none);
            wrong.when(odd, &field("severity"), "error-value-impossible");
            let conditions = field("conditions");
            let many = rule.conditions.len() > MAX_CONDITIONS;
            wrong.when(many, &conditions, "error-conditions-many");
            let blank = rule.conditions.iter().any(|one| one.label.trim().is_empty());
            wrong.when(blank, &conditions, "error-condition-label");
            let long = rule.conditions.iter().any(|one| {
                one.label.trim().len() > MAX_CONDITION || one.value.len() > MAX_CONDITION
            });
            wrong.when(long, &conditions, "error-text-too-long");
        }
    }
}

impl AlertRuleForm {
    fn of(rule: &Rule) -> Self {
        let condition = |one: &Match| AlertConditionForm {
            label: one.label.clone(),
            how: match one.how {
                Matching::Equals => AlertMatching::Equals,
                Matching::Prefix => AlertMatching::Prefix,
                Matching::Contains => AlertMatching::Contains,
            },
            value: one.value.clone(),
        };
        Self {
            conditions: rule.conditions.iter().map(condition).collect(),
            ignore: rule.ignore,
            service: rule.service.map(|id| id.to_string()),
            severity: rule.severity.map(Into::into),
        }
    }

    /// Asked only of what passed the check.
    fn made(&self) -> Rule {
        let condition = |one: &AlertConditionForm| Match {
            label: one.label.trim().to_owned(),
            how: match one.how {
                AlertMatching::Equals => Matching::Equals,
                AlertMatching::Prefix => Matching::Prefix,
                AlertMatching::Contains => Matching::Contains,
            },
            value: one.value.clone(),
        };
        Rule {
            conditions: self.conditions.iter().map(condition).collect(),
            ignore: self.ignore,
            service: self.service.as_ref().and_then(|id| id.parse().ok()),
            severity: self.severity.and_then(|severity| Severity::try_from(severity).ok()),
        }
    }
}

impl Form for MaintenanceForm {
    const KIND: Kind = Kind::MAINTENANCE;

    fn read(entity: &Entity, _: Timestamp) -> Self {
        let maintenance = Maintenance(entity);
        let window = maintenance.window();
        Self {
            name: entity.text("name").to_owned(),
            services: maintenance.services().iter().map(ToString::to_string).collect(),
            start: window.map(|window| window.start.0),
            end: window.map(|window| window.end.0),
            active: is_active(entity),
        }
    }

    fn fields(&self) -> Fields {
        let services: Vec<EntityId> =
            self.services.iter().filter_map(|id| id.parse().ok()).collect();
        Fields::from([
            ("name", trimmed(&self.name)),
            ("services", json!(services)),
            ("window", json!(self.window())),
            ("active", json!(self.active)),
        ])
    }

    fn check(&self, was: &Self, here: &Here<'_>, wrong: &mut Objections) {
        here.check_name(&self.name, wrong);
        let unknown = self.services.iter().any(|id| !here.is(id, &Kind::SERVICE));
        wrong.when(unknown, "services", "error-service-unknown");
        wrong.when(self.services.len() > MAX_SERVICES, "services", "error-services-many");
        wrong.when(self.start.is_none(), "start", "error-time-missing");
        match (self.window(), self.end) {
            (_, None) => wrong.add("end", "error-time-missing"),
            (Some(window), _) if window.start >= window.end => {
                wrong.add("end", "error-end-before-start");
            }
            (Some(window), _) if !window.is_sane() => wrong.add("end", "error-window-long"),
            // What was over when it was written would hold nothing back.
            (Some(window), _) if window.end <= here.now() && was.window() != Some(window) => {
                wrong.add("end", "error-override-past");
            }
            (Some(_) | None, Some(_)) => {}
        }
    }
}

impl MaintenanceForm {
    fn window(&self) -> Option<intake::Window> {
        let (start, end) = self.start.zip(self.end)?;
        Some(Window { start: Timestamp(start), end: Timestamp(end) })
    }
}
