//! One execute request: the cell is run on the engine, and what happens becomes Jupyter's messages as it happens.

use super::backend::Backend;
use super::failure::{self, Failure};
use super::history::History;
use super::inspect;
use super::interrupter::Interrupter;
use super::sockets::IoPub;
use crate::engine::{Bundle, Cell, Ended, Engine, Output};
use crate::error::{Error, Result};
use jupyter_protocol::{
    ClearOutput, DisplayData, ErrorOutput, ExecuteInput, ExecuteReply, ExecuteRequest, ExecuteResult, ExecutionCount,
    ExpressionResult, InputRequest, JupyterMessage, JupyterMessageContent, Media, Payload, ReplyError, ReplyStatus,
    StreamContent, Transient, UpdateDisplayData,
};
use jupyter_zmq_client as zmq;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Said in the first cell of a kernel that came before its library.
const BUILDING: &str = "The course's library is being built for notebooks. This happens once and takes two to \
                        four minutes; the cell runs when it is done.\n";

/// Runs execute requests and counts them.
pub(super) struct Executor {
    iopub: IoPub,
    interrupter: Interrupter,
    stdin: Arc<Mutex<zmq::KernelStdinConnection>>,
    count: usize,
    /// The newest cell's request: what its threads print when it has ended belongs to it.
    newest: Option<JupyterMessage>,
}

impl Executor {
    /// Publishes through `iopub`, asks for input through `stdin`.
    pub(super) fn new(iopub: IoPub, interrupter: Interrupter, stdin: zmq::KernelStdinConnection) -> Self {
        Self { iopub, interrupter, stdin: Arc::new(Mutex::new(stdin)), count: 0, newest: None }
    }

    /// The number of the newest cell.
    pub(super) fn count(&self) -> ExecutionCount {
        ExecutionCount::new(self.count)
    }

    /// Publishes what a cell's threads print or show when it has ended.
    pub(super) fn publish_late(&self, output: Output) {
        if let Some(newest) = &self.newest {
            self.iopub.publish(message(output, self.count()), newest);
        }
    }

    /// Publishes what the engine still has to show of earlier cells.
    fn publish_held(&self, engine: &mut Engine) {
        for output in engine.late_output_now() {
            self.publish_late(output);
        }
    }

    /// Runs one request to its end and returns the reply.
    pub(super) async fn execute(
        &mut self,
        backend: &mut Backend,
        history: &mut History,
        request: &JupyterMessage,
        execute: &ExecuteRequest,
    ) -> ExecuteReply {
        let empty = execute.code.trim().is_empty();
        let mut count = self.count + 1;
        if execute.store_history && !execute.silent && !empty {
            self.count = count;
            history.record(count, &execute.code);
        } else if empty {
            count = self.count;
        }
        let count = ExecutionCount::new(count);
        if !execute.silent {
            self.iopub.publish(ExecuteInput { code: execute.code.clone(), execution_count: count }, request);
        }
        let mut payload = Vec::new();
        let failure = match inspect::asked(&execute.code) {
            _ if empty => None,
            Some(name) => self.document(backend, request, name).await.map(|page| payload.extend(page)).err(),
            None => self.run(backend, history, request, execute, count).await,
        };
        let Some(failure) = failure else {
            let user_expressions = match &execute.user_expressions {
                Some(expressions) => Some(self.evaluate(backend, expressions).await),
                None => None,
            };
            return ExecuteReply { execution_count: count, payload, user_expressions, ..Default::default() };
        };
        let Failure { ename, evalue, traceback } = failure;
        if !execute.silent {
            let error = ErrorOutput { ename: ename.clone(), evalue: evalue.clone(), traceback: traceback.clone() };
            self.iopub.publish(error, request);
        }
        ExecuteReply {
            status: ReplyStatus::Error,
            execution_count: count,
            error: Some(Box::new(ReplyError { ename, evalue, traceback })),
            ..Default::default()
        }
    }

    /// The page about a name; where nothing is known, that is printed.
    async fn document(
        &mut self,
        backend: &mut Backend,
        request: &JupyterMessage,
        name: &str,
    ) -> std::result::Result<Option<Payload>, Failure> {
        self.interrupter.cell_begins();
        let ready = self.ready_engine(backend, request).await.map(drop);
        let page = match ready {
            Ok(()) => inspect::page(name, backend).await,
            Err(Error::Interrupted) => Err(failure::before_engine()),
            Err(error) => Err(failure::of_engine(&error)),
        };
        self.interrupter.cell_ends();
        if let Ok(None) = page {
            self.iopub.publish(StreamContent::stdout(&format!("Nothing is known of `{name}`.\n")), request);
        }
        page
    }

