use std::collections::BTreeSet;

use firebell_domain::{
    chain::Hash,
    id::{EntityId, SetId},
    time::Timestamp,
};
use firebell_protocol::{
    frame::{PushSet, Resume, SetAnswer, ToClient, ToServer, Verdict},
    http::{IncidentDump, LogPage, SnapshotChunk},
    row::{Cursor, Slot},
};
use uuid::Uuid;

use super::{engine::*, *};
use crate::{
    api::{ApiError, ErrorCode},
    replica::{ApplyError, Place},
    store::{Identity, Progress, SyncStart},
    testing::{BEGIN, Pen, Record, WORKSPACE, device, entity},
};

/// An engine with a clock, and the effects of its last step.
struct Talk {
    engine: Engine,
    up: u64,
    effects: Vec<Effect>,
}

fn start(seq: Option<u64>) -> SyncStart {
    SyncStart {
        identity: Identity { workspace: WORKSPACE, person: entity(1), device: device(1) },
        cursor: seq.map(|seq| Cursor { workspace: WORKSPACE, epoch: 1, seq, head: Hash::ZERO }),
        snapshot: false,
        chain_broken: false,
        keys_left: 20,
        highest_key: 20,
    }
}

fn leaf(seq: u64) -> Slot {
    Slot::Leaf { seq, leaf: Hash::ZERO }
}

fn rows(from: u64, to: u64) -> ToClient {
    ToClient::Rows { slots: (from..=to).map(leaf).collect(), head: Hash::ZERO }
}

fn set(n: u128) -> PushSet {
    let id = SetId(Uuid::from_u128(n));
    PushSet { id, number: 1, after: Vec::new(), again: false, changes: Vec::new() }
}

impl Talk {
    fn new() -> Self {
        Self { engine: Engine::new(false), up: 0, effects: Vec::new() }
    }

    fn on(&mut self, input: Input) -> &[Effect] {
        let wall = Timestamp(BEGIN.0 + i64::try_from(self.up).unwrap());
        self.effects = self.engine.on(Now { wall, up: self.up, dice: 7 }, input);
        &self.effects
    }

    fn wait(&mut self, millis: u64) -> &[Effect] {
        self.up += millis;
        self.on(Input::Tick)
    }

    fn frame(&mut self, frame: ToClient) -> &[Effect] {
        self.on(Input::Frame(frame))
    }

    /// Up to the greeting.
    fn greet(seq: Option<u64>, resume: Resume) -> Self {
        let mut talk = Self::new();
        assert!(matches!(talk.on(Input::Tick)[..], [Effect::Begin]));
        let begun = talk.on(Input::Begun(Box::new(start(seq)), None));
        assert!(matches!(begun[..], [Effect::Open]));
        assert!(matches!(talk.on(Input::Opened)[..], [Effect::Hello(_)]));
        talk.welcome(1, resume);
        talk
    }

    fn welcome(&mut self, epoch: u64, resume: Resume) {
        self.frame(ToClient::Welcome {
            protocol: 1,
            workspace: WORKSPACE,
            epoch,
            person: entity(1),
            now: BEGIN,
            resume,
        });
    }

    fn applied(&mut self, seq: u64) -> &[Effect] {
        self.on(Input::Applied(Ok(Place { seq, head: Hash::ZERO })))
    }

    /// Ticket of the only fetch among the last effects.
    fn ticket(&self) -> (u64, Fetch) {
        let fetches: Vec<_> = self
            .effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Fetch(ticket, what) => Some((*ticket, what.clone())),
                _ => None,
            })
            .collect();
        let [one] = &fetches[..] else { panic!("{:?}", self.effects) };
        one.clone()
    }

    fn applies(&self) -> Option<(u64, u64)> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Apply(slots, _) => Some((slots.first()?.seq(), slots.last()?.seq())),
            _ => None,
        })
    }

    fn pushes(&self) -> Option<(usize, bool)> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Send(ToServer::Push { sets, more }) => Some((sets.len(), *more)),
            _ => None,
        })
    }

    fn plans(&self) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::Plan { .. }))
    }
}

