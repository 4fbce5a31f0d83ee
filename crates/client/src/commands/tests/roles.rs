use uuid::Uuid;

use super::{Desk, desk::objections};
use crate::api::{
    ApiError, ErrorCode,
    document::{
        AddProductionChange, EditProductionChange, ProductionChangeEdit, ProductionStateView,
    },
    incident::{CommandAction, CommandIncident, EditIncident, IncidentEdit, IncidentView},
    role::{AssignRole, ChangeRole, PlanForm, RoleAction},
    timeline::{AddEntry, EntryKindView},
};

#[tokio::test]
async fn roles_are_given_and_ended() {
    let desk = Desk::with_sample().await;
    let people = desk.client.list_directory(()).await.unwrap().people;
    let mei = people.iter().find(|person| person.name == "Mei Lin").unwrap();
    let incident = desk.declare("Checkout fails", 1).await.id;
    let assign = async |role: &str, person: &str| {
        let (role, person) = (role.to_owned(), person.to_owned());
        desk.client.assign_role(AssignRole { incident: incident.clone(), role, person }).await
    };
    assert_eq!(
        objections(assign(" ", "x").await),
        ["role: error-role-empty", "person: error-person-missing"]
    );
    assert_eq!(objections(assign("IM", &mei.id).await), ["role: error-role-im"]);
    let view = assign("communications_manager", &mei.id).await.unwrap();
    assert_eq!(view.roles.len(), 1);
    assert_eq!(view.roles[0].person.name, "Mei Lin");
    let end = |id: String| ChangeRole { id, seen: None, action: RoleAction::End {} };
    desk.client.change_role(end(view.roles[0].id.clone())).await.unwrap();
    assert!(desk.client.get_incident(incident).await.unwrap().roles.is_empty());
    let missing = desk.client.change_role(end(Uuid::now_v7().to_string())).await.unwrap_err();
    assert_eq!(missing.code, ErrorCode::NotFound);
}

/// A desk with an incident in command of this person, and Mei.
async fn in_command() -> (Desk, String, String, String) {
    let desk = Desk::with_sample().await;
    let people = desk.client.list_directory(()).await.unwrap().people;
    let mei = people.iter().find(|person| person.name == "Mei Lin").unwrap().id.clone();
    let me = desk.client.me().unwrap().to_string();
    let incident = desk.declare("Checkout fails", 1).await.id;
    command(&desk, &incident, CommandAction::Take {}).await.unwrap();
    (desk, incident, me, mei)
}

async fn command(desk: &Desk, id: &str, action: CommandAction) -> Result<IncidentView, ApiError> {
    let command = CommandIncident { id: id.to_owned(), seen: None, action };
    desk.client.command_incident(command).await
}

#[tokio::test]
async fn a_role_is_handed_over_when_it_is_accepted_and_its_next_holder_planned() {
    let (desk, incident, me, mei) = in_command().await;
    let view = desk.client.get_incident(incident.clone()).await.unwrap();
    assert_eq!(view.unfilled, ["tech_lead", "communications_manager"]);
    let (role, person) = ("tech_lead".to_owned(), mei.clone());
    let form = AssignRole { incident: incident.clone(), role, person };
    let view = desk.client.assign_role(form).await.unwrap();
    assert_eq!(view.unfilled, ["communications_manager"]);
    let id = view.roles[0].id.clone();
    let act = async |action: RoleAction| {
        let seen = view.roles[0].stamps.get("holder").cloned();
        let seen = seen.filter(|_| matches!(action, RoleAction::Offer { .. }));
        desk.client.change_role(ChangeRole { id: id.clone(), seen, action }).await
    };
    assert_eq!(act(RoleAction::Accept {}).await.unwrap_err().code, ErrorCode::Refused);
    let nobody = RoleAction::Offer { to: "nobody".to_owned() };
    assert_eq!(objections(act(nobody).await), ["to: error-person-missing"]);
    let offered = act(RoleAction::Offer { to: me.clone() }).await.unwrap();
    assert_eq!(offered.roles[0].person.id, mei, "offering changes nothing yet");
    assert_eq!(offered.roles[0].offered_to.as_ref().map(|one| &one.id), Some(&me));
    desk.push_clock(60);
    let accepted = act(RoleAction::Accept {}).await.unwrap();
    let held = &accepted.roles[0];
    assert_eq!((&held.person.id, held.since, &held.offered_to), (&me, desk.now(), &None));
    // The other one may have offered it to somebody meanwhile: whoever saw the old holder is told.
    let stale = act(RoleAction::Offer { to: mei.clone() }).await.unwrap_err();
    assert_eq!(stale.code, ErrorCode::Conflict);

    let missing = RoleAction::Plan(PlanForm { next: Some(mei.clone()), from: None });
    assert_eq!(objections(act(missing).await), ["from: error-time-missing"]);
    let from = desk.now() + 3_600_000;
    let plan = PlanForm { next: Some(mei.clone()), from: Some(from) };
    let planned = act(RoleAction::Plan(plan.clone())).await.unwrap();
    let next = planned.roles[0].planned.as_ref().unwrap();
    assert_eq!((&next.person.id, next.from), (&mei, from));
    let planned = command(&desk, &incident, CommandAction::Plan(plan)).await.unwrap();
    assert_eq!(planned.command_planned.map(|next| next.from), Some(from));
    let nobody = CommandAction::Plan(PlanForm::default());
    assert_eq!(command(&desk, &incident, nobody).await.unwrap().command_planned, None);
}

