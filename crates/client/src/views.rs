//! What screens show, read from this desktop's own database.
//!
//! SQL stands beside its noun. Names come from the directory in memory; whatever is read of an incident
//! passes [`firebell_domain::permission::may_see`], as a restricted one may still be here for a moment
//! after this person left it.

pub(crate) mod board;
pub(crate) mod calendar;
pub(crate) mod conflict;
pub(crate) mod coverage;
pub(crate) mod directory;
pub(crate) mod export;
pub(crate) mod file;
pub(crate) mod incident;
pub(crate) mod intake;
pub(crate) mod names;
pub(crate) mod on_call;
pub(crate) mod page;
pub(crate) mod past;
pub(crate) mod queue;
pub(crate) mod role;
pub(crate) mod rows;
pub(crate) mod stream;
pub(crate) mod sync;
pub(crate) mod tables;
pub(crate) mod workspace;
