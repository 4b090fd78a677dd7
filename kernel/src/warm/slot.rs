//! A kernel's own working folder, linked to the warm build, removed when the kernel ends.

use super::Warm;
use super::link::{self, link_tree};
use super::workspace;
use crate::engine::Place;
use crate::error::{Error, Result};
use crate::paths;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// The longest path that a Unix socket's address holds on every platform, with room for the socket's name.
const LONGEST_SOCKET_FOLDER: usize = 84;

/// How long a slot may be without its lock file before it counts as abandoned.
const STILL_BEING_MADE: Duration = Duration::from_secs(120);

/// A folder for one engine. Dropping it removes it; one whose kernel was killed is removed by the next kernel.
pub(crate) struct Slot {
    folder: PathBuf,
    lock: File,
    private: Option<TempDir>,
    warm: Warm,
}

impl Slot {
    /// A new slot on a build; clears away the slots of kernels that are gone.
    pub(crate) fn new(warm: Warm) -> Result<Self> {
        let kernels = paths::cache()?.join("kernels");
        paths::create_private(&kernels)?;
        remove_abandoned(&kernels);
        let name: String = uuid::Uuid::new_v4().simple().to_string().chars().take(8).collect();
        let folder = kernels.join(name);
        paths::create_private(&folder)?;
        let lock_path = folder.join("lock");
        let lock = File::create(&lock_path).map_err(Error::file("create", &lock_path))?;
        lock.lock().map_err(Error::file("lock", &lock_path))?;
        let ctx = folder.join("ctx");
        link_tree(&warm.ctx(), &ctx, link::is_of_cells)?;
        workspace::write(&folder, &warm.lstm(), &warm.lock())?;
        let private =
            if folder.as_os_str().len() > LONGEST_SOCKET_FOLDER { Some(paths::private_temporary()?) } else { None };
        Ok(Self { folder, lock, private, warm })
    }

    /// Where the engine of this slot lives.
    pub(crate) fn place(&self, working_dir: &Path) -> Place {
        Place {
            crate_dir: self.folder.join("ctx"),
            lstm: self.warm.lstm(),
            recorder: self.warm.recorder(),
            private: self.private.as_ref().map_or(self.folder.as_path(), TempDir::path).to_owned(),
            working_dir: working_dir.to_owned(),
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        remove(&self.folder);
        let _ = self.lock.unlock();
    }
}

fn remove_abandoned(kernels: &Path) {
    let Ok(entries) = std::fs::read_dir(kernels) else { return };
    for folder in entries.flatten().map(|entry| entry.path()) {
        let lock = folder.join("lock");
        let abandoned = if lock.exists() {
            File::open(&lock).is_ok_and(|lock| lock.try_lock().is_ok())
        } else {
            // One without its lock file is being made this moment, unless it is old.
            let made = folder.metadata().and_then(|data| data.modified());
            made.is_ok_and(|made| made.elapsed().is_ok_and(|age| age > STILL_BEING_MADE))
        };
        if abandoned {
            remove(&folder);
        }
    }
}

/// Removes a slot, its lock file last: whoever is stopped on the way leaves a slot that is known to be abandoned.
fn remove(folder: &Path) {
    let _ = std::fs::remove_dir_all(folder.join("ctx"));
    let _ = std::fs::remove_dir_all(folder);
}
