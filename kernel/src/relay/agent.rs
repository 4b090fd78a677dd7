//! The relay's end of the line to the agent: a thread inside the runtime, started by the prelude cell, that flushes
//! user code's standard output when asked.
//!
//! Rust buffers standard output up to a newline inside the process that prints, so only that process can bring out
//! what `print!` left there.

use super::child::is_readable;
use crate::error::{Error, Result};
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// Names the agent's end of the line, a file descriptor, in the runtime's environment.
pub(super) const FD: &str = "LSTM_KERNEL_AGENT_FD";
/// How long the end of a cell waits for the flush; it takes microseconds unless user code holds the lock.
const PATIENCE: Duration = Duration::from_millis(300);

/// The relay's end.
pub(super) struct Agent {
    line: UnixStream,
    asked: u8,
    present: bool,
}

impl Agent {
    /// A line and the end of it that the runtime inherits.
    pub(super) fn pair() -> Result<(Self, UnixStream)> {
        let create = Error::file("create", Path::new("the line to the runtime"));
        let (line, other) = UnixStream::pair().map_err(create)?;
        line.set_nonblocking(true).map_err(Error::file("set up", Path::new("the line to the runtime")))?;
        Ok((Self { line, asked: 0, present: false }, other))
    }

    /// Asks for a flush and does not wait for it.
    pub(super) fn request_flush(&mut self) {
        self.read_answers();
        if self.present {
            self.asked = self.asked.wrapping_add(1);
            // A full line means that the agent is behind: it will flush anyway.
            let _ = self.line.write(&[self.asked]);
        }
    }

    /// Asks for a flush and waits until it is done, or until patience ends.
    pub(super) fn flush(&mut self) {
        self.request_flush();
        while self.present && is_readable(&self.line, PATIENCE) {
            if self.read_answers() == Some(self.asked) {
                break;
            }
        }
    }

    /// The newest answer. The agent's first word is its greeting: there is nobody to ask before it.
    fn read_answers(&mut self) -> Option<u8> {
        let mut answers = [0; 256];
        let mut newest = None;
        loop {
            match self.line.read(&mut answers) {
                Ok(0) => {
                    self.present = false;
                    return newest;
                }
                Ok(read) => {
                    self.present = true;
                    newest = answers[..read].last().copied();
                }
                Err(_) => return newest,
            }
        }
    }
}

/// A copy of the runtime's end that survives `exec`.
pub(super) fn inheritable(line: &UnixStream) -> Result<OwnedFd> {
    rustix::io::dup(line).map_err(|error| Error::File {
        action: "share",
        path: "the line to the runtime".into(),
        source: error.into(),
    })
}
