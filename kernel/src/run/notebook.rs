//! A notebook file: read, checked, changed cell by cell, written back without losing what it held.

use crate::error::{Error, Result};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The cell tag that says: an error here is expected, go on.
const RAISES: &str = "raises-exception";
/// The cell tag that says: leave this cell alone.
const SKIP: &str = "skip-execution";

/// A notebook of format 4 as its JSON, so that everything a client stored in it survives.
#[derive(Debug)]
pub(crate) struct Notebook {
    /// The path as it was typed: the notebook's name in every message.
    pub(crate) label: String,
    /// The file itself, absolute, links followed.
    pub(crate) path: PathBuf,
    root: Value,
}

impl Notebook {
    /// Reads and checks a notebook that is to run with a kernel of `language`.
    ///
    /// # Errors
    /// A usage error that names the file: missing, a folder, not UTF-8, broken JSON, not a notebook, a format other
    /// than 4, or a notebook of another language.
    pub(crate) fn read(path: &Path, language: &str) -> Result<Self> {
        let label = path.display().to_string();
        let usage = |why: String| Error::Usage(format!("notebook {label}: {why}"));
        if path.is_dir() {
            return Err(usage("is a folder; name the .ipynb files in it".to_owned()));
        }
        let bytes = std::fs::read(path).map_err(|source| usage(format!("cannot be read: {source}")))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            usage(format!("is not UTF-8 (byte {}); save it as UTF-8", error.utf8_error().valid_up_to()))
        })?;
        let root = serde_json::from_str(&text).map_err(|error| usage(format!("is not JSON: {error}")))?;
        let absolute = path.canonicalize().map_err(|source| usage(format!("cannot be read: {source}")))?;
        let mut notebook = Self { label: label.clone(), path: absolute, root };
        notebook.check().map_err(usage)?;
        notebook.check_language(language).map_err(usage)?;
        Ok(notebook)
    }

    fn check(&mut self) -> Result<(), String> {
        let format = self.root.get("nbformat").and_then(Value::as_i64);
        match format {
            Some(4) => {}
            Some(old @ 1..=3) => {
                return Err(format!("has format {old}, expected 4; convert it with `jupyter nbconvert --to notebook`"));
            }
            Some(other) => return Err(format!("has format {other}, expected 4")),
            None => return Err("is JSON but not a notebook: it has no `nbformat`".to_owned()),
        }
        self.clear();
        nbformat::parse_notebook(&self.root.to_string())
            .map_err(|error| format!("is not a valid notebook: {error}"))?;
        self.fill_ids();
        Ok(())
    }

    /// Takes away the outputs and counts of every code cell that may run, so that a page never shows a result which
    /// this run did not produce.
    fn clear(&mut self) {
        for index in 0..self.cells().len() {
            let may_run = self.is_code(index) && !self.skipped(index);
            if let Some(cell) = self.cell_mut(index).filter(|_| may_run) {
                cell["outputs"] = json!([]);
                cell["execution_count"] = Value::Null;
            }
        }
    }

    /// Format 4.5 wants an id in each cell; those without get one by position.
    fn fill_ids(&mut self) {
        if self.root.get("nbformat_minor").and_then(Value::as_i64) < Some(5) {
            return;
        }
        for index in 0..self.cells().len() {
            if self.id(index).is_empty() {
                let mut id = format!("cell-{}", index + 1);
                while self.cells().iter().any(|cell| cell["id"] == id) {
                    id.push('x');
                }
                if let Some(cell) = self.cell_mut(index) {
                    cell["id"] = Value::String(id);
                }
            }
        }
    }

    fn check_language(&self, language: &str) -> Result<(), String> {
        let metadata = &self.root["metadata"];
        let text = |value: &Value| value.as_str().map(str::to_lowercase);
        let written = text(&metadata["kernelspec"]["language"]).or_else(|| text(&metadata["language_info"]["name"]));
        let name = text(&metadata["kernelspec"]["name"]);
        let fits = match (&written, &name) {
            (Some(written), _) => *written == language.to_lowercase(),
            (None, Some(name)) => *name == language.to_lowercase() || name == "lstm",
            (None, None) => true,
        };
        if fits {
            return Ok(());
        }
        let given = written.or(name).unwrap_or_default();
        Err(format!("is written for a kernel of language `{given}`, expected `{language}`; run it with that kernel"))
    }

    /// All cells, in order.
    pub(crate) fn cells(&self) -> &[Value] {
        self.root.get("cells").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// All cells, to be changed.
    pub(crate) fn cells_mut(&mut self) -> &mut [Value] {
        self.root.get_mut("cells").and_then(Value::as_array_mut).map_or(&mut [], Vec::as_mut_slice)
    }

    fn cell_mut(&mut self, index: usize) -> Option<&mut Value> {
        self.cells_mut().get_mut(index).filter(|cell| cell.is_object())
    }

    /// The positions of the code cells.
    pub(crate) fn code_cells(&self) -> Vec<usize> {
        (0..self.cells().len()).filter(|&index| self.is_code(index)).collect()
    }

    fn is_code(&self, index: usize) -> bool {
        self.cells().get(index).is_some_and(|cell| cell["cell_type"] == "code")
    }

    /// The text of a cell.
    pub(crate) fn source(&self, index: usize) -> String {
        match self.cells().get(index).map(|cell| &cell["source"]) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(lines)) => lines.iter().filter_map(Value::as_str).collect(),
            _ => String::new(),
        }
    }

    /// The id of a cell, empty where it has none.
    pub(crate) fn id(&self, index: usize) -> &str {
        self.cells().get(index).and_then(|cell| cell["id"].as_str()).unwrap_or_default()
    }

    /// The execution count that a cell has now.
    pub(crate) fn count(&self, index: usize) -> Option<i64> {
        self.cells().get(index).and_then(|cell| cell["execution_count"].as_i64())
    }

    /// Sets the execution count of a cell.
    pub(crate) fn set_count(&mut self, index: usize, count: &Value) {
        if let Some(cell) = self.cell_mut(index) {
            cell["execution_count"] = count.clone();
        }
    }

    /// Whether an error in this cell is expected.
    pub(crate) fn may_raise(&self, index: usize) -> bool {
        self.tagged(index, RAISES)
    }

    /// Whether this cell is to be left alone.
    pub(crate) fn skipped(&self, index: usize) -> bool {
        self.tagged(index, SKIP)
    }

    fn tagged(&self, index: usize, tag: &str) -> bool {
        let tags = self.cells().get(index).and_then(|cell| cell["metadata"]["tags"].as_array());
        tags.is_some_and(|tags| tags.iter().any(|value| value == tag))
    }

    /// Records what the kernel said about its language.
    pub(crate) fn set_language_info(&mut self, info: &Value) {
        if info.is_object() && self.root["metadata"].is_object() {
            self.root["metadata"]["language_info"] = info.clone();
        }
    }

    /// The file's bytes as Jupyter writes them: sorted keys, one space a level, long texts as lists of lines.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut root = self.root.clone();
        for cell in root.get_mut("cells").and_then(Value::as_array_mut).into_iter().flatten() {
            split(cell.get_mut("source"));
            for output in cell.get_mut("outputs").and_then(Value::as_array_mut).into_iter().flatten() {
                split(output.get_mut("text"));
                for (mime, value) in output.get_mut("data").and_then(Value::as_object_mut).into_iter().flatten() {
                    if mime.starts_with("text/") || mime == "image/svg+xml" || mime == "application/javascript" {
                        split(Some(value));
                    }
                }
            }
        }
        root.sort_all_objects();
        let mut bytes = Vec::new();
        let formatter = serde_json::ser::PrettyFormatter::with_indent(b" ");
        let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
        serde::Serialize::serialize(&root, &mut serializer)
            .map_err(|error| Error::file("write", &self.path)(std::io::Error::other(error)))?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// Turns a text into the list of its lines, each with its line end.
