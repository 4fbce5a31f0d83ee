//! The protocol itself, spoken without a desktop: for what no desktop would say, and to see what the
//! server has.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use firebell_client::transport::{Address, Http, SharedConnector, Socket, TcpConnector};
use firebell_domain::change::{Body, Change};
use firebell_domain::directory::DirectoryChange;
use firebell_domain::entity::Entity;
use firebell_domain::id::{ChangeId, DeviceId, EntityId, SetId};
use firebell_domain::time::Timestamp;
use firebell_protocol::error::ApiError;
use firebell_protocol::frame::{PushSet, Resume, SetAnswer, ToClient, ToServer, Verdict};
use firebell_protocol::http::{IncidentDump, LogPage, Login, Session};
use firebell_protocol::row::Cursor;
use firebell_protocol::{KEY_RESERVE, VERSION};
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::headless::{PASSWORD, SOON};
use super::wait;

/// Somebody's session on a device that has no desktop.
pub struct Raw {
    session: Session,
    connector: SharedConnector,
    http: Http,
}

impl Raw {
    /// Signs in.
    pub async fn sign_in(url: &str, name: &str) -> Result<Self> {
        let connector = connector(url)?;
        let http = Http::new(Arc::clone(&connector));
        let login = Login {
            protocol: VERSION,
            name: name.to_owned(),
            password: PASSWORD.to_owned(),
            device: DeviceId(Uuid::now_v7()),
            device_name: "none".to_owned(),
        };
        let session = http.post("/login", None, &login).await;
        let session = session.with_context(|| format!("{name} signs in"))?;
        Ok(Self { session, connector, http })
    }

    /// The same session at another address.
    pub fn at(&self, url: &str) -> Result<Self> {
        let connector = connector(url)?;
        let http = Http::new(Arc::clone(&connector));
        Ok(Self { session: self.session.clone(), connector, http })
    }

    /// The session.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Asks something of the HTTP API.
    ///
    /// # Errors
    /// What the server answers.
    pub async fn get<A: DeserializeOwned>(&self, path: &str) -> Result<A, ApiError> {
        self.http.get(path, &self.session.token).await
    }

    /// Does something by the HTTP API.
    ///
    /// # Errors
    /// What the server answers.
    pub async fn post<A: DeserializeOwned>(&self, path: &str) -> Result<A, ApiError> {
        self.http.post(path, Some(&self.session.token), &Value::Null).await
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// What the server answers.
    pub async fn patch<A: DeserializeOwned>(
        &self,
        path: &str,
        bytes: &[u8],
    ) -> Result<A, ApiError> {
        self.http.patch(path, &self.session.token, bytes.to_vec().into()).await
    }

    /// Some bytes of a file.
    ///
    /// # Errors
    /// What the server answers.
    pub async fn bytes(
        &self,
        path: &str,
        range: std::ops::Range<u64>,
    ) -> Result<Vec<u8>, ApiError> {
        Ok(self.http.get_range(path, &self.session.token, range).await?.into())
    }

    /// A page of the log.
    ///
    /// # Errors
    /// What the server answers.
    pub async fn log(&self, after: u64, limit: usize) -> Result<LogPage, ApiError> {
        self.get(&format!("/log?after={after}&limit={limit}")).await
    }

    /// The end of the log.
    pub async fn end(&self) -> Result<Cursor> {
        let seq = self.log(u64::MAX >> 1, 1).await?.last;
        let page = self.log(seq, 1).await?;
        let workspace = self.session.workspace;
        Ok(Cursor { workspace, epoch: page.epoch, seq, head: page.head })
    }

    /// An incident and all that belongs to it, as the server has it.
    pub async fn incident(&self, id: EntityId) -> Result<Vec<Entity>> {
        let dump: IncidentDump = self.get(&format!("/incidents/{id}")).await?;
        Ok(dump.entities.iter().map(|text| serde_json::from_str(text)).collect::<Result<_, _>>()?)
    }

    /// Opens a conversation.
    pub async fn talk(&self, cursor: Option<Cursor>) -> Result<Talk> {
        let socket = Socket::open(&self.connector).await?;
        let hello = ToServer::Hello {
            protocol: VERSION,
            token: self.session.token.clone(),
            device: self.session.device,
            cursor,
            keys_left: KEY_RESERVE,
            highest_key: 0,
        };
        let mut talk = Talk { socket, resume: Resume::Rows };
        talk.send(&hello).await?;
        match talk.next().await? {
            ToClient::Welcome { resume, .. } => talk.resume = resume,
            other => bail!("no welcome but {other:?}"),
        }
        Ok(talk)
    }

    /// Does this in one set, which has to be accepted.
    pub async fn does(&self, changes: Vec<Change>) -> Result<()> {
        let answers = self.talk(None).await?.push(vec![set(1, &changes)?]).await?;
        match answers.as_slice() {
            [SetAnswer { verdict: Verdict::Accepted { .. }, .. }] => Ok(()),
            other => bail!("not accepted: {other:?}"),
        }
    }
}

/// An open conversation.
pub struct Talk {
    socket: Socket,
    resume: Resume,
}

impl Talk {
    /// How it goes on after the welcome.
    pub fn resume(&self) -> Resume {
        self.resume
    }

    /// Says something.
    pub async fn send(&mut self, frame: &ToServer) -> Result<()> {
        let send = async { Ok(self.socket.sink.send(frame).await?) };
        wait::within("sending a frame", SOON, send).await
    }

    /// The next frame; that none comes is an error.
    pub async fn next(&mut self) -> Result<ToClient> {
        let next = async { self.socket.source.next().await?.context("the server hung up") };
        wait::within("a frame", SOON, next).await
    }

    /// Sends change sets and waits for their answers.
    pub async fn push(&mut self, sets: Vec<PushSet>) -> Result<Vec<SetAnswer>> {
        self.send(&ToServer::Push { sets, more: false }).await?;
        loop {
            match self.next().await? {
                ToClient::Answers { answers } => return Ok(answers),
                ToClient::Fault { error } => return Err(error.into()),
                _ => {}
            }
        }
    }
}

fn connector(url: &str) -> Result<SharedConnector> {
    Ok(Arc::new(TcpConnector::new(Address::parse(url)?, None)?))
}

/// A fresh id.
pub fn fresh() -> EntityId {
    EntityId(Uuid::now_v7())
}

/// A change by somebody, now.
pub fn change(entity: EntityId, body: Body) -> Change {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let at = Timestamp(i64::try_from(since.as_millis()).unwrap_or_default());
    Change { id: ChangeId(Uuid::now_v7()), entity, at, seen: BTreeMap::new(), body }
}

/// Fields of the directory take values.
pub fn put<const N: usize>(fields: [(&str, Value); N]) -> DirectoryChange {
    let fields = fields.map(|(name, value)| (name.to_owned(), value)).into();
    DirectoryChange::Put { fields }
}

/// A change set as it goes over the wire.
pub fn set(number: u64, changes: &[Change]) -> Result<PushSet> {
    let changes = changes.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
    Ok(PushSet { id: SetId(Uuid::now_v7()), number, after: Vec::new(), again: false, changes })
}
