//! State documents on this computer: what was written here is durable when it is answered, and waits to be
//! sent; what others wrote is beside it. Nothing is merged but by the CRDT.

use firebell_domain::{
    document::{MAX_UPDATE, Text, Unreadable, check},
    id::EntityId,
};
use firebell_protocol::document::{Base64, Exchange, Exchanged, Update};
use serde_json::Value;
use sqlx::SqliteConnection;

use super::{
    Store, StoreError, Writing, blob, entity_id,
    load::{signed, unsigned},
};

/// Updates that are kept one by one before they are put together.
const FOLD_AFTER: i64 = 256;
/// Documents that are exchanged at once.
const AT_ONCE: i64 = 8;

/// A document, or what came to it after an update.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// Whether it was begun: here, or by somebody else as far as is known.
    pub begun: bool,
    /// Updates to take in, in any order; the first may be the whole of what is older.
    pub updates: Vec<Vec<u8>>,
    /// Ask after this one the next time.
    pub number: i64,
    /// The server has more than is here.
    pub behind: bool,
    /// Something of it waits to be sent.
    pub unsent: bool,
    /// The server does not take what was written here.
    pub held: bool,
}

impl Store {
    /// A document, as far as it came after an update of this desktop; 0 for all of it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn document(&self, incident: EntityId, after: i64) -> Result<Parts, StoreError> {
        let key = blob(incident.0);
        // One transaction, or what is put together meanwhile would be missed.
        let mut read = self.readers().begin().await?;
        let known = sqlx::query!(
            r#"SELECT state, folded, at, known,
                 EXISTS (SELECT 1 FROM document_update u
                         WHERE u.incident = d.incident AND unsent = 1) AS "unsent!: bool",
                 EXISTS (SELECT 1 FROM document_update u
                         WHERE u.incident = d.incident AND unsent = 1 AND held = 1) AS "held!: bool"
               FROM document d WHERE incident = ?"#,
            key
        )
        .fetch_optional(&mut *read)
        .await?;
        let Some(known) = known else { return Ok(Parts::default()) };
        let rows = sqlx::query!(
            r#"SELECT number AS "number!", body FROM document_update
               WHERE incident = ? AND number > ? ORDER BY number"#,
            key,
            after
        )
        .fetch_all(&mut *read)
        .await?;
        let number = rows.last().map_or(after.max(known.folded), |row| row.number);
        let state = known.state.filter(|_| after < known.folded);
        let begun = known.folded > 0 || known.known > 0 || number > 0;
        let updates = state.into_iter().chain(rows.into_iter().map(|row| row.body)).collect();
        Ok(Parts {
            begun,
            updates,
            number,
            behind: known.at < known.known,
            unsent: known.unsent,
            held: known.held,
        })
    }

    /// What a person reads in it; empty where nothing is.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn document_text(&self, incident: EntityId) -> Result<String, StoreError> {
        let parts = self.document(incident, 0).await?;
        let text = Text::of(parts.updates.iter().map(Vec::as_slice)).map_err(corrupt)?;
        Ok(text.read())
    }

    /// Keeps what was written here. Durable when this answers.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses; `Other` for what is no update, or too large.
    pub async fn write_document(
        &self,
        incident: EntityId,
        update: Vec<u8>,
    ) -> Result<(), StoreError> {
        if update.len() > MAX_UPDATE {
            return Err(StoreError::Other("an update of a document is too large".to_owned()));
        }
        check(&update).map_err(|error| StoreError::Other(error.to_string()))?;
        self.write(move |writing| {
            Box::pin(async move {
                touch(&mut writing.connection, incident).await?;
                put(&mut writing.connection, incident, &update, true).await?;
                // What the server did not take is tried again: the document may have become shorter.
                let key = blob(incident.0);
                sqlx::query!(
                    "UPDATE document_update SET held = 0 WHERE incident = ? AND held = 1",
                    key
                )
                .execute(&mut writing.connection)
                .await?;
                fold(&mut writing.connection, incident).await?;
                writing.changed.documents.insert(incident);
                writing.changed.written = true;
                Ok(())
            })
        })
        .await
    }

    /// Somebody looks at it here: it is kept up to date from now on.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn open_document(&self, incident: EntityId) -> Result<(), StoreError> {
        let key = blob(incident.0);
        let opened = sqlx::query_scalar!("SELECT opened FROM document WHERE incident = ?", key)
            .fetch_optional(self.readers())
            .await?;
        if opened == Some(1) {
            return Ok(());
        }
        self.write(move |writing| {
            Box::pin(async move {
                touch(&mut writing.connection, incident).await?;
                let key = blob(incident.0);
                sqlx::query!("UPDATE document SET opened = 1 WHERE incident = ?", key)
                    .execute(&mut writing.connection)
                    .await?;
                writing.changed.written = true;
                Ok(())
            })
        })
        .await
    }

    /// Documents of which something waits to be sent, or is to be fetched: those that were looked at here,
    /// and those of open incidents.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn documents_to_exchange(&self) -> Result<Vec<EntityId>, StoreError> {
        let rows = sqlx::query_scalar!(
            r#"SELECT incident AS "incident!" FROM document WHERE offer = 1
               UNION
               SELECT incident FROM (SELECT DISTINCT incident FROM document_update
                 WHERE unsent = 1 AND held = 0 ORDER BY incident LIMIT ?1)
               UNION
               SELECT d.incident FROM document d LEFT JOIN incident i ON i.id = d.incident
                 WHERE d.known > d.at AND (d.opened = 1 OR i.open = 1)
               LIMIT ?1"#,
            AT_ONCE
        )
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(|id| entity_id(id)).collect()
    }

    /// What to send for a document, and up to which update of this desktop that is.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn document_exchange(
        &self,
        incident: EntityId,
    ) -> Result<(Exchange, i64), StoreError> {
        let key = blob(incident.0);
        let rows = sqlx::query!(
            r#"SELECT number AS "number!", body FROM document_update
               WHERE incident = ? AND unsent = 1 AND held = 0 ORDER BY number"#,
            key
        )
        .fetch_all(self.readers())
        .await?;
        // As many as fit into one, and one at least.
        let mut bytes = 0;
        let some: Vec<_> = rows
            .iter()
            .take_while(|row| {
                let first = bytes == 0;
                bytes += row.body.len();
                first || bytes <= MAX_UPDATE
            })
            .collect();
        let upto = some.last().map_or(0, |row| row.number);
        let update = match some.as_slice() {
            [] => None,
            [one] => Some(one.body.clone()),
            several => {
                let bodies = several.iter().map(|row| row.body.as_slice());
                Some(firebell_domain::document::merge(bodies).map_err(corrupt)?)
            }
        };
        let parts = self.document(incident, 0).await?;
        let text = Text::of(parts.updates.iter().map(Vec::as_slice)).map_err(corrupt)?;
        let state_vector = Base64(text.state_vector());
        Ok((Exchange { state_vector, update: update.map(Base64) }, upto))
    }

    /// Keeps the answer to [`Self::document_exchange`].
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn save_exchange(
        &self,
        incident: EntityId,
        upto: i64,
        exchanged: Exchanged,
    ) -> Result<(), StoreError> {
        self.write(move |writing| Box::pin(save_exchange(writing, incident, upto, exchanged))).await
    }

    /// Takes in what somebody else wrote just now. True when something before it is missing, so that an
    /// exchange has to bring it.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn take_document_update(&self, update: Update) -> Result<bool, StoreError> {
        let Update { incident, at, update: Base64(body) } = update;
        if check(&body).is_err() {
            // Whatever it was, the next exchange brings it as it should be.
            return Ok(true);
        }
        self.write(move |writing| {
            Box::pin(async move {
                let connection = &mut writing.connection;
                let key = blob(incident.0);
                // One that is not looked at here, or was purged meanwhile.
                let here = sqlx::query_scalar!("SELECT at FROM document WHERE incident = ?", key)
                    .fetch_optional(&mut *connection)
                    .await?;
                let Some(here) = here.map(unsigned) else { return Ok(false) };
                if at <= here {
                    return Ok(false);
                }
                put(connection, incident, &body, false).await?;
                let next = at == here + 1;
                let (at, here) = (signed(at), signed(if next { at } else { here }));
                sqlx::query!(
                    "UPDATE document SET at = ?, known = max(known, ?) WHERE incident = ?",
                    here,
                    at,
                    key
                )
                .execute(&mut *connection)
                .await?;
                fold(connection, incident).await?;
                writing.changed.documents.insert(incident);
                Ok(!next)
            })
        })
        .await
    }

    /// The server does not take what was written here; it stays, and is not sent again by itself.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn hold_document(&self, incident: EntityId) -> Result<(), StoreError> {
        self.write(move |writing| {
            Box::pin(async move {
                let key = blob(incident.0);
                sqlx::query!(
                    "UPDATE document_update SET held = 1 WHERE incident = ? AND unsent = 1",
                    key
                )
                .execute(&mut writing.connection)
                .await?;
                writing.changed.documents.insert(incident);
                writing.changed.sync = true;
                Ok(())
            })
        })
        .await
    }

    /// Documents of which something waits to be sent.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn unsent_documents(&self) -> Result<u32, StoreError> {
        let count = sqlx::query_scalar!(
            "SELECT count(DISTINCT incident) FROM document_update WHERE unsent = 1"
        )
        .fetch_one(self.readers())
        .await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }
}

