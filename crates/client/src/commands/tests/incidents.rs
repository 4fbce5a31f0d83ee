use uuid::Uuid;

use super::{Desk, desk::objections};
use crate::api::{
    ErrorCode,
    incident::{
        AnswerForm, CommandAction, CommandIncident, EditIncident, IncidentEdit, IncidentView,
        ListIncidents, QuestionView, StateView, TimesForm,
    },
};

async fn command(
    desk: &Desk,
    id: &str,
    action: CommandAction,
) -> Result<IncidentView, crate::api::ApiError> {
    let seen = desk.client.get_incident(id.to_owned()).await.unwrap().stamps.remove("command");
    desk.client.command_incident(CommandIncident { id: id.to_owned(), seen, action }).await
}

#[tokio::test]
async fn an_incident_goes_its_whole_way_and_every_button_does_something() {
    let desk = Desk::new().await;
    let id = desk.declare("Checkout fails", 1).await.id;
    let view = command(&desk, &id, CommandAction::Take {}).await.unwrap();
    assert_eq!(view.row.state, StateView::Fixing);
    assert_eq!(view.row.im.as_ref().map(|im| im.name.as_str()), Some("Kim"));
    assert!(view.row.im_unconfirmed, "only the server can say who is in command");
    assert!(view.may.resolve && view.may.false_alarm);
    assert!(!view.may.take_command && !view.may.close && !view.may.answer_offer);
    assert!(!view.may.replace_im, "nobody replaces themselves");
    assert!(!view.may.offer_command, "there is nobody else");

    desk.push_clock(60);
    let now = desk.now();
    let resolve = |start: i64, end: Option<i64>| CommandAction::Resolve {
        times: TimesForm {
            impact_start: Some(start),
            detected: Some(start + 60_000),
            impact_end: end,
        },
    };
    let start = now - 50 * 60_000;
    let wrong = objections(command(&desk, &id, resolve(start, Some(start - 1))).await);
    assert_eq!(wrong, ["impact_end: error-end-before-start"]);
    let wrong = objections(command(&desk, &id, resolve(start, Some(now + 1))).await);
    assert_eq!(wrong, ["impact_end: error-impact-end-future"]);
    let before = desk.outbox().await.len();
    let view = command(&desk, &id, resolve(start, Some(now - 60_000))).await.unwrap();
    assert_eq!(desk.outbox().await.len(), before + 1, "one set");
    assert_eq!(view.row.state, StateView::Resolved);
    assert_eq!((view.times.ttd, view.times.ttr), (Some(60_000), Some(49 * 60_000)));
    assert_eq!(view.row.until, Some(now - 60_000));
    assert!(view.may.close && view.may.reopen);

    command(&desk, &id, CommandAction::Close {}).await.unwrap();
    let wrong = objections(command(&desk, &id, CommandAction::Reopen { reason: " ".into() }).await);
    assert_eq!(wrong, ["reason: error-reason-missing"]);
    let view = command(&desk, &id, CommandAction::Reopen { reason: "back".into() }).await.unwrap();
    assert_eq!((view.row.state, view.row.im), (StateView::New, None));
}

#[tokio::test]
async fn an_empty_impact_end_is_a_warning_and_not_an_error() {
    let desk = Desk::new().await;
    let id = desk.declare("Checkout fails", 2).await.id;
    command(&desk, &id, CommandAction::Take {}).await.unwrap();
    let times = TimesForm::default();
    let view = command(&desk, &id, CommandAction::Resolve { times }).await.unwrap();
    assert_eq!(view.row.state, StateView::Resolved);
    assert_eq!(view.times.impact_end, None);
}

