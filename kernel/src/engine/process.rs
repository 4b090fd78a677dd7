//! The engine's process: started with its own folder and environment, asked, and ended with all that it started.

use super::cell::{Cell, Ended, Output};
use super::connection::{self, Connection, Incoming};
use super::interrupt::{self, Interrupt};
use super::life::Life;
use super::prelude;
use super::private;
use super::relays::{self, RelayLine};
use crate::error::{Error, Result};
use crate::processes::Group;
use crate::relay;
use crate::settle;
use crate::toolchain;
use jupyter_protocol::{ConnectionInfo, ExecuteRequest, JupyterMessage, JupyterMessageContent};
use serde::{Deserialize, Serialize};
use std::collections::{HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::time::timeout;

/// How long an engine may take to end when asked, before it is ended.
const SHUTDOWN_PATIENCE: Duration = Duration::from_secs(2);
/// How long the engine may take from its start to its first answer.
const START_PATIENCE: Duration = Duration::from_secs(180);

/// How long to wait for the engine's broadcasts before it is asked again.
const GREET_AGAIN: Duration = Duration::from_millis(100);

/// Where an engine lives.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Place {
    /// evcxr's working folder, with the warm build in it.
    pub crate_dir: PathBuf,
    /// The folder of the `lstm` crate that cells depend on.
    pub lstm: PathBuf,
    /// The script through which cargo calls rustc for cells.
    pub recorder: PathBuf,
    /// A folder that only this user can enter, for sockets and the connection file.
    pub private: PathBuf,
    /// The working folder of user code.
    pub working_dir: PathBuf,
}

/// A running engine.
pub(crate) struct Engine {
    pub(super) place: Place,
    pub(super) info: ConnectionInfo,
    pub(super) life: Life,
    connection: Connection,
    pub(super) incoming: UnboundedReceiver<Incoming>,
    pub(super) relay: RelayLine,
    /// To the engine's own process, which can be given another working folder and environment.
    pub(super) settle: Option<settle::Line>,
    /// How the process that runs user code ended between two cells, if it did.
    pub(super) ended_idle: Option<(Option<i32>, Option<i32>)>,
    /// The ids under which things have been displayed: the next time they are updates.
    pub(super) shown: HashSet<String>,
    /// What user code has printed and shown between two cells, and nobody has asked for yet.
    late: VecDeque<Output>,
}

impl Engine {
    /// Starts an engine that is ready for the first cell. `chatter` gets the lines that cargo prints meanwhile.
    pub(crate) async fn start(place: Place, mut chatter: impl FnMut(String) + Send + 'static) -> Result<Self> {
        let (sender, incoming) = mpsc::unbounded_channel();
        let socket = place.private.join("relay.sock");
        // A socket that a lost engine left behind would be in the way.
        let _ = std::fs::remove_file(&socket);
        let relay = relays::listen(&socket, sender.clone())?;
        let file = place.private.join("engine.json");
        let info = crate::connection::write(&file)?;
        let (settle, inherited) = settle::Line::pair()?;
        let mut child = spawn(&place, &file, &socket, &settle::number(&inherited))?;
        drop(inherited);
        let (said_sender, mut said) = mpsc::unbounded_channel();
        if let Some(stderr) = child.stderr.take() {
            let mut lines = BufReader::new(stderr).lines();
            tokio::spawn(async move {
                while let Ok(Some(line)) = lines.next_line().await {
                    let _ = said_sender.send(line.clone());
                    chatter(line);
                }
            });
        }
        let mut life = Life::own(child);
        let connected = connection::connect(&info, &sender, || life.is_alive()).await;
        let mut engine = match connected {
            Ok(connection) => Self::new(place, info, life, connection, incoming, relay, Some(settle)),
            Err(error) => return Err(with_last_words(error, String::new(), &mut said).await),
        };
        let mut runtime_said = String::new();
        match timeout(START_PATIENCE, engine.greet(&mut runtime_said)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(with_last_words(error, runtime_said, &mut said).await),
            Err(_) => return Err(Error::KernelDied("the engine did not answer in time".to_owned())),
        }
        engine.load_crate().await?;
        Ok(engine)
    }

