//! Roles in an incident other than the IM's (R1). The IM is a field of the incident, so that there is
//! exactly one; an assignment never holds it.
//!
//! An assignment is a seat: it is handed over (V3) rather than ended and given anew, so that its history says
//! who had it from when to when, and nobody has it twice or not at all in between.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    decide::{Draft, Refusal, Stop, text},
    entity::{Entity, Kind},
    id::EntityId,
    time::Timestamp,
    workstream::is_person,
};

/// Longest name of a role in bytes.
pub const MAX_ROLE: u64 = 200;

/// Fields that are written together: who has the role, since when, and to whom it is offered.
pub const HOLDER: [&str; 3] = ["person", "since", "offered_to"];
/// Fields that are written together: who is to have it next, and from when.
pub const PLAN: [&str; 2] = ["next", "next_from"];
/// The shipped roles whose duties are spelled out; whoever is called in for one sees what it asks.
pub const SHIPPED: [&str; 3] = ["tech_lead", "communications_manager", "deputy"];
/// Those that an incident of severity 1 or 2 cannot do without (R1).
pub const REQUIRED: [&str; 2] = ["tech_lead", "communications_manager"];

/// What can be done to a role assignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum RoleChange {
    /// Somebody gets a role.
    Assign {
        /// In which incident.
        incident: EntityId,
        /// `tech_lead`, `communications_manager`, `deputy`, or a name made up on the spot.
        role: String,
        /// Who.
        person: EntityId,
    },
    /// They do not have it any more.
    End {},
    /// It is offered to somebody, who has it once they accept (V3).
    Offer {
        /// To whom.
        to: EntityId,
    },
    /// The author has it, to whom it was offered.
    Accept {},
    /// The author, to whom it was offered, does not take it.
    Decline {},
    /// Who is to have it next is decided (V3): they are reminded when the time comes.
    Plan {
        /// Who; none for nobody yet.
        next: Option<EntityId>,
        /// From when.
        from: Option<Timestamp>,
    },
}

impl RoleChange {
    /// Entities that it names besides the assignment; the incident first.
    #[must_use]
    pub fn names(&self) -> Vec<EntityId> {
        match self {
            Self::Assign { incident, person, .. } => vec![*incident, *person],
            Self::Offer { to } => vec![*to],
            Self::Plan { next, .. } => next.iter().copied().collect(),
            Self::End {} | Self::Accept {} | Self::Decline {} => Vec::new(),
        }
    }
}

/// A role assignment read as one.
#[derive(Debug, Clone, Copy)]
pub struct Role<'a>(pub &'a Entity);

impl<'a> Role<'a> {
    /// Which role.
    #[must_use]
    pub fn role(self) -> &'a str {
        self.0.text("role")
    }

    /// Who has it.
    #[must_use]
    pub fn person(self) -> Option<EntityId> {
        self.0.get("person")
    }

    /// Since when.
    #[must_use]
    pub fn since(self) -> Timestamp {
        self.0.get("since").unwrap_or_default()
    }

    /// To whom it is offered.
    #[must_use]
    pub fn offered_to(self) -> Option<EntityId> {
        self.0.get("offered_to")
    }

    /// Who is to have it next, and from when.
    #[must_use]
    pub fn plan(self) -> Option<(EntityId, Timestamp)> {
        self.0.get("next").zip(self.0.get("next_from"))
    }

    /// Whether it is over.
    #[must_use]
    pub fn ended(self) -> bool {
        self.0.flag("ended")
    }
}

