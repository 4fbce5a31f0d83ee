//! Accounts, invitations, devices.

use firebell_domain::{
    chain::Hash,
    id::{DeviceId, EntityId},
    time::Timestamp,
};
use firebell_server::store::{Account, DeviceRecord, StoreError};
use sqlx::SqlitePool;

use crate::{
    error::failed,
    meta::{hash, uuid},
};

pub(crate) async fn account(db: &SqlitePool, name: &str) -> Result<Option<Account>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT name, person, password, admin AS "admin: bool", active AS "active: bool"
           FROM account WHERE name = ?"#,
        name
    )
    .fetch_optional(db)
    .await
    .map_err(failed)?;
    row.map(|row| {
        Ok(Account {
            name: row.name,
            person: EntityId(uuid(&row.person)?),
            password: row.password,
            admin: row.admin,
            active: row.active,
        })
    })
    .transpose()
}

pub(crate) async fn add_account(db: &SqlitePool, account: &Account) -> Result<bool, StoreError> {
    let person = account.person.0.as_bytes().as_slice();
    let added = sqlx::query!(
        "INSERT INTO account (name, person, password, admin, active) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (name) DO NOTHING",
        account.name,
        person,
        account.password,
        account.admin,
        account.active
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(added.rows_affected() > 0)
}

pub(crate) async fn update_account(db: &SqlitePool, account: &Account) -> Result<(), StoreError> {
    let person = account.person.0.as_bytes().as_slice();
    let updated = sqlx::query!(
        "UPDATE account SET person = ?, password = ?, admin = ?, active = ? WHERE name = ?",
        person,
        account.password,
        account.admin,
        account.active,
        account.name
    )
    .execute(db)
    .await
    .map_err(failed)?;
    match updated.rows_affected() {
        0 => Err(StoreError::Other("there is no such account".to_owned())),
        _ => Ok(()),
    }
}

pub(crate) async fn add_invitation(
    db: &SqlitePool,
    code: Hash,
    admin: bool,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let code = code.0.as_slice();
    sqlx::query!(
        "INSERT INTO invitation (code, admin, expires_at) VALUES (?, ?, ?)",
        code,
        admin,
        expires_at.0
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(())
}

pub(crate) async fn use_invitation(
    db: &SqlitePool,
    code: Hash,
    now: Timestamp,
) -> Result<Option<bool>, StoreError> {
    let code = code.0.as_slice();
    sqlx::query_scalar!(
        r#"UPDATE invitation SET used = 1 WHERE code = ? AND used = 0 AND expires_at > ?
           RETURNING admin AS "admin: bool""#,
        code,
        now.0
    )
    .fetch_optional(db)
    .await
    .map_err(failed)
}

pub(crate) async fn put_device(db: &SqlitePool, device: &DeviceRecord) -> Result<bool, StoreError> {
    let (id, person) =
        (device.device.0.as_bytes().as_slice(), device.person.0.as_bytes().as_slice());
    let token = device.token.0.as_slice();
    let seen_at = device.seen_at.map(|at| at.0);
    let put = sqlx::query!(
        "INSERT INTO device (id, person, name, token, revoked, seen_at) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, token = excluded.token,
             revoked = excluded.revoked, seen_at = excluded.seen_at
         WHERE person = excluded.person",
        id,
        person,
        device.name,
        token,
        device.revoked,
        seen_at
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(put.rows_affected() > 0)
}

struct DeviceRow {
    id: Vec<u8>,
    person: Vec<u8>,
    name: String,
    token: Vec<u8>,
    revoked: bool,
    seen_at: Option<i64>,
}

impl DeviceRow {
    fn read(self) -> Result<DeviceRecord, StoreError> {
        Ok(DeviceRecord {
            device: DeviceId(uuid(&self.id)?),
            person: EntityId(uuid(&self.person)?),
            name: self.name,
            token: hash(&self.token)?,
            revoked: self.revoked,
            seen_at: self.seen_at.map(Timestamp),
        })
    }
}

pub(crate) async fn device_by_token(
    db: &SqlitePool,
    token: Hash,
) -> Result<Option<DeviceRecord>, StoreError> {
    let token = token.0.as_slice();
    let row = sqlx::query_as!(
        DeviceRow,
        r#"SELECT id, person, name, token, revoked AS "revoked: bool", seen_at
           FROM device WHERE token = ?"#,
        token
    )
    .fetch_optional(db)
    .await
    .map_err(failed)?;
    row.map(DeviceRow::read).transpose()
}

pub(crate) async fn devices(
    db: &SqlitePool,
    person: Option<EntityId>,
) -> Result<Vec<DeviceRecord>, StoreError> {
    let person = person.as_ref().map(|person| person.0.as_bytes().as_slice());
    let rows = sqlx::query_as!(
        DeviceRow,
        r#"SELECT id, person, name, token, revoked AS "revoked: bool", seen_at
           FROM device WHERE ?1 IS NULL OR person = ?1 ORDER BY id"#,
        person
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    rows.into_iter().map(DeviceRow::read).collect()
}

pub(crate) async fn revoke_device(db: &SqlitePool, device: DeviceId) -> Result<(), StoreError> {
    let device = device.0.as_bytes().as_slice();
    sqlx::query!("UPDATE device SET revoked = 1 WHERE id = ?", device)
        .execute(db)
        .await
        .map_err(failed)?;
    Ok(())
}

pub(crate) async fn device_seen(
    db: &SqlitePool,
    device: DeviceId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let device = device.0.as_bytes().as_slice();
    sqlx::query!("UPDATE device SET seen_at = ? WHERE id = ?", now.0, device)
        .execute(db)
        .await
        .map_err(failed)?;
    Ok(())
}
