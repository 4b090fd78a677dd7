//! Stopping a cell: its code is asked first, and only what does not listen loses its process.

use super::relays::RelayLine;
use crate::processes;
use crate::relay::Command;
use rustix::process::{Pid, Signal, kill_process};
use std::path::{Path, PathBuf};

/// The file's name in the engine's private folder.
const FILE: &str = "interrupt";

/// The file whose existence asks a cell to stop.
pub(super) fn file(private: &Path) -> PathBuf {
    private.join(FILE)
}

/// The way to stop the running cell, for another task than the one that runs it.
#[derive(Clone)]
pub(crate) struct Interrupt {
    pub(super) relay: RelayLine,
    pub(super) file: PathBuf,
    pub(super) engine: Option<Pid>,
}

impl Interrupt {
    /// Asks the cell to stop: code that listens hears it, code that is still being compiled will not be run. May be
    /// asked again, since evcxr may start another compiler.
    pub(crate) fn ask(&self) {
        // Where the folder is gone, so is the engine.
        let _ = std::fs::write(&self.file, "");
        if let Some(engine) = self.engine {
            end_compilers(engine);
        }
    }

    /// Ends the process of a cell that runs.
    pub(crate) async fn insist(&self) {
        self.relay.send(Command::Kill).await;
    }
}

/// Ends cargo, rustc and what they started. The relay, and the forwarder that waits to cut cargo's answer to rust-analyzer, are
/// the engine's own program: they are left alone.
fn end_compilers(engine: Pid) {
    let program = |pid: Pid| std::fs::read_link(format!("/proc/{}/exe", pid.as_raw_nonzero())).ok();
    let own = program(engine);
    let compilers = processes::children(engine).into_iter().filter(|pid| program(*pid) != own);
    for compiler in compilers {
        let below = processes::descendants(compiler);
        for pid in std::iter::once(compiler).chain(below) {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}
