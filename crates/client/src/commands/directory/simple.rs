//! People, teams, services and products: names and a few choices.

use firebell_domain::{
    directory::{DirectoryChange, MAX_NAME, MEMBERS, Person, Service, is_active, team_members},
    entity::{Entity, Kind},
    oncall::is_zone,
    paging::QUIET_HOURS,
    queue::OFFICE_HOURS,
    time::Timestamp,
};
use serde_json::json;

use super::{
    channel,
    form::{Fields, Form, Here, chosen, trimmed},
    hours, quiet,
};
use crate::{
    api::{
        ApiError,
        directory::{PersonForm, ProductForm, ServiceForm, TeamForm},
    },
    commands::objection::Objections,
    views::{names::id, workspace::has_other_administrator},
};

impl Form for PersonForm {
    const KIND: Kind = Kind::PERSON;

    fn read(entity: &Entity, _: Timestamp) -> Self {
        let person = Person(entity);
        Self {
            name: person.name().to_owned(),
            phone: person.phone().to_owned(),
            email: person.email().to_owned(),
            zone: person.zone().to_owned(),
            language: person.language().to_owned(),
            rules: channel::read(entity),
            quiet_hours: quiet::read(entity),
            admin: person.admin(),
            active: person.active(),
        }
    }

    fn fields(&self) -> Fields {
        Fields::from([
            ("name", trimmed(&self.name)),
            ("phone", trimmed(&self.phone)),
            ("email", trimmed(&self.email)),
            ("zone", trimmed(&self.zone)),
            ("language", trimmed(&self.language)),
            ("rules", channel::value(self.rules.as_deref())),
            (QUIET_HOURS, quiet::value(self.quiet_hours.as_ref())),
            ("admin", json!(self.admin)),
            ("active", json!(self.active)),
        ])
    }

    fn check(&self, was: &Self, here: &Here<'_>, wrong: &mut Objections) {
        here.check_name(&self.name, wrong);
        for (field, text) in [("phone", &self.phone), ("email", &self.email)] {
            wrong.when(text.trim().len() > MAX_NAME, field, "error-text-too-long");
        }
        let zone = self.zone.trim();
        let bad = zone != was.zone && !is_zone(zone);
        wrong.when(bad, "zone", "error-zone-unknown");
        channel::check(self.rules.as_deref(), here, wrong);
        quiet::check(self, wrong);
        // Nobody could ever let anybody back in.
        let last = was.admin
            && was.active
            && !(self.admin && self.active)
            && !has_other_administrator(here.directory, here.id);
        let field = if self.active { "admin" } else { "active" };
        wrong.when(last, field, "error-last-administrator");
    }
}

impl Form for TeamForm {
    const KIND: Kind = Kind::TEAM;

    fn read(entity: &Entity, _: Timestamp) -> Self {
        Self {
            name: entity.text("name").to_owned(),
            members: team_members(entity).map(|id| id.to_string()).collect(),
            office_hours: hours::read(entity),
            active: is_active(entity),
        }
    }

    fn fields(&self) -> Fields {
        Fields::from([
            ("name", trimmed(&self.name)),
            (OFFICE_HOURS, hours::value(self.office_hours.as_ref())),
            ("active", json!(self.active)),
        ])
    }

    fn lists(&self, was: &Self, _: &Here<'_>) -> Result<Vec<DirectoryChange>, ApiError> {
        let list = || MEMBERS.to_owned();
        let joined = self.members.iter().filter(|member| !was.members.contains(member));
        let joined = joined.map(|member| {
            Ok(DirectoryChange::Add { list: list(), member: id(member)?, value: json!(true) })
        });
        let left = was.members.iter().filter(|member| !self.members.contains(member));
        let left =
            left.map(|member| Ok(DirectoryChange::Remove { list: list(), member: id(member)? }));
        joined.chain(left).collect()
    }

    fn check(&self, was: &Self, here: &Here<'_>, wrong: &mut Objections) {
        if self.active {
            here.check_own_name(&self.name, &Self::KIND, wrong);
        }
        let unknown = self.members.iter().any(|member| !here.is(member, &Kind::PERSON));
        wrong.when(unknown, "members", "error-person-missing");
        hours::check(self.office_hours.as_ref(), wrong);
        here.check_retiring(was.active, self.active, wrong);
    }
}

impl Form for ServiceForm {
    const KIND: Kind = Kind::SERVICE;

    fn read(entity: &Entity, _: Timestamp) -> Self {
        let service = Service(entity);
        Self {
            name: service.name().to_owned(),
            team: service.team().map(|id| id.to_string()),
            policy: service.policy().map(|id| id.to_string()),
            active: is_active(entity),
        }
    }

    fn fields(&self) -> Fields {
        Fields::from([
            ("name", trimmed(&self.name)),
            ("team", chosen(self.team.as_ref())),
            ("policy", chosen(self.policy.as_ref())),
            ("active", json!(self.active)),
        ])
    }

    fn check(&self, _: &Self, here: &Here<'_>, wrong: &mut Objections) {
        if self.active {
            here.check_own_name(&self.name, &Self::KIND, wrong);
        }
        let unknown = |id: &Option<String>, kind| id.as_ref().is_some_and(|id| !here.is(id, kind));
        wrong.when(unknown(&self.team, &Kind::TEAM), "team", "error-team-unknown");
        wrong.when(unknown(&self.policy, &Kind::POLICY), "policy", "error-policy-unknown");
    }
}

impl Form for ProductForm {
    const KIND: Kind = Kind::PRODUCT;

    fn read(entity: &Entity, _: Timestamp) -> Self {
        Self { name: entity.text("name").to_owned(), active: is_active(entity) }
    }

    fn fields(&self) -> Fields {
        Fields::from([("name", trimmed(&self.name)), ("active", json!(self.active))])
    }

    fn check(&self, _: &Self, here: &Here<'_>, wrong: &mut Objections) {
        if self.active {
            here.check_own_name(&self.name, &Self::KIND, wrong);
        }
    }
}
