mod model;

use std::collections::BTreeSet;

use firebell_domain::{
    change::{Author, Body},
    decide::Refusal,
    directory::DirectoryChange,
    entity::World,
    id::{EntityId, SetId},
    incident::{Incident, IncidentChange},
};
use firebell_protocol::frame::{PushSet, SetAnswer, ToServer, Verdict};

use super::*;
use crate::testing::{BEGIN, Pen, Record, WORKSPACE, device, entity};

/// A desktop with its person's pen.
#[derive(Clone)]
struct Desk {
    replica: MemoryReplica,
    pen: Pen,
}

impl Desk {
    fn new(record: &mut Record, n: u128) -> Self {
        let mut replica = MemoryReplica::new(WORKSPACE, entity(n), device(n));
        replica.take_chunk(&record.snapshot(entity(n)));
        replica.add_keys(record.grant(device(n), 5));
        Self { replica, pen: Pen::new(n) }
    }

    fn execute(&mut self, set: &firebell_domain::change::ChangeSet) -> SetId {
        self.replica.execute(self.pen.now, set).expect("accepted here").id
    }

    /// What it would push, without sending it.
    fn push(&mut self) -> Vec<PushSet> {
        match self.replica.push() {
            Some(ToServer::Push { sets, .. }) => sets,
            _ => Vec::new(),
        }
    }

    /// Sends everything and takes the answers.
    fn send(&mut self, record: &mut Record) -> Vec<SetAnswer> {
        let mut all = Vec::new();
        loop {
            let sets = self.push();
            if sets.is_empty() {
                return all;
            }
            let answers = give(record, &self.replica, &sets);
            self.replica.take_answers(&answers);
            all.extend(answers);
        }
    }

    fn pull(&mut self, record: &Record) {
        let place = self.replica.cursor().map_or(0, |cursor| cursor.seq);
        let (slots, head) = record.slots(self.replica.person(), place, record.last());
        self.replica.take_rows(&slots, head).expect("extends");
    }
}

fn give(record: &mut Record, replica: &MemoryReplica, sets: &[PushSet]) -> Vec<SetAnswer> {
    let author = Author::Person(replica.person());
    sets.iter().map(|set| record.push(author, Some(replica.device()), set)).collect()
}

const HOT: u128 = 1_000;

#[test]
fn what_is_executed_shows_at_once_and_stays_until_its_row_arrives() {
    let mut record = Record::new(2);
    let mut a = Desk::new(&mut record, 1);
    let number = a.replica.next_key();
    let set = a.pen.declare(entity(HOT), number, "payments are down", false);
    a.execute(&set);
    let shown = a.replica.visible().get(&entity(HOT)).cloned().unwrap();
    assert_eq!(Incident(&shown).summary(), "payments are down");
    assert_eq!(a.replica.confirmed().get(&entity(HOT)), None);
    assert_ne!(a.replica.next_key(), number);

    a.send(&mut record);
    assert_eq!(a.replica.unsent().count(), 1, "an answer is not the row");
    a.pull(&record);
    assert_eq!(a.replica.unsent().count(), 0);
    assert_eq!(a.replica.visible(), a.replica.confirmed());
    assert_eq!(*a.replica.confirmed(), record.view(entity(1)));
}

#[test]
fn a_row_that_arrives_before_the_answer_settles_the_set_too() {
    let mut record = Record::new(1);
    let mut a = Desk::new(&mut record, 1);
    let set = a.pen.declare(entity(HOT), None, "x", false);
    a.execute(&set);
    let sets = a.push();
    let answers = give(&mut record, &a.replica, &sets);
    a.pull(&record);
    assert_eq!(a.replica.unsent().count(), 0);
    a.replica.take_answers(&answers);
    assert_eq!(*a.replica.confirmed(), record.view(entity(1)));
}

#[test]
fn somebody_elses_change_goes_under_what_is_unsent_here() {
    let mut record = Record::new(2);
    let (mut a, mut b) = (Desk::new(&mut record, 1), Desk::new(&mut record, 2));
    let set = a.pen.declare(entity(HOT), None, "first", false);
    a.execute(&set);
    a.send(&mut record);
    a.pull(&record);
    b.pull(&record);
    let set = b
        .pen
        .incident(entity(HOT), IncidentChange::SetDescription { description: "from b".to_owned() });
    b.execute(&set);
    b.send(&mut record);
    let set =
        a.pen.incident(entity(HOT), IncidentChange::SetSummary { summary: "mine".to_owned() });
    a.execute(&set);
    a.pull(&record);
    let shown = &a.replica.visible()[&entity(HOT)];
    assert_eq!((shown.text("summary"), shown.text("description")), ("mine", "from b"));
    let confirmed = &a.replica.confirmed()[&entity(HOT)];
    assert_eq!((confirmed.text("summary"), confirmed.text("description")), ("first", "from b"));
}

