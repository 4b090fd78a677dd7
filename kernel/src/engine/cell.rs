//! One cell on the engine: puts together what evcxr says of it and what the relay saw.
//!
//! evcxr answers "ok" to a cell that panicked or returned early through `?`. The relay saw it, so the end of a cell is
//! decided here, from both.

use super::connection::Incoming;
use super::process::Engine;
use crate::error::Result;
use crate::relay::{Command, Event, Panic};
use jupyter_protocol::{ExecutionState, InputRequest, JupyterMessage, JupyterMessageContent, ReplyStatus};
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::time::Duration;
use tokio::time::Instant;

/// Content by mime type, as Jupyter's display messages carry it.
pub(crate) type Bundle = Map<String, Value>;

/// How long text on standard error waits for the news that it was an error returned through `?`.
const STDERR_HOLD: Duration = Duration::from_millis(40);
/// How long a panic's record waits for the news that the panic ended the cell; later it is printed as a thread's.
const PANIC_HOLD: Duration = Duration::from_millis(500);
/// How long the first mime type of something displayed waits for the others.
const DISPLAY_HOLD: Duration = Duration::from_millis(20);
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

/// Watches the engine until the cell whose request has this id is over.
pub(super) async fn watch<F, I>(engine: &mut Engine, id: &str, output: impl FnMut(Output), input: I) -> Result<Cell>
where
    I: Fn(InputRequest) -> F,
    F: Future<Output = String>,
{
    let mut shown = std::mem::take(&mut engine.shown);
    let mut watch = Watch::new(output, &mut shown);
    watch.exited = engine.ended_idle.take();
    let (mut replied, mut idle, mut failed) = (false, false, false);
    while !(replied && idle) {
        let incoming = match watch.deadline() {
            Some(deadline) => match tokio::time::timeout_at(deadline, engine.next()).await {
                Ok(incoming) => incoming?,
                Err(_) => {
                    watch.release_overdue();
                    continue;
                }
            },
            None => engine.next().await?,
        };
        match incoming {
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
                if let JupyterMessageContent::InputRequest(asked) = &request.content {
                    let value = input(asked.clone()).await;
                    engine.answer_input(value, &request).await?;
                }
            }
            Incoming::Shell(_) | Incoming::IoPub(_) => {}
        }
    }
    synchronise(engine, &mut watch).await?;
    let cell = watch.end(failed);
    engine.shown = shown;
    Ok(cell)
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

/// A cell that ends in a loop or a call without a value has nothing to show; evcxr prints its `()`.
fn is_unit(bundle: &Bundle) -> bool {
    bundle.len() == 1 && bundle.get("text/plain").is_some_and(|text| text == "()")
}

/// Something displayed under an id, its mime types still being collected.
struct Display {
    id: String,
    bundle: Bundle,
    since: Instant,
}

/// What is known of a running cell.
struct Watch<'a, O> {
    output: O,
    stderr: String,
    stderr_since: Option<Instant>,
    last_words: String,
    panics: Vec<Panic>,
    panics_since: Option<Instant>,
    told_panics: usize,
    bundle: Bundle,
    display: Option<Display>,
    shown: &'a mut HashSet<String>,
    refused: Vec<(String, Vec<String>)>,
    panicked: bool,
    returned_error: Option<String>,
    exited: Option<(Option<i32>, Option<i32>)>,
}

impl<'a, O: FnMut(Output)> Watch<'a, O> {
    fn new(output: O, shown: &'a mut HashSet<String>) -> Self {
        Self {
            output,
            stderr: String::new(),
            stderr_since: None,
            last_words: String::new(),
            panics: Vec::new(),
            panics_since: None,
            told_panics: 0,
            bundle: Bundle::new(),
            display: None,
            shown,
            refused: Vec::new(),
            panicked: false,
            returned_error: None,
            exited: None,
        }
    }

    /// When something that is held back must be let go.
    fn deadline(&self) -> Option<Instant> {
        let stderr = self.stderr_since.map(|since| since + STDERR_HOLD);
        let panics = self.panics_since.map(|since| since + PANIC_HOLD);
        let display = self.display.as_ref().map(|display| display.since + DISPLAY_HOLD);
        [stderr, panics, display].into_iter().flatten().min()
    }

    fn release_overdue(&mut self) {
        let now = Instant::now();
        if self.stderr_since.is_some_and(|since| since + STDERR_HOLD <= now) {
            self.release_stderr();
        }
        if self.display.as_ref().is_some_and(|display| display.since + DISPLAY_HOLD <= now) {
            self.release_display();
        }
        if self.panics_since.is_some_and(|since| since + PANIC_HOLD <= now) {
            self.release_panics();
        }
    }

