//! A copy of the `lstm` crate as a workspace of its own, so that editing the course never disturbs a running kernel.
//!
//! The copy differs in one thing that matters: the crate is a `dylib`, so that every cell shares one Candle, one thread pool and
//! one set of statics, and a cell's own library stays small.

use super::key;
use crate::error::{Error, Result};
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Where the crate is in a build's folder.
pub(super) fn crate_folder(folder: &Path) -> PathBuf {
    folder.join("source/lstm")
}

/// Where the lock file is in a build's folder.
pub(super) fn lock_file(folder: &Path) -> PathBuf {
    folder.join("source/Cargo.lock")
}

/// Writes the copy of the course at `root` into a build's folder.
pub(super) fn write(root: &Path, folder: &Path) -> Result<()> {
    let source = folder.join("source");
    for file in key::inputs(root)? {
        let target = source.join(file.strip_prefix(root).unwrap_or(&file));
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent).map_err(Error::file("create", parent))?;
        }
        std::fs::copy(&file, &target).map_err(Error::file("copy to", &target))?;
    }
    edit(&source.join("Cargo.toml"), |manifest| {
        within(manifest, "workspace", |workspace| {
            workspace.insert("members".to_owned(), Value::Array(vec!["lstm".into()]));
            workspace.remove("default-members");
        });
    })?;
    edit(&source.join("lstm/Cargo.toml"), |manifest| {
        within(manifest, "lib", |lib| {
            lib.insert("crate-type".to_owned(), Value::Array(vec!["dylib".into()]));
        });
        // The benchmarks' files stay behind.
        manifest.remove("bench");
        manifest.remove("dev-dependencies");
    })
}

/// Changes the table of this name, made where it is missing.
fn within(of: &mut Table, name: &str, change: impl FnOnce(&mut Table)) {
    if let Value::Table(table) = of.entry(name).or_insert_with(|| Value::Table(Table::new())) {
        change(table);
    }
}

fn edit(path: &Path, change: impl FnOnce(&mut Table)) -> Result<()> {
    let text = std::fs::read_to_string(path).map_err(Error::file("read", path))?;
    let mut manifest: Table = text
        .parse()
        .map_err(|error: toml::de::Error| Error::Usage(format!("{} is not TOML: {error}", path.display())))?;
    change(&mut manifest);
    std::fs::write(path, manifest.to_string()).map_err(Error::file("write", path))
}
