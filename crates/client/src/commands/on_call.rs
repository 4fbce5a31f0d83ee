//! Who is on call, and standing in (E2).

use firebell_domain::{
    change::Body,
    directory::{self, DirectoryChange, OVERRIDES},
    entity::{Kind, World},
    id::EntityId,
    oncall::Override,
    time::Timestamp,
};

use super::objection::Objections;
use crate::{
    Client,
    api::{
        ApiError,
        on_call::{AddOverride, OnCallView},
    },
    views::{
        names::{id, not_found},
        on_call,
    },
};

impl Client {
    /// `list_on_call`: schedules, who answers for which service, whom to phone.
    ///
    /// # Errors
    /// None of its own.
    pub async fn list_on_call(&self, _: ()) -> Result<OnCallView, ApiError> {
        Ok(on_call::view(&self.directory(), self.settings_id(), self.host().now()))
    }

    /// `add_override`: somebody stands in. Anyone in the workspace may arrange cover, also at night.
    ///
    /// # Errors
    /// `Invalid` with objections.
    pub async fn add_override(&self, form: AddOverride) -> Result<OnCallView, ApiError> {
        let schedule = self.known(&form.schedule, &Kind::SCHEDULE)?;
        let person = self.known(&form.person, &Kind::PERSON);
        let (start, end) = (Timestamp(form.start), Timestamp(form.end));
        let mut wrong = Objections::default();
        wrong.when(person.is_err(), "person", "error-person-missing");
        wrong.when(!start.is_plausible(), "start", "error-time-impossible");
        wrong.when(!end.is_plausible(), "end", "error-time-impossible");
        wrong.when(end <= start, "end", "error-end-before-start");
        wrong.when(end > start && end <= self.host().now(), "end", "error-override-past");
        wrong.done()?;
        let directory = self.directory();
        let existing = directory.entity(schedule).and_then(directory::schedule);
        let last = existing.iter().flat_map(|schedule| &schedule.overrides).map(|one| one.created);
        let one = Override {
            id: EntityId(self.host().new_id()),
            person: Some(person?),
            replaces: None,
            start,
            end,
            created: last.max().unwrap_or_default() + 1,
        };
        let value = serde_json::to_value(&one).map_err(ApiError::internal)?;
        let add = DirectoryChange::Add { list: OVERRIDES.to_owned(), member: one.id, value };
        self.change_schedule(schedule, add).await
    }

    /// `remove_override`: what was under it is back.
    ///
    /// # Errors
    /// `NotFound` when no schedule has it.
    pub async fn remove_override(&self, member: String) -> Result<OnCallView, ApiError> {
        let member = id(&member)?;
        let directory = self.directory();
        let schedule = directory
            .of_kind(&Kind::SCHEDULE)
            .find(|schedule| schedule.has_member(OVERRIDES, &member.to_string()))
            .map(|schedule| schedule.id)
            .ok_or_else(|| not_found("override"))?;
        let remove = DirectoryChange::Remove { list: OVERRIDES.to_owned(), member };
        self.change_schedule(schedule, remove).await
    }

    async fn change_schedule(
        &self,
        schedule: EntityId,
        change: DirectoryChange,
    ) -> Result<OnCallView, ApiError> {
        let change = self.new_change(schedule, Body::Schedule(change));
        self.execute(self.new_set(vec![change])).await?;
        self.list_on_call(()).await
    }
}