    fn relay(&mut self, event: Event) {
        match event {
            Event::Stdout(text) => {
                self.release_display();
                self.release_bundle();
                (self.output)(Output::Stdout(text));
            }
            Event::Stderr(text) => {
                self.release_display();
                self.release_bundle();
                self.stderr.push_str(&text);
                self.stderr_since.get_or_insert_with(Instant::now);
            }
            Event::Block { mime, display_id, content } => self.block(mime, display_id, content),
            Event::Panic(panic) => {
                self.panics.push(panic);
                self.panics_since.get_or_insert_with(Instant::now);
            }
            Event::Panicked => self.panicked = true,
            Event::ReturnedError => {
                self.stderr_since = None;
                self.returned_error = Some(std::mem::take(&mut self.stderr));
            }
            Event::Exited { code, signal } => self.exited = Some((code, signal)),
            Event::Started { .. } | Event::Complete | Event::Synced(_) => {}
        }
    }

    /// What evcxr itself has to say: errors of compilation, and the output of its own commands.
    fn engine(&mut self, content: JupyterMessageContent) {
        match content {
            JupyterMessageContent::ErrorOutput(error) => self.refused.push((error.evalue, error.traceback)),
            JupyterMessageContent::ExecuteResult(result) => {
                if let Ok(Value::Object(bundle)) = serde_json::to_value(&result.data) {
                    self.bundle.extend(bundle);
                }
            }
            JupyterMessageContent::DisplayData(display) => {
                if let Ok(Value::Object(bundle)) = serde_json::to_value(&display.data) {
                    (self.output)(Output::Display(bundle, None));
                }
            }
            JupyterMessageContent::StreamContent(stream) => (self.output)(Output::Stdout(stream.text)),
            _ => {}
        }
    }

    fn block(&mut self, mime: String, display_id: Option<String>, content: String) {
        let value = if mime.contains("json") {
            serde_json::from_str(&content).unwrap_or(Value::String(content))
        } else {
            Value::String(content)
        };
        self.release_stderr();
        let Some(id) = display_id else {
            self.release_display();
            if self.bundle.contains_key(&mime) {
                self.release_bundle();
            }
            self.bundle.insert(mime, value);
            return;
        };
        // One thing shown in several mime types is several blocks, and one message.
        if self.display.as_ref().is_some_and(|display| display.id != id || display.bundle.contains_key(&mime)) {
            self.release_display();
        }
        self.release_bundle();
        let display = self.display.get_or_insert_with(|| Display { id, bundle: Bundle::new(), since: Instant::now() });
        display.bundle.insert(mime, value);
    }

    /// Shows what was collected under an id, or shows it anew.
    fn release_display(&mut self) {
        if let Some(Display { id, bundle, .. }) = self.display.take() {
            let is_new = self.shown.insert(id.clone());
            (self.output)(if is_new { Output::Display(bundle, Some(id)) } else { Output::Update(bundle, id) });
        }
    }

    /// Shows what was collected without an id: something follows it, so it was not the cell's last expression.
    fn release_bundle(&mut self) {
        if !self.bundle.is_empty() {
            (self.output)(Output::Display(std::mem::take(&mut self.bundle), None));
        }
    }

    fn release_stderr(&mut self) {
        self.stderr_since = None;
        if !self.stderr.is_empty() {
            self.remember(&self.stderr.clone());
            (self.output)(Output::Stderr(std::mem::take(&mut self.stderr)));
        }
    }

    /// Prints panics that did not end the cell as Rust prints a thread's.
    fn release_panics(&mut self) {
        self.panics_since = None;
        for panic in &self.panics[self.told_panics..] {
            let Panic { thread, file, line, column, message } = panic;
            (self.output)(Output::Stderr(format!(
                "thread '{thread}' panicked at {file}:{line}:{column}:\n{message}\n"
            )));
        }
        self.told_panics = self.panics.len();
    }

    /// Keeps the end of what was written to standard error: it may tell why a process died.
    fn remember(&mut self, text: &str) {
        self.last_words.push_str(text);
        let excess = self.last_words.len().saturating_sub(4096);
        let cut = (excess..self.last_words.len()).find(|&at| self.last_words.is_char_boundary(at)).unwrap_or(0);
        self.last_words.drain(..cut);
    }

    fn end(mut self, failed: bool) -> Cell {
        let process_lost = self.exited.is_some();
        let how = if let Some((code, signal)) = self.exited {
            let words = std::mem::take(&mut self.stderr);
            self.remember(&words);
            Ended::Exited { code, signal, last_words: std::mem::take(&mut self.last_words) }
        } else if self.panicked {
            Ended::Panicked(std::mem::take(&mut self.panics))
        } else if let Some(error) = self.returned_error.take() {
            Ended::ReturnedError(error)
        } else if failed {
            Ended::Refused(std::mem::take(&mut self.refused))
        } else {
            Ended::Well
        };
        self.release_stderr();
        self.release_display();
        if !matches!(how, Ended::Panicked(_)) {
            self.release_panics();
        }
        if is_unit(&self.bundle) {
            self.bundle.clear();
        }
        if matches!(how, Ended::Well) && !self.bundle.is_empty() {
            (self.output)(Output::Result(std::mem::take(&mut self.bundle)));
        } else {
            self.release_bundle();
        }
        Cell { how, process_lost }
    }
}
