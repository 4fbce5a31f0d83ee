//! What windows are answered, on a real store without a server: everything that a person does offline.

mod declaring;
mod desk;
mod documents;
mod editing;
mod files;
mod forms;
mod incidents;
mod intake;
mod lines;
mod on_call;
mod pages;
mod policies;
mod queue;
mod quiet;
mod readiness;
mod roles;
mod sample;
mod schedules;
mod searching;
mod streams;
mod waiting;

pub(super) use desk::Desk;
