//! Telling a team's people, by an ordinary notice, what waits in their queue when office hours begin.
//!
//! No page: it is silent and may be missed, and the queue shows the same. Each desktop remembers when it
//! last told of a queue, so that one that is started again within the day does not tell it again.

use std::collections::BTreeMap;

use firebell_domain::{
    id::EntityId,
    queue::{self, Place, Told},
    time::Timestamp,
};

use crate::{
    Client,
    api::{ApiError, incident::IncidentRow},
    views::{names::name, queue::waiting},
};

/// Under which name it is remembered when this desktop told of which queue.
const TOLD: &str = "queue_told";
/// Keys in a notice; of the rest it says how many there are.
const NAMED: usize = 5;
/// What the common queue is called among those that were told of.
const COMMON: &str = "common";

impl Client {
    /// Tells what there is to tell of this person's queues now.
    ///
    /// # Errors
    /// A store that cannot be read or written.
    pub(crate) async fn tell_queue(&self) -> Result<(), ApiError> {
        let _alone = self.telling().await;
        let Ok(store) = self.store() else { return Ok(()) };
        let now = self.host().now();
        let mut told: Option<BTreeMap<String, Told>> = None;
        for waiting in waiting(self, &store).await?.into_iter().filter(|queue| queue.mine) {
            if waiting.rows.is_empty() {
                continue;
            }
            let told = match &mut told {
                Some(told) => told,
                None => told.insert(store.local(TOLD).await?.unwrap_or_default()),
            };
            let places: Vec<(EntityId, Place)> = waiting.rows.iter().filter_map(place).collect();
            let of = waiting.team.map_or_else(|| COMMON.to_owned(), |team| team.to_string());
            let notice = queue::notice(&waiting.rhythm, &places, told.get(&of), now);
            let Some(notice) = notice else { continue };
            let is_about =
                |row: &&IncidentRow| notice.about.iter().any(|id| id.to_string() == row.id);
            let about = waiting.rows.iter().filter(is_about).collect();
            // Remembered first: told twice is worse than a notice that a crash took along.
            told.insert(of, notice.told);
            store.set_local(TOLD, Some(&*told)).await?;
            let (title, body) = self.queue_notice(waiting.team, about, notice.aged);
            self.notice(&title, &body);
        }
        Ok(())
    }

    fn queue_notice(
        &self,
        team: Option<EntityId>,
        about: Vec<&IncidentRow>,
        aged: usize,
    ) -> (String, String) {
        let words = self.words();
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX).into();
        let team = match team {
            Some(team) => name(&*self.directory(), team),
            None => words.text("queue-common", &[]),
        };
        let title =
            words.text("queue-notice", &[("count", count(about.len())), ("team", team.into())]);
        let keys = about.iter().take(NAMED).filter_map(|row| row.key.clone());
        let mut parts = vec![words.list(&keys.collect::<Vec<_>>())];
        let more = about.len().saturating_sub(NAMED);
        if more > 0 {
            parts.push(words.text("queue-notice-more", &[("count", count(more))]));
        }
        if aged > 0 {
            parts.push(words.text("queue-notice-aged", &[("count", count(aged))]));
        }
        parts.retain(|part| !part.is_empty());
        (title, parts.join(" · "))
    }
}

fn place(row: &IncidentRow) -> Option<(EntityId, Place)> {
    let place = row.queue.as_ref()?;
    let (shown_at, ages_at) = (Timestamp(place.shown_at), place.ages_at.map(Timestamp));
    Some((row.id.parse().ok()?, Place { shown_at, ages_at }))
}
