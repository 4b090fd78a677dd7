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
    let _ = writeln!(report, "  {}", text::plain(&headline(failure)));
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
