//! What a window may ask, one method on [`crate::Client`] for each line of [`crate::api::table`].
//!
//! A method checks what only a form can know (its objections are field errors), makes one change set
//! (two where one act must stand without the other), has it executed, and answers with the view.

mod board;
mod declare;
pub(crate) mod directory;
mod document;
mod file;
mod incident;
pub(crate) mod looking;
mod objection;
mod on_call;
mod page;
mod queue;
pub(crate) mod readiness;
pub(crate) mod refusal;
mod role;
mod session;
mod sync;
mod tables;
#[cfg(test)]
mod tests;
mod timeline;
