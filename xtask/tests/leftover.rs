//! A process of its own: sweeping ends every child, also those of a test that runs beside it.

use std::process::Command;

use xtask::leftover::{adopt, sweep};

#[test]
fn an_orphan_is_named_and_ended() {
    adopt().expect("adopt");
    // The shell ends and leaves its child to us, once that has become what it is to be: before, it is
    // called as the shell is.
    let orphan = "sleep 300 & until grep -q sleep /proc/$!/comm; do :; done; exit 0";
    Command::new("sh").args(["-c", orphan]).status().expect("start a shell");
    let found = sweep();
    assert!(found.iter().any(|name| name.starts_with("sleep (")), "{found:?}");
    assert!(sweep().is_empty());
}
