//! What the tests share: the binary, the Python environment, notebooks made on the spot.

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// The repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The binary under test.
pub(crate) fn lstm_kernel() -> Command {
    Command::new(env!("CARGO_BIN_EXE_lstm-kernel"))
}

/// Kernels are heavy: tests that start one run one after the other.
pub(crate) fn one_at_a_time() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The interpreter of the environment that `lab` makes, with the packages for tests and the kernelspec in it.
pub(crate) fn python() -> Command {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    let path = PYTHON.get_or_init(|| {
        let output = lstm_kernel().args(["python", "--test"]).output().unwrap();
        assert!(output.status.success(), "{}", text(&output));
        PathBuf::from(String::from_utf8(output.stdout).unwrap().trim())
    });
    let mut command = Command::new(path);
    // Neither the user's own spare engine nor the user's history takes part, unless a test is about them.
    command.current_dir(root().join("tests")).env("LSTM_SPARE", "0").env("LSTM_HISTORY", "off");
    command
}

/// Everything that a process printed, for the message of a failed test.
pub(crate) fn text(output: &Output) -> String {
    format!(
        "{}\n--- stdout\n{}\n--- stderr\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A code cell with an id and tags.
pub(crate) fn cell(id: &str, code: &str, tags: &[&str]) -> Value {
    json!({
        "cell_type": "code", "id": id, "metadata": {"tags": tags},
        "execution_count": null, "outputs": [], "source": code,
    })
}

/// Writes a notebook for the course's kernel and returns its path.
pub(crate) fn notebook(folder: &Path, name: &str, cells: Vec<Value>) -> PathBuf {
    let notebook = json!({
        "nbformat": 4, "nbformat_minor": 5, "cells": cells,
        "metadata": {
            "kernelspec": {"name": "lstm", "display_name": "LSTM (Rust)", "language": "rust"},
            "language_info": {"name": "rust"},
        },
    });
    let path = folder.join(name);
    std::fs::write(&path, serde_json::to_string_pretty(&notebook).unwrap()).unwrap();
    path
}

/// Runs a notebook with `run`, going on after failures; what the command printed and the executed notebook's cells.
pub(crate) fn run(path: &Path) -> (Output, Vec<Value>) {
    let out = tempfile::tempdir().unwrap();
    let output = lstm_kernel().args(["run", "--keep-going", "--out"]).arg(out.path()).arg(path).output().unwrap();
    let executed = std::fs::read_to_string(out.path().join(path.file_name().unwrap())).unwrap_or_default();
    let executed: Value = serde_json::from_str(&executed).unwrap_or_else(|error| panic!("{error}: {}", text(&output)));
    (output, executed["cells"].as_array().cloned().unwrap_or_default())
}

/// The error among a cell's outputs.
pub(crate) fn error_of(cell: &Value) -> Option<&Value> {
    cell["outputs"].as_array()?.iter().find(|output| output["output_type"] == "error")
}

/// The text of a cell's stream outputs of this name.
pub(crate) fn stream(cell: &Value, name: &str) -> String {
    let outputs = cell["outputs"].as_array().unwrap().iter();
    outputs
        .filter(|output| output["output_type"] == "stream" && output["name"] == name)
        .map(|output| joined(&output["text"]))
        .collect()
}

/// The `text/plain` of a cell's execute_result.
pub(crate) fn result(cell: &Value) -> String {
    let outputs = cell["outputs"].as_array().unwrap();
    let result = outputs.iter().find(|output| output["output_type"] == "execute_result");
    result.map(|result| joined(&result["data"]["text/plain"])).unwrap_or_default()
}

/// Text in a notebook is a string or a list of lines.
pub(crate) fn joined(value: &Value) -> String {
    match value {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().unwrap_or_default().to_owned(),
    }
}
