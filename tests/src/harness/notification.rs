//! Native notifications: recorded by a stand-in, shown by a real daemon, or watched on the bus.

pub mod daemon;
pub mod monitor;
pub mod recorder;

use std::collections::HashMap;
use std::time::{Instant, SystemTime};

use zbus::OwnedVariant;

/// The name that a notification daemon has on the bus.
pub const NAME: &str = "org.freedesktop.Notifications";

/// One call of `Notify`, as the desktop made it.
#[derive(Clone, Debug)]
pub struct Notice {
    /// The number that the daemon answered with; 0 while it has not.
    pub id: u32,
    /// The program's name.
    pub app: String,
    /// The notice that this one takes the place of, or 0.
    pub replaces: u32,
    /// The first line.
    pub summary: String,
    /// The text below it.
    pub body: String,
    /// The buttons: key and label.
    pub actions: Vec<(String, String)>,
    /// 0 low, 1 normal, 2 critical; `None` when it was not said.
    pub urgency: Option<u8>,
    /// Milliseconds until it goes by itself; 0 is never, -1 as the daemon likes.
    pub timeout: i32,
    /// When the call was seen, on the clock that measures.
    pub at: Instant,
    /// When the call was seen, on the wall's clock.
    pub time: SystemTime,
}

/// The arguments of `Notify`, in the order of the specification.
type Arguments =
    (String, u32, String, String, String, Vec<String>, HashMap<String, OwnedVariant>, i32);

impl Notice {
    fn of(id: u32, arguments: Arguments) -> Self {
        let (app, replaces, _icon, summary, body, actions, hints, timeout) = arguments;
        let actions =
            actions.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect();
        let urgency = hints.get("urgency").and_then(|value| u8::try_from(value).ok());
        let (at, time) = (Instant::now(), SystemTime::now());
        Self { id, app, replaces, summary, body, actions, urgency, timeout, at, time }
    }

    /// Whether it has a button with this key.
    pub fn has_action(&self, key: &str) -> bool {
        self.actions.iter().any(|(known, _)| known == key)
    }
}
