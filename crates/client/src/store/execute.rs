//! `execute`: shown, in the outbox and durable, in one transaction.

use std::collections::BTreeSet;

use firebell_domain::{
    change::{Body, ChangeSet},
    id::EntityId,
    incident::IncidentChange,
    time::Timestamp,
};

use super::{Store, StoreError, Writing, load, save::save, state::life};
use crate::replica::{Executed, Who, execute};

impl Store {
    /// Executes sets in one transaction, in order; each stands or falls alone, and later ones see what
    /// earlier ones did. With `again` they tell of the past and cause no pages and no messages.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses; then none stands. Within: `Refused` for what the rules refuse.
    pub async fn execute(
        &self,
        sets: Vec<ChangeSet>,
        now: Timestamp,
        again: bool,
    ) -> Result<Vec<Result<Executed, StoreError>>, StoreError> {
        self.write(move |writing| {
            Box::pin(async move {
                let mut answers = Vec::with_capacity(sets.len());
                for set in sets {
                    // A refusal writes nothing, so it needs no savepoint of its own.
                    match execute_one(writing, set, now, again).await {
                        Ok(executed) => answers.push(Ok(executed)),
                        Err(error @ StoreError::Refused(_)) => answers.push(Err(error)),
                        Err(error) => return Err(error),
                    }
                }
                Ok(answers)
            })
        })
        .await
    }
}

pub(super) async fn execute_one(
    writing: &mut Writing,
    mut set: ChangeSet,
    now: Timestamp,
    again: bool,
) -> Result<Executed, StoreError> {
    use_reserve(writing, &mut set).await?;
    let person = writing.identity.person;
    let needs: BTreeSet<EntityId> = set.needs().into_iter().collect();
    let connection = &mut writing.connection;
    let mut slice = load::slice(connection, &needs).await?;
    for id in &needs {
        load::touching(connection, *id, &mut slice.unsent).await?;
    }
    let world = load::world(connection, needs.into_iter().chain([person])).await?;
    let number = sqlx::query_scalar!("SELECT next_number FROM desktop WHERE one = 1")
        .fetch_one(&mut *connection)
        .await?;
    let device = writing.identity.device;
    let who = Who { person, device, number: load::unsigned(number), now, again };
    let (writes, executed) = execute(&slice, &world, who, &set)?;
    let life = life(connection).await?;
    save(writing, writes, life, now).await?;
    writing.changed.executed.push(executed.id);
    Ok(executed)
}

/// A declaration uses a number of the reserve. One that left it meanwhile (two forms were open) is
/// swapped for the next; with the reserve empty the server gives a key later.
async fn use_reserve(writing: &mut Writing, set: &mut ChangeSet) -> Result<(), StoreError> {
    for change in &mut set.changes {
        let Body::Incident(IncidentChange::Declare { number, .. }) = &mut change.body else {
            continue;
        };
        let Some(asked) = *number else { continue };
        let asked = load::signed(asked);
        let free = sqlx::query_scalar!(
            "SELECT number FROM keys ORDER BY number <> ?, number LIMIT 1",
            asked
        )
        .fetch_optional(&mut writing.connection)
        .await?;
        *number = free.map(load::unsigned);
    }
    Ok(())
}