#[test]
fn rows_are_applied_one_frame_after_the_other_and_a_gap_is_fetched() {
    let mut talk = Talk::greet(Some(10), Resume::Rows);
    talk.frame(rows(11, 12));
    assert_eq!(talk.applies(), Some((11, 12)));
    talk.frame(rows(13, 13));
    assert_eq!(talk.applies(), None, "the first is not written yet");
    talk.applied(12);
    assert_eq!(talk.applies(), Some((13, 13)));
    talk.applied(13);
    talk.frame(rows(20, 21));
    let (ticket, what) = talk.ticket();
    assert_eq!(what, Fetch::Log { after: 13 });
    // Comes while the page is on its way, and is on no page.
    talk.frame(rows(22, 22));
    let slots = (14..=21).map(leaf).collect();
    let page = LogPage { epoch: 1, slots, head: Hash::ZERO, last: 21 };
    talk.on(Input::Fetched(ticket, Ok(Fetched::Log(page))));
    assert_eq!(talk.applies(), Some((14, 21)));
    talk.applied(21);
    let (ticket, what) = talk.ticket();
    assert_eq!(what, Fetch::Log { after: 21 });
    let page = LogPage { epoch: 1, slots: vec![leaf(22)], head: Hash::ZERO, last: 22 };
    talk.on(Input::Fetched(ticket, Ok(Fetched::Log(page))));
    talk.applied(22);
    assert!(matches!(talk.effects[..], [Effect::FindDocuments]), "{:?}", talk.effects);
}

#[test]
fn a_slow_desktop_catches_up_by_pages() {
    let mut talk = Talk::greet(Some(10), Resume::Rows);
    talk.frame(ToClient::CatchUp {});
    let (ticket, _) = talk.ticket();
    let page = |from: u64, to: u64| LogPage {
        epoch: 1,
        slots: (from..=to).map(leaf).collect(),
        head: Hash::ZERO,
        last: 30,
    };
    talk.on(Input::Fetched(ticket, Ok(Fetched::Log(page(11, 20)))));
    talk.applied(20);
    let (ticket, what) = talk.ticket();
    assert_eq!(what, Fetch::Log { after: 20 });
    // The server does not answer: tried again, later.
    talk.on(Input::Fetched(ticket, Err(ApiError::of(ErrorCode::Offline, "x"))));
    talk.wait(1_000);
    assert!(talk.effects.is_empty(), "{:?}", talk.effects);
    talk.wait(6_000);
    assert_eq!(talk.ticket().1, Fetch::Log { after: 20 });
}

#[test]
fn a_broken_chain_stops_everything_but_what_is_sent() {
    let mut talk = Talk::greet(Some(10), Resume::Rows);
    talk.frame(rows(11, 11));
    talk.on(Input::Applied(Err(ApplyError::ChainBroken { seq: 11 })));
    assert!(talk.effects.iter().any(|effect| matches!(effect, Effect::ChainBroken)));
    assert!(talk.engine.state().chain_broken);
    talk.frame(rows(12, 12));
    assert_eq!(talk.applies(), None);
    talk.on(Input::Outbox(20));
    let talk = Talk::greet(Some(10), Resume::ChainBroken);
    assert!(talk.engine.state().chain_broken);
}

fn chunk(next: Option<&str>) -> SnapshotChunk {
    SnapshotChunk {
        epoch: 1,
        start: 40,
        head: Hash::ZERO,
        entities: Vec::new(),
        priority: 0,
        next: next.map(str::to_owned),
        done: 1,
        total: 2,
    }
}

fn progress(next: &str) -> Progress {
    Progress {
        epoch: 1,
        start: 40,
        head: Hash::ZERO,
        next: Some(next.to_owned()),
        priority: 0,
        done: 1,
        total: 2,
    }
}

