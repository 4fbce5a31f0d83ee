use super::Desk;
use crate::api::{
    incident::{ListIncidents, StateView},
    session::{Language, Preferences, StartView},
    timeline::ListStream,
};

#[tokio::test]
async fn the_sample_is_a_company_with_two_open_incidents_and_three_past_ones() {
    for (language, expected) in
        [(Language::English, "Card payments"), (Language::Chinese, "刷卡支付")]
    {
        let desk = Desk::new().await;
        let chosen = Preferences { language, ..desk.client.preferences() };
        desk.client.set_preferences(chosen).await.unwrap();
        crate::sample::fill(&desk.client).await.unwrap();
        let board = desk.client.get_board(()).await.unwrap();
        assert_eq!(board.incidents.len(), 2);
        assert!(board.incidents[0].summary.contains(expected), "{:?}", board.incidents[0]);
        assert_eq!(board.incidents[0].im.as_ref().map(|im| im.name.as_str()), Some("Kim"));
        assert!(board.on_call.iter().all(|line| !line.now.is_empty()));
        let all = desk.client.list_incidents(ListIncidents::default()).await.unwrap().rows;
        let states: Vec<StateView> = all.iter().map(|row| row.state).collect();
        assert_eq!(
            states,
            [
                StateView::Fixing,
                StateView::New,
                StateView::Resolved,
                StateView::FalseAlarm,
                StateView::Closed
            ]
        );
        let keys: Vec<&str> = all.iter().filter_map(|row| row.key.as_deref()).collect();
        assert_eq!(keys, ["HOT-5", "HOT-4", "HOT-3", "HOT-2", "HOT-1"]);
        assert!(all.iter().all(|row| row.declared_at < desk.now()));
        let closed = desk.client.get_incident("HOT-1".to_owned()).await.unwrap();
        assert!(closed.times.ttr.is_some() && !closed.times.impossible);
        assert_eq!(closed.roles.len(), 2);
        for row in &all {
            let stream = ListStream {
                incident: row.id.clone(),
                before: None,
                limit: 100,
                entries_only: false,
            };
            let lines = desk.client.list_stream(stream).await.unwrap().entries;
            assert!(lines.len() > 1 && lines.iter().all(|line| line.at <= desk.now()));
        }
        let start = desk.client.get_start(()).await.unwrap();
        assert!(matches!(start, StartView::Ready { sample: true, .. }), "{start:?}");
    }
}

#[tokio::test]
async fn the_sample_rings_nobody() {
    let desk = Desk::with_sample().await;
    // The server decides an imported set like any other, and pages nobody for it.
    assert!(desk.outbox().await.iter().all(|set| set.again));
}

#[tokio::test]
async fn a_workspace_without_it_says_so() {
    let desk = Desk::new().await;
    let start = desk.client.get_start(()).await.unwrap();
    assert!(matches!(start, StartView::Ready { sample: false, .. }), "{start:?}");
}

#[tokio::test]
async fn a_server_accepts_every_set_of_it() {
    let desk = Desk::with_sample().await;
    assert_eq!(desk.judged_by_a_server().await.len(), 6);
}
