//! Requests that are answered one after the other, in the order of their arrival.

use super::backend::Backend;
use super::execute::Executor;
use super::history::History;
use super::interrupter::Interrupter;
use super::sockets::IoPub;
use super::{completeness, info, inspect, wire};
use crate::spare::Starter;
use jupyter_protocol::{
    CommClose, CommInfoReply, CompleteReply, ExecuteReply, JupyterMessage, JupyterMessageContent, ReplyError,
    ReplyStatus, ShutdownReply, UnknownMessage,
};
use jupyter_zmq_client as zmq;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc};

/// Answers the shell socket until the kernel ends, then ends the engine.
pub(super) async fn serve(
    socket: zmq::KernelShellConnection,
    stdin: zmq::KernelStdinConnection,
    iopub: IoPub,
    interrupter: Interrupter,
    stop: mpsc::Sender<()>,
) {
    let (reply, read) = socket.split();
    let (queue, requests) = mpsc::unbounded_channel();
    tokio::spawn(read_requests(read, queue));
    let answered = Arc::new(Notify::new());
    let mut shell = Shell {
        answered: Arc::clone(&answered),
        reply,
        requests,
        iopub: iopub.clone(),
        executor: Executor::new(iopub, interrupter.clone(), stdin),
        backend: Backend::start(answered),
        history: History::of_user(),
        spare: Starter::new(),
    };
    tokio::select! {
        () = shell.answer_all(&stop) => {}
        () = interrupter.closed() => {}
    }
    shell.backend.shut_down().await;
}

async fn read_requests(mut socket: zmq::RouterRecvConnection, queue: mpsc::UnboundedSender<JupyterMessage>) {
    loop {
        match wire::read(&mut socket).await {
            Ok(request) => {
                if queue.send(request).is_err() {
                    return;
                }
            }
            Err(error) => report_unreadable(&error).await,
        }
    }
}

