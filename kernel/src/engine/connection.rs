//! The engine's sockets, read into one channel.

use crate::error::{Error, Result};
use jupyter_protocol::{ConnectionInfo, JupyterMessage};
use jupyter_zmq_client as zmq;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;
use tokio::time::Instant;

/// Something that the engine or a relay says.
pub(super) enum Incoming {
    /// A reply on the shell socket.
    Shell(JupyterMessage),
    /// A broadcast on the iopub socket.
    IoPub(JupyterMessage),
    /// A request for input on the stdin socket.
    Stdin(JupyterMessage),
    /// An event of the relay.
    Relay(crate::relay::Event),
    /// The relay is gone without a word: evcxr has put another process in the place of its own.
    RelayLost,
}

/// The sending halves, and the tasks that read.
pub(super) struct Connection {
    pub(super) shell: zmq::DealerSendConnection,
    pub(super) stdin: zmq::DealerSendConnection,
    readers: [AbortHandle; 3],
}

impl Drop for Connection {
    /// Closes the reading halves too, at once and not with the next message.
    fn drop(&mut self) {
        for reader in &self.readers {
            reader.abort();
        }
    }
}

/// Connects, patiently, while `alive` says that the engine is. Everything that is read goes to `incoming`.
pub(super) async fn connect(
    info: &ConnectionInfo,
    incoming: &UnboundedSender<Incoming>,
    mut alive: impl FnMut() -> bool,
) -> Result<Connection> {
    let wrong = |source| Error::Protocol { what: "cannot connect to the engine", source };
    let session = uuid::Uuid::new_v4().to_string();
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match tokio::net::TcpStream::connect((info.ip.as_str(), info.iopub_port)).await {
            Ok(_) => break,
            Err(_) if Instant::now() < deadline && alive() => tokio::time::sleep(Duration::from_millis(10)).await,
            Err(error) => return Err(Error::KernelDied(format!("the engine does not listen: {error}"))),
        }
    }
    let identity = zmq::peer_identity_for_session(&session).map_err(wrong)?;
    let shell = zmq::create_client_shell_connection_with_identity(info, &session, identity.clone()).await;
    let stdin = zmq::create_client_stdin_connection_with_identity(info, &session, identity).await;
    let iopub = zmq::create_client_iopub_connection(info, "", &session).await.map_err(wrong)?;
    let (shell, shell_read) = shell.map_err(wrong)?.split();
    let (stdin, stdin_read) = stdin.map_err(wrong)?.split();
    let readers = [
        read_into(shell_read, incoming.clone(), Incoming::Shell),
        read_into(stdin_read, incoming.clone(), Incoming::Stdin),
        read_into(iopub, incoming.clone(), Incoming::IoPub),
    ];
    Ok(Connection { shell, stdin, readers })
}

/// Reads a socket until it or the receiver is gone. A message that cannot be parsed is passed over.
fn read_into<S>(
    mut socket: zmq::Connection<S>,
    incoming: UnboundedSender<Incoming>,
    wrap: impl Fn(JupyterMessage) -> Incoming + Send + 'static,
) -> AbortHandle
where
    S: zeromq::SocketRecv + Send + 'static,
{
    let reader = tokio::spawn(async move {
        loop {
            match socket.read().await {
                Ok(message) => {
                    if incoming.send(wrap(message)).is_err() {
                        return;
                    }
                }
                Err(zmq::RuntimeError::ZmqError(_)) => return,
                Err(_) => {}
            }
        }
    });
    reader.abort_handle()
}