    pub(super) fn new(
        place: Place,
        info: ConnectionInfo,
        life: Life,
        connection: Connection,
        incoming: UnboundedReceiver<Incoming>,
        relay: RelayLine,
        settle: Option<settle::Line>,
    ) -> Self {
        let (ended_idle, shown, late) = (None, HashSet::new(), VecDeque::new());
        Self { place, info, life, connection, incoming, relay, settle, ended_idle, shown, late }
    }

    /// Has evcxr depend on the crate, with its prelude in scope.
    async fn load_crate(&mut self) -> Result<()> {
        let cell = prelude::first_cell(&self.place.lstm);
        self.prepare(&cell).await
    }

    /// Asks for kernel_info until iopub answers too, so that no broadcast of a later cell is missed. What the runtime
    /// writes to standard error meanwhile is added to `said`.
    pub(super) async fn greet(&mut self, said: &mut String) -> Result<()> {
        loop {
            let request = JupyterMessage::new(jupyter_protocol::KernelInfoRequest {}, None);
            self.send(request).await?;
            let wait = tokio::time::sleep(GREET_AGAIN);
            tokio::pin!(wait);
            loop {
                tokio::select! {
                    incoming = self.incoming.recv() => match incoming {
                        Some(Incoming::IoPub(_)) => return Ok(()),
                        Some(Incoming::Relay(relay::Event::Stderr(text))) => said.push_str(&text),
                        Some(_) => {}
                        None => return Err(Error::KernelDied("the engine's sockets closed".to_owned())),
                    },
                    died = self.life.ended() => return Err(died),
                    () = &mut wait => break,
                }
            }
        }
    }

    /// Runs a cell of the kernel's own; anything but success is an error with what was said.
    async fn prepare(&mut self, code: &str) -> Result<()> {
        match self.run_own(code).await? {
            (Ended::Well, _) => Ok(()),
            (how, said) => {
                Err(Error::Program { program: "the kernel's first cell".to_owned(), why: format!("{how}\n{said}") })
            }
        }
    }

    /// Runs a cell of the kernel's own; how it ended, and what it printed.
    async fn run_own(&mut self, code: &str) -> Result<(Ended, String)> {
        let mut said = String::new();
        let ended = self
            .run(
                code,
                false,
                |output| {
                    if let Output::Stdout(text) | Output::Stderr(text) = output {
                        said.push_str(&text);
                    }
                },
                |_| async { String::new() },
            )
            .await?;
        Ok((ended.how, said))
    }

    /// Compiles the dependencies as evcxr needs them to explain a cell that it refuses.
    pub(crate) async fn warm_up_checks(&mut self) -> Result<()> {
        self.run(prelude::REFUSED_AFTER_CHECK, false, |_| {}, |_| async { String::new() }).await.map(|_| ())
    }

    /// Has rust-analyzer and the compiler read what a first cell with a network needs, and leaves no trace of it.
    pub(crate) async fn warm_up_types(&mut self) -> Result<()> {
        for cell in prelude::warming_cells() {
            self.prepare(&cell).await?;
        }
        Ok(())
    }

    /// After a lost process: makes its replacement as ready as the first one was. Where evcxr does not know the crate any
    /// more, as after `:clear`, it is told of it again.
    pub(crate) async fn prepare_process(&mut self) -> Result<()> {
        for _ in 0..3 {
            match self.run_own(&prelude::process_cell()).await? {
                (Ended::Well, said) if said.contains(prelude::READY) => return Ok(()),
                (Ended::Refused(_), _) => return self.load_crate().await,
                // The process was lost on the way; evcxr has another.
                (Ended::Exited { .. }, _) => {}
                // After `:restart` evcxr still counts on the variables of the process before, and does not run a cell
                // without them. It forgets them with a process that it finds dead.
                _ => {
                    self.relay.send(relay::Command::End).await;
                }
            }
        }
        Err(Error::KernelDied("the process that runs cells cannot be prepared".to_owned()))
    }