#[test]
fn a_first_sync_takes_chunks_and_then_the_log_from_where_it_began() {
    let mut talk = Talk::greet(None, Resume::Snapshot);
    let (first, what) = talk.ticket();
    assert_eq!(what, Fetch::Snapshot { token: None });
    assert_eq!(talk.engine.state().first_sync, Some(0));
    talk.on(Input::Fetched(first, Ok(Fetched::Snapshot(chunk(Some("t"))))));
    let (second, what) = talk.ticket();
    assert_eq!(what, Fetch::Snapshot { token: Some("t".to_owned()) });
    assert!(matches!(talk.effects[1], Effect::SaveChunk(_)));
    talk.on(Input::ChunkSaved(Some(progress("t"))));
    assert_eq!(talk.engine.state().first_sync, Some(50));
    talk.frame(rows(50, 50));
    talk.on(Input::Fetched(second, Ok(Fetched::Snapshot(chunk(None)))));
    assert_eq!(talk.applies(), None);
    talk.on(Input::ChunkSaved(None));
    assert_eq!(talk.ticket().1, Fetch::Log { after: 40 });
    assert!(talk.plans(), "what was executed meanwhile may build on what came");
    assert_eq!(talk.engine.state().first_sync, None);
}

#[test]
fn a_first_sync_goes_on_with_its_token_and_begins_anew_when_that_is_stale() {
    let mut talk = Talk::new();
    talk.on(Input::Tick);
    let begin = SyncStart { snapshot: true, ..start(None) };
    talk.on(Input::Begun(Box::new(begin), Some(progress("t"))));
    talk.on(Input::Opened);
    talk.welcome(1, Resume::Snapshot);
    let (ticket, what) = talk.ticket();
    assert_eq!(what, Fetch::Snapshot { token: Some("t".to_owned()) });
    talk.on(Input::Fetched(ticket, Err(ApiError::of(ErrorCode::Invalid, "stale"))));
    assert!(matches!(talk.effects[0], Effect::DropSnapshot));
    assert_eq!(talk.ticket().1, Fetch::Snapshot { token: None });
}

#[test]
fn a_new_life_is_prepared_before_anything_is_sent_to_it() {
    let talk = Talk::greet(Some(10), Resume::NewEpoch);
    let at = |wanted: fn(&Effect) -> bool| talk.effects.iter().position(wanted).unwrap();
    let begins = at(|effect| matches!(effect, Effect::BeginLife));
    assert!(begins < at(|effect| matches!(effect, Effect::Plan { .. })));
    assert!(
        begins < at(|effect| matches!(effect, Effect::Fetch(_, Fetch::Snapshot { token: None })))
    );
}

#[test]
fn rows_wait_for_an_incident_that_came_into_sight() {
    let mut talk = Talk::greet(Some(10), Resume::Rows);
    talk.frame(ToClient::Backfill { incident: entity(5), to_seq: 11 });
    let (ticket, what) = talk.ticket();
    assert_eq!(what, Fetch::Incident(entity(5)));
    talk.frame(rows(11, 11));
    assert_eq!(talk.applies(), None);
    let dump = IncidentDump { seq: 11, entities: Vec::new() };
    talk.on(Input::Fetched(ticket, Ok(Fetched::Incident(dump))));
    assert!(matches!(talk.effects[..], [Effect::SaveIncident(..)]));
    talk.on(Input::IncidentSaved(entity(5)));
    assert_eq!(talk.applies(), Some((11, 11)));
}

#[test]
fn what_went_out_of_sight_while_it_was_fetched_is_not_written() {
    let mut record = Record::new(2);
    let hidden: EntityId = entity(1_000);
    record.server(Pen::new(50).declare(hidden, None, "secret", false));
    record.server(Pen::new(51).declare(entity(2_000), None, "open", false));
    let mut talk = Talk::greet(None, Resume::Snapshot);
    let (ticket, _) = talk.ticket();
    talk.frame(ToClient::Forget { incident: hidden, seq: 3 });
    assert!(matches!(talk.effects[..], [Effect::Forget(_, 3)]));
    let forgot = talk.on(Input::Forgot(hidden, 3));
    assert!(matches!(forgot[..], [Effect::Send(ToServer::Forgotten { seq: 3, .. })]));
    let chunk = record.snapshot(entity(1));
    assert!(format!("{chunk:?}").contains("secret"));
    talk.on(Input::Fetched(ticket, Ok(Fetched::Snapshot(chunk))));
    let written = format!("{:?}", talk.effects);
    assert!(!written.contains("secret") && written.contains("open"));

    let (slots, head) = record.slots(entity(1), 0, record.last());
    let page = LogPage { epoch: 1, slots, head, last: record.last() };
    let forgotten: BTreeSet<EntityId> = [hidden].into();
    let Fetched::Log(page) = Fetched::Log(page).without(&forgotten) else { panic!() };
    assert!(!format!("{page:?}").contains("secret"));
    let place = Place { seq: 0, head: Hash::ZERO };
    crate::replica::verify(place, &page.slots, page.head).expect("the chain is whole");
}

