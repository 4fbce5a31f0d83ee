//! Sees every notice that crosses a bus without taking part, whoever the daemon is.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use futures_util::StreamExt;
use tokio::task::JoinHandle;
use zbus::MessageStream;
use zbus::fdo::MonitoringProxy;
use zbus::message::{Message, Type};

use super::{NAME, Notice};
use crate::harness::{bus::Bus, wait};

/// A connection that only listens.
#[derive(Debug)]
pub struct Monitor {
    seen: Arc<Mutex<Seen>>,
    listening: JoinHandle<()>,
}

/// What crossed the bus.
#[derive(Debug, Default)]
struct Seen {
    notices: Vec<Sighting>,
    /// Buttons that were pressed: the notice's number and the button's key.
    pressed: Vec<(u32, String)>,
}

/// A notice, and how its call can be told from others until it is answered.
#[derive(Clone, Debug)]
struct Sighting {
    notice: Notice,
    caller: String,
    serial: u32,
}

impl Monitor {
    /// Starts to listen; when this returns, nothing is missed.
    pub async fn start(bus: &Bus) -> Result<Self> {
        let connection = bus.connect().await?;
        let stream = MessageStream::from(&connection);
        // No rules: answers name no interface, and they carry the notice's number.
        MonitoringProxy::new(&connection).await?.become_monitor(&[], 0).await?;
        let seen = Arc::<Mutex<Seen>>::default();
        let into = Arc::clone(&seen);
        let listening = tokio::spawn(async move {
            let mut stream = stream;
            while let Some(Ok(message)) = stream.next().await {
                note(&message, &mut lock(&into));
            }
        });
        Ok(Self { seen, listening })
    }

    /// Everything seen so far, in order.
    pub fn notices(&self) -> Vec<Notice> {
        lock(&self.seen).notices.iter().map(|sighting| sighting.notice.clone()).collect()
    }

    /// Waits for a notice that the daemon has answered, which means: accepted.
    pub async fn wait(
        &self,
        what: &str,
        limit: Duration,
        wanted: impl Fn(&Notice) -> bool,
    ) -> Result<Notice> {
        wait::until(what, limit, || {
            let found = self.notices().into_iter().find(|notice| notice.id != 0 && wanted(notice));
            std::future::ready(Ok(found))
        })
        .await
    }

    /// Waits until the daemon says that a button of a notice was pressed.
    pub async fn pressed(&self, notice: &Notice, key: &str, limit: Duration) -> Result<()> {
        wait::until(&format!("\"{key}\" to be pressed on {}", notice.summary), limit, || {
            let seen = lock(&self.seen);
            let found = seen.pressed.iter().any(|(id, one)| *id == notice.id && one == key);
            std::future::ready(Ok(found.then_some(())))
        })
        .await
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

fn note(message: &Message, seen: &mut Seen) {
    let header = message.header();
    match message.message_type() {
        Type::MethodCall => {
            let to_daemon = header.interface().is_some_and(|name| name.as_str() == NAME);
            let notify = header.member().is_some_and(|name| name.as_str() == "Notify");
            if !to_daemon || !notify {
                return;
            }
            if let Ok(arguments) = message.body().deserialize() {
                seen.notices.push(Sighting {
                    notice: Notice::of(0, arguments),
                    caller: header.sender().map(ToString::to_string).unwrap_or_default(),
                    serial: message.primary_header().serial_num().get(),
                });
            }
        }
        Type::MethodReturn => {
            let (Some(serial), Some(to)) = (header.reply_serial(), header.destination()) else {
                return;
            };
            let answered = seen
                .notices
                .iter_mut()
                .find(|one| one.serial == serial.get() && to.as_str() == one.caller);
            if let (Some(sighting), Ok(id)) = (answered, message.body().deserialize::<u32>()) {
                sighting.notice.id = id;
            }
        }
        Type::Signal => {
            let of_daemon = header.interface().is_some_and(|name| name.as_str() == NAME);
            let invoked = header.member().is_some_and(|name| name.as_str() == "ActionInvoked");
            if let (true, Ok(pressed)) = (of_daemon && invoked, message.body().deserialize()) {
                seen.pressed.push(pressed);
            }
        }
        Type::Error => {}
    }
}
