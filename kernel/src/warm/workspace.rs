//! The cargo workspace around evcxr's own package, which keeps the versions of the build and says how cells are compiled.
//!
//! For each `:dep` evcxr has cargo resolve a package that depends on that alone, and cargo strikes out of the lock file what
//! nothing depends on. Beside evcxr's package stands another, never built, that depends on the course: so its versions
//! stay, and the next cell does not compile Candle anew.

use crate::error::{Error, Result};
use std::path::{Path, PathBuf};
use toml::Value;

/// evcxr's profile; of a manifest's profiles cargo takes those of the workspace alone. The engine sets three more by the
/// environment, which nobody's own configuration overrides.
pub(super) const MANIFEST: &str = r#"[workspace]
members = ["ctx", "lstm-kernel-pins"]
resolver = "3"

[profile.dev]
debug = false
strip = "debuginfo"
rpath = true
codegen-units = 16
"#;

/// Makes `folder`, in which evcxr's package is `ctx`, a workspace that keeps to the versions of `lock`. The course must not
/// lie in it: cargo would then name its build by the way from here, and every workspace would build it for itself.
pub(super) fn write(folder: &Path, lstm: &Path, lock: &Path) -> Result<()> {
    let path = Value::from(lstm.to_string_lossy().as_ref());
    let pins = format!(
        "[package]\nname = \"lstm-kernel-pins\"\nedition = \"2024\"\n\n[dependencies]\nlstm = {{ path = {path} }}\n"
    );
    let sources = folder.join("lstm-kernel-pins/src");
    std::fs::create_dir_all(&sources).map_err(Error::file("create", &sources))?;
    for (file, text) in
        [("Cargo.toml", MANIFEST), ("lstm-kernel-pins/Cargo.toml", &pins), ("lstm-kernel-pins/src/lib.rs", "")]
    {
        let file = folder.join(file);
        std::fs::write(&file, text).map_err(Error::file("write", &file))?;
    }
    let own = lock_file(folder);
    std::fs::copy(lock, &own).map_err(Error::file("write", &own))?;
    // rust-analyzer looks for it beside evcxr's manifest.
    let beside = lock_file(&folder.join("ctx"));
    let _ = std::fs::remove_file(&beside);
    std::os::unix::fs::symlink("../Cargo.lock", &beside).map_err(Error::file("create", &beside))
}

/// Where the workspace keeps its versions.
pub(super) fn lock_file(folder: &Path) -> PathBuf {
    folder.join("Cargo.lock")
}
