use super::Desk;
use crate::api::{
    incident::ListIncidents,
    timeline::{AddEntry, EditEntry, EntryEdit, EntryKindView},
};

async fn found(desk: &Desk, words: &str) -> Vec<String> {
    desk.index().await;
    let hits = desk.client.search(words.to_owned()).await.unwrap();
    hits.into_iter().map(|hit| hit.excerpt).collect()
}

async fn add(desk: &Desk, incident: &str, text: &str) -> String {
    let (incident, text) = (incident.to_owned(), text.to_owned());
    let form =
        AddEntry { incident, kind: EntryKindView::Observation, text, at: None, files: Vec::new() };
    desk.client.add_entry(form).await.unwrap()
}

#[tokio::test]
async fn words_of_both_languages_are_found_newest_first_also_one_character() {
    let desk = Desk::new().await;
    let id = desk.declare("结账失败 checkout fails", 1).await.id;
    for text in ["磁盘满了", "disk of db-1.eu is full", "结账恢复"] {
        desk.push_clock(1);
        add(&desk, &id, text).await;
    }
    assert_eq!(found(&desk, "结账").await.len(), 2);
    assert!(found(&desk, "结账").await[0].contains("恢复"), "the newest is first");
    assert_eq!(found(&desk, "盘").await, ["磁盘满了"]);
    assert_eq!(found(&desk, "满").await, ["磁盘满了"]);
    assert_eq!(found(&desk, "db-1").await, ["disk of db-1.eu is full"]);
    assert_eq!(found(&desk, "hot-1").await.len(), 1);
    assert!(found(&desk, "盘结").await.is_empty());
    assert!(found(&desk, "\"*^(").await.is_empty());
    assert!(found(&desk, "").await.is_empty());
}

#[tokio::test]
async fn a_word_is_found_by_its_beginning_whatever_its_length_and_however_many_begin_so() {
    let desk = Desk::new().await;
    let id = desk.declare("Zürich 账户 is down", 1).await.id;
    for text in ["gateway slow", "gateways slow", "gatekeeper x slow", "账单错误"] {
        desk.push_clock(1);
        add(&desk, &id, text).await;
    }
    for n in 0..80 {
        desk.push_clock(1);
        let joiner = ["", "-", "_", "."][n % 4];
        add(&desk, &id, &format!("node{n:02} slow, rack{joiner}{n:02}")).await;
    }
    // Indexed beginnings; looked up among the words; more words than are taken; a letter is a word.
    for (typed, found_of_them) in [
        ("ga", 3),
        ("gat", 3),
        ("gate", 3),
        ("gatew", 2),
        ("gateway", 2),
        ("gateways", 1),
        ("gatex", 0),
        ("slow gatew", 2),
        ("node", 50),
        ("node1", 10),
        ("node12", 1),
        ("rack", 50),
        ("rack0", 3),
        ("rack00", 1),
        ("rack-01", 1),
        ("racks", 0),
        ("x", 1),
        ("g", 0),
        ("Zür", 1),
        ("züri", 1),
        ("zurich", 1),
        ("账", 2),
        ("账单", 1),
    ] {
        assert_eq!(found(&desk, typed).await.len(), found_of_them, "{typed}");
    }
}

#[tokio::test]
async fn the_index_follows_what_is_corrected_and_withdrawn() {
    let desk = Desk::new().await;
    let id = desk.declare("Checkout fails", 1).await.id;
    let line = add(&desk, &id, "certificate expired").await;
    assert_eq!(found(&desk, "certificate").await.len(), 1);
    let edit = async |edit: EntryEdit| {
        let form = EditEntry { id: line.clone(), seen: None, edit };
        desk.client.edit_entry(form).await.unwrap();
    };
    edit(EntryEdit::Text("licence expired".into())).await;
    assert!(found(&desk, "certificate").await.is_empty());
    assert_eq!(found(&desk, "licence").await.len(), 1);
    edit(EntryEdit::At(desk.now() - 1_000)).await;
    assert_eq!(found(&desk, "licence").await.len(), 1, "once, at its new time");
    edit(EntryEdit::Retracted(true)).await;
    assert!(found(&desk, "licence").await.is_empty());
}

#[tokio::test]
async fn many_lines_of_one_millisecond_are_all_found() {
    let desk = Desk::new().await;
    let id = desk.declare("Checkout fails", 1).await.id;
    for n in 0..40 {
        add(&desk, &id, &format!("probe {n}")).await;
    }
    assert_eq!(found(&desk, "probe").await.len(), 40);
}

#[tokio::test]
async fn the_list_of_incidents_is_filtered_by_words_and_states() {
    let desk = Desk::with_sample().await;
    desk.index().await;
    let ask = async |text: &str, states: &[&str]| {
        let asked = ListIncidents {
            text: text.to_owned(),
            states: states.iter().map(|state| (*state).to_owned()).collect(),
            ..ListIncidents::default()
        };
        let page = desk.client.list_incidents(asked).await.unwrap();
        page.rows.into_iter().map(|row| row.summary).collect::<Vec<_>>()
    };
    assert_eq!(ask("slowly", &[]).await.len(), 2);
    assert_eq!(
        ask("slowly", &["resolved"]).await,
        ["Search answers slowly and misses new products"]
    );
    assert!(ask("slowly", &["closed"]).await.is_empty());
    // A word of a line is found by search, not by the list.
    assert!(ask("Singapore", &[]).await.is_empty());
    assert_eq!(found(&desk, "Singapore").await.len(), 1);
}
