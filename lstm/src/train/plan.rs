//! How long to train, and what to do on the way: validations, checkpoints, early stopping.

use std::path::PathBuf;

use super::monitor::Monitor;

/// The plan of a training loop.
///
/// ```
/// use lstm::train::Plan;
///
/// let plan = Plan::updates(600).validate_every(100).patience(3).checkpoint("alice.safetensors", 200);
/// assert_eq!(plan.last_update(None), 600);
/// assert_eq!(Plan::epochs(3).last_update(Some(40)), 120);
/// ```
#[derive(Clone, Debug)]
pub struct Plan {
    length: Length,
    pub(super) validate_every: Option<usize>,
    pub(super) patience: Option<usize>,
    pub(super) checkpoint: Option<(PathBuf, usize)>,
    pub(super) monitor: Monitor,
}

#[derive(Clone, Copy, Debug)]
enum Length {
    Updates(usize),
    Epochs(usize),
}

impl Plan {
    /// Until the trainer has made `updates` updates in all, those before this call included.
    pub fn updates(updates: usize) -> Self {
        Self::new(Length::Updates(updates))
    }

    /// Until the trainer has gone over the data `epochs` times in all. A task that does not say how long an epoch is
    /// counts every update as one.
    pub fn epochs(epochs: usize) -> Self {
        Self::new(Length::Epochs(epochs))
    }

    fn new(length: Length) -> Self {
        Self { length, validate_every: None, patience: None, checkpoint: None, monitor: Monitor::automatic() }
    }

    /// Validates after every `updates` updates, at least 1, and at the end. Without this: at the end only.
    pub fn validate_every(mut self, updates: usize) -> Self {
        self.validate_every = Some(updates.max(1));
        self
    }

    /// Stops after `validations` validations in a row that were not better than the best, and goes back to the weights
    /// of the best; a loss that is not finite is not better. A checkpoint keeps those beside the last ones: [`Checkpoint::load_best`](super::Checkpoint::load_best).
    /// At least 1.
    pub fn patience(mut self, validations: usize) -> Self {
        self.patience = Some(validations.max(1));
        self
    }

    /// Keeps a checkpoint at `path`: written after every `updates` updates, at least 1, at the end, and when
    /// interrupted. If the file is there when training begins, training goes on from it.
    pub fn checkpoint(mut self, path: impl Into<PathBuf>, updates: usize) -> Self {
        self.checkpoint = Some((path.into(), updates.max(1)));
        self
    }

    /// With another display of progress.
    pub fn monitor(mut self, monitor: Monitor) -> Self {
        self.monitor = monitor;
        self
    }

    /// Without a display of progress.
    pub fn quiet(self) -> Self {
        self.monitor(Monitor::silent())
    }

    /// How many updates there are in all, of a task with epochs of that many updates.
    pub fn last_update(&self, updates_per_epoch: Option<usize>) -> usize {
        match self.length {
            Length::Updates(updates) => updates,
            Length::Epochs(epochs) => epochs.saturating_mul(updates_per_epoch.unwrap_or(1)),
        }
    }
}
