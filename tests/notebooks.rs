//! The lecture notebooks, executed as a grader executes them, and the rules that they are kept by.

use crate::support::{self, error_of, joined, text};
use serde_json::Value;
use std::path::PathBuf;

fn notebooks() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(support::root().join("notebooks")).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "ipynb"));
    paths.sort();
    assert!(paths.len() >= 4, "{paths:?}");
    paths
}

/// The lectures, the exercise sheets and their solutions.
fn kept() -> Vec<PathBuf> {
    let mut paths = notebooks();
    for folder in ["notebooks/exercises", "notebooks/exercises/source"] {
        let entries = std::fs::read_dir(support::root().join(folder)).unwrap();
        let sheets = entries.map(|entry| entry.unwrap().path());
        paths.extend(sheets.filter(|path| path.extension().is_some_and(|extension| extension == "ipynb")));
    }
    paths
}

fn read(path: &PathBuf) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn run_executes_all_of_them() {
    let _turn = support::one_at_a_time();
    let out = tempfile::tempdir().unwrap();
    let output = support::lstm_kernel()
        .args(["run", "--jobs", "2", "--out"])
        .arg(out.path())
        .args(notebooks())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output));
    for path in notebooks() {
        let executed = read(&out.path().join(path.file_name().unwrap()));
        for cell in executed["cells"].as_array().unwrap().iter().filter(|cell| cell["cell_type"] == "code") {
            assert!(cell["execution_count"].is_number(), "{}: {cell:#}", path.display());
            assert!(support::stream(cell, "stderr").is_empty(), "{}: {cell:#}", path.display());
            for output in cell["outputs"].as_array().unwrap() {
                // Without its HTML a figure is a name and no picture: evcxr could not show it.
                let plain = joined(&output["data"]["text/plain"]);
                let lost = plain.starts_with("Figure:") && output["data"]["text/html"].is_null();
                assert!(!lost, "{}: cell {} shows no picture: {plain}", path.display(), cell["id"]);
            }
        }
    }
}

/// Two of them, for their time: what nbclient sees of a cell does not depend on what the lecture is about.
#[test]
fn nbclient_executes_them() {
    let _turn = support::one_at_a_time();
    let two = ["00_tour.ipynb", "04_lstm_gates.ipynb"].map(|name| support::root().join("notebooks").join(name));
    let output = support::python().arg("python/nbclient_notebooks.py").args(two).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
}

/// Turns the first assert of a notebook into its opposite; the id of the cell that holds it.
fn negate_an_assert(notebook: &mut Value) -> Option<String> {
    for cell in notebook["cells"].as_array_mut()? {
        let source = joined(&cell["source"]);
        let tagged = cell["metadata"]["tags"].as_array().is_some_and(|tags| tags.contains(&"raises-exception".into()));
        let wrong = if source.contains("assert_eq!(") {
            source.replacen("assert_eq!(", "assert_ne!(", 1)
        } else {
            source.replacen("assert!(", "assert!(false && ", 1)
        };
        if cell["cell_type"] == "code" && !tagged && wrong != source {
            cell["source"] = wrong.into();
            return Some(cell["id"].as_str()?.to_owned());
        }
    }
    None
}

#[test]
fn one_changed_assert_in_any_of_them_is_red_and_named() {
    let _turn = support::one_at_a_time();
    let folder = tempfile::tempdir().unwrap();
    // The copies show the images beside them, as the originals do.
    std::os::unix::fs::symlink(support::root().join("images"), folder.path().join("images")).unwrap();
    let notebooks_folder = folder.path().join("notebooks");
    std::fs::create_dir(&notebooks_folder).unwrap();
    let mut changed = Vec::new();
    for path in notebooks() {
        let mut notebook = read(&path);
        let id = negate_an_assert(&mut notebook).unwrap_or_else(|| panic!("{} asserts nothing", path.display()));
        let copy = notebooks_folder.join(path.file_name().unwrap());
        std::fs::write(&copy, notebook.to_string()).unwrap();
        changed.push((copy, id));
    }
    let paths = changed.iter().map(|(path, _)| path);
    let output = support::lstm_kernel().args(["run", "--jobs", "2"]).args(paths).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let said = text(&output);
    for (path, id) in &changed {
        let name = path.file_name().unwrap().to_str().unwrap();
        let named = said.lines().any(|line| line.contains(name) && line.contains(&format!("id {id}")));
        assert!(named, "{name}: cell {id} is not named\n{said}");
    }
}

#[test]
fn tags_are_honoured() {
    let _turn = support::one_at_a_time();
    let folder = tempfile::tempdir().unwrap();
    let cells = vec![
        support::cell("expected", "panic!(\"meant\");", &["raises-exception"]),
        support::cell("skipped", "panic!(\"never\");", &["skip-execution"]),
        support::cell("after", "6 * 7", &[]),
    ];
    let (output, executed) = support::run(&support::notebook(folder.path(), "tags.ipynb", cells));
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(error_of(&executed[0]).unwrap()["evalue"], "meant");
    assert!(executed[1]["execution_count"].is_null());
    assert_eq!(support::result(&executed[2]), "42");
}

#[test]
fn they_are_kept_without_outputs_with_ids_and_one_kernelspec() {
    for path in kept() {
        let notebook = read(&path);
        let name = path.display();
        assert_eq!((&notebook["nbformat"], &notebook["nbformat_minor"]), (&4.into(), &5.into()), "{name}");
        assert_eq!(notebook["metadata"]["kernelspec"]["name"], "lstm", "{name}");
        let mut ids = std::collections::HashSet::new();
        for cell in notebook["cells"].as_array().unwrap() {
            assert!(ids.insert(cell["id"].as_str().unwrap().to_owned()), "{name}: id {} twice", cell["id"]);
            if cell["cell_type"] == "code" {
                assert_eq!(cell["outputs"].as_array().map(Vec::len), Some(0), "{name}: {}", cell["id"]);
                assert!(cell["execution_count"].is_null(), "{name}: {}", cell["id"]);
            }
        }
    }
}

#[test]
fn every_picture_that_they_show_is_there_and_described() {
    for path in kept() {
        let notebook = read(&path);
        for cell in notebook["cells"].as_array().unwrap().iter().filter(|cell| cell["cell_type"] == "markdown") {
            let source = joined(&cell["source"]);
            for part in source.split("![").skip(1) {
                let (alt, rest) = part.split_once("](").unwrap();
                let target = rest.split(')').next().unwrap();
                assert!(alt.len() > 10, "{}: {target} has no description", path.display());
                assert!(path.parent().unwrap().join(target).is_file(), "{}: {target} is missing", path.display());
            }
        }
    }
}
