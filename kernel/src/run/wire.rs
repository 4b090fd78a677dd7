//! The sockets of one kernel, as one stream of checked messages. Content stays JSON, so that what a typed message would
//! not know is neither lost nor fatal.

use crate::error::{Error, Result};
use jupyter_protocol::{ConnectionInfo, JupyterMessage, JupyterMessageContent};
use jupyter_zmq_client::{
    Connection, DealerSendConnection, RawMessage, create_client_control_connection, create_client_iopub_connection,
    create_client_shell_connection_with_identity, peer_identity_for_session,
};
use serde_json::Value;
use std::time::Duration;
use tokio::sync::mpsc;
use zeromq::SocketRecv;

/// How long one attempt to connect may take. The sockets wait longer and longer between their own attempts, so an
/// attempt that has not succeeded is begun anew.
const ATTEMPT: Duration = Duration::from_millis(700);
/// How many messages may wait to be taken before the kernel has to wait.
const WAITING: usize = 4096;

/// A channel of the Jupyter protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    /// Requests and their replies.
    Shell,
    /// Requests that overtake.
    Control,
    /// Outputs and states.
    Iopub,
}

/// A message from the kernel.
#[derive(Debug)]
pub(crate) struct Message {
    /// Where it came in.
    pub(crate) channel: Channel,
    /// Its `msg_type`.
    pub(crate) kind: String,
    /// The id of the request that it belongs to, empty for none.
    pub(crate) parent: String,
    /// Its content.
    pub(crate) content: Value,
}

/// The sockets.
pub(crate) struct Wire {
    shell: DealerSendConnection,
    control: DealerSendConnection,
    messages: mpsc::Receiver<Message>,
}

impl Wire {
    /// Connects to a kernel, however long that takes: the caller limits it.
    pub(crate) async fn connect(info: &ConnectionInfo) -> Result<Self> {
        let mut key = [0_u8; 8];
        rand::RngCore::fill_bytes(&mut rand::rng(), &mut key);
        let session = format!("run-{:016x}", u64::from_ne_bytes(key));
        let identity = peer_identity_for_session(&session).map_err(protocol("cannot name the client"))?;
        let iopub = insist(|| create_client_iopub_connection(info, "", &session)).await?;
        let shell = insist(|| create_client_shell_connection_with_identity(info, &session, identity.clone())).await?;
        let control = insist(|| create_client_control_connection(info, &session)).await?;
        let (sender, messages) = mpsc::channel(WAITING);
        let (shell, shell_in) = shell.split();
        let (control, control_in) = control.split();
        tokio::spawn(pump(iopub, Channel::Iopub, sender.clone()));
        tokio::spawn(pump(shell_in, Channel::Shell, sender.clone()));
        tokio::spawn(pump(control_in, Channel::Control, sender));
        Ok(Self { shell, control, messages })
    }

    /// Sends a request and returns its id.
    pub(crate) async fn send(&mut self, channel: Channel, content: impl Into<JupyterMessageContent>) -> Result<String> {
        let message = JupyterMessage::new(content, None);
        let id = message.header.msg_id.clone();
        let socket = if channel == Channel::Control { &mut self.control } else { &mut self.shell };
        socket.send(message).await.map_err(protocol("cannot send to the kernel"))?;
        Ok(id)
    }

    /// The next message from any channel. Never comes once all sockets are closed: then the process is watched.
    pub(crate) async fn receive(&mut self) -> Message {
        match self.messages.recv().await {
            Some(message) => message,
            None => std::future::pending().await,
        }
    }
}

async fn insist<S, F>(connect: impl Fn() -> F) -> Result<S>
where
    F: Future<Output = jupyter_zmq_client::Result<S>>,
{
    loop {
        if let Ok(socket) = tokio::time::timeout(ATTEMPT, connect()).await {
            return socket.map_err(protocol("cannot connect to the kernel"));
        }
    }
}

/// Reads one socket until it or the receiver is gone. A message with a wrong signature or shape is dropped.
async fn pump<S: SocketRecv>(mut connection: Connection<S>, channel: Channel, sender: mpsc::Sender<Message>) {
    while let Ok(frames) = connection.socket.recv().await {
        let Ok(raw) = RawMessage::from_multipart(frames, &connection.mac) else { continue };
        let Some(message) = parse(&raw, channel) else { continue };
        if sender.send(message).await.is_err() {
            return;
        }
    }
}

fn parse(raw: &RawMessage, channel: Channel) -> Option<Message> {
    let part = |index: usize| serde_json::from_slice::<Value>(raw.jparts.get(index)?).ok();
    let kind = part(0)?["msg_type"].as_str()?.to_owned();
    let parent = part(1)?["msg_id"].as_str().unwrap_or_default().to_owned();
    Some(Message { channel, kind, parent, content: part(3)? })
}

fn protocol(what: &'static str) -> impl FnOnce(jupyter_zmq_client::RuntimeError) -> Error {
    move |source| Error::Protocol { what, source }
}
