//! Serving desktops.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use firebell_server::{Options, Server, audit::Heartbeat};
use serde_json::json;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use crate::{
    channels,
    command::Serve,
    database::{self, Database},
    files,
};

pub(crate) async fn run(
    url: &str,
    files: Option<PathBuf>,
    serve: Serve,
) -> Result<ExitCode, String> {
    let mut terminate = signal(SignalKind::terminate()).map_err(|e| e.to_string())?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|e| e.to_string())?;
    let database = database::open(url).await.map_err(|e| e.to_string())?;
    let Database { store, marker, secret, files: beside } = database;
    let files = files::open(files, beside)?;
    let channels = channels::read(&serve.channels, secret.as_deref())?;
    if let Some(marker) = &marker {
        marker.check(&store.head().await.map_err(|e| e.to_string())?)?;
    }
    let heartbeat = serve.heartbeat_url.as_deref().map(Heartbeat::to).transpose();
    let heartbeat = heartbeat.map_err(|e| format!("--heartbeat-url: {e}"))?;
    let listener = TcpListener::bind(serve.listen)
        .await
        .map_err(|e| format!("cannot listen on {}: {e}", serve.listen))?;
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    tracing::info!(store = store.name(), %address, "serving");
    let options = Options {
        trusted_proxies: serve.trusted_proxy,
        audit_heartbeat: heartbeat,
        audit_every_secs: serve.heartbeat_every,
        channels,
        files,
        ..Options::default()
    };
    let mut server = Server::start(Arc::clone(&store), options).await.map_err(|e| e.to_string())?;
    let noting = marker.clone().map(|marker| {
        let newest = server.node().appender.watch_seq();
        tokio::spawn(marker.keep(Arc::clone(&store), newest))
    });
    server.serve(listener);
    announce(&json!({ "listening": address.to_string() }).to_string(), serve.announce.as_deref())?;
    let broken = tokio::select! {
        _ = terminate.recv() => false,
        _ = interrupt.recv() => false,
        () = server.broken() => true,
    };
    tracing::info!("stopping");
    server.shutdown().await;
    if let (Some(marker), Some(noting)) = (marker, noting) {
        noting.abort();
        drop(noting.await);
        marker.note(&store).await;
    }
    tracing::info!("stopped");
    if broken {
        // Whoever started this starts it again.
        return Err("a part of the server ended by a defect; see the log".to_owned());
    }
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
