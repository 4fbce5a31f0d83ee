//! The log: order, answers, pages of it.

use std::collections::BTreeMap;

use firebell_domain::{
    canonical,
    chain::Hash,
    change::{Author, MAX_CHANGES},
    decide::Refusal,
    entity::Entity,
    id::{EntityId, SetId},
    incident::{IncidentChange, Severity},
    outcome::fold,
};
use firebell_protocol::{error::ErrorCode, frame::Verdict};
use serde_json::json;

use super::{
    Ground,
    scene::{Scene, accepted, read, refused},
};
use crate::{
    append::Request,
    store::{SharedStore, StoredRow},
};

/// Every promise about order, checked row by row.
async fn verify(store: &SharedStore) -> Vec<StoredRow> {
    let rows = store.rows_after(0, 1_000_000).await.expect("read");
    let mut head = Hash::ZERO;
    let mut place = 0;
    for (index, row) in rows.iter().enumerate() {
        assert_eq!(row.seq, index as u64 + 1, "seq is dense");
        head = head.extend(row.seq, Hash::leaf(&row.salt, &row.row));
        assert_eq!(row.head, head, "the chain holds at {}", row.seq);
        let body = read(&row.row);
        assert_eq!((body.seq, body.index), (row.seq, place), "rows of a set stand together");
        assert_eq!(row.set_end, row.seq + u64::from(body.of - 1 - body.index));
        assert_eq!((body.outcome.entity, body.outcome.incident), (row.entity, row.incident));
        place = if row.set_end == row.seq { 0 } else { place + 1 };
    }
    let end = store.head().await.expect("head");
    assert_eq!((end.seq, end.hash), (rows.len() as u64, head));
    assert_eq!(store.head_at(end.seq).await.expect("read"), Some(head));
    assert_eq!(store.head_at(0).await.expect("read"), Some(Hash::ZERO));
    assert_eq!(store.head_at(end.seq + 1).await.expect("read"), None);
    rows
}

/// Eight desktops at once, each with twelve sets of one to three changes.
async fn storm(scenes: &[&Scene], incident: EntityId) {
    let writers = (0..8).map(|writer: usize| async move {
        let scene = scenes[writer % scenes.len()];
        for round in 0..12 {
            let changes: Vec<_> =
                (0..=round % 3).map(|n| scene.entry(incident, &format!("{round}.{n}"))).collect();
            let device = scene.device(writer as u128);
            accepted(&scene.push(scene.ben, device, scene.set(&changes)).await);
        }
    });
    futures_util::future::join_all(writers).await;
}

pub(super) async fn seq_is_dense_and_the_chain_verifies(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (incident, _) = scene.declared(Severity::Three).await;
    storm(&[&scene], incident).await;
    let rows = verify(&scene.store).await;
    assert_eq!(rows.len(), 6 + 1 + 8 * 24);
    assert_eq!(*scene.appender.watch_seq().borrow(), rows.len() as u64);
}

pub(super) async fn two_servers_write_one_record(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (incident, _) = scene.declared(Severity::Three).await;
    let other = Scene::on(ground.store().await, 1).await;
    storm(&[&scene, &other], incident).await;
    let rows = verify(&scene.store).await;
    assert_eq!(rows, verify(&other.store).await, "both see one record");
    assert_eq!(rows.len(), 6 + 1 + 8 * 24);
    // A person that one server made is known to the other at once.
    let dora = EntityId(scene.id());
    let made = scene.put(firebell_domain::entity::Kind::PERSON, dora, json!({"name": "Dora"}));
    accepted(&scene.send(&[made]).await);
    let line = other.set(&[other.entry(incident, "I am new")]);
    accepted(&other.push(dora, other.device(9), line).await);
}

pub(super) async fn a_resend_gets_the_first_answer(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (incident, _) = scene.declared(Severity::Three).await;
    let good = scene.set(&[scene.entry(incident, "seen"), scene.entry(incident, "seen again")]);
    let bad = scene.set(&[scene.entry(EntityId(scene.id()), "nowhere")]);
    let mut first = Vec::new();
    for set in [&good, &bad] {
        first.push(scene.push(scene.ben, scene.device(2), set.clone()).await);
    }
    let rows = scene.log().await.len();
    // On another server too, and twice in one batch.
    let other = Scene::on(ground.store().await, 1).await;
    for at in [&scene, &other] {
        let again = |set: &_| {
            Request::new(Clone::clone(set), Author::Person(at.ben), Some(at.device(2)), false)
        };
        let answers = at.appender.push(vec![again(&good), again(&bad), again(&good)]).await;
        assert_eq!(answers, [first[0].clone(), first[1].clone(), first[0].clone()]);
    }
    accepted(&first[0]);
    assert!(matches!(refused(&first[1]), Refusal::Unknown { .. }));
    assert_eq!(scene.log().await.len(), rows);
}