#[tokio::test]
async fn command_is_offered_and_not_taken_from_somebody() {
    let desk = Desk::with_sample().await;
    let people = desk.client.list_directory(()).await.unwrap().people;
    let ana = people.iter().find(|person| person.name == "Ana Ortiz").unwrap();
    let id = desk.declare("Checkout fails", 1).await.id;
    let refused = command(&desk, &id, CommandAction::Resolve { times: TimesForm::default() }).await;
    assert_eq!(refused.unwrap_err().args["refusal"], "has_no_im");
    command(&desk, &id, CommandAction::Take {}).await.unwrap();
    let nobody = command(&desk, &id, CommandAction::Offer { to: "x".into() }).await;
    assert_eq!(objections(nobody), ["to: error-person-missing"]);
    let offer = CommandAction::Offer { to: ana.id.clone() };
    let view = command(&desk, &id, offer).await.unwrap();
    assert_eq!(view.command_offered_to.map(|to| to.name), Some("Ana Ortiz".to_owned()));
    assert!(!view.may.answer_offer);
    let refused = command(&desk, &id, CommandAction::Accept {}).await.unwrap_err();
    assert_eq!(refused.args["refusal"], "not_offered");
}

#[tokio::test]
async fn a_field_is_changed_on_top_of_what_its_author_saw() {
    let desk = Desk::with_sample().await;
    let id = desk.declare("Checkout fails", 2).await.id;
    let edit = async |seen: Option<String>, edit: IncidentEdit| {
        desk.client.edit_incident(EditIncident { id: id.clone(), seen, edit }).await
    };
    let stamp = desk.client.get_incident(id.clone()).await.unwrap().stamps["summary"].clone();
    let view = edit(Some(stamp.clone()), IncidentEdit::Summary("Checkout is slow".into())).await;
    assert_eq!(view.unwrap().row.summary, "Checkout is slow");
    let conflict = edit(Some(stamp), IncidentEdit::Summary("third".into())).await.unwrap_err();
    assert_eq!(conflict.code, ErrorCode::Conflict);
    assert_eq!(
        (conflict.args["by"].as_str(), conflict.args["now"].as_str()),
        ("Kim", "Checkout is slow")
    );
    let wrong = objections(edit(None, IncidentEdit::Summary(" ".into())).await);
    assert_eq!(wrong, ["summary: error-summary-empty"]);
    assert_eq!(
        objections(edit(None, IncidentEdit::Severity(7)).await),
        ["severity: error-severity-missing"]
    );

    let directory = desk.client.list_directory(()).await.unwrap();
    let service = directory.services[0].id.clone();
    let product = directory.products[0].id.clone();
    let view = edit(None, IncidentEdit::Service(Some(service))).await.unwrap();
    assert_eq!(view.service.map(|s| s.name), Some(directory.services[0].name.clone()));
    let view = edit(None, IncidentEdit::AddProduct(product.clone())).await.unwrap();
    assert_eq!(view.products.len(), 1);
    let view = edit(None, IncidentEdit::RemoveProduct(product)).await.unwrap();
    assert!(view.products.is_empty());
    let view = edit(None, IncidentEdit::Service(None)).await.unwrap();
    assert!(view.service.is_none());
    let unknown = edit(None, IncidentEdit::AddProduct(Uuid::now_v7().to_string())).await;
    assert_eq!(objections(unknown), ["products: error-product-unknown"]);
    let times = TimesForm { impact_start: Some(desk.now() + 1), ..TimesForm::default() };
    let wrong = objections(edit(None, IncidentEdit::Times(times)).await);
    assert_eq!(wrong, ["impact_start: error-impact-start-future"]);
}

