//! New accounts, sign-in, sessions.

use std::collections::BTreeMap;

use firebell_domain::{
    chain::Hash,
    change::{Body, Change, ChangeSet},
    directory::{DirectoryChange, Person, settings_id},
    id::{ChangeId, DeviceId, EntityId, SetId, WorkspaceId},
};
use firebell_protocol::{
    error::{ApiError, ErrorCode},
    frame::Verdict,
    http::{Invitation, Session},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{password::Passwords, token::Token};
use crate::{
    append::{Appender, Request},
    delivery::line,
    store::{Account, DeviceRecord, SharedStore, StoreError},
};

/// Longest account name, display name or device name in bytes.
const MAX_NAME: usize = 200;
/// How long an invitation can be used, in seconds.
const INVITATION_SECS: i64 = 7 * 24 * 3_600;
/// Stands where a password hash would: nobody signs in with it.
const NO_PASSWORD: &str = "!";
/// Account of the one person of a record without a server.
const SOLO: &str = "solo";

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Sign-in name.
    pub name: String,
    /// Display name; the sign-in name when empty.
    pub display_name: String,
    /// May edit the directory.
    pub admin: bool,
}

/// Makes accounts and sessions.
#[derive(Clone)]
pub struct Accounts {
    workspace: WorkspaceId,
    store: SharedStore,
    appender: Appender,
    passwords: Passwords,
}

impl Accounts {
    /// Accounts of a record. Works beside a running server.
    ///
    /// # Errors
    /// [`StoreError`] of the store, or when there is no randomness.
    pub async fn open(
        store: SharedStore,
        appender: Appender,
        password_cost: (u32, u32),
    ) -> Result<Self, StoreError> {
        let workspace = store.head().await?.workspace;
        let passwords = Passwords::new(password_cost).map_err(StoreError::Other)?;
        Ok(Self { workspace, store, appender, passwords })
    }

    /// Makes an account with a password, the person it belongs to, and with the first one the
    /// workspace's settings.
    ///
    /// # Errors
    /// `Invalid` with the field that is wrong; `error-name-taken` when the name is.
    pub async fn create(&self, new: NewAccount, password: String) -> Result<EntityId, ApiError> {
        let name = account_name(&new.name)?;
        let password = self.passwords.hash(password).await?;
        self.create_with(new, name, password).await
    }

    async fn create_with(
        &self,
        new: NewAccount,
        name: String,
        password: String,
    ) -> Result<EntityId, ApiError> {
        let display_name = display_name(&new)?;
        self.ensure_settings().await?;
        let person = EntityId(Uuid::now_v7());
        let admin = new.admin;
        let account = Account { name: name.clone(), person, password, admin, active: true };
        if !self.store.add_account(&account).await.map_err(unavailable)? {
            return Err(ApiError::field("name", "error-name-taken"));
        }
        self.put_person(person, &name, &display_name, new.admin).await?;
        Ok(person)
    }

    /// Checks name and password and opens a session on a device. Says nothing about which of them was
    /// wrong, and takes as long for a name that nobody has.
    ///
    /// # Errors
    /// `WrongPassword`; `TooMany` when too many wait.
    pub async fn sign_in(
        &self,
        name: &str,
        password: String,
        device: DeviceId,
        device_name: &str,
    ) -> Result<Session, ApiError> {
        let wrong = || ApiError::of(ErrorCode::WrongPassword, "name or password is wrong");
        let name = name.trim().to_lowercase();
        let account = self.store.account(&name).await.map_err(unavailable)?;
        let phc = account.as_ref().map(|account| account.password.clone());
        let fits = self.passwords.verify(password, phc).await?;
        let account = account.filter(|account| fits && account.active).ok_or_else(wrong)?;
        match self.store.entities(&[account.person]).await.map_err(unavailable)?.first() {
            Some(person) if !Person(person).active() => return Err(wrong()),
            Some(_) => {}
            // The process ended between writing the account and the person.
            None => {
                let Account { person, name, admin, .. } = &account;
                self.put_person(*person, name, name, *admin).await?;
            }
        }
        self.open_session(account.person, device, device_name).await
    }

    /// Gives an account another password and ends its sessions. A disabled account may sign in again.
    ///
    /// # Errors
    /// `NotFound` when nobody has this name; `Invalid` with what is wrong about the password.
    pub async fn set_password(&self, name: &str, password: String) -> Result<(), ApiError> {
        let password = self.passwords.hash(password).await?;
        self.update(name, |account| {
            account.password = password;
            account.active = true;
        })
        .await
    }

