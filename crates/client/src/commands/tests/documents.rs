use firebell_domain::{
    document::{MAX_UPDATE, Text, seed},
    id::EntityId,
    time::Timestamp,
};
use firebell_protocol::document::{Base64, Exchanged, Update};

use super::{Desk, desk::objections};
use crate::api::{
    ErrorCode,
    document::{
        AddProductionChange, AddWorkstream, DocumentView, EditProductionChange, EditWorkstream,
        OpenDocument, PlaceCaret, ProductionChangeEdit, ProductionStateView, WorkstreamEdit,
        WorkstreamStateView, WriteDocument,
    },
    sync::Event,
    timeline::{AddEntry, EditEntry, EntryEdit, EntryKindView, ListStream},
};

async fn open(desk: &Desk, incident: &str, after: i64) -> DocumentView {
    let incident = incident.to_owned();
    desk.client.open_document(OpenDocument { incident, after }).await.unwrap()
}

async fn write(desk: &Desk, incident: &str, update: Vec<u8>) {
    let (incident, update) = (incident.to_owned(), Base64(update).text());
    desk.client.write_document(WriteDocument { incident, update }).await.unwrap();
}

fn take(text: &mut Text, view: &DocumentView) {
    let updates: Vec<Vec<u8>> =
        view.updates.iter().map(|update| Base64::read(update).unwrap().0).collect();
    text.apply(updates.iter().map(Vec::as_slice)).unwrap();
}

#[tokio::test]
async fn what_is_typed_is_there_at_once_and_counts_as_unsent() {
    let desk = Desk::new().await;
    let id = desk.declare("Checkout fails", 2).await.id;
    let waiting = desk.client.get_sync(()).await.unwrap().waiting;
    let before = open(&desk, &id, 0).await;
    assert!(!before.begun && before.may_write && before.updates.is_empty());
    desk.client.begin_document(id.clone()).await.unwrap();
    desk.client.begin_document(id.clone()).await.unwrap();
    let mut window = Text::written_by(7);
    let begun = open(&desk, &id, 0).await;
    assert!(begun.begun && begun.unsent);
    take(&mut window, &begun);
    assert_eq!(begun.updates.len(), 1, "it begins once");
    let update = window.insert(0, "支付失败\n");
    write(&desk, &id, update).await;
    let since = open(&desk, &id, begun.number).await;
    assert_eq!(since.updates.len(), 1);
    assert_eq!(open(&desk, &id, since.number).await.updates.len(), 0);
    let mut other = Text::new();
    take(&mut other, &open(&desk, &id, 0).await);
    assert_eq!(other.read(), window.read());
    assert_eq!(desk.client.get_sync(()).await.unwrap().waiting, waiting + 1);
    let told = desk.host.events.lock().unwrap().clone();
    assert!(told.contains(&Event::Document { incident: id }), "{told:?}");
}

#[tokio::test]
async fn what_is_no_update_or_too_large_is_refused_and_leaves_nothing() {
    let desk = Desk::new().await;
    let id = desk.declare("Checkout fails", 2).await.id;
    let large = Text::written_by(7).insert(0, &"x".repeat(MAX_UPDATE + 1));
    let form = |update: String| WriteDocument { incident: id.clone(), update };
    for (update, code) in [
        ("*".to_owned(), ErrorCode::Invalid),
        (Base64(b"hello".to_vec()).text(), ErrorCode::Invalid),
        (Base64(large).text(), ErrorCode::TooLarge),
    ] {
        let refused = desk.client.write_document(form(update)).await.unwrap_err();
        assert_eq!(refused.code, code);
    }
    assert!(!open(&desk, &id, 0).await.begun);
    let place = "x".repeat(10_000);
    let caret = PlaceCaret {
        incident: id.clone(),
        writer: 1,
        anchor: Some(place.clone()),
        head: Some(place),
    };
    assert_eq!(desk.client.place_caret(caret).await.unwrap_err().code, ErrorCode::TooLarge);
    let elsewhere = OpenDocument { incident: "HOT-99".to_owned(), after: 0 };
    let absent = desk.client.open_document(elsewhere).await.unwrap_err();
    assert_eq!(absent.code, ErrorCode::NotFound);
}

