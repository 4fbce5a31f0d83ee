//! Makes a permission of every command, and sees that there is an icon for every state of the tray.

use std::{env, error::Error, fs, path::Path};

#[path = "src/commands/names.rs"]
mod names;

/// States of the tray, as `src/tray.rs` names them.
const TRAY: &[&str] = &["idle", "on-call", "open", "ringing", "offline"];

fn main() -> Result<(), Box<dyn Error>> {
    let commands = [names::TABLE, names::SHELL].concat();
    let manifest = tauri_build::AppManifest::new().commands(commands.leak());
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?;
    println!("cargo:rerun-if-changed=src/commands/names.rs");
    collect_tray_icons()
}

/// A state without a drawing of its own shows the program's icon.
fn collect_tray_icons() -> Result<(), Box<dyn Error>> {
    let icons = Path::new("../icons");
    let into = Path::new(&env::var("OUT_DIR")?).join("tray");
    fs::create_dir_all(&into)?;
    println!("cargo:rerun-if-changed=../icons");
    for state in TRAY {
        let drawn = icons.join("tray").join(format!("{state}.png"));
        let from = if drawn.exists() { drawn } else { icons.join("32x32.png") };
        fs::copy(&from, into.join(format!("{state}.png")))
            .map_err(|error| format!("{}: {error}", from.display()))?;
    }
    Ok(())
}
