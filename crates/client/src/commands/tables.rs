//! The tables beside the state document: changes to production and workstreams (C3).

use firebell_domain::{
    change::Body,
    entity::{Entity, Kind},
    id::EntityId,
    incident::MAX_TEXT,
    production_change::{ProductionChange, ProductionEdit},
    time::Timestamp,
    workstream::{MAX_NAME, WorkstreamChange},
};

use super::{incident::seen, objection::Objections};
use crate::{
    Client,
    api::{
        ApiError,
        document::{
            AddProductionChange, AddWorkstream, EditProductionChange, EditWorkstream,
            ProductionChangeEdit, TablesView, WorkstreamEdit,
        },
    },
    views::{
        incident::find,
        names::{id, not_found},
        tables,
    },
};

impl Client {
    /// `get_tables`.
    ///
    /// # Errors
    /// `NotFound` for an incident that does not exist or may not be seen.
    pub async fn get_tables(&self, incident: String) -> Result<TablesView, ApiError> {
        let store = self.store()?;
        let incident = find(self, &store, &incident).await?;
        tables::view(self, &store, incident.id).await
    }

    /// `add_production_change`. Answers with its id.
    ///
    /// # Errors
    /// `Invalid` with objections.
    pub async fn add_production_change(
        &self,
        form: AddProductionChange,
    ) -> Result<String, ApiError> {
        let incident = find(self, &*self.store()?, &form.incident).await?;
        let now = self.host().now();
        let happened_at = form.at.map_or(now, Timestamp);
        let mut wrong = Objections::default();
        short(&mut wrong, "what", &form.what, true);
        for (field, text) in [("how", &form.how), ("why", &form.why), ("revert", &form.revert)] {
            short(&mut wrong, field, text, false);
        }
        wrong.when(!happened_at.is_plausible(), "at", "error-time-impossible");
        wrong.done()?;
        let who = match form.who {
            Some(who) => Some(self.person(&who, "who")?),
            None => self.me(),
        };
        let add = ProductionEdit::Add {
            incident: incident.id,
            what: form.what,
            who,
            happened_at,
            how: form.how,
            why: form.why,
            revert: form.revert,
            state: tables::production_state(form.state),
        };
        self.add(Body::ProductionChange(add)).await
    }

