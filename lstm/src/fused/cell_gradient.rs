//! The gradient of the last cell states, handed from their node to that of the output: one backward pass does for both.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use candle_core::{Result, Tensor};

/// Gradients of last cell states that wait for the gradient of the output, one for each thread that is going back through
/// the graph.
#[derive(Default)]
pub(super) struct CellGradient(Mutex<Vec<(ThreadId, Tensor)>>);

impl CellGradient {
    /// Keeps the gradient, and returns one of 0 for `output`: Candle goes on to the node of the output, and only then.
    pub(super) fn put(&self, output: &Tensor, d_cell: &Tensor) -> Result<Tensor> {
        let this = thread::current().id();
        let mut waiting = self.lock();
        waiting.retain(|(thread, _)| *thread != this);
        waiting.push((this, d_cell.contiguous()?));
        Tensor::zeros(1, output.dtype(), output.device())?.broadcast_as(output.shape())
    }

    /// What this thread has put there, if anything.
    pub(super) fn take(&self) -> Option<Tensor> {
        let this = thread::current().id();
        let mut waiting = self.lock();
        let place = waiting.iter().position(|(thread, _)| *thread == this)?;
        Some(waiting.swap_remove(place).1)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(ThreadId, Tensor)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
