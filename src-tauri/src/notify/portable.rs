//! Pages on Windows and macOS: a notification of the system's, without buttons. The page window, which
//! opens at the same moment, is where a page is answered there.

use firebell_client::host::CannotShow;
use notify_rust::{Notification, Timeout};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{Abilities, Answer, PageNotice, Shows};

/// The system's notifications.
pub struct Daemon {
    _answers: mpsc::Sender<Answer>,
}

impl Daemon {
    /// Nothing is ever sent to `answers`: these notifications have no buttons.
    #[must_use]
    pub fn new(answers: mpsc::Sender<Answer>) -> Self {
        Self { _answers: answers }
    }
}

impl Shows for Daemon {
    async fn show(&self, _page: Uuid, notice: &PageNotice) -> Result<(), CannotShow> {
        let mut notification = Notification::new();
        notification.summary(&notice.title).body(&notice.body).timeout(Timeout::Never);
        #[cfg(not(target_os = "macos"))]
        notification.urgency(match notice.silently {
            true => notify_rust::Urgency::Low,
            false => notify_rust::Urgency::Critical,
        });
        shown(notification).await
    }

    async fn murmur(&self, title: &str, body: &str) -> Result<(), CannotShow> {
        let mut notification = Notification::new();
        notification.summary(title).body(body);
        #[cfg(not(target_os = "macos"))]
        notification.urgency(notify_rust::Urgency::Low);
        shown(notification).await
    }

    async fn close(&self, _page: Uuid) {}

    /// Neither system says it to programs without asking a person for leave first.
    async fn inhibited(&self) -> Option<bool> {
        None
    }

    async fn abilities(&self) -> Result<Abilities, CannotShow> {
        Ok(Abilities { body: true, ..Abilities::default() })
    }
}

/// Shows it, apart from the tasks that must not wait.
async fn shown(notification: Notification) -> Result<(), CannotShow> {
    let shown = tokio::task::spawn_blocking(move || notification.show().map(drop)).await;
    match shown {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(CannotShow::Denied(error.to_string())),
        Err(error) => Err(CannotShow::NoDaemon(error.to_string())),
    }
}