    /// Lets nobody sign in with an account any more, and ends its sessions. The person stays as it is in
    /// the directory.
    ///
    /// # Errors
    /// `NotFound` when nobody has this name.
    pub async fn disable(&self, name: &str) -> Result<(), ApiError> {
        self.update(name, |account| account.active = false).await
    }

    /// Changes an account, and ends the sessions that were opened with what it was. Servers that run
    /// put their connections out when they next compare.
    async fn update(&self, name: &str, change: impl FnOnce(&mut Account)) -> Result<(), ApiError> {
        let name = name.trim().to_lowercase();
        let account = self.store.account(&name).await.map_err(unavailable)?;
        let mut account = account
            .ok_or_else(|| ApiError::of(ErrorCode::NotFound, "there is no account of this name"))?;
        change(&mut account);
        self.store.update_account(&account).await.map_err(unavailable)?;
        for device in self.store.devices(Some(account.person)).await.map_err(unavailable)? {
            self.store.revoke_device(device.device).await.map_err(unavailable)?;
        }
        Ok(())
    }

    /// Opens a session without asking for a password.
    async fn open_session(
        &self,
        person: EntityId,
        device: DeviceId,
        device_name: &str,
    ) -> Result<Session, ApiError> {
        let token = Token::fresh().map_err(ApiError::internal)?;
        let mut record = DeviceRecord {
            device,
            person,
            name: short(device_name),
            token: token.hash(),
            revoked: false,
            seen_at: None,
        };
        if !self.store.put_device(&record).await.map_err(unavailable)? {
            // The id belongs to somebody else: a copied home, or a guess. This one gets its own.
            record.device = DeviceId(Uuid::now_v7());
            if !self.store.put_device(&record).await.map_err(unavailable)? {
                return Err(ApiError::internal("a fresh device id is taken"));
            }
        }
        Ok(Session {
            token: token.reveal().to_owned(),
            workspace: self.workspace,
            person,
            device: record.device,
        })
    }

    /// The session of a token, by its hash.
    ///
    /// # Errors
    /// `SignedOut` for a token that nobody has, `Revoked` for one that was ended.
    pub async fn session(&self, token: Hash) -> Result<(line::Session, DeviceRecord), ApiError> {
        let record = self
            .store
            .device_by_token(token)
            .await
            .map_err(unavailable)?
            .ok_or_else(|| ApiError::of(ErrorCode::SignedOut, "the session does not exist"))?;
        let revoked = || ApiError::of(ErrorCode::Revoked, "the session was ended");
        if record.revoked {
            return Err(revoked());
        }
        let people = self.store.entities(&[record.person]).await.map_err(unavailable)?;
        if !people.first().is_some_and(|person| Person(person).active()) {
            return Err(revoked());
        }
        let session =
            line::Session { person: record.person, device: record.device, token: record.token };
        Ok((session, record))
    }

    /// An invitation; its code is shown this one time.
    ///
    /// # Errors
    /// `Offline` when the database cannot be reached.
    pub async fn invite(&self, admin: bool) -> Result<Invitation, ApiError> {
        let code = Token::fresh().map_err(ApiError::internal)?;
        let expires_at = self.store.now().await.map_err(unavailable)?.plus_secs(INVITATION_SECS);
        self.store.add_invitation(code.hash(), admin, expires_at).await.map_err(unavailable)?;
        Ok(Invitation { code: code.reveal().to_owned(), expires_at })
    }

    /// Uses an invitation.
    ///
    /// # Errors
    /// `Invalid` with the field that is wrong: `code` when it does not exist, expired or was used.
    /// When only the name is taken, `args.code` is a fresh code, as the old one is used up by then:
    /// asking for the name first would tell strangers which names exist.
    pub async fn accept(
        &self,
        code: &str,
        mut new: NewAccount,
        password: String,
    ) -> Result<EntityId, ApiError> {
        let name = account_name(&new.name)?;
        display_name(&new)?;
        let password = self.passwords.hash(password).await?;
        let code = Token::sent(code.trim());
        let used = self.store.use_invitation(code.hash()).await.map_err(unavailable)?;
        new.admin = used.ok_or_else(|| ApiError::field("code", "error-invitation-invalid"))?;
        let admin = new.admin;
        match self.create_with(new, name, password).await {
            Err(error) if error.code == ErrorCode::Invalid => {
                Err(error.with("code", self.invite(admin).await?.code))
            }
            other => other,
        }
    }

