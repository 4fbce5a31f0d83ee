//! Who may be told of something now, decided under the lock.

use firebell_domain::time::Timestamp;
use uuid::Uuid;

use super::Batch;
use crate::{
    append::quiet::{Asked, Told, begun_until},
    store::{JobBody, NewJob},
};

impl Batch<'_> {
    /// Lets deliveries go, and says when; or makes their jobs due when they may.
    pub(super) fn ask_to_go(&mut self, asked: &Asked) -> Option<Timestamp> {
        let now = self.loaded.now;
        match self.marked_until(asked.mark).filter(|until| *until > now) {
            None => {
                self.put_mark(asked.mark, begun_until(now));
                Some(now)
            }
            Some(due_at) => {
                for job in &asked.jobs {
                    let (id, body) = (job.id, job.body.clone());
                    self.jobs.insert(id, NewJob { id, due_at, body, waits_for: None });
                }
                None
            }
        }
    }

    /// A message went, or did not. By now the mark may be another's: that of a server which began the
    /// same message after the lease of this one had ended. It is never made shorter.
    pub(super) fn told(&mut self, told: &Told) {
        let until = self.marked_until(told.mark);
        let own = until.is_none_or(|until| until == told.begun_until());
        match until {
            _ if told.went => {
                let until = until.map_or(told.until(), |until| until.max(told.until()));
                self.put_mark(told.mark, until);
            }
            Some(_) if own => self.put_mark(told.mark, self.loaded.now),
            _ => {}
        }
    }

    fn marked_until(&self, mark: Uuid) -> Option<Timestamp> {
        let made = self.jobs.get(&mark).map(|job| job.due_at);
        made.or_else(|| self.loaded.marks.get(&mark).copied())
    }

    fn put_mark(&mut self, id: Uuid, due_at: Timestamp) {
        self.jobs.insert(id, NewJob { id, due_at, body: JobBody::Quiet {}, waits_for: None });
    }
}
