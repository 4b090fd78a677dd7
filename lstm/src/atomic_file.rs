//! Writing a file so that others see all of the new one or all of the old one.

use std::io::Write as _;
use std::path::Path;

use crate::{Error, Result};

/// Writes `bytes` to a temporary file beside `path`, then renames it over `path`. On failure `path` is as it was.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let failure = |source| Error::File { action: "write", path: path.to_path_buf(), source };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        let why = format!("its folder {} does not exist; create it first", folder.display());
        return Err(failure(std::io::Error::new(std::io::ErrorKind::NotFound, why)));
    }
    let mut file = new_file(folder).map_err(failure)?;
    file.write_all(bytes).map_err(failure)?;
    // A full disk may show only when the data reaches it, and must show before the old file is gone.
    file.as_file().sync_all().map_err(failure)?;
    file.persist(path).map_err(|e| failure(e.error))?;
    Ok(())
}

/// A temporary file with the permissions of an ordinary new file; by default it would be the owner's alone.
fn new_file(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".lstm-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