    /// `edit_production_change`: one field; the history is kept.
    ///
    /// # Errors
    /// `Invalid` with objections; `Conflict` when somebody else changed the same field meanwhile.
    pub async fn edit_production_change(&self, form: EditProductionChange) -> Result<(), ApiError> {
        use ProductionChangeEdit as Edit;
        let entity = self.row(&form.id, &Kind::PRODUCTION_CHANGE).await?;
        let mut wrong = Objections::default();
        let mut words = |field: &'static str, text: &str, needed: bool| {
            short(&mut wrong, field, text, needed);
        };
        let (group, body) = match form.edit {
            Edit::What(what) => {
                words("what", &what, true);
                ("what", ProductionEdit::SetWhat { what })
            }
            Edit::How(how) => {
                words("how", &how, false);
                ("how", ProductionEdit::SetHow { how })
            }
            Edit::Why(why) => {
                words("why", &why, false);
                ("why", ProductionEdit::SetWhy { why })
            }
            Edit::Revert(revert) => {
                words("revert", &revert, false);
                ("revert", ProductionEdit::SetRevert { revert })
            }
            Edit::Who(who) => {
                let who = who.as_deref().map(|who| self.person(who, "who")).transpose()?;
                ("who", ProductionEdit::SetWho { who })
            }
            Edit::At(at) => {
                wrong.when(!Timestamp(at).is_plausible(), "at", "error-time-impossible");
                ("happened_at", ProductionEdit::SetTime { happened_at: Timestamp(at) })
            }
            Edit::State(state) => {
                let what = ProductionChange(&entity).what().to_owned();
                let state = tables::production_state(state);
                ("state", ProductionEdit::SetState { state, what })
            }
            Edit::Retracted(retracted) => ("retracted", ProductionEdit::SetRetracted { retracted }),
        };
        wrong.done()?;
        self.edit_row(&entity, group, form.seen, Body::ProductionChange(body)).await
    }

    /// `add_workstream`. Answers with its id.
    ///
    /// # Errors
    /// `Invalid` with objections.
    pub async fn add_workstream(&self, form: AddWorkstream) -> Result<String, ApiError> {
        let incident = find(self, &*self.store()?, &form.incident).await?;
        let mut wrong = Objections::default();
        named(&mut wrong, &form.name);
        short(&mut wrong, "goal", &form.goal, false);
        wrong.done()?;
        let owner = form.owner.as_deref().map(|owner| self.person(owner, "owner")).transpose()?;
        let add = WorkstreamChange::Add {
            incident: incident.id,
            name: form.name,
            goal: form.goal,
            owner,
            state: firebell_domain::workstream::WorkstreamState::Active,
        };
        self.add(Body::Workstream(add)).await
    }

    /// `edit_workstream`: one field; the history is kept.
    ///
    /// # Errors
    /// `Invalid` with objections; `Conflict` when somebody else changed the same field meanwhile.
    pub async fn edit_workstream(&self, form: EditWorkstream) -> Result<(), ApiError> {
        let entity = self.row(&form.id, &Kind::WORKSTREAM).await?;
        let mut wrong = Objections::default();
        let (group, body) = match form.edit {
            WorkstreamEdit::Name(name) => {
                named(&mut wrong, &name);
                ("name", WorkstreamChange::SetName { name })
            }
            WorkstreamEdit::Goal(goal) => {
                short(&mut wrong, "goal", &goal, false);
                ("goal", WorkstreamChange::SetGoal { goal })
            }
            WorkstreamEdit::Owner(owner) => {
                let owner =
                    owner.as_deref().map(|owner| self.person(owner, "owner")).transpose()?;
                ("owner", WorkstreamChange::SetOwner { owner })
            }
            WorkstreamEdit::State(state) => {
                let state = tables::workstream_state(state);
                ("state", WorkstreamChange::SetState { state })
            }
            WorkstreamEdit::Retracted(retracted) => {
                ("retracted", WorkstreamChange::SetRetracted { retracted })
            }
        };
        wrong.done()?;
        self.edit_row(&entity, group, form.seen, Body::Workstream(body)).await
    }

    async fn add(&self, body: Body) -> Result<String, ApiError> {
        let entity = EntityId(self.host().new_id());
        let change = self.new_change(entity, body);
        self.execute(self.new_set(vec![change])).await?;
        Ok(entity.to_string())
    }

    async fn edit_row(
        &self,
        entity: &Entity,
        group: &str,
        saw: Option<String>,
        body: Body,
    ) -> Result<(), ApiError> {
        let change = seen(self.new_change(entity.id, body), group, saw.as_deref());
        self.execute(self.new_set(vec![change])).await?;
        Ok(())
    }

    /// A row of a table, of an incident that this person may see.
    async fn row(&self, row: &str, kind: &Kind) -> Result<Entity, ApiError> {
        let store = self.store()?;
        let row = store.entity(id(row)?).await?.filter(|row| row.kind == *kind);
        let row = row.ok_or_else(|| not_found("row"))?;
        let incident = row.incident.ok_or_else(|| not_found("row"))?;
        find(self, &store, &incident.to_string()).await?;
        Ok(row)
    }

    fn person(&self, person: &str, field: &str) -> Result<EntityId, ApiError> {
        self.known(person, &Kind::PERSON)
            .map_err(|_| ApiError::field(field, "error-person-unknown"))
    }
}

fn short(wrong: &mut Objections, field: &'static str, text: &str, needed: bool) {
    wrong.when(needed && text.trim().is_empty(), field, "error-text-empty");
    wrong.when(text.trim().len() as u64 > MAX_TEXT, field, "error-text-too-long");
}

fn named(wrong: &mut Objections, name: &str) {
    wrong.when(name.trim().is_empty(), "name", "error-text-empty");
    wrong.when(name.trim().len() as u64 > MAX_NAME, "name", "error-text-too-long");
}
