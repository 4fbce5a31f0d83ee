//! Pages on the notification daemon of a Linux desktop, over one connection to the session bus.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use firebell_client::host::CannotShow;
use futures_util::StreamExt;
use tokio::{sync::mpsc, time::timeout};
use uuid::Uuid;
use zbus::{Connection, MatchRule, Message, MessageStream, connection, fdo, message};

use super::{ACKNOWLEDGE, Abilities, Answer, DEFAULT, PageNotice, Shows};

mod switch;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// Where daemons say that they hold notifications back, by interface and property: as the specification has
/// it, and as dunst has it.
const DO_NOT_DISTURB: [(&str, &str); 2] =
    [(NAME, "Inhibited"), ("org.dunstproject.cmd0", "paused")];

/// Urgency of a page: it stands over everything, also over do-not-disturb where a desktop lets it.
const CRITICAL: u8 = 2;
/// Urgency of what comes in quiet hours: desktops put it into their list.
const LOW: u8 = 0;

/// How long the daemon may take to answer; it draws a window, it does not think.
const PATIENCE: Duration = Duration::from_secs(5);

/// The daemon as this program sees it.
pub struct Daemon {
    link: tokio::sync::Mutex<Option<Link>>,
    shown: std::sync::Arc<Mutex<Shown>>,
    answers: mpsc::Sender<Answer>,
    address: Option<String>,
}

/// A connection, and the task that hears its signals.
struct Link {
    connection: Connection,
    listening: tokio::task::JoinHandle<()>,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// Which notification belongs to which page.
#[derive(Default)]
struct Shown(HashMap<Uuid, Place>);

/// A notification that stands: its number, and the daemon that gave the number.
#[derive(Clone)]
struct Place {
    id: u32,
    daemon: String,
}

impl Shown {
    /// The page of a notification. A number from another sender than the daemon that shows it is
    /// somebody else pretending.
    fn page(&self, id: u32, sender: &str) -> Option<Uuid> {
        let belongs = |place: &Place| place.id == id && place.daemon == sender;
        self.0.iter().find(|(_, place)| belongs(place)).map(|(page, _)| *page)
    }
}

impl Daemon {
    /// The daemon of this session. What a person does with a page's notification goes to `answers`.
    #[must_use]
    pub fn new(answers: mpsc::Sender<Answer>) -> Self {
        Self {
            link: tokio::sync::Mutex::default(),
            shown: Default::default(),
            answers,
            address: None,
        }
    }

    /// The daemon on another bus, for tests.
    #[cfg(test)]
    pub(crate) fn at(address: &str, answers: mpsc::Sender<Answer>) -> Self {
        Self { address: Some(address.to_owned()), ..Self::new(answers) }
    }

    async fn connection(&self) -> Result<Connection, CannotShow> {
        let mut link = self.link.lock().await;
        if let Some(link) = link.as_ref().filter(|link| !link.connection.is_closed()) {
            return Ok(link.connection.clone());
        }
        *link = None;
        let opened = timeout(PATIENCE, self.connect()).await;
        let opened = opened.map_err(|_| no_daemon("the session bus does not answer"))??;
        let connection = opened.connection.clone();
        *link = Some(opened);
        Ok(connection)
    }

    async fn connect(&self) -> Result<Link, CannotShow> {
        let builder = match &self.address {
            Some(address) => connection::Builder::address(address.as_str()),
            None => connection::Builder::session(),
        };
        let connection = builder.method_timeout(PATIENCE).build().await.map_err(cannot)?;
        let rule = MatchRule::builder()
            .msg_type(message::Type::Signal)
            .interface(NAME)
            .path(PATH)
            .build()
            .map_err(cannot)?;
        // Before anything is shown: a button pressed at once must be heard.
        let mut signals =
            MessageStream::for_match_rule(rule, &connection, None).await.map_err(cannot)?;
        let (shown, answers) = (self.shown.clone(), self.answers.clone());
        let listening = tokio::spawn(async move {
            while let Some(signal) = signals.next().await {
                let Some(answer) = signal.ok().and_then(|signal| heard(&signal, &shown)) else {
                    continue;
                };
                if answers.send(answer).await.is_err() {
                    return;
                }
            }
        });
        Ok(Link { connection, listening })
    }

    async fn call<B>(&self, method: &str, body: &B) -> Result<Message, CannotShow>
    where
        B: serde::Serialize + zbus::DynamicType,
    {
        let connection = self.connection().await?;
        let call = connection.call_method(Some(NAME), PATH, Some(NAME), method, body);
        call.await.map_err(cannot)
    }

    /// A property of the daemon that is true or false; none when this daemon has no such thing.
    async fn says(&self, interface: &str, property: &str) -> Option<bool> {
        let connection = self.connection().await.ok()?;
        let call = (interface, property);
        let properties = Some("org.freedesktop.DBus.Properties");
        let reply =
            connection.call_method(Some(NAME), PATH, properties, "Get", &call).await.ok()?;
        let body = reply.body();
        match body.deserialize::<zbus::Variant<'_>>().ok()? {
            zbus::Variant::Bool(says) => Some(says),
            _ => None,
        }
    }

    /// Text that reads the same, however the daemon takes it. When it does not say what it can, plain text
    /// is the better guess, and showing is tried.
    async fn plain(&self, text: &str) -> String {
        let words = self.capabilities().await.unwrap_or_default();
        let markup = words.iter().any(|word| word == "body-markup");
        if markup { escaped(text) } else { text.to_owned() }
    }

