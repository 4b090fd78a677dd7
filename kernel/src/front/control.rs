//! Requests that must be answered while a cell runs: interrupt, shutdown, kernel_info.

use super::sockets::IoPub;
use super::{info, shell, wire};
use crate::engine::RelayLine;
use crate::relay::Command;
use jupyter_protocol::{InterruptReply, JupyterMessage, JupyterMessageContent, ReplyStatus, ShutdownReply};
use jupyter_zmq_client as zmq;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::{Mutex, mpsc};

/// Interrupts the running cell, from whichever task learns that it should be.
#[derive(Clone, Default)]
pub(super) struct Interrupter {
    running: Arc<Mutex<Option<RelayLine>>>,
    interrupted: Arc<AtomicBool>,
    closed: Arc<AtomicBool>,
}

impl Interrupter {
    /// A cell runs on the process behind this line from now on.
    pub(super) async fn cell_begins(&self, relay: RelayLine) {
        self.interrupted.store(false, Ordering::SeqCst);
        *self.running.lock().await = Some(relay);
    }

    /// The cell is over; tells whether it was interrupted.
    pub(super) async fn cell_ends(&self) -> bool {
        self.running.lock().await.take();
        self.interrupted.load(Ordering::SeqCst)
    }

    /// Ends the process of the running cell, if one runs.
    pub(super) async fn interrupt(&self) {
        if let Some(relay) = self.running.lock().await.as_ref() {
            self.interrupted.store(true, Ordering::SeqCst);
            relay.send(Command::Kill).await;
        }
    }

    /// The kernel ends: interrupts the running cell so that nothing waits for it.
    pub(super) async fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.interrupt().await;
    }

    /// Whether the kernel is ending.
    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }
}

/// Answers the control socket until the kernel ends.
pub(super) async fn serve(
    mut socket: zmq::KernelControlConnection,
    iopub: IoPub,
    interrupter: Interrupter,
    stop: mpsc::Sender<()>,
) {
    loop {
        let request = match wire::read(&mut socket).await {
            Ok(request) => request,
            Err(error) => {
                shell::report_unreadable(&error).await;
                continue;
            }
        };
        iopub.busy(&request);
        let mut ends = false;
        let reply: Option<JupyterMessageContent> = match &request.content {
            JupyterMessageContent::KernelInfoRequest(_) => Some(info::kernel_info().into()),
            JupyterMessageContent::InterruptRequest(_) => {
                interrupter.interrupt().await;
                Some(InterruptReply { status: ReplyStatus::Ok, error: None }.into())
            }
            JupyterMessageContent::ShutdownRequest(shutdown) => {
                ends = true;
                Some(ShutdownReply { restart: shutdown.restart, status: ReplyStatus::Ok, error: None }.into())
            }
            JupyterMessageContent::UnknownMessage(unknown) => shell::refusal(unknown),
            _ => None,
        };
        if let Some(reply) = reply {
            let _ = socket.send(JupyterMessage::new(reply, Some(&request))).await;
        }
        iopub.idle(&request);
        if ends {
            let _ = stop.send(()).await;
        }
    }
}
