//! The working folder and environment of a process that runs already: how a spare engine, and the runtime behind it,
//! become those of a certain kernel.
//!
//! The process inherits one end of a socket and listens there in a thread of its own, from its start. Nobody speaks on
//! it while user code runs.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Names the process's end of the line, a file descriptor, in its environment.
pub(crate) const FD: &str = "LSTM_KERNEL_SETTLE_FD";
/// How long a process may take to answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// What changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settling {
    /// The working folder from now on.
    pub(crate) folder: PathBuf,
    /// Variables and their values; those without one are removed.
    pub(crate) environment: Vec<(String, Option<String>)>,
}

/// The end of the line that speaks.
#[derive(Debug)]
pub(crate) struct Line(UnixStream);

impl Line {
    /// A line, and what a process must inherit to listen at its other end: keep that until the process is started, and
    /// name it in [`FD`].
    pub(crate) fn pair() -> Result<(Self, OwnedFd)> {
        let failed = || Error::file("create", Path::new("the line to a process"));
        let (line, other) = UnixStream::pair().map_err(failed())?;
        line.set_read_timeout(Some(PATIENCE)).map_err(failed())?;
        // A copy that survives `exec`.
        let inherited = rustix::io::dup(&other).map_err(|error| failed()(error.into()))?;
        Ok((Self(line), inherited))
    }

    /// Has the process settle, and waits until it has.
    pub(crate) fn settle(&self, settling: &Settling) -> Result<()> {
        let failed = || Error::file("settle", Path::new("a process"));
        let mut text = serde_json::to_vec(settling).map_err(std::io::Error::from).map_err(failed())?;
        text.push(b'\n');
        let mut answer = [0];
        let mut line = &self.0;
        line.write_all(&text).and_then(|()| line.read_exact(&mut answer)).map_err(failed())?;
        if answer == [DONE] { Ok(()) } else { Err(failed()(std::io::ErrorKind::NotFound.into())) }
    }
}

const DONE: u8 = b'y';
const REFUSED: u8 = b'n';

/// Listens, where this process has inherited an end of a line.
pub(crate) fn listen() {
    let Some(fd) = std::env::var(FD).ok().and_then(|text| text.parse::<i32>().ok()) else { return };
    // SAFETY: whoever started this process opened the descriptor for this thread alone.
    #[expect(unsafe_code, reason = "a descriptor is inherited as a number")]
    let line = unsafe { UnixStream::from_raw_fd(fd) };
    // What this process starts must not inherit it.
    let _ = rustix::io::fcntl_setfd(&line, rustix::io::FdFlags::CLOEXEC);
    let _ = std::thread::Builder::new().name("settling".to_owned()).spawn(move || answer(&line));
}

fn answer(line: &UnixStream) {
    let mut answers = line;
    for text in BufReader::new(line).lines() {
        let Ok(text) = text else { return };
        let settled = serde_json::from_str(&text).is_ok_and(|settling| apply(&settling).is_ok());
        if answers.write_all(&[if settled { DONE } else { REFUSED }]).is_err() {
            return;
        }
    }
}

fn apply(settling: &Settling) -> std::io::Result<()> {
    std::env::set_current_dir(&settling.folder)?;
    for (name, value) in &settling.environment {
        // SAFETY: the process is idle, so nothing reads the environment meanwhile.
        #[expect(unsafe_code, reason = "the environment of a process that runs can be changed in no other way")]
        match value {
            Some(value) => unsafe { std::env::set_var(name, value) },
            None => unsafe { std::env::remove_var(name) },
        }
    }
    Ok(())
}

/// The number under which a process finds its end.
pub(crate) fn number(inherited: &OwnedFd) -> String {
    inherited.as_raw_fd().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_refuses_or_is_gone_is_an_error() {
        let (line, inherited) = Line::pair().unwrap();
        let other = UnixStream::from(inherited);
        std::thread::spawn(move || answer(&other));
        let nowhere = Settling { folder: "/nonexistent/folder".into(), environment: Vec::new() };
        assert!(line.settle(&nowhere).is_err());
        let here = Settling { folder: std::env::current_dir().unwrap(), environment: Vec::new() };
        assert!(line.settle(&here).is_ok());
        let (line, inherited) = Line::pair().unwrap();
        drop(inherited);
        assert!(line.settle(&here).is_err());
    }
}
