//! A record in memory that decides, chains and hides like a server, without one.

use std::collections::{BTreeMap, BTreeSet};

use firebell_domain::{
    canonical,
    chain::Hash,
    change::{Author, Body, Change, ChangeSet},
    decide::{Context, Decision, Effect, KeyState, Refusal, Side, decide, stamp},
    directory::{DirectoryChange, settings_id},
    entity::Entity,
    id::{DeviceId, EntityId, SetId},
    outcome,
    permission::may_see,
    time::Timestamp,
};
use firebell_protocol::{
    frame::{PushSet, SetAnswer, Verdict},
    http::{IncidentDump, SnapshotChunk},
    row::{NewRow, Slot, salt_to_hex},
};
use serde::Deserialize;
use serde_json::json;

use super::{BEGIN, Pen, WORKSPACE, entity};

#[derive(Clone)]
struct Stored {
    incident: Option<EntityId>,
    salt: [u8; 16],
    bytes: String,
    head: Hash,
}

/// See the module.
#[derive(Clone)]
pub(crate) struct Record {
    pub(crate) epoch: u64,
    pub(crate) entities: BTreeMap<EntityId, Entity>,
    rows: Vec<Stored>,
    answers: BTreeMap<SetId, (Hash, Verdict)>,
    keys: BTreeMap<u64, KeyState>,
    next_key: u64,
    now: Timestamp,
    /// Who must be told to forget or fetch an incident, in order.
    pub(crate) access: Vec<EntityId>,
}

impl Record {
    /// With people 1 to `people`, all administrators, and settings.
    pub(crate) fn new(people: u128) -> Self {
        let mut record = Self {
            epoch: 1,
            entities: BTreeMap::new(),
            rows: Vec::new(),
            answers: BTreeMap::new(),
            keys: BTreeMap::new(),
            next_key: 1,
            now: BEGIN,
            access: Vec::new(),
        };
        let mut pen = Pen::new(0xffff);
        let settings = DirectoryChange::Put { fields: BTreeMap::new() };
        record.server(pen.one(settings_id(WORKSPACE), Body::Settings(settings)));
        for n in 1..=people {
            let fields = [("name", json!(format!("Person {n}"))), ("admin", json!(true))];
            let fields = fields.map(|(name, value)| (name.to_owned(), value)).into();
            let person = DirectoryChange::Put { fields };
            record.server(pen.one(entity(n), Body::Person(person)));
        }
        record
    }

    /// A set of the server's own.
    pub(crate) fn server(&mut self, set: ChangeSet) {
        let changes = set.changes.iter().map(|c| serde_json::to_value(c).unwrap()).collect();
        let set = PushSet { id: set.id, number: 0, after: Vec::new(), again: false, changes };
        let answer = self.push(Author::Server, None, &set);
        assert!(matches!(answer.verdict, Verdict::Accepted { .. }), "{answer:?}");
    }

    /// Keys for a device.
    pub(crate) fn grant(&mut self, device: DeviceId, count: u64) -> Vec<u64> {
        let numbers: Vec<u64> = (self.next_key..self.next_key + count).collect();
        self.next_key += count;
        self.keys.extend(numbers.iter().map(|number| (*number, KeyState::Granted(device))));
        numbers
    }

    /// Last row.
    pub(crate) fn last(&self) -> u64 {
        self.rows.len() as u64
    }

    /// Head after a row.
    pub(crate) fn head(&self, seq: u64) -> Hash {
        if seq == 0 { Hash::ZERO } else { self.rows[seq as usize - 1].head }
    }

    /// Decides a set; the first answer stands for ever.
    pub(crate) fn push(
        &mut self,
        author: Author,
        device: Option<DeviceId>,
        set: &PushSet,
    ) -> SetAnswer {
        let body = Hash::of(&canonical::to_bytes(&set.changes).unwrap());
        if let Some((known, verdict)) = self.answers.get(&set.id) {
            let verdict = if *known == body {
                verdict.clone()
            } else {
                Verdict::Refused { why: Refusal::OtherBody {} }
            };
            return SetAnswer { id: set.id, verdict };
        }
        let verdict = match self.judge(author, device, set) {
            Ok(verdict) => verdict,
            Err(why) => Verdict::Refused { why },
        };
        self.answers.insert(set.id, (body, verdict.clone()));
        SetAnswer { id: set.id, verdict }
    }

