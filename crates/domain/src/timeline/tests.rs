//! What may be done to a line, as tables.

use serde_json::json;

use super::{Entry, EntryChange as Do, EntryKind, MAX_TAG, MAX_TAGS, Visibility};
use crate::{
    change::{Author, Body},
    decide::Refusal,
    id::EntityId,
    incident::Severity,
    outcome::Op,
    testing::Story,
};

/// A story with a line of Ben's in an incident.
fn line() -> (Story, EntityId, EntityId) {
    let mut story = Story::new();
    let incident = story.declare(Severity::Two);
    let id = add(&mut story, incident, "Cards fail in Norway");
    (story, incident, id)
}

fn add(story: &mut Story, incident: EntityId, text: &str) -> EntityId {
    let id = EntityId(story.id());
    let body = Do::add(incident, EntryKind::Observation, text, story.now);
    story.must(Author::Person(story.ben), id, Body::Entry(body));
    id
}

/// Ana does it; the operations that came of it.
fn ops(story: &mut Story, id: EntityId, body: Do) -> Result<Vec<Op>, Refusal> {
    let accepted = story.try_to(Author::Person(story.ana), id, Body::Entry(body))?;
    Ok(accepted.outcomes.into_iter().flat_map(|outcome| outcome.ops).collect())
}

fn impossible(field: &str) -> Refusal {
    Refusal::ImpossibleValue { field: field.to_owned() }
}

fn tags(story: &Story, id: EntityId) -> Vec<String> {
    Entry(story.entity(id)).tags().map(str::to_owned).collect()
}

#[test]
fn a_line_that_nobody_marked_is_for_the_team_untagged_and_unlinked() {
    let (story, _, id) = line();
    let entry = Entry(story.entity(id));
    assert_eq!(entry.visibility(), Visibility::Team);
    assert!(!entry.highlighted() && !entry.edited());
    assert_eq!((entry.tags().count(), entry.links().count()), (0, 0));
}

#[test]
fn a_tag_is_one_in_whatever_spelling_and_is_shown_as_it_was_first_written() {
    let (mut story, _, id) = line();
    for (tag, steps) in [("#Norway", 1), (" norway ", 0), ("# NORWAY", 0), ("支付", 1), ("##Db", 1)]
    {
        let done = ops(&mut story, id, Do::AddTag { tag: tag.to_owned() }).unwrap();
        assert_eq!(done.len(), steps, "{tag}");
    }
    assert_eq!(tags(&story, id), ["Db", "Norway", "支付"]);
    ops(&mut story, id, Do::RemoveTag { tag: "NORWAY".to_owned() }).unwrap();
    assert_eq!(tags(&story, id), ["Db", "支付"]);
    let again = ops(&mut story, id, Do::RemoveTag { tag: "norway".to_owned() }).unwrap();
    assert!(again.is_empty(), "it is gone already");
    ops(&mut story, id, Do::AddTag { tag: "NORWAY".to_owned() }).unwrap();
    assert_eq!(tags(&story, id), ["Db", "NORWAY", "支付"]);
    assert!(!Entry(story.entity(id)).edited(), "a tag corrects nothing");
}

#[test]
fn tags_that_say_nothing_too_much_or_too_many_are_refused() {
    let (mut story, _, id) = line();
    let field = || "tag".to_owned();
    for (tag, refusal) in [
        (String::new(), Refusal::TextEmpty { field: field() }),
        (" # ".to_owned(), Refusal::TextEmpty { field: field() }),
        ("x".repeat(61), Refusal::TextTooLong { field: field(), max: MAX_TAG }),
    ] {
        assert_eq!(ops(&mut story, id, Do::AddTag { tag: tag.clone() }), Err(refusal), "{tag}");
    }
    for n in 0..MAX_TAGS {
        ops(&mut story, id, Do::AddTag { tag: format!("tag {n}") }).unwrap();
    }
    let more = Do::AddTag { tag: "one more".to_owned() };
    assert_eq!(ops(&mut story, id, more.clone()), Err(impossible("tags")));
    ops(&mut story, id, Do::RemoveTag { tag: "tag 3".to_owned() }).unwrap();
    assert!(ops(&mut story, id, more).is_ok(), "there is room again");
}

