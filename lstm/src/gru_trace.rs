//! Every intermediate value of a gated recurrent unit over a sequence, for looking at.

use candle_core::Tensor;

use crate::{Result, shape};

/// What a [`GruCell`](crate::GruCell) computed at each step. Sequences are `[T, B, H]` (`x`: `[T, B, D]`).
#[derive(Clone, Debug)]
pub struct GruTrace {
    /// The input, `[T, B, D]`.
    pub x: Tensor,
    /// The hidden state before the first step, `[B, H]`.
    pub h0: Tensor,
    /// Reset gate, in (0, 1).
    pub r: Tensor,
    /// Update gate, in (0, 1).
    pub z: Tensor,
    /// Candidate `n`, in (-1, 1).
    pub candidate: Tensor,
    /// Hidden state after each step.
    pub h: Tensor,
}

impl GruTrace {
    /// The first step (from 0) at which a value is NaN or infinite.
    pub fn first_non_finite(&self) -> Result<Option<usize>> {
        shape::first_non_finite(&[&self.x, &self.r, &self.z, &self.candidate, &self.h])
    }
}
