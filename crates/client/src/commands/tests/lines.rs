//! Lines as a whole: what is new since a mark, many at once, their history, the incident as it was.

use super::{Desk, desk::objections};
use crate::api::{
    ErrorCode,
    incident::{CommandAction, CommandIncident, EditIncident, IncidentEdit, StateView},
    role::AssignRole,
    timeline::{
        AddEntry, EditEntries, EditEntry, EntryEdit, EntryKindView, EntryView, FollowStream,
        ListStream, StreamChanges, StreamMark, StreamPage, VisibilityView,
        past::{IncidentAt, IncidentMoment, Span},
    },
};

const MINUTE: i64 = 60_000;

async fn add(desk: &Desk, incident: &str, text: &str) -> String {
    let (incident, text) = (incident.to_owned(), text.to_owned());
    let form =
        AddEntry { incident, kind: EntryKindView::Observation, text, at: None, files: Vec::new() };
    desk.client.add_entry(form).await.unwrap()
}

async fn whole(desk: &Desk, incident: &str) -> StreamPage {
    let incident = incident.to_owned();
    let asked = ListStream { incident, before: None, limit: 500, entries_only: false };
    desk.client.list_stream(asked).await.unwrap()
}

async fn line(desk: &Desk, incident: &str, id: &str) -> EntryView {
    let lines = whole(desk, incident).await.entries;
    lines.into_iter().find(|line| line.id == id).unwrap()
}

async fn follow(
    desk: &Desk,
    incident: &str,
    mark: StreamMark,
    unsettled: &[String],
) -> StreamChanges {
    let asked = FollowStream { incident: incident.to_owned(), mark, unsettled: unsettled.to_vec() };
    desk.client.follow_stream(asked).await.unwrap()
}

async fn edit_all(desk: &Desk, ids: &[String], edit: EntryEdit) -> u32 {
    desk.client.edit_entries(EditEntries { ids: ids.to_vec(), edit }).await.unwrap()
}

async fn at(desk: &Desk, incident: &str, at: i64) -> IncidentAt {
    let asked = IncidentMoment { incident: incident.to_owned(), at, before: None, limit: 500 };
    desk.client.get_incident_at(asked).await.unwrap()
}

#[tokio::test]
async fn what_is_new_since_a_mark_are_the_lines_that_were_written_or_changed() {
    let desk = Desk::new().await;
    let incident = desk.declare("Checkout fails", 1).await.id;
    let first = add(&desk, &incident, "first").await;
    let page = whole(&desk, &incident).await;
    assert_eq!(page.count, 2);
    let second = add(&desk, &incident, "second").await;
    let edit = EntryEdit::Text("first, put right".to_owned());
    desk.client.edit_entry(EditEntry { id: first.clone(), seen: None, edit }).await.unwrap();
    let gone = "00000000-0000-4000-8000-000000000001".to_owned();
    let changes = follow(&desk, &incident, page.mark, std::slice::from_ref(&gone)).await;
    assert!(!changes.anew);
    assert_eq!((changes.count, changes.gone.as_slice()), (3, [gone].as_slice()));
    let text = |id: &str| {
        let line = changes.entries.iter().find(|line| line.id == id);
        line.map(|line| line.text.clone())
    };
    assert_eq!(text(&first).as_deref(), Some("first, put right"));
    assert_eq!(text(&second).as_deref(), Some("second"));
    let other_life = StreamMark { life: page.mark.life + 1, ..page.mark };
    assert!(follow(&desk, &incident, other_life, &[]).await.anew);
}

#[tokio::test]
async fn many_lines_are_marked_at_once_and_those_that_are_already_are_left_alone() {
    let desk = Desk::new().await;
    let incident = desk.declare("Checkout fails", 1).await.id;
    let mut ids = Vec::new();
    for n in 0..230 {
        ids.push(add(&desk, &incident, &format!("line {n}")).await);
    }
    let tag = || EntryEdit::AddTag("#Norway".to_owned());
    assert_eq!(edit_all(&desk, &ids[..3], tag()).await, 3);
    assert_eq!(edit_all(&desk, &ids, tag()).await, 227, "three have it already");
    for (edit, undo) in [
        (EntryEdit::Retracted(true), EntryEdit::Retracted(false)),
        (EntryEdit::Highlighted(true), EntryEdit::Highlighted(false)),
        (
            EntryEdit::Visibility(VisibilityView::Public),
            EntryEdit::Visibility(VisibilityView::Team),
        ),
        (EntryEdit::Link(ids[229].clone()), EntryEdit::Unlink(ids[229].clone())),
    ] {
        assert_eq!(edit_all(&desk, &ids[..20], edit.clone()).await, 20, "{edit:?}");
        assert_eq!(edit_all(&desk, &ids[..20], edit.clone()).await, 0, "{edit:?} again");
        let marked = line(&desk, &incident, &ids[7]).await;
        let shows = [
            marked.retracted,
            marked.highlighted,
            marked.visibility == VisibilityView::Public,
            marked.links.iter().any(|link| link.name == "line 229" && link.kind == "entry"),
        ];
        assert_eq!(shows.iter().filter(|shown| **shown).count(), 1, "{edit:?}");
        assert_eq!(edit_all(&desk, &ids[..20], undo).await, 20);
    }
    assert_eq!(line(&desk, &incident, &ids[229]).await.tags, ["Norway"]);
    assert!(!line(&desk, &incident, &ids[0]).await.edited, "marks correct nothing");
}

