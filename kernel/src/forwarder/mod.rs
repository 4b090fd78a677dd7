//! cargo and rustup, as the engine meets them: the real ones, but for what a notebook has sooner without them.
//!
//! The engine has a `CARGO_HOME` of its own, whose `bin` comes first on its `PATH` and holds this program under their
//! names. So rust-analyzer finds the forwarder where it looks for cargo, and evcxr where it asks rustup for cargo.

mod metadata;
mod replay;

pub(crate) use replay::write_recorder;

use crate::error::{Error, Result};
use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Names the real cargo; set for engines, whose `CARGO_HOME` holds the forwarder.
pub(crate) const CARGO: &str = "LSTM_KERNEL_CARGO";
/// Holds the user's own `CARGO_HOME`.
pub(crate) const USER_HOME: &str = "LSTM_KERNEL_CARGO_HOME";
/// Names the script through which cargo calls rustc for cells.
pub(crate) const RECORDER: &str = "LSTM_KERNEL_RECORDER";
/// cargo's own variable for its home.
pub(crate) const HOME: &str = "CARGO_HOME";
/// The programs that the forwarder stands for.
pub(crate) const PROGRAMS: [&str; 2] = ["cargo", "rustup"];

/// Whether this process was called under another program's name.
pub(crate) fn is_called() -> bool {
    std::env::var_os(CARGO).is_some() && PROGRAMS.iter().any(|name| called_as(name))
}

fn called_as(name: &str) -> bool {
    std::env::args_os().next().is_some_and(|called| Path::new(&called).file_name() == Some(name.as_ref()))
}

/// Does what the program does.
pub(crate) fn main() -> ExitCode {
    match forward() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("lstm-kernel: {error}");
            ExitCode::FAILURE
        }
    }
}

fn forward() -> Result<ExitCode> {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    if called_as("rustup") {
        return rustup(&arguments);
    }
    let mut command = Command::new(std::env::var_os(CARGO).unwrap_or_else(|| "cargo".into()));
    command.args(&arguments);
    give_back(&mut command);
    replay::use_recorder(&mut command);
    let says = |word: &str| arguments.iter().any(|argument| argument == word);
    if says("metadata") && !says("--no-deps") {
        return metadata::answer(command);
    }
    if let Some(build) = replay::Build::of(&arguments) {
        if let Some(rustc) = build.repeated() {
            return Err(turn_into(rustc));
        }
        build.record(&mut command);
    }
    Err(turn_into(command))
}

/// evcxr asks rustup where cargo is, and is told of the forwarder. Where there is no rustup it looks for cargo itself.
fn rustup(arguments: &[OsString]) -> Result<ExitCode> {
    if let Some(bin) = bin().filter(|_| arguments == ["which", "cargo"]) {
        println!("{}", bin.join("cargo").display());
        return Ok(ExitCode::SUCCESS);
    }
    let mut command = Command::new("rustup");
    command.args(arguments);
    give_back(&mut command);
    Err(turn_into(command))
}

/// Turns this process into the program; what was wrong where that fails.
fn turn_into(mut command: Command) -> Error {
    let error = command.exec();
    does_not_run(&command, &error)
}

fn does_not_run(command: &Command, why: &std::io::Error) -> Error {
    Error::Program { program: command.get_program().to_string_lossy().into_owned(), why: why.to_string() }
}

/// Where the forwarder lies, in an engine and what that starts.
fn bin() -> Option<PathBuf> {
    std::env::var_os(CARGO)?;
    std::env::var_os(HOME).map(|home| Path::new(&home).join("bin"))
}

/// Where the user's cargo keeps its things, by cargo's own rule.
pub(crate) fn user_home() -> Option<PathBuf> {
    let name = if std::env::var_os(CARGO).is_some() { USER_HOME } else { HOME };
    let set = std::env::var_os(name).filter(|home| !home.is_empty());
    let set = set.and_then(|home| std::path::absolute(home).ok());
    set.or_else(|| dirs::home_dir().map(|home| home.join(".cargo")))
}

/// The `PATH` of an engine.
pub(crate) fn path(bin: &Path) -> Option<OsString> {
    let theirs = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(bin.to_owned()).chain(std::env::split_paths(&theirs))).ok()
}

/// Gives a program the user's own `PATH` and `CARGO_HOME`, where this process has an engine's.
pub(crate) fn give_back(command: &mut Command) {
    let Some(bin) = bin() else { return };
    let path = std::env::var_os("PATH").unwrap_or_default();
    if let Ok(path) = std::env::join_paths(std::env::split_paths(&path).filter(|folder| *folder != bin)) {
        command.env("PATH", path);
    }
    match std::env::var_os(USER_HOME) {
        Some(home) => command.env(HOME, home),
        None => command.env_remove(HOME),
    };
}
