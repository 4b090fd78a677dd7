//! A kernel's own working folder, linked to the warm build, removed when the kernel ends.

use super::Warm;
use crate::engine::Place;
use crate::error::{Error, Result};
use crate::paths;
use std::fs::File;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The longest path that a Unix socket's address holds on every platform, with room for the socket's name.
const LONGEST_SOCKET_FOLDER: usize = 84;

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
        link_tree(&warm.ctx(), &ctx)?;
        let private = if folder.as_os_str().len() > LONGEST_SOCKET_FOLDER {
            Some(tempfile::tempdir().map_err(Error::file("create", &std::env::temp_dir()))?)
        } else {
            None
        };
        Ok(Self { folder, lock, private, warm })
    }

    /// Where the engine of this slot lives.
    pub(crate) fn place(&self, working_dir: &Path) -> Place {
        Place {
            crate_dir: self.folder.join("ctx"),
            lstm: self.warm.lstm(),
            lock: self.warm.lock(),
            private: self.private.as_ref().map_or(self.folder.as_path(), TempDir::path).to_owned(),
            working_dir: working_dir.to_owned(),
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
        let _ = self.lock.unlock();
    }
}

fn remove_abandoned(kernels: &Path) {
    let Ok(entries) = std::fs::read_dir(kernels) else { return };
    for folder in entries.flatten().map(|entry| entry.path()) {
        // A slot without its lock file is being made this moment.
        if File::open(folder.join("lock")).is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = std::fs::remove_dir_all(&folder);
        }
    }
}

/// What a build rewrites in place must not be shared: the cells' own crate and rustc's incremental state.
fn is_own(name: &str) -> bool {
    name == "incremental" || name.starts_with("ctx-") || name.starts_with("libctx") || name.starts_with("ctx.")
}

/// Repeats a folder: compiled artifacts by hard link, everything else by copy with its time kept (cargo compares
/// times to tell whether a build is fresh).
fn link_tree(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to).map_err(Error::file("create", to))?;
    for entry in std::fs::read_dir(from).map_err(Error::file("read", from))? {
        let entry = entry.map_err(Error::file("read", from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if is_own(&entry.file_name().to_string_lossy()) {
            continue;
        }
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            link_tree(&source, &target)?;
        } else if !is_artifact(&source) || std::fs::hard_link(&source, &target).is_err() {
            copy_with_time(&source, &target)?;
        }
    }
    Ok(())
}

fn is_artifact(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        extension == "rlib" || extension == "so" || extension == "rmeta" || extension == "dylib"
    })
}

fn copy_with_time(from: &Path, to: &Path) -> Result<()> {
    std::fs::copy(from, to).map_err(Error::file("copy to", to))?;
    let time = from.metadata().and_then(|data| data.modified()).map_err(Error::file("read", from))?;
    File::options().append(true).open(to).and_then(|file| file.set_modified(time)).map_err(Error::file("write", to))
}
