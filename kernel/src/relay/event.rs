//! What the relay tells the front, and what the front may ask of it: one JSON object a line on a Unix socket.

use crate::settle::Settling;
use serde::{Deserialize, Serialize};

/// Something that happened in the process that runs user code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Event {
    /// The relay is connected; `pid` is the runtime's.
    Started {
        /// Process id of the runtime.
        pid: u32,
    },
    /// User code wrote to standard output.
    Stdout(String),
    /// User code wrote to standard error.
    Stderr(String),
    /// An output block of evcxr's convention, whole.
    Block {
        /// Its mime type.
        mime: String,
        /// The id under which it can be redrawn, where the block has one.
        display_id: Option<String>,
        /// Its content.
        content: String,
    },
    /// A panic began (it may yet be caught by user code).
    Panic(Panic),
    /// A panic reached the top of the cell.
    Panicked,
    /// The cell returned early through `?`; the error was written to standard error just before.
    ReturnedError,
    /// The cell waits for a line of standard input.
    Input,
    /// The cell was interrupted before its code could run, so it was not run.
    NotRun,
    /// The cell ran to its end, well or not.
    Complete,
    /// The runtime has settled as it was told, or could not.
    Settled(bool),
    /// Every event caused before the question with this number has been sent.
    Synced(u64),
    /// The runtime ended with this exit code or by this signal.
    Exited {
        /// Its exit code.
        code: Option<i32>,
        /// The signal that ended it.
        signal: Option<i32>,
    },
}

/// Where and why a panic began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Panic {
    /// Name of the thread; the cell itself runs on `main`.
    pub thread: String,
    /// Source file, as rustc names it; `ctx/src/lib.rs` is the code of cells.
    pub file: String,
    /// Line in that file, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// The panic's message.
    pub message: String,
}

impl std::fmt::Display for Panic {
    /// As Rust prints the panic of a thread.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { thread, file, line, column, message } = self;
        writeln!(f, "thread '{thread}' panicked at {file}:{line}:{column}:\n{message}")
    }
}

/// A question or order of the front.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Command {
    /// Answer [`Event::Synced`] with this number once everything before it has been sent.
    Sync(u64),
    /// Have the runtime, which is idle, settle; answered by [`Event::Settled`].
    Settle(Settling),
    /// The answer to [`Event::Input`]: a line, or the end of input.
    Input(Option<String>),
    /// End the runtime with SIGKILL if it runs a cell.
    Kill,
    /// End the runtime with SIGKILL, whatever it does.
    End,
}
