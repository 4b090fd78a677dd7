//! What user code prints and shows between two cells: paced as in a cell, and kept until it is asked for.

use super::cell::Output;
use super::pace::Pace;
use super::watch;
use crate::relay::Event;
use std::collections::HashSet;
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::time::Instant;

/// Output that belongs to no cell that runs.
pub(super) struct Late {
    pace: Pace<Box<dyn FnMut(Output) + Send>>,
    ready: UnboundedReceiver<Output>,
}

impl Late {
    pub(super) fn new() -> Self {
        let (sender, ready) = mpsc::unbounded_channel();
        let keep = move |output| {
            let _ = sender.send(output);
        };
        Self { pace: Pace::new(Box::new(keep)), ready }
    }

    /// Takes what the relay tells. `shown` holds the ids under which things have been displayed.
    pub(super) fn take(&mut self, event: Event, shown: &mut HashSet<String>) {
        if let Some(output) = watch::late(event, shown) {
            self.pace.show(output);
        }
    }

    /// What is to be shown now.
    pub(super) fn ready(&mut self) -> Option<Output> {
        let now = Instant::now();
        if self.pace.deadline().is_some_and(|deadline| deadline <= now) {
            self.pace.release_overdue(now);
        }
        self.ready.try_recv().ok()
    }

    /// When there will be something to show, if nothing else comes.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.pace.deadline()
    }

    /// All that there is, also what would have waited.
    pub(super) fn all(&mut self) -> impl Iterator<Item = Output> {
        self.pace.release();
        std::iter::from_fn(|| self.ready.try_recv().ok())
    }
}