    /// Runs one cell. `output` is called as things are printed and shown; `input` answers requests for input.
    pub(crate) async fn run<F, I>(
        &mut self,
        code: &str,
        allow_stdin: bool,
        output: impl FnMut(Output),
        input: I,
    ) -> Result<Cell>
    where
        I: Fn(jupyter_protocol::InputRequest) -> F,
        F: Future<Output = String>,
    {
        let request = ExecuteRequest { code: code.to_owned(), allow_stdin, ..Default::default() };
        let request = JupyterMessage::new(request, None);
        let id = request.header.msg_id.clone();
        // What asked the cell before to stop is not meant for this one.
        let _ = std::fs::remove_file(interrupt::file(&self.place.private));
        self.send(request).await?;
        super::cell::watch(self, &id, allow_stdin, output, input).await
    }

    /// Waits for what user code still prints or shows when its cell has ended. May be dropped and called again.
    pub(crate) async fn late_output(&mut self) -> Output {
        loop {
            if let Some(output) = self.late.pop_front() {
                return output;
            }
            match self.incoming.recv().await {
                Some(incoming) => self.take_late(incoming),
                // The next cell finds out why.
                None => std::future::pending().await,
            }
        }
    }

    /// What has arrived of that already.
    pub(crate) fn late_output_now(&mut self) -> impl Iterator<Item = Output> {
        while let Ok(incoming) = self.incoming.try_recv() {
            self.take_late(incoming);
        }
        self.late.drain(..)
    }

    fn take_late(&mut self, incoming: Incoming) {
        match incoming {
            Incoming::Relay(relay::Event::Exited { code, signal }) => self.ended_idle = Some((code, signal)),
            Incoming::Relay(event) => self.late.extend(super::watch::late(event, &mut self.shown)),
            _ => {}
        }
    }

    /// Asks the engine something that is answered on its shell socket; `None` where it does not answer in time.
    pub(crate) async fn ask(
        &mut self,
        content: impl Into<JupyterMessageContent>,
        patience: Duration,
    ) -> Result<Option<JupyterMessageContent>> {
        let request = JupyterMessage::new(content, None);
        let id = request.header.msg_id.clone();
        self.send(request).await?;
        let answer = async {
            while let Some(incoming) = self.incoming.recv().await {
                match incoming {
                    Incoming::Shell(reply)
                        if reply.parent_header.as_ref().is_some_and(|parent| parent.msg_id == id) =>
                    {
                        return Some(reply.content);
                    }
                    other => self.take_late(other),
                }
            }
            None
        };
        Ok(timeout(patience, answer).await.ok().flatten())
    }

    /// Answers the engine's request for input.
    pub(super) async fn answer_input(&mut self, value: String, request: &JupyterMessage) -> Result<()> {
        let content = jupyter_protocol::InputReply { value, ..Default::default() };
        let reply = JupyterMessage::new(content, Some(request));
        self.connection
            .stdin
            .send(reply)
            .await
            .map_err(|source| Error::Protocol { what: "cannot pass input on", source })
    }

    /// Waits for the next thing that the engine or a relay says.
    pub(super) async fn next(&mut self) -> Result<Incoming> {
        tokio::select! {
            biased;
            incoming = self.incoming.recv() => {
                incoming.ok_or_else(|| Error::KernelDied("the engine's sockets closed".to_owned()))
            }
            died = self.life.ended() => Err(died),
        }
    }

