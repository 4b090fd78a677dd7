//! cargo and rustup, as the engine meets them: the real ones, but for what a notebook has sooner without them.
//!
//! The engine has a `CARGO_HOME` of its own, whose `bin` comes first on its `PATH` and holds this program under their
//! names. So rust-analyzer finds the forwarder where it looks for cargo, and evcxr where it asks rustup for cargo.

mod metadata;
mod replay;

pub(crate) use replay::{forget, write_recorder};

use crate::error::{Error, Result};
use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Names the real cargo, for rust-analyzer and where evcxr's rustc has none beside it.
pub(crate) const CARGO: &str = "LSTM_KERNEL_CARGO";
/// Names the folder in which the forwarder lies: `bin` of the engine's `CARGO_HOME`.
pub(crate) const BIN: &str = "LSTM_KERNEL_BIN";
/// Holds the user's own `CARGO_HOME`, where it is set.
pub(crate) const USER_HOME: &str = "LSTM_KERNEL_CARGO_HOME";
/// Names the script through which cargo calls rustc for cells.
pub(crate) const RECORDER: &str = "LSTM_KERNEL_RECORDER";
/// cargo's own variable for its home.
pub(crate) const HOME: &str = "CARGO_HOME";
/// The programs that the forwarder stands for.
pub(crate) const PROGRAMS: [&str; 2] = ["cargo", "rustup"];
/// Set by evcxr for each cargo of its own, but not by rust-analyzer in it.
const OF_EVCXR: &str = "EVCXR_CORE_EXTERN";

/// Whether this process was called under another program's name.
pub(crate) fn is_called() -> bool {
    std::env::var_os(CARGO).is_some() && PROGRAMS.iter().any(|name| called_as(name))
}

fn called_as(name: &str) -> bool {
    std::env::args_os().next().is_some_and(|called| Path::new(&called).file_name() == Some(name.as_ref()))
}

/// Does what the program does.
pub(crate) fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let done = if called_as("rustup") { rustup(&arguments) } else { cargo(&arguments) };
    done.unwrap_or_else(|error| {
        eprintln!("lstm-kernel: {error}");
        ExitCode::FAILURE
    })
}

fn cargo(arguments: &[OsString]) -> Result<ExitCode> {
    let is_for_evcxr = std::env::var_os(OF_EVCXR).is_some();
    let mut command = Command::new(real_cargo(is_for_evcxr));
    command.args(arguments);
    give_back(&mut command);
    if is_for_evcxr {
        return Err(turn_into(replay::instead_of(&mut command, arguments).unwrap_or(command)));
    }
    let says = |word: &str| arguments.iter().any(|argument| argument == word);
    if says("metadata") && !says("--no-deps") { metadata::answer(command) } else { Err(turn_into(command)) }
}

/// evcxr may use another toolchain than the kernel: the one that its rustc is of.
fn real_cargo(is_for_evcxr: bool) -> PathBuf {
    let rustc = std::env::var_os("RUSTC").filter(|_| is_for_evcxr);
    let beside = rustc.map(|rustc| Path::new(&rustc).with_file_name("cargo")).filter(|cargo| cargo.is_file());
    beside.unwrap_or_else(|| std::env::var_os(CARGO).map_or_else(|| "cargo".into(), PathBuf::from))
}

/// evcxr asks rustup where the cargo of a toolchain is, and is told of the forwarder. Where there is no rustup it looks for
/// cargo itself, and finds the forwarder first.
fn rustup(arguments: &[OsString]) -> Result<ExitCode> {
    let asks_for_cargo = arguments.ends_with(&["which".into(), "cargo".into()]);
    if let Some(bin) = std::env::var_os(BIN).filter(|_| asks_for_cargo) {
        println!("{}", Path::new(&bin).join("cargo").display());
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

/// Where the user's cargo keeps its things, by cargo's own rule.
pub(crate) fn user_home() -> Option<PathBuf> {
    let name = if std::env::var_os(BIN).is_some() { USER_HOME } else { HOME };
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
    let Some(bin) = std::env::var_os(BIN).map(PathBuf::from) else { return };
    let path = std::env::var_os("PATH").unwrap_or_default();
    if let Ok(path) = std::env::join_paths(std::env::split_paths(&path).filter(|folder| *folder != bin)) {
        command.env("PATH", path);
    }
    // A notebook may have set another by `:build_env`.
    if std::env::var_os(HOME).as_deref() == bin.parent().map(Path::as_os_str) {
        match std::env::var_os(USER_HOME) {
            Some(home) => command.env(HOME, home),
            None => command.env_remove(HOME),
        };
    }
    for name in [CARGO, BIN, USER_HOME, RECORDER] {
        command.env_remove(name);
    }
}
