//! Every intermediate value of a simple recurrent cell over a sequence, for looking at.

use candle_core::Tensor;

use crate::{Result, shape};

/// What a cell computed at each step.
///
/// ```
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = RnnCell::new(3, 4, Activation::Tanh, parameters.builder())?;
/// let trace = cell.trace(&random::randn((5, 2, 3), &Device::Cpu)?, None)?;
/// assert_eq!((trace.pre.dims(), trace.h.dims()), (&[5, 2, 4][..], &[5, 2, 4][..]));
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RnnTrace {
    /// The input, `[T, B, D]`.
    pub x: Tensor,
    /// The hidden state before the first step, `[B, H]`.
    pub h0: Tensor,
    /// The pre-activation `a = W x + U h + b`, `[T, B, H]`.
    pub pre: Tensor,
    /// The hidden state after each step, `[T, B, H]`.
    pub h: Tensor,
}

impl RnnTrace {
    /// The first step (from 0) at which a value is NaN or infinite.
    pub fn first_non_finite(&self) -> Result<Option<usize>> {
        shape::first_non_finite(&[&self.x, &self.pre, &self.h])
    }
}
