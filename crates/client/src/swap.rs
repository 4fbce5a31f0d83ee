//! Telling this person that a colleague asks them to take a time of theirs (E2).

use std::collections::{BTreeMap, BTreeSet};

use firebell_domain::{
    directory::{self, Swap, is_active},
    entity::{Entity, Kind},
    id::EntityId,
    time::Timestamp,
};

use crate::{Client, api::ApiError, views::names::name};

/// Under which name it is remembered of which offers this desktop told.
const TOLD: &str = "swaps_told";
/// Offers told one by one; more at once are told as a number.
const EACH: usize = 3;

/// An offer, and the schedule that it is about.
struct Offered {
    schedule: EntityId,
    swap: Swap,
}

impl Client {
    /// Tells of offers that this person can accept and was not told of.
    ///
    /// # Errors
    /// A store that cannot be read or written.
    pub(crate) async fn tell_swaps(&self) -> Result<(), ApiError> {
        let _alone = self.telling().await;
        let (Ok(store), Some(me)) = (self.store(), self.me()) else { return Ok(()) };
        let (directory, now) = (self.directory(), self.host().now());
        let schedules = directory.of_kind(&Kind::SCHEDULE).filter(|entity| is_active(entity));
        let asked: BTreeMap<EntityId, Offered> =
            schedules.flat_map(|schedule| asking(schedule, me, now)).collect();
        if asked.is_empty() {
            return Ok(());
        }
        let told: BTreeSet<EntityId> = store.local(TOLD).await?.unwrap_or_default();
        let fresh: Vec<&Offered> =
            asked.iter().filter(|(id, _)| !told.contains(id)).map(|(_, offered)| offered).collect();
        if fresh.is_empty() {
            return Ok(());
        }
        // Remembered first: told twice is worse than a notice that a crash took along.
        store.set_local(TOLD, Some(&asked.keys().collect::<BTreeSet<_>>())).await?;
        if fresh.len() > EACH {
            let count = i64::try_from(fresh.len()).unwrap_or(i64::MAX);
            let title = self.words().text("swap-notice-many", &[("count", count.into())]);
            self.notice(&title, "");
            return Ok(());
        }
        for Offered { schedule, swap } in fresh {
            const HOUR: i64 = 3_600_000;
            let (title, body) = self.words().swap_offered(
                &name(&*directory, swap.asker),
                &name(&*directory, *schedule),
                (swap.start.since(now) / HOUR).max(0),
                ((swap.end.since(swap.start.max(now)) + HOUR - 1) / HOUR).max(1),
            );
            self.notice(&title, &body);
        }
        Ok(())
    }
}

/// Offers of a schedule that are for this person: by name, or for whoever takes turns in it and is willing.
fn asking(schedule: &Entity, me: EntityId, now: Timestamp) -> Vec<(EntityId, Offered)> {
    let takes_turns = || {
        let planned = directory::schedule(schedule);
        let rotations = planned.as_ref().and_then(|it| it.version_at(now)).map(|it| &it.rotations);
        rotations.into_iter().flatten().any(|rotation| rotation.people.contains(&me))
    };
    let standing = directory::swaps(schedule).filter(|(_, swap)| swap.end > now);
    let mine = standing
        .filter(|(_, swap)| swap.may_accept(me) && (swap.colleague.is_some() || takes_turns()));
    mine.map(|(id, swap)| (id, Offered { schedule: schedule.id, swap })).collect()
}