#[tokio::test]
async fn the_brief_says_what_stands_in_the_record_and_not_what_was_taken_back() {
    let (desk, incident, me, mei) = in_command().await;
    let write = async |kind: EntryKindView, text: &str| {
        desk.push_clock(1);
        let entry = AddEntry {
            incident: incident.clone(),
            kind,
            text: text.to_owned(),
            at: None,
            files: Vec::new(),
        };
        desk.client.add_entry(entry).await.unwrap()
    };
    for n in 0..7 {
        write(EntryKindView::Observation, &format!("seen {n}")).await;
    }
    write(EntryKindView::Message, "chatter").await;
    write(EntryKindView::Decision, "we roll back").await;
    let (role, person) = ("deputy".to_owned(), mei.clone());
    let form = AssignRole { incident: incident.clone(), role, person };
    desk.client.assign_role(form).await.unwrap();
    for (what, retracted) in [("restart", true), ("roll back", false)] {
        let form = AddProductionChange {
            incident: incident.clone(),
            what: what.to_owned(),
            who: None,
            at: None,
            how: String::new(),
            why: String::new(),
            revert: String::new(),
            state: ProductionStateView::Planned,
        };
        let id = desk.client.add_production_change(form).await.unwrap();
        if retracted {
            let edit = ProductionChangeEdit::Retracted(true);
            let edit = EditProductionChange { id, edit, seen: None };
            desk.client.edit_production_change(edit).await.unwrap();
        }
    }
    let edit = IncidentEdit::Summary("Checkout fails for all".to_owned());
    let edit = EditIncident { id: incident.clone(), seen: None, edit };
    desk.client.edit_incident(edit).await.unwrap();
    let brief = desk.client.get_brief(incident.clone()).await.unwrap();
    let texts = |lines: &[crate::api::timeline::EntryView]| -> Vec<String> {
        lines.iter().map(|line| line.text.clone()).collect()
    };
    assert_eq!(brief.row.summary, "Checkout fails for all");
    assert_eq!(texts(&brief.observations), ["seen 6", "seen 5", "seen 4", "seen 3", "seen 2"]);
    assert_eq!(texts(&brief.decisions), ["we roll back"]);
    let changes: Vec<&str> = brief.changes.iter().map(|change| change.what.as_str()).collect();
    assert_eq!(changes, ["roll back"]);
    assert_eq!(brief.answers.iter().filter(|answer| answer.answer.is_empty()).count(), 5);
    let engaged: Vec<_> = brief.engaged.iter().map(|it| (&it.person.id, &it.roles)).collect();
    assert_eq!(engaged, [(&me, &vec!["im".to_owned()]), (&mei, &vec!["deputy".to_owned()])]);
    assert!(brief.unsent > 10, "{} wait", brief.unsent);
}
