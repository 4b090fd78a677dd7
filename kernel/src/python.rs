//! The Python environment of the course: pinned packages in the cache, made once, whoever asks first.

use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::{install, lock, output, paths, program};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The packages of `lab`, and those that the kernel's tests add.
const REQUIREMENTS: &str = include_str!("../requirements.txt");
const REQUIREMENTS_TEST: &str = include_str!("../requirements-test.txt");
/// The packages of `book`, which needs no JupyterLab.
const REQUIREMENTS_BOOK: &str = include_str!("../requirements-book.txt");
/// JupyterLab's settings where the user has set nothing.
const OVERRIDES: &str = include_str!("../lab/overrides.json");
/// The oldest Python that the pinned packages run on, as (3, minor).
const OLDEST_MINOR: u32 = 10;
/// How Python is installed.
const INSTALL_PYTHON: &str = "sudo apt install python3 python3-venv (Debian, Ubuntu) | sudo dnf install python3 (Fedora) | \
                              brew install python (macOS)";

/// An environment that is complete.
#[derive(Debug)]
pub(crate) struct PythonEnv {
    /// Its folder, Python's `sys.prefix`.
    pub(crate) prefix: PathBuf,
}

impl PythonEnv {
    /// Its interpreter.
    pub(crate) fn python(&self) -> PathBuf {
        self.prefix.join("bin/python")
    }
}

/// Which environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// JupyterLab and what runs notebooks.
    Lab,
    /// The same and what the kernel's tests need.
    Test,
    /// Sphinx, for the book alone.
    Book,
}

/// Makes the environment and prints its interpreter, for scripts: `$(lstm-kernel python) -m nbclient ...`.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// With the packages that the kernel's tests need
    #[arg(long)]
    test: bool,
}

/// Does what `lstm-kernel python` was asked.
pub(crate) fn print(options: &Options) -> Result<()> {
    let environment = environment(if options.test { Kind::Test } else { Kind::Lab })?;
    install::install_in_prefix(&environment.prefix)?;
    output::say(&format!("{}\n", environment.python().display()))
}

/// The environment, made first where it is not there yet. Two that ask at once get the same one; what an interrupted
/// attempt left is made anew.
///
/// # Errors
/// [`Error::Missing`] without a fit Python, [`Error::Program`] where pip fails, file errors of the cache.
pub(crate) fn environment(kind: Kind) -> Result<PythonEnv> {
    let base = base_python()?;
    let recipe = recipe(kind, &base.version);
    let folder = paths::ready_cache()?.join("python");
    paths::create_private(&folder)?;
    let prefix = folder.join(name(&recipe));
    if is_complete(&prefix, &recipe) {
        return Ok(PythonEnv { prefix });
    }
    let waiting = "waiting for another lstm-kernel that makes the Python environment";
    let _lock = lock::exclusive(&prefix.with_extension("lock"), waiting)?;
    if !is_complete(&prefix, &recipe) {
        make(&prefix, kind, &base.program)?;
        output::write(&marker(&prefix), recipe.as_bytes())?;
    }
    Ok(PythonEnv { prefix })
}

/// Whether the environment of this kind is there, without making anything.
pub(crate) fn existing(kind: Kind) -> Result<Option<PythonEnv>> {
    let recipe = recipe(kind, &base_python()?.version);
    let prefix = paths::cache()?.join("python").join(name(&recipe));
    Ok(is_complete(&prefix, &recipe).then_some(PythonEnv { prefix }))
}

/// A Python that can make environments.
#[derive(Debug)]
pub(crate) struct BasePython {
    program: String,
    /// Its full version, such as `3.12.1`.
    pub(crate) version: String,
}

/// The first Python on the search path that is new enough.
pub(crate) fn base_python() -> Result<BasePython> {
    const ASK: &str = "import sys; print('%d.%d.%d' % sys.version_info[:3], sys.implementation.name, sys.platform)";
    let mut old = None;
    for program in ["python3", "python3.13", "python3.12", "python3.11", "python3.10"] {
        let Ok(answer) = program::ask(Command::new(program).args(["-c", ASK])) else { continue };
        let mut numbers = answer.split('.').map(str::parse::<u32>);
        if let (Some(Ok(3)), Some(Ok(minor))) = (numbers.next(), numbers.next())
            && minor >= OLDEST_MINOR
        {
            return with_venv(BasePython { program: program.to_owned(), version: answer });
        }
        old.get_or_insert(answer);
    }
    let what = match old {
        None => format!("no python3 on the search path, expected 3.{OLDEST_MINOR} or later"),
        Some(version) => format!("python3 is {version}, expected 3.{OLDEST_MINOR} or later"),
    };
    Err(Error::Missing { what, remedy: INSTALL_PYTHON.to_owned() })
}

