//! The kernel that a Jupyter client sees: every request answered as the messaging specification says, output live, and
//! a cell that fails answered as a failure.
//!
//! | file | what it owns |
//! |---|---|
//! | `sockets` | binding the five sockets, the heartbeat, publishing |
//! | `wire` | reading a client's messages, leniently |
//! | `control` | requests that must be answered while a cell runs |
//! | `interrupter` | the request to stop, from whoever makes it to the cell that runs |
//! | `shell` | requests that are answered one after the other |
//! | `execute` | one execute request, from the engine's events to Jupyter's messages |
//! | `failure` | the end of a cell in words: `ename`, `evalue`, `traceback` |
//! | `place` | the line of a cell that a line of evcxr's generated code came from |
//! | `backend` | the engine behind the front: started early, replaced when it dies |
//! | `history`, `completeness`, `info`, `inspect` | the answers to the requests of these names |
//! | `archive` | the file with the cells of all sessions |

mod archive;
mod backend;
mod completeness;
mod control;
mod execute;
mod failure;
mod history;
mod info;
mod inspect;
mod interrupter;
mod place;
mod shell;
mod sockets;
mod wire;

pub(crate) use archive::SETTING as HISTORY_SETTING;

use crate::error::{Error, Result};
use std::path::Path;
use tokio::signal::unix::{SignalKind, signal};

/// Serves one kernel until the client shuts it down.
pub(crate) fn serve(connection_file: &Path) -> Result<()> {
    let text = std::fs::read_to_string(connection_file).map_err(Error::file("read", connection_file))?;
    let info: jupyter_protocol::ConnectionInfo = serde_json::from_str(&text).map_err(|error| {
        Error::Usage(format!("{} is not a Jupyter connection file: {error}", connection_file.display()))
    })?;
    let runtime = tokio::runtime::Runtime::new().map_err(Error::file("start", Path::new("asynchronous runtime")))?;
    let served = runtime.block_on(serve_at(&info));
    runtime.shutdown_background();
    served
}

async fn serve_at(info: &jupyter_protocol::ConnectionInfo) -> Result<()> {
    let sockets = sockets::bind(info).await?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Error::file("listen for", Path::new("SIGTERM")))?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Error::file("listen for", Path::new("SIGINT")))?;
    let mut parent = tokio::time::interval(std::time::Duration::from_secs(1));
    let client = parent_named_by_client();
    let interrupter = interrupter::Interrupter::default();
    let (stop, mut stopped) = tokio::sync::mpsc::channel(1);
    let shell = tokio::spawn(shell::serve(
        sockets.shell,
        sockets.stdin,
        sockets.iopub.clone(),
        interrupter.clone(),
        stop.clone(),
    ));
    tokio::spawn(control::serve(sockets.control, sockets.iopub.clone(), interrupter.clone(), stop));
    loop {
        tokio::select! {
            _ = stopped.recv() => break,
            _ = terminate.recv() => break,
            _ = parent.tick() => if client.is_some() && rustix::process::getppid() != client { break },
            _ = interrupt.recv() => interrupter.interrupt(),
        }
    }
    interrupter.close();
    // The shell loop ends the engine; it is given the time that this takes and no more.
    let _ = tokio::time::timeout(std::time::Duration::from_secs(5), shell).await;
    sockets.iopub.flush().await;
    Ok(())
}

/// The client's process, where it says so as Jupyter's clients do and is this process's parent: when it is gone, so is
/// the reason for this kernel.
fn parent_named_by_client() -> Option<rustix::process::Pid> {
    let named = std::env::var("JPY_PARENT_PID").ok()?.parse().ok().and_then(rustix::process::Pid::from_raw)?;
    (rustix::process::getppid() == Some(named)).then_some(named)
}
