//! `firebell-devhost`: see the library.

use std::{process::ExitCode, sync::Arc};

use clap::Parser;
use firebell_client::{Client, Setup};
use firebell_devhost::{Args, BrowserHost, Devhost, guard::Guard, router};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match serve(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "cannot go on");
            ExitCode::FAILURE
        }
    }
}

async fn serve(args: Args) -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind(args.listen).await?;
    let address = listener.local_addr()?;
    let guard = Guard::new(address).with_dev_server(args.dev_server);
    let host = Arc::new(BrowserHost::default().saving_to(args.data_dir.join("saved")));
    let setup = Setup { host: host.clone(), folder: args.data_dir, solo: None, extra_ca: None };
    let client = Client::open(setup).await?;
    // Read by whoever started it: where it listens, and the token for calls without a page.
    println!("{}", serde_json::json!({"listening": address.to_string(), "token": guard.token()}));
    let devhost = Devhost { client: client.clone(), host, guard, server: args.server };
    axum::serve(listener, router(Arc::new(devhost), &args.ui))
        .with_graceful_shutdown(async {
            // A signal handler that cannot be set leaves only the hard way to stop; it is no failure.
            let _ = tokio::signal::ctrl_c().await;
        })
        .await?;
    client.close().await;
    Ok(())
}
