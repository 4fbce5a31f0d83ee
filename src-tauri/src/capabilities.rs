//! What this desktop can and cannot do, asked of the desktop itself each time: a daemon may have ended and
//! a sound device been unplugged since the start.

use firebell_client::{
    api::session::{Capabilities, Capability},
    host::CannotShow,
};
use tauri::{AppHandle, Manager};

use crate::{
    display, keychain,
    notify::{Daemon, Shows},
    ringing, shortcut, siren,
    tray::Tray,
};

/// Asks everything at once; each question has a bound of its own.
pub(crate) async fn ask(app: &AppHandle) -> Capabilities {
    let (unheard, _) = tokio::sync::mpsc::channel(1);
    let daemon = Daemon::new(unheard);
    let (abilities, inhibited, sound, keychain) = tokio::join!(
        daemon.abilities(),
        daemon.inhibited(),
        ringing::probe_siren(),
        keychain::probe()
    );
    let actions = match &abilities {
        Ok(abilities) if abilities.actions => works(),
        Ok(abilities) => fails(format!("{} draws no buttons", abilities.name)),
        Err(error) => fails(error),
    };
    let mut sound = of(sound);
    if siren::is_muted() {
        sound.detail = "FIREBELL_SOUND=off: played to nowhere".into();
    }
    Capabilities {
        notifications: of(abilities.map(drop)),
        notification_actions: actions,
        undisturbed: inhibited.map(|held_back| known(!held_back, "do-not-disturb is on")),
        sound,
        always_on_top: known(display::is_x11(), "a Wayland window cannot stay on top"),
        global_shortcut: shortcut::failure(app).map_or_else(works, fails),
        tray: known(app.state::<Tray>().can_be_seen(), "nothing on this desktop shows tray icons"),
        keychain: keychain.map_or_else(fails, |()| works()),
    }
}

fn of(answer: Result<(), CannotShow>) -> Capability {
    answer.map_or_else(fails, |()| works())
}

fn known(works_here: bool, why_not: &str) -> Capability {
    if works_here { works() } else { fails(why_not) }
}

fn works() -> Capability {
    Capability { works: true, detail: String::new() }
}

fn fails(why: impl ToString) -> Capability {
    Capability { works: false, detail: why.to_string() }
}
