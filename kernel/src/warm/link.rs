//! Repeating a build's folder without compiling or copying what is in it.

use crate::error::{Error, Result};
use std::fs::File;
use std::path::Path;

/// What a kernel rewrites in place must not be shared: the cells' own crate and rustc's incremental state.
pub(super) fn is_of_cells(name: &str) -> bool {
    name == "incremental"
        || name == "Cargo.lock"
        || name.starts_with("ctx-")
        || name.starts_with("libctx")
        || name.starts_with("ctx.")
}

/// What a build of other sources rewrites in place, besides: the `lstm` crate itself.
pub(super) fn is_of_course(name: &str) -> bool {
    is_of_cells(name) || name.starts_with("liblstm") || name.starts_with("lstm-") || name.starts_with("lstm.")
}

/// Repeats a folder: compiled artifacts by hard link, everything else by copy with its time kept (cargo compares
/// times to tell whether a build is fresh). Names for which `leave` is true are left out.
pub(super) fn link_tree(from: &Path, to: &Path, leave: fn(&str) -> bool) -> Result<()> {
    std::fs::create_dir_all(to).map_err(Error::file("create", to))?;
    for entry in std::fs::read_dir(from).map_err(Error::file("read", from))? {
        let entry = entry.map_err(Error::file("read", from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if leave(&entry.file_name().to_string_lossy()) {
            continue;
        }
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            link_tree(&source, &target, leave)?;
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
