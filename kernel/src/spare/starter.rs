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
    keeper: Option<Child>,
}

impl Starter {
    /// The kernel has just begun.
    pub(crate) fn new() -> Self {
        let mut starter = Self { due: None, keeper: None };
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
        if self.keeper.is_none() && is_needed() {
            self.keeper = spawn(Stdio::piped());
        }
    }

    /// Speaks to the keeper; forgets one that has ended.
    fn say(&mut self, word: &str) {
        let Some(keeper) = &mut self.keeper else { return };
        let ended = keeper.try_wait().is_ok_and(|status| status.is_some());
        let heard = keeper.stdin.as_mut().is_some_and(|line| line.write_all(word.as_bytes()).is_ok());
        if ended || !heard {
            self.keeper = None;
        }
    }
}

/// Has a spare started by nobody's kernel.
pub(crate) fn begin() {
    if patience().is_some() && is_needed() {
        // It outlives this call, and is ended or ends by itself.
        let _ = spawn(Stdio::null());
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