pub(super) async fn another_body_under_the_same_id_is_refused(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (incident, _) = scene.declared(Severity::Three).await;
    let set = scene.set(&[scene.entry(incident, "one")]);
    let mut other = scene.set(&[scene.entry(incident, "two")]);
    other.id = set.id;
    let first = scene.push(scene.ben, scene.device(2), set.clone()).await;
    let answer = scene.push(scene.ben, scene.device(2), other).await;
    assert_eq!(refused(&answer), Refusal::OtherBody {});
    assert_eq!(scene.push(scene.ben, scene.device(2), set).await, first);
}

pub(super) async fn dependents_of_a_refused_set_name_its_root(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (incident, _) = scene.declared(Severity::Three).await;
    let root = scene.set(&[scene.entry(EntityId(scene.id()), "nowhere")]);
    let mut second = scene.set(&[scene.entry(incident, "fine by itself")]);
    second.after = vec![root.id];
    let mut third = scene.set(&[scene.entry(incident, "also fine")]);
    third.after = vec![second.id];
    let depends = Refusal::DependsOnRefused { root: root.id };
    let sets = vec![root, second, third.clone()];
    let author = Author::Person(scene.ben);
    let requests = Request::of_push(sets, author, Some(scene.device(2)), false);
    let answers = scene.appender.push(requests).await;
    assert!(matches!(refused(&answers[0]), Refusal::Unknown { .. }));
    assert_eq!([refused(&answers[1]), refused(&answers[2])], [depends.clone(), depends.clone()]);
    assert_eq!(refused(&scene.push(scene.ben, scene.device(2), third).await), depends);
}

pub(super) async fn a_set_waits_for_what_it_builds_on(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (incident, _) = scene.declared(Severity::Three).await;
    let first = scene.set(&[scene.entry(incident, "first")]);
    let mut second = scene.set(&[scene.entry(incident, "second")]);
    second.after = vec![first.id];
    let early = scene.push(scene.ben, scene.device(2), second.clone()).await;
    assert!(matches!(&early.verdict, Verdict::NotNow { error } if error.retryable));
    accepted(&scene.push(scene.ben, scene.device(2), first).await);
    accepted(&scene.push(scene.ben, scene.device(2), second).await);
}

pub(super) async fn an_unknown_kind_is_not_now(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (incident, _) = scene.declared(Severity::Three).await;
    let mut strange = scene.set(&[scene.entry(incident, "known")]);
    strange.changes[0]["kind"] = json!("hologram");
    let mut after = scene.set(&[scene.entry(incident, "builds on it")]);
    after.after = vec![strange.id];
    let free = scene.set(&[scene.entry(incident, "does not")]);
    let author = Author::Person(scene.ben);
    let sets = vec![strange, after, free];
    let answers =
        scene.appender.push(Request::of_push(sets, author, Some(scene.device(2)), false)).await;
    let Verdict::NotNow { error } = &answers[0].verdict else { panic!("{:?}", answers[0]) };
    assert_eq!(error.code, ErrorCode::ProtocolVersion);
    assert_eq!(error.args["kind"], "hologram");
    assert!(matches!(answers[1].verdict, Verdict::NotNow { .. }));
    accepted(&answers[2]);
}

pub(super) async fn unknown_fields_are_not_dropped(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (incident, _) = scene.declared(Severity::Three).await;
    let mut set = scene.set(&[scene.entry(incident, "with more")]);
    set.changes[0]["body"]["mood"] = json!("grim");
    let answer = scene.push(scene.ben, scene.device(2), set.clone()).await;
    assert!(matches!(answer.verdict, Verdict::NotNow { .. }));
    set.changes[0]["body"]["mood"] = json!(null);
    accepted(&scene.push(scene.ben, scene.device(2), set).await);
}

pub(super) async fn a_set_of_the_wrong_size_is_refused(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (incident, _) = scene.declared(Severity::Three).await;
    let lines = |count| (0..count).map(|_| scene.entry(incident, "line")).collect::<Vec<_>>();
    assert_eq!(refused(&scene.send(&lines(0)).await), Refusal::WrongSize {});
    assert_eq!(refused(&scene.send(&lines(MAX_CHANGES + 1)).await), Refusal::WrongSize {});
    let (first, last) = accepted(&scene.send(&lines(MAX_CHANGES)).await);
    assert_eq!(last - first + 1, MAX_CHANGES as u64);
}

pub(super) async fn pages_of_the_log_never_split_sets(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (incident, _) = scene.declared(Severity::Three).await;
    for size in [1, 4, 2, 5, 1, 3] {
        let lines: Vec<_> = (0..size).map(|_| scene.entry(incident, "line")).collect();
        accepted(&scene.send(&lines).await);
    }
    let all = scene.log().await;
    for limit in 1..=8 {
        let mut walked: Vec<StoredRow> = Vec::new();
        loop {
            let seq = walked.last().map_or(0, |row| row.seq);
            let page = scene.store.rows_after(seq, limit).await.expect("read");
            let Some(last) = page.last() else { break };
            assert_eq!(last.set_end, last.seq, "a page of {limit} ends with a set");
            let one_set = page.first().is_some_and(|first| first.set_end == last.seq);
            assert!(page.len() <= limit || one_set);
            walked.extend(page);
        }
        assert_eq!(walked, all, "limit {limit}");
    }
}

