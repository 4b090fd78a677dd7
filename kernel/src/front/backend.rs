//! The engine behind the front: started before the first cell asks for it, replaced when it dies.

use crate::engine::{Engine, Output};
use crate::error::{Error, Result};
use crate::spare;
use crate::warm::{self, Slot};
use jupyter_protocol::JupyterMessageContent;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// How long the start of the engine waits for the client's first request.
const ANSWER_PATIENCE: Duration = Duration::from_millis(150);
/// How long completion and documentation may take before the client gets an empty answer.
const ASK_PATIENCE: Duration = Duration::from_secs(10);

/// The engine, or the way to one.
pub(super) struct Backend {
    slot: Option<Slot>,
    state: State,
}

enum State {
    Starting(JoinHandle<Result<(Option<Slot>, Engine)>>),
    Ready(Box<Engine>),
    Stopped,
}

impl Backend {
    /// Begins to find an engine once the client has had its first answer, which that would slow: a spare one, or one of
    /// this kernel's own; the warm build is made first if it is missing.
    pub(super) fn start(answered: Arc<Notify>) -> Self {
        let answered = async move {
            // A client that asks nothing is not waited for long.
            let _ = tokio::time::timeout(ANSWER_PATIENCE, answered.notified()).await;
        };
        Self { slot: None, state: State::Starting(tokio::spawn(start(None, answered))) }
    }

    /// The engine, as soon as there is one. One that could not be started is tried again at the next call.
    pub(super) async fn engine(&mut self) -> Result<&mut Engine> {
        if let State::Stopped = self.state {
            self.state = State::Starting(tokio::spawn(start(self.slot.take(), async {})));
        }
        if let State::Starting(starting) = &mut self.state {
            let started = starting.await;
            self.state = State::Stopped;
            let (slot, engine) =
                started.map_err(|error| Error::KernelDied(format!("the engine could not be started: {error}")))??;
            self.slot = slot;
            self.state = State::Ready(Box::new(engine));
        }
        match &mut self.state {
            State::Ready(engine) => Ok(engine),
            State::Starting(_) | State::Stopped => Err(Error::KernelDied("there is no engine".to_owned())),
        }
    }

    /// Passes a question on to the engine. Nobody waits a build for a completion: what takes long has no answer.
    pub(super) async fn ask(&mut self, question: impl Into<JupyterMessageContent>) -> Option<JupyterMessageContent> {
        let engine = tokio::time::timeout(ASK_PATIENCE, self.engine()).await.ok()?.ok()?;
        engine.ask(question, ASK_PATIENCE).await.ok()?
    }

    /// Waits for what user code prints or shows while no cell runs. May be dropped and called again.
    pub(super) async fn late_output(&mut self) -> Output {
        match &mut self.state {
            State::Ready(engine) => engine.late_output().await,
            State::Starting(_) | State::Stopped => std::future::pending().await,
        }
    }

    /// Whether the next cell waits for the warm build, which takes minutes.
    pub(super) fn is_building(&self) -> bool {
        self.is_starting() && matches!(warm::status(), Ok(warm::Status::Missing))
    }

    /// Whether the engine is still being started.
    pub(super) fn is_starting(&self) -> bool {
        matches!(&self.state, State::Starting(starting) if !starting.is_finished())
    }

    /// Forgets an engine that died; the next call starts another.
    pub(super) fn forget(&mut self) {
        self.state = State::Stopped;
    }

    /// Ends the engine and removes its folder.
    pub(super) async fn shut_down(self) {
        match self.state {
            State::Ready(engine) => engine.shut_down().await,
            State::Starting(starting) => {
                starting.abort();
                let _ = starting.await;
            }
            State::Stopped => {}
        }
    }
}

/// A spare engine if there is one, else one of this kernel's own, after `begin`.
async fn start(slot: Option<Slot>, begin: impl Future<Output = ()>) -> Result<(Option<Slot>, Engine)> {
    let working_dir = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
    begin.await;
    if let Some(engine) = spare::take(&working_dir).await {
        return Ok((None, engine));
    }
    let slot = match slot {
        Some(slot) => slot,
        None => tokio::task::spawn_blocking(|| Slot::new(warm::prepare()?))
            .await
            .map_err(|error| Error::KernelDied(error.to_string()))??,
    };
    let engine = Engine::start(slot.place(&working_dir), |_| {}).await?;
    Ok((Some(slot), engine))
}
