//! Binding the five sockets, answering the heartbeat, and publishing.

use crate::error::{Error, Result};
use jupyter_protocol::{ConnectionInfo, ExecutionState, IoPubWelcome, JupyterMessage, JupyterMessageContent, Status};
use jupyter_zmq_client as zmq;
use tokio::sync::{mpsc, oneshot};
use zeromq::{SocketRecv as _, SocketSend as _};

/// The kernel's sockets, bound.
pub(super) struct Sockets {
    pub(super) shell: zmq::KernelShellConnection,
    pub(super) control: zmq::KernelControlConnection,
    pub(super) stdin: zmq::KernelStdinConnection,
    pub(super) iopub: IoPub,
}

/// Binds where the connection file says and starts to answer the heartbeat.
pub(super) async fn bind(info: &ConnectionInfo) -> Result<Sockets> {
    let wrong = |source| Error::Protocol { what: "cannot bind the kernel's sockets", source };
    let session = uuid::Uuid::new_v4().to_string();
    let heartbeat = zmq::create_kernel_heartbeat_connection(info).await.map_err(wrong)?;
    let iopub = zmq::create_kernel_iopub_xpub_connection(info, &session).await.map_err(wrong)?;
    let sockets = Sockets {
        shell: zmq::create_kernel_shell_connection(info, &session).await.map_err(wrong)?,
        control: zmq::create_kernel_control_connection(info, &session).await.map_err(wrong)?,
        stdin: zmq::create_kernel_stdin_connection(info, &session).await.map_err(wrong)?,
        iopub: IoPub::start(iopub),
    };
    tokio::spawn(echo(heartbeat));
    Ok(sockets)
}

/// The heartbeat answers each message with the same message.
async fn echo(mut heartbeat: zmq::KernelHeartbeatConnection) {
    loop {
        match heartbeat.socket.recv().await {
            Ok(beat) => {
                let _ = heartbeat.socket.send(beat).await;
            }
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
        }
    }
}

enum Publication {
    Message(Box<JupyterMessage>),
    Flush(oneshot::Sender<()>),
}

/// Publishes in order, from wherever it is called, and welcomes clients that subscribe.
#[derive(Clone)]
pub(super) struct IoPub {
    queue: mpsc::UnboundedSender<Publication>,
}

impl IoPub {
    fn start(mut socket: zmq::KernelIoPubXPubConnection) -> Self {
        let (queue, mut queued) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    publication = queued.recv() => match publication {
                        Some(Publication::Message(message)) => {
                            let _ = socket.send(*message).await;
                        }
                        Some(Publication::Flush(done)) => {
                            let _ = done.send(());
                        }
                        None => return,
                    },
                    subscription = socket.recv_subscription() => {
                        if let Ok(zmq::SubscriptionEvent::Subscribe(topic)) = subscription {
                            let welcome = IoPubWelcome { subscription: topic };
                            let _ = socket.send(JupyterMessage::new(welcome, None)).await;
                        } else if subscription.is_err() {
                            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
                        }
                    }
                }
            }
        });
        Self { queue }
    }

    /// Publishes content as a consequence of a request.
    pub(super) fn publish(&self, content: impl Into<JupyterMessageContent>, parent: &JupyterMessage) {
        let mut message = JupyterMessage::new(content, Some(parent));
        // The first frame of a publication is its topic; clients subscribe to all of them.
        message.zmq_identities = vec![message.header.msg_type.clone().into_bytes().into()];
        let _ = self.queue.send(Publication::Message(Box::new(message)));
    }

    /// Publishes that the kernel is busy with a request.
    pub(super) fn busy(&self, parent: &JupyterMessage) {
        self.publish(Status { execution_state: ExecutionState::Busy }, parent);
    }

    /// Publishes that it is done with a request.
    pub(super) fn idle(&self, parent: &JupyterMessage) {
        self.publish(Status { execution_state: ExecutionState::Idle }, parent);
    }

    /// Waits until everything published so far has been sent.
    pub(super) async fn flush(&self) {
        let (done, flushed) = oneshot::channel();
        if self.queue.send(Publication::Flush(done)).is_ok() {
            let _ = tokio::time::timeout(std::time::Duration::from_secs(2), flushed).await;
        }
    }
}
