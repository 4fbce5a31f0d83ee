//! A stand-in for a notification daemon: it records every notice and can press its buttons.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use zbus::object_server::SignalEmitter;
use zbus::{OwnedVariant, connection::Builder, interface};

use super::{NAME, Notice};
use crate::harness::{bus::Bus, wait};

const PATH: &str = "/org/freedesktop/Notifications";

/// The stand-in; it has the daemon's name on the bus until it is dropped.
#[derive(Debug)]
pub struct Recorder {
    seen: Seen,
    connection: zbus::Connection,
}

#[derive(Clone, Debug, Default)]
struct Seen(Arc<Mutex<Vec<Notice>>>);

impl Seen {
    fn list(&self) -> MutexGuard<'_, Vec<Notice>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recorder {
    /// Takes the daemon's name on a bus; when this returns, notices are recorded.
    pub async fn start(bus: &Bus) -> Result<Self> {
        let seen = Seen::default();
        let connection = Builder::address(bus.address())
            .serve_at(PATH, Service { seen: seen.clone() })
            .name(NAME)
            .build()
            .await
            .context("taking the notification daemon's name")?;
        Ok(Self { seen, connection })
    }

    /// Everything recorded so far, in order.
    pub fn notices(&self) -> Vec<Notice> {
        self.seen.list().clone()
    }

    /// Waits for a notice.
    pub async fn wait(
        &self,
        what: &str,
        limit: Duration,
        wanted: impl Fn(&Notice) -> bool,
    ) -> Result<Notice> {
        wait::until(what, limit, || {
            let found = self.seen.list().iter().find(|notice| wanted(notice)).cloned();
            std::future::ready(Ok(found))
        })
        .await
    }

    /// Presses a button, as a person would; the notice then closes.
    pub async fn press(&self, notice: &Notice, action: &str) -> Result<()> {
        if !notice.has_action(action) {
            bail!("the notice \"{}\" has no button \"{action}\"", notice.summary);
        }
        let emitter = SignalEmitter::new(&self.connection, PATH)?;
        Service::action_invoked(&emitter, notice.id, action).await?;
        // 2: closed by the person.
        Service::notification_closed(&emitter, notice.id, 2).await?;
        Ok(())
    }
}

#[derive(Debug)]
struct Service {
    seen: Seen,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Service {
    #[expect(clippy::too_many_arguments, reason = "the specification has so many")]
    fn notify(
        &self,
        app_name: String,
        replaces_id: u32,
        app_icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedVariant>,
        expire_timeout: i32,
    ) -> u32 {
        let mut seen = self.seen.list();
        let next = u32::try_from(seen.len()).unwrap_or(u32::MAX - 1) + 1;
        let id = if replaces_id == 0 { next } else { replaces_id };
        let arguments =
            (app_name, replaces_id, app_icon, summary, body, actions, hints, expire_timeout);
        seen.push(Notice::of(id, arguments));
        id
    }

    async fn close_notification(
        &self,
        id: u32,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        // 3: closed by the program.
        Ok(Service::notification_closed(&emitter, id, 3).await?)
    }

    fn get_capabilities(&self) -> Vec<String> {
        ["actions", "body", "persistence"].map(str::to_owned).to_vec()
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        let word = str::to_owned;
        (word("recorder"), word("Firebell"), word(env!("CARGO_PKG_VERSION")), word("1.2"))
    }

    #[zbus(signal)]
    async fn action_invoked(
        emitter: &SignalEmitter<'_>,
        id: u32,
        action_key: &str,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn notification_closed(
        emitter: &SignalEmitter<'_>,
        id: u32,
        reason: u32,
    ) -> zbus::Result<()>;
}
