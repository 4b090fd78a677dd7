//! The engine as a process: a child of this one, or of the one that kept it as a spare.

use crate::error::Error;
use crate::processes::{self, Group};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::AsyncReadExt as _;
use tokio::net::UnixStream;
use tokio::process::Child;

/// Whose child the engine is. Dropping it ends the engine and everything that it started.
pub(super) enum Life {
    /// This process's.
    Own(Child, Group),
    /// The keeper's, which ends the engine and itself when this line closes, and closes it when the engine ends.
    Lent(UnixStream, Option<Pid>),
}

impl Life {
    /// A child that was started just now.
    pub(super) fn own(child: Child) -> Self {
        let group = Group::of(&child);
        Self::Own(child, group)
    }

    /// Waits for the engine's end, and says how it came. May be dropped and called again.
    pub(super) async fn ended(&mut self) -> Error {
        let how = match self {
            Self::Own(child, _) => match child.wait().await {
                Ok(status) => status.to_string(),
                Err(error) => error.to_string(),
            },
            Self::Lent(keeper, _) => {
                let mut nothing = [0];
                while let Ok(1..) = keeper.read(&mut nothing).await {}
                "its keeper said so".to_owned()
            }
        };
        Error::KernelDied(format!("the engine died ({how})"))
    }

    /// Whether it runs, as far as can be told at once.
    pub(super) fn is_alive(&mut self) -> bool {
        match self {
            Self::Own(child, _) => child.try_wait().is_ok_and(|status| status.is_none()),
            Self::Lent(..) => true,
        }
    }

    /// The engine's process.
    pub(super) fn process(&self) -> Option<Pid> {
        match self {
            Self::Own(_, group) => group.leader(),
            Self::Lent(_, engine) => *engine,
        }
    }

    /// Ends the engine's group, and what user code started in groups or sessions of its own.
    pub(super) fn end(&self) {
        match self {
            Self::Own(_, group) => {
                let below = group.leader().map(processes::descendants).unwrap_or_default();
                group.signal(Signal::KILL);
                for pid in below {
                    let _ = kill_process(pid, Signal::KILL);
                }
            }
            Self::Lent(keeper, _) => {
                let _ = rustix::net::shutdown(keeper, rustix::net::Shutdown::Write);
            }
        }
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        self.end();
    }
}
