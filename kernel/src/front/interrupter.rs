//! The request to stop a cell: whoever makes it, the cell that runs hears it.

use crate::engine::Interrupt;
use crate::error::{Error, Result};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

/// How long a cell may take to stop after it was asked, before its process is ended.
const GRACE: Duration = Duration::from_secs(3);
/// Names the setting for it, in seconds.
const GRACE_SETTING: &str = "LSTM_INTERRUPT_GRACE";
/// How often a cell is asked: evcxr may start another compiler.
const ASK_EVERY: Duration = Duration::from_millis(100);
/// Two requests closer than this are one: some clients send a message and a signal.
const ONE_REQUEST: Duration = Duration::from_millis(300);

/// Interrupts the running cell, from whichever task learns that it should be. Clones are the same one.
#[derive(Clone)]
pub(super) struct Interrupter {
    phase: watch::Sender<Phase>,
    closed: watch::Sender<bool>,
}

#[derive(Clone, Copy)]
enum Phase {
    /// No cell runs.
    Idle,
    /// A cell runs.
    Running,
    /// It has been asked to stop.
    Asked(Instant),
    /// It has been asked twice.
    Insisted,
}

impl Default for Interrupter {
    fn default() -> Self {
        Self { phase: watch::Sender::new(Phase::Idle), closed: watch::Sender::new(false) }
    }
}

impl Interrupter {
    /// A cell runs from now on.
    pub(super) fn cell_begins(&self) {
        self.phase.send_replace(Phase::Running);
    }

    /// The cell is over; tells whether it was interrupted.
    pub(super) fn cell_ends(&self) -> bool {
        matches!(self.phase.send_replace(Phase::Idle), Phase::Asked(_) | Phase::Insisted)
    }

    /// Asks the cell to stop, if one runs. Who asks a second time will not wait for it to listen.
    pub(super) fn interrupt(&self) {
        self.phase.send_modify(|phase| {
            *phase = match *phase {
                Phase::Running => Phase::Asked(Instant::now()),
                Phase::Asked(since) if since.elapsed() > ONE_REQUEST => Phase::Insisted,
                other => other,
            }
        });
    }

    /// The result of `wait`, or [`Error::Interrupted`] where the request to stop comes first. The cell has not begun.
    pub(super) async fn unless_asked<T>(&self, wait: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::select! {
            result = wait => result,
            _ = self.asked() => Err(Error::Interrupted),
        }
    }

    /// The result of a running cell, which is stopped by `interrupt` when that is asked for.
    pub(super) async fn enforced<T>(&self, interrupt: &Interrupt, cell: impl Future<Output = T>) -> T {
        tokio::select! {
            result = cell => result,
            () = self.enforce(interrupt) => std::future::pending().await,
        }
    }

    async fn enforce(&self, interrupt: &Interrupt) {
        let deadline = self.asked().await + grace();
        let mut phase = self.phase.subscribe();
        loop {
            interrupt.ask();
            if Instant::now() >= deadline || matches!(*phase.borrow(), Phase::Insisted) {
                interrupt.insist().await;
            }
            tokio::select! {
                () = sleep(ASK_EVERY) => {}
                () = sleep_until(deadline), if Instant::now() < deadline => {}
                _ = phase.changed() => {}
            }
        }
    }

    /// Waits until the running cell is asked to stop; since when.
    async fn asked(&self) -> Instant {
        let mut phase = self.phase.subscribe();
        loop {
            match *phase.borrow_and_update() {
                Phase::Asked(since) => return since,
                Phase::Insisted => return Instant::now(),
                Phase::Idle | Phase::Running => {}
            }
            if phase.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// The kernel ends; nothing waits for a cell any more.
    pub(super) fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Waits until the kernel ends.
    pub(super) async fn closed(&self) {
        if self.closed.subscribe().wait_for(|&closed| closed).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// How long a cell may take to stop: as the user sets it, else three seconds.
fn grace() -> Duration {
    let set = std::env::var(GRACE_SETTING).ok().and_then(|text| text.trim().parse().ok());
    set.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).unwrap_or(GRACE)
}
