//! Which kernel the notebooks run with: this binary's own, or the one that a `kernel.json` describes.

use crate::error::{Error, Result};
use crate::front::HISTORY_SETTING;
use crate::spare;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The part of Jupyter's `kernel.json` that starting a kernel needs.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Spec {
    argv: Vec<String>,
    /// The language of the notebooks that this kernel runs.
    pub(crate) language: String,
    #[serde(default)]
    interrupt_mode: String,
    #[serde(default)]
    env: BTreeMap<String, String>,
}

impl Spec {
    /// This binary's kernel.
    pub(crate) fn own() -> Result<Self> {
        let program = std::env::current_exe().map_err(Error::file("find", Path::new("lstm-kernel")))?;
        let argv = [&program.to_string_lossy(), "kernel", "--connection-file", "{connection_file}"];
        Ok(Self {
            argv: argv.map(str::to_owned).to_vec(),
            language: "rust".to_owned(),
            interrupt_mode: "message".to_owned(),
            // A batch is done before a spare engine would be ready, is the same each time without one, and nobody typed
            // its cells.
            env: [(spare::SETTING, "0"), (HISTORY_SETTING, "off")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
        })
    }

    /// The kernel of a `kernel.json`.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let usage = |why: String| Error::Usage(format!("--kernelspec {}: {why}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|source| usage(format!("cannot be read: {source}")))?;
        let spec: Self =
            serde_json::from_str(&text).map_err(|error| usage(format!("is not a kernel.json: {error}")))?;
        if spec.argv.is_empty() {
            return Err(usage("has an empty `argv`, expected a program and its arguments".to_owned()));
        }
        Ok(spec)
    }

    /// The command that starts a kernel on a connection file.
    pub(crate) fn command(&self, connection_file: &Path) -> tokio::process::Command {
        let file = connection_file.to_string_lossy();
        let mut words = self.argv.iter().map(|word| word.replace("{connection_file}", &file));
        let mut command = tokio::process::Command::new(words.next().unwrap_or_default());
        command.args(words).envs(&self.env);
        command
    }

    /// Whether an interrupt is a message on the control channel; else it is the signal SIGINT.
    pub(crate) fn interrupts_by_message(&self) -> bool {
        self.interrupt_mode == "message"
    }
}
