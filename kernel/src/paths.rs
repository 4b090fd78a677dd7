//! Where things are kept: one cache folder, one runtime folder, the course's own sources.

use crate::error::{Error, Result};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// `$LSTM_CACHE`, else the user's cache folder with `lstm-kernel` in it: warm builds, the Python environment, data sets.
pub(crate) fn cache() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("LSTM_CACHE").filter(|path| !path.is_empty()) {
        let path = PathBuf::from(path);
        return std::path::absolute(&path).map_err(Error::file("find", &path));
    }
    dirs::cache_dir().map(|path| path.join("lstm-kernel")).ok_or_else(|| Error::Missing {
        what: "no cache folder: neither HOME nor XDG_CACHE_HOME is set".to_owned(),
        remedy: "set LSTM_CACHE to a folder that you may write to".to_owned(),
    })
}

/// `$LSTM_DATA`, else `data` in the cache: a folder for each data set. The `lstm` crate looks there too.
pub(crate) fn data() -> Result<PathBuf> {
    match std::env::var_os("LSTM_DATA").filter(|path| !path.is_empty()) {
        Some(path) => std::path::absolute(&path).map_err(Error::file("find", Path::new(&path))),
        None => Ok(cache()?.join("data")),
    }
}

/// Bytes that this user may still write on the disk of `path`, which need not exist yet.
pub(crate) fn free_space(path: &Path) -> Result<u64> {
    let existing = path.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("/"));
    let volume = rustix::fs::statvfs(existing).map_err(|error| Error::file("look at", existing)(error.into()))?;
    Ok(volume.f_bavail.saturating_mul(volume.f_frsize))
}

/// The file that marks a cache folder: backup programs know it by its first line, `clean` by its second.
pub(crate) const CACHE_MARK: &str = "CACHEDIR.TAG";
const CACHE_MARK_TEXT: &str = "Signature: 8a477f597d28d172789f06886806bc55\n# made by lstm-kernel; \
                               `lstm-kernel clean` empties this folder\n";

/// The cache folder, made and marked as ours. Everything that is kept there starts from here.
pub(crate) fn ready_cache() -> Result<PathBuf> {
    let folder = cache()?;
    create_private(&folder)?;
    if !is_our_cache(&folder) {
        crate::output::write(&folder.join(CACHE_MARK), CACHE_MARK_TEXT.as_bytes())?;
    }
    Ok(folder)
}

/// Whether a folder bears the mark of our cache.
pub(crate) fn is_our_cache(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join(CACHE_MARK)).is_ok_and(|text| text == CACHE_MARK_TEXT)
}

/// The checkout that this binary was built from, or `$LSTM_COURSE`: it holds `lstm/`, `notebooks/` and `Cargo.lock`.
pub(crate) fn course() -> Result<PathBuf> {
    let root = std::env::var_os("LSTM_COURSE")
        .map(PathBuf::from)
        .or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned))
        .unwrap_or_default();
    if root.join("lstm/Cargo.toml").is_file() {
        return Ok(root);
    }
    Err(Error::Missing {
        what: format!("the course's sources are not at {}", root.display()),
        remedy: "set LSTM_COURSE to the checkout of the course, or build lstm-kernel again there".to_owned(),
    })
}

/// Makes a folder, and those above it, that only this user can enter.
pub(crate) fn create_private(path: &Path) -> Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(Error::file("create", path))
}

/// A folder for a while, that only this user can enter.
pub(crate) fn private_temporary() -> Result<tempfile::TempDir> {
    use std::os::unix::fs::PermissionsExt as _;
    tempfile::Builder::new()
        .prefix("lstm-kernel-")
        .permissions(std::fs::Permissions::from_mode(0o700))
        .tempdir()
        .map_err(Error::file("create a folder in", &std::env::temp_dir()))
}

/// Writes a file that only this user can read.
pub(crate) fn write_private(path: &Path, contents: &[u8]) -> Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let open = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    open.and_then(|mut file| file.write_all(contents)).map_err(Error::file("write", path))
}
