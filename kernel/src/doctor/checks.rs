//! The checks, in the order in which a fresh machine needs them.

use super::{Finding, State};
use crate::error::{Error, Result};
use crate::install::{self, Found};
use crate::{data, paths, program, python, spare, warm};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Disk that the builds and the environment take, with room to work, in bytes.
const DISK: u64 = 5_000_000_000;
/// Memory that one kernel takes while it compiles, in bytes.
const MEMORY: u64 = 2_000_000_000;
const INSTALL_RUST: &str = "install Rust from https://rustup.rs";

/// Says what was found, or what is missing and how to mend it.
type Check = fn() -> Result<String>;

/// Runs all checks. Each asks other programs with a time limit and reports, whatever happens.
pub(super) fn all() -> Vec<Finding> {
    let checks: [(&'static str, Check); 13] = [
        ("cargo", cargo),
        ("rustc", rustc),
        ("rust-src", rust_src),
        ("linker", linker),
        ("disk", disk),
        ("memory", memory),
        ("python", python_base),
        ("environment", environment),
        ("kernelspec", kernelspec),
        ("course", course),
        ("warm build", warm_build),
        ("data sets", data_sets),
        ("spare engine", spare_engine),
    ];
    checks.into_iter().map(|(name, check)| Finding { name, state: state(check()) }).collect()
}

fn state(result: Result<String>) -> State {
    match result {
        Ok(what) => State::Well(what),
        Err(Error::Missing { what, remedy }) => State::Wrong { what, remedy },
        Err(other) => State::Wrong { what: other.to_string(), remedy: "see the message".to_owned() },
    }
}

fn missing(what: impl Into<String>, remedy: impl Into<String>) -> Error {
    Error::Missing { what: what.into(), remedy: remedy.into() }
}

/// Asks a tool where the course's `rust-toolchain.toml` holds.
fn ask_in_course(tool: &str, arguments: &[&str]) -> Result<String> {
    let mut command = Command::new(tool);
    command.args(arguments);
    if let Ok(course) = paths::course() {
        command.current_dir(course);
    }
    program::ask(&mut command)
}

fn cargo() -> Result<String> {
    ask_in_course("cargo", &["--version"]).map_err(|error| missing(error.to_string(), INSTALL_RUST))
}

fn rustc() -> Result<String> {
    let version = ask_in_course("rustc", &["--version"]).map_err(|error| missing(error.to_string(), INSTALL_RUST))?;
    let channel = channel()?;
    if version.split(' ').nth(1) == Some(channel.as_str()) {
        return Ok(version);
    }
    Err(missing(
        format!("{version}, expected {channel}"),
        format!("rustup toolchain install {channel} --component rust-src"),
    ))
}

/// The toolchain that the course names.
fn channel() -> Result<String> {
    let path = paths::course()?.join("rust-toolchain.toml");
    let text = std::fs::read_to_string(&path).map_err(Error::file("read", &path))?;
    let value = text.lines().find_map(|line| line.trim().strip_prefix("channel")?.trim().strip_prefix('='));
    value
        .map(|value| value.trim().trim_matches('"').to_owned())
        .ok_or_else(|| missing(format!("{} names no channel", path.display()), "check out the course again"))
}

fn rust_src() -> Result<String> {
    let root =
        ask_in_course("rustc", &["--print", "sysroot"]).map_err(|error| missing(error.to_string(), INSTALL_RUST))?;
    let sources = Path::new(&root).join("lib/rustlib/src/rust/library");
    if sources.join("std/src/lib.rs").is_file() {
        return Ok(sources.display().to_string());
    }
    let toolchain = channel().map(|channel| format!(" --toolchain {channel}")).unwrap_or_default();
    Err(missing(
        format!("no sources of the standard library at {}", sources.display()),
        format!("rustup component add rust-src{toolchain}"),
    ))
}

fn linker() -> Result<String> {
    let answer = program::ask(Command::new("cc").arg("--version")).map_err(|error| {
        missing(
            error.to_string(),
            "sudo apt install build-essential (Debian, Ubuntu) | sudo dnf install gcc (Fedora) | \
             xcode-select --install (macOS)",
        )
    })?;
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}

fn disk() -> Result<String> {
    let cache = paths::cache()?;
    enough(
        paths::free_space(&cache)?,
        DISK,
        &format!("free for {}", cache.display()),
        "free some, or set LSTM_CACHE to a folder on another disk",
    )
}

fn memory() -> Result<String> {
    let total = match std::fs::read_to_string("/proc/meminfo") {
        Ok(text) => total_memory(&text),
        Err(_) => {
            program::ask(Command::new("sysctl").args(["-n", "hw.memsize"])).ok().and_then(|text| text.parse().ok())
        }
    };
    match total {
        Some(total) => enough(
            total,
            MEMORY,
            "of memory",
            "a kernel needs that much: close other programs, or use a larger machine",
        ),
        None => Ok("not told by this system".to_owned()),
    }
}

/// `MemTotal` of `/proc/meminfo`, in bytes.
fn total_memory(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

fn enough(given: u64, wanted: u64, of: &str, remedy: &str) -> Result<String> {
    let gigabytes = |bytes: u64| format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10);
    if given >= wanted {
        return Ok(format!("{} {of}", gigabytes(given)));
    }
    Err(missing(format!("{} {of}, expected {}", gigabytes(given), gigabytes(wanted)), remedy))
}

fn python_base() -> Result<String> {
    python::base_python().map(|base| format!("Python {} with venv", base.version))
}

fn environment() -> Result<String> {
    match python::existing(python::Kind::Lab)? {
        Some(environment) => Ok(environment.prefix.display().to_string()),
        None => Err(missing("not made yet", "lstm-kernel lab (or lstm-kernel python)")),
    }
}

/// One kernelspec that works is enough; one that starts a program which is gone is wrong wherever it is.
fn kernelspec() -> Result<String> {
    let ours = python::existing(python::Kind::Lab).ok().flatten();
    let of_environment = ours.map(|environment| install::folder_in_prefix(&environment.prefix));
    let folders: Vec<PathBuf> = of_environment.into_iter().chain(install::folder_of_user().ok()).collect();
    let mut good = None;
    for folder in folders {
        if let Found::Ours(program) = install::found_in(&folder) {
            if !program.is_file() {
                return Err(missing(
                    format!("{} starts {}, which does not exist", folder.display(), program.display()),
                    "lstm-kernel install (for this user), lstm-kernel lab (for the environment)",
                ));
            }
            good.get_or_insert(folder);
        }
    }
    let good =
        good.ok_or_else(|| missing("not installed", "lstm-kernel install (lstm-kernel lab does it for its own)"))?;
    Ok(good.display().to_string())
}

fn course() -> Result<String> {
    paths::course().map(|course| course.display().to_string())
}

fn warm_build() -> Result<String> {
    match warm::status()? {
        warm::Status::Ready(folder) => Ok(folder.display().to_string()),
        warm::Status::Missing => {
            Err(missing("not made from the sources of now", "lstm-kernel lab, or lstm-kernel run NOTEBOOK"))
        }
    }
}

fn data_sets() -> Result<String> {
    let names = data::not_here()?;
    if names.is_empty() {
        return Ok(paths::data()?.display().to_string());
    }
    Err(missing(
        format!("not fetched yet: {}", names.join(", ")),
        "lstm-kernel data fetch (or let the first cell that needs one fetch it)",
    ))
}

/// None is as well as one: it is told so that nobody wonders whose process and memory that is.
fn spare_engine() -> Result<String> {
    Ok(match (spare::found(), spare::patience()) {
        (Some(spare::Found { keeper, ready: true, .. }), _) => format!("one waits, kept by process {keeper}"),
        (Some(spare::Found { keeper, ready: false, .. }), _) => format!("one is being started by process {keeper}"),
        (None, Some(patience)) => format!("none now; one would wait {} s ({})", patience.as_secs(), spare::SETTING),
        (None, None) => format!("off ({}, or CI is set)", spare::SETTING),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_memory_of_linux() {
        assert_eq!(total_memory("MemFree: 1 kB\nMemTotal:       16 kB\n"), Some(16 * 1024));
        assert_eq!(total_memory("nothing"), None);
    }

    #[test]
    fn amounts_are_compared_and_shown() {
        assert_eq!(enough(6_250_000_000, 5_000_000_000, "free", "").unwrap(), "6.2 GB free");
        let Err(Error::Missing { what, remedy }) = enough(900_000_000, 5_000_000_000, "free", "clean") else {
            panic!("too little passed")
        };
        assert_eq!((what.as_str(), remedy.as_str()), ("0.9 GB free, expected 5.0 GB", "clean"));
    }

    #[test]
    fn every_check_reports() {
        assert_eq!(all().len(), 13);
    }
}
