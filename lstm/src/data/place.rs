//! Where data sets lie on this machine, and fetching one that is missing.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::{Error, Result};

/// Names the folder of the data sets.
const FOLDER: &str = "LSTM_DATA";
/// Names the folder that `lstm-kernel` keeps everything in; the data sets are in its folder `data`.
const CACHE: &str = "LSTM_CACHE";
/// The path of `lstm-kernel`, which it tells the code of notebooks.
const PROGRAM: &str = "LSTM_KERNEL_PROGRAM";
/// What makes that program play another part than that of a command: it is set where cells run.
const PARTS: [&str; 5] =
    ["EVCXR_IS_RUNTIME", "EVCXR_RUSTC_WRAPPER", "LSTM_KERNEL_ENGINE", "LSTM_KERNEL_RELAY", "LSTM_KERNEL_RELAYED"];
/// How the program's own errors begin.
const ERROR: &str = "lstm-kernel: ";

/// The folder with one folder for each data set: `$LSTM_DATA`, else `$LSTM_CACHE/data`, else `lstm-kernel/data` in the
/// user's cache folder (`~/.cache` on Linux, `~/Library/Caches` on macOS). It need not exist.
///
/// Fails where none of these is known.
///
/// ```
/// println!("{}", lstm::data::folder()?.display());
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn folder() -> Result<PathBuf> {
    let named = |name| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    named(FOLDER)
        .or_else(|| named(CACHE).map(|cache| cache.join("data")))
        .or_else(|| dirs::cache_dir().map(|cache| cache.join("lstm-kernel").join("data")))
        .ok_or_else(|| Error::Argument {
            argument: FOLDER,
            expected: "set to a folder, since the user's cache folder is not known here".to_owned(),
            got: "nothing".to_owned(),
        })
}

/// The path of `file` of the data set `name`, fetched first where it is missing and the kernel is at hand.
pub(super) fn file(name: &'static str, file: &str) -> Result<PathBuf> {
    Ok(set(name, |set| set.join(file).is_file())?.join(file))
}

/// The folder of the data set `name`, for which `complete` holds; fetched first where it does not.
pub(super) fn set(name: &'static str, complete: impl Fn(&std::path::Path) -> bool) -> Result<PathBuf> {
    let folder = folder()?.join(name);
    if complete(&folder) {
        return Ok(folder);
    }
    let Some(program) = std::env::var_os(PROGRAM).filter(|program| !program.is_empty()) else {
        let why = format!(
            "it is not in {}; fetch it with `lstm-kernel data fetch {name}` (in the course's own folder: \
             `cargo run --release -- data fetch {name}`)",
            folder.display()
        );
        return Err(Error::Data { name, why });
    };
    fetch(name, &program).map_err(|why| Error::Data { name, why })?;
    if complete(&folder) {
        return Ok(folder);
    }
    let why = format!("fetching it left it incomplete in {}; see `lstm-kernel data verify {name}`", folder.display());
    Err(Error::Data { name, why })
}

/// Has the kernel's program fetch a data set, and prints what it says meanwhile.
fn fetch(name: &str, program: &std::ffi::OsStr) -> Result<(), String> {
    let failed = |why: String| format!("`{} data fetch {name}` failed: {why}", program.display());
    let mut command = Command::new(program);
    for part in PARTS {
        command.env_remove(part);
    }
    command.args(["data", "fetch", name]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| failed(error.to_string()))?;
    let mut error = String::new();
    if let Some(stderr) = child.stderr.take() {
        for line in BufReader::new(stderr).split(b'\n').map_while(std::io::Result::ok) {
            let line = String::from_utf8_lossy(&line);
            if line.starts_with(ERROR) || !error.is_empty() {
                error.push_str(line.trim_start_matches(ERROR));
                error.push('\n');
            } else {
                // Progress is for reading; where nobody can, the data are still wanted.
                let mut out = std::io::stdout().lock();
                let _ = writeln!(out, "{line}").and_then(|()| out.flush());
            }
        }
    }
    let status = child.wait().map_err(|error| failed(error.to_string()))?;
    if status.success() {
        return Ok(());
    }
    Err(failed(if error.is_empty() { status.to_string() } else { error.trim_end().to_owned() }))
}
