//! Listens for relays: each process that runs user code brings one, and each replaces the one before.

use super::connection::Incoming;
use crate::error::{Error, Result};
use crate::relay::{Command, Event};
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::unix::OwnedWriteHalf;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Mutex;
use tokio::sync::mpsc::UnboundedSender;

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
}

impl RelayLine {
    /// The relay of this number is gone; a newer one may be there already.
    async fn hang_up(&self, number: u64) {
        let mut newest = self.newest.lock().await;
        if newest.number == number {
            newest.write.take();
        }
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

/// Listens at `path` until the returned line and the task's receiver are gone.
pub(super) fn listen(path: &Path, events: UnboundedSender<Incoming>) -> Result<RelayLine> {
    let listener = UnixListener::bind(path).map_err(Error::file("listen at", path))?;
    let line = RelayLine::default();
    let shared = line.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if is_ours(&stream) {
                tokio::spawn(serve(stream, shared.clone(), events.clone()));
            }
        }
    });
    Ok(line)
}

/// Only this user's processes are heard: the socket's folder is private, and this is the second lock.
fn is_ours(stream: &UnixStream) -> bool {
    stream.peer_cred().is_ok_and(|peer| peer.uid() == rustix::process::geteuid().as_raw())
}

async fn serve(stream: UnixStream, line: RelayLine, events: UnboundedSender<Incoming>) {
    let (read, write) = stream.into_split();
    let number = {
        let mut newest = line.newest.lock().await;
        *newest = Newest { number: newest.number + 1, write: Some(write) };
        newest.number
    };
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
