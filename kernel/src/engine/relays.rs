//! Listens for relays: each process that runs user code brings one, and each replaces the one before.

use super::connection::Incoming;
use crate::error::{Error, Result};
use crate::relay::{Command, Event};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Mutex;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;

/// A line to the relay of the moment, for whoever wants to ask or order something.
#[derive(Clone, Default)]
pub(crate) struct RelayLine {
    newest: Arc<Mutex<Newest>>,
}

/// The newest relay: how many there have been, and the way to it while it is there.
#[derive(Default)]
struct Newest {
    number: u64,
    write: Option<OwnedWriteHalf>,
    reader: Option<AbortHandle>,
    /// The socket at which relays are awaited, and the task that does.
    listener: Option<OwnedFd>,
    acceptor: Option<AbortHandle>,
}

impl RelayLine {
    /// The relay of this number is gone; a newer one may be there already.
    async fn hang_up(&self, number: u64) {
        let mut newest = self.newest.lock().await;
        if newest.number == number {
            newest.write.take();
        }
    }

    /// Stops listening and gives the socket and the line to the relay of the moment away.
    pub(super) async fn give(&self) -> Result<[OwnedFd; 2]> {
        let mut newest = self.newest.lock().await;
        for task in [newest.acceptor.take(), newest.reader.take()].into_iter().flatten() {
            task.abort();
        }
        let gone = || Error::KernelDied("the process that runs cells is gone".to_owned());
        let (listener, write) = newest.listener.take().zip(newest.write.take()).ok_or_else(gone)?;
        let line = rustix::io::fcntl_dupfd_cloexec(AsRef::<UnixStream>::as_ref(&write), 0);
        // Dropped, it would end the line for its new owner too.
        write.forget();
        let line = line.map_err(|error| Error::file("share", Path::new("the line to the relay"))(error.into()))?;
        Ok([listener, line])
    }

    /// Sends a command; false where there is no relay to take it.
    pub(crate) async fn send(&self, command: Command) -> bool {
        let Ok(mut line) = serde_json::to_vec(&command) else { return false };
        line.push(b'\n');
        match self.newest.lock().await.write.as_mut() {
            Some(write) => write.write_all(&line).await.is_ok(),
            None => false,
        }
    }
}

/// Listens at `path`.
pub(super) fn listen(path: &Path, events: UnboundedSender<Incoming>) -> Result<RelayLine> {
    let listener = UnixListener::bind(path).map_err(Error::file("listen at", path))?;
    Ok(serve_at(listener, None, events))
}

/// A socket that listens already, given by another process.
pub(super) fn listener(given: OwnedFd) -> std::io::Result<UnixListener> {
    let listener = std::os::unix::net::UnixListener::from(given);
    listener.set_nonblocking(true)?;
    UnixListener::from_std(listener)
}

/// A line that is connected already, given by another process.
pub(super) fn stream(given: OwnedFd) -> std::io::Result<UnixStream> {
    let stream = std::os::unix::net::UnixStream::from(given);
    stream.set_nonblocking(true)?;
    UnixStream::from_std(stream)
}

/// Hears the relay that is connected already, if there is one, and all that come.
pub(super) fn serve_at(
    listener: UnixListener,
    connected: Option<UnixStream>,
    events: UnboundedSender<Incoming>,
) -> RelayLine {
    let line = RelayLine::default();
    // Nobody else has it yet.
    if let Ok(mut newest) = line.newest.try_lock() {
        newest.listener = rustix::io::fcntl_dupfd_cloexec(&listener, 0).ok();
        if let Some(stream) = connected {
            newest.replace(stream, &line, &events);
        }
        newest.acceptor = Some(tokio::spawn(accept(listener, line.clone(), events)).abort_handle());
    }
    line
}

async fn accept(listener: UnixListener, line: RelayLine, events: UnboundedSender<Incoming>) {
    while let Ok((stream, _)) = listener.accept().await {
        if is_ours(&stream) {
            line.newest.lock().await.replace(stream, &line, &events);
        }
    }
}

impl Newest {
    /// A relay is there: it is the one from now on.
    fn replace(&mut self, stream: UnixStream, line: &RelayLine, events: &UnboundedSender<Incoming>) {
        let (read, write) = stream.into_split();
        self.number += 1;
        self.write = Some(write);
        let reader = tokio::spawn(read_events(read, self.number, line.clone(), events.clone()));
        self.reader = Some(reader.abort_handle());
    }
}

/// Only this user's processes are heard: the socket's folder is private, and this is the second lock.
fn is_ours(stream: &UnixStream) -> bool {
    stream.peer_cred().is_ok_and(|peer| peer.uid() == rustix::process::geteuid().as_raw())
}

async fn read_events(read: OwnedReadHalf, number: u64, line: RelayLine, events: UnboundedSender<Incoming>) {
    let mut lines = BufReader::new(read).lines();
    while let Ok(Some(text)) = lines.next_line().await {
        let Ok(event) = serde_json::from_str::<Event>(&text) else { continue };
        let gone = matches!(event, Event::Exited { .. });
        if gone {
            line.hang_up(number).await;
        }
        if events.send(Incoming::Relay(event)).is_err() || gone {
            return;
        }
    }
    line.hang_up(number).await;
    // Where nobody listens, the engine is gone too.
    let _ = events.send(Incoming::RelayLost);
}
