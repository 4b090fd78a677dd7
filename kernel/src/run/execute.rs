//! One notebook from its first cell to its last: what each cell did, and how long it took.

use super::client::{End, Kernel};
use super::notebook::Notebook;
use super::outputs::{self, Outputs};
use super::progress::Reporter;
use super::spec::Spec;
use super::stop::Stop;
use crate::error::{Error, Result};
use jupyter_protocol::ExecuteRequest;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Lines of output that are quoted where a kernel died.
const QUOTED: usize = 8;

/// How notebooks are to be run.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The kernel.
    pub(crate) spec: Spec,
    /// The time that one cell may take, or no limit.
    pub(crate) limit: Option<Duration>,
    /// Whether the cells after a failed one still run.
    pub(crate) keep_going: bool,
}

/// A notebook that has been run.
#[derive(Debug)]
pub(crate) struct NotebookRun {
    /// The notebook with its new outputs.
    pub(crate) notebook: Notebook,
    /// One for each code cell.
    pub(crate) cells: Vec<CellRun>,
    /// From the start of the kernel to its end.
    pub(crate) took: Duration,
    /// What kept the notebook from running at all, or from being written.
    pub(crate) trouble: Option<Error>,
}

/// A code cell that has been run, or not.
#[derive(Debug)]
pub(crate) struct CellRun {
    /// Its number among the code cells, from 1.
    pub(crate) number: usize,
    /// Its position among all cells.
    pub(crate) index: usize,
    /// How long it took.
    pub(crate) took: Duration,
    /// What came of it.
    pub(crate) outcome: Outcome,
}

/// What came of a code cell.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It ran.
    Passed,
    /// It failed, as its tag `raises-exception` lets it.
    Raised,
    /// It is empty or tagged `skip-execution`.
    Skipped,
    /// A cell before it failed.
    NotReached,
    /// It failed.
    Failed(Failure),
}

/// Why a cell failed, in the terms of Jupyter's error outputs.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The kind: the kernel's own word, or `CellTimeout`, `KernelDied`.
    pub(crate) ename: String,
    /// The reason.
    pub(crate) evalue: String,
    /// Lines that show more; they may hold ANSI colours.
    pub(crate) traceback: Vec<String>,
}

impl NotebookRun {
    /// The failed cells.
    pub(crate) fn failures(&self) -> impl Iterator<Item = (&CellRun, &Failure)> {
        self.cells.iter().filter_map(|cell| match &cell.outcome {
            Outcome::Failed(failure) => Some((cell, failure)),
            _ => None,
        })
    }
}

/// Runs a notebook in its own folder. Whatever happens comes back in the [`NotebookRun`].
pub(crate) async fn execute(
    notebook: Notebook,
    settings: &Settings,
    stop: &mut Stop,
    reporter: &Reporter,
) -> NotebookRun {
    let started = Instant::now();
    let mut run = NotebookRun { notebook, cells: Vec::new(), took: Duration::ZERO, trouble: None };
    if let Err(error) = run_cells(&mut run, settings, stop, reporter).await {
        run.trouble = Some(error);
    }
    run.took = started.elapsed();
    reporter.finished(&run);
    run
}

async fn run_cells(run: &mut NotebookRun, settings: &Settings, stop: &mut Stop, reporter: &Reporter) -> Result<()> {
    if stop.is_requested() {
        return Err(Error::Interrupted);
    }
    reporter.starting(&run.notebook.label);
    let code_cells = run.notebook.code_cells();
    let total = code_cells.len();
    let folder = run.notebook.path.parent().map_or_else(|| "/".into(), std::path::Path::to_owned);
    let mut kernel = Some(Kernel::start(&settings.spec, &folder, stop).await?);
    if let Some(kernel) = &kernel {
        run.notebook.set_language_info(&kernel.language_info);
    }
    let mut outputs = Outputs::default();
    let mut result = Ok(());
    for (position, index) in code_cells.into_iter().enumerate() {
        let began = Instant::now();
        let outcome = if run.notebook.skipped(index) || run.notebook.source(index).trim().is_empty() {
            Outcome::Skipped
        } else if let Some(running) = kernel.as_mut().filter(|_| result.is_ok()) {
            match run_cell(&mut run.notebook, index, running, &mut outputs, settings, stop).await {
                Ok((outcome, after)) => {
                    let failed = matches!(outcome, Outcome::Failed(_));
                    if after == After::KernelLost {
                        // Dropping it kills what is left of it.
                        kernel = None;
                    } else if failed && !settings.keep_going {
                        shut_down(kernel.take()).await;
                    }
                    outcome
                }
                Err(error) => {
                    result = Err(error);
                    Outcome::NotReached
                }
            }
        } else {
            Outcome::NotReached
        };
        let cell = CellRun { number: position + 1, index, took: began.elapsed(), outcome };
        reporter.cell(&run.notebook.label, &cell, total);
        run.cells.push(cell);
    }
    shut_down(kernel).await;
    result
}

