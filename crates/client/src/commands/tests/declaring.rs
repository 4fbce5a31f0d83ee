use super::{Desk, desk::objections};
use crate::api::{
    ErrorCode,
    incident::{DeclareForm, StateView},
};

#[tokio::test]
async fn an_empty_form_is_objected_to_field_by_field() {
    let desk = Desk::new().await;
    let form = DeclareForm::default();
    let wrong = objections(desk.client.declare_incident(form).await);
    assert_eq!(wrong, ["summary: error-summary-empty", "severity: error-severity-missing"]);
    let form = DeclareForm {
        summary: "磁".repeat(400),
        severity: Some(4),
        service: Some("nowhere".to_owned()),
        products: vec![desk.me.to_string()],
        impact_start: Some(desk.now() + 1),
        ..DeclareForm::default()
    };
    let wrong = objections(desk.client.declare_incident(form).await);
    assert_eq!(
        wrong,
        [
            "summary: error-summary-too-long",
            "severity: error-severity-missing",
            "service: error-service-unknown",
            "products: error-product-unknown",
            "impact_start: error-impact-start-future",
        ]
    );
    assert!(desk.outbox().await.is_empty());
}

#[tokio::test]
async fn the_key_shown_in_the_form_is_the_incidents_and_the_draft_goes_only_when_it_is_saved() {
    let desk = Desk::new().await;
    let client = &desk.client;
    let form = DeclareForm {
        summary: " Checkout fails ".to_owned(),
        severity: Some(1),
        ..DeclareForm::default()
    };
    client.save_declare_draft(form.clone()).await.unwrap();
    desk.push_clock(5);
    for _ in 0..2 {
        let open = client.open_declare(()).await.unwrap();
        assert_eq!(open.key.as_deref(), Some("HOT-1"));
        assert_eq!(open.draft.as_ref(), Some(&form));
        assert_eq!(open.draft_at, Some(desk.now() - 5 * 60_000));
    }
    let refused = DeclareForm { severity: None, ..form.clone() };
    assert!(client.declare_incident(refused).await.is_err());
    assert!(client.open_declare(()).await.unwrap().draft.is_some());

    let declared = client.declare_incident(form).await.unwrap();
    assert_eq!(declared.key.as_deref(), Some("HOT-1"));
    let open = client.open_declare(()).await.unwrap();
    assert_eq!((open.key.as_deref(), open.draft), (Some("HOT-2"), None));
    let view = client.get_incident("hot-1".to_owned()).await.unwrap();
    assert_eq!(view.row.id, declared.id);
    assert_eq!(view.row.summary, "Checkout fails");
    assert_eq!((view.row.state, view.row.severity), (StateView::New, 1));
    assert!(view.row.unsent && view.may.take_command && !view.may.resolve);
    assert!(desk.changed_incidents().contains(&declared.id));
}

#[tokio::test]
async fn an_empty_reserve_gives_no_key_and_a_discarded_draft_is_gone() {
    let desk = Desk::new().await;
    for n in 1..=9 {
        desk.declare(&format!("number {n}"), 3).await;
    }
    let open = desk.client.open_declare(()).await.unwrap();
    assert_eq!(open.key, None);
    assert_eq!(desk.declare("without", 3).await.key, None);
    let form = DeclareForm { summary: "x".to_owned(), ..DeclareForm::default() };
    desk.client.save_declare_draft(form).await.unwrap();
    desk.client.discard_declare_draft(()).await.unwrap();
    assert!(desk.client.open_declare(()).await.unwrap().draft.is_none());
}

#[tokio::test]
async fn look_alikes_are_open_ones_only_the_most_alike_first() {
    let desk = Desk::with_sample().await;
    let similar = |words: &str| desk.client.find_similar(words.to_owned());
    let found = similar("card payments fail").await.unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].summary.contains("Card payments fail"));
    // That one is over.
    assert!(similar("nobody can sign in").await.unwrap().is_empty());
    assert!(similar("").await.unwrap().is_empty());
    for n in 0..8 {
        desk.push_clock(1);
        desk.declare(&format!("Card payments fail again {n}"), 3).await;
    }
    assert_eq!(similar("card payments fail").await.unwrap().len(), 5);
}

#[tokio::test]
async fn the_preview_names_who_would_be_rung() {
    let desk = Desk::with_sample().await;
    let directory = desk.client.list_directory(()).await.unwrap();
    let service = |name: &str| {
        directory.services.iter().find(|service| service.name == name).map(|s| s.id.clone())
    };
    let ask = async |severity: u8, service: Option<String>, drill: bool| {
        let form =
            DeclareForm { severity: Some(severity), service, drill, ..DeclareForm::default() };
        let preview = desk.client.preview_page(form).await.unwrap();
        let people = preview.people.iter().map(|p| format!("{} for {}", p.name, p.role));
        (preview.pages, preview.imoc, people.collect::<Vec<_>>(), preview.offline)
    };
    let kim = vec!["Kim for payments-api".to_owned()];
    assert_eq!(ask(1, service("payments-api"), false).await, (true, false, kim, true));
    let priya = vec!["Priya Nair for IMOC".to_owned()];
    assert_eq!(ask(2, None, false).await, (true, true, priya, true));
    assert_eq!(ask(3, service("payments-api"), false).await, (false, false, vec![], true));
    let drill = ask(1, service("login"), true).await;
    assert_eq!(drill.2, ["Kim for login"]);
    let error = desk.client.get_incident("HOT-404".to_owned()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound);
}
