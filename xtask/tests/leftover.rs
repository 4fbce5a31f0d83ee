//! A process of its own: sweeping ends every child, also those of a test that runs beside it.

use std::process::Command;

use xtask::leftover::{adopt, sweep};

#[test]
fn an_orphan_is_named_and_ended() {
    adopt().expect("adopt");
    // The shell ends at once and leaves its child to us.
    Command::new("sh").args(["-c", "sleep 300 & exit 0"]).status().expect("start a shell");
    let found = sweep();
    assert!(found.iter().any(|name| name.starts_with("sleep (")), "{found:?}");
    assert!(sweep().is_empty());
}