pub(super) async fn entities_are_what_the_log_folds_to(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (incident, page) = scene.declared(Severity::One).await;
    storm(&[&scene], incident).await;
    let page = page.expect("a page");
    accepted(
        &scene.send(&[scene.page(page, firebell_domain::paging::PageChange::Acknowledge {})]).await,
    );
    let mut folded: BTreeMap<EntityId, Entity> = BTreeMap::new();
    for row in scene.rows().await {
        let before = folded.remove(&row.outcome.entity);
        let stamp = row.stamp().expect("a stamp");
        folded.insert(row.outcome.entity, fold(before, &row.outcome, &stamp, Some(row.seq)));
    }
    assert_eq!(scene.store.count_entities().await.expect("count"), folded.len() as u64);
    let ids: Vec<EntityId> = folded.keys().copied().collect();
    for stored in scene.store.entities(&ids).await.expect("read") {
        let folded = folded.remove(&stored.id).expect("once");
        let bytes = |entity: &Entity| canonical::to_bytes(entity).expect("canonical");
        assert_eq!(bytes(&stored), bytes(&folded));
    }
    assert!(folded.is_empty(), "not stored: {:?}", folded.keys());
}

pub(super) async fn texts_come_back_byte_for_byte(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (incident, _) = scene.declared(Severity::Three).await;
    let long = "长".repeat(20_000);
    let texts = [
        "结账 磁盘",
        "👩‍👩‍👧‍👦 e\u{301} é",
        "\u{202e}txt.exe",
        "a\r\nb\u{2028}c\u{feff}",
        "'\"<>&{{}}${}%\\",
        "=cmd()",
        "العربية 123",
        &long,
    ];
    for text in texts {
        let entry = scene.entry(incident, text);
        accepted(&scene.send(std::slice::from_ref(&entry)).await);
        assert_eq!(scene.entity(entry.entity).await.text("text"), text);
    }
    let nul = scene.send(&[scene.entry(incident, "a\0b")]).await;
    assert!(matches!(refused(&nul), Refusal::ImpossibleValue { .. }));
}

pub(super) async fn earlier_members_of_a_batch_are_visible(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let incident = EntityId(scene.id());
    let declare = scene.set(&[scene.declare(incident, None, Severity::Three)]);
    let mut line = scene.set(&[scene.entry(incident, "first line")]);
    line.after = vec![declare.id];
    let author = Author::Person(scene.ben);
    let sets = vec![declare, line];
    let answers =
        scene.appender.push(Request::of_push(sets, author, Some(scene.device(2)), false)).await;
    assert_eq!(accepted(&answers[0]).1 + 1, accepted(&answers[1]).0);
}

pub(super) async fn rows_of_an_incident_are_all_of_it(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (one, _) = scene.declared(Severity::One).await;
    let (other, _) = scene.declared(Severity::Three).await;
    for incident in [one, other, one] {
        accepted(&scene.send(&[scene.entry(incident, "line")]).await);
    }
    let mut all = scene.log().await;
    all.retain(|row| row.incident == Some(one));
    assert_eq!(scene.store.rows_of(one, 0, 1_000).await.expect("read"), all);
    let middle = all[1].seq;
    let page = scene.store.rows_of(one, middle, 1).await.expect("read");
    assert_eq!(page, [all[2].clone()]);
}

pub(super) async fn beyond_every_number_there_is_nothing(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let (incident, _) = scene.declared(Severity::One).await;
    let store = &scene.store;
    for beyond in [i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX - 1, u64::MAX] {
        assert!(store.rows_after(beyond, 10).await.expect("read").is_empty(), "{beyond}");
        assert!(store.rows_of(incident, beyond, 10).await.expect("read").is_empty(), "{beyond}");
        assert_eq!(store.head_at(beyond).await.expect("read"), None, "{beyond}");
        assert!(store.gained_after(scene.ben, beyond).await.expect("read").is_empty(), "{beyond}");
    }
    let all = scene.log().await;
    assert_eq!(store.rows_after(0, usize::MAX).await.expect("read"), all);
    assert_eq!(store.rows_after(1, usize::MAX).await.expect("read"), all[1..]);
    // A confirmation from beyond the end is the newest there can be.
    accepted(&scene.send(&[scene.incident(incident, IncidentChange::Restrict {})]).await);
    let forget = async || store.to_forget(scene.carl, scene.device(3)).await.expect("read");
    assert_eq!(forget().await.len(), 1);
    store.forgotten(scene.device(3), incident, u64::MAX).await.expect("confirm");
    assert!(forget().await.is_empty());
}

pub(super) async fn doctor_finds_nothing(ground: &dyn Ground) {
    let scene = Scene::new(ground).await;
    let lines = scene.store.check().await.expect("check");
    assert!(!lines.is_empty() && lines.iter().all(|(_, fine, _)| *fine), "{lines:?}");
    // A set that is nowhere has no answer.
    let mut append = scene.store.begin().await.expect("begin");
    assert!(append.answers(&[SetId(scene.id())]).await.expect("read").is_empty());
}
