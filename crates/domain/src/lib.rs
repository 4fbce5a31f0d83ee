//! Firebell's rules, and nothing else: no input or output, no clock, no randomness, no async.
//!
//! What a newcomer looks for:
//! - [`change`]: what people do; [`decide`]: whether it is allowed and what follows; [`outcome`]: the
//!   small fixed vocabulary in which results are stored and folded into an [`entity`];
//! - [`incident`], [`timeline`], [`role`], [`directory`]: the nouns;
//! - [`file`]: pictures and files of timeline entries, and what may be shown of them;
//! - [`oncall`]: who is on call at an instant; [`paging`]: what a page does next; [`readiness`]:
//!   whether somebody could be rung, known before their shift;
//! - [`document`]: text that many edit at once; [`production_change`] and [`workstream`]: the tables beside
//!   it; [`export`]: an incident as Markdown;
//! - [`intake`]: what monitoring systems say, and the incidents that they declare;
//! - [`permission`]: the one function that says who may see and do what;
//! - [`canonical`] and [`chain`]: one encoding, and the hash chain that makes every desktop a witness;
//! - [`search`]: tokens for full-text search in English and Chinese; [`figures`]: TTD and TTR.

pub mod canonical;
pub mod chain;
pub mod change;
pub mod decide;
pub mod directory;
pub mod document;
pub mod entity;
pub mod export;
pub mod figures;
pub mod file;
pub mod id;
pub mod incident;
pub mod intake;
pub mod oncall;
pub mod outcome;
pub mod paging;
pub mod permission;
pub mod production_change;
pub mod queue;
pub mod readiness;
pub mod role;
pub mod search;
pub mod time;
pub mod timeline;
pub mod workstream;

#[cfg(test)]
mod testing;
