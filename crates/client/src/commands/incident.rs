//! One incident: its fields and its life (C1, A1, A3, N1, S1).

use std::collections::BTreeMap;

use firebell_domain::{
    change::{Body, Change},
    directory::CALL_SCHEME_FIELD,
    entity::{Entity, Kind, World},
    id::{ChangeId, EntityId},
    incident::{
        CALL_SCHEME, Incident, IncidentChange, MAX_CALL, MAX_SUMMARY, MAX_TEXT, Question, Severity,
        call_link,
    },
    time::Timestamp,
};

use super::objection::{Objections, of_times};
use crate::{
    Client,
    api::{
        ApiError,
        incident::{
            CommandAction, CommandIncident, EditIncident, IncidentEdit, IncidentView, QuestionView,
            TimesForm,
        },
    },
    views::{
        incident::{find, view},
        names::{id, not_found},
    },
};

impl Client {
    /// `get_incident`, by id or key in any case.
    ///
    /// # Errors
    /// `NotFound` when it does not exist or may not be seen.
    pub async fn get_incident(&self, id_or_key: String) -> Result<IncidentView, ApiError> {
        view(self, &id_or_key).await
    }

    /// `edit_incident`: changes one field.
    ///
    /// # Errors
    /// `Invalid` with objections; `Conflict` when another value than the author saw stands there.
    pub async fn edit_incident(&self, edit: EditIncident) -> Result<IncidentView, ApiError> {
        let incident = find(self, &*self.store()?, &edit.id).await?;
        let (group, body) = self.edit(edit.edit)?;
        let change = self.new_change(incident.id, Body::Incident(body));
        let change = seen(change, group, edit.seen.as_deref());
        self.execute(self.new_set(vec![change])).await?;
        view(self, &incident.id.to_string()).await
    }

    fn edit(&self, edit: IncidentEdit) -> Result<(&'static str, IncidentChange), ApiError> {
        let mut wrong = Objections::default();
        let made = match edit {
            IncidentEdit::Summary(summary) => {
                let length = summary.trim().len() as u64;
                wrong.when(length == 0, "summary", "error-summary-empty");
                wrong.when(length > MAX_SUMMARY, "summary", "error-summary-too-long");
                ("summary", IncidentChange::SetSummary { summary })
            }
            IncidentEdit::Description(description) => {
                let long = description.trim().len() as u64 > MAX_TEXT;
                wrong.when(long, "description", "error-description-too-long");
                ("description", IncidentChange::SetDescription { description })
            }
            IncidentEdit::Severity(number) => {
                let severity = Severity::try_from(number)
                    .map_err(|_| ApiError::field("severity", "error-severity-missing"))?;
                ("severity", IncidentChange::SetSeverity { severity })
            }
            IncidentEdit::Service(service) => {
                let service = service.as_deref().map(|service| self.known(service, &Kind::SERVICE));
                let service = service.transpose();
                let service =
                    service.map_err(|_| ApiError::field("service", "error-service-unknown"))?;
                ("service", IncidentChange::SetService { service })
            }
            IncidentEdit::AddProduct(product) => {
                let product = self
                    .known(&product, &Kind::PRODUCT)
                    .map_err(|_| ApiError::field("products", "error-product-unknown"))?;
                ("products", IncidentChange::AddProduct { product })
            }
            IncidentEdit::RemoveProduct(product) => {
                ("products", IncidentChange::RemoveProduct { product: id(&product)? })
            }
            IncidentEdit::Call(call) => {
                wrong.when(call.trim().len() as u64 > MAX_CALL, "call", "error-text-too-long");
                ("call", IncidentChange::SetCall { call })
            }
            IncidentEdit::Answer(form) => {
                let question = match form.question {
                    QuestionView::Side => Question::Side,
                    QuestionView::Seen => Question::Seen,
                    QuestionView::Extent => Question::Extent,
                    QuestionView::Cases => Question::Cases,
                    QuestionView::Else => Question::Else,
                };
                let answer = form.answer.trim().to_owned();
                let cases = question == Question::Cases;
                let wrong_id = if cases { "error-cases" } else { "error-text-too-long" };
                wrong.when(!question.takes(&answer), question.field(), wrong_id);
                (question.field(), IncidentChange::Answer { question, answer })
            }
            IncidentEdit::Times(form) => {
                of_times(&form, self.host().now()).done()?;
                ("times", set_times(&form))
            }
        };
        wrong.done()?;
        Ok(made)
    }

