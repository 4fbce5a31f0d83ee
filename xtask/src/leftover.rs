//! Nothing is left running: what our children leave behind becomes ours, is named and ended.

use std::fs;

use anyhow::Result;
use rustix::process::{
    Pid, Signal, WaitOptions, getpid, kill_process, set_child_subreaper, waitpid,
};

/// From here on a process whose parent died becomes our child instead of vanishing from sight.
pub fn adopt() -> Result<()> {
    set_child_subreaper(Some(getpid()))?;
    Ok(())
}

/// Ends every process below us and names those that were still alive.
pub fn sweep() -> Vec<String> {
    let mut found = Vec::new();
    // Ending one can hand us its children, so we look again, a bounded number of times.
    for _ in 0..16 {
        let children = children(getpid());
        if children.is_empty() {
            break;
        }
        for (pid, name, dead) in children {
            if !dead {
                found.push(format!("{name} ({})", pid.as_raw_nonzero()));
                kill_process(pid, Signal::KILL).ok();
            }
            waitpid(Some(pid), WaitOptions::empty()).ok();
        }
    }
    found
}

/// The children of a process: number, name, and whether it has ended and only waits to be read.
fn children(parent: Pid) -> Vec<(Pid, String, bool)> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| {
            let pid = Pid::from_raw(entry.file_name().to_str()?.parse().ok()?)?;
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            // "12 (a name) S 1 …": the name may hold spaces and brackets, so cut at the last one.
            let (head, tail) = stat.rsplit_once(") ")?;
            let name = head.split_once('(')?.1.to_owned();
            let mut fields = tail.split(' ');
            let dead = fields.next()? == "Z";
            let of = fields.next()?.parse::<i32>().ok()?;
            (of == parent.as_raw_nonzero().get()).then_some((pid, name, dead))
        })
        .collect()
}
