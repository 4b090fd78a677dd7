//! The files in `images/`: what they are called, what is in them, and how they get there.

use std::path::{Path, PathBuf};

use super::{all, logo};
use crate::{Error, Result, atomic_file};

/// The command that redraws `images/`.
pub const REDRAW: &str = "cargo run --release -p lstm --example draw_images";

/// Every file of `images/` as its path in there, with `/` between folders, and its bytes: the diagrams as SVG, and the
/// kernel's logo in `logo/` as Jupyter wants it. The same every time.
///
/// ```
/// let files = lstm::diagram::files()?;
/// assert!(files.iter().any(|(path, _)| path == "logo/logo-svg.svg"));
/// # Ok::<(), lstm::Error>(())
/// ```
///
/// # Errors
/// [`Error::Figure`] if the logo cannot be encoded.
pub fn files() -> Result<Vec<(String, Vec<u8>)>> {
    let mut files: Vec<(String, Vec<u8>)> =
        all().into_iter().map(|diagram| (diagram.file_name(), diagram.to_svg().into_bytes())).collect();
    files.push(("logo/logo-svg.svg".into(), logo::svg().into_bytes()));
    for side in [32, 64] {
        files.push((format!("logo/logo-{side}x{side}.png"), logo::png(side)?));
    }
    Ok(files)
}

/// Writes [`files`] into `folder`, which is made if it is missing, and returns their paths. Each file appears whole or
/// not at all; other files there are left alone.
///
/// ```
/// let folder = std::env::temp_dir().join("lstm-diagrams");
/// let written = lstm::diagram::draw_all(&folder)?;
/// assert_eq!(written.len(), lstm::diagram::files()?.len());
/// # std::fs::remove_dir_all(&folder).ok();
/// # Ok::<(), lstm::Error>(())
/// ```
///
/// # Errors
/// [`Error::File`] if a folder cannot be made or a file not written, [`Error::Figure`] as [`files`].
pub fn draw_all(folder: impl AsRef<Path>) -> Result<Vec<PathBuf>> {
    let folder = folder.as_ref();
    let mut written = Vec::new();
    for (name, bytes) in files()? {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(|source| Error::File {
            action: "make the folder",
            path: parent.to_path_buf(),
            source,
        })?;
        atomic_file::write(&path, &bytes)?;
        written.push(path);
    }
    Ok(written)
}