/// The server's side of an exchange, with a text of its own.
fn answer(
    server: &mut Text,
    at: &mut u64,
    asked: firebell_protocol::document::Exchange,
) -> Exchanged {
    let taken = asked.update.is_some_and(|update| server.take(&update.0).unwrap());
    *at += u64::from(taken);
    Exchanged {
        at: *at,
        taken,
        update: Base64(server.missing(&asked.state_vector.0).unwrap()),
        state_vector: Base64(server.state_vector()),
    }
}

#[tokio::test]
async fn an_exchange_sends_what_waits_and_brings_what_others_wrote() {
    let desk = Desk::new().await;
    let id = desk.declare("Checkout fails", 2).await.id;
    let incident: EntityId = id.parse().unwrap();
    let store = desk.client.store().unwrap();
    let (mut server, mut at) = (Text::new(), 0);
    let mut other = Text::written_by(9);
    other.apply([&seed("en")[..]]).unwrap();
    server.take(&other.state()).unwrap();
    server.take(&other.insert(0, "theirs ")).unwrap();
    at += 2;
    desk.client.begin_document(id.clone()).await.unwrap();
    let mut window = Text::written_by(7);
    take(&mut window, &open(&desk, &id, 0).await);
    write(&desk, &id, window.insert(0, "ours ")).await;
    assert_eq!(store.documents_to_exchange().await.unwrap(), [incident]);
    let (asked, upto) = store.document_exchange(incident).await.unwrap();
    let exchanged = answer(&mut server, &mut at, asked);
    // Typed while the answer was on its way.
    write(&desk, &id, window.insert(0, "later ")).await;
    store.save_exchange(incident, upto, exchanged).await.unwrap();
    let text = store.document_text(incident).await.unwrap();
    for words in ["ours ", "theirs ", "later ", "# Current state"] {
        assert_eq!(text.matches(words).count(), 1, "{words} in {text}");
    }
    assert!(open(&desk, &id, 0).await.unsent, "the last is not sent yet");
    let (asked, upto) = store.document_exchange(incident).await.unwrap();
    let exchanged = answer(&mut server, &mut at, asked);
    store.save_exchange(incident, upto, exchanged).await.unwrap();
    assert!(!open(&desk, &id, 0).await.unsent);
    assert!(store.documents_to_exchange().await.unwrap().is_empty());
    assert_eq!(server.read(), store.document_text(incident).await.unwrap());
    // Pushed: the next one is taken as it is, one after a gap asks for an exchange.
    let push = |at, body| Update { incident, at, update: Base64(body) };
    other.apply([&server.state()[..]]).unwrap();
    let (next, after) = (other.insert(0, "next "), other.insert(0, "after "));
    assert!(!store.take_document_update(push(at + 1, next)).await.unwrap());
    assert!(store.take_document_update(push(at + 3, after)).await.unwrap());
    assert_eq!(store.documents_to_exchange().await.unwrap(), [incident]);
    assert!(store.document_text(incident).await.unwrap().starts_with("after next "));
    assert!(open(&desk, &id, 0).await.behind);
}

#[tokio::test]
async fn many_updates_become_one_and_a_window_that_was_away_misses_none() {
    let desk = Desk::new().await;
    let id = desk.declare("Checkout fails", 2).await.id;
    let incident: EntityId = id.parse().unwrap();
    let store = desk.client.store().unwrap();
    open(&desk, &id, 0).await;
    let mut other = Text::written_by(9);
    let mut early = Text::new();
    let mut number = 0;
    for at in 1..=600u64 {
        let update = Base64(other.insert(0, &format!("{at} ")));
        store.take_document_update(Update { incident, at, update }).await.unwrap();
        if at == 100 {
            let view = open(&desk, &id, 0).await;
            number = view.number;
            take(&mut early, &view);
        }
    }
    let whole = open(&desk, &id, 0).await;
    assert!(whole.updates.len() < 300, "{} updates", whole.updates.len());
    take(&mut early, &open(&desk, &id, number).await);
    assert_eq!(early.read(), other.read());
    assert_eq!(store.document_text(incident).await.unwrap(), other.read());
}

