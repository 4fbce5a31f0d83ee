//! Editing the directory: people, teams, services, products, schedules, policies, settings (E1, E2).
//!
//! A save writes only what its author changed of what they saw, field by field, in one change set as
//! far as it fits. Who may do so is for the rules to say, not for this module.

pub(crate) mod channel;
mod form;
mod hours;
mod intake;
mod policy;
mod quiet;
mod rotation;
mod schedule;
mod settings;
mod simple;

use firebell_domain::{
    change::{Body, Change, MAX_CHANGES},
    directory::DirectoryChange,
    entity::{Entity, Kind},
    id::{ChangeId, EntityId},
};
use firebell_protocol::http::{Invitation, Invite};
use uuid::Uuid;

use super::objection::Objections;
use crate::{
    Client,
    api::{
        ApiError, ErrorCode,
        directory::{
            InvitationView, InvitePerson, Item, PersonForm, PolicyDoubtView, PolicyForm,
            PreviewPolicy, PreviewSchedule, ProductForm, Save, ScheduleForm, SchedulePreview,
            ServiceForm, SettingsForm, TeamForm, WebhookForm, WorkspaceView,
        },
        intake::{AlertSourceForm, MaintenanceForm},
    },
    views::{
        names::{id, not_found},
        workspace,
    },
};
pub(crate) use form::Form;
use form::Here;

impl Client {
    /// `get_directory`: everything in it, with what editing needs.
    ///
    /// # Errors
    /// `SignedOut` without a workspace; a store that cannot be read.
    pub async fn get_directory(&self, _: ()) -> Result<WorkspaceView, ApiError> {
        workspace::view(self).await
    }

    /// `save_person`. Someone who is added here has no account: they can be phoned.
    ///
    /// # Errors
    /// `Invalid` with an objection for each wrong field; `Refused` for who may not; `Conflict` when
    /// another value than the author saw stands in a field that they changed.
    pub async fn save_person(&self, save: Save<PersonForm>) -> Result<String, ApiError> {
        self.save(save).await
    }

    /// `save_team`.
    ///
    /// # Errors
    /// See [`Client::save_person`].
    pub async fn save_team(&self, save: Save<TeamForm>) -> Result<String, ApiError> {
        self.save(save).await
    }

    /// `save_service`.
    ///
    /// # Errors
    /// See [`Client::save_person`].
    pub async fn save_service(&self, save: Save<ServiceForm>) -> Result<String, ApiError> {
        self.save(save).await
    }

    /// `save_product`.
    ///
    /// # Errors
    /// See [`Client::save_person`].
    pub async fn save_product(&self, save: Save<ProductForm>) -> Result<String, ApiError> {
        self.save(save).await
    }

    /// `save_schedule`: its rotation, and overrides added and taken away.
    ///
    /// # Errors
    /// See [`Client::save_person`].
    pub async fn save_schedule(&self, save: Save<ScheduleForm>) -> Result<String, ApiError> {
        self.save(save).await
    }

    /// `save_policy`.
    ///
    /// # Errors
    /// See [`Client::save_person`].
    pub async fn save_policy(&self, save: Save<PolicyForm>) -> Result<String, ApiError> {
        self.save(save).await
    }

    /// `save_webhook`.
    ///
    /// # Errors
    /// See [`Client::save_person`].
    pub async fn save_webhook(&self, save: Save<WebhookForm>) -> Result<String, ApiError> {
        self.save(save).await
    }

    /// `save_settings`: the workspace's name, the IMOC's policy, the severity scale.
    ///
    /// # Errors
    /// See [`Client::save_person`].
    pub async fn save_settings(&self, save: Save<SettingsForm>) -> Result<String, ApiError> {
        let settings = self.settings_id().ok_or_else(signed_out)?;
        let was = save.was.unwrap_or_else(|| blank(self, settings));
        self.save_at(settings, Some(was), save.form).await
    }

    /// `save_alert_source`: a monitoring system that may declare incidents.
    ///
    /// # Errors
    /// See [`Client::save_person`].
    pub async fn save_alert_source(&self, save: Save<AlertSourceForm>) -> Result<String, ApiError> {
        self.save(save).await
    }

    /// `save_maintenance`: a window in which alerts declare nothing.
    ///
    /// # Errors
    /// See [`Client::save_person`].
    pub async fn save_maintenance(&self, save: Save<MaintenanceForm>) -> Result<String, ApiError> {
        self.save(save).await
    }

