//! The content security policies: of the desktop's windows and of the browser's host.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use xtask::workspace;

use crate::harness::browse;
use crate::harness::devhost::Devhost;

/// Where scripts may come from, and what may be fetched from elsewhere.
const CODE: &[&str] =
    &["default-src", "script-src", "style-src", "object-src", "base-uri", "form-action"];
/// Nothing of this may stand anywhere.
const NEVER: &[&str] =
    &["*", "http:", "https:", "'unsafe-eval'", "'wasm-unsafe-eval'", "filesystem:"];

/// Gives how many directives were judged.
pub(super) async fn lets_nothing_in(devhost: &Devhost) -> Result<u64> {
    let file = fs::read_to_string(workspace::path("src-tauri/tauri.conf.json"))?;
    let configured: Value = serde_json::from_str(&file)?;
    let window = configured["app"]["security"]["csp"].as_object().context("a policy by name")?;
    let window = window
        .iter()
        .map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect::<Option<Vec<_>>>()
        .context("a policy of words")?;
    let text: Vec<String> = window.iter().map(|(name, value)| format!("{name} {value}")).collect();
    let mut judged = judge("the desktop", &text.join("; "))?;
    for path in ["/", "/page.html", "/nothing"] {
        let policy = browse::header(devhost.address(), path, "content-security-policy").await?;
        judged += judge(&format!("the browser's host at {path}"), &policy)?;
    }
    Ok(judged)
}

fn judge(whose: &str, policy: &str) -> Result<u64> {
    let mut directives = BTreeMap::new();
    for directive in policy.split(';') {
        let mut words = directive.split_whitespace();
        let name = words.next().with_context(|| format!("{whose}: an empty directive"))?;
        let before = directives.insert(name, words.collect::<Vec<_>>());
        ensure!(before.is_none(), "{whose}: {name} stands twice, and the first counts");
    }
    for name in CODE {
        let sources = directives.get(name).with_context(|| format!("{whose}: no {name}"))?;
        let closed = sources == &["'self'"] || sources == &["'none'"];
        ensure!(closed, "{whose}: {name} is {sources:?}");
    }
    for (name, sources) in &directives {
        for never in NEVER {
            ensure!(!sources.contains(never), "{whose}: {name} has {never}");
        }
        // Svelte sets single style properties; that lets in no rule and no address.
        let inline = sources.contains(&"'unsafe-inline'");
        ensure!(!inline || *name == "style-src-attr", "{whose}: {name} has 'unsafe-inline'");
        let data = sources.iter().any(|source| ["data:", "blob:"].contains(source));
        ensure!(!data || *name == "img-src", "{whose}: {name} takes data");
    }
    Ok(directives.len() as u64)
}