#[tokio::test]
async fn what_is_hidden_leaves_no_byte_of_its_document() {
    let desk = Desk::new().await;
    let id = desk.declare("Checkout fails", 2).await.id;
    let incident: EntityId = id.parse().unwrap();
    let store = desk.client.store().unwrap();
    let words = "a word that nobody else may read";
    write(&desk, &id, Text::written_by(7).insert(0, words)).await;
    let file = || std::fs::read(store.path()).unwrap();
    let holds = |bytes: &[u8]| bytes.windows(words.len()).any(|part| part == words.as_bytes());
    store.forget(incident, Timestamp(desk.now())).await.unwrap();
    assert!(!holds(&file()), "the file still holds it");
    assert_eq!(store.document_text(incident).await.unwrap(), "");
    assert_eq!(store.unsent_documents().await.unwrap(), 0);
    // What was on its way when it was purged does not come back.
    let update = Base64(Text::written_by(8).insert(0, words));
    store.take_document_update(Update { incident, at: 1, update }).await.unwrap();
    store.save_exchange(incident, 0, Exchanged { at: 1, ..Exchanged::default() }).await.unwrap();
    assert_eq!(store.document_text(incident).await.unwrap(), "");
}

#[tokio::test]
async fn a_restored_server_gets_what_it_lost() {
    let desk = Desk::new().await;
    let id = desk.declare("Checkout fails", 2).await.id;
    let incident: EntityId = id.parse().unwrap();
    let store = desk.client.store().unwrap();
    let (mut server, mut at) = (Text::new(), 0);
    let mut window = Text::written_by(7);
    write(&desk, &id, window.insert(0, "one two three")).await;
    write(&desk, &id, window.delete(0, 4)).await;
    let (asked, upto) = store.document_exchange(incident).await.unwrap();
    let exchanged = answer(&mut server, &mut at, asked);
    store.save_exchange(incident, upto, exchanged).await.unwrap();
    store.begin_life(Timestamp(desk.now())).await.unwrap();
    let (mut restored, mut at) = (Text::new(), 0);
    for round in 0..3 {
        if store.documents_to_exchange().await.unwrap().is_empty() {
            assert_eq!(round, 2, "offered, then sent");
            break;
        }
        let (asked, upto) = store.document_exchange(incident).await.unwrap();
        let exchanged = answer(&mut restored, &mut at, asked);
        store.save_exchange(incident, upto, exchanged).await.unwrap();
    }
    assert_eq!(restored.read(), "two three", "with what was deleted");
}

fn new_change(incident: &str, what: &str) -> AddProductionChange {
    AddProductionChange {
        incident: incident.to_owned(),
        what: what.to_owned(),
        who: None,
        at: None,
        how: "deploy 5.13".to_owned(),
        why: String::new(),
        revert: "deploy 5.14".to_owned(),
        state: ProductionStateView::Planned,
    }
}

