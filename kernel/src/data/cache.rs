//! The data sets on this machine: what is there, whether it is right, and fetching what is not.

use super::table::{self, DataSet};
use super::{digest, download, extract};
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::{clean, lock, paths};
use std::path::{Path, PathBuf};

/// Archives that were put there by hand.
const BY_HAND: &str = "archives";
/// Room for what pip and npm write beside the archive, in bytes.
const MARGIN: u64 = 20_000_000;

/// A data set as it is on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// All files are there with their sizes.
    Here,
    /// Some file is missing or of another size.
    Incomplete,
    /// There is nothing.
    Missing,
}

/// What is there, by the sizes of the files.
pub(super) fn state(set: &DataSet, folder: &Path) -> State {
    let folder = folder.join(set.name);
    let is_here = |file: &table::Member| {
        folder.join(file.content.name).metadata().is_ok_and(|data| data.is_file() && data.len() == file.content.size)
    };
    if set.files.iter().all(is_here) {
        State::Here
    } else if folder.exists() {
        State::Incomplete
    } else {
        State::Missing
    }
}

/// The files of a data set that are not what they should be, each with what it is.
pub(super) fn faults(set: &DataSet, folder: &Path) -> Vec<String> {
    let fault = |file: &table::Member| {
        let path = folder.join(set.name).join(file.content.name);
        match digest::fault(&path, &file.content) {
            Ok(fault) => fault.map(|fault| format!("{}: {fault}", path.display())),
            Err(error) => Some(error.to_string()),
        }
    };
    set.files.iter().filter_map(fault).collect()
}

/// The data sets that the lectures need and that are not on this machine.
pub(crate) fn not_here() -> Result<Vec<&'static str>> {
    let folder = paths::data()?;
    let missing = table::ALL.iter().filter(|set| !set.optional && state(set, &folder) != State::Here);
    Ok(missing.map(|set| set.name).collect())
}

/// Brings a data set unless it is there and right; returns its folder. Two at once do it once.
///
/// # Errors
/// [`Error::Missing`] without a network or without room, and file errors.
pub(super) fn fetch(set: &DataSet) -> Result<PathBuf> {
    let folder = ready_folder()?;
    let target = folder.join(set.name);
    if faults(set, &folder).is_empty() {
        return Ok(target);
    }
    let waiting = format!("waiting for another lstm-kernel that fetches {}", set.name);
    let _lock = lock::exclusive(&folder.join(format!(".{}.lock", set.name)), &waiting)?;
    if faults(set, &folder).is_empty() {
        return Ok(target);
    }
    let prefix = format!(".{}-", set.name);
    remove_abandoned(&folder, &prefix);
    room_for(set, &folder)?;
    let work = tempfile::Builder::new()
        .prefix(&prefix)
        .tempdir_in(&folder)
        .map_err(Error::file("create a folder in", &folder))?;
    let mut progress = Progress::start(format!("data set {}", set.name), None);
    let archive = download::archive(set, &folder.join(BY_HAND), work.path(), &mut progress)?;
    progress.step("unpacking");
    let new = work.path().join("new");
    paths::create_private(&new)?;
    extract::files(set, &archive, &new)?;
    if target.symlink_metadata().is_ok() {
        std::fs::rename(&target, work.path().join("old")).map_err(Error::file("replace", &target))?;
    }
    std::fs::rename(&new, &target).map_err(Error::file("create", &target))?;
    progress.done(&format!("fetched, {}", clean::megabytes(set.size())));
    Ok(target)
}

/// The folder of the data sets, made where it is not there, with the one for archives put there by hand.
fn ready_folder() -> Result<PathBuf> {
    let folder = paths::data()?;
    if folder.starts_with(paths::cache()?) {
        paths::ready_cache()?;
    }
    paths::create_private(&folder.join(BY_HAND))?;
    Ok(folder)
}

/// Working folders of fetches that did not end, by whoever holds the lock.
fn remove_abandoned(folder: &Path, prefix: &str) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(prefix) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

fn room_for(set: &DataSet, folder: &Path) -> Result<()> {
    // The archive once, and once more where pip or npm works on it.
    let needed = 2 * set.archive.size + set.size() + MARGIN;
    let free = paths::free_space(folder)?;
    if free >= needed {
        return Ok(());
    }
    Err(Error::Missing {
        what: format!(
            "{} needs {} in {}, where {} are free",
            set.name,
            clean::megabytes(needed),
            folder.display(),
            clean::megabytes(free)
        ),
        remedy: "free some, or set LSTM_DATA to a folder on another disk".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_go_by_sizes_and_faults_by_digests() {
        let folder = tempfile::tempdir().unwrap();
        let set = &table::ALL[0];
        assert_eq!(state(set, folder.path()), State::Missing);
        let file = folder.path().join("alice/alice29.txt");
        std::fs::create_dir(folder.path().join("alice")).unwrap();
        assert_eq!(state(set, folder.path()), State::Incomplete);
        std::fs::write(&file, "x").unwrap();
        assert_eq!(state(set, folder.path()), State::Incomplete);
        std::fs::write(&file, vec![0; 152_089]).unwrap();
        assert_eq!(state(set, folder.path()), State::Here);
        assert!(faults(set, folder.path())[0].contains("alice29.txt: SHA-256 "));
        std::fs::remove_file(&file).unwrap();
        assert!(faults(set, folder.path())[0].starts_with("cannot read "));
    }
}
