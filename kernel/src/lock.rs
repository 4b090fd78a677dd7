//! A lock that one process of a user holds at a time.

use crate::error::{Error, Result};
use crate::progress::Progress;
use std::fs::{File, TryLockError};
use std::path::Path;

/// Holds the lock until the file is dropped; says `waiting` when it has to wait for another.
pub(crate) fn exclusive(path: &Path, waiting: &str) -> Result<File> {
    let file = File::create(path).map_err(Error::file("create", path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let progress = Progress::start(waiting, None);
            file.lock().map_err(Error::file("lock", path))?;
            progress.done("it is done");
        }
        Err(TryLockError::Error(error)) => return Err(Error::file("lock", path)(error)),
    }
    Ok(file)
}
