//! What an engine finds in its private folder: this program under a name that stays, and a `CARGO_HOME` of its
//! own with the forwarder in it.

use crate::error::{Error, Result};
use crate::{forwarder, paths, toolchain};
use std::ffi::OsStr;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use tokio::process::Command;

/// This program, linked into the folder: whoever builds it anew takes nothing from a running kernel, whose processes are
/// started from here again and again.
pub(super) fn program(folder: &Path) -> Result<PathBuf> {
    let link = folder.join("lstm-kernel");
    if !link.exists() {
        let original = std::env::current_exe().map_err(Error::file("find", Path::new("this program")))?;
        if std::fs::hard_link(&original, &link).is_err() {
            // On another file system, or no longer under its name.
            let running = Path::new("/proc/self/exe");
            let source = if running.exists() { running } else { &original };
            std::fs::copy(source, &link).map_err(Error::file("copy this program to", &link))?;
        }
    }
    Ok(link)
}

/// Gives an engine a `CARGO_HOME` that has all that the user's has, but for `bin`, where the forwarder stands for cargo and
/// rustup, and comes first.
pub(super) fn give_cargo_home(command: &mut Command, folder: &Path, program: &Path) -> Result<()> {
    let home = folder.join("cargo-home");
    let bin = home.join("bin");
    paths::create_private(&bin)?;
    let link = |target: &Path, at: PathBuf| {
        if at.symlink_metadata().is_ok() { Ok(()) } else { symlink(target, &at).map_err(Error::file("create", &at)) }
    };
    let is_set = std::env::var_os(forwarder::HOME).is_some_and(|home| !home.is_empty());
    let theirs = forwarder::user_home();
    for entry in theirs.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten() {
        // Hidden files are cargo's locks and trackers: each home has its own.
        let name = entry.file_name();
        if name != OsStr::new("bin") && !name.as_encoded_bytes().starts_with(b".") {
            link(&entry.path(), home.join(name))?;
        }
    }
    for name in forwarder::PROGRAMS {
        link(program, bin.join(name))?;
    }
    if let Some(path) = forwarder::path(&bin) {
        command.env("PATH", path);
    }
    command.env(forwarder::HOME, home).env(forwarder::BIN, bin).env(forwarder::CARGO, toolchain::cargo()?);
    if let Some(user) = theirs.filter(|_| is_set) {
        command.env(forwarder::USER_HOME, user);
    }
    Ok(())
}
