use firebell_domain::{
    change::Author,
    decide::Refusal,
    id::{ChangeId, SetId},
    time::Timestamp,
};
use firebell_protocol::frame::{SetAnswer, Verdict};
use serde_json::json;
use uuid::Uuid;

use super::Desk;
use crate::api::{
    ErrorCode,
    incident::{CommandAction, CommandIncident, EditIncident, IncidentEdit},
    session::{Language, Preferences},
    sync::SyncWord,
};

async fn refuse(desk: &Desk, id: SetId, why: Refusal) {
    let answers = vec![SetAnswer { id, verdict: Verdict::Refused { why } }];
    desk.client.store().unwrap().answer(answers, Timestamp(desk.now())).await.unwrap();
}

#[tokio::test]
async fn what_was_refused_waits_for_its_author_whole() {
    let desk = Desk::with_sample().await;
    let incident = desk.foreign_incident("Checkout fails", false).await.to_string();
    let edit = EditIncident {
        id: incident.clone(),
        seen: None,
        edit: IncidentEdit::Summary("my words".to_owned()),
    };
    desk.client.edit_incident(edit).await.unwrap();
    let set = desk.outbox().await.last().unwrap().id;
    let people = desk.client.list_directory(()).await.unwrap().people;
    let ana = people.iter().find(|person| person.name == "Ana Ortiz").unwrap();
    let why = Refusal::Conflict {
        field: "summary".to_owned(),
        now: json!("her words"),
        by: Author::Person(ana.id.parse().unwrap()),
        at: Timestamp(desk.now()),
        stamp: ChangeId(Uuid::now_v7()),
    };
    refuse(&desk, set, why).await;
    let conflicts = desk.client.list_conflicts(()).await.unwrap();
    let [conflict] = conflicts.as_slice() else { panic!("one item: {conflicts:?}") };
    assert_eq!(conflict.message_id, "did-set-summary");
    assert_eq!((conflict.text.as_str(), conflict.key.as_deref()), ("my words", Some("HOT-77")));
    assert_eq!(conflict.error.code, ErrorCode::Conflict);
    assert_eq!(conflict.error.args["by"], "Ana Ortiz");
    assert!(conflict.can_reapply);
    let sync = desk.client.get_sync(()).await.unwrap();
    assert_eq!((sync.word, sync.conflicts), (SyncWord::Conflict, 1));

    desk.client.reapply_conflict(conflict.id.clone()).await.unwrap();
    assert!(desk.client.list_conflicts(()).await.unwrap().is_empty());
    let view = desk.client.get_incident(incident).await.unwrap();
    assert_eq!(view.row.summary, "my words");
    let again = desk.client.reapply_conflict(conflict.id.clone()).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn who_lost_the_race_for_command_is_told_who_won_and_cannot_insist() {
    let desk = Desk::with_sample().await;
    let incident = desk.foreign_incident("Checkout fails", false).await.to_string();
    let action = CommandAction::Take {};
    let take = CommandIncident { id: incident.clone(), seen: None, action };
    desk.client.command_incident(take).await.unwrap();
    let set = desk.outbox().await.last().unwrap().id;
    let people = desk.client.list_directory(()).await.unwrap().people;
    let ana = people.iter().find(|person| person.name == "Ana Ortiz").unwrap();
    let (by, at) = (ana.id.parse().unwrap(), Timestamp(desk.now()));
    refuse(&desk, set, Refusal::AlreadyInCommand { by, at }).await;
    let conflict = desk.client.list_conflicts(()).await.unwrap().remove(0);
    assert_eq!(conflict.message_id, "did-take-command");
    assert_eq!(conflict.error.args["refusal"], "already_in_command");
    assert_eq!(conflict.error.args["by"], "Ana Ortiz");
    assert!(!conflict.can_reapply);
    desk.client.dismiss_conflict(conflict.id).await.unwrap();
    assert!(desk.client.list_conflicts(()).await.unwrap().is_empty());
    let view = desk.client.get_incident(incident).await.unwrap();
    assert!(view.row.im.is_none(), "the claim is gone");
}

#[tokio::test]
async fn the_sync_word_and_whom_to_phone_are_there_without_a_server() {
    let desk = Desk::with_sample().await;
    let sync = desk.client.get_sync(()).await.unwrap();
    assert_eq!(sync.word, SyncWord::Waiting);
    assert_eq!(sync.waiting, 6);
    assert!(!sync.online);
    assert!(sync.direct_dial.iter().any(|line| !line.phone.is_empty()));
}

#[tokio::test]
async fn preferences_are_kept() {
    let desk = Desk::new().await;
    let chosen = Preferences {
        language: Language::Chinese,
        compact: true,
        ..desk.client.get_preferences(()).await.unwrap()
    };
    desk.client.set_preferences(chosen.clone()).await.unwrap();
    assert_eq!(desk.client.get_preferences(()).await.unwrap(), chosen);
    assert_eq!(desk.client.words().tongue(), crate::words::Tongue::Chinese);
}