#[test]
fn a_conflict_goes_to_the_inbox_whole_with_what_built_on_it_and_can_be_applied_on_top() {
    let mut record = Record::new(2);
    let (mut a, mut b) = (Desk::new(&mut record, 1), Desk::new(&mut record, 2));
    let set = a.pen.declare(entity(HOT), None, "first", false);
    a.execute(&set);
    a.send(&mut record);
    a.pull(&record);
    b.pull(&record);

    // Both saw "first"; b is faster. a goes on building on its own.
    let seen = a.replica.visible()[&entity(HOT)].stamp("summary").unwrap().change;
    for (desk, words) in [(&mut b, "b's"), (&mut a, "a's")] {
        let mut set = desk
            .pen
            .incident(entity(HOT), IncidentChange::SetSummary { summary: words.to_owned() });
        set.changes[0].seen.insert("summary".to_owned(), seen);
        desk.execute(&set);
    }
    let mut next =
        a.pen.incident(entity(HOT), IncidentChange::SetSummary { summary: "a's again".to_owned() });
    let mine = a.replica.visible()[&entity(HOT)].stamp("summary").unwrap().change;
    next.changes[0].seen.insert("summary".to_owned(), mine);
    a.execute(&next);
    let note = a.pen.write(entity(HOT + 1), entity(HOT), "independent");
    a.execute(&note);
    b.send(&mut record);
    a.send(&mut record);
    a.pull(&record);

    let refused: Vec<_> = a.replica.refused().cloned().collect();
    assert_eq!(refused.len(), 2, "the conflict and what built on it; the note stands");
    let root = refused.iter().find(|set| set.root == set.id).unwrap();
    assert!(matches!(root.refusal, Refusal::Conflict { .. }));
    assert!(refused.iter().all(|set| set.root == root.id));
    assert_eq!(a.replica.visible()[&entity(HOT)].text("summary"), "b's");
    assert!(a.replica.visible().contains_key(&entity(HOT + 1)));

    let mut tail = refused.clone();
    tail.sort_by_key(|set| set.number);
    let mut pen = a.pen.clone();
    let sets = reapply(&tail, a.replica.visible(), a.pen.now, || pen.id()).unwrap();
    a.pen = pen;
    for set in &sets {
        a.execute(set);
    }
    a.replica.dismiss(root.id);
    a.send(&mut record);
    a.pull(&record);
    assert_eq!(a.replica.refused().count(), 0);
    assert_eq!(a.replica.visible()[&entity(HOT)].text("summary"), "a's again");
    assert_eq!(*a.replica.confirmed(), record.view(entity(1)));
}

#[test]
fn a_taken_key_is_replaced_with_all_that_builds_on_it_and_said() {
    let mut record = Record::new(1);
    let mut a = Desk::new(&mut record, 1);
    let mut clone = a.clone();
    clone.pen = Pen::new(77);
    let number = a.replica.next_key();
    let set = a.pen.declare(entity(HOT), number, "original", false);
    a.execute(&set);
    let set = clone.pen.declare(entity(HOT + 50), number, "clone", false);
    clone.execute(&set);
    let set = clone.pen.write(entity(HOT + 51), entity(HOT + 50), "built on it");
    clone.execute(&set);
    a.send(&mut record);
    clone.send(&mut record);
    clone.pull(&record);
    assert_eq!(clone.replica.refused().count(), 0);
    assert_eq!(clone.replica.unsent().count(), 0);
    let shown = &clone.replica.visible()[&entity(HOT + 50)];
    let key = Incident(shown).key().map(str::to_owned);
    assert_ne!(key, number.map(firebell_domain::incident::key));
    assert!(clone.replica.visible().contains_key(&entity(HOT + 51)));
    let notices = clone.replica.take_notices();
    assert!(matches!(notices[..], [Notice::KeyChanged { .. }]), "{notices:?}");
    assert_eq!(*clone.replica.confirmed(), record.view(entity(1)));
}

#[test]
fn a_record_that_was_changed_is_noticed_and_nothing_of_it_applied() {
    let mut record = Record::new(1);
    let mut a = Desk::new(&mut record, 1);
    let before = a.replica.digest();
    let set = Pen::new(9).declare(entity(HOT), None, "x", false);
    record.server(set);
    let (mut slots, head) = record.slots(entity(1), record.last() - 1, record.last());
    let firebell_protocol::row::Slot::Row { row, .. } = &mut slots[0] else { panic!("hidden") };
    *row = row.replace("\"x\"", "\"y\"");
    let error = a.replica.take_rows(&slots, head).unwrap_err();
    assert!(matches!(error, ApplyError::ChainBroken { .. }));
    assert!(a.replica.chain_broken());
    assert_eq!(a.replica.digest(), before);
}

