//! The runtime's standard input: evcxr's commands, and a client's answers to code that reads it.
//!
//! User code reads the same descriptor that evcxr's runtime reads its commands from. On Linux it is a socket that keeps
//! messages apart, so that an empty message can tell user code of an end of input that is not the end of everything, and
//! the system tells when a cell waits for input. Elsewhere it is a pipe, and a cell that reads it waits.

use crate::error::{Error, Result};
use std::os::fd::OwnedFd;
use std::path::Path;

/// The longest message of an answer: the smallest buffer that Rust's standard library reads with. A reader loses what
/// does not fit.
const LONGEST: usize = 32;
/// The number of the system call `read`, as `/proc` tells it.
const READ: &str = if cfg!(target_arch = "x86_64") { "0" } else { "63" };

/// The relay's end.
pub(super) struct Input {
    write: OwnedFd,
    /// A copy of the runtime's end: tells what it has not read yet. There is none where it is a pipe.
    read: Option<OwnedFd>,
}

impl Input {
    /// The relay's end and the runtime's.
    pub(super) fn pair() -> Result<(Self, OwnedFd)> {
        let failed = |error: rustix::io::Errno| Error::File {
            action: "create",
            path: "the runtime's standard input".into(),
            source: error.into(),
        };
        #[cfg(target_os = "linux")]
        {
            use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
            let ends = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None);
            let (write, theirs) = ends.map_err(failed)?;
            let read = rustix::io::fcntl_dupfd_cloexec(&theirs, 0).map_err(failed)?;
            Ok((Self { write, read: Some(read) }, theirs))
        }
        #[cfg(not(target_os = "linux"))]
        {
            let (theirs, write) = rustix::pipe::pipe().map_err(failed)?;
            Ok((Self { write, read: None }, theirs))
        }
    }

    /// A command of evcxr's, with its newline.
    pub(super) fn command(&self, line: &[u8]) -> Result<()> {
        self.write(line)
    }

    /// A line for user code, or the news that there is none.
    pub(super) fn answer(&self, text: Option<&str>) -> Result<()> {
        let Some(text) = text else { return self.write(b"") };
        format!("{text}\n").as_bytes().chunks(LONGEST).try_for_each(|part| self.write(part))
    }

    fn write(&self, message: &[u8]) -> Result<()> {
        let written = rustix::io::write(&self.write, message);
        written.map(|_| ()).map_err(|error| Error::file("write to", Path::new("runtime"))(error.into()))
    }

    /// Whether the runtime has read everything and its main thread waits for more.
    pub(super) fn is_awaited(&self, runtime: u32) -> bool {
        let read_all = |fd| rustix::io::ioctl_fionread(fd).is_ok_and(|count| count == 0);
        self.read.as_ref().is_some_and(read_all) && reads_input(runtime) == Some(true)
    }
}

/// Whether the main thread of a process is reading its standard input, where the system says what it is doing.
pub(super) fn reads_input(process: u32) -> Option<bool> {
    let call = std::fs::read_to_string(format!("/proc/{process}/syscall")).ok()?;
    let mut fields = call.split_ascii_whitespace();
    Some(fields.next() == Some(READ) && fields.next() == Some("0x0"))
}