pub(crate) fn decide(draft: &mut Draft<'_>, body: &RoleChange) -> Result<(), Stop> {
    match body {
        RoleChange::Assign { incident, role, person } => {
            if draft.known(*incident)?.kind != Kind::INCIDENT {
                return Err(Refusal::Unknown { entity: *incident }.into());
            }
            draft.known(*person)?;
            draft.creates(Some(*incident))?;
            let role = text("role", role, MAX_ROLE)?;
            if role.eq_ignore_ascii_case("im") {
                return Err(Refusal::ImpossibleValue { field: "role".to_owned() }.into());
            }
            draft.write("role", role);
            draft.write("person", json!(person));
            draft.write("since", json!(draft.change.at));
            draft.write("ended", false);
            Ok(())
        }
        RoleChange::End {} => {
            draft.existing()?;
            draft.set("ended", true)
        }
        RoleChange::Offer { to } => {
            let role = stands(draft)?;
            is_person(draft, Some(*to))?;
            if role.person() == Some(*to) {
                return Err(Refusal::ImpossibleValue { field: "to".to_owned() }.into());
            }
            if role.offered_to() != Some(*to) {
                draft.saw("holder", &HOLDER)?;
                hold(draft, role.person(), role.since(), Some(*to));
            }
            Ok(())
        }
        RoleChange::Accept {} => {
            let (role, me) = offered(draft)?;
            let since = draft.change.at;
            hold(draft, Some(me), since, None);
            if role.plan().is_some_and(|(next, _)| next == me) {
                plan(draft, None);
            }
            Ok(())
        }
        RoleChange::Decline {} => {
            let (role, _) = offered(draft)?;
            hold(draft, role.person(), role.since(), None);
            Ok(())
        }
        RoleChange::Plan { next, from } => {
            let role = stands(draft)?;
            is_person(draft, *next)?;
            let planned = planned(*next, *from, role.person())?;
            if role.plan() != planned {
                draft.saw("plan", &PLAN)?;
                plan(draft, planned);
            }
            Ok(())
        }
    }
}

/// The assignment, unless it is over.
fn stands<'a>(draft: &Draft<'a>) -> Result<Role<'a>, Stop> {
    let role = Role(draft.existing()?);
    if role.ended() { Err(Refusal::Unknown { entity: role.0.id }.into()) } else { Ok(role) }
}

/// The assignment, and the author to whom it is offered.
fn offered<'a>(draft: &Draft<'a>) -> Result<(Role<'a>, EntityId), Stop> {
    let role = stands(draft)?;
    let me = draft.author.person().filter(|me| role.offered_to() == Some(*me));
    me.map(|me| (role, me)).ok_or_else(|| Refusal::NotOffered {}.into())
}

fn hold(draft: &mut Draft<'_>, who: Option<EntityId>, since: Timestamp, offer: Option<EntityId>) {
    draft.write("person", json!(who));
    draft.write("since", json!(since));
    draft.write("offered_to", json!(offer));
}

fn plan(draft: &mut Draft<'_>, planned: Option<(EntityId, Timestamp)>) {
    let (next, from) = planned.unzip();
    draft.write("next", json!(next));
    draft.write("next_from", json!(from));
}