    /// `start_call`: gives the incident a video call as the settings say; one that it has stays.
    ///
    /// # Errors
    /// `NotFound` when it does not exist or may not be seen.
    pub async fn start_call(&self, incident: String) -> Result<IncidentView, ApiError> {
        let entity = find(self, &*self.store()?, &incident).await?;
        let incident = Incident(&entity);
        if incident.call().is_none() {
            let directory = self.directory();
            let settings = self.settings_id().and_then(|id| directory.entity(id));
            let scheme = settings.map(|settings| settings.text(CALL_SCHEME_FIELD));
            let scheme = scheme.filter(|scheme| !scheme.is_empty()).unwrap_or(CALL_SCHEME);
            let call = call_link(scheme, incident);
            let change =
                self.new_change(entity.id, Body::Incident(IncidentChange::SetCall { call }));
            self.execute(self.new_set(vec![change])).await?;
        }
        view(self, &entity.id.to_string()).await
    }

    /// `command_incident`: who is in command, and where the incident is in its life.
    ///
    /// # Errors
    /// `Refused` with the rule as things stand here; `Invalid` for a missing reason or times that
    /// contradict each other.
    pub async fn command_incident(
        &self,
        command: CommandIncident,
    ) -> Result<IncidentView, ApiError> {
        let incident = find(self, &*self.store()?, &command.id).await?;
        let mut changes = Vec::new();
        let mut group = "command";
        let body = match command.action {
            CommandAction::Take {} => IncidentChange::TakeCommand {},
            CommandAction::Replace { reason } => {
                IncidentChange::ReplaceIm { reason: given(reason)? }
            }
            CommandAction::Offer { to } => {
                let to = self
                    .known(&to, &Kind::PERSON)
                    .map_err(|_| ApiError::field("to", "error-person-missing"))?;
                IncidentChange::OfferCommand { to }
            }
            CommandAction::Accept {} => IncidentChange::AcceptCommand {},
            CommandAction::Decline {} => IncidentChange::DeclineCommand {},
            CommandAction::Plan(form) => {
                group = "command_plan";
                let (next, from) = self.planned(&form)?;
                IncidentChange::PlanCommand { next, from }
            }
            CommandAction::Resolve { times } => {
                of_times(&times, self.host().now()).done()?;
                // One set with the times that the form showed; those that stand already are not said
                // again, so that they keep their author.
                if !same_times(&incident, &times) {
                    changes.push(self.new_change(incident.id, Body::Incident(set_times(&times))));
                }
                IncidentChange::Resolve {}
            }
            CommandAction::Close {} => IncidentChange::Close {},
            CommandAction::Reopen { reason } => IncidentChange::Reopen { reason: given(reason)? },
            CommandAction::FalseAlarm { reason } => {
                IncidentChange::MarkFalseAlarm { reason: given(reason)? }
            }
        };
        let change = self.new_change(incident.id, Body::Incident(body));
        changes.push(seen(change, group, command.seen.as_deref()));
        self.execute(self.new_set(changes)).await?;
        view(self, &incident.id.to_string()).await
    }

    /// Something of the directory that a form named.
    pub(super) fn known(&self, text: &str, kind: &Kind) -> Result<EntityId, ApiError> {
        let id = id(text)?;
        let directory = self.directory();
        let known = directory.entity(id).is_some_and(|entity| entity.kind == *kind);
        if known { Ok(id) } else { Err(not_found(text)) }
    }
}

/// Notes which stamp the author saw on a group of fields. One that cannot be read is none.
pub(super) fn seen(mut change: Change, group: &str, stamp: Option<&str>) -> Change {
    let stamp = stamp.and_then(|stamp| stamp.parse::<ChangeId>().ok());
    change.seen =
        stamp.map(|stamp| (group.to_owned(), stamp)).into_iter().collect::<BTreeMap<_, _>>();
    change
}

fn given(reason: String) -> Result<String, ApiError> {
    if reason.trim().is_empty() {
        return Err(ApiError::field("reason", "error-reason-missing"));
    }
    if reason.trim().len() as u64 > MAX_TEXT {
        return Err(ApiError::field("reason", "error-text-too-long"));
    }
    Ok(reason)
}

fn set_times(form: &TimesForm) -> IncidentChange {
    IncidentChange::SetTimes {
        impact_start: form.impact_start.map(Timestamp),
        detected: form.detected.map(Timestamp),
        impact_end: form.impact_end.map(Timestamp),
    }
}

fn same_times(incident: &Entity, form: &TimesForm) -> bool {
    let times = Incident(incident).times();
    let stands = TimesForm {
        impact_start: times.impact_start.map(|at| at.0),
        detected: times.detected.map(|at| at.0),
        impact_end: times.impact_end.map(|at| at.0),
    };
    stands == *form
}
