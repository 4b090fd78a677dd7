//! The folder where the one keeper of a user is found: its lock, its socket, and what it says of itself.

use crate::error::{Error, Result};
use crate::{output, paths};
use serde::{Deserialize, Serialize};
use std::fs::{File, TryLockError};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::UnixListener;

/// The longest path that a Unix socket's address holds on every platform.
const LONGEST_ADDRESS: usize = 103;

/// What a keeper says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Found {
    /// Its process.
    pub(crate) keeper: u32,
    /// Which kernels its engine may go to.
    pub(super) identity: String,
    /// Whether its engine waits; else it is being started.
    pub(crate) ready: bool,
}

/// A keeper's own view: while this value lives there is no other keeper of this user in this cache.
pub(super) struct House {
    folder: PathBuf,
    lock: File,
    pub(super) listener: UnixListener,
    socket: u64,
}

/// `spare` in the cache.
fn folder() -> Result<PathBuf> {
    Ok(paths::cache()?.join("spare"))
}

/// Where the keeper listens, if the folder is this user's alone.
pub(super) fn socket() -> Result<PathBuf> {
    let folder = folder()?;
    let found = folder.metadata().map_err(Error::file("read", &folder))?;
    if found.uid() != rustix::process::geteuid().as_raw() || found.mode() & 0o077 != 0 {
        return Err(Error::Usage(format!("{} is not this user's alone", folder.display())));
    }
    Ok(folder.join("socket"))
}

/// Whether a keeper is there.
pub(super) fn is_taken() -> bool {
    let Ok(folder) = folder() else { return false };
    File::open(folder.join("lock")).is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// What the keeper says of itself, if one is there.
pub(crate) fn found() -> Option<Found> {
    if !is_taken() {
        return None;
    }
    serde_json::from_slice(&std::fs::read(folder().ok()?.join("state")).ok()?).ok()
}

impl House {
    /// Moves in; `None` where another keeper is there.
    pub(super) fn enter(identity: &str) -> Result<Option<Self>> {
        paths::ready_cache()?;
        let folder = folder()?;
        paths::create_private(&folder)?;
        let lock_path = folder.join("lock");
        let lock = File::create(&lock_path).map_err(Error::file("create", &lock_path))?;
        match lock_patiently(&lock) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(Error::file("lock", &lock_path)(error)),
        }
        let socket = socket()?;
        if socket.as_os_str().len() > LONGEST_ADDRESS {
            return Err(Error::Usage(format!("{} is too long for a socket", socket.display())));
        }
        // One that a killed keeper left behind would be in the way.
        let _ = std::fs::remove_file(&socket);
        let listener = UnixListener::bind(&socket).map_err(Error::file("listen at", &socket))?;
        let private = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o600);
        std::fs::set_permissions(&socket, private).map_err(Error::file("protect", &socket))?;
        let number = inode(&socket).unwrap_or(0);
        let house = Self { folder, lock, listener, socket: number };
        house.tell(identity, false)?;
        Ok(Some(house))
    }

    /// Says whether the engine waits.
    pub(super) fn tell(&self, identity: &str, ready: bool) -> Result<()> {
        let found = Found { keeper: std::process::id(), identity: identity.to_owned(), ready };
        let text = serde_json::to_vec(&found).unwrap_or_default();
        output::write(&self.folder.join("state"), &text)
    }

    /// Whether kernels still find this keeper here: the cache may have been removed.
    pub(super) fn stands(&self) -> bool {
        inode(&self.folder.join("socket")) == Some(self.socket)
    }
}

/// Locks, in a few attempts: whoever looks for a keeper holds the lock for a moment ([`is_taken`]).
fn lock_patiently(lock: &File) -> std::result::Result<(), TryLockError> {
    for _ in 0..5 {
        if lock.try_lock().is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    lock.try_lock()
}

impl Drop for House {
    /// Leaves nothing; the lock last, so that whoever moves in next finds its own files only.
    fn drop(&mut self) {
        if self.stands() {
            let _ = std::fs::remove_file(self.folder.join("state"));
            let _ = std::fs::remove_file(self.folder.join("socket"));
        }
        let _ = self.lock.unlock();
    }
}

fn inode(path: &Path) -> Option<u64> {
    path.symlink_metadata().ok().map(|found| found.ino())
}
