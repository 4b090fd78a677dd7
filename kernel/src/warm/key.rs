//! The name of a warm build: a digest of everything that it is made from.

use super::workspace;
use crate::error::{Error, Result};
use crate::toolchain;
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

/// Twelve hexadecimal digits for the toolchain, the crate's sources and the lock file of the course at `root`.
pub(super) fn key(root: &Path) -> Result<String> {
    let mut digest = Sha256::new();
    digest.update(workspace::MANIFEST);
    digest.update(toolchain::version()?);
    for file in inputs(root)? {
        digest.update(file.strip_prefix(root).unwrap_or(&file).as_os_str().as_encoded_bytes());
        digest.update(std::fs::read(&file).map_err(Error::file("read", &file))?);
    }
    Ok(crate::text::hex(digest.finalize().iter().take(6)))
}

/// The files that a build is made from, in a stable order.
pub(crate) fn inputs(root: &Path) -> Result<Vec<PathBuf>> {
    let mut files = vec![root.join("Cargo.toml"), root.join("Cargo.lock"), root.join("lstm/Cargo.toml")];
    let mut folders = vec![root.join("lstm/src")];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(Error::file("read", &folder))?;
        for entry in entries {
            let path = entry.map_err(Error::file("read", &folder))?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Ok(files)
}
