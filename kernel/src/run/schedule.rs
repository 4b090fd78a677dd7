//! Runs the notebooks of a plan, so many at once, writes them, and says what came of it.

use super::execute::{self, NotebookRun};
use super::notebook::Notebook;
use super::options::{Options, Plan};
use super::progress::Reporter;
use super::stop::Stop;
use super::{junit, report};
use crate::error::{Error, Result};
use crate::{output, warm};
use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Does what the options say.
///
/// # Errors
/// [`Error::CellsFailed`] where a cell failed; what kept a notebook from running or being written; usage errors.
pub(crate) fn run(options: Options) -> Result<()> {
    let plan = options.plan()?;
    // Held until the end, so that nobody removes the build that the kernels use.
    let _in_use = plan.own_kernel.then(warm::prepare).transpose()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Error::file("start threads for", Path::new("lstm-kernel run")))?;
    let junit = plan.junit.clone();
    let runs = runtime.block_on(run_all(plan))?;
    // Pipes of killed kernels may still have a reader task; none is worth waiting for.
    runtime.shutdown_background();
    let stdout = std::io::stdout();
    output::say(&report::summary(&runs, stdout.is_terminal() && std::env::var_os("NO_COLOR").is_none()))?;
    if let Some(path) = junit {
        junit::write(&path, &runs)?;
    }
    verdict(&runs)
}

async fn run_all(plan: Plan) -> Result<Vec<NotebookRun>> {
    let stop = Stop::on_signals()?;
    let total = plan.notebooks.iter().map(|(notebook, _)| notebook.code_cells().len()).sum();
    let reporter = Arc::new(Reporter::new(total));
    let settings = Arc::new(plan.settings);
    let turns = Arc::new(Semaphore::new(plan.jobs));
    let mut tasks = JoinSet::new();
    for (position, (notebook, place)) in plan.notebooks.into_iter().enumerate() {
        let (settings, turns, reporter) = (Arc::clone(&settings), Arc::clone(&turns), Arc::clone(&reporter));
        let mut stop = stop.clone();
        let turn = turns.acquire_owned().await;
        tasks.spawn(async move {
            let _turn = turn;
            let mut run = execute::execute(notebook, &settings, &mut stop, &reporter).await;
            if run.trouble.is_none() {
                run.trouble = place.and_then(|place| write(&run.notebook, &place).err());
            }
            (position, run)
        });
    }
    let mut runs = Vec::new();
    while let Some(finished) = tasks.join_next().await {
        runs.push(finished.map_err(|error| Error::Program {
            program: "lstm-kernel run".to_owned(),
            why: format!("a notebook's task broke off: {error}"),
        })?);
    }
    runs.sort_by_key(|(position, _)| *position);
    Ok(runs.into_iter().map(|(_, run)| run).collect())
}

fn write(notebook: &Notebook, place: &Path) -> Result<()> {
    output::write(place, &notebook.to_bytes()?)
}

fn verdict(runs: &[NotebookRun]) -> Result<()> {
    if runs.iter().any(|run| matches!(run.trouble, Some(Error::Interrupted))) {
        return Err(Error::Interrupted);
    }
    let total = runs.len();
    let troubled = runs.iter().filter(|run| run.trouble.is_some()).count();
    if troubled > 0 {
        return Err(Error::KernelDied(format!("{troubled} of {total} notebooks could not be run or written")));
    }
    let cells: usize = runs.iter().map(|run| run.failures().count()).sum();
    if cells == 0 {
        return Ok(());
    }
    let red = runs.iter().filter(|run| report::failed(run)).count();
    let plural = if cells == 1 { "" } else { "s" };
    Err(Error::CellsFailed(format!("{cells} cell{plural} failed; {red} of {total} notebooks red")))
}
