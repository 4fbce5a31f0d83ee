//! The proofs, one file each; a file that is not named here does not exist for `cargo xtask prove`.

mod ack_by_mail;
mod ack_race;
mod alert_storm;
mod bad_files;
mod bench_spine;
mod browser;
mod calendar_feed;
mod command_race;
mod convergence;
mod document_merge;
mod hostile_content;
mod human_path;
mod kill_desktop;
mod kill_desktop_window;
mod log_order;
mod long_timeline;
mod oncall_oracle;
mod page_escalates;
mod page_latency;
mod page_node_loss;
mod page_stories;
mod restricted_bytes;
mod screens;
mod set_up;
mod story_offline;
mod story_online;
mod story_stream;
mod time_phrases;
mod views_accessible;

use crate::proof::Proof;

/// All proofs, in the order in which they run.
pub const ALL: &[Proof] = &[
    story_online::PROOF,
    story_offline::PROOF,
    story_stream::PROOF,
    command_race::PROOF,
    ack_race::PROOF,
    page_escalates::PROOF,
    page_node_loss::PROOF,
    page_latency::PROOF,
    page_stories::PROOF,
    alert_storm::PROOF,
    ack_by_mail::PROOF,
    calendar_feed::PROOF,
    set_up::PROOF,
    kill_desktop::PROOF,
    convergence::PROOF,
    document_merge::PROOF,
    long_timeline::PROOF,
    log_order::PROOF,
    oncall_oracle::PROOF,
    browser::PROOF,
    views_accessible::PROOF,
    screens::PROOF,
    bad_files::PROOF,
    restricted_bytes::PROOF,
    hostile_content::PROOF,
    human_path::PROOF,
    time_phrases::PROOF,
    bench_spine::PROOF,
];

/// The proof of this name.
pub fn named(name: &str) -> Option<&'static Proof> {
    ALL.iter().find(|proof| proof.name == name)
}

/// The proofs a line each, or their names alone.
pub fn list(names_only: bool) -> String {
    let width = ALL.iter().map(|proof| proof.name.len()).max().unwrap_or(0);
    let line = |proof: &Proof| match names_only {
        true => format!("{}\n", proof.name),
        false => format!("{:<width$}  {}\n", proof.name, proof.line),
    };
    ALL.iter().map(line).collect()
}