    /// `preview_schedule`: who would be on call when, before anything is saved.
    ///
    /// # Errors
    /// `Invalid` with an objection for each field that stands in the way.
    pub async fn preview_schedule(
        &self,
        asked: PreviewSchedule,
    ) -> Result<SchedulePreview, ApiError> {
        let directory = self.directory();
        let schedule = match &asked.id {
            Some(schedule) => self.known(schedule, &Kind::SCHEDULE)?,
            None => EntityId(self.host().new_id()),
        };
        let here = Here { client: self, directory: &directory, id: schedule };
        schedule::preview(&asked.form, &here)
    }

    /// `preview_policy`: which of its steps reach nobody, before anything is saved. What is no step yet is
    /// left to the objections of saving.
    ///
    /// # Errors
    /// None of its own.
    pub async fn preview_policy(
        &self,
        asked: PreviewPolicy,
    ) -> Result<Vec<PolicyDoubtView>, ApiError> {
        Ok(policy::doubts(&self.directory(), &asked.form, self.host().now()))
    }

    /// `invite_person`: the server makes a code with which somebody makes their own account, once.
    ///
    /// # Errors
    /// `NotFound` where no server takes others in; `Offline`; what the server answers.
    pub async fn invite_person(&self, form: InvitePerson) -> Result<InvitationView, ApiError> {
        let known = self.remembered().ok_or_else(signed_out)?;
        let server = known.server.ok_or_else(|| not_found("server that takes others in"))?;
        let (http, token) = self
            .reach()
            .ok_or_else(|| ApiError::of(ErrorCode::Offline, "an invitation needs the server"))?;
        let invite = Invite { admin: form.admin };
        let made: Invitation = http.post("/invitations", Some(token.reveal()), &invite).await?;
        Ok(InvitationView { server, code: made.code, expires_at: made.expires_at.0 })
    }

    async fn save<F: Form>(&self, save: Save<F>) -> Result<String, ApiError> {
        let entity = match &save.was {
            Some(was) => self.known(&was.id, &F::KIND)?,
            None => EntityId(self.host().new_id()),
        };
        self.save_at(entity, save.was, save.form).await
    }

    async fn save_at<F: Form>(
        &self,
        entity: EntityId,
        was: Option<Item<F>>,
        form: F,
    ) -> Result<String, ApiError> {
        let directory = self.directory();
        let here = Here { client: self, directory: &directory, id: entity };
        let before = was.as_ref().map_or_else(|| blank(self, entity).form, |was| was.form.clone());
        let mut wrong = Objections::default();
        form.check(&before, &here, &mut wrong);
        wrong.done()?;

        let mut fields = form.fields();
        let stood = before.fields();
        fields.retain(|field, value| stood.get(field) != Some(value));
        let mut changes = Vec::new();
        if !fields.is_empty() {
            let seen = was.iter().flat_map(|was| fields.keys().map(|field| saw(was, field)));
            let seen = seen.collect::<Result<_, _>>()?;
            let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
            let put = DirectoryChange::Put { fields: fields.collect() };
            changes.push(Change { seen, ..self.change::<F>(entity, put)? });
        }
        for change in form.lists(&before, &here)? {
            changes.push(self.change::<F>(entity, change)?);
        }
        // More than one set only for a team of a hundred at once; each member stands alone there.
        let sets = changes.chunks(MAX_CHANGES).map(|some| self.new_set(some.to_vec())).collect();
        for executed in self.execute_all(sets).await? {
            executed?;
        }
        Ok(entity.to_string())
    }

    fn change<F: Form>(&self, entity: EntityId, does: DirectoryChange) -> Result<Change, ApiError> {
        let body = Body::directory(&F::KIND, does);
        let body = body.ok_or_else(|| ApiError::internal("a form of no directory kind"))?;
        Ok(self.new_change(entity, body))
    }
}

/// Which stamp the author saw on a field. Where they saw none, none may stand there now.
fn saw<F>(was: &Item<F>, field: &str) -> Result<(String, ChangeId), ApiError> {
    let stamp = match was.stamps.get(field) {
        Some(stamp) => ChangeId(id(stamp)?.0),
        None => ChangeId(Uuid::nil()),
    };
    Ok((field.to_owned(), stamp))
}

/// What an editor of something new starts from.
fn blank<F: Form>(client: &Client, id: EntityId) -> Item<F> {
    let form = F::read(&Entity::empty(id, F::KIND, None), client.host().now());
    Item {
        id: id.to_string(),
        form,
        stamps: Default::default(),
        used_by: Vec::new(),
        unsent: false,
    }
}

fn signed_out() -> ApiError {
    ApiError::of(ErrorCode::SignedOut, "no workspace is open")
}
