use super::{Desk, desk::objections};
use crate::api::{
    ErrorCode,
    incident::{CommandAction, CommandIncident},
    role::{AssignRole, ChangeRole, RoleAction},
    timeline::{AddEntry, EditEntry, EntryEdit, EntryKindView, EntryView, ListStream, StreamPage},
};

async fn page(
    desk: &Desk,
    incident: &str,
    before: Option<String>,
    limit: u32,
    only: bool,
) -> StreamPage {
    let incident = incident.to_owned();
    let asked = ListStream { incident, before, limit, entries_only: only };
    desk.client.list_stream(asked).await.unwrap()
}

async fn add(
    desk: &Desk,
    incident: &str,
    kind: EntryKindView,
    text: &str,
    at: Option<i64>,
) -> String {
    let (incident, text) = (incident.to_owned(), text.to_owned());
    desk.client.add_entry(AddEntry { incident, kind, text, at, files: Vec::new() }).await.unwrap()
}

fn texts(entries: &[EntryView]) -> Vec<&str> {
    entries.iter().map(|line| line.message_id.as_deref().unwrap_or(&line.text)).collect()
}

#[tokio::test]
async fn messages_entries_and_the_programs_lines_are_one_stream() {
    let desk = Desk::with_sample().await;
    let id = desk.declare("Checkout fails", 1).await.id;
    desk.push_clock(1);
    let take = CommandIncident { id: id.clone(), seen: None, action: CommandAction::Take {} };
    desk.client.command_incident(take).await.unwrap();
    desk.push_clock(1);
    add(&desk, &id, EntryKindView::Message, "hello", None).await;
    desk.push_clock(1);
    let early = Some(desk.now() - 10 * 60_000);
    add(&desk, &id, EntryKindView::Observation, "seen before", early).await;
    let all = page(&desk, &id, None, 50, false).await;
    assert_eq!(
        texts(&all.entries),
        ["seen before", "timeline-declared", "timeline-command-taken", "hello"]
    );
    assert!(all.older.is_none());
    assert!(all.entries.iter().all(|line| line.unsent), "nothing has been sent");
    let taken = &all.entries[2];
    assert_eq!((taken.kind, taken.args["person"].as_str()), (EntryKindView::Role, "Kim"));
    assert_eq!(all.entries[1].args["key"], "HOT-6");
    assert!(taken.author.is_none());
    let hello = &all.entries[3];
    assert_eq!(hello.author.as_ref().map(|author| author.name.as_str()), Some("Kim"));
    let only = page(&desk, &id, None, 50, true).await;
    assert_eq!(
        texts(&only.entries),
        ["seen before", "timeline-declared", "timeline-command-taken"]
    );
    assert_eq!(desk.client.get_incident(id).await.unwrap().entries, 4);
}

#[tokio::test]
async fn pages_of_a_stream_meet_without_a_gap_or_a_repetition() {
    let desk = Desk::new().await;
    let id = desk.declare("Checkout fails", 1).await.id;
    for n in 0..23 {
        // Some in the same millisecond.
        if n % 3 == 0 {
            desk.push_clock(1);
        }
        add(&desk, &id, EntryKindView::Observation, &format!("line {n}"), None).await;
    }
    let mut walk: Vec<EntryView> = Vec::new();
    let mut before = None;
    loop {
        let page = page(&desk, &id, before, 5, false).await;
        assert!(page.entries.is_sorted_by_key(|line| line.at), "oldest first");
        walk.splice(0..0, page.entries);
        before = page.older;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(walk.len(), 24);
    let whole = page(&desk, &id, None, 500, false).await.entries;
    let ids = |lines: &[EntryView]| lines.iter().map(|line| line.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&walk), ids(&whole));
}

#[tokio::test]
async fn a_line_is_corrected_withdrawn_and_restored_on_top_of_what_was_seen() {
    let desk = Desk::new().await;
    let incident = desk.declare("Checkout fails", 1).await.id;
    let id = add(&desk, &incident, EntryKindView::Message, "chekout", None).await;
    let line = async || -> EntryView {
        let lines = page(&desk, &incident, None, 50, false).await.entries;
        lines.into_iter().find(|line| line.id == id).unwrap()
    };
    let edit = async |seen: Option<String>, edit: EntryEdit| {
        desk.client.edit_entry(EditEntry { id: id.clone(), seen, edit }).await
    };
    let first = line().await;
    assert!(!first.edited);
    let seen = first.stamps.get("text").cloned();
    edit(seen.clone(), EntryEdit::Text("checkout".into())).await.unwrap();
    let conflict = edit(seen, EntryEdit::Text("other".into())).await.unwrap_err();
    assert_eq!(conflict.code, ErrorCode::Conflict);
    edit(None, EntryEdit::Kind(EntryKindView::Decision)).await.unwrap();
    edit(None, EntryEdit::At(desk.now() - 60_000)).await.unwrap();
    edit(None, EntryEdit::Retracted(true)).await.unwrap();
    let last = line().await;
    assert_eq!((last.text.as_str(), last.kind), ("checkout", EntryKindView::Decision));
    assert!(last.edited && last.retracted);
    assert_eq!((last.at, last.entered_at), (desk.now() - 60_000, desk.now()));
    edit(None, EntryEdit::Retracted(false)).await.unwrap();
    assert!(!line().await.retracted);
}

#[tokio::test]
async fn what_cannot_be_written_is_objected_to() {
    let desk = Desk::new().await;
    let incident = desk.declare("Checkout fails", 1).await.id;
    let form = AddEntry {
        incident: incident.clone(),
        kind: EntryKindView::Page,
        text: " \n".to_owned(),
        at: Some(desk.now() + 1),
        files: Vec::new(),
    };
    assert_eq!(
        objections(desk.client.add_entry(form).await),
        ["text: error-text-empty", "kind: error-kind-impossible", "at: error-time-future"]
    );
    let form = AddEntry {
        incident: "HOT-404".to_owned(),
        kind: EntryKindView::Message,
        text: "x".to_owned(),
        at: None,
        files: Vec::new(),
    };
    assert_eq!(desk.client.add_entry(form).await.unwrap_err().code, ErrorCode::NotFound);
    // An incident may be named by its key, too.
    add(&desk, "hot-1", EntryKindView::Message, "by key", None).await;
    assert_eq!(page(&desk, "HOT-1", None, 50, false).await.entries.len(), 2);
}

#[tokio::test]
async fn a_role_that_ended_is_told_by_name() {
    let desk = Desk::with_sample().await;
    let incident = desk.declare("Checkout fails", 1).await.id;
    let form = AssignRole {
        incident: incident.clone(),
        role: "deputy".to_owned(),
        person: desk.me.to_string(),
    };
    let view = desk.client.assign_role(form).await.unwrap();
    desk.push_clock(1);
    let (id, action) = (view.roles[0].id.clone(), RoleAction::End {});
    desk.client.change_role(ChangeRole { id, seen: None, action }).await.unwrap();
    let lines = page(&desk, &incident, None, 50, false).await.entries;
    let ended = lines.last().unwrap();
    assert_eq!(ended.message_id.as_deref(), Some("timeline-role-ended"));
    assert_eq!((ended.args["person"].as_str(), ended.args["role"].as_str()), ("Kim", "deputy"));
}
