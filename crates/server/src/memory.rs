//! A record in memory: [`MemoryStore`] stands in for a database in tests, [`MemoryRecord`] runs the
//! real decisions without a runtime, so that a simulation can have thousands of servers.

mod documents;
mod record;
mod store;
mod tables;

pub use record::{Appended, Backup, MemoryRecord};
pub use store::{Fault, MemoryStore};

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use firebell_domain::{id::WorkspaceId, time::Timestamp};
    use uuid::Uuid;

    use super::MemoryStore;
    use crate::{
        conformance::{Ground, Grounds, run},
        store::SharedStore,
    };

    struct Memory;
    struct Place(MemoryStore);

    /// Where the clock stands without an offset.
    const NOON: i64 = 1_750_000_000_000;

    #[async_trait]
    impl Grounds for Memory {
        async fn fresh(&self) -> Box<dyn Ground> {
            let store = MemoryStore::new(WorkspaceId(Uuid::from_u128(1)));
            store.set_now(Timestamp(NOON));
            Box::new(Place(store))
        }
    }

    #[async_trait]
    impl Ground for Place {
        async fn store(&self) -> SharedStore {
            std::sync::Arc::new(self.0.clone())
        }

        async fn set_clock_offset(&self, millis: i64) {
            self.0.set_now(Timestamp(NOON + millis));
        }

        async fn restored(&self) -> SharedStore {
            std::sync::Arc::new(self.0.copy())
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_store_in_memory_conforms() {
        let ran = run(&Memory).await;
        assert!(ran >= 45, "only {ran} cases ran");
    }
}