    async fn send(&mut self, message: JupyterMessage) -> Result<()> {
        self.connection
            .shell
            .send(message)
            .await
            .map_err(|source| Error::Protocol { what: "cannot send to the engine", source })
    }

    /// The way to stop a cell while it runs.
    pub(crate) fn interrupt(&self) -> Interrupt {
        let file = interrupt::file(&self.place.private);
        Interrupt { relay: self.relay.clone(), file, engine: self.life.process() }
    }

    /// Where this engine lives.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// Waits for the engine's end, whatever ends it.
    pub(crate) async fn ended(&mut self) -> Error {
        self.life.ended().await
    }

    /// Ends the engine and everything that it started. It has nothing to save, so it is not asked.
    pub(crate) async fn shut_down(mut self) {
        self.life.end();
        let _ = timeout(SHUTDOWN_PATIENCE, self.life.ended()).await;
    }
}

fn spawn(place: &Place, connection_file: &Path, socket: &Path, settle: &str) -> Result<Child> {
    let program = private::program(&place.private)?;
    let mut command = Command::new(&program);
    private::give_cargo_home(&mut command, &place.private, &program)?;
    command
        .arg("--control_file")
        .arg(connection_file)
        .current_dir(&place.working_dir)
        .env(crate::role::ENGINE, "1")
        .env(relay::SOCKET, socket)
        .env(settle::FD, settle)
        .env(relay::INTERRUPT_FILE, interrupt::file(&place.private))
        .env(PROGRAM, &program)
        .env("LSTM_DATA", crate::paths::data()?)
        .env(LIBRARY_PATH, library_path(place)?)
        .env("EVCXR_TMPDIR", &place.crate_dir)
        .env(crate::forwarder::RECORDER, &place.recorder)
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "3")
        .env("CARGO_PROFILE_DEV_DEBUG_ASSERTIONS", "false")
        .env("CARGO_PROFILE_DEV_OVERFLOW_CHECKS", "false")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    Group::lead(&mut command);
    if let Some(name) = toolchain::NAME {
        command.env("RUSTUP_TOOLCHAIN", name);
    }
    if let Some(backtrace) = std::env::var_os("RUST_BACKTRACE") {
        command.env(relay::USER_BACKTRACE, backtrace);
    }
    crate::parent_death::share(command.as_std_mut());
    command.spawn().map_err(|error| Error::Program { program: "the engine".to_owned(), why: error.to_string() })
}

/// Tells user code where this program is: the `lstm` crate has it fetch data sets.
const PROGRAM: &str = "LSTM_KERNEL_PROGRAM";

/// Where the dynamic linker looks for libraries.
const LIBRARY_PATH: &str = if cfg!(target_os = "macos") { "DYLD_LIBRARY_PATH" } else { "LD_LIBRARY_PATH" };

/// The standard library's folder first. rustc writes it into a cell's library relative to the folder that it compiled
/// in; evcxr uses the library from another, and the path is then right only by luck.
fn library_path(place: &Place) -> Result<std::ffi::OsString> {
    let mut folders = vec![toolchain::library_folder()?];
    if let Some(theirs) = std::env::var_os(LIBRARY_PATH) {
        folders.extend(std::env::split_paths(&theirs));
    }
    std::env::join_paths(folders)
        .map_err(|error| Error::Usage(format!("{} cannot be used: {error}", place.crate_dir.display())))
}

/// Adds the end of what the engine and its runtime printed: it says why better than an exit status.
async fn with_last_words(error: Error, runtime_said: String, said: &mut UnboundedReceiver<String>) -> Error {
    // What was written just before the end is still on its way through a pipe.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut words: Vec<String> = runtime_said.lines().map(str::to_owned).collect();
    while let Ok(line) = said.try_recv() {
        words.push(line);
    }
    let tail = words[words.len().saturating_sub(12)..].join("\n");
    if tail.is_empty() { error } else { Error::KernelDied(format!("{error}; it said:\n{tail}")) }
}