#[tokio::test]
async fn what_cannot_be_done_to_many_is_objected_to() {
    let desk = Desk::new().await;
    let incident = desk.declare("Checkout fails", 1).await.id;
    let id = add(&desk, &incident, "a line").await;
    let tag = |tag: &str| EntryEdit::AddTag(tag.to_owned());
    for (ids, edit, objection) in [
        (vec![id.clone()], EntryEdit::Text("same for all".into()), "ids: error-value-impossible"),
        (vec![id.clone()], EntryEdit::At(1), "ids: error-value-impossible"),
        (vec![id.clone()], EntryEdit::RemoveFile("0".repeat(64)), "ids: error-value-impossible"),
        (vec![], EntryEdit::Retracted(true), "ids: error-value-impossible"),
        (vec![id.clone(); 2_001], EntryEdit::Retracted(true), "ids: error-value-impossible"),
        (vec![id.clone()], tag(" # "), "tag: error-text-empty"),
        (vec![id.clone()], tag(&"标".repeat(21)), "tag: error-text-too-long"),
        (vec![id.clone()], EntryEdit::Link(id.clone()), "links: error-value-impossible"),
    ] {
        let form = EditEntries { ids, edit: edit.clone() };
        let answer = desk.client.edit_entries(form).await;
        assert_eq!(objections(answer), [objection], "{edit:?}");
    }
    let nothing = EditEntries { ids: vec![incident], edit: EntryEdit::Retracted(true) };
    let error = desk.client.edit_entries(nothing).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotFound, "an incident is no line");
}

#[tokio::test]
async fn a_line_tells_who_changed_what_of_it_and_when() {
    let desk = Desk::with_sample().await;
    let incident = desk.declare("Checkout fails", 1).await.id;
    let id = add(&desk, &incident, "chekout").await;
    let written = desk.now();
    for edit in [
        EntryEdit::Text("checkout".to_owned()),
        EntryEdit::Kind(EntryKindView::Decision),
        EntryEdit::At(written - MINUTE),
        EntryEdit::AddTag("Norway".to_owned()),
        EntryEdit::RemoveTag("norway".to_owned()),
        EntryEdit::Visibility(VisibilityView::OutOfPostmortem),
        EntryEdit::Retracted(true),
        EntryEdit::Retracted(false),
    ] {
        desk.push_clock(1);
        desk.client.edit_entry(EditEntry { id: id.clone(), seen: None, edit }).await.unwrap();
    }
    let history = desk.client.get_entry_history(id).await.unwrap();
    assert!(history.complete);
    let told: Vec<String> = history
        .edits
        .iter()
        .flat_map(|edit| &edit.steps)
        .map(|step| {
            let word = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
            format!("{}: {} > {}", step.field, word(&step.was), word(&step.now))
        })
        .collect();
    let early = format!("at: {written} > {}", written - MINUTE);
    let first = [
        "kind: - > observation".to_owned(),
        "text: - > chekout".to_owned(),
        format!("at: - > {written}"),
        "retracted: - > false".to_owned(),
    ];
    let then = [
        "text: chekout > checkout",
        "kind: observation > decision",
        &early,
        "tags: - > Norway",
        "tags: norway > -",
        "visibility: - > out_of_postmortem",
        "retracted: false > true",
        "retracted: true > false",
    ];
    let wanted: Vec<String> =
        first.into_iter().chain(then.into_iter().map(str::to_owned)).collect();
    assert_eq!(told, wanted);
    assert_eq!(history.edits.len(), 9);
    assert!(history.edits.iter().all(|edit| edit.unsent));
    let who = history.edits[3].by.as_ref().map(|by| by.name.as_str());
    assert_eq!(who, Some("Kim"));
    assert!(history.edits.is_sorted_by_key(|edit| edit.at));
}