#[test]
fn what_stands_already_is_no_change() {
    let (mut story, _, id) = line();
    let visibility = |visibility| Do::SetVisibility { visibility };
    for (body, steps) in [
        (Do::SetHighlighted { highlighted: false }, 0),
        (Do::SetHighlighted { highlighted: true }, 1),
        (Do::SetHighlighted { highlighted: true }, 0),
        (Do::SetHighlighted { highlighted: false }, 1),
        (visibility(Visibility::Team), 0),
        (visibility(Visibility::Public), 1),
        (visibility(Visibility::Public), 0),
        (visibility(Visibility::OutOfPostmortem), 1),
        (visibility(Visibility::Team), 1),
    ] {
        assert_eq!(ops(&mut story, id, body.clone()).unwrap().len(), steps, "{body:?}");
    }
}

#[test]
fn two_people_who_change_for_whose_eyes_a_line_is_are_told() {
    let (mut story, _, id) = line();
    let visibility = |visibility| Body::Entry(Do::SetVisibility { visibility });
    let first = story.must(Author::Person(story.ana), id, visibility(Visibility::Inside));
    assert_eq!(first.outcomes[0].ops.len(), 1);
    let stamp = story.entity(id).stamp("visibility").unwrap().change;
    story.must(Author::Person(story.ana), id, visibility(Visibility::Public));
    let mut change = story.change(id, visibility(Visibility::Team));
    change.seen.insert("visibility".to_owned(), stamp);
    let set = crate::change::ChangeSet { id: crate::id::SetId(story.id()), changes: vec![change] };
    let refused = story.decide(Author::Person(story.ben), &set).unwrap_err();
    assert!(
        matches!(&refused, Refusal::Conflict { now, .. } if *now == json!("public")),
        "{refused:?}"
    );
}

#[test]
fn a_link_leads_to_something_else_of_the_same_incident() {
    let (mut story, incident, id) = line();
    let other = add(&mut story, incident, "Rolled back");
    let elsewhere = story.declare(Severity::Three);
    let far = add(&mut story, elsewhere, "Something else");
    let nowhere = EntityId(story.id());
    let payments = story.payments;
    for (to, result) in [
        (other, Ok(1)),
        (other, Ok(0)),
        (id, Err(impossible("links"))),
        (far, Err(Refusal::Unknown { entity: far })),
        (nowhere, Err(Refusal::Unknown { entity: nowhere })),
        (payments, Err(Refusal::Unknown { entity: payments })),
    ] {
        let done = ops(&mut story, id, Do::Link { to }).map(|ops| ops.len());
        assert_eq!(done, result, "{to}");
    }
    let links: Vec<_> = Entry(story.entity(id)).links().collect();
    assert_eq!(links, [(other, "entry")]);
    ops(&mut story, id, Do::Unlink { to: other }).unwrap();
    assert_eq!(Entry(story.entity(id)).links().count(), 0);
    assert!(ops(&mut story, id, Do::Unlink { to: other }).unwrap().is_empty());
}

#[test]
fn a_message_becomes_an_entry_and_the_other_way_but_never_a_line_of_the_program() {
    let (mut story, _, id) = line();
    for (entry, steps) in [
        (EntryKind::Observation, Ok(0)),
        (EntryKind::Message, Ok(1)),
        (EntryKind::Decision, Ok(1)),
        (EntryKind::Status, Err(impossible("entry"))),
        (EntryKind::Alert, Err(impossible("entry"))),
    ] {
        let done = ops(&mut story, id, Do::SetKind { entry }).map(|ops| ops.len());
        assert_eq!(done, steps, "{entry:?}");
    }
    assert_eq!(Entry(story.entity(id)).kind(), EntryKind::Decision);
}

#[test]
fn a_visibility_of_a_newer_version_keeps_the_line_with_the_team() {
    let (story, _, id) = line();
    let mut entity = story.entity(id).clone();
    let mut field = entity.fields["retracted"].clone();
    field.value = json!("press");
    entity.fields.insert("visibility".to_owned(), field);
    assert_eq!(Entry(&entity).visibility(), Visibility::Team);
}