    fn judge(
        &mut self,
        author: Author,
        device: Option<DeviceId>,
        set: &PushSet,
    ) -> Result<Verdict, Refusal> {
        for after in &set.after {
            match self.answers.get(after) {
                Some((_, Verdict::Refused { why: Refusal::DependsOnRefused { root } })) => {
                    return Err(Refusal::DependsOnRefused { root: *root });
                }
                Some((_, Verdict::Refused { .. })) => {
                    return Err(Refusal::DependsOnRefused { root: *after });
                }
                Some(_) => {}
                None => panic!("a set came before one that it builds on"),
            }
        }
        let changes: Vec<Change> =
            set.changes.iter().map(|change| Change::deserialize(change).unwrap()).collect();
        let changes = ChangeSet { id: set.id, changes };
        let keys = |number: u64| self.keys.get(&number).copied().unwrap_or(KeyState::Free);
        let context = Context {
            author,
            device,
            side: Side::Server { next_key: self.next_key },
            world: &self.entities,
            keys: &keys,
        };
        let accepted = match decide(&context, &changes) {
            Decision::Accepted(accepted) => accepted,
            Decision::Refused(why) => {
                if let Refusal::KeyTaken { fresh, .. } = why
                    && let Some(device) = device
                {
                    self.keys.insert(fresh, KeyState::Granted(device));
                    self.next_key = self.next_key.max(fresh + 1);
                }
                return Err(why);
            }
            Decision::Undecided => panic!("a server decides"),
        };
        for effect in accepted.effects {
            match effect {
                Effect::KeyUsed { number, incident } => {
                    self.keys.insert(number, KeyState::Used(incident));
                    self.next_key = self.next_key.max(number + 1);
                }
                Effect::AccessChanged { incident } => self.access.push(incident),
                _ => {}
            }
        }
        let first = self.last() + 1;
        let of = changes.changes.len() as u32;
        for (index, (change, outcome)) in changes.changes.iter().zip(&accepted.outcomes).enumerate()
        {
            self.now = self.now.plus_millis(1);
            let seq = self.last() + 1;
            let row = NewRow {
                seq,
                set: set.id,
                index: index as u32,
                of,
                author,
                device,
                received_at: self.now,
                change,
                outcome,
            };
            let bytes = String::from_utf8(canonical::to_bytes(&row).unwrap()).unwrap();
            let salt = (u128::from(seq) * 0x9e37_79b9_7f4a_7c15).to_be_bytes();
            let head = self.head(seq - 1).extend(seq, Hash::leaf(&salt, bytes.as_bytes()));
            self.rows.push(Stored { incident: outcome.incident, salt, bytes, head });
            let before = self.entities.remove(&outcome.entity);
            let after = outcome::fold(before, outcome, &stamp(change, author), Some(seq));
            self.entities.insert(after.id, after);
        }
        Ok(Verdict::Accepted { first, last: self.last() })
    }

    fn sees(&self, person: EntityId, incident: Option<EntityId>) -> bool {
        incident.and_then(|id| self.entities.get(&id)).is_none_or(|found| may_see(person, found))
    }

    /// Slots after a row as this person gets them, and the head after them.
    pub(crate) fn slots(&self, person: EntityId, after: u64, to: u64) -> (Vec<Slot>, Hash) {
        let slots = (after + 1..=to.min(self.last()))
            .map(|seq| {
                let row = &self.rows[seq as usize - 1];
                if self.sees(person, row.incident) {
                    Slot::Row { seq, salt: salt_to_hex(&row.salt), row: row.bytes.clone() }
                } else {
                    Slot::Leaf { seq, leaf: Hash::leaf(&row.salt, row.bytes.as_bytes()) }
                }
            })
            .collect();
        (slots, self.head(to.min(self.last())))
    }

    /// Everything that this person may see.
    pub(crate) fn view(&self, person: EntityId) -> BTreeMap<EntityId, Entity> {
        let seen = self.entities.iter().filter(|(_, e)| self.sees(person, e.incident));
        seen.map(|(id, entity)| (*id, entity.clone())).collect()
    }

    /// A whole snapshot in one chunk.
    pub(crate) fn snapshot(&self, person: EntityId) -> SnapshotChunk {
        let entities: Vec<String> = self.view(person).values().map(text).collect();
        let done = entities.len() as u64;
        SnapshotChunk {
            epoch: self.epoch,
            start: self.last(),
            head: self.head(self.last()),
            entities,
            priority: 0,
            next: None,
            done,
            total: done,
        }
    }

    /// All entities of an incident.
    pub(crate) fn dump(&self, incident: EntityId) -> IncidentDump {
        let of = self.entities.values().filter(|entity| entity.incident == Some(incident));
        IncidentDump { seq: self.last(), entities: of.map(text).collect() }
    }

    /// Rows of an incident as an `http::History` has them.
    pub(crate) fn history(&self, person: EntityId, incident: EntityId) -> Vec<Slot> {
        let (slots, _) = self.slots(person, 0, self.last());
        slots
            .into_iter()
            .zip(&self.rows)
            .filter(|(_, row)| row.incident == Some(incident))
            .map(|(slot, _)| slot)
            .collect()
    }

    /// Which sets were accepted.
    pub(crate) fn accepted(&self) -> BTreeSet<SetId> {
        let accepted = self.answers.iter();
        accepted
            .filter(|(_, (_, verdict))| matches!(verdict, Verdict::Accepted { .. }))
            .map(|(id, _)| *id)
            .collect()
    }

    /// Back to an earlier state from a backup: a new life, keys beyond what was ever given.
    pub(crate) fn restore(&mut self, backup: &Record) {
        let (epoch, next_key) = (self.epoch + 1, self.next_key);
        // Keys granted since stay with their devices.
        let keys = std::mem::take(&mut self.keys);
        *self = Record { epoch, next_key, ..backup.clone() };
        for (number, state) in keys {
            if matches!(state, KeyState::Granted(_)) {
                self.keys.entry(number).or_insert(state);
            }
        }
    }
}

fn text(entity: &Entity) -> String {
    String::from_utf8(canonical::to_bytes(entity).unwrap()).unwrap()
}
