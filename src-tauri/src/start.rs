//! The first moments: the data is opened while the web view starts, and what the window asks first is
//! handed to it as it opens.

use std::{path::PathBuf, sync::Arc, time::Duration};

use firebell_client::{
    Client, Setup,
    api::{
        ApiError,
        incident::BoardView,
        session::{Preferences, StartView},
    },
};
use serde::Serialize;
use tauri::{AppHandle, Manager};
use tokio::sync::oneshot;

use crate::{
    data,
    desk::Desk,
    host::DesktopHost,
    log,
    solo::{self, Solo},
};

/// How long the window waits for its first answers before it opens without them.
const PATIENCE: Duration = Duration::from_millis(300);

/// How long the client may take to close with the program.
const FAREWELL: Duration = Duration::from_secs(3);

/// What the window asks first.
#[derive(Debug, Serialize)]
struct First {
    start: StartView,
    preferences: Preferences,
    board: Option<BoardView>,
}

/// The first answers, once.
pub(crate) struct FirstAnswers(oneshot::Receiver<First>);

/// Opens the data in the background. Only after it is certain that no other Firebell runs here.
pub(crate) fn begin(app: &AppHandle) -> FirstAnswers {
    let folder = data::folder(app);
    log::start(folder.as_deref().ok());
    app.manage(Solo::default());
    let (answered, answers) = oneshot::channel();
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let opened = match folder {
            Ok(folder) => open(&app, folder).await,
            Err((folder, error)) => Err(solo::unreadable(&folder, &error)),
        };
        if let Err(error) = &opened {
            tracing::error!(%error, "the data cannot be opened");
        }
        app.state::<Desk>().opened(opened.clone());
        let Ok(client) = opened else { return };
        if let Some(first) = ask(&client).await {
            client.host().preferences_changed(&first.preferences);
            // The window may have opened without waiting for it.
            let _ = answered.send(first);
        }
    });
    FirstAnswers(answers)
}

impl FirstAnswers {
    /// The script that hands them to the window; none when they take too long.
    pub(crate) fn script(self) -> Option<String> {
        let first = async { tokio::time::timeout(PATIENCE, self.0).await };
        script(&tauri::async_runtime::block_on(first).ok()?.ok()?)
    }
}

/// Lets client and server finish before the program ends.
pub(crate) async fn end(app: &AppHandle) {
    if let Some(client) = app.state::<Desk>().client_now()
        && tokio::time::timeout(FAREWELL, client.close()).await.is_err()
    {
        // What was answered "saved" is on the disk already.
        tracing::warn!("the client did not close in time");
    }
    app.state::<Solo>().end().await;
}

async fn open(app: &AppHandle, folder: PathBuf) -> Result<Client, ApiError> {
    let solo = Arc::new(app.state::<Solo>().inner().clone());
    let host = Arc::new(DesktopHost::new(app));
    let extra_ca = std::env::var_os("FIREBELL_EXTRA_CA").map(PathBuf::from);
    Client::open(Setup { host, folder, solo: Some(solo), extra_ca }).await
}

async fn ask(client: &Client) -> Option<First> {
    let preferences = client.get_preferences(()).await.ok()?;
    let start = client.get_start(()).await.ok()?;
    let board = match &start {
        StartView::Ready { .. } => client.get_board(()).await.ok(),
        _ => None,
    };
    Some(First { start, preferences, board })
}

/// A script that leaves the answers where the window looks for them. Not after a reload: by then they
/// are old.
fn script(first: &impl Serialize) -> Option<String> {
    let json = serde_json::to_string(first).ok()?;
    Some(format!(
        "if (window === window.top && performance.getEntriesByType('navigation')[0]?.type !== 'reload') \
         window.__FIREBELL_START__ = {};",
        harmless(&json)
    ))
}

/// JSON that stays JSON wherever a script is put: none of the characters that end a script or a line.
fn harmless(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                text.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_stands_in_a_summary_stays_text() {
        let hostile = "</script><!-- <script>\u{2028}\u{2029} & \" \\ \u{0} 结账";
        let script = script(&serde_json::json!({ "summary": hostile })).expect("a script");
        let json = script.split_once("__FIREBELL_START__ = ").map(|(_, json)| json);
        let json = json.and_then(|json| json.strip_suffix(';')).expect("JSON");
        for harmful in ['<', '>', '&', '\u{2028}', '\u{2029}'] {
            assert!(!json.contains(harmful), "{json}");
        }
        let read: serde_json::Value = serde_json::from_str(json).expect("still JSON");
        assert_eq!(read["summary"], hostile);
    }
}
