//! Serving desktops.

use std::{io::Write, path::Path, process::ExitCode};

use firebell_server::{Options, Server};
use serde_json::json;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use crate::{command::Serve, database};

pub(crate) async fn run(url: &str, serve: Serve) -> Result<ExitCode, String> {
    let mut terminate = signal(SignalKind::terminate()).map_err(|e| e.to_string())?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|e| e.to_string())?;
    let store = database::open(url).await.map_err(|e| e.to_string())?;
    let listener = TcpListener::bind(serve.listen)
        .await
        .map_err(|e| format!("cannot listen on {}: {e}", serve.listen))?;
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    tracing::info!(store = store.name(), %address, "serving");
    let options = Options { trusted_proxies: serve.trusted_proxy, ..Options::default() };
    let mut server = Server::start(store, options).await.map_err(|e| e.to_string())?;
    server.serve(listener);
    announce(&json!({ "listening": address.to_string() }).to_string(), serve.announce.as_deref())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    server.shutdown().await;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Says that it is ready: in the file first, so that whoever reads the line finds the file there.
fn announce(line: &str, file: Option<&Path>) -> Result<(), String> {
    if let Some(file) = file {
        // Renamed into place, so that a reader never sees half of it.
        let part = file.with_extension("part");
        std::fs::write(&part, format!("{line}\n"))
            .and_then(|()| std::fs::rename(&part, file))
            .map_err(|e| format!("cannot write {}: {e}", file.display()))?;
    }
    let mut out = std::io::stdout().lock();
    // Whoever started this may have closed its end; serving goes on.
    drop(writeln!(out, "{line}").and_then(|()| out.flush()));
    Ok(())
}