    /// The engine, as soon as there is one; what it still has to show of earlier cells has been shown.
    async fn ready_engine<'a>(&self, backend: &'a mut Backend, request: &JupyterMessage) -> Result<&'a mut Engine> {
        if backend.is_building() {
            self.iopub.publish(StreamContent::stdout(BUILDING), request);
        }
        let engine = self.interrupter.unless_asked(backend.engine()).await?;
        self.publish_held(engine);
        Ok(engine)
    }

    async fn run(
        &mut self,
        backend: &mut Backend,
        history: &History,
        request: &JupyterMessage,
        execute: &ExecuteRequest,
        count: ExecutionCount,
    ) -> Option<Failure> {
        self.interrupter.cell_begins();
        let ended = self.run_on_engine(backend, request, execute, count).await;
        let interrupted = self.interrupter.cell_ends();
        match ended {
            Ok((Cell { how: Ended::Well, .. }, _)) => None,
            Ok((cell, generated)) => Some(failure::of_cell(&cell, interrupted, &execute.code, history, &generated)),
            Err(Error::Interrupted) => Some(failure::before_engine()),
            Err(error) => {
                backend.forget();
                Some(failure::of_engine(&error))
            }
        }
    }

    /// The cell, and the code that evcxr made of it (to find a panic's line).
    async fn run_on_engine(
        &mut self,
        backend: &mut Backend,
        request: &JupyterMessage,
        execute: &ExecuteRequest,
        count: ExecutionCount,
    ) -> Result<(Cell, String)> {
        let engine = self.ready_engine(backend, request).await?;
        self.newest = Some(request.clone());
        let show = |output| {
            if !(execute.silent && matches!(output, Output::Result(_))) {
                self.iopub.publish(message(output, count), request);
            }
        };
        let input = |asked| self.ask_client(asked, request.clone());
        let interrupt = engine.interrupt();
        let cell = engine.run(&execute.code, execute.allow_stdin, show, input);
        let cell = self.interrupter.enforced(&interrupt, cell).await?;
        let generated = std::fs::read_to_string(engine.place().crate_dir.join("src/lib.rs")).unwrap_or_default();
        if cell.process_lost {
            engine.prepare_process().await?;
        }
        Ok((cell, generated))
    }

    /// Asks the client for a line of input on the stdin socket and waits for it.
    async fn ask_client(&self, asked: InputRequest, request: JupyterMessage) -> String {
        let mut stdin = self.stdin.lock().await;
        if stdin.send(JupyterMessage::new(asked, Some(&request))).await.is_err() {
            return String::new();
        }
        loop {
            match stdin.read().await {
                Ok(reply) => {
                    if let JupyterMessageContent::InputReply(reply) = reply.content {
                        return reply.value;
                    }
                }
                Err(zmq::RuntimeError::ZmqError(_)) => return String::new(),
                Err(_) => {}
            }
        }
    }

    /// Evaluates a request's `user_expressions`; each succeeds or fails alone.
    async fn evaluate(
        &self,
        backend: &mut Backend,
        expressions: &HashMap<String, String>,
    ) -> HashMap<String, ExpressionResult> {
        let mut results = HashMap::new();
        for (name, code) in expressions {
            results.insert(
                name.clone(),
                match self.value_of(backend, code).await {
                    Ok(bundle) => ExpressionResult::Ok { data: media(bundle), metadata: Default::default() },
                    Err(failure) => ExpressionResult::Error {
                        ename: failure.ename,
                        evalue: failure.evalue,
                        traceback: failure.traceback,
                    },
                },
            );
        }
        results
    }

    /// The value of one expression. What it prints, and what threads print meanwhile, belongs to the newest cell.
    async fn value_of(&self, backend: &mut Backend, code: &str) -> std::result::Result<Bundle, Failure> {
        let mut value = Bundle::new();
        let take = |output| match output {
            Output::Result(bundle) => value = bundle,
            other => self.publish_late(other),
        };
        let run = async {
            let engine = backend.engine().await?;
            self.publish_held(engine);
            let interrupt = engine.interrupt();
            let cell = engine.run(code, false, take, |_| async { String::new() });
            let cell = self.interrupter.enforced(&interrupt, cell).await?;
            if cell.process_lost {
                engine.prepare_process().await?;
            }
            Ok::<_, Error>(cell)
        };
        self.interrupter.cell_begins();
        let ended = run.await;
        let interrupted = self.interrupter.cell_ends();
        match ended {
            Ok(Cell { how: Ended::Well, .. }) => Ok(value),
            Ok(cell) => Err(failure::of_cell(&cell, interrupted, code, &History::default(), "")),
            Err(error) => Err(failure::of_engine(&error)),
        }
    }
}

fn message(output: Output, count: ExecutionCount) -> JupyterMessageContent {
    match output {
        Output::Stdout(text) => StreamContent::stdout(&text).into(),
        Output::Stderr(text) => StreamContent::stderr(&text).into(),
        Output::Display(bundle, display_id) => DisplayData {
            data: media(bundle),
            metadata: Default::default(),
            transient: display_id.map(|id| Transient { display_id: Some(id) }),
        }
        .into(),
        Output::Clear { wait } => ClearOutput { wait }.into(),
        Output::Update(bundle, id) => UpdateDisplayData::new(media(bundle), &id).into(),
        Output::Result(bundle) => {
            let transient = Some(Transient::default());
            ExecuteResult { transient, ..ExecuteResult::new(count, media(bundle)) }.into()
        }
    }
}

/// A bundle as the protocol crate holds it. Content that is not what its mime type promises is shown as text.
fn media(bundle: Bundle) -> Media {
    let text = bundle.get("text/plain").cloned();
    serde_json::from_value(bundle.into()).unwrap_or_else(|_| {
        let text = text.as_ref().and_then(|text| text.as_str()).unwrap_or("output that cannot be shown");
        Media::new(vec![jupyter_protocol::MediaType::Plain(text.to_owned())])
    })
}
