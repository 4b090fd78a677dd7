//! The Rust toolchain that engines compile cells with: the one that this binary was built with.

use crate::error::{Error, Result};
use std::path::PathBuf;
use std::process::Command;

/// rustup's name of the toolchain, where the build knew one.
pub(crate) const NAME: Option<&str> = option_env!("RUSTUP_TOOLCHAIN");

/// What `rustc -vV` says.
pub(crate) fn version() -> Result<String> {
    rustc(&["-vV"])
}

/// The toolchain's cargo: where there is one in its folder, rustup need not choose it each time.
pub(crate) fn cargo() -> Result<PathBuf> {
    let cargo = PathBuf::from(rustc(&["--print", "sysroot"])?.trim()).join("bin/cargo");
    Ok(if cargo.is_file() { cargo } else { PathBuf::from("cargo") })
}

/// The folder with the standard library's own shared library, which compiled cells need to find.
pub(crate) fn library_folder() -> Result<PathBuf> {
    Ok(PathBuf::from(rustc(&["--print", "target-libdir"])?.trim()))
}

fn rustc(arguments: &[&str]) -> Result<String> {
    let mut command = Command::new("rustc");
    if let Some(name) = NAME {
        command.env("RUSTUP_TOOLCHAIN", name);
    }
    let missing = |why: String| Error::Missing {
        what: format!("rustc does not run: {why}"),
        remedy: "install Rust as the README says, and put cargo's folder on PATH".to_owned(),
    };
    let output = command.args(arguments).output().map_err(|error| missing(error.to_string()))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(missing(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}
