//! The one error type of the binary and the exit code of each kind of failure.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The result of everything here that can fail.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong. Messages are lowercase fragments that say what, where and what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// At least one notebook has a failed cell; the summary has been printed.
    #[error("{0}")]
    CellsFailed(String),
    /// A command got something that it cannot use.
    #[error("{0}")]
    Usage(String),
    /// Something that the machine should have is missing or too old.
    #[error("{what}\n  to mend it: {remedy}")]
    Missing {
        /// What is missing.
        what: String,
        /// The command or step that mends it.
        remedy: String,
    },
    /// A file or folder could not be used.
    #[error("cannot {action} {}: {source}", path.display())]
    File {
        /// What was tried: `read`, `write`, `create`.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A program that was started failed.
    #[error("{program} failed: {why}")]
    Program {
        /// The program, as a person would type it.
        program: String,
        /// Its exit status and the end of what it printed.
        why: String,
    },
    /// The kernel's sockets or messages failed.
    #[error("{what}: {source}")]
    Protocol {
        /// What was tried.
        what: &'static str,
        /// Why it failed.
        source: jupyter_zmq_client::RuntimeError,
    },
    /// The kernel stopped answering.
    #[error("{0}")]
    KernelDied(String),
    /// A program that was to run until its end did not end well; its exit code becomes ours.
    #[error("{program} ended with {status}")]
    Exited {
        /// The program.
        program: &'static str,
        /// How it ended.
        status: std::process::ExitStatus,
        /// The exit code to pass on.
        code: u8,
    },
    /// Ctrl-C, or another signal that asks to end.
    #[error("interrupted")]
    Interrupted,
}

impl Error {
    /// Wraps a file error with what was tried and where.
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { action, path, source }
    }

    /// The exit code: 1 failed cells, 2 usage (as clap's own), 3 something missing, 130 interrupted, 4 everything else.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::CellsFailed(_) => 1,
            Self::Usage(_) => 2,
            Self::Missing { .. } => 3,
            Self::Exited { code, .. } => *code,
            Self::Interrupted => 130,
            Self::File { .. } | Self::Program { .. } | Self::Protocol { .. } | Self::KernelDied(_) => 4,
        })
    }
}