async fn save_exchange(
    writing: &mut Writing,
    incident: EntityId,
    upto: i64,
    exchanged: Exchanged,
) -> Result<(), StoreError> {
    let connection = &mut writing.connection;
    let key = blob(incident.0);
    let known = sqlx::query!("SELECT at, offer FROM document WHERE incident = ?", key)
        .fetch_optional(&mut *connection)
        .await?;
    // Purged while the answer was on its way.
    let Some(known) = known else { return Ok(()) };
    let sent = sqlx::query!(
        "UPDATE document_update SET unsent = 0 WHERE incident = ? AND unsent = 1 AND number <= ?",
        key,
        upto
    )
    .execute(&mut *connection)
    .await?
    .rows_affected();
    // With nothing but our own update since the last time, the answer says nothing new.
    let others = exchanged.at != unsigned(known.at) + u64::from(exchanged.taken);
    if (others || known.offer == 1) && !exchanged.update.0.is_empty() {
        check(&exchanged.update.0).map_err(corrupt)?;
        put(connection, incident, &exchanged.update.0, false).await?;
        writing.changed.documents.insert(incident);
    }
    if known.offer == 1 {
        let text = whole(connection, incident).await?;
        // With all that was deleted, which a state vector does not tell.
        let missing = text.missing(&exchanged.state_vector.0).map_err(corrupt)?;
        put(connection, incident, &missing, true).await?;
        writing.changed.written = true;
    }
    let at = signed(exchanged.at);
    sqlx::query!(
        "UPDATE document SET at = max(at, ?1), known = max(known, ?1), offer = 0 WHERE incident = ?2",
        at,
        key
    )
    .execute(&mut *connection)
    .await?;
    fold(connection, incident).await?;
    if sent > 0 {
        writing.changed.documents.insert(incident);
    }
    writing.changed.sync = true;
    Ok(())
}

