//! Firebell's desktop shell: windows, tray, notifications, siren, deep links, and the surface between a
//! window and the client. It holds no rules and no SQL: those are `firebell-domain`'s and
//! `firebell-client`'s.

mod again;
mod bells;
mod capabilities;
mod commands;
mod data;
pub mod deep_link;
mod desk;
mod display;
#[cfg(test)]
mod fences;
mod host;
mod keychain;
pub mod link;
mod log;
pub mod notify;
mod ringing;
mod shortcut;
pub mod siren;
mod solo;
mod start;
mod tray;
mod watch;
mod windows;
mod words;

use std::{process::ExitCode, sync::Mutex};

use tauri::{
    App, AppHandle, Manager, RunEvent, Wry,
    plugin::{self, TauriPlugin},
};
use tauri_plugin_deep_link::DeepLinkExt;

use crate::{desk::Desk, siren::Siren, start::FirstAnswers};

/// Runs the program until it is quit.
#[must_use]
pub fn run() -> ExitCode {
    display::choose_painter();
    let arguments: Vec<String> = std::env::args().collect();
    let hidden = arguments.iter().any(|argument| argument == "--hidden");
    display::prefer_x11();
    let built = tauri::Builder::default()
        // First of all: a second start hands its arguments over and ends before it touches any data.
        .plugin(tauri_plugin_single_instance::init(|app, arguments, _folder| {
            started_again(app, &arguments);
        }))
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_global_shortcut::Builder::new().build())
        .plugin(tauri_plugin_autostart::Builder::new().arg("--hidden").build())
        // After those whose state a person's preferences need: they are read as soon as data is open.
        .plugin(data_opener(hidden))
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_state_flags(windows::KEPT)
                .with_filter(|label| label == windows::MAIN)
                .build(),
        )
        .invoke_handler(commands::handler())
        .setup(move |app| Ok(setup(app, &arguments)?))
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(on_event);
            ExitCode::SUCCESS
        }
        Err(error) => {
            again::after(&error);
            tracing::error!(%error, "the program cannot start");
            eprintln!("firebell: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Opens the data while the web view gets ready.
fn data_opener(hidden: bool) -> TauriPlugin<Wry> {
    plugin::Builder::new("data")
        .setup(move |app, _| {
            app.manage(Desk::new(hidden));
            app.manage(tray::Tray::default());
            app.manage(shortcut::Taken::default());
            app.manage(windows::OpenPages::default());
            app.manage(windows::LastClose::default());
            app.manage(Siren::new());
            let answers = start::begin(app);
            app.manage(Mutex::new(Some(answers)));
            Ok(())
        })
        .build()
}

fn setup(app: &mut App, arguments: &[String]) -> tauri::Result<()> {
    display::note();
    let handle = app.handle().clone();
    if let Some(place) = deep_link::in_arguments(arguments) {
        handle.state::<Desk>().keep_place(place);
    }
    let opened = handle.clone();
    app.deep_link().on_open_url(move |event| {
        let place = event.urls().iter().find_map(|url| deep_link::parse(url.as_str()));
        if let Some(place) = place {
            windows::go(&opened, place);
        }
    });
    let answers = app.state::<Mutex<Option<FirstAnswers>>>();
    let answers = answers.lock().ok().and_then(|mut answers| answers.take());
    windows::open_main(&handle, answers.and_then(FirstAnswers::script))?;
    tray::open(&handle);
    watch::start(&handle);
    stop_on_signal(handle);
    Ok(())
}

/// A second start: shows the window, at the place that its link leads to.
fn started_again(app: &AppHandle, arguments: &[String]) {
    match deep_link::in_arguments(arguments) {
        Some(place) => windows::go(app, place),
        None => windows::show_main(app),
    }
}

fn on_event(app: &AppHandle, event: RunEvent) {
    if let RunEvent::Exit = event {
        tauri::async_runtime::block_on(start::end(app));
    }
}

/// Ends in order when the system asks for it.
fn stop_on_signal(app: AppHandle) {
    #[cfg(unix)]
    tauri::async_runtime::spawn(async move {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut asked) = signal(SignalKind::terminate()) else { return };
        asked.recv().await;
        windows::quit(&app);
    });
    #[cfg(not(unix))]
    drop(app);
}
