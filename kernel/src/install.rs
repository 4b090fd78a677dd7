//! `lstm-kernel install` and `uninstall`: the kernelspec, where Jupyter looks for it.

use crate::error::{Error, Result};
use crate::{output, program};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The name of the kernelspec unless another is asked for; the notebooks of the course name it.
pub(crate) const NAME: &str = "lstm";
/// The name that people see.
const DISPLAY_NAME: &str = "LSTM (Rust)";
/// In the metadata of a `kernel.json`: says that this program wrote it.
const OURS: &str = "lstm-kernel";
/// The pictures of the launcher.
const LOGOS: [(&str, &[u8]); 3] = [
    ("logo-32x32.png", include_bytes!("../../images/logo/logo-32x32.png")),
    ("logo-64x64.png", include_bytes!("../../images/logo/logo-64x64.png")),
    ("logo-svg.svg", include_bytes!("../../images/logo/logo-svg.svg")),
];

/// Where a kernelspec goes. With none of these: where --user says.
#[derive(clap::Args, Debug)]
#[group(multiple = false)]
pub(crate) struct Place {
    /// For this user: $JUPYTER_DATA_DIR, else the platform's data folder for Jupyter (this is the default)
    #[arg(long)]
    user: bool,
    /// Under DIR/share/jupyter, for the Python environment at DIR
    #[arg(long, value_name = "DIR")]
    prefix: Option<PathBuf>,
    /// In the active Python environment: $VIRTUAL_ENV, $CONDA_PREFIX, else that of python3
    #[arg(long)]
    sys_prefix: bool,
}

/// Makes the kernel known to Jupyter.
#[derive(clap::Args, Debug)]
pub(crate) struct Install {
    #[command(flatten)]
    place: Place,
    /// The name of the kernelspec
    #[arg(long, default_value = NAME)]
    name: String,
    /// The name that Jupyter shows
    #[arg(long, default_value = DISPLAY_NAME, value_name = "TEXT")]
    display_name: String,
}

/// Takes the kernelspec away again.
#[derive(clap::Args, Debug)]
pub(crate) struct Uninstall {
    #[command(flatten)]
    place: Place,
    /// The name of the kernelspec
    #[arg(long, default_value = NAME)]
    name: String,
}

/// What is found under a kernelspec's name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing.
    Nothing,
    /// A kernelspec that this program wrote; the program that it starts.
    Ours(PathBuf),
    /// Something else.
    Foreign,
}

/// Does what `lstm-kernel install` was asked.
pub(crate) fn install(options: &Install) -> Result<()> {
    let kernels = options.place.kernels()?;
    let folder = install_in(&kernels, &options.name, &options.display_name)?;
    output::say(&format!("installed kernelspec {} in {}\n", options.name, folder.display()))
}

/// Does what `lstm-kernel uninstall` was asked.
pub(crate) fn uninstall(options: &Uninstall) -> Result<()> {
    check_name(&options.name)?;
    let folder = options.place.kernels()?.join(&options.name);
    match found_in(&folder) {
        Found::Nothing => Err(Error::Usage(format!("no kernelspec {} in {}", options.name, folder.display()))),
        Found::Foreign => Err(foreign(&folder)),
        Found::Ours(_) => {
            std::fs::remove_dir_all(&folder).map_err(Error::file("remove", &folder))?;
            output::say(&format!("removed kernelspec {} from {}\n", options.name, folder.display()))
        }
    }
}

/// Installs under `prefix/share/jupyter` with the usual names: for an environment of our own.
pub(crate) fn install_in_prefix(prefix: &Path) -> Result<PathBuf> {
    install_in(&kernels_of(prefix), NAME, DISPLAY_NAME)
}

/// The folder of the usual kernelspec in an environment.
pub(crate) fn folder_in_prefix(prefix: &Path) -> PathBuf {
    kernels_of(prefix).join(NAME)
}

/// The folder of the usual kernelspec for this user.
pub(crate) fn folder_of_user() -> Result<PathBuf> {
    Ok(user_data()?.join("kernels").join(NAME))
}

/// Looks at what a kernelspec's folder holds.
pub(crate) fn found_in(folder: &Path) -> Found {
    let Ok(text) = std::fs::read_to_string(folder.join("kernel.json")) else {
        return if folder.symlink_metadata().is_ok() { Found::Foreign } else { Found::Nothing };
    };
    let spec: Value = serde_json::from_str(&text).unwrap_or_default();
    match spec["argv"][0].as_str() {
        Some(program) if spec["metadata"]["installed_by"] == OURS => Found::Ours(program.into()),
        _ => Found::Foreign,
    }
}

impl Place {
    fn kernels(&self) -> Result<PathBuf> {
        if let Some(prefix) = &self.prefix {
            if !prefix.is_dir() {
                return Err(Error::Usage(format!(
                    "--prefix {}: no such folder, expected that of a Python environment",
                    prefix.display()
                )));
            }
            let absolute = prefix.canonicalize().map_err(Error::file("read", prefix))?;
            return Ok(kernels_of(&absolute));
        }
        if self.sys_prefix {
            return Ok(kernels_of(&active_environment()?));
        }
        Ok(user_data()?.join("kernels"))
    }
}