/// A plan is somebody else, from a time that can be; or nobody, and then no time either.
pub(crate) fn planned(
    next: Option<EntityId>,
    from: Option<Timestamp>,
    holder: Option<EntityId>,
) -> Result<Option<(EntityId, Timestamp)>, Stop> {
    let impossible = |field: &str| Refusal::ImpossibleValue { field: field.to_owned() }.into();
    let Some(next) = next else { return Ok(None) };
    if holder == Some(next) {
        return Err(impossible("next"));
    }
    let from = from.filter(|from| from.is_plausible());
    from.map(|from| Some((next, from))).ok_or_else(|| impossible("next_from"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        change::{Author, Body},
        incident::{IncidentChange, Severity},
        testing::Story,
    };

    #[test]
    fn a_role_by_its_table() {
        use RoleChange as R;
        let mut story = Story::new();
        let incident = story.declare(Severity::One);
        let (ana, ben, chi, payments, now) =
            (story.ana, story.ben, story.chi, story.payments, story.now);
        let id = EntityId(story.id());
        let text = |text: &str| text.to_owned();
        let assign = |role: &str| R::Assign { incident, role: role.to_owned(), person: ana };
        let impossible = |field: &str| Refusal::ImpossibleValue { field: text(field) };
        let later = now.plus_secs(3_600);
        let next = |next, from| R::Plan { next, from };
        // (who, what they do, the refusal or the field and what stands in it)
        type Wanted = Result<(&'static str, serde_json::Value), Refusal>;
        let table: Vec<(EntityId, R, Wanted)> = vec![
            (ana, R::Offer { to: ben }, Err(Refusal::Unknown { entity: id })),
            (ana, assign("IM"), Err(impossible("role"))),
            (ana, assign(" tech_lead "), Ok(("role", json!("tech_lead")))),
            (ben, R::Accept {}, Err(Refusal::NotOffered {})),
            (ana, R::Offer { to: ana }, Err(impossible("to"))),
            (ana, R::Offer { to: payments }, Err(Refusal::Unknown { entity: payments })),
            (ana, R::Offer { to: ben }, Ok(("offered_to", json!(ben)))),
            (chi, R::Accept {}, Err(Refusal::NotOffered {})),
            (ben, R::Decline {}, Ok(("person", json!(ana)))),
            (ben, R::Accept {}, Err(Refusal::NotOffered {})),
            (chi, next(Some(ana), Some(later)), Err(impossible("next"))),
            (chi, next(Some(ben), None), Err(impossible("next_from"))),
            (chi, next(Some(ben), Some(Timestamp(i64::MIN))), Err(impossible("next_from"))),
            (chi, next(Some(ben), Some(later)), Ok(("next", json!(ben)))),
            (ana, R::Offer { to: chi }, Ok(("offered_to", json!(chi)))),
            (ana, R::Offer { to: ben }, Ok(("offered_to", json!(ben)))),
            (ben, R::Accept {}, Ok(("person", json!(ben)))),
            (ben, next(None, None), Ok(("next", json!(null)))),
            (ben, next(Some(chi), Some(later)), Ok(("next_from", json!(later)))),
            (ana, R::End {}, Ok(("ended", json!(true)))),
            (ana, R::Offer { to: chi }, Err(Refusal::Unknown { entity: id })),
            (ana, next(None, None), Err(Refusal::Unknown { entity: id })),
        ];
        for (step, (who, change, expected)) in table.iter().enumerate() {
            let done = story.try_to(Author::Person(*who), id, Body::Role(change.clone()));
            match expected {
                Ok((field, value)) => {
                    done.unwrap_or_else(|refusal| panic!("{step} {change:?}: {refusal:?}"));
                    assert_eq!(story.entity(id).fields[*field].value, *value, "{step} {change:?}");
                }
                Err(refusal) => assert_eq!(done, Err(refusal.clone()), "{step} {change:?}"),
            }
        }
        story.incident(ben, incident, IncidentChange::Restrict {}).unwrap();
        let hidden = story.try_to(Author::Person(ana), id, Body::Role(R::End {}));
        assert_eq!(hidden, Err(Refusal::Unknown { entity: id }), "members only");
        println!("{} changes of a role", table.len());
    }

    #[test]
    fn a_role_that_was_planned_for_somebody_is_theirs_without_a_plan() {
        let mut story = Story::new();
        let incident = story.declare(Severity::One);
        let (ana, ben) = (story.ana, story.ben);
        let id = EntityId(story.id());
        let later = story.now.plus_secs(60);
        let role = "deputy".to_owned();
        let all = [
            (ana, RoleChange::Assign { incident, role, person: ana }),
            (ana, RoleChange::Plan { next: Some(ben), from: Some(later) }),
            (ana, RoleChange::Offer { to: ben }),
        ];
        for (who, change) in all {
            story.must(Author::Person(who), id, Body::Role(change));
        }
        story.now = later;
        story.must(Author::Person(ben), id, Body::Role(RoleChange::Accept {}));
        let role = Role(story.entity(id));
        let stands = (role.person(), role.since(), role.offered_to(), role.plan());
        assert_eq!(stands, (Some(ben), later, None, None));
    }

    #[test]
    fn who_offers_on_top_of_what_they_did_not_see_is_told() {
        let mut story = Story::new();
        let incident = story.declare(Severity::One);
        let (ana, ben, chi) = (story.ana, story.ben, story.chi);
        let id = EntityId(story.id());
        let role = "deputy".to_owned();
        let assign = RoleChange::Assign { incident, role, person: ana };
        story.must(Author::Person(ana), id, Body::Role(assign));
        let seen = story.entity(id).stamp("person").unwrap().change;
        story.must(Author::Person(ana), id, Body::Role(RoleChange::Offer { to: ben }));
        let mut change = story.change(id, Body::Role(RoleChange::Offer { to: chi }));
        change.seen.insert("holder".to_owned(), seen);
        let set =
            crate::change::ChangeSet { id: crate::id::SetId(story.id()), changes: vec![change] };
        let done = story.decide(Author::Person(chi), &set);
        assert!(matches!(done, Err(Refusal::Conflict { .. })), "{done:?}");
    }
}
