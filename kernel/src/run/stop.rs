//! Ctrl-C and its kin: one request to stop that every running notebook hears.

use crate::error::{Error, Result};
use std::path::Path;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Hears of the request to stop. Clones hear the same one.
#[derive(Clone, Debug)]
pub(crate) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Listens from now on for SIGINT, SIGTERM and SIGHUP in place of their default effect.
    pub(crate) fn on_signals() -> Result<Self> {
        let listen = |kind| signal(kind).map_err(Error::file("listen for signals in", Path::new("lstm-kernel")));
        let mut interrupt = listen(SignalKind::interrupt())?;
        let mut terminate = listen(SignalKind::terminate())?;
        let mut hangup = listen(SignalKind::hangup())?;
        let (sender, receiver) = watch::channel(false);
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hangup.recv() => {}
            }
            sender.send_replace(true);
            sender.closed().await;
        });
        Ok(Self(receiver))
    }

    /// Whether a stop has been requested already.
    pub(crate) fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until a stop is requested. May be dropped and called again.
    pub(crate) async fn requested(&mut self) {
        if self.0.wait_for(|&stop| stop).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
