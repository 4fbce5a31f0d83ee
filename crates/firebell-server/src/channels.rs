//! From options to what the server sends with.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use firebell_server::channel::{ChannelOptions, Mail, MailSetup, Reach, Secret, Trust};
use url::Url;

use crate::command::Channels;

/// The secret of a SQLite file: its name and `.secret`, beside it. A copy of the database does not hold
/// it, so whoever has the copy signs nothing.
pub(crate) fn secret_beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".secret");
    PathBuf::from(name)
}

/// Reads the options. `beside` is where a secret is made when none is given.
///
/// # Errors
/// In words, with what to do.
pub(crate) fn read(given: &Channels, beside: Option<&Path>) -> Result<ChannelOptions, String> {
    let extra_ca = given.extra_ca.as_deref().map(pem).transpose()?;
    let trust = Trust::new(extra_ca.as_deref()).map_err(|e| format!("certificates: {e}"))?;
    let secret = match (&given.secret_file, beside) {
        (Some(file), _) => Some((file.as_path(), Secret::read(file))),
        (None, Some(file)) => Some((file, Secret::read_or_make(file))),
        (None, None) => None,
    };
    let secret = secret.map(|(file, read)| {
        read.map_err(|error| format!("the secret {}: {error}", file.display()))
    });
    Ok(ChannelOptions {
        secret: secret.transpose()?,
        public_url: given.public_url.as_deref().map(public).transpose()?,
        mail: mail(given, extra_ca)?,
        webhooks: Some((Reach::with(given.allow_webhook_range.clone()), trust)),
    })
}

fn mail(given: &Channels, extra_ca: Option<Vec<u8>>) -> Result<Option<Arc<Mail>>, String> {
    let Some(url) = &given.smtp_url else { return Ok(None) };
    let from = given.mail_from.clone().ok_or("--smtp-url needs --mail-from")?;
    let setup = MailSetup { url: url.clone(), from, plain: given.smtp_plain, extra_ca };
    Ok(Some(Arc::new(Mail::new(&setup)?)))
}

fn pem(file: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))
}

fn public(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|error| format!("--public-url {text}: {error}"))?;
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if !["http", "https"].contains(&url.scheme()) || !plain {
        return Err(format!("--public-url {text}: it has to be like https://firebell.example"));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// What `doctor` says of them: lines of (what, fine?, detail).
pub(crate) async fn check(given: &Channels, beside: Option<&Path>) -> Vec<(String, bool, String)> {
    let mut lines = Vec::new();
    // Looking makes nothing.
    let beside = beside.filter(|file| file.exists());
    let options = match read(given, beside) {
        Ok(options) => options,
        Err(error) => return vec![("channels".to_owned(), false, error)],
    };
    let signed = match &options.secret {
        Some(_) => "there is a secret; webhooks and links are signed".to_owned(),
        None => {
            "there is no secret: `serve` makes one beside a SQLite file; see --secret-file".into()
        }
    };
    lines.push(("secret".to_owned(), true, signed));
    let link = options.public_url.as_deref().unwrap_or("not given: no acknowledge links");
    lines.push(("public address".to_owned(), true, link.to_owned()));
    let said = match &options.mail {
        None => (true, "not given: no e-mail goes out".to_owned()),
        Some(mail) => match mail.check().await {
            Ok(()) => (true, "it answers".to_owned()),
            Err(error) => (false, error),
        },
    };
    lines.push(("mail server".to_owned(), said.0, said.1));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_is_a_plain_one() {
        assert_eq!(public("https://firebell.example/").as_deref(), Ok("https://firebell.example"));
        for wrong in
            ["firebell.example", "ftp://a.example", "https://a.example/?b", "https://u@a.b"]
        {
            assert!(public(wrong).is_err(), "{wrong}");
        }
    }
}
