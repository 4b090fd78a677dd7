//! The exercise sheets: the students' versions are made from the solutions, run, and are graded.

use crate::support::{self, error_of, joined, result, text};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Output;

fn folder() -> PathBuf {
    support::root().join("notebooks/exercises")
}

/// The names of the sheets, as the solutions say.
fn sheets() -> Vec<String> {
    let entries = std::fs::read_dir(folder().join("source")).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.ends_with(".ipynb"));
    names.sort();
    assert!(names.len() >= 4, "{names:?}");
    names
}

fn cells(path: &Path) -> Vec<Value> {
    let notebook: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    notebook["cells"].as_array().unwrap().clone()
}

fn is(cell: &Value, role: &str) -> bool {
    cell["metadata"]["nbgrader"][role] == true
}

/// Runs sheets as a grader does, going on after failures.
fn graded(paths: &[PathBuf], out: &Path) -> Output {
    support::lstm_kernel()
        .args(["run", "--keep-going", "--jobs", "2", "--out"])
        .arg(out)
        .args(paths)
        .env("LSTM_GRADING", "1")
        .output()
        .unwrap()
}

#[test]
fn the_students_versions_are_those_that_nbgrader_makes() {
    let made = tempfile::tempdir().unwrap();
    let output = support::python().arg(folder().join("make.py")).arg(made.path()).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    for name in sheets() {
        let (made, kept) = (made.path().join(&name), folder().join(&name));
        let same = std::fs::read_to_string(made).unwrap() == std::fs::read_to_string(kept).unwrap();
        assert!(same, "{name} is stale: run notebooks/exercises/make.py");
    }
}

#[test]
fn students_and_solutions_differ_in_the_answers_alone() {
    for name in sheets() {
        let (solution, student) = (cells(&folder().join("source").join(&name)), cells(&folder().join(&name)));
        assert_eq!(solution.len(), student.len(), "{name}");
        let (mut answers, mut checks) = (0, 0);
        for (solution, student) in solution.iter().zip(&student) {
            let id = solution["id"].as_str().unwrap();
            assert_eq!((&solution["id"], &solution["cell_type"]), (&student["id"], &student["cell_type"]), "{name}");
            assert_eq!(solution["id"], solution["metadata"]["nbgrader"]["grade_id"], "{name}");
            let (with, without) = (joined(&solution["source"]), joined(&student["source"]));
            if !is(solution, "solution") {
                assert_eq!(with, without, "{name}: {id}");
                assert_eq!(student["metadata"]["editable"], false, "{name}: {id} can be changed");
                checks += usize::from(is(solution, "grade"));
                continue;
            }
            answers += 1;
            assert!(!without.contains("SOLUTION"), "{name}: {id}");
            if solution["cell_type"] == "markdown" {
                assert_eq!(without, "*Your answer here.*", "{name}: {id}");
                continue;
            }
            // The lines around the solution are the student's.
            let (before, rest) = with.split_once("// BEGIN SOLUTION\n").unwrap();
            let (_, after) = rest.split_once("// END SOLUTION\n").unwrap();
            let stub = "// YOUR ANSWER HERE: Some(…)";
            let (before_stub, after_stub) = without.split_once(stub).unwrap();
            assert_eq!(before_stub, before, "{name}: {id}");
            assert_eq!(after_stub.trim_start().strip_prefix("None\n"), Some(after), "{name}: {id}");
        }
        assert!(checks >= 4 && answers > checks, "{name}: {answers} answers, {checks} checks");
    }
}

#[test]
fn an_empty_sheet_runs_and_every_check_says_how_to_begin() {
    let _turn = support::one_at_a_time();
    let (output, executed) = support::run(&folder().join("3_text.ipynb"));
    assert!(output.status.success(), "{}", text(&output));
    for cell in executed.iter().filter(|cell| cell["cell_type"] == "code") {
        assert!(support::stream(cell, "stderr").is_empty(), "{cell:#}");
        if is(cell, "grade") {
            let said = result(cell);
            assert!(said.starts_with("Not answered yet.") && said.len() > 30, "{cell:#}");
        }
    }
}

#[test]
fn an_empty_sheet_is_red_when_it_is_graded() {
    let _turn = support::one_at_a_time();
    let out = tempfile::tempdir().unwrap();
    let output = graded(&[folder().join("3_text.ipynb")], out.path());
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    for cell in cells(&out.path().join("3_text.ipynb")).iter().filter(|cell| cell["cell_type"] == "code") {
        assert_eq!(error_of(cell).is_some(), is(cell, "grade"), "{cell:#}");
    }
}

#[test]
fn all_solutions_are_green_when_they_are_graded() {
    let _turn = support::one_at_a_time();
    let out = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = sheets().iter().map(|name| folder().join("source").join(name)).collect();
    let output = graded(&paths, out.path());
    assert!(output.status.success(), "{}", text(&output));
    for name in sheets() {
        for cell in cells(&out.path().join(&name)).iter().filter(|cell| cell["cell_type"] == "code") {
            assert!(support::stream(cell, "stderr").is_empty(), "{name}: {cell:#}");
        }
    }
}
