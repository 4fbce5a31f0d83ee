//! Roles: given, handed over, planned, ended; and the brief (R1, V3).

use firebell_domain::{
    change::Body,
    entity::{Entity, Kind},
    id::EntityId,
    role::RoleChange,
    time::Timestamp,
};

use super::{incident::seen, objection::Objections};
use crate::{
    Client,
    api::{
        ApiError,
        incident::IncidentView,
        role::{AssignRole, BriefView, ChangeRole, PlanForm, RoleAction},
    },
    views::{
        incident::{find, view},
        names::{id, not_found},
        role::brief,
    },
};

impl Client {
    /// `assign_role`.
    ///
    /// # Errors
    /// `Invalid` with objections.
    pub async fn assign_role(&self, form: AssignRole) -> Result<IncidentView, ApiError> {
        let incident = find(self, &*self.store()?, &form.incident).await?;
        let person = self.known(&form.person, &Kind::PERSON);
        let mut wrong = Objections::default();
        let role = form.role.trim();
        wrong.when(role.is_empty(), "role", "error-role-empty");
        wrong.when(role.eq_ignore_ascii_case("im"), "role", "error-role-im");
        wrong.when(person.is_err(), "person", "error-person-missing");
        wrong.done()?;
        let assign =
            RoleChange::Assign { incident: incident.id, role: role.to_owned(), person: person? };
        let assignment = EntityId(self.host().new_id());
        let change = self.new_change(assignment, Body::Role(assign));
        self.execute(self.new_set(vec![change])).await?;
        view(self, &incident.id.to_string()).await
    }

    /// `change_role`: hands a role over, plans who has it next, ends it.
    ///
    /// # Errors
    /// `NotFound` when there is no such assignment that this person may see; `Invalid` with objections;
    /// `Refused` when it was not offered to this person; `Conflict` when another holder or plan than the
    /// author saw stands there.
    pub async fn change_role(&self, form: ChangeRole) -> Result<IncidentView, ApiError> {
        let (role, incident) = self.role(&form.id).await?;
        let (group, change) = match form.action {
            RoleAction::Offer { to } => {
                let to = self.known(&to, &Kind::PERSON);
                let to = to.map_err(|_| ApiError::field("to", "error-person-missing"))?;
                ("holder", RoleChange::Offer { to })
            }
            RoleAction::Accept {} => ("holder", RoleChange::Accept {}),
            RoleAction::Decline {} => ("holder", RoleChange::Decline {}),
            RoleAction::Plan(form) => {
                let (next, from) = self.planned(&form)?;
                ("plan", RoleChange::Plan { next, from })
            }
            RoleAction::End {} => ("ended", RoleChange::End {}),
        };
        let change =
            seen(self.new_change(role.id, Body::Role(change)), group, form.seen.as_deref());
        self.execute(self.new_set(vec![change])).await?;
        view(self, &incident.to_string()).await
    }

    /// `get_brief`, by the incident's id or key.
    ///
    /// # Errors
    /// `NotFound` when it does not exist or may not be seen.
    pub async fn get_brief(&self, incident: String) -> Result<BriefView, ApiError> {
        brief(self, &incident).await
    }

    /// Who has something next, checked: nobody, or somebody from a time that was said.
    pub(super) fn planned(
        &self,
        form: &PlanForm,
    ) -> Result<(Option<EntityId>, Option<Timestamp>), ApiError> {
        let Some(next) = &form.next else { return Ok((None, None)) };
        let next = self.known(next, &Kind::PERSON);
        let mut wrong = Objections::default();
        wrong.when(next.is_err(), "next", "error-person-missing");
        wrong.when(form.from.is_none(), "from", "error-time-missing");
        wrong.done()?;
        Ok((Some(next?), form.from.map(Timestamp)))
    }

    /// An assignment that this person may see, and its incident.
    async fn role(&self, assignment: &str) -> Result<(Entity, EntityId), ApiError> {
        let store = self.store()?;
        let role = store.entity(id(assignment)?).await?.filter(|role| role.kind == Kind::ROLE);
        let role = role.ok_or_else(|| not_found("role"))?;
        let incident = role.incident.ok_or_else(|| not_found("role"))?;
        find(self, &store, &incident.to_string()).await?;
        Ok((role, incident))
    }
}
