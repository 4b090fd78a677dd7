//! The process between evcxr and the runtime that loads user code.
//!
//! evcxr starts this binary as its runtime. The relay starts it once more as the real one and stands between the two:
//! lines of evcxr's protocol go on to evcxr, everything that user code prints goes to the front at once, over a socket
//! in the kernel's private folder. It survives the runtime, so what was printed before a crash arrives, and it ends as
//! the runtime ended, so that evcxr's own report stays right.

mod agent;
mod child;
mod event;
mod stdin;
mod stream;
mod text;

pub(crate) use child::{CLOSED_OUTPUT, USER_BACKTRACE};
pub(crate) use event::{Command, Event, Panic};

use crate::error::{Error, Result};
use std::process::ExitCode;

/// Names the socket of the front in the environment of the engine and so of the relay.
pub(crate) const SOCKET: &str = "LSTM_KERNEL_RELAY";
/// Names, in the environment of user code, the file whose existence asks a running cell to stop. Part of the contract with
/// code that listens, such as `lstm::train::check_interrupt`.
pub(crate) const INTERRUPT_FILE: &str = "LSTM_INTERRUPT_FILE";
/// Set for the runtime that the relay starts, so that it does not relay once more.
pub(crate) const RELAYED: &str = "LSTM_KERNEL_RELAYED";
/// The variables that are the kernel's own business and are taken out of user code's environment.
pub(crate) const PRIVATE: [&str; 5] = [
    SOCKET,
    crate::role::ENGINE,
    "CARGO_PROFILE_DEV_OPT_LEVEL",
    "CARGO_PROFILE_DEV_DEBUG_ASSERTIONS",
    "CARGO_PROFILE_DEV_OVERFLOW_CHECKS",
];

/// Relays until evcxr closes its end or the runtime ends.
pub(crate) fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("lstm-kernel: relay: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode> {
    let path = std::env::var_os(SOCKET).ok_or_else(|| Error::Missing {
        what: format!("{SOCKET} is not set"),
        remedy: "start kernels with `lstm-kernel kernel`".to_owned(),
    })?;
    let path = std::path::PathBuf::from(path);
    let front = std::os::unix::net::UnixStream::connect(&path).map_err(Error::file("connect to", &path))?;
    child::Relay::start(front)?.run()
}