async fn shut_down(kernel: Option<Kernel>) {
    if let Some(kernel) = kernel {
        kernel.shut_down().await;
    }
}

#[derive(PartialEq, Eq)]
enum After {
    KernelFine,
    KernelLost,
}

async fn run_cell(
    notebook: &mut Notebook,
    index: usize,
    kernel: &mut Kernel,
    outputs: &mut Outputs,
    settings: &Settings,
    stop: &mut Stop,
) -> Result<(Outcome, After)> {
    let may_raise = notebook.may_raise(index);
    let request = ExecuteRequest { stop_on_error: !may_raise, ..ExecuteRequest::new(notebook.source(index)) };
    outputs.begin(notebook.cells_mut(), index);
    let mut error = None;
    let mut take = |kind: &str, content: &Value| {
        if content["execution_count"].is_number() {
            notebook.set_count(index, &content["execution_count"]);
        }
        if kind == "error" {
            error = Some(failure(content));
        }
        outputs.take(notebook.cells_mut(), index, kind, content);
    };
    let end = kernel.execute(request, settings.limit, stop, &mut take).await?;
    let (failed, after) = match end {
        End::Replied(reply) => {
            if reply["execution_count"].as_i64().is_some_and(|count| count > 0) {
                notebook.set_count(index, &reply["execution_count"]);
            }
            if reply["status"] == "ok" && error.is_none() {
                return Ok((Outcome::Passed, After::KernelFine));
            }
            if may_raise {
                return Ok((Outcome::Raised, After::KernelFine));
            }
            return Ok((Outcome::Failed(error.unwrap_or_else(|| failure(&reply))), After::KernelFine));
        }
        End::Interrupted => (too_long(settings, "it was interrupted"), After::KernelFine),
        End::Stuck => {
            (too_long(settings, "it did not stop when interrupted, so its kernel was killed"), After::KernelLost)
        }
        End::Died(why) => {
            let mut failure = Failure { ename: "KernelDied".to_owned(), evalue: String::new(), traceback: Vec::new() };
            let mut lines = why.lines().map(str::to_owned);
            failure.evalue = lines.next().unwrap_or_default();
            failure.traceback.extend(lines);
            failure.traceback.extend(last_output(&notebook.cells()[index]));
            (failure, After::KernelLost)
        }
    };
    let written = json!({"ename": failed.ename, "evalue": failed.evalue, "traceback": failed.traceback});
    outputs.take(notebook.cells_mut(), index, "error", &written);
    Ok((Outcome::Failed(failed), after))
}

fn too_long(settings: &Settings, then: &str) -> Failure {
    let limit = settings.limit.unwrap_or_default().as_secs();
    let evalue = format!("the cell ran longer than {limit} s (--timeout); {then}");
    Failure { ename: "CellTimeout".to_owned(), evalue, traceback: Vec::new() }
}

/// Reads an error message's or reply's content; kernels may leave fields out.
fn failure(content: &Value) -> Failure {
    let filled = outputs::error(content);
    let text = |name: &str| filled[name].as_str().unwrap_or_default().to_owned();
    let traceback = filled["traceback"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut failure =
        Failure { ename: text("ename"), evalue: text("evalue"), traceback: traceback.map(str::to_owned).collect() };
    if failure.ename.is_empty() {
        failure.ename = "Error".to_owned();
    }
    if failure.evalue.is_empty() && failure.traceback.is_empty() {
        failure.evalue =
            format!("the kernel replied `{}` without a reason", content["status"].as_str().unwrap_or("error"));
    }
    failure
}

/// The last lines that a cell printed, under a heading; nothing where it printed nothing.
fn last_output(cell: &Value) -> Vec<String> {
    let streams = cell["outputs"].as_array().into_iter().flatten().filter_map(|output| output["text"].as_str());
    let text: String = streams.collect();
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(QUOTED);
    let quoted = lines[from..].iter().map(|line| format!("  {line}"));
    let heading = (!lines.is_empty()).then(|| "the last output of the cell:".to_owned());
    heading.into_iter().chain(quoted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_with_missing_fields_still_say_something() {
        let empty = failure(&json!({"status": "aborted"}));
        assert_eq!(
            (empty.ename.as_str(), empty.evalue.as_str()),
            ("Error", "the kernel replied `aborted` without a reason")
        );
        let full = failure(&json!({"ename": "panic", "evalue": "boom", "traceback": ["a", "b"]}));
        assert_eq!((full.ename.as_str(), full.evalue.as_str(), full.traceback.len()), ("panic", "boom", 2));
    }

    #[test]
    fn quotes_the_end_of_the_output() {
        let text: String = (1..=20).map(|line| format!("line {line}\n")).collect();
        let quoted = last_output(&json!({"outputs": [{"output_type": "stream", "text": text}]}));
        assert_eq!(quoted.len(), 1 + QUOTED);
        assert_eq!(quoted.last().unwrap(), "  line 20");
        assert!(last_output(&json!({"outputs": []})).is_empty());
    }
}