fn kernels_of(prefix: &Path) -> PathBuf {
    prefix.join("share/jupyter/kernels")
}

/// Jupyter's data folder of this user, by Jupyter's own rules.
fn user_data() -> Result<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = set("JUPYTER_DATA_DIR") {
        return Ok(folder);
    }
    let home = dirs::home_dir().ok_or_else(|| Error::Missing {
        what: "no home folder to install for this user".to_owned(),
        remedy: "set HOME or JUPYTER_DATA_DIR, or use --prefix".to_owned(),
    })?;
    if cfg!(target_os = "macos") {
        return Ok(home.join("Library/Jupyter"));
    }
    Ok(set("XDG_DATA_HOME").unwrap_or_else(|| home.join(".local/share")).join("jupyter"))
}

fn active_environment() -> Result<PathBuf> {
    for name in ["VIRTUAL_ENV", "CONDA_PREFIX"] {
        if let Some(prefix) = std::env::var_os(name).map(PathBuf::from).filter(|prefix| prefix.is_dir()) {
            return Ok(prefix);
        }
    }
    let answer = program::ask(Command::new("python3").args(["-c", "import sys; print(sys.prefix)"]));
    answer.map(PathBuf::from).map_err(|error| Error::Missing {
        what: format!("no active Python environment for --sys-prefix ({error})"),
        remedy: "activate one, or name it with --prefix".to_owned(),
    })
}

fn check_name(name: &str) -> Result<()> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if !name.is_empty() && !name.starts_with('.') && name.bytes().all(allowed) {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "--name `{name}`: expected ASCII letters, digits, `.`, `_`, `-`, and no `.` in front, as in `{NAME}`"
    )))
}

fn foreign(folder: &Path) -> Error {
    Error::Usage(format!(
        "{} was not written by lstm-kernel; remove it yourself, or use another --name",
        folder.display()
    ))
}

/// Makes the folder under a passing name, then puts it in the place of what was there.
fn install_in(kernels: &Path, name: &str, display_name: &str) -> Result<PathBuf> {
    check_name(name)?;
    let folder = kernels.join(name);
    if found_in(&folder) == Found::Foreign {
        return Err(foreign(&folder));
    }
    let program = std::env::current_exe().map_err(Error::file("find", Path::new("lstm-kernel")))?;
    let spec = json!({
        "argv": [program, "kernel", "--connection-file", "{connection_file}"],
        "display_name": display_name,
        "language": "rust",
        "interrupt_mode": "message",
        "metadata": {"installed_by": OURS, "version": env!("CARGO_PKG_VERSION")}
    });
    std::fs::create_dir_all(kernels).map_err(Error::file("create", kernels))?;
    let fresh = tempfile::Builder::new()
        .prefix(".lstm-kernel-")
        .tempdir_in(kernels)
        .map_err(Error::file("create a folder in", kernels))?;
    let new = fresh.path().join("new");
    std::fs::create_dir(&new).map_err(Error::file("create", &new))?;
    output::write(&new.join("kernel.json"), format!("{spec:#}\n").as_bytes())?;
    for (file, bytes) in LOGOS {
        output::write(&new.join(file), bytes)?;
    }
    if folder.exists() {
        std::fs::rename(&folder, fresh.path().join("old")).map_err(Error::file("replace", &folder))?;
    }
    std::fs::rename(&new, &folder).map_err(Error::file("write", &folder))?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installs_replaces_and_tells_ours_from_foreign() {
        let prefix = tempfile::tempdir().unwrap();
        let folder = install_in_prefix(prefix.path()).unwrap();
        assert_eq!(folder, folder_in_prefix(prefix.path()));
        assert_eq!(found_in(&folder), Found::Ours(std::env::current_exe().unwrap()));
        std::fs::write(folder.join("stale"), "x").unwrap();
        install_in_prefix(prefix.path()).unwrap();
        let mut files: Vec<_> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        assert_eq!(files, ["kernel.json", "logo-32x32.png", "logo-64x64.png", "logo-svg.svg"]);
        assert_eq!(std::fs::read_dir(folder.parent().unwrap()).unwrap().count(), 1, "nothing is left beside it");

        std::fs::write(folder.join("kernel.json"), r#"{"argv": ["python"]}"#).unwrap();
        assert_eq!(found_in(&folder), Found::Foreign);
        let error = install_in_prefix(prefix.path()).unwrap_err().to_string();
        assert!(error.contains("was not written by lstm-kernel"), "{error}");
        assert_eq!(found_in(&prefix.path().join("none")), Found::Nothing);
    }

    #[test]
    fn names_are_those_that_jupyter_takes() {
        for good in ["lstm", "lstm-2", "a.b_c"] {
            check_name(good).unwrap();
        }
        for bad in ["", "..", ".x", "a/b", "a b", "ü"] {
            assert!(check_name(bad).unwrap_err().to_string().contains("--name"), "{bad}");
        }
    }
}
