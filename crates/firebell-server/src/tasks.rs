//! What an administrator does at a terminal. Each works beside a running server.

use std::{
    io::BufRead,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use firebell_server::error::{ApiError, ErrorCode};
use firebell_server::{
    Options,
    accounts::entry::{Accounts, NewAccount},
    append::Appender,
    store::{SharedStore, StoreError},
};
use serde_json::json;

use crate::{
    channels,
    command::{AddUser, Channels},
    database::{self, Database},
    files,
};

type Done = Result<ExitCode, String>;

pub(crate) async fn migrate(url: &str) -> Done {
    let store = database::open(url).await.map_err(words)?.store;
    let head = store.head().await.map_err(words)?;
    println!("{} is up to date; last row {}", store.name(), head.seq);
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn add_user(url: &str, new: AddUser) -> Done {
    let password = password()?;
    let accounts = accounts(database::open(url).await.map_err(words)?.store).await?;
    let new = NewAccount { name: new.name, display_name: new.display_name, admin: new.admin };
    let person = accounts.create(new, password).await.map_err(|error| explain(&error))?;
    println!("{}", json!({ "person": person }));
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn set_password(url: &str, name: &str) -> Done {
    let password = password()?;
    let accounts = accounts(open(url).await?).await?;
    accounts.set_password(name, password).await.map_err(|error| explain(&error))?;
    println!("{}", json!({ "password": "changed" }));
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn disable_user(url: &str, name: &str) -> Done {
    let accounts = accounts(open(url).await?).await?;
    accounts.disable(name).await.map_err(|error| explain(&error))?;
    println!("{}", json!({ "account": "disabled" }));
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn invite(url: &str, admin: bool) -> Done {
    let accounts = accounts(open(url).await?).await?;
    let invitation = accounts.invite(admin).await.map_err(|error| explain(&error))?;
    println!("{}", json!({ "code": invitation.code, "expires_at": invitation.expires_at }));
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn backup(url: &str, folder: Option<PathBuf>, to: &Path) -> Done {
    let database = database::open_existing(url).await?;
    database.store.backup(to).await.map_err(words)?;
    // After the record, so that what the copy names and what was here then is copied too.
    let copied = files::back_up(folder, database.files, to).await?;
    println!("{}", json!({ "backup": to.display().to_string(), "files": copied }));
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn new_epoch(url: &str, highest_key: u64) -> Done {
    let Database { store, marker, .. } = database::open_existing(url).await?;
    let mut head = store.head().await.map_err(words)?;
    // A backup that is put back a second time must not begin a life that there was already.
    let lived = marker.and_then(|marker| marker.reached(&head)).map_or(0, |(epoch, _)| epoch);
    let before = head.epoch.max(lived);
    while head.epoch <= before {
        head = store.new_epoch(highest_key).await.map_err(words)?;
    }
    println!("{}", json!({ "epoch": head.epoch, "seq": head.seq, "next_key": head.next_key }));
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn doctor(url: &str, folder: Option<PathBuf>, given: &Channels) -> Done {
    let database = database::open_existing(url).await?;
    let mut checks = database.store.check().await.map_err(words)?;
    checks.extend(channels::check(given, database.secret.as_deref()).await);
    checks.push(files::check(folder, database.files).await);
    for (what, fine, detail) in &checks {
        println!("{} {what}: {detail}", if *fine { "ok  " } else { "FAIL" });
    }
    let fine = checks.iter().all(|(_, fine, _)| *fine);
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn open(url: &str) -> Result<SharedStore, String> {
    database::open_existing(url).await.map(|database| database.store)
}

/// The first line of stdin.
fn password() -> Result<String, String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|e| e.to_string())?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

async fn accounts(store: SharedStore) -> Result<Accounts, String> {
    let appender = Appender::start(Arc::clone(&store)).await.map_err(words)?;
    Accounts::open(store, appender, Options::default().password_cost).await.map_err(words)
}

fn words(error: StoreError) -> String {
    error.to_string()
}

/// An error in words for a terminal.
fn explain(error: &ApiError) -> String {
    let field = error.fields.first().map(|f| f.message_id.as_str());
    match (error.code, field) {
        (ErrorCode::Invalid, Some("error-name-taken")) => "this name is taken".to_owned(),
        (ErrorCode::Invalid, Some("error-name-invalid")) => {
            "a name has 1 to 200 bytes and no control characters".to_owned()
        }
        (ErrorCode::Invalid, Some("error-password-short")) => {
            "the password is too short: at least 10 characters".to_owned()
        }
        (ErrorCode::Invalid, Some("error-password-long")) => "the password is too long".to_owned(),
        _ => error.message.clone(),
    }
}
