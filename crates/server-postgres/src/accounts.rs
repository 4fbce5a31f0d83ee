//! Accounts, invitations, devices.

use firebell_domain::{
    chain::Hash,
    id::{DeviceId, EntityId, WorkspaceId},
    time::Timestamp,
};
use firebell_server::store::{Account, DeviceRecord, StoreError};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{error::failed, meta::hash};

pub(crate) async fn account(
    db: &PgPool,
    workspace: WorkspaceId,
    name: &str,
) -> Result<Option<Account>, StoreError> {
    let row = sqlx::query!(
        "SELECT name, person, password, admin, active FROM account
         WHERE workspace = $1 AND name = $2",
        workspace.0,
        name
    )
    .fetch_optional(db)
    .await
    .map_err(failed)?;
    Ok(row.map(|row| Account {
        name: row.name,
        person: EntityId(row.person),
        password: row.password,
        admin: row.admin,
        active: row.active,
    }))
}

pub(crate) async fn add_account(
    db: &PgPool,
    workspace: WorkspaceId,
    account: &Account,
) -> Result<bool, StoreError> {
    let added = sqlx::query!(
        "INSERT INTO account (workspace, name, person, password, admin, active)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (workspace, name) DO NOTHING",
        workspace.0,
        account.name,
        account.person.0,
        account.password,
        account.admin,
        account.active
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(added.rows_affected() > 0)
}

pub(crate) async fn update_account(
    db: &PgPool,
    workspace: WorkspaceId,
    account: &Account,
) -> Result<(), StoreError> {
    let updated = sqlx::query!(
        "UPDATE account SET person = $3, password = $4, admin = $5, active = $6
         WHERE workspace = $1 AND name = $2",
        workspace.0,
        account.name,
        account.person.0,
        account.password,
        account.admin,
        account.active
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
    db: &PgPool,
    workspace: WorkspaceId,
    code: Hash,
    admin: bool,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO invitation (workspace, code, admin, expires_at) VALUES ($1, $2, $3, $4)",
        workspace.0,
        code.0.as_slice(),
        admin,
        expires_at.0
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(())
}

/// One statement, so that of two who use a code at the same time one gets nothing.
pub(crate) async fn use_invitation(
    db: &PgPool,
    workspace: WorkspaceId,
    code: Hash,
) -> Result<Option<bool>, StoreError> {
    sqlx::query_scalar!(
        "UPDATE invitation SET used = true
         WHERE workspace = $1 AND code = $2 AND NOT used AND expires_at > firebell_now()
         RETURNING admin",
        workspace.0,
        code.0.as_slice()
    )
    .fetch_optional(db)
    .await
    .map_err(failed)
}

pub(crate) async fn put_device(
    db: &PgPool,
    workspace: WorkspaceId,
    device: &DeviceRecord,
) -> Result<bool, StoreError> {
    let put = sqlx::query!(
        "INSERT INTO device (workspace, id, person, name, token, revoked, seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (workspace, id) DO UPDATE SET name = excluded.name, token = excluded.token,
             revoked = excluded.revoked, seen_at = excluded.seen_at
         WHERE device.person = excluded.person",
        workspace.0,
        device.device.0,
        device.person.0,
        device.name,
        device.token.0.as_slice(),
        device.revoked,
        device.seen_at.map(|at| at.0)
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(put.rows_affected() > 0)
}

struct DeviceRow {
    id: Uuid,
    person: Uuid,
    name: String,
    token: Vec<u8>,
    revoked: bool,
    seen_at: Option<i64>,
}

impl DeviceRow {
    fn read(self) -> Result<DeviceRecord, StoreError> {
        Ok(DeviceRecord {
            device: DeviceId(self.id),
            person: EntityId(self.person),
            name: self.name,
            token: hash(&self.token)?,
            revoked: self.revoked,
            seen_at: self.seen_at.map(Timestamp),
        })
    }
}

pub(crate) async fn device_by_token(
    db: &PgPool,
    workspace: WorkspaceId,
    token: Hash,
) -> Result<Option<DeviceRecord>, StoreError> {
    let row = sqlx::query_as!(
        DeviceRow,
        "SELECT id, person, name, token, revoked, seen_at FROM device
         WHERE workspace = $1 AND token = $2",
        workspace.0,
        token.0.as_slice()
    )
    .fetch_optional(db)
    .await
    .map_err(failed)?;
    row.map(DeviceRow::read).transpose()
}

pub(crate) async fn devices(
    db: &PgPool,
    workspace: WorkspaceId,
    person: Option<EntityId>,
) -> Result<Vec<DeviceRecord>, StoreError> {
    let rows = sqlx::query_as!(
        DeviceRow,
        "SELECT id, person, name, token, revoked, seen_at FROM device
         WHERE workspace = $1 AND ($2::uuid IS NULL OR person = $2) ORDER BY id",
        workspace.0,
        person.map(|person| person.0)
    )
    .fetch_all(db)
    .await
    .map_err(failed)?;
    rows.into_iter().map(DeviceRow::read).collect()
}

pub(crate) async fn revoke_device(
    db: &PgPool,
    workspace: WorkspaceId,
    device: DeviceId,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE device SET revoked = true WHERE workspace = $1 AND id = $2",
        workspace.0,
        device.0
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(())
}

pub(crate) async fn device_seen(
    db: &PgPool,
    workspace: WorkspaceId,
    device: DeviceId,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE device SET seen_at = firebell_now() WHERE workspace = $1 AND id = $2",
        workspace.0,
        device.0
    )
    .execute(db)
    .await
    .map_err(failed)?;
    Ok(())
}
