//! What kernels and the keeper say to each other: one request and one answer on a Unix socket, and two descriptors.

use super::{house, identity, patience};
use crate::engine::{Engine, Given};
use crate::error::{Error, Result};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, Interest};
use tokio::net::UnixStream;
use tokio::time::timeout;

/// How long a kernel waits for a spare: an engine of its own would be ready after that.
const PATIENCE: Duration = Duration::from_secs(12);
/// How long whoever connects may take to say what it wants.
const WORD_PATIENCE: Duration = Duration::from_secs(1);
/// The longest request or answer, in bytes.
const LONGEST: usize = 1 << 20;

/// What may be asked of a keeper.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Request {
    /// Give the engine to this kernel.
    Take(Guest),
    /// End it.
    End,
}

/// The kernel that wants the engine.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Guest {
    /// As [`identity::of_this_process`] tells it.
    pub(super) identity: String,
    /// Its working folder.
    pub(super) folder: PathBuf,
    /// Those of its variables that may differ.
    pub(super) variables: BTreeMap<String, String>,
}

/// The spare engine for a kernel in `folder`. `None`, without a word, where there is none that fits: an engine of its
/// own is as good.
pub(crate) async fn take(folder: &Path) -> Option<Engine> {
    patience()?;
    timeout(PATIENCE, try_take(folder)).await.ok()?.ok()
}

async fn try_take(folder: &Path) -> Result<Engine> {
    let mut keeper = connect().await?;
    let guest =
        Guest { identity: identity::of_this_process()?, folder: folder.to_owned(), variables: identity::variables() };
    say(&mut keeper, &Request::Take(guest)).await?;
    let descriptors = receive_descriptors(&keeper).await?;
    let given: Given = hear(&mut keeper).await?;
    Engine::take(given, descriptors, keeper).await
}

/// Ends the spare engine, if there is one, and waits a little until it is gone.
pub(crate) fn end() {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    runtime.block_on(async {
        let _ = timeout(Duration::from_secs(5), end_and_wait()).await;
    });
}

/// The same, where asynchronous code runs already.
pub(super) async fn end_and_wait() {
    let asked = async {
        let mut keeper = connect().await?;
        say(&mut keeper, &Request::End).await?;
        // It closes the line when all is gone.
        let mut nothing = [0];
        while let Ok(1..) = keeper.read(&mut nothing).await {}
        Ok::<_, Error>(())
    };
    // Where nobody listens there is nothing to end.
    let _ = asked.await;
}

async fn connect() -> Result<UnixStream> {
    let path = house::socket()?;
    let keeper = UnixStream::connect(&path).await.map_err(Error::file("connect to", &path))?;
    if is_ours(&keeper) { Ok(keeper) } else { Err(Error::Usage(format!("{} is another user's", path.display()))) }
}

/// The next request of this user's; `None` for whoever says something else, or nothing.
pub(super) async fn request(stream: &mut UnixStream) -> Option<Request> {
    if !is_ours(stream) {
        return None;
    }
    timeout(WORD_PATIENCE, hear(stream)).await.ok()?.ok()
}

/// Gives an engine away.
pub(super) async fn give(stream: &mut UnixStream, given: &Given, descriptors: &[OwnedFd; 2]) -> Result<()> {
    let sent = stream.async_io(Interest::WRITABLE, || {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        let descriptors = [descriptors[0].as_fd(), descriptors[1].as_fd()];
        control.push(SendAncillaryMessage::ScmRights(&descriptors));
        rustix::net::sendmsg(&*stream, &[IoSlice::new(&[0])], &mut control, SendFlags::NOSIGNAL).map_err(Into::into)
    });
    sent.await.map_err(Error::file("answer", Path::new("a kernel")))?;
    say(stream, given).await
}

async fn receive_descriptors(keeper: &UnixStream) -> Result<[OwnedFd; 2]> {
    let received = keeper.async_io(Interest::READABLE, || {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let mut byte = [0];
        rustix::net::recvmsg(keeper, &mut [IoSliceMut::new(&mut byte)], &mut control, RecvFlags::CMSG_CLOEXEC)?;
        let messages = control.drain();
        let descriptors = messages.filter_map(|message| match message {
            RecvAncillaryMessage::ScmRights(descriptors) => Some(descriptors),
            _ => None,
        });
        Ok(descriptors.flatten().collect::<Vec<_>>())
    });
    let descriptors = received.await.map_err(Error::file("hear", Path::new("the keeper of the spare engine")))?;
    descriptors.try_into().map_err(|_| Error::KernelDied("the spare engine was refused".to_owned()))
}

/// A message: its length, then JSON.
async fn say(stream: &mut UnixStream, message: &impl Serialize) -> Result<()> {
    let failed = || Error::file("write to", Path::new("a line between kernels"));
    let text = serde_json::to_vec(message).map_err(std::io::Error::from).map_err(failed())?;
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    stream.write_u32(length).await.map_err(failed())?;
    stream.write_all(&text).await.map_err(failed())
}

async fn hear<T: DeserializeOwned>(stream: &mut UnixStream) -> Result<T> {
    let failed = || Error::file("read from", Path::new("a line between kernels"));
    let length = usize::try_from(stream.read_u32().await.map_err(failed())?).unwrap_or(usize::MAX);
    if length > LONGEST {
        return Err(failed()(std::io::ErrorKind::InvalidData.into()));
    }
    let mut text = vec![0; length];
    stream.read_exact(&mut text).await.map_err(failed())?;
    serde_json::from_slice(&text).map_err(std::io::Error::from).map_err(failed())
}

/// Only this user's processes are heard: the socket's folder is private, and this is the second lock.
fn is_ours(stream: &UnixStream) -> bool {
    stream.peer_cred().is_ok_and(|peer| peer.uid() == rustix::process::geteuid().as_raw())
}
