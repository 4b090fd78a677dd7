//! The warm build: the `lstm` crate compiled once as evcxr compiles it, shared by every kernel of a user.
//!
//! A build is named by what it is made from (toolchain, sources, lock file), so a change of any makes a new one and
//! leaves running kernels alone. Each kernel works in a slot of its own that links to the build's artifacts.

mod key;
mod link;
mod slot;
mod snapshot;
mod workspace;

pub(crate) use key::inputs;
pub(crate) use slot::Slot;

use crate::engine::{Engine, Place};
use crate::error::{Error, Result};
use crate::forwarder;
use crate::paths;
use crate::progress::Progress;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// A build that no kernel has used for this long is removed when another is made.
const KEEP: Duration = Duration::from_secs(14 * 24 * 3600);

/// A finished build, kept from being removed while this value lives.
pub(crate) struct Warm {
    folder: PathBuf,
    _in_use: File,
}

/// What [`status`] finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Status {
    /// Ready, at this folder.
    Ready(PathBuf),
    /// Not made yet, or made from other sources or with another toolchain.
    Missing,
}

impl Warm {
    fn lstm(&self) -> PathBuf {
        snapshot::crate_folder(&self.folder)
    }

    fn lock(&self) -> PathBuf {
        workspace::lock_file(&workspace(&self.folder))
    }

    fn ctx(&self) -> PathBuf {
        ctx(&self.folder)
    }

    fn recorder(&self) -> PathBuf {
        recorder(&self.folder)
    }
}

/// Whether the build for the sources of this moment is there.
pub(crate) fn status() -> Result<Status> {
    let folder = folder()?;
    Ok(if marker(&folder).is_file() { Status::Ready(folder) } else { Status::Missing })
}

/// The build for the sources of this moment, made now if it is not there; shows progress while it is being made.
pub(crate) fn prepare() -> Result<Warm> {
    let folder = folder()?;
    let parent = paths::ready_cache()?.join("warm");
    paths::create_private(&parent)?;
    let lock_path = folder.with_extension("lock");
    let lock = File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(&lock_path)
        .map_err(Error::file("open", &lock_path))?;
    let cannot_lock = || Error::file("lock", &lock_path);
    if !marker(&folder).is_file() {
        if let Err(TryLockError::WouldBlock) = lock.try_lock() {
            let progress = Progress::start("waiting for another process that builds the course's library", None);
            lock.lock().map_err(cannot_lock())?;
            progress.done("done");
        }
        if !marker(&folder).is_file() {
            build(&folder)?;
            remove_unused(&parent, &folder);
        }
        lock.unlock().map_err(cannot_lock())?;
    }
    lock.lock_shared().map_err(cannot_lock())?;
    // The build may be that of an earlier version of this program.
    forwarder::write_recorder(&recorder(&folder))?;
    // The time of the last use, for the removal of builds that nobody uses.
    if let Ok(marker) = File::open(marker(&folder)) {
        let _ = marker.set_modified(SystemTime::now());
    }
    Ok(Warm { folder, _in_use: lock })
}

fn folder() -> Result<PathBuf> {
    Ok(paths::cache()?.join("warm").join(key::key(&paths::course()?)?))
}

/// The workspace in a build's folder.
fn workspace(folder: &Path) -> PathBuf {
    folder.join("build")
}

/// evcxr's package in a build's folder.
fn ctx(folder: &Path) -> PathBuf {
    workspace(folder).join("ctx")
}

/// The script through which cargo calls rustc, at a place that stays, since cargo remembers by it who rustc is.
fn recorder(folder: &Path) -> PathBuf {
    folder.join("recorder")
}

fn marker(folder: &Path) -> PathBuf {
    folder.join("complete")
}

/// Builds by doing what a kernel does: an engine is started in the folder and runs the first cell.
fn build(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(Error::file("remove the unfinished build at", folder))?;
    }
    let progress = Progress::start("building the course's library for notebooks (once, two to four minutes)", None);
    let ctx = ctx(folder);
    paths::create_private(&ctx)?;
    if let Some(other) = newest_other(folder) {
        // Only the course's own crate is compiled again; cargo checks that the rest is still right.
        link::link_tree(&self::ctx(&other), &ctx, link::is_of_course)?;
    }
    snapshot::write(&paths::course()?, folder)?;
    let lstm = snapshot::crate_folder(folder);
    workspace::write(&workspace(folder), &lstm, &snapshot::lock_file(folder))?;
    let recorder = recorder(folder);
    forwarder::write_recorder(&recorder)?;
    let private = paths::private_temporary()?;
    let working_dir = folder.to_owned();
    let place = Place { crate_dir: ctx.clone(), lstm, recorder, private: private.path().to_owned(), working_dir };
    let progress = Arc::new(Mutex::new(progress));
    let shown = Arc::clone(&progress);
    let runtime = tokio::runtime::Runtime::new().map_err(Error::file("start", Path::new("asynchronous runtime")))?;
    runtime.block_on(async {
        let chatter = move |line: String| shown.lock().unwrap_or_else(PoisonError::into_inner).step(line.trim());
        let mut engine = Engine::start(place, chatter).await?;
        engine.warm_up_checks().await?;
        engine.shut_down().await;
        Ok::<_, Error>(())
    })?;
    drop(runtime);
    // No kernel repeats the calls that were made here, with the builder's environment.
    forwarder::forget(&ctx);
    let marker = marker(folder);
    std::fs::write(&marker, "").map_err(Error::file("write", &marker))?;
    if let Some(progress) = Arc::into_inner(progress) {
        progress.into_inner().unwrap_or_else(PoisonError::into_inner).done("ready");
    }
    Ok(())
}

/// The finished build of other sources that was used last.
fn newest_other(folder: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder.parent()?).ok()?;
    let used = |folder: &PathBuf| marker(folder).metadata().and_then(|data| data.modified()).ok();
    // One that an earlier version of this program made may be laid out otherwise.
    let is_usable = |path: &PathBuf| path != folder && used(path).is_some() && ctx(path).is_dir();
    entries.flatten().map(|entry| entry.path()).filter(is_usable).max_by_key(used)
}

/// Removes other builds that nobody has used for long and that no kernel holds.
fn remove_unused(parent: &Path, keep: &Path) {
    let Ok(entries) = std::fs::read_dir(parent) else { return };
    for folder in entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir() && path != keep) {
        let used = marker(&folder).metadata().and_then(|data| data.modified());
        let old = used.map_or(true, |used| used.elapsed().is_ok_and(|age| age > KEEP));
        let lock_path = folder.with_extension("lock");
        let free = File::open(&lock_path).is_ok_and(|lock| lock.try_lock().is_ok());
        if old && free && std::fs::remove_dir_all(&folder).is_ok() {
            let _ = std::fs::remove_file(lock_path);
        }
    }
}
