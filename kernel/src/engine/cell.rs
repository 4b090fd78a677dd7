//! One cell on the engine: puts together what evcxr says of it and what the relay saw.
//!
//! evcxr answers "ok" to a cell that panicked or returned early through `?`. The relay saw it, so the end of a cell is
//! decided here, from both.

use super::connection::Incoming;
use super::process::Engine;
use super::watch::Watch;
use crate::error::Result;
use crate::relay::{Command, Event, Panic};
use jupyter_protocol::{ExecutionState, InputRequest, JupyterMessage, JupyterMessageContent, ReplyStatus};
use serde_json::{Map, Value};
use std::time::Duration;
use tokio::time::Instant;

/// Content by mime type, as Jupyter's display messages carry it.
pub(crate) type Bundle = Map<String, Value>;

/// How long to wait for the relay's last events once evcxr has answered.
const SYNC_PATIENCE: Duration = Duration::from_secs(3);

/// Something to show while a cell runs.
#[derive(Debug)]
pub(crate) enum Output {
    /// Text that user code printed.
    Stdout(String),
    /// Text that user code wrote to standard error.
    Stderr(String),
    /// Something rich; with an id it can be redrawn.
    Display(Bundle, Option<String>),
    /// New content for what was displayed under this id.
    Update(Bundle, String),
    /// Nothing in place of what the cell has shown so far; `wait`: as soon as something else is shown.
    Clear { wait: bool },
    /// The value of the cell's last expression.
    Result(Bundle),
}

/// A cell that has ended.
#[derive(Debug)]
pub(crate) struct Cell {
    /// How.
    pub how: Ended,
    /// The process that ran it is gone, and all variables with it.
    pub process_lost: bool,
}

/// How a cell ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// It ran to its end.
    Well,
    /// It panicked; the records of all panics since the cell began, the last one the one that ended it.
    Panicked(Vec<Panic>),
    /// It was interrupted before its code could run.
    NotRun,
    /// It returned early through `?`, with this error.
    ReturnedError(String),
    /// evcxr refused it (it did not compile, or a command failed): message and traceback of each error.
    Refused(Vec<(String, Vec<String>)>),
    /// The process ended; what it said last on standard error.
    Exited {
        /// Its exit code.
        code: Option<i32>,
        /// The signal that ended it.
        signal: Option<i32>,
        /// The end of what it wrote to standard error.
        last_words: String,
    },
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Well => f.write_str("ended well"),
            Self::NotRun => f.write_str("was not run"),
            Self::Panicked(panics) => {
                write!(f, "panicked: {}", panics.last().map_or("no message", |panic| &panic.message))
            }
            Self::ReturnedError(error) => f.write_str(error),
            Self::Refused(errors) => {
                for (message, traceback) in errors {
                    writeln!(f, "{message}\n{}", traceback.join("\n"))?;
                }
                Ok(())
            }
            Self::Exited { code, signal, last_words } => {
                write!(f, "process ended (code {code:?}, signal {signal:?})\n{last_words}")
            }
        }
    }
}