fn split(value: Option<&mut Value>) {
    if let Some(value) = value
        && let Value::String(text) = value
    {
        *value = text.split_inclusive('\n').map(Value::from).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A notebook file with these cells; the folder must outlive the path.
    fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ipynb");
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    fn read(text: &str) -> Result<Notebook> {
        let (_folder, path) = file(text);
        Notebook::read(&path, "rust")
    }

    fn message(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    #[test]
    fn says_what_is_wrong_with_a_file() {
        assert!(message("{").contains("is not JSON"));
        assert!(message("[1]").contains("not a notebook"));
        assert!(message("{\"nbformat\": 3, \"worksheets\": []}").contains("has format 3, expected 4"));
        assert!(message("{\"nbformat\": 5}").contains("has format 5, expected 4"));
        assert!(message("{\"nbformat\": 4, \"nbformat_minor\": 5}").contains("not a valid notebook"));
    }

    #[test]
    fn refuses_another_language_and_accepts_none() {
        let with = |metadata: &str| {
            format!("{{\"nbformat\": 4, \"nbformat_minor\": 5, \"metadata\": {metadata}, \"cells\": []}}")
        };
        assert!(
            message(&with(r#"{"kernelspec": {"name": "python3", "display_name": "P", "language": "python"}}"#))
                .contains("`python`, expected `rust`")
        );
        assert!(message(&with(r#"{"kernelspec": {"name": "python3", "display_name": "P"}}"#)).contains("`python3`"));
        assert!(read(&with(r#"{"kernelspec": {"name": "lstm", "display_name": "L"}}"#)).is_ok());
        assert!(read(&with(r#"{"language_info": {"name": "Rust"}}"#)).is_ok());
        assert!(read(&with("{}")).is_ok());
    }

    #[test]
    fn keeps_what_it_does_not_know_and_writes_as_jupyter_does() {
        let notebook = read(
            r#"{"nbformat_minor": 5, "nbformat": 4, "metadata": {"ours": {"b": 1.5, "a": null}}, "cells": [
                {"cell_type": "markdown", "id": "m", "metadata": {}, "source": "a\nb", "attachments": {"p": {"image/png": "x"}}},
                {"cell_type": "code", "id": "c", "metadata": {"k": [1]}, "execution_count": 9, "source": ["x\n", "y"],
                 "outputs": [{"output_type": "stream", "name": "stdout", "text": "old"}]},
                {"cell_type": "code", "metadata": {"tags": ["skip-execution"]}, "execution_count": 2, "source": "",
                 "outputs": [{"output_type": "stream", "name": "stdout", "text": "kept"}]}]}"#,
        )
        .unwrap();
        assert_eq!(notebook.source(1), "x\ny");
        assert_eq!(notebook.code_cells(), [1, 2]);
        let text = String::from_utf8(notebook.to_bytes().unwrap()).unwrap();
        assert!(text.starts_with("{\n \"cells\": [\n  {\n   \"attachments\": {"), "{text}");
        assert!(text.ends_with("}\n"), "{text}");
        let written: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(written["metadata"]["ours"], json!({"b": 1.5, "a": null}));
        assert_eq!(written["cells"][0]["source"], json!(["a\n", "b"]));
        assert_eq!(written["cells"][1]["outputs"], json!([]));
        assert_eq!(written["cells"][1]["execution_count"], Value::Null);
        assert_eq!(written["cells"][2]["outputs"][0]["text"], json!(["kept"]));
        assert_eq!(written["cells"][2]["id"], "cell-3");
    }
}