    async fn capabilities(&self) -> Result<Vec<String>, CannotShow> {
        let words = self.call("GetCapabilities", &()).await?;
        words.body().deserialize().map_err(cannot)
    }

    async fn about(&self) -> Result<About, CannotShow> {
        let about = self.call("GetServerInformation", &()).await?;
        let (name, _, version, _) =
            about.body().deserialize::<(String, String, String, String)>().map_err(cannot)?;
        Ok(About { name, version })
    }
}

/// What the daemon calls itself.
struct About {
    name: String,
    version: String,
}

impl Shows for Daemon {
    async fn show(&self, page: Uuid, notice: &PageNotice) -> Result<(), CannotShow> {
        let body = self.plain(&notice.body).await;
        let mut actions = vec![DEFAULT, notice.open.as_str()];
        if let Some(label) = &notice.acknowledge {
            actions.extend([ACKNOWLEDGE, label.as_str()]);
        }
        let hints = HashMap::from([
            ("urgency", zbus::Variant::U8(if notice.silently { LOW } else { CRITICAL })),
            ("suppress-sound", zbus::Variant::Bool(notice.silently)),
            ("resident", zbus::Variant::Bool(true)),
            ("desktop-entry", zbus::Variant::from("Firebell")),
            ("category", zbus::Variant::from("im.received")),
        ]);
        let replaces = lock(&self.shown).0.get(&page).map_or(0, |place| place.id);
        // 0 is never: a page does not go by itself.
        let call =
            ("Firebell", replaces, "firebell-desktop", &notice.title, body, actions, hints, 0_i32);
        let reply = self.call("Notify", &call).await?;
        let id = reply.body().deserialize::<u32>().map_err(cannot)?;
        let daemon = sender(&reply).ok_or_else(|| no_daemon("the answer names no sender"))?;
        lock(&self.shown).0.insert(page, Place { id, daemon });
        Ok(())
    }

    async fn murmur(&self, title: &str, body: &str) -> Result<(), CannotShow> {
        let body = self.plain(body).await;
        let hints = HashMap::from([
            ("urgency", zbus::Variant::U8(LOW)),
            ("suppress-sound", zbus::Variant::Bool(true)),
            ("desktop-entry", zbus::Variant::from("Firebell")),
        ]);
        let actions: Vec<&str> = Vec::new();
        // -1 leaves it to the daemon for how long.
        let call = ("Firebell", 0_u32, "firebell-desktop", title, body, actions, hints, -1_i32);
        self.call("Notify", &call).await.map(drop)
    }

    async fn close(&self, page: Uuid) {
        let Some(place) = lock(&self.shown).0.remove(&page) else { return };
        if let Err(error) = self.call("CloseNotification", &(place.id,)).await {
            // Gone already, or the daemon is: either way nothing stands there any more.
            tracing::debug!(%page, %error, "closing a notification");
        }
    }

    async fn inhibited(&self) -> Option<bool> {
        for (interface, property) in DO_NOT_DISTURB {
            if let Some(held) = self.says(interface, property).await {
                return Some(held);
            }
        }
        let daemon = self.about().await.ok()?.name;
        tokio::task::spawn_blocking(move || switch::held_back(&daemon)).await.ok().flatten()
    }

    async fn abilities(&self) -> Result<Abilities, CannotShow> {
        let words = self.capabilities().await?;
        let About { name, version } = self.about().await?;
        let has = |word: &str| words.iter().any(|known| known == word);
        Ok(Abilities {
            name: format!("{name} {version}"),
            actions: has("actions"),
            body: has("body"),
        })
    }
}

/// What a signal of the daemon says about one of our pages.
fn heard(signal: &Message, shown: &Mutex<Shown>) -> Option<Answer> {
    let sender = sender(signal)?;
    let header = signal.header();
    match header.member()?.as_str() {
        "ActionInvoked" => {
            let (id, action) = signal.body().deserialize::<(u32, String)>().ok()?;
            let page = lock(shown).page(id, &sender)?;
            match action.as_str() {
                ACKNOWLEDGE => Some(Answer::Acknowledge(page)),
                DEFAULT => Some(Answer::Open(page)),
                _ => None,
            }
        }
        "NotificationClosed" => {
            let (id, _reason) = signal.body().deserialize::<(u32, u32)>().ok()?;
            let mut shown = lock(shown);
            let page = shown.page(id, &sender)?;
            // The number may be given to somebody else's notification from now on.
            shown.0.remove(&page);
            Some(Answer::Dismissed(page))
        }
        _ => None,
    }
}

fn sender(message: &Message) -> Option<String> {
    message.header().sender().map(ToString::to_string)
}

fn lock(shown: &Mutex<Shown>) -> MutexGuard<'_, Shown> {
    shown.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Plain text as markup that reads the same.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn no_daemon(why: &str) -> CannotShow {
    CannotShow::NoDaemon(why.to_owned())
}

/// What a failure on the bus means for a page.
fn cannot(error: zbus::Error) -> CannotShow {
    let text = error.to_string();
    match error {
        zbus::Error::FDO(inner) => match *inner {
            fdo::Error::AccessDenied(_) | fdo::Error::AuthFailed(_) => CannotShow::Denied(text),
            _ => CannotShow::NoDaemon(text),
        },
        // The daemon is there and will not: too many notifications, or switched off for us.
        zbus::Error::MethodError(..) => CannotShow::Denied(text),
        _ => CannotShow::NoDaemon(text),
    }
}

#[cfg(test)]
#[path = "daemon/tests.rs"]
mod tests;
