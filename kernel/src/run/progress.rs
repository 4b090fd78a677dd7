//! What is seen while notebooks run: a bar on a terminal, a line for each cell elsewhere.

use super::execute::{CellRun, NotebookRun, Outcome};
use crate::progress::Progress;
use std::io::{IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};

/// Tells how the run goes, on stderr.
pub(crate) struct Reporter {
    bar: Option<Mutex<Progress>>,
}

impl Reporter {
    /// For a run of so many code cells in all.
    pub(crate) fn new(cells: usize) -> Self {
        let bar = std::io::stderr().is_terminal();
        Self { bar: bar.then(|| Mutex::new(Progress::start("run", u64::try_from(cells).ok()))) }
    }

    /// A kernel is about to be started for this notebook.
    pub(crate) fn starting(&self, label: &str) {
        if self.bar.is_none() {
            line(&format!("{label}: starting the kernel"));
        }
    }

    /// A cell is over.
    pub(crate) fn cell(&self, label: &str, cell: &CellRun, total: usize) {
        let outcome = match cell.outcome {
            Outcome::Passed => "ok",
            Outcome::Raised => "error, as expected",
            Outcome::Skipped => "skipped",
            Outcome::NotReached => "not reached",
            Outcome::Failed(_) => "FAILED",
        };
        let number = cell.number;
        match &self.bar {
            Some(bar) => bar
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .step(&format!("{label}: cell {number} of {total} {outcome}")),
            None => line(&format!("{label}: cell {number} of {total} {outcome} ({:.1} s)", cell.took.as_secs_f64())),
        }
    }

    /// A notebook is over.
    pub(crate) fn finished(&self, run: &NotebookRun) {
        if self.bar.is_none() {
            line(&format!("{}: done ({:.1} s)", run.notebook.label, run.took.as_secs_f64()));
        }
    }
}

/// Progress that nobody can read any more must not end the run.
fn line(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
