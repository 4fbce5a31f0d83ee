//! First start, signing in and out: the window's commands about sessions.

use std::{path::PathBuf, sync::Arc, time::Duration};

use firebell_domain::{
    directory::Person,
    entity::World,
    id::{EntityId, WorkspaceId},
};
use firebell_protocol::{
    VERSION,
    http::{AcceptInvitation, Login, Session},
};

use super::{
    Remembered,
    secret::{self, Kept, Secret},
};
use crate::{
    Client,
    api::{
        ApiError, ErrorCode,
        session::{ConnectServer, Me, StartSolo, StartView},
        sync::Event,
    },
    store::StoreError,
    store::blob,
    transport::{Address, Http, SharedConnector, TcpConnector},
    views::on_call,
};

/// Folder of the server inside this process.
const SOLO_FOLDER: &str = "solo";
/// How long a fresh workspace may take to read its first entities before the window goes on without.
const FIRST_SYNC: Duration = Duration::from_secs(15);
/// Between two tries to find the session at start: at first, and at most.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Longest display name of solo mode in bytes.
const MAX_NAME: usize = 200;

impl Client {
    /// `get_start`: what the window shows first.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub async fn get_start(&self, _: ()) -> Result<StartView, ApiError> {
        if let Some(unusable) = self.unusable() {
            return Ok(StartView::Unusable {
                error: unusable.error,
                rescued: unusable.rescued.map(|path| path.display().to_string()),
                rescued_count: unusable.count,
            });
        }
        let Some(known) = self.remembered() else { return Ok(StartView::FirstStart {}) };
        if known.signed_out {
            return Ok(StartView::SignIn {
                server: known.server.unwrap_or_default(),
                name: known.name,
                revoked: known.revoked,
            });
        }
        let store = self.store()?;
        let key = blob(known.person.0);
        let managing = sqlx::query_scalar!(
            "SELECT number FROM incident WHERE im = ? AND open = 1 ORDER BY severity, declared_at LIMIT 1",
            key
        )
        .fetch_optional(store.readers())
        .await
        .map_err(StoreError::from)?;
        let directory = self.directory();
        let person = directory.entity(known.person).map(Person);
        let name = person.map(|person| person.name().to_owned()).filter(|name| !name.is_empty());
        let managing = managing.flatten().and_then(|number| u64::try_from(number).ok());
        Ok(StartView::Ready {
            me: Me {
                id: known.person.to_string(),
                name: name.unwrap_or_else(|| known.name.clone()),
                admin: person.is_some_and(Person::admin),
                on_call: on_call::is_on_call(&directory, known.person, self.host().now()),
                managing: managing.map(firebell_domain::incident::key),
            },
            solo: known.is_solo(),
            server: known.server,
            sample: store.local::<bool>(crate::sample::SAMPLE).await?.unwrap_or(false),
        })
    }

    /// `start_solo`: everything on this computer.
    ///
    /// # Errors
    /// `Invalid` for the name; what the server inside this process answers.
    pub async fn start_solo(&self, form: StartSolo) -> Result<StartView, ApiError> {
        let name = form.name.trim();
        if name.is_empty() {
            return Err(ApiError::field("name", "error-text-empty"));
        }
        if name.len() > MAX_NAME {
            return Err(ApiError::field("name", "error-text-too-long"));
        }
        let _entering = self.entering().await;
        let (session, connector) = self.solo_server(name).await?;
        let token = Secret::new(session.token.clone());
        self.enter(
            Remembered {
                workspace: session.workspace,
                person: session.person,
                device: session.device,
                server: None,
                name: name.to_owned(),
                kept: Kept::Nowhere,
                signed_out: false,
                revoked: false,
            },
            Some((token, connector)),
        )
        .await?;
        self.wait_for_first_sync().await;
        if form.sample {
            crate::sample::fill(self).await?;
        }
        self.host().emit(Event::Session {});
        self.get_start(()).await
    }

    /// `connect_server`: signs in, or accepts an invitation.
    ///
    /// # Errors
    /// `Invalid` for a field, `NoKeychain` without consent to a file, what the server answers.
    pub async fn connect_server(&self, form: ConnectServer) -> Result<StartView, ApiError> {
        let address = Address::parse(&form.server)?;
        let name = form.name.trim();
        for (field, value) in [("name", name), ("password", &form.password)] {
            if value.is_empty() {
                return Err(ApiError::field(field, "error-text-empty"));
            }
        }
        let _entering = self.entering().await;
        let kept = secret::place(self.host(), form.file_consent).await?;
        let url = address.url.clone();
        let connector = self.connector_to(address)?;
        let device = self.device_for(&url, name);
        let login = Login {
            protocol: VERSION,
            name: name.to_owned(),
            password: form.password,
            device,
            device_name: self.device_name(),
        };
        let http = Http::new(Arc::clone(&connector));
        let session: Session = match form.invitation.filter(|code| !code.trim().is_empty()) {
            Some(code) => {
                let display_name = login.name.clone();
                let code = code.trim().to_owned();
                let accept = AcceptInvitation { code, login, display_name };
                http.post("/invitations/accept", None, &accept).await?
            }
            None => http.post("/login", None, &login).await?,
        };
        let token = Secret::new(session.token);
        let secret_name = secret::name(session.workspace, session.person);
        secret::keep(self.host(), self.folder(), &secret_name, kept, &token).await?;
        self.enter(
            Remembered {
                workspace: session.workspace,
                person: session.person,
                device: session.device,
                server: Some(url),
                name: name.to_owned(),
                kept,
                signed_out: false,
                revoked: false,
            },
            Some((token, connector)),
        )
        .await?;
        self.wait_for_first_sync().await;
        self.host().emit(Event::Session {});
        self.get_start(()).await
    }

    /// `sign_out`: ends the session here and on the server. What was not sent stays on this computer.
    /// In solo mode there is nobody else to sign in, and nothing happens.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn sign_out(&self, _: ()) -> Result<StartView, ApiError> {
        let _entering = self.entering().await;
        if let Some(known) = self.remembered().filter(|known| !known.is_solo()) {
            let name = secret::name(known.workspace, known.person);
            let token = secret::read(self.host(), self.folder(), &name, known.kept).await;
            if let (Ok(Some(token)), Some(server)) = (token, &known.server) {
                let http = Http::new(self.connector_to(Address::parse(server)?)?);
                // Offline it cannot be told; the token is forgotten here all the same.
                let told: Result<(), ApiError> =
                    http.post("/logout", Some(token.reveal()), &()).await;
                if let Err(error) = told {
                    tracing::warn!(%error, "the server was not told of the sign-out");
                }
            }
            secret::forget(self.host(), self.folder(), &name, known.kept).await;
            self.set_signed_out(false)?;
        }
        self.host().emit(Event::Session {});
        self.get_start(()).await
    }

    /// Opens the workspace that was open last, and signs in with its token. The store opens at once; the
    /// rest follows in the background, and is tried until it succeeds: a keychain may be locked for as long
    /// as nobody has logged in, and whoever is on call must be reached all the same.
    pub(crate) async fn resume(&self) {
        let Some(known) = self.remembered() else { return };
        if let Err(error) = self.enter(known.clone(), None).await {
            tracing::error!(%error, "the workspace cannot be opened");
            return;
        }
        if known.signed_out {
            return;
        }
        let client = self.weak();
        tokio::spawn(async move {
            let mut pause = FIRST_PAUSE;
            while let Some(client) = client.upgrade().filter(|client| client.awaits(&known)) {
                match client.session_of(&known).await {
                    Ok(session) => {
                        client.talk(known.workspace, known.person, session);
                        return;
                    }
                    Err(error) => {
                        tracing::error!(%error, "nobody could be signed in");
                        client.set_blocked(error);
                    }
                }
                drop(client);
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        });
    }

    /// Whether a workspace is open, its session is not known to have ended, and nobody talks to its server.
    fn awaits(&self, known: &Remembered) -> bool {
        let remembered = self.remembered().is_some_and(|now| {
            (now.workspace, now.person) == (known.workspace, known.person) && !now.signed_out
        });
        remembered && self.is_silent()
    }

    async fn session_of(&self, known: &Remembered) -> Result<(Secret, SharedConnector), ApiError> {
        let Some(server) = &known.server else {
            let (session, connector) = self.solo_server(&known.name).await?;
            return Ok((Secret::new(session.token), connector));
        };
        let name = secret::name(known.workspace, known.person);
        match secret::read(self.host(), self.folder(), &name, known.kept).await? {
            Some(token) => Ok((token, self.connector_to(Address::parse(server)?)?)),
            None => {
                self.set_signed_out(false)?;
                self.host().emit(Event::Session {});
                Err(ApiError::of(ErrorCode::SignedOut, "the token is gone"))
            }
        }
    }

    async fn solo_server(&self, name: &str) -> Result<(Session, SharedConnector), ApiError> {
        let solo = self.solo_backend().ok_or_else(|| {
            ApiError::of(ErrorCode::NotFound, "this program brings no server along")
        })?;
        let folder: PathBuf = self.folder().join(SOLO_FOLDER);
        let started = solo.start(&folder, name).await?;
        Ok((started.session, started.connector))
    }

    fn connector_to(&self, address: Address) -> Result<SharedConnector, ApiError> {
        let connector = TcpConnector::new(address, self.extra_ca())
            .map_err(|error| ApiError::of(ErrorCode::Offline, error.to_string()))?;
        Ok(Arc::new(connector))
    }

    async fn wait_for_first_sync(&self) {
        if let Some(current) = self.current_within(FIRST_SYNC)
            && !current.await
        {
            tracing::warn!("the first sync goes on in the background");
        }
    }

    /// Remembers that the session of a workspace ended.
    pub(crate) fn session_ended(&self, workspace: WorkspaceId, person: EntityId, why: ApiError) {
        let ours = self
            .remembered()
            .is_some_and(|known| (known.workspace, known.person) == (workspace, person));
        if ours {
            if let Err(error) = self.set_signed_out(true) {
                tracing::error!(%error, "the end of the session is not remembered");
            }
            self.set_blocked(why);
            self.host().emit(Event::Session {});
        }
    }
}