/// Says on the kernel's own standard error that a message was passed over; a socket that fails is not read in a hurry.
pub(super) async fn report_unreadable(error: &zmq::RuntimeError) {
    eprintln!("lstm-kernel: passed over a message that cannot be read: {error}");
    if matches!(error, zmq::RuntimeError::ZmqError(_)) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What a completion inserts: evcxr's labels show a function's parameters, which nobody wants in the cell.
fn insertion(label: &str) -> &str {
    label.split_once('(').map_or(label, |(name, _)| name)
}

/// The answer to a request whose type or content the kernel does not know; a message that is no request gets none.
pub(super) fn refusal(unknown: &UnknownMessage) -> Option<JupyterMessageContent> {
    unknown.msg_type.ends_with("_request").then(|| {
        let evalue = format!("{} is not known to this kernel, or its content does not fit", unknown.msg_type);
        unknown.reply(serde_json::json!({
            "status": "error", "ename": "BadRequest", "evalue": evalue, "traceback": [],
        }))
    })
}

struct Shell {
    /// Told of each answer.
    answered: Arc<Notify>,
    reply: zmq::RouterSendConnection,
    requests: mpsc::UnboundedReceiver<JupyterMessage>,
    iopub: IoPub,
    executor: Executor,
    backend: Backend,
    history: History,
    spare: Starter,
}

impl Shell {
    /// Answers until a client asks for the end.
    async fn answer_all(&mut self, stop: &mpsc::Sender<()>) {
        loop {
            let request = tokio::select! {
                request = self.requests.recv() => request,
                output = self.backend.late_output() => {
                    self.executor.publish_late(output);
                    continue;
                }
                () = self.spare.due() => {
                    if self.backend.is_starting() { self.spare.is_idle() } else { self.spare.start() }
                    continue;
                }
            };
            let Some(request) = request else { return };
            let ends = matches!(request.content, JupyterMessageContent::ShutdownRequest(_));
            self.handle(request).await;
            if ends {
                let _ = stop.send(()).await;
                return;
            }
        }
    }

    async fn handle(&mut self, request: JupyterMessage) {
        self.iopub.busy(&request);
        let mut abort_queue = false;
        let reply: Option<JupyterMessageContent> = match &request.content {
            JupyterMessageContent::ExecuteRequest(execute) => {
                self.spare.is_busy();
                let reply = self.executor.execute(&mut self.backend, &mut self.history, &request, execute).await;
                self.spare.is_idle();
                abort_queue = execute.stop_on_error && reply.status == ReplyStatus::Error;
                Some(reply.into())
            }
            JupyterMessageContent::KernelInfoRequest(_) => Some(info::kernel_info().into()),
            JupyterMessageContent::IsCompleteRequest(asked) => Some(completeness::check(&asked.code).into()),
            JupyterMessageContent::HistoryRequest(asked) => Some(self.history.answer(asked).into()),
            JupyterMessageContent::CompleteRequest(asked) => Some(self.complete(asked.clone()).await.into()),
            JupyterMessageContent::InspectRequest(asked) => {
                Some(inspect::answer(asked.clone(), &mut self.backend).await.into())
            }
            JupyterMessageContent::CommInfoRequest(_) => {
                Some(CommInfoReply { status: ReplyStatus::Ok, comms: Default::default(), error: None }.into())
            }
            JupyterMessageContent::CommOpen(opened) => {
                // There are no targets: whoever opens a comm hears that it is closed.
                self.iopub.publish(CommClose { comm_id: opened.comm_id.clone(), data: Default::default() }, &request);
                None
            }
            JupyterMessageContent::ShutdownRequest(shutdown) => {
                Some(ShutdownReply { restart: shutdown.restart, status: ReplyStatus::Ok, error: None }.into())
            }
            JupyterMessageContent::UnknownMessage(unknown) => refusal(unknown),
            _ => None,
        };
        // Taken before the client can know of the failure: what it sends afterwards is meant to run.
        let mut queued = Vec::new();
        while abort_queue && let Ok(request) = self.requests.try_recv() {
            queued.push(request);
        }
        if let Some(reply) = reply {
            self.send(reply, &request).await;
        }
        self.iopub.idle(&request);
        self.abort(queued).await;
    }

    /// Execute requests that wait when a cell fails are not run, as the specification says of `stop_on_error`.
    async fn abort(&mut self, queued: Vec<JupyterMessage>) {
        for request in queued {
            if !matches!(request.content, JupyterMessageContent::ExecuteRequest(_)) {
                Box::pin(self.handle(request)).await;
                continue;
            }
            self.iopub.busy(&request);
            let error = ReplyError {
                ename: "Aborted".to_owned(),
                evalue: "a cell before this one failed".to_owned(),
                traceback: Vec::new(),
            };
            let reply = ExecuteReply {
                status: ReplyStatus::Aborted,
                execution_count: self.executor.count(),
                error: Some(Box::new(error)),
                ..Default::default()
            };
            self.send(reply, &request).await;
            self.iopub.idle(&request);
        }
    }

    async fn complete(&mut self, asked: jupyter_protocol::CompleteRequest) -> CompleteReply {
        let nothing = CompleteReply {
            matches: Vec::new(),
            cursor_start: asked.cursor_pos,
            cursor_end: asked.cursor_pos,
            metadata: Default::default(),
            status: ReplyStatus::Ok,
            error: None,
        };
        match self.backend.ask(asked).await {
            Some(JupyterMessageContent::CompleteReply(mut reply)) if reply.status == ReplyStatus::Ok => {
                let mut seen = HashSet::new();
                reply.matches = reply.matches.iter().map(|label| insertion(label).to_owned()).collect();
                reply.matches.retain(|text| seen.insert(text.clone()));
                reply
            }
            _ => nothing,
        }
    }

    async fn send(&mut self, reply: impl Into<JupyterMessageContent>, request: &JupyterMessage) {
        if let Err(error) = self.reply.send(JupyterMessage::new(reply, Some(request))).await {
            eprintln!("lstm-kernel: could not answer a client: {error}");
        }
        self.answered.notify_one();
    }
}