#[tokio::test]
async fn the_list_goes_page_by_page_through_every_incident_once() {
    let desk = Desk::with_sample().await;
    for n in 0..4 {
        // Two in the same millisecond: the id decides.
        if n % 2 == 0 {
            desk.push_clock(1);
        }
        desk.declare(&format!("Declared {n}"), 3).await;
    }
    let mut walk = Vec::new();
    let mut cursor = None;
    loop {
        let asked = ListIncidents { cursor, limit: 2, ..ListIncidents::default() };
        let page = desk.client.list_incidents(asked).await.unwrap();
        walk.extend(page.rows.into_iter().map(|row| (row.declared_at, row.id)));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(walk.len(), 9);
    let mut sorted = walk.clone();
    sorted.sort();
    sorted.reverse();
    assert_eq!(walk, sorted);

    let states = vec!["closed".to_owned(), "false_alarm".to_owned()];
    let asked = ListIncidents { states, ..ListIncidents::default() };
    let over = desk.client.list_incidents(asked).await.unwrap();
    let found: Vec<StateView> = over.rows.iter().map(|row| row.state).collect();
    assert_eq!(found, [StateView::FalseAlarm, StateView::Closed]);
    let bad = ListIncidents { cursor: Some("x".into()), ..ListIncidents::default() };
    assert_eq!(desk.client.list_incidents(bad).await.unwrap_err().code, ErrorCode::Invalid);
}

#[tokio::test]
async fn a_restricted_incident_of_which_i_am_no_member_does_not_exist() {
    let desk = Desk::with_sample().await;
    let hidden = desk.foreign_incident("MARKER in payments", true).await;
    desk.index().await;
    let client = &desk.client;
    for name in [hidden.to_string(), "HOT-77".to_owned()] {
        let error = client.get_incident(name).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::NotFound);
    }
    let board = client.get_board(()).await.unwrap();
    assert_eq!(board.incidents.len(), 2);
    let all = client.list_incidents(ListIncidents::default()).await.unwrap();
    let words = ListIncidents { text: "MARKER".into(), ..ListIncidents::default() };
    let by_words = client.list_incidents(words).await.unwrap();
    let hits = client.search("MARKER".to_owned()).await.unwrap();
    let alike = client.find_similar("MARKER in payments".to_owned()).await.unwrap();
    let all = format!("{all:?}{by_words:?}{hits:?}{alike:?}");
    assert!(!all.contains("MARKER"), "{all}");
    // One that is not restricted is there.
    desk.foreign_incident("MARKED in payments", false).await;
    assert_eq!(client.get_board(()).await.unwrap().incidents.len(), 3);
}

#[tokio::test]
async fn the_six_questions_are_answered_in_place_and_what_is_no_answer_is_objected_to() {
    let desk = Desk::with_sample().await;
    let board = desk.client.get_board(()).await.unwrap();
    let row = |words: &str| board.incidents.iter().find(|row| row.summary.contains(words));
    let answered = row("Card payments").unwrap();
    let bare = board.incidents.iter().find(|row| row.id != answered.id).unwrap();
    let view = desk.client.get_incident(answered.id.clone()).await.unwrap();
    let first = &view.answers[0];
    assert_eq!((first.question, first.answer.as_str()), (QuestionView::Side, "outside"));
    assert!(first.by.is_some() && first.at.is_some());
    assert_eq!(view.unanswered, 1, "anything else is open; since when is known");

    let answer = async |question, answer: &str, seen: Option<&String>| {
        let edit = IncidentEdit::Answer(AnswerForm { question, answer: answer.to_owned() });
        let edit = EditIncident { id: bare.id.clone(), seen: seen.cloned(), edit };
        desk.client.edit_incident(edit).await
    };
    let open = desk.client.get_incident(bare.id.clone()).await.unwrap().unanswered;
    let view = answer(QuestionView::Cases, " 3 ", None).await.unwrap();
    assert_eq!((view.answers[3].answer.as_str(), view.unanswered), ("3", open - 1));
    for (question, wrong, wanted) in [
        (QuestionView::Cases, "some", "answer_cases: error-cases"),
        (QuestionView::Else, &"x".repeat(2_001), "answer_else: error-text-too-long"),
    ] {
        assert_eq!(objections(answer(question, wrong, None).await), [wanted]);
    }
    let seen = view.stamps.get("answer_cases");
    let view = answer(QuestionView::Cases, "", seen).await.unwrap();
    assert_eq!((view.answers[3].at, view.unanswered), (None, open), "taken back");
    assert!(desk.judged_by_a_server().await.len() >= 2);
}
