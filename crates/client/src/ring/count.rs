//! How many pages ring for this person. Asked after every change, so it is read once and then followed: in a
//! storm of a thousand pages each change is about one.

use std::{
    collections::BTreeSet,
    sync::{MutexGuard, PoisonError},
};

use firebell_domain::{entity::Entity, id::EntityId};

use super::{Ringing, Wants, wants};
use crate::{
    Client,
    api::ApiError,
    store::{Changed, Store, StoreError, entity_id},
};

/// The pages that ring for this person as the record has it; none before it was looked through.
pub(super) type Counted = Option<BTreeSet<EntityId>>;

impl Ringing {
    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Client {
    /// Takes notice of pages that changed or went out of sight.
    pub(crate) async fn recount_ringing(&self, changed: &Changed) {
        let gone = changed.directory.iter().filter(|(_, now)| now.is_none()).map(|(id, _)| *id);
        let gone: Vec<EntityId> = gone.collect();
        if changed.pages.is_empty() && gone.is_empty() || self.ringing().counted().is_none() {
            return;
        }
        let (Ok(store), Some(me)) = (self.store(), self.me()) else { return };
        let pages: Vec<EntityId> = changed.pages.iter().copied().collect();
        match store.entities(&pages).await {
            Ok(found) => {
                let mut counted = self.ringing().counted();
                let Some(counted) = counted.as_mut() else { return };
                counted.retain(|page| !gone.contains(page));
                for page in pages {
                    if found.get(&page).is_some_and(|page| rings(page, me)) {
                        counted.insert(page);
                    } else {
                        counted.remove(&page);
                    }
                }
            }
            Err(error) => {
                tracing::warn!(%error, "changed pages cannot be read; all are looked through");
                *self.ringing().counted() = None;
            }
        }
    }

    /// How many pages ring for this person: those that this desktop rings for, and those that it rang
    /// for before it was started again.
    pub(crate) async fn count_ringing(&self) -> Result<u32, ApiError> {
        let (Ok(store), Some(me)) = (self.store(), self.me()) else { return Ok(0) };
        if self.ringing().counted().is_none() {
            let counted = look_through(&store, me).await?;
            *self.ringing().counted() = Some(counted);
        }
        let mut pages = self.ringing().pages();
        pages.extend(self.ringing().counted().iter().flatten());
        Ok(u32::try_from(pages.len()).unwrap_or(u32::MAX))
    }
}

fn rings(page: &Entity, me: EntityId) -> bool {
    wants(page, me, &BTreeSet::new()) == Wants::Ring
}

async fn look_through(store: &Store, me: EntityId) -> Result<BTreeSet<EntityId>, ApiError> {
    let ids = sqlx::query_scalar!("SELECT id FROM page WHERE state = 'ringing'")
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::from)?;
    let ids = ids.iter().map(|id| entity_id(id)).collect::<Result<Vec<_>, _>>()?;
    let pages = store.entities(&ids).await?;
    Ok(pages.values().filter(|page| rings(page, me)).map(|page| page.id).collect())
}
