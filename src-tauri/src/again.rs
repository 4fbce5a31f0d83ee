//! A start that meets a Firebell which is just ending.
//!
//! One that was killed keeps its name on the session bus until the bus notices. Who starts in that moment
//! hands its arguments over to a program that is not there any more, and would end with an error.

use std::time::Duration;

/// How often it is tried again.
const TRIES: u32 = 5;
/// The pause before: as long as a bus needs to notice, and short for who waits for a window.
const PAUSE: Duration = Duration::from_millis(200);
/// Says how often it was tried already.
const TRIED: &str = "FIREBELL_STARTS_TRIED";

/// Starts the program anew in the place of this process, if that may help; answers only when not.
pub(crate) fn after(error: &tauri::Error) {
    let tried = std::env::var(TRIED).ok().and_then(|tried| tried.parse().ok()).unwrap_or(0);
    if is_met(error) && tried < TRIES {
        std::thread::sleep(PAUSE);
        start(tried + 1);
    }
}

/// Whether another start stood in the way.
fn is_met(error: &tauri::Error) -> bool {
    matches!(error, tauri::Error::PluginInitialization(plugin, _) if plugin == "single-instance")
}

#[cfg(unix)]
fn start(tried: u32) {
    use std::{os::unix::process::CommandExt, process::Command};

    let Ok(program) = std::env::current_exe() else { return };
    let failed = Command::new(program)
        .args(std::env::args_os().skip(1))
        .env(TRIED, tried.to_string())
        .exec();
    tracing::error!(error = %failed, "the program cannot be started again");
}

/// Elsewhere a program's name is gone with its process.
#[cfg(not(unix))]
fn start(_tried: u32) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_another_start_is_a_reason_to_try_again() {
        let of = |plugin: &str| {
            tauri::Error::PluginInitialization(plugin.to_owned(), "no reply".to_owned())
        };
        assert!(is_met(&of("single-instance")));
        assert!(!is_met(&of("notification")) && !is_met(&tauri::Error::WebviewNotFound));
    }
}
