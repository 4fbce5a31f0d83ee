//! Three desktops and a record in random order: whatever happens, all replicas end equal.

use proptest::prelude::*;

use super::*;

/// One step of a simulation.
#[derive(Debug, Clone, Copy)]
struct Move {
    desk: usize,
    what: u8,
    on: u8,
    far: u8,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = (0..3_usize, 0..12_u8, any::<u8>(), any::<u8>())
        .prop_map(|(desk, what, on, far)| Move { desk, what, on, far });
    prop::collection::vec(one, 20..120)
}

struct World3 {
    record: Record,
    desks: Vec<Desk>,
    /// Answers under way, by desk; they may be lost or come twice.
    answers: Vec<Vec<SetAnswer>>,
    executed: Vec<BTreeSet<SetId>>,
    incidents: Vec<EntityId>,
    access: usize,
    next: u128,
}

impl World3 {
    fn step(&mut self, Move { desk: at, what, on, far }: Move) {
        let incident = self.incidents.get(usize::from(on) % self.incidents.len().max(1)).copied();
        let Some(desk) = self.desks.get_mut(at) else { return };
        let visible = |desk: &Desk, id: EntityId| desk.replica.visible().entity(id).is_some();
        match (what, incident) {
            (0, _) => {
                self.next += 10;
                let id = entity(HOT + self.next);
                let number = desk.replica.next_key().filter(|_| far % 2 == 0);
                let set = desk.pen.declare(id, number, "declared", far % 5 == 0);
                self.executed[at].insert(desk.execute(&set));
                self.incidents.push(id);
            }
            (1..=4, Some(id)) if visible(desk, id) => {
                let change = match what {
                    1 => IncidentChange::SetSummary { summary: format!("by {at} {far}") },
                    2 => IncidentChange::TakeCommand {},
                    3 => IncidentChange::AddMember { person: entity(u128::from(far % 3) + 1) },
                    _ if far % 2 == 0 => IncidentChange::Restrict {},
                    _ => IncidentChange::Resolve {},
                };
                let mut set = desk.pen.incident(id, change);
                let stamp = desk.replica.visible()[&id].stamp("summary").map(|stamp| stamp.change);
                if what == 1 && far % 2 == 0 {
                    set.changes[0].seen.extend(stamp.map(|stamp| ("summary".to_owned(), stamp)));
                }
                let now = desk.pen.now;
                if let Ok(done) = desk.replica.execute(now, &set) {
                    self.executed[at].insert(done.id);
                }
            }
            (5, Some(id)) if visible(desk, id) => {
                self.next += 10;
                let set = desk.pen.write(entity(HOT + self.next + 1), id, "line");
                self.executed[at].insert(desk.execute(&set));
            }
            (6, _) => {
                let sets = desk.push();
                let given = give(&mut self.record, &desk.replica, &sets);
                self.answers[at].extend(given);
                self.tell_access();
            }
            // Answers arrive, some of them twice; or are lost with the connection.
            (7, _) => {
                let given = self.answers[at].clone();
                desk.replica.take_answers(&given);
                if far % 2 == 0 {
                    self.answers[at].clear();
                }
            }
            (8, _) => {
                self.answers[at].clear();
                desk.replica.crash();
            }
            // Rows from somewhere to somewhere: too old, overlapping, with a gap.
            (9 | 10, _) => {
                let place = desk.replica.cursor().map_or(0, |cursor| cursor.seq);
                let from = (place + 2).saturating_sub(u64::from(on % 6));
                let (slots, head) =
                    self.record.slots(desk.replica.person(), from, from + u64::from(far % 16));
                match desk.replica.take_rows(&slots, head) {
                    Ok(()) | Err(ApplyError::Gap { .. }) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            (11, _) if far % 8 == 0 => {
                desk.replica.disconnect();
                desk.replica.begin_snapshot();
                let person = desk.replica.person();
                desk.replica.take_chunk(&self.record.snapshot(person));
            }
            _ => {}
        }
    }

    /// The server says who lost and who gained sight, ahead of rows.
    fn tell_access(&mut self) {
        for incident in self.record.access.split_off(self.access) {
            for desk in &mut self.desks {
                let sees = self.record.view(desk.replica.person()).contains_key(&incident);
                if sees {
                    desk.replica.take_incident(&self.record.dump(incident));
                } else {
                    desk.replica.forget(incident, 0);
                }
            }
        }
        self.access = self.record.access.len();
    }

    fn settle(&mut self) {
        for round in 0..4 {
            for at in 0..self.desks.len() {
                let desk = &mut self.desks[at];
                desk.replica.disconnect();
                desk.send(&mut self.record);
                self.tell_access();
                self.desks[at].pull(&self.record);
            }
            assert!(round < 4);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn whatever_order_frames_arrive_in_all_replicas_end_equal(moves in moves(), old in 0..3_usize) {
        let mut record = Record::new(3);
        let desks: Vec<Desk> = (1..=3).map(|n| Desk::new(&mut record, n)).collect();
        let mut world = World3 {
            record,
            desks,
            answers: vec![Vec::new(); 3],
            executed: vec![BTreeSet::new(); 3],
            incidents: Vec::new(),
            access: 0,
            next: 0,
        };
        world.desks[old].replica.forget_change_kinds();
        for one in moves {
            world.step(one);
        }
        world.settle();
        let accepted = world.record.accepted();
        for (desk, executed) in world.desks.iter().zip(&world.executed) {
            let view = world.record.view(desk.replica.person());
            prop_assert_eq!(desk.replica.confirmed(), &view);
            prop_assert_eq!(desk.replica.visible(), &view);
            prop_assert_eq!(desk.replica.cursor().unwrap().head, world.record.head(world.record.last()));
            prop_assert_eq!(desk.replica.unsent().count(), 0);
            let refused: BTreeSet<SetId> = desk.replica.refused().map(|set| set.id).collect();
            for set in executed {
                prop_assert!(accepted.contains(set) != refused.contains(set), "{}", set);
            }
        }
    }
}