/// Everything that is here of it.
async fn whole(connection: &mut SqliteConnection, incident: EntityId) -> Result<Text, StoreError> {
    let key = blob(incident.0);
    let state = sqlx::query_scalar!("SELECT state FROM document WHERE incident = ?", key)
        .fetch_optional(&mut *connection)
        .await?
        .flatten();
    let bodies = sqlx::query_scalar!("SELECT body FROM document_update WHERE incident = ?", key)
        .fetch_all(&mut *connection)
        .await?;
    Text::of(state.iter().chain(&bodies).map(Vec::as_slice)).map_err(corrupt)
}

async fn touch(connection: &mut SqliteConnection, incident: EntityId) -> Result<(), StoreError> {
    let key = blob(incident.0);
    sqlx::query!(
        "INSERT INTO document (incident) VALUES (?) ON CONFLICT (incident) DO NOTHING",
        key
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn put(
    connection: &mut SqliteConnection,
    incident: EntityId,
    body: &[u8],
    unsent: bool,
) -> Result<(), StoreError> {
    let key = blob(incident.0);
    sqlx::query!(
        "INSERT INTO document_update (incident, unsent, body) VALUES (?, ?, ?)",
        key,
        unsent,
        body
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts updates together when they have become many. What was not sent stays as it is.
async fn fold(connection: &mut SqliteConnection, incident: EntityId) -> Result<(), StoreError> {
    let key = blob(incident.0);
    let count = sqlx::query_scalar!(
        "SELECT count(*) FROM document_update WHERE incident = ? AND unsent = 0",
        key
    )
    .fetch_one(&mut *connection)
    .await?;
    if count < FOLD_AFTER {
        return Ok(());
    }
    let state = whole(connection, incident).await?.state();
    let last = sqlx::query_scalar!(
        r#"SELECT max(number) AS "last!: i64" FROM document_update WHERE incident = ?"#,
        key
    )
    .fetch_one(&mut *connection)
    .await?;
    sqlx::query!("UPDATE document SET state = ?, folded = ? WHERE incident = ?", state, last, key)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("DELETE FROM document_update WHERE incident = ? AND unsent = 0", key)
        .execute(connection)
        .await?;
    Ok(())
}

/// The log says how far documents are: `[[incident, at], …]`, ids in hexadecimal.
pub(super) async fn note(
    connection: &mut SqliteConnection,
    documents: Vec<Value>,
) -> Result<(), StoreError> {
    let documents = Value::Array(documents).to_string();
    sqlx::query!(
        "INSERT INTO document (incident, known)
         SELECT unhex(r.value ->> 0), r.value ->> 1 FROM json_each(?) AS r WHERE true
         ON CONFLICT (incident) DO UPDATE SET known = max(known, excluded.known)",
        documents
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Nothing of it stays, not even what was not sent: it cannot be told from what others wrote.
pub(super) async fn purge(
    connection: &mut SqliteConnection,
    incident: EntityId,
) -> Result<(), StoreError> {
    let key = blob(incident.0);
    sqlx::query!("DELETE FROM document_update WHERE incident = ?", key)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("DELETE FROM document WHERE incident = ?", key).execute(connection).await?;
    Ok(())
}

/// The record has begun a new life: what the earlier one took, this one may lack.
pub(super) async fn offer(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query!("UPDATE document SET at = 0, known = 0, offer = 1").execute(connection).await?;
    Ok(())
}

fn corrupt(error: Unreadable) -> StoreError {
    StoreError::Corrupt(error.to_string())
}
