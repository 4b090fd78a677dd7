//! The client's end of one kernel: starts it, runs cells on it, interrupts it, shuts it down.

use super::process::Process;
use super::spec::Spec;
use super::stop::Stop;
use super::wire::{Channel, Message, Wire};
use crate::connection::Connection;
use crate::error::{Error, Result};
use jupyter_protocol::{ExecuteRequest, InterruptRequest, KernelInfoRequest, ShutdownRequest};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout};

/// How long a kernel may take to start. It may have to build its dependencies first.
const START: Duration = Duration::from_secs(30 * 60);
/// How long an interrupted cell may take to end before its kernel is killed.
const GRACE: Duration = Duration::from_secs(10);
/// How long to wait, after a cell's reply, for the next message of that cell before it counts as complete.
const QUIET: Duration = Duration::from_secs(10);
/// How long to wait for more output of a kernel that has died.
const LAST_OUTPUT: Duration = Duration::from_millis(300);

/// A kernel that answers.
pub(crate) struct Kernel {
    process: Process,
    wire: Wire,
    by_message: bool,
    /// The `language_info` of its `kernel_info_reply`.
    pub(crate) language_info: Value,
    _connection: Connection,
}

/// How a cell ended.
#[derive(Debug)]
pub(crate) enum End {
    /// The kernel replied with this content.
    Replied(Value),
    /// The cell's time was over; the kernel let itself be interrupted and can go on.
    Interrupted,
    /// The cell's time was over and the kernel did not stop: it has to be killed.
    Stuck,
    /// The kernel is gone; why.
    Died(String),
}

impl Kernel {
    /// Starts a kernel in `folder` and waits until it answers on every channel that is needed.
    ///
    /// # Errors
    /// When it ends first or takes too long, with the end of what it printed; when `stop` was asked for.
    pub(crate) async fn start(spec: &Spec, folder: &Path, stop: &mut Stop) -> Result<Self> {
        let connection = Connection::create()?;
        let mut command = spec.command(&connection.file);
        command.current_dir(folder);
        let mut process = Process::start(command)?;
        let ready = async {
            let mut wire = Wire::connect(&connection.info).await?;
            let language_info = greet(&mut wire).await?;
            Ok((wire, language_info))
        };
        let answer = tokio::select! {
            answer = ready => answer,
            how = process.ended() => Err(Error::KernelDied(format!("the kernel {how} while it was starting"))),
            () = tokio::time::sleep(START) => {
                Err(Error::KernelDied(format!("the kernel did not answer within {} minutes", START.as_secs() / 60)))
            }
            () = stop.requested() => Err(Error::Interrupted),
        };
        match answer {
            Ok((wire, language_info)) => {
                let mut kernel = Self {
                    process,
                    wire,
                    by_message: spec.interrupts_by_message(),
                    language_info,
                    _connection: connection,
                };
                kernel.run_nothing(stop).await?;
                Ok(kernel)
            }
            Err(Error::KernelDied(why)) => {
                tokio::time::sleep(LAST_OUTPUT).await;
                Err(Error::KernelDied(with_words(&why, &process)))
            }
            Err(error) => Err(error),
        }
    }

    /// Runs a cell that does nothing: a kernel may answer before it can run cells, and the time that it takes to get
    /// there is no cell's.
    async fn run_nothing(&mut self, stop: &mut Stop) -> Result<()> {
        let request = ExecuteRequest {
            code: "();".to_owned(),
            silent: true,
            store_history: false,
            stop_on_error: false,
            ..Default::default()
        };
        match self.execute(request, Some(START), stop, &mut |_, _| {}).await? {
            End::Replied(_) | End::Interrupted => Ok(()),
            End::Stuck => Err(Error::KernelDied("the kernel runs no cells".to_owned())),
            End::Died(why) => Err(Error::KernelDied(why)),
        }
    }