#[tokio::test]
async fn an_incident_is_shown_as_it_was_known_at_a_moment() {
    let desk = Desk::with_sample().await;
    let before = desk.now() - MINUTE;
    let incident = desk.declare("Checkout fails", 2).await.id;
    let id = add(&desk, &incident, "Only Norway").await;
    desk.push_clock(60);
    let early = desk.now();
    desk.push_clock(60);
    let action = CommandAction::Take {};
    let take = CommandIncident { id: incident.clone(), seen: None, action };
    desk.client.command_incident(take).await.unwrap();
    for edit in [IncidentEdit::Severity(1), IncidentEdit::Summary("Cards fail".to_owned())] {
        let edit = EditIncident { id: incident.clone(), seen: None, edit };
        desk.client.edit_incident(edit).await.unwrap();
    }
    let me = desk.client.me().unwrap().to_string();
    let form = AssignRole { incident: incident.clone(), role: "tech_lead".to_owned(), person: me };
    desk.client.assign_role(form).await.unwrap();
    let edit = EntryEdit::Text("All of Europe".to_owned());
    desk.client.edit_entry(EditEntry { id: id.clone(), seen: None, edit }).await.unwrap();
    add(&desk, &incident, "Rolled back").await;

    let then = at(&desk, &incident, early).await;
    assert_eq!((then.summary.as_str(), then.severity), ("Checkout fails", 2));
    assert_eq!((then.state, then.im.is_none(), then.roles.len()), (StateView::New, true, 0));
    let texts = |at: &IncidentAt| -> Vec<String> {
        let text = |line: &EntryView| line.message_id.clone().unwrap_or(line.text.clone());
        at.entries.iter().map(text).collect()
    };
    assert_eq!(texts(&then), ["timeline-declared", "Only Norway"]);
    let now = at(&desk, &incident, desk.now()).await;
    assert_eq!((now.summary.as_str(), now.severity), ("Cards fail", 1));
    assert_eq!((now.state, now.roles.len()), (StateView::Fixing, 1));
    assert_eq!(now.im.as_ref().map(|im| im.name.as_str()), Some("Kim"));
    assert!(texts(&now).contains(&"All of Europe".to_owned()));
    let stream = whole(&desk, &incident).await;
    let mut ids: Vec<_> = stream.entries.iter().map(|line| &line.id).collect();
    let mut folded: Vec<_> = now.entries.iter().map(|line| &line.id).collect();
    ids.sort();
    folded.sort();
    assert_eq!(folded, ids, "folded up to now it is the stream");
    let unborn = at(&desk, &incident, before).await;
    assert!(!unborn.declared && unborn.entries.is_empty());
}

#[tokio::test]
async fn pages_of_a_moment_meet_without_a_gap_or_a_repetition() {
    let desk = Desk::new().await;
    let incident = desk.declare("Checkout fails", 2).await.id;
    for n in 0..17 {
        add(&desk, &incident, &format!("line {n}")).await;
    }
    let moment = desk.now();
    let (mut walk, mut before) = (Vec::new(), None);
    loop {
        let asked = IncidentMoment { incident: incident.clone(), at: moment, before, limit: 5 };
        let page = desk.client.get_incident_at(asked).await.unwrap();
        assert_eq!(page.count, 18);
        walk.splice(0..0, page.entries.into_iter().map(|line| line.id));
        before = page.older;
        if before.is_none() {
            break;
        }
    }
    let all: Vec<_> =
        at(&desk, &incident, moment).await.entries.into_iter().map(|line| line.id).collect();
    assert_eq!(walk, all);
    assert_eq!(walk.len(), 18);
}

#[tokio::test]
async fn a_picture_has_what_lasted_in_an_incident() {
    let desk = Desk::with_sample().await;
    let declared = desk.now();
    let incident = desk.declare("Checkout fails", 2).await.id;
    desk.push_clock(60);
    let taken = desk.now();
    let action = CommandAction::Take {};
    let take = CommandIncident { id: incident.clone(), seen: None, action };
    desk.client.command_incident(take).await.unwrap();
    desk.push_clock(60);
    let worse = desk.now();
    let edit = EditIncident { id: incident.clone(), seen: None, edit: IncidentEdit::Severity(1) };
    desk.client.edit_incident(edit).await.unwrap();
    let picture = desk.client.get_picture(incident).await.unwrap();
    let span = |from, to, value: &str| Span { from, to, value: value.to_owned() };
    assert_eq!(picture.severity, [span(declared, Some(worse), "2"), span(worse, None, "1")]);
    assert_eq!(picture.state, [span(declared, Some(taken), "new"), span(taken, None, "fixing")]);
    assert_eq!(picture.im, [span(declared, Some(taken), ""), span(taken, None, "Kim")]);
    assert_eq!(picture.detected, Some(declared));
    assert!(picture.complete);
}
