//! Requests that must be answered while a cell runs: interrupt, shutdown, kernel_info.

use super::interrupter::Interrupter;
use super::sockets::IoPub;
use super::{info, shell, wire};
use jupyter_protocol::{InterruptReply, JupyterMessage, JupyterMessageContent, ReplyStatus, ShutdownReply};
use jupyter_zmq_client as zmq;
use tokio::sync::mpsc;

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
                interrupter.interrupt();
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