#[test]
fn one_push_at_a_time_says_whether_more_follows_and_says_when_nothing_does() {
    let mut talk = Talk::greet(Some(10), Resume::Rows);
    assert!(talk.plans());
    talk.on(Input::Planned(vec![set(1), set(2)], true));
    assert_eq!(talk.pushes(), Some((2, true)));
    talk.on(Input::Outbox(20));
    assert!(!talk.plans(), "the first is not answered");
    let answers = |n: u128, verdict: Verdict| SetAnswer { id: SetId(Uuid::from_u128(n)), verdict };
    let accepted = Verdict::Accepted { first: 11, last: 11 };
    let later = Verdict::NotNow { error: ApiError::of(ErrorCode::TooMany, "slow down") };
    talk.frame(ToClient::Answers { answers: vec![answers(1, accepted), answers(2, later)] });
    assert!(matches!(talk.effects[0], Effect::Answer(_)));
    let Some(Effect::Plan { held, .. }) = talk.effects.last() else { panic!("{:?}", talk.effects) };
    assert_eq!(held.len(), 1);
    // The rest is held: the server must not wait for it.
    talk.on(Input::Planned(Vec::new(), false));
    assert_eq!(talk.pushes(), Some((0, false)));
    talk.frame(ToClient::Answers { answers: Vec::new() });
    talk.on(Input::Planned(Vec::new(), false));
    assert_eq!(talk.pushes(), None);
    talk.wait(3_000);
    let plan = talk.effects.iter().find_map(|effect| match effect {
        Effect::Plan { held, .. } => Some(held.len()),
        _ => None,
    });
    assert_eq!(plan, Some(0), "and is tried again");
}

#[test]
fn what_was_on_its_way_is_sent_again_after_a_reconnect_and_late_answers_to_fetches_mean_nothing() {
    let mut talk = Talk::greet(Some(10), Resume::Rows);
    talk.on(Input::Planned(vec![set(1)], false));
    talk.frame(ToClient::CatchUp {});
    let (stale, _) = talk.ticket();
    talk.on(Input::Closed(None));
    assert!(!talk.engine.state().online);
    assert!(talk.engine.state().offline_since.is_some());
    talk.wait(2_000);
    assert!(matches!(talk.effects[..], [Effect::Begin]));
    talk.on(Input::Begun(Box::new(start(Some(10))), None));
    talk.on(Input::Opened);
    talk.welcome(1, Resume::Rows);
    let Some(Effect::Plan { flight, .. }) =
        talk.effects.iter().find(|effect| matches!(effect, Effect::Plan { .. }))
    else {
        panic!("{:?}", talk.effects)
    };
    assert!(flight.is_empty());
    let page = LogPage { epoch: 1, slots: vec![leaf(11)], head: Hash::ZERO, last: 11 };
    talk.on(Input::Fetched(stale, Ok(Fetched::Log(page))));
    assert_eq!(talk.applies(), None);
}

#[test]
fn a_session_that_was_ended_is_not_tried_again_until_somebody_signs_in() {
    let mut talk = Talk::greet(Some(10), Resume::Rows);
    let error = ApiError::of(ErrorCode::Revoked, "by an administrator");
    talk.frame(ToClient::Fault { error: error.clone() });
    assert!(matches!(talk.effects[..], [Effect::Close, Effect::SignedOut(_)]));
    assert_eq!(talk.engine.state().blocked, Some(error));
    for _ in 0..100 {
        assert!(talk.wait(60_000).is_empty());
    }
    talk.on(Input::Retry);
    assert!(matches!(talk.wait(1)[..], [Effect::Begin]));
}

#[test]
fn another_record_at_the_same_address_is_not_taken_for_ours() {
    let mut talk = Talk::new();
    talk.on(Input::Tick);
    talk.on(Input::Begun(Box::new(start(None)), None));
    talk.on(Input::Opened);
    talk.frame(ToClient::Welcome {
        protocol: 1,
        workspace: firebell_domain::id::WorkspaceId(Uuid::from_u128(4)),
        epoch: 1,
        person: entity(1),
        now: BEGIN,
        resume: Resume::Snapshot,
    });
    assert!(matches!(talk.effects[..], [Effect::Close, Effect::SignedOut(_)]));
}