#[test]
fn a_gap_is_an_error_and_a_repetition_none() {
    let mut record = Record::new(1);
    let mut a = Desk::new(&mut record, 1);
    for n in 0..3 {
        record.server(Pen::new(90 + n).declare(entity(HOT + n), None, "x", false));
    }
    let start = a.replica.cursor().unwrap().seq;
    let (slots, head) = record.slots(entity(1), start + 1, start + 2);
    assert_eq!(
        a.replica.take_rows(&slots, head),
        Err(ApplyError::Gap { expected: start + 1, got: start + 2 })
    );
    let (slots, head) = record.slots(entity(1), start, start + 2);
    a.replica.take_rows(&slots, head).unwrap();
    a.replica.take_rows(&slots, head).unwrap();
    let (slots, head) = record.slots(entity(1), start + 1, start + 3);
    a.replica.take_rows(&slots, head).unwrap();
    assert_eq!(*a.replica.confirmed(), record.view(entity(1)));
}

#[test]
fn a_hidden_incident_moves_only_the_cursor_and_what_was_seen_of_it_goes() {
    let mut record = Record::new(2);
    let (mut a, mut b) = (Desk::new(&mut record, 1), Desk::new(&mut record, 2));
    let set = a.pen.declare(entity(HOT), None, "secret soon", false);
    a.execute(&set);
    a.send(&mut record);
    a.pull(&record);
    b.pull(&record);
    let words = b.pen.write(entity(HOT + 1), entity(HOT), "b's own words");
    b.execute(&words);
    let other =
        b.pen.incident(entity(HOT), IncidentChange::SetSummary { summary: "b's title".to_owned() });
    b.execute(&other);

    let set = a.pen.incident(entity(HOT), IncidentChange::Restrict {});
    a.execute(&set);
    a.send(&mut record);
    let frame = b.replica.forget(entity(HOT), 7);
    assert_eq!(frame, ToServer::Forgotten { incident: entity(HOT), seq: 7 });
    b.pull(&record);
    let left = format!("{:?}", b.replica);
    assert!(!left.contains("secret soon"), "nothing of others' words is left");
    assert!(left.contains("b's own words") && left.contains("b's title"));
    assert_eq!(*b.replica.confirmed(), record.view(entity(2)));
    b.send(&mut record);
    assert_eq!(b.replica.refused().count(), 2);
    assert_eq!(b.replica.unsent().count(), 0);
    a.pull(&record);
    assert_eq!(a.replica.cursor(), Some(b.replica.cursor().unwrap()));
}

#[test]
fn command_is_asked_for_first_and_a_held_set_holds_only_what_builds_on_it() {
    let set = |n: u64, after: &[u64], referee: bool| Waiting {
        number: n,
        id: SetId(uuid::Uuid::from_u128(u128::from(n))),
        after: after.iter().map(|n| SetId(uuid::Uuid::from_u128(u128::from(*n)))).collect(),
        referee,
        again: false,
        bytes: 100,
    };
    let numbers = |push: &Push| push.sets.iter().map(|id| id.0.as_u128()).collect::<Vec<_>>();
    let none = BTreeSet::new();
    let waiting = [set(1, &[], false), set(2, &[1], false), set(3, &[], true), set(4, &[2], true)];
    assert_eq!(numbers(&plan(&waiting, &none, &none)), [3, 1, 2, 4]);
    let held: BTreeSet<SetId> = [waiting[1].id].into();
    assert_eq!(numbers(&plan(&waiting, &none, &held)), [3, 1]);
    let flight: BTreeSet<SetId> = [waiting[0].id].into();
    assert_eq!(numbers(&plan(&waiting, &flight, &none)), [3, 2, 4]);
    let long: Vec<Waiting> =
        (1..=1_000).map(|n| set(n, if n > 1 { &[999][..0] } else { &[] }, false)).collect();
    let push = plan(&long, &none, &none);
    assert_eq!((push.sets.len(), push.more), (firebell_protocol::MAX_PUSH, true));
    let chain: Vec<Waiting> = (1..=100_000).map(|n| set(n, &[n - 1], n == 100_000)).collect();
    let push = plan(&chain, &none, &none);
    assert_eq!((push.sets[0], push.more), (chain[0].id, true));
    let large = [
        Waiting { bytes: usize::MAX / 2, ..set(1, &[], false) },
        set(2, &[1], false),
        set(3, &[], false),
    ];
    let push = plan(&large, &none, &none);
    assert_eq!((numbers(&push), push.too_large.len()), (vec![3], 1));
}

