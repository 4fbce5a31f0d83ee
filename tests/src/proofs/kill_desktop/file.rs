//! The file that a killed desktop left: whole, and what is shown and what waits belong together.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use firebell_client::store::{entity_id, set_id};
use firebell_domain::document::Text;
use firebell_domain::id::{EntityId, SetId};
use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};

use crate::harness::headless::database;

/// The change sets in it.
pub(super) struct Found {
    pub(super) all: BTreeSet<SetId>,
    pub(super) waiting: BTreeSet<SetId>,
    pub(super) refused: BTreeSet<SetId>,
    /// What stands in state documents, by incident.
    pub(super) documents: BTreeMap<EntityId, String>,
}

/// Looks at the file of a desktop's folder, in a copy: looking must not help the next start.
pub(super) async fn look(folder: &Path, scratch: &Path) -> Result<Found> {
    let database = database(folder)?;
    let copy = scratch.join("killed.db");
    for end in ["", "-wal"] {
        let name = |path: &Path| PathBuf::from(format!("{}{end}", path.display()));
        fs::remove_file(name(&copy)).ok();
        if name(&database).exists() {
            fs::copy(name(&database), name(&copy))?;
        }
    }
    fs::remove_file(format!("{}-shm", copy.display())).ok();
    let mut file = SqliteConnectOptions::new().filename(&copy).connect().await?;
    let said: Vec<String> =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut file).await?;
    ensure!(said == ["ok"], "the file is damaged: {said:?}");
    let waiting = ids(&mut file, "outbox").await?;
    let refused = ids(&mut file, "refused").await?;
    let accepted = ids(&mut file, "own_accepted").await?;
    belong_together(&mut file).await?;
    let documents = documents(&mut file).await?;
    file.close().await?;
    let all = waiting.iter().chain(&refused).chain(&accepted).copied().collect();
    Ok(Found { all, waiting, refused, documents })
}

async fn documents(file: &mut SqliteConnection) -> Result<BTreeMap<EntityId, String>> {
    let mut texts: BTreeMap<EntityId, Text> = BTreeMap::new();
    for sql in [
        "SELECT incident, state FROM document WHERE state IS NOT NULL",
        "SELECT incident, body FROM document_update ORDER BY number",
    ] {
        for row in sqlx::query(sql).fetch_all(&mut *file).await? {
            let (incident, part): (Vec<u8>, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?);
            texts.entry(entity_id(&incident)?).or_default().apply([&part[..]])?;
        }
    }
    Ok(texts.into_iter().map(|(incident, text)| (incident, text.read())).collect())
}

async fn ids(file: &mut SqliteConnection, table: &str) -> Result<BTreeSet<SetId>> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT id FROM {table}"));
    let ids: Vec<Vec<u8>> = sqlx::query_scalar(sql).fetch_all(file).await?;
    Ok(ids.iter().map(|id| set_id(id)).collect::<Result<_, _>>()?)
}

/// Every set that waits is shown, and what is shown as unsent waits: they were written in one
/// transaction.
async fn belong_together(file: &mut SqliteConnection) -> Result<()> {
    let mut touched: BTreeMap<i64, BTreeSet<EntityId>> = BTreeMap::new();
    for row in
        sqlx::query("SELECT number, entity FROM outbox_touches").fetch_all(&mut *file).await?
    {
        let entity: Vec<u8> = row.try_get(1)?;
        touched.entry(row.try_get(0)?).or_default().insert(entity_id(&entity)?);
    }
    let mut unsent = BTreeMap::new();
    let shown = "SELECT id, body FROM entity WHERE unsent = 1";
    for row in sqlx::query(shown).fetch_all(&mut *file).await? {
        let (id, body): (Vec<u8>, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?);
        unsent.insert(entity_id(&id)?, String::from_utf8(body)?);
    }
    let mut newest: BTreeMap<EntityId, (i64, Vec<String>)> = BTreeMap::new();
    let sets = "SELECT number, body, outcomes FROM outbox ORDER BY number";
    for row in sqlx::query(sets).fetch_all(&mut *file).await? {
        let (number, body): (i64, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?);
        let changes: Vec<Value> = serde_json::from_slice(&body)?;
        let mut entities = BTreeSet::new();
        for change in &changes {
            let text = |name: &str| change.get(name).and_then(Value::as_str);
            let entity: EntityId = text("entity").context("a change names its entity")?.parse()?;
            entities.insert(entity);
            let stamp = text("id").context("a change has an id")?.to_owned();
            let last = newest.entry(entity).or_default();
            if last.0 != number {
                *last = (number, Vec::new());
            }
            last.1.push(stamp);
        }
        let noted = touched.remove(&number).unwrap_or_default();
        ensure!(noted == entities, "set {number} touches {entities:?}, noted are {noted:?}");
    }
    ensure!(touched.is_empty(), "noted for sets that do not wait: {touched:?}");
    for (entity, (number, stamps)) in newest {
        let body = unsent.remove(&entity);
        let body =
            body.with_context(|| format!("{entity} of set {number} is not shown as unsent"))?;
        // The last set that touches an entity leaves its stamp on what it shows.
        let stamped = stamps.iter().any(|stamp| body.contains(stamp.as_str()));
        ensure!(stamped, "set {number} is not in what is shown of {entity}");
    }
    ensure!(unsent.is_empty(), "shown as unsent, and no set waits: {:?}", unsent.keys());
    Ok(())
}