    /// The session of the only person of a record that no server shares, made with the first call.
    ///
    /// # Errors
    /// `Offline` when the database cannot be reached.
    pub async fn solo(&self, display_name: &str) -> Result<Session, ApiError> {
        let person = match self.store.account(SOLO).await.map_err(unavailable)? {
            Some(account) => account.person,
            None => {
                let display_name = display_name.to_owned();
                let new = NewAccount { name: SOLO.to_owned(), display_name, admin: true };
                self.create_with(new, SOLO.to_owned(), NO_PASSWORD.to_owned()).await?
            }
        };
        if self.store.entities(&[person]).await.map_err(unavailable)?.is_empty() {
            self.put_person(person, SOLO, display_name, true).await?;
        }
        let device = DeviceId(person.derived("solo-device").0);
        self.open_session(person, device, "this computer").await
    }

    async fn ensure_settings(&self) -> Result<(), ApiError> {
        let settings = settings_id(self.workspace);
        if self.store.entities(&[settings]).await.map_err(unavailable)?.is_empty() {
            let put = DirectoryChange::Put { fields: BTreeMap::new() };
            self.append(settings, Body::Settings(put)).await?;
        }
        Ok(())
    }

    async fn put_person(
        &self,
        person: EntityId,
        account: &str,
        name: &str,
        admin: bool,
    ) -> Result<(), ApiError> {
        let fields: BTreeMap<String, Value> = [
            ("name", json!(name)),
            ("account", json!(account)),
            ("admin", json!(admin)),
            ("active", json!(true)),
        ]
        .map(|(field, value)| (field.to_owned(), value))
        .into();
        self.append(person, Body::Person(DirectoryChange::Put { fields })).await
    }

    async fn append(&self, entity: EntityId, body: Body) -> Result<(), ApiError> {
        let at = self.store.now().await.map_err(unavailable)?;
        let id = ChangeId(Uuid::now_v7());
        let change = Change { id, entity, at, seen: BTreeMap::new(), body };
        let set = ChangeSet { id: SetId(Uuid::now_v7()), changes: vec![change] };
        let answers = self.appender.push(vec![Request::of_server(&set)]).await;
        match answers.into_iter().next().map(|answer| answer.verdict) {
            Some(Verdict::Accepted { .. }) => Ok(()),
            Some(Verdict::NotNow { error }) => Err(error),
            Some(Verdict::Refused { why }) => {
                Err(ApiError::internal(format!("the server's own change was refused: {why:?}")))
            }
            None => Err(ApiError::internal("no answer from the appender")),
        }
    }
}

/// An account name as it is stored.
fn account_name(name: &str) -> Result<String, ApiError> {
    let name = name.trim().to_lowercase();
    if name.is_empty() || name.len() > MAX_NAME || name.chars().any(char::is_control) {
        return Err(ApiError::field("name", "error-name-invalid"));
    }
    if name == SOLO {
        return Err(ApiError::field("name", "error-name-taken"));
    }
    Ok(name)
}

fn display_name(new: &NewAccount) -> Result<String, ApiError> {
    let given = new.display_name.trim();
    let name = if given.is_empty() { new.name.trim() } else { given };
    if name.is_empty() || name.len() > MAX_NAME || name.chars().any(char::is_control) {
        return Err(ApiError::field("display_name", "error-name-invalid"));
    }
    Ok(name.to_owned())
}

/// A device name as it is stored: what its owner calls it, never refused.
fn short(name: &str) -> String {
    let clean: String = name.chars().filter(|c| !c.is_control()).collect();
    let mut end = clean.trim().len().min(MAX_NAME);
    while !clean.trim().is_char_boundary(end) {
        end -= 1;
    }
    clean.trim()[..end].to_owned()
}

/// What somebody hears when the database does not answer; its words go to the log.
pub(crate) fn unavailable(error: StoreError) -> ApiError {
    tracing::warn!(%error, "the database does not answer");
    match error {
        StoreError::Unavailable(_) => {
            ApiError::of(ErrorCode::Offline, "the database cannot be reached")
        }
        _ => ApiError::of(ErrorCode::Internal, "the database refused; see the server's log"),
    }
}
