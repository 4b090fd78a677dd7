//! Writing: results on stdout, and files that are either old or new and never half.

use crate::error::{Error, Result};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Prints to stdout. A reader that went away, as in `lstm-kernel run ... | head`, has what it wanted.
pub(crate) fn say(text: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Error::file("write", Path::new("stdout"))(error)),
        _ => Ok(()),
    }
}

/// Replaces a file at once: writes beside it, then renames. A file that was there keeps its permissions.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mode = std::fs::metadata(path).map_or(0o666, |metadata| metadata.permissions().mode() & 0o777);
    replace(path, bytes, mode)
}

/// As [`write`], a file that can be run from the moment on that it is there.
pub(crate) fn write_program(path: &Path, bytes: &[u8]) -> Result<()> {
    replace(path, bytes, 0o755)
}

fn replace(path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    tempfile::Builder::new()
        .prefix(".lstm-kernel-")
        .permissions(std::fs::Permissions::from_mode(mode))
        .tempfile_in(folder)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            file.persist(path).map_err(|error| error.error)
        })
        .map(drop)
        .map_err(Error::file("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_at_once_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "old").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        write(&path, b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        let error = write(&folder.path().join("no/where"), b"x").unwrap_err();
        assert!(error.to_string().starts_with("cannot write "), "{error}");
    }
}