#[tokio::test]
async fn tables_are_edited_a_cell_at_a_time_and_changes_stand_on_the_timeline() {
    let desk = Desk::new().await;
    let id = desk.declare("Checkout fails", 2).await.id;
    let empty = desk.client.add_production_change(new_change(&id, " ")).await;
    assert_eq!(objections(empty), ["what: error-text-empty"]);
    desk.push_clock(1);
    let change = desk.client.add_production_change(new_change(&id, "Roll back")).await.unwrap();
    let seen = desk.client.get_tables(id.clone()).await.unwrap().changes.remove(0);
    assert_eq!((seen.what.as_str(), seen.revert.as_str()), ("Roll back", "deploy 5.14"));
    assert_eq!(seen.who.as_ref().map(|who| who.name.as_str()), Some("Kim"));
    assert!(seen.unsent);
    let edit = |edit, stamp: Option<String>| EditProductionChange {
        id: change.clone(),
        edit,
        seen: stamp,
    };
    let stamp = Some(seen.stamps["why"].clone());
    let why = ProductionChangeEdit::Why("5.14 leaks".to_owned());
    desk.client.edit_production_change(edit(why, stamp.clone())).await.unwrap();
    // Another window shows what stood there before.
    let late = ProductionChangeEdit::Why("it is old".to_owned());
    let conflict = desk.client.edit_production_change(edit(late, stamp)).await.unwrap_err();
    assert_eq!(conflict.code, ErrorCode::Conflict);
    desk.push_clock(1);
    let done = ProductionChangeEdit::State(ProductionStateView::Done);
    desk.client.edit_production_change(edit(done, None)).await.unwrap();
    let row = desk.client.get_tables(id.clone()).await.unwrap().changes.remove(0);
    assert_eq!((row.why.as_str(), row.state), ("5.14 leaks", ProductionStateView::Done));
    let asked = ListStream { incident: id.clone(), before: None, limit: 50, entries_only: true };
    let lines = desk.client.list_stream(asked).await.unwrap().entries;
    let told: Vec<_> = lines.iter().filter_map(|line| line.message_id.as_deref()).collect();
    assert_eq!(
        told,
        ["timeline-declared", "timeline-production-change", "timeline-production-state"]
    );
    assert_eq!(lines[1].kind, EntryKindView::Change);
    assert_eq!(lines[2].args["what"], "Roll back");

    let add = AddWorkstream {
        incident: id.clone(),
        name: "Database".to_owned(),
        goal: "writes work".to_owned(),
        owner: Some(desk.me.to_string()),
    };
    let stream = desk.client.add_workstream(add).await.unwrap();
    let blocked = WorkstreamEdit::State(WorkstreamStateView::Blocked);
    let edit = EditWorkstream { id: stream.clone(), edit: blocked, seen: None };
    desk.client.edit_workstream(edit).await.unwrap();
    let stranger = WorkstreamEdit::Owner(Some(id.clone()));
    let refused = EditWorkstream { id: stream, edit: stranger, seen: None };
    let refused = desk.client.edit_workstream(refused).await;
    assert_eq!(objections(refused), ["owner: error-person-unknown"]);
    let row = desk.client.get_tables(id).await.unwrap().workstreams.remove(0);
    assert_eq!((row.name.as_str(), row.state), ("Database", WorkstreamStateView::Blocked));
    assert_eq!(row.owner.map(|owner| owner.name), Some("Kim".to_owned()));
    assert_eq!(desk.judged_by_a_server().await.len(), 6, "a server accepts all of it");
}

#[tokio::test]
async fn an_incident_is_written_out_with_document_tables_and_timeline() {
    let desk = Desk::new().await;
    let id = desk.declare("Checkout | fails", 2).await.id;
    desk.client.begin_document(id.clone()).await.unwrap();
    desk.client.add_production_change(new_change(&id, "Roll back")).await.unwrap();
    desk.push_clock(1);
    let entry = AddEntry {
        incident: id.clone(),
        kind: EntryKindView::Observation,
        text: "Cards fail".to_owned(),
        at: None,
        files: Vec::new(),
    };
    let entry = desk.client.add_entry(entry).await.unwrap();
    let edit = EntryEdit::Retracted(true);
    desk.client.edit_entry(EditEntry { id: entry, edit, seen: None }).await.unwrap();
    let export = desk.client.export_incident(id).await.unwrap();
    assert!(export.name.ends_with(".md"), "{}", export.name);
    let mut at = 0;
    for part in [
        "Checkout \\| fails",
        "- **Severity**: 2",
        "## State document",
        "### Current state",
        "## Changes to production",
        "| Roll back | Kim |",
        "## Workstreams",
        "Nothing.",
        "## Timeline",
        "Declared as",
        "~~Cards fail~~",
    ] {
        let found = export.text[at..].find(part);
        at += found.unwrap_or_else(|| panic!("{part} is not in order in\n{}", export.text));
    }
}