fn with_venv(base: BasePython) -> Result<BasePython> {
    match program::ask(Command::new(&base.program).args(["-c", "import ensurepip, venv"])) {
        Ok(_) => Ok(base),
        Err(_) => Err(Error::Missing {
            what: format!("{} lacks its modules venv and ensurepip", base.program),
            remedy: INSTALL_PYTHON.to_owned(),
        }),
    }
}

fn requirements(kind: Kind) -> String {
    match kind {
        Kind::Lab => REQUIREMENTS.to_owned(),
        Kind::Test => format!("{REQUIREMENTS}{REQUIREMENTS_TEST}"),
        Kind::Book => REQUIREMENTS_BOOK.to_owned(),
    }
}

/// Everything that decides what the environment holds; it stands in the marker of a complete one.
fn recipe(kind: Kind, version: &str) -> String {
    format!("python {version}\n{}{OVERRIDES}", requirements(kind))
}

fn name(recipe: &str) -> String {
    let mut hasher = DefaultHasher::new();
    recipe.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn marker(prefix: &Path) -> PathBuf {
    prefix.join("complete")
}

fn is_complete(prefix: &Path, recipe: &str) -> bool {
    std::fs::read_to_string(marker(prefix)).is_ok_and(|text| text == recipe) && prefix.join("bin/python").exists()
}

/// Environments cannot be moved, so it is made where it stays; only the marker makes it count.
fn make(prefix: &Path, kind: Kind, base: &str) -> Result<()> {
    if prefix.exists() {
        std::fs::remove_dir_all(prefix).map_err(Error::file("remove", prefix))?;
    }
    let requirements = requirements(kind);
    let packages = requirements.lines().filter(|line| !line.starts_with('#')).count();
    let mut progress = Progress::start("Python environment", u64::try_from(packages).ok());
    program::watch(Command::new(base).args(["-m", "venv", "--prompt", "lstm"]).arg(prefix), |_| {})?;
    let list = prefix.join("requirements.txt");
    output::write(&list, requirements.as_bytes())?;
    let mut pip = Command::new(prefix.join("bin/python"));
    pip.args(["-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--requirement"]).arg(&list);
    program::watch(&mut pip, |line| {
        if line.starts_with("Collecting ") {
            progress.step(line.split(" (from").next().unwrap_or(line));
        } else if line.starts_with("Installing ") {
            progress.step("installing");
        }
    })
    .map_err(offline)?;
    let settings = prefix.join("share/jupyter/lab/settings");
    std::fs::create_dir_all(&settings).map_err(Error::file("create", &settings))?;
    output::write(&settings.join("overrides.json"), OVERRIDES.as_bytes())?;
    progress.done("ready");
    Ok(())
}

/// pip's own words, and what helps most often.
fn offline(error: Error) -> Error {
    match error {
        Error::Program { program, why } => Error::Program {
            program,
            why: format!(
                "{why}\n  the packages are downloaded once: check the network, or name a mirror in PIP_INDEX_URL"
            ),
        },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_is_pinned() {
        let lists = [REQUIREMENTS, REQUIREMENTS_TEST, REQUIREMENTS_BOOK];
        for line in lists.iter().flat_map(|list| list.lines()).filter(|line| !line.starts_with('#')) {
            let (name, version) = line.split_once("==").unwrap_or_else(|| panic!("`{line}` is not pinned"));
            assert!(!name.is_empty() && version.starts_with(|first: char| first.is_ascii_digit()), "{line}");
        }
    }

    #[test]
    fn another_recipe_is_another_environment() {
        assert_ne!(name(&recipe(Kind::Lab, "3.11.7")), name(&recipe(Kind::Lab, "3.12.1")));
        assert_ne!(name(&recipe(Kind::Lab, "3.11.7")), name(&recipe(Kind::Test, "3.11.7")));
    }

    #[test]
    fn only_a_whole_environment_counts() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_complete(folder.path(), "r"));
        std::fs::write(marker(folder.path()), "r").unwrap();
        assert!(!is_complete(folder.path(), "r"), "no interpreter");
        std::fs::create_dir(folder.path().join("bin")).unwrap();
        std::fs::write(folder.path().join("bin/python"), "").unwrap();
        assert!(is_complete(folder.path(), "r"));
        assert!(!is_complete(folder.path(), "other"));
    }
}
