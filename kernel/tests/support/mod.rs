//! What the tests of the commands share: folders, notebooks, and the binary.

#![allow(dead_code, clippy::unwrap_used, reason = "helpers of tests: each test binary uses its own part of them")]

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The binary under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_lstm-kernel");

/// A folder of its own for one test.
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// The binary with its cache and Jupyter's user folder inside `folder`.
pub(crate) fn lstm_kernel(folder: &Path) -> Command {
    let mut command = Command::new(BINARY);
    command.current_dir(folder).env("LSTM_CACHE", folder.join("cache")).env("JUPYTER_DATA_DIR", folder.join("jupyter"));
    command
}

/// A code cell; `tags` may be empty.
pub(crate) fn code(source: &str, tags: &[&str]) -> Value {
    json!({"cell_type": "code", "metadata": {"tags": tags}, "execution_count": null, "source": source, "outputs": []})
}

/// Writes a notebook of format 4.5 with ids `c1`, `c2` ... and returns its path.
pub(crate) fn notebook(folder: &Path, name: &str, cells: &[Value]) -> PathBuf {
    let cells: Vec<Value> = cells
        .iter()
        .zip(1..)
        .map(|(cell, number)| {
            let mut cell = cell.clone();
            cell["id"] = json!(format!("c{number}"));
            cell
        })
        .collect();
    let metadata = json!({"kernelspec": {"name": "lstm", "display_name": "LSTM", "language": "rust"}});
    let notebook = json!({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells});
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, notebook.to_string()).unwrap();
    path
}

/// What a command said, with its exit code in front: for assertions.
pub(crate) fn told(output: &Output) -> String {
    format!(
        "exit {}\n{}{}",
        output.status.code().map_or_else(|| output.status.to_string(), |code| code.to_string()),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Runs a command; it must exit with `code` and say all of `words`. Returns what it said.
#[track_caller]
pub(crate) fn expect(command: &mut Command, code: i32, words: &[&str]) -> String {
    let output = command.output().unwrap();
    let told = told(&output);
    assert_eq!(output.status.code(), Some(code), "{told}");
    for word in words {
        assert!(told.contains(word), "`{word}` is not in:\n{told}");
    }
    assert!(!told.contains("panicked"), "{told}");
    told
}
