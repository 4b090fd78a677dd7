//! `lstm-kernel clean`: takes away what the cache holds.

use crate::error::{Error, Result};
use crate::{output, paths, spare};
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

/// Removes the warm builds, the Python environments and the data sets; the next command that needs them makes or fetches
/// them anew.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// Leave the data sets, which a fetch would download again
    #[arg(long)]
    keep_data: bool,
}

/// Does what `lstm-kernel clean` was asked.
///
/// # Errors
/// A usage error where the folder is not one that this program made, or where nobody can be asked.
pub(crate) fn clean(options: &Options) -> Result<()> {
    let cache = paths::cache()?;
    if !cache.exists() {
        return output::say(&format!("nothing to remove: {} does not exist\n", cache.display()));
    }
    if !paths::is_our_cache(&cache) {
        return Err(Error::Usage(format!(
            "{} does not bear the mark of lstm-kernel's cache ({}); nothing was removed. Check LSTM_CACHE",
            cache.display(),
            paths::CACHE_MARK
        )));
    }
    let mut contents = contents(&cache)?;
    let data = paths::data()?;
    contents.retain(|(path, _)| !(options.keep_data && *path == data));
    if contents.is_empty() {
        return output::say(&format!("nothing to remove in {}\n", cache.display()));
    }
    let mut list = format!("{}\n", cache.display());
    for (path, size) in &contents {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let note = if *path == data { "  (data sets; --keep-data leaves them)" } else { "" };
        list.push_str(&format!("{:>9}  {name}{note}\n", megabytes(*size)));
    }
    output::say(&list)?;
    if !options.yes && !confirmed()? {
        return output::say("nothing was removed\n");
    }
    // It works in the cache, and would outlive its folder.
    spare::end();
    for (path, _) in &contents {
        let removed = if path.is_dir() && !path.is_symlink() {
            std::fs::remove_dir_all(path)
        } else {
            std::fs::remove_file(path)
        };
        removed.map_err(Error::file("remove", path))?;
    }
    let total: u64 = contents.iter().map(|(_, size)| size).sum();
    output::say(&format!("removed {}\n", megabytes(total)))
}

/// Everything in the cache but its mark, with sizes in bytes, by name.
fn contents(cache: &Path) -> Result<Vec<(PathBuf, u64)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(cache).map_err(Error::file("read", cache))? {
        let path = entry.map_err(Error::file("read", cache))?.path();
        if !path.ends_with(paths::CACHE_MARK) {
            let size = size(&path);
            found.push((path, size));
        }
    }
    found.sort();
    Ok(found)
}

/// Bytes in a file or folder, as far as they can be seen; links are not followed.
pub(crate) fn size(path: &Path) -> u64 {
    let Ok(metadata) = path.symlink_metadata() else { return 0 };
    if !metadata.is_dir() {
        return metadata.len();
    }
    std::fs::read_dir(path).into_iter().flatten().flatten().map(|entry| size(&entry.path())).sum()
}

/// `1.5 MB`.
pub(crate) fn megabytes(bytes: u64) -> String {
    let tenths = bytes.saturating_add(50_000) / 100_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

fn confirmed() -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::Usage("nobody to ask here: give --yes to remove these; nothing was removed".to_owned()));
    }
    output::say("remove all of this? [y/N] ")?;
    let _ = std::io::stdout().flush();
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(Error::file("read", Path::new("stdin")))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
