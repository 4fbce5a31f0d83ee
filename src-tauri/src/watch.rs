//! What this desktop notices about itself: that it woke, and whether a page would be noticed on it (N3).

use std::time::{Duration, Instant};

use firebell_client::{api::readiness::DesktopFacts, host::Timestamp};
use tauri::{AppHandle, Manager};
use tauri_plugin_autostart::ManagerExt;

use crate::{capabilities, desk::Desk};

/// How often the wall clock is looked at.
const TICK: Duration = Duration::from_secs(5);
/// It may be so much later than that before we take it that the computer slept. A busy computer may be taken for
/// one that slept: then a page that stands rings once more.
const SLEPT_MILLIS: i64 = 10_000;
/// How long after the start the desktop looks at itself first: trays and daemons start at the same time.
const FIRST_LOOK: Duration = Duration::from_secs(20);
/// How often it looks again.
const LOOK: Duration = Duration::from_secs(15 * 60);

/// Compares the wall clock with when it should have been looked at. Another clock is no help: on some systems it
/// stands still while the computer sleeps, on others it goes on.
#[derive(Debug, Default)]
struct Sleep {
    last: Option<Timestamp>,
}

impl Sleep {
    /// Since when the computer slept, if it did since the last look.
    fn look(&mut self, wall: Timestamp) -> Option<Timestamp> {
        let then = self.last.replace(wall)?;
        let usual = i64::try_from(TICK.as_millis()).unwrap_or(i64::MAX);
        let late = wall.since(then).saturating_sub(usual);
        (late > SLEPT_MILLIS).then_some(then)
    }
}

/// Watches until the program ends.
pub(crate) fn start(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let mut sleep = Sleep::default();
        let mut look_at = Instant::now() + FIRST_LOOK;
        loop {
            tokio::time::sleep(TICK).await;
            let Some(client) = app.state::<Desk>().client_now() else { continue };
            if let Some(since) = sleep.look(client.host().now()) {
                tracing::info!(?since, "the computer woke");
                client.woke(since).await;
                look_at = Instant::now();
            }
            if Instant::now() >= look_at {
                look_at = Instant::now() + LOOK;
                look(&app).await;
            }
        }
    });
}

/// The desktop looks at itself, says what is news, and tells its person of who could not be rung.
pub(crate) async fn look(app: &AppHandle) {
    let Some(client) = app.state::<Desk>().client_now() else { return };
    // Nobody is signed in: there is nobody to be rung either.
    if client.me().is_none() {
        return;
    }
    let found = facts(app).await;
    match client.note_desktop(found).await {
        Ok(written) => tracing::debug!(written, ?found, "the desktop looked at itself"),
        Err(error) => tracing::warn!(%error, "what this desktop can do is not written down"),
    }
    client.tell_unready();
}

async fn facts(app: &AppHandle) -> DesktopFacts {
    let can = capabilities::ask(app).await;
    DesktopFacts {
        notifications: can.notifications.works,
        sound: can.sound.works && app.state::<Desk>().sound_wanted(),
        undisturbed: can.undisturbed.map(|undisturbed| undisturbed.works),
        autostart: app.autolaunch().is_enabled().unwrap_or(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_that_comes_much_too_late_is_a_sleep() {
        let wall = Timestamp(1_700_000_000_000);
        // (seconds until the next look, slept)
        let table = [(5, false), (15, false), (16, true), (3_600, true), (-3_600, false)];
        for (seconds, slept) in table {
            let mut sleep = Sleep::default();
            assert_eq!(sleep.look(wall), None, "nothing to compare with yet");
            let since = sleep.look(wall.plus_secs(seconds));
            assert_eq!(since, slept.then_some(wall), "{seconds} s");
            assert_eq!(sleep.look(wall.plus_secs(seconds + 5)), None);
        }
        println!("{} looks", table.len());
    }
}
