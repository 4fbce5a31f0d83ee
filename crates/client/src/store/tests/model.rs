//! The store does what the replica in memory does.

use super::*;

/// The store does what the replica in memory does, whatever happens.
#[tokio::test]
async fn the_store_ends_like_the_replica_in_memory() {
    let config = Config { rng_algorithm: RngAlgorithm::ChaCha, ..Config::default() };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let moves = proptest::collection::vec((0..10_u8, proptest::num::u8::ANY), 30..60);
    for case in 0..12 {
        let moves = moves.new_tree(&mut runner).unwrap().current();
        follow(case, &moves).await;
    }
}

async fn follow(case: u32, moves: &[(u8, u8)]) {
    let (folder, mut record, _, mut store) = desk(2).await;
    let mut memory = MemoryReplica::new(WORKSPACE, entity(1), device(1));
    memory.take_chunk(&record.snapshot(entity(1)));
    let (mut mine, mut theirs) = (Pen::new(1), Pen::new(2));
    let mut incidents: Vec<EntityId> = Vec::new();
    for (step, (what, far)) in moves.iter().copied().enumerate() {
        let incident = incidents.get(usize::from(far) % incidents.len().max(1)).copied();
        let next = entity(HOT + 2 * step as u128);
        let set = match (what, incident) {
            (0, _) => {
                incidents.push(next);
                mine.declare(next, None, "mine", false)
            }
            (1, Some(id)) => {
                mine.incident(id, IncidentChange::SetSummary { summary: format!("mine {step}") })
            }
            (2, Some(id)) => mine.incident(id, IncidentChange::TakeCommand {}),
            (3, Some(id)) => mine.write(next, id, "line"),
            (4, id) => {
                // Another person, straight on the record.
                let id = id.filter(|id| record.entities.contains_key(id));
                let set = match id {
                    Some(id) => theirs.incident(
                        id,
                        match far % 3 {
                            0 => IncidentChange::TakeCommand {},
                            1 => IncidentChange::SetSummary { summary: format!("theirs {step}") },
                            _ => IncidentChange::AddMember { person: entity(2) },
                        },
                    ),
                    None => {
                        incidents.push(next);
                        theirs.declare(next, None, "theirs", false)
                    }
                };
                let changes =
                    set.changes.iter().map(|c| serde_json::to_value(c).unwrap()).collect();
                let set = firebell_protocol::frame::PushSet {
                    id: set.id,
                    number: 0,
                    after: Vec::new(),
                    again: false,
                    changes,
                };
                record.push(Author::Person(entity(2)), Some(device(2)), &set);
                continue;
            }
            (5 | 6, _) => {
                let Some(ToServer::Push { sets, .. }) = memory.push() else { continue };
                // The same, however few it looks at first.
                let none = BTreeSet::new();
                let push =
                    store.plan_push_of(1 + usize::from(far % 3), &none, &none).await.unwrap();
                assert_eq!(store.push_sets(&push.sets).await.unwrap(), sets, "case {case}");
                let author = Author::Person(entity(1));
                let answers: Vec<SetAnswer> =
                    sets.iter().map(|set| record.push(author, Some(device(1)), set)).collect();
                memory.take_answers(&answers);
                store.answer(answers, BEGIN).await.unwrap();
                continue;
            }
            (7 | 8, _) => {
                let place = memory.cursor().unwrap().seq;
                let from = place.saturating_sub(u64::from(far % 3));
                let (slots, head) =
                    record.slots(entity(1), from, (place + u64::from(far % 9)).min(record.last()));
                let here = memory.take_rows(&slots, head);
                let there = store.apply(slots, head, BEGIN).await;
                assert_eq!(here.is_ok(), there.is_ok(), "case {case}: {there:?}");
                continue;
            }
            (9, _) => {
                memory.crash();
                store.close().await;
                drop(store);
                store = open(&file(&folder)).await;
                continue;
            }
            _ => continue,
        };
        let here = memory.execute(BEGIN, &set);
        let there = store.execute(vec![set], BEGIN, false).await.unwrap();
        assert_eq!(here.is_ok(), there[0].is_ok(), "case {case}: {here:?} {there:?}");
    }
    assert_eq!(confirmed(&store).await, *memory.confirmed(), "case {case}");
    assert_eq!(visible(&store).await, *memory.visible(), "case {case}");
    let unsent: Vec<_> = memory.unsent().cloned().collect();
    assert_eq!(store.unsent_sets().await.unwrap(), unsent, "case {case}");
    for set in memory.refused() {
        assert_eq!(store.refused_tail(set.id).await.unwrap().first(), Some(set), "case {case}");
    }
    for id in memory.visible().keys() {
        let listed: i64 = sqlx::query_scalar("SELECT count(*) FROM incident WHERE id = ?")
            .bind(blob(id.0))
            .fetch_one(store.readers())
            .await
            .unwrap();
        assert_eq!(listed == 1, incidents.contains(id), "case {case}");
    }
}