    /// Runs code and hands each of its iopub messages to `output`, as type and content. Ends when both the reply and
    /// the `idle` status are there, or when `limit` is over.
    ///
    /// # Errors
    /// When the request cannot be sent or `stop` was asked for; everything else is an [`End`].
    pub(crate) async fn execute(
        &mut self,
        request: ExecuteRequest,
        limit: Option<Duration>,
        stop: &mut Stop,
        output: &mut (dyn FnMut(&str, &Value) + Send),
    ) -> Result<End> {
        let id = self.wire.send(Channel::Shell, request).await?;
        let mut deadline = limit.map(|limit| Instant::now() + limit);
        let mut interrupted = false;
        let mut reply = None;
        let mut idle = false;
        loop {
            tokio::select! {
                message = self.wire.receive() => {
                    if message.parent != id {
                        continue;
                    }
                    match (message.channel, message.kind.as_str()) {
                        (Channel::Shell, "execute_reply") => reply = Some(message.content),
                        (Channel::Iopub, "status") => idle |= message.content["execution_state"] == "idle",
                        (Channel::Iopub, kind) => output(kind, &message.content),
                        _ => {}
                    }
                    if reply.is_some() && !interrupted {
                        deadline = Some(Instant::now() + QUIET);
                    }
                }
                how = self.process.ended() => {
                    while let Ok(message) = timeout(LAST_OUTPUT, self.wire.receive()).await {
                        if message.channel == Channel::Iopub && message.parent == id {
                            output(&message.kind, &message.content);
                        }
                    }
                    return Ok(End::Died(with_words(&format!("the kernel {how}"), &self.process)));
                }
                () = at(deadline) => {
                    if reply.is_some() {
                        idle = true;
                    } else if interrupted {
                        return Ok(End::Stuck);
                    } else {
                        interrupted = true;
                        deadline = Some(Instant::now() + GRACE);
                        self.interrupt().await?;
                    }
                }
                () = stop.requested() => return Err(Error::Interrupted),
            }
            if idle {
                match reply.take() {
                    Some(_) if interrupted => return Ok(End::Interrupted),
                    Some(content) => return Ok(End::Replied(content)),
                    None => {}
                }
            }
        }
    }

    async fn interrupt(&mut self) -> Result<()> {
        if self.by_message {
            self.wire.send(Channel::Control, InterruptRequest {}).await?;
        } else {
            self.process.interrupt();
        }
        Ok(())
    }

    /// Asks the kernel to end and sees to it that it does.
    pub(crate) async fn shut_down(mut self) {
        // A kernel that cannot be asked any more is ended by signal.
        let _ = timeout(GRACE, self.wire.send(Channel::Control, ShutdownRequest { restart: false })).await;
        self.process.end().await;
    }
}

/// Asks for `kernel_info` until the reply and something on iopub have come: a subscription takes effect a little after
/// it was made, and a cell's first outputs must not fall into that gap.
async fn greet(wire: &mut Wire) -> Result<Value> {
    let mut asked = vec![wire.send(Channel::Shell, KernelInfoRequest {}).await?];
    let mut info = None;
    let mut heard = false;
    for _ in 0..20 {
        let patience = if info.is_some() { Duration::from_millis(250) } else { START };
        let until = Instant::now() + patience;
        while let Ok(message) = tokio::time::timeout_at(until, wire.receive()).await {
            let ours = asked.contains(&message.parent);
            heard |= message.channel == Channel::Iopub;
            if let Message { channel: Channel::Shell, kind, content, .. } = message
                && ours
                && kind == "kernel_info_reply"
            {
                info = Some(content["language_info"].clone());
                break;
            }
            if heard && info.is_some() {
                break;
            }
        }
        if heard && info.is_some() {
            break;
        }
        asked.push(wire.send(Channel::Shell, KernelInfoRequest {}).await?);
    }
    info.ok_or_else(|| Error::KernelDied("the kernel does not answer a kernel_info_request".to_owned()))
}

async fn at(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

fn with_words(why: &str, process: &Process) -> String {
    match process.last_words() {
        words if words.is_empty() => why.to_owned(),
        words => format!("{why}\nthe last that the kernel printed:\n{words}"),
    }
}