#[test]
fn more_keys_are_asked_for_once_while_none_come() {
    let mut talk = Talk::greet(Some(10), Resume::Rows);
    let asks = |effects: &[Effect]| {
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Send(ToServer::NeedKeys { count: 15 })))
    };
    assert!(asks(talk.on(Input::Outbox(5))));
    assert!(!asks(talk.on(Input::Outbox(5))));
    talk.frame(ToClient::Keys { numbers: (100..115).collect() });
    assert_eq!(talk.engine.state().keys_left, 20);
    // Counted before they were saved, and heard after they came: no reason to ask for more.
    let asks = |talk: &mut Talk, input| {
        let effects = talk.on(input);
        effects.iter().any(|effect| matches!(effect, Effect::Send(ToServer::NeedKeys { .. })))
    };
    assert!(!asks(&mut talk, Input::Outbox(5)));
    assert!(!asks(&mut talk, Input::KeysAdded(20)));
    assert_eq!(talk.engine.state().keys_left, 20);
    assert!(asks(&mut talk, Input::Outbox(4)));
}

#[test]
fn a_document_is_exchanged_once_at_a_time_and_holds_nothing_else_up() {
    let mut talk = Talk::greet(Some(10), Resume::Rows);
    assert!(talk.effects.iter().any(|effect| matches!(effect, Effect::Look)));
    assert!(talk.effects.iter().any(|effect| matches!(effect, Effect::FindDocuments)));
    talk.on(Input::Documents(vec![entity(5), entity(6)]));
    let fetches = talk.effects.iter().filter(|effect| matches!(effect, Effect::Fetch(..)));
    assert_eq!(fetches.count(), 2);
    // Found again while it is on its way.
    talk.on(Input::Outbox(20));
    talk.on(Input::Documents(vec![entity(5)]));
    assert!(talk.effects.is_empty(), "{:?}", talk.effects);
    talk.frame(rows(11, 11));
    talk.applied(11);
    talk.wait(6_000);
    assert!(talk.effects.iter().any(|effect| matches!(effect, Effect::FindHistory)), "it goes on");
    let answer = firebell_protocol::document::Exchanged::default();
    talk.on(Input::Fetched(1, Ok(Fetched::Document(7, answer))));
    assert!(
        matches!(talk.effects[0], Effect::SaveDocument(incident, 7, _) if incident == entity(5))
    );
    talk.on(Input::DocumentSaved(entity(5)));
    assert!(talk.effects.iter().any(|effect| matches!(effect, Effect::FindDocuments)));
    // The incident has not arrived there yet: tried again, later.
    talk.on(Input::Fetched(2, Err(ApiError::of(ErrorCode::NotFound, "x"))));
    talk.wait(7_000);
    assert_eq!(talk.ticket().1, Fetch::Document(entity(6)));
    let (ticket, _) = talk.ticket();
    talk.on(Input::Fetched(ticket, Err(ApiError::of(ErrorCode::TooLarge, "x"))));
    assert!(matches!(talk.effects[..], [Effect::HoldDocument(incident)] if incident == entity(6)));
}

#[test]
fn what_is_forgotten_is_exchanged_no_more() {
    let mut talk = Talk::greet(Some(10), Resume::Rows);
    talk.on(Input::Documents(vec![entity(5), entity(6)]));
    talk.on(Input::Fetched(1, Err(ApiError::of(ErrorCode::NotFound, "hidden"))));
    talk.frame(ToClient::Forget { incident: entity(5), seq: 11 });
    talk.frame(ToClient::Forget { incident: entity(6), seq: 12 });
    let answer = firebell_protocol::document::Exchanged::default();
    talk.on(Input::Fetched(2, Ok(Fetched::Document(0, answer))));
    assert!(talk.effects.is_empty(), "{:?}", talk.effects);
    talk.wait(60_000);
    let again = talk.effects.iter().any(|effect| matches!(effect, Effect::Fetch(..)));
    assert!(!again, "{:?}", talk.effects);
}