/// Watches the engine until the cell whose request has this id is over. Code that reads standard input gets its end
/// unless it may ask.
pub(super) async fn watch<F, I>(
    engine: &mut Engine,
    id: &str,
    may_ask: bool,
    output: impl FnMut(Output),
    input: I,
) -> Result<Cell>
where
    I: Fn(InputRequest) -> F,
    F: Future<Output = String>,
{
    let mut shown = std::mem::take(&mut engine.shown);
    let mut watch = Watch::new(output, &mut shown);
    watch.exited = engine.ended_idle.take();
    let (mut replied, mut idle, mut failed) = (false, false, false);
    while !(replied && idle) {
        let Some(incoming) = next(engine, &mut watch).await? else { continue };
        match incoming {
            Incoming::Relay(Event::Input) if may_ask => {
                let asked = InputRequest { prompt: String::new(), password: false };
                if let Some(value) = answered(engine, &mut watch, input(asked)).await? {
                    engine.relay.send(Command::Input(Some(value))).await;
                }
            }
            Incoming::Relay(Event::Input) => {
                engine.relay.send(Command::Input(None)).await;
            }
            Incoming::Relay(event) => watch.relay(event),
            Incoming::Shell(reply) if is_child(&reply, id) => {
                replied = true;
                if let JupyterMessageContent::ExecuteReply(reply) = &reply.content {
                    failed = reply.status != ReplyStatus::Ok;
                }
            }
            Incoming::IoPub(message) if is_child(&message, id) => {
                idle |= matches!(&message.content, JupyterMessageContent::Status(status)
                    if status.execution_state == ExecutionState::Idle);
                watch.engine(message.content);
            }
            Incoming::Stdin(request) => {
                if let JupyterMessageContent::InputRequest(asked) = &request.content
                    && let Some(value) = answered(engine, &mut watch, input(asked.clone())).await?
                {
                    engine.answer_input(value, &request).await?;
                }
            }
            Incoming::RelayLost => watch.replaced = true,
            Incoming::Shell(_) | Incoming::IoPub(_) => {}
        }
    }
    synchronise(engine, &mut watch).await?;
    let cell = watch.end(failed);
    engine.shown = shown;
    Ok(cell)
}

/// What comes next, or nothing where something that is held back was due before.
async fn next(engine: &mut Engine, watch: &mut Watch<'_, impl FnMut(Output)>) -> Result<Option<Incoming>> {
    let Some(deadline) = watch.deadline() else { return engine.next().await.map(Some) };
    // Also in a flood, in which there is always something to come.
    if deadline > Instant::now()
        && let Ok(incoming) = tokio::time::timeout_at(deadline, engine.next()).await
    {
        return incoming.map(Some);
    }
    watch.release_overdue();
    Ok(None)
}

/// The user's answer; nothing where the process that asked ends first.
async fn answered(
    engine: &mut Engine,
    watch: &mut Watch<'_, impl FnMut(Output)>,
    answer: impl Future<Output = String>,
) -> Result<Option<String>> {
    tokio::pin!(answer);
    loop {
        tokio::select! {
            value = &mut answer => return Ok(Some(value)),
            incoming = next(engine, watch) => {
                match incoming? {
                    Some(Incoming::Relay(event)) => watch.relay(event),
                    Some(Incoming::RelayLost) => watch.replaced = true,
                    _ => {}
                }
                if watch.exited.is_some() || watch.replaced {
                    return Ok(None);
                }
            }
        }
    }
}

/// Reads the relay's events up to the end of the cell. A lost process has said its last word with its exit.
async fn synchronise(engine: &mut Engine, watch: &mut Watch<'_, impl FnMut(Output)>) -> Result<()> {
    let deadline = Instant::now() + SYNC_PATIENCE;
    let number = std::process::id().into();
    let mut asked = false;
    loop {
        if watch.exited.is_some() {
            return Ok(());
        }
        if !asked {
            asked = engine.relay.send(Command::Sync(number)).await;
        }
        let pause = if asked { deadline } else { deadline.min(Instant::now() + Duration::from_millis(20)) };
        match tokio::time::timeout_at(pause, engine.next()).await {
            Ok(Ok(Incoming::Relay(Event::Synced(answer)))) if answer == number => return Ok(()),
            Ok(Ok(Incoming::Relay(event))) => watch.relay(event),
            Ok(Ok(Incoming::RelayLost)) => (watch.replaced, asked) = (true, false),
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(error),
            Err(_) if Instant::now() >= deadline => return Ok(()),
            Err(_) => {}
        }
    }
}

fn is_child(message: &JupyterMessage, id: &str) -> bool {
    message.parent_header.as_ref().is_some_and(|parent| parent.msg_id == id)
}
