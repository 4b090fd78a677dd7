//! What is known of a running cell: pieces of output put together, and what tells how it ends.

use super::cell::{Bundle, Cell, Ended, Output};
use super::pace::Pace;
use crate::relay::{Event, Panic};
use jupyter_protocol::JupyterMessageContent;
use serde_json::Value;
use std::collections::HashSet;
use std::time::Duration;
use tokio::time::Instant;

/// How long text on standard error waits for the news that it was an error returned through `?`.
const STDERR_HOLD: Duration = Duration::from_millis(40);
/// How long a panic's record waits for the news that the panic ended the cell; later it is printed as a thread's.
const PANIC_HOLD: Duration = Duration::from_millis(500);
/// How long the first mime type of something displayed waits for the others.
const DISPLAY_HOLD: Duration = Duration::from_millis(20);

/// The mime type of a block that shows nothing and asks to clear the cell's output, at once or, where it says `wait`, as soon
/// as there is something else.
const CLEAR: &str = "application/vnd.lstm.clear-output";

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

/// What an event shows that came after its cell had ended; `shown` holds the ids under which things have been displayed.
pub(super) fn late(event: Event, shown: &mut HashSet<String>) -> Option<Output> {
    match event {
        Event::Stdout(text) => Some(Output::Stdout(text)),
        Event::Stderr(text) => Some(Output::Stderr(text)),
        Event::Panic(panic) => Some(Output::Stderr(panic.to_string())),
        Event::Block { mime, content, .. } if mime == CLEAR => Some(cleared(&content)),
        Event::Block { mime, display_id, content } => {
            let bundle = Bundle::from_iter([(mime.clone(), value(&mime, content))]);
            Some(match display_id {
                Some(id) if !shown.insert(id.clone()) => Output::Update(bundle, id),
                id => Output::Display(bundle, id),
            })
        }
        _ => None,
    }
}

/// What a block of the type [`CLEAR`] asks for.
fn cleared(content: &str) -> Output {
    Output::Clear { wait: content == "wait" }
}

/// Content as a bundle holds it.
fn value(mime: &str, content: String) -> Value {
    if !mime.contains("json") {
        return Value::String(content);
    }
    serde_json::from_str(&content).unwrap_or(Value::String(content))
}

/// What is known of a running cell.
pub(super) struct Watch<'a, O: FnMut(Output)> {
    pace: Pace<O>,
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
    not_run: bool,
    returned_error: Option<String>,
    /// How the process ended, if it did.
    pub(super) exited: Option<(Option<i32>, Option<i32>)>,
    /// Another process has come, as after `:restart` and `:clear`.
    pub(super) replaced: bool,
}

impl<'a, O: FnMut(Output)> Watch<'a, O> {
    /// Nothing is known yet.
    pub(super) fn new(output: O, shown: &'a mut HashSet<String>) -> Self {
        Self {
            pace: Pace::new(output),
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
            not_run: false,
            returned_error: None,
            exited: None,
            replaced: false,
        }
    }

    /// When something that is held back must be let go.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let stderr = self.stderr_since.map(|since| since + STDERR_HOLD);
        let panics = self.panics_since.map(|since| since + PANIC_HOLD);
        let display = self.display.as_ref().map(|display| display.since + DISPLAY_HOLD);
        [stderr, panics, display, self.pace.deadline()].into_iter().flatten().min()
    }

    /// Lets go what has been held back long enough.
    pub(super) fn release_overdue(&mut self) {
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
        self.pace.release_overdue(now);
    }

    /// What the relay saw.
    pub(super) fn relay(&mut self, event: Event) {
        match event {
            Event::Stdout(text) => {
                self.release_display();
                self.release_bundle();
                self.pace.show(Output::Stdout(text));
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
            Event::NotRun => self.not_run = true,
            Event::Started { .. } => self.replaced = true,
            Event::Complete | Event::Settled(_) | Event::Synced(_) | Event::Input => {}
        }
    }

    /// What evcxr itself has to say: errors of compilation, and the output of its own commands.
    pub(super) fn engine(&mut self, content: JupyterMessageContent) {
        match content {
            JupyterMessageContent::ErrorOutput(error) => self.refused.push((error.evalue, error.traceback)),
            JupyterMessageContent::ExecuteResult(result) => {
                if let Ok(Value::Object(bundle)) = serde_json::to_value(&result.data) {
                    self.bundle.extend(bundle);
                }
            }
            JupyterMessageContent::DisplayData(display) => {
                if let Ok(Value::Object(bundle)) = serde_json::to_value(&display.data) {
                    self.pace.show(Output::Display(bundle, None));
                }
            }
            JupyterMessageContent::StreamContent(stream) => self.pace.show(Output::Stdout(stream.text)),
            _ => {}
        }
    }

    fn block(&mut self, mime: String, display_id: Option<String>, content: String) {
        self.release_stderr();
        if mime == CLEAR {
            self.release_display();
            self.release_bundle();
            return self.pace.show(cleared(&content));
        }
        let value = value(&mime, content);
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
            self.pace.show(if is_new { Output::Display(bundle, Some(id)) } else { Output::Update(bundle, id) });
        }
    }

    /// Shows what was collected without an id: something follows it, so it was not the cell's last expression.
    fn release_bundle(&mut self) {
        if !self.bundle.is_empty() {
            self.pace.show(Output::Display(std::mem::take(&mut self.bundle), None));
        }
    }

    fn release_stderr(&mut self) {
        self.stderr_since = None;
        if !self.stderr.is_empty() {
            self.remember(&self.stderr.clone());
            self.pace.show(Output::Stderr(std::mem::take(&mut self.stderr)));
        }
    }

    /// Prints panics that did not end the cell as Rust prints a thread's.
    fn release_panics(&mut self) {
        self.panics_since = None;
        for panic in &self.panics[self.told_panics..] {
            self.pace.show(Output::Stderr(panic.to_string()));
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

    /// How the cell ended; what is still held back is shown.
    pub(super) fn end(mut self, failed: bool) -> Cell {
        let process_lost = self.exited.is_some() || self.replaced;
        let how = if let Some((code, signal)) = self.exited {
            let words = std::mem::take(&mut self.stderr);
            self.remember(&words);
            Ended::Exited { code, signal, last_words: std::mem::take(&mut self.last_words) }
        } else if self.not_run {
            Ended::NotRun
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
            self.pace.show(Output::Result(std::mem::take(&mut self.bundle)));
        } else {
            self.release_bundle();
        }
        Cell { how, process_lost }
    }
}
