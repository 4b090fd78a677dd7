//! Every intermediate value of a gated recurrent unit over a sequence, for looking at.

use candle_core::Tensor;

use crate::{Result, shape};

/// What a [`GruCell`](crate::GruCell) computed at each step. Sequences are `[T, B, H]` (`x`: `[T, B, D]`).
///
/// ```
/// use lstm::{GruCell, Parameters, candle_core::{DType, Device}, random};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = GruCell::new(10, 5, parameters.builder())?;
/// let trace = cell.trace(&random::randn((3, 4, 10), &Device::Cpu)?, None)?;
/// assert_eq!(trace.z.dims(), [3, 4, 5]);
/// assert_eq!(trace.first_non_finite()?, None);
/// # Ok::<(), lstm::Error>(())
/// ```
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