#[test]
fn after_a_restore_own_sets_are_offered_again_and_nothing_is_lost() {
    let mut record = Record::new(2);
    let (mut a, mut b) = (Desk::new(&mut record, 1), Desk::new(&mut record, 2));
    let set = a.pen.declare(entity(HOT), a.replica.next_key(), "kept", false);
    a.execute(&set);
    a.send(&mut record);
    a.pull(&record);
    b.pull(&record);
    let backup = record.clone();
    let set =
        a.pen.incident(entity(HOT), IncidentChange::SetSummary { summary: "lost".to_owned() });
    a.execute(&set);
    let set = a.pen.incident(entity(HOT), IncidentChange::TakeCommand {});
    a.execute(&set);
    let set = b.pen.declare(entity(HOT + 9), b.replica.next_key(), "b's, lost too", false);
    b.execute(&set);
    a.send(&mut record);
    b.send(&mut record);
    a.pull(&record);
    b.pull(&record);
    record.restore(&backup);
    for desk in [&mut a, &mut b] {
        let person = desk.replica.person();
        desk.replica.disconnect();
        desk.replica.begin_life();
        desk.replica.take_chunk(&record.snapshot(person));
    }
    assert_eq!(a.replica.visible()[&entity(HOT)].text("summary"), "lost", "shown, and on its way");
    assert!(!a.replica.visible().contains_key(&entity(HOT + 9)), "not its to offer");
    for desk in [&mut a, &mut b] {
        desk.send(&mut record);
    }
    for desk in [&mut a, &mut b] {
        desk.pull(&record);
        assert_eq!(*desk.replica.confirmed(), record.view(desk.replica.person()));
        assert_eq!((desk.replica.unsent().count(), desk.replica.refused().count()), (0, 0));
    }
    assert_eq!(b.replica.visible()[&entity(HOT)].text("summary"), "lost");
    assert!(a.replica.visible().contains_key(&entity(HOT + 9)));
}

#[test]
fn what_builds_on_a_refusal_of_a_lost_life_is_decided_in_the_new_one() {
    let mut record = Record::new(2);
    let (mut a, mut b) = (Desk::new(&mut record, 1), Desk::new(&mut record, 2));
    let set = a.pen.declare(entity(HOT), None, "x", false);
    a.execute(&set);
    a.send(&mut record);
    a.pull(&record);
    b.pull(&record);
    let backup = record.clone();
    let set = b.pen.incident(entity(HOT), IncidentChange::TakeCommand {});
    b.execute(&set);
    b.send(&mut record);
    for change in [IncidentChange::TakeCommand {}, IncidentChange::Resolve {}] {
        let set = a.pen.incident(entity(HOT), change);
        a.execute(&set);
    }
    let sets = a.push();
    assert_eq!((sets.len(), &sets[1].after), (2, &vec![sets[0].id]));
    // Only the first is answered before the record goes back to where nobody was in command.
    let answers = give(&mut record, &a.replica, &sets[..1]);
    assert!(matches!(answers[0].verdict, Verdict::Refused { .. }));
    a.replica.take_answers(&answers);
    record.restore(&backup);
    a.replica.disconnect();
    a.replica.begin_life();
    a.replica.take_chunk(&record.snapshot(entity(1)));
    a.send(&mut record);
    assert_eq!(a.replica.unsent().count(), 0, "it waits for what the new life never hears of");
    assert_eq!(a.replica.refused().count(), 2);
}

#[test]
fn a_person_who_was_made_here_is_known_here() {
    let mut record = Record::new(1);
    let mut a = Desk::new(&mut record, 1);
    let fields = [("name".to_owned(), serde_json::json!("New"))].into();
    let set = a.pen.one(entity(500), Body::Person(DirectoryChange::Put { fields }));
    a.execute(&set);
    let set = a.pen.declare(entity(HOT), None, "x", false);
    a.execute(&set);
    let set = a.pen.incident(entity(HOT), IncidentChange::AddMember { person: entity(500) });
    a.execute(&set);
    let last = a.replica.unsent().last().unwrap();
    assert_eq!(last.after.len(), 2, "it builds on the incident and on the person");
    assert!(a.replica.unsent().all(|set| set.written_at >= BEGIN));
    let answers = a.send(&mut record);
    assert!(answers.iter().all(|answer| matches!(answer.verdict, Verdict::Accepted { .. })));
}
