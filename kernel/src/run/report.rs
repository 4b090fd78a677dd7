//! The summary: a line for each notebook, then each failure with its cell and its traceback.

use super::execute::{CellRun, Failure, NotebookRun, Outcome};
use crate::text;
use std::fmt::Write as _;

/// Lines of a failed cell that are shown.
const SHOWN: usize = 3;

/// The whole summary as text; `colour` keeps the colours of tracebacks.
pub(crate) fn summary(runs: &[NotebookRun], colour: bool) -> String {
    let mut report = String::new();
    let width = runs.iter().map(|run| run.notebook.label.chars().count()).max().unwrap_or(0);
    for run in runs {
        let _ = writeln!(
            report,
            "{:6}  {:width$}  {:>16}  {:7.1} s",
            if failed(run) { "FAILED" } else { "ok" },
            run.notebook.label,
            cells(run),
            run.took.as_secs_f64()
        );
    }
    for run in runs {
        if let Some(trouble) = &run.trouble {
            let _ = writeln!(report, "\n{}: {}", run.notebook.label, text::plain(&trouble.to_string()));
        }
        for (cell, failure) in run.failures() {
            describe(&mut report, run, cell, failure, colour);
        }
    }
    report
}

/// Whether a notebook is red.
pub(crate) fn failed(run: &NotebookRun) -> bool {
    run.trouble.is_some() || run.failures().next().is_some()
}

fn cells(run: &NotebookRun) -> String {
    let count = |wanted: fn(&Outcome) -> bool| run.cells.iter().filter(|cell| wanted(&cell.outcome)).count();
    let bad = count(|outcome| matches!(outcome, Outcome::Failed(_)));
    let missed = count(|outcome| matches!(outcome, Outcome::NotReached));
    let total = run.cells.len();
    match (bad, missed) {
        _ if run.cells.is_empty() && run.trouble.is_some() => "did not run".to_owned(),
        (0, 0) => format!("{total} cells"),
        (bad, _) => format!("{bad} of {total} cells"),
    }
}

fn describe(report: &mut String, run: &NotebookRun, cell: &CellRun, failure: &Failure, colour: bool) {
    let _ = writeln!(report, "\n{}", place(run, cell));
    let source = run.notebook.source(cell.index);
    let lines: Vec<&str> = source.lines().filter(|line| !line.trim().is_empty()).collect();
    for line in lines.iter().take(SHOWN) {
        let _ = writeln!(report, "    | {}", text::plain(line));
    }
    if lines.len() > SHOWN {
        let _ = writeln!(report, "    | ...");
    }
    let headline = text::plain(&headline(failure));
    // Some kernels begin their traceback with the headline, in colour.
    if failure.traceback.first().is_none_or(|first| text::plain(first).trim() != headline) {
        let _ = writeln!(report, "  {headline}");
    }
    for line in failure.traceback.iter().flat_map(|part| part.lines()) {
        let _ = writeln!(report, "  {}", if colour { text::coloured(line) } else { text::plain(line) });
    }
}

/// Notebook, number, execution count and id of a cell.
pub(crate) fn place(run: &NotebookRun, cell: &CellRun) -> String {
    let count = run.notebook.count(cell.index).map_or_else(|| "[ ]".to_owned(), |count| format!("[{count}]"));
    let id = match run.notebook.id(cell.index) {
        "" => String::new(),
        id => format!(", id {id}"),
    };
    format!("{}: code cell {} (In {count}{id})", run.notebook.label, cell.number)
}

/// The kind of an error and its reason.
pub(crate) fn headline(failure: &Failure) -> String {
    if failure.evalue.is_empty() { failure.ename.clone() } else { format!("{}: {}", failure.ename, failure.evalue) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::run::notebook::Notebook;
    use serde_json::json;
    use std::time::Duration;

    /// A notebook of three code cells, of which the second failed like this and the third was not reached.
    fn run(failure: Failure) -> NotebookRun {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("n.ipynb");
        let cell = |id: &str, source: &str| json!({"cell_type": "code", "id": id, "metadata": {}, "execution_count": null, "source": source, "outputs": []});
        let cells = [cell("a", "1"), cell("b", "let x = 1;\n\nfail();\nlet y = 2;\nlet z = 3;"), cell("c", "2")];
        let notebook = json!({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells});
        std::fs::write(&path, notebook.to_string()).unwrap();
        let mut notebook = Notebook::read(&path, "rust").unwrap();
        notebook.label = "n.ipynb".to_owned();
        notebook.set_count(1, &json!(7));
        let outcomes = [Outcome::Passed, Outcome::Failed(failure), Outcome::NotReached];
        let cells = outcomes.into_iter().enumerate();
        let cells = cells.map(|(index, outcome)| CellRun { number: index + 1, index, took: Duration::ZERO, outcome });
        NotebookRun { notebook, cells: cells.collect(), took: Duration::from_secs(2), trouble: None }
    }

    fn failure(traceback: &[&str]) -> Failure {
        let traceback = traceback.iter().map(|line| (*line).to_owned()).collect();
        Failure { ename: "Panic".to_owned(), evalue: "no".to_owned(), traceback }
    }

    #[test]
    fn names_notebook_cell_and_error() {
        let report = summary(&[run(failure(&["\u{1b}[31mat\u{1b}[0m line 3\u{1b}[2J"]))], false);
        assert_eq!(
            report,
            "FAILED  n.ipynb      1 of 3 cells      2.0 s\n\n\
             n.ipynb: code cell 2 (In [7], id b)\n    | let x = 1;\n    | fail();\n    | let y = 2;\n    | ...\n  \
             Panic: no\n  at line 3\n"
        );
    }

    #[test]
    fn says_the_headline_once_and_keeps_colours_where_asked() {
        let report = summary(&[run(failure(&["\u{1b}[31mPanic\u{1b}[0m: no", "more"]))], true);
        assert_eq!(report.matches("Panic").count(), 1);
        assert!(report.contains("\u{1b}[31mPanic\u{1b}[0m: no"), "{report}");
    }

    #[test]
    fn a_notebook_that_did_not_run_is_red() {
        let mut broken = run(failure(&[]));
        broken.cells.clear();
        broken.trouble = Some(Error::KernelDied("gone".to_owned()));
        assert!(failed(&broken));
        let report = summary(&[broken], false);
        assert!(report.contains("did not run") && report.ends_with("n.ipynb: gone\n"), "{report}");
    }
}
