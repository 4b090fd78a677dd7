//! Which part of the system this process plays, told by its environment.

use std::process::ExitCode;

/// Set by evcxr for the process that loads and runs user code.
const EVCXR_RUNTIME: &str = "EVCXR_IS_RUNTIME";
/// Set by evcxr where it stands in for rustc.
const EVCXR_RUSTC: &str = "EVCXR_RUSTC_WRAPPER";
/// Set by the front for the stock evcxr_jupyter kernel behind it.
pub(crate) const ENGINE: &str = "LSTM_KERNEL_ENGINE";

/// A part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A command that a person, a Jupyter client or a script typed.
    Command,
    /// The process between evcxr and the runtime.
    Relay,
    /// cargo or rustup, for evcxr and the rust-analyzer in it.
    Forwarder,
    /// Stock evcxr_jupyter, its runtime or its rustc wrapper: everything that evcxr's own `main` tells apart.
    Evcxr,
}

impl Role {
    /// Reads the environment.
    pub(crate) fn of_this_process() -> Self {
        let set = |name| std::env::var_os(name).is_some();
        if crate::forwarder::is_called() {
            Self::Forwarder
        } else if set(EVCXR_RUNTIME) && set(crate::relay::SOCKET) && !set(crate::relay::RELAYED) {
            Self::Relay
        } else if set(EVCXR_RUNTIME) || set(EVCXR_RUSTC) || set(ENGINE) {
            Self::Evcxr
        } else {
            Self::Command
        }
    }

    /// Plays a part that is not a command; returns when it is over.
    pub(crate) fn play(self) -> ExitCode {
        match self {
            Self::Relay => return crate::relay::main(),
            Self::Forwarder => return crate::forwarder::main(),
            Self::Command | Self::Evcxr => {}
        }
        if std::env::var_os(EVCXR_RUSTC).is_none() {
            crate::settle::listen();
        }
        match evcxr_jupyter::main() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("lstm-kernel: engine stopped: {error:#}");
                ExitCode::FAILURE
            }
        }
    }
}
