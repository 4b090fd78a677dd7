//! Whether a process would find what another one found: its variables, but for those that only user code looks at, and files.

use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::fs::MetadataExt as _;

/// Variables that only user code may look at, so that they can be changed when an engine is handed over. Everything else
/// may have been read already (by the compiler, the dynamic linker, a pool of threads) and must be equal.
const MAY_DIFFER: [&str; 16] = [
    "_",
    "COLORTERM",
    "COLUMNS",
    "DISPLAY",
    "INVOCATION_ID",
    "JOURNAL_STREAM",
    "LINES",
    "LSTM_HISTORY",
    "LSTM_INTERRUPT_GRACE",
    "LSTM_SPARE",
    "OLDPWD",
    "PWD",
    "SHLVL",
    "TERM",
    "WAYLAND_DISPLAY",
    "WINDOWID",
];
/// How the names of others of that kind begin: what clients set for one notebook or one session.
const MAY_DIFFER_BEGIN: [&str; 6] = ["JPY_", "JUPYTER_", "PYDEVD_", "SSH_", "VSCODE_", "XDG_SESSION_"];

/// Whether only user code looks at a variable.
pub(crate) fn may_differ(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    MAY_DIFFER.contains(&&*name) || MAY_DIFFER_BEGIN.iter().any(|begin| name.starts_with(begin))
}

/// Adds all other variables of this process.
pub(crate) fn digest(to: &mut Sha256) {
    for (name, value) in std::env::vars_os().filter(|(name, _)| !may_differ(name)).collect::<BTreeMap<_, _>>() {
        for part in [name, value] {
            to.update(part.as_encoded_bytes());
            to.update([0]);
        }
    }
}

/// What tells a file from another one, or from itself before it was changed.
pub(crate) fn stamp(file: &std::fs::Metadata) -> String {
    format!("{} {} {} {}.{}\n", file.dev(), file.ino(), file.len(), file.mtime(), file.mtime_nsec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_changed_has_another_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        std::fs::write(&file, "1").unwrap();
        let before = stamp(&file.metadata().unwrap());
        std::fs::write(&file, "12").unwrap();
        assert_ne!(before, stamp(&file.metadata().unwrap()));
    }
}
