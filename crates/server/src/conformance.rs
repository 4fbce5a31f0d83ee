//! What every store must do, and the append above it: one suite for SQLite, PostgreSQL and the tables
//! in memory. Each case gets an empty record. A case panics when a store does not keep a promise.

mod access;
mod accounts;
mod documents;
mod jobs;
mod keys;
mod log;
mod paging;
mod restore;
pub mod scene;
mod snapshot;

use std::{future::Future, pin::Pin};

use async_trait::async_trait;

use crate::store::SharedStore;

/// Where records are made for the suite.
#[async_trait]
pub trait Grounds: Send + Sync {
    /// A place for an empty record.
    async fn fresh(&self) -> Box<dyn Ground>;
}

/// A place for one record.
#[async_trait]
pub trait Ground: Send + Sync {
    /// A server's store on the record; each call is another server on the same one.
    async fn store(&self) -> SharedStore;

    /// Sets what is added to the database's clock, in milliseconds.
    async fn set_clock_offset(&self, millis: i64);

    /// The record as a backup taken now would bring it back, opened.
    async fn restored(&self) -> SharedStore;
}

type Case = for<'a> fn(&'a dyn Ground) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

macro_rules! cases {
    ($($room:ident: $($name:ident),+;)+) => {
        /// Every case, by name.
        const CASES: &[(&str, Case)] = &[
            $($((concat!(stringify!($room), "::", stringify!($name)),
                |ground| Box::pin($room::$name(ground))),)+)+
        ];
    };
}

cases! {
    log: seq_is_dense_and_the_chain_verifies, two_servers_write_one_record,
        a_resend_gets_the_first_answer, another_body_under_the_same_id_is_refused,
        dependents_of_a_refused_set_name_its_root, a_set_waits_for_what_it_builds_on,
        an_unknown_kind_is_not_now, unknown_fields_are_not_dropped,
        a_set_of_the_wrong_size_is_refused, pages_of_the_log_never_split_sets,
        entities_are_what_the_log_folds_to, texts_come_back_byte_for_byte,
        earlier_members_of_a_batch_are_visible, rows_of_an_incident_are_all_of_it,
        beyond_every_number_there_is_nothing, doctor_finds_nothing;
    paging: page_rows_are_in_the_same_transaction, the_next_step_rings_when_nobody_answers,
        a_set_that_has_a_steps_id_stops_no_page, an_acknowledgement_stops_it, acknowledgement_and_step_race,
        first_rings_wait_for_the_rest_of_a_push, what_a_push_resolves_is_not_paged,
        resolving_ends_ringing, what_is_offered_again_pages_nobody,
        nobody_on_call_is_said, declining_goes_on_at_once, a_test_rings_who_asked,
        paging_opens_a_restricted_incident;
    keys: a_key_is_used_once_by_its_device, a_taken_key_is_answered_with_a_fresh_one,
        a_declaration_without_a_key_gets_the_next, two_declarations_in_one_set_differ,
        grants_and_appends_never_give_a_number_twice;
    access: restricting_is_forgotten_until_confirmed, gaining_is_told_after_a_row,
        a_batch_tells_only_what_it_changed;
    jobs: a_lease_keeps_others_out_and_ends, an_old_fence_ends_nothing, waiting_jobs_are_released,
        of_two_servers_one_tells_somebody_and_the_other_waits,
        who_was_told_is_left_in_peace_by_every_server;
    snapshot: its_pages_cover_everything, an_incident_reopened_meanwhile_is_covered;
    restore: a_new_epoch_extends_the_backup, own_sets_are_offered_again,
        keys_of_the_lost_life_are_accepted;
    documents: updates_are_numbered_kept_and_noted, many_write_one_document_at_once;
    accounts: accounts_are_unique_by_name, an_invitation_works_once, devices_belong_to_one_person;
}

/// Runs every case, says each name before it starts, and answers how many there were.
pub async fn run(grounds: &dyn Grounds) -> usize {
    for (name, case) in CASES {
        eprintln!("conformance: {name}");
        let ground = grounds.fresh().await;
        case(&*ground).await;
    }
    CASES.len()
}
