//! When a kernel has a spare engine started: once it has been idle for a while, and never while it runs a cell.

use super::{house, identity, patience};
use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// How long a kernel must have been idle.
const IDLE: Duration = Duration::from_secs(5);

/// Starts spares for one kernel, one after the other as they are taken or given up.
pub(crate) struct Starter {
    due: Option<Instant>,
    /// The last one is spoken to; those before it have given their engines away.
    keepers: Vec<Child>,
}

impl Starter {
    /// The kernel has just begun.
    pub(crate) fn new() -> Self {
        let mut starter = Self { due: None, keepers: Vec::new() };
        starter.is_idle();
        starter
    }

    /// The kernel runs a cell: a spare that is being started is stopped meanwhile.
    pub(crate) fn is_busy(&mut self) {
        self.due = None;
        self.say("pause\n");
    }

    /// The kernel waits for its next cell.
    pub(crate) fn is_idle(&mut self) {
        self.due = patience().map(|_| Instant::now() + IDLE);
    }

    /// Waits until the kernel has been idle long enough. May be dropped and called again.
    pub(crate) async fn due(&self) {
        match self.due {
            Some(due) => sleep_until(due).await,
            None => std::future::pending().await,
        }
    }

    /// Has a spare started, unless one is there; lets one go on that was stopped.
    pub(crate) fn start(&mut self) {
        self.due = None;
        self.say("go on\n");
        if is_needed() {
            self.keepers.extend(spawn(Stdio::piped()));
        }
    }

    /// Speaks to the keeper; forgets those that have ended.
    fn say(&mut self, word: &str) {
        self.keepers.retain_mut(|keeper| !keeper.try_wait().is_ok_and(|status| status.is_some()));
        if let Some(line) = self.keepers.last_mut().and_then(|keeper| keeper.stdin.as_mut()) {
            // One that cannot hear is about to end.
            let _ = line.write_all(word.as_bytes());
        }
    }
}

/// Has a spare started by nobody's kernel.
pub(crate) fn begin() {
    if patience().is_some() && is_needed() {
        // It outlives this call, and is ended or ends by itself; somebody must wait for it then.
        if let Some(mut keeper) = spawn(Stdio::null()) {
            std::thread::spawn(move || keeper.wait());
        }
    }
}

/// Whether there is no spare, or only one that would not fit a kernel like this one.
fn is_needed() -> bool {
    let fits = |found: house::Found| identity::of_this_process().is_ok_and(|ours| ours == found.identity);
    !house::is_taken() || house::found().is_some_and(|found| !fits(found))
}

/// No spare is no failure.
fn spawn(input: Stdio) -> Option<Child> {
    let mut command = Command::new(std::env::current_exe().ok()?);
    command.arg("spare").current_dir("/").stdin(input).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().ok()
}
