//! Every intermediate value of an LSTM cell over a sequence, for looking at.

use candle_core::Tensor;

use crate::{Gate, Result, shape};

/// What a cell computed at each step. Sequences are `[T, B, H]` (`x`: `[T, B, D]`), states before the first step `[B, H]`.
///
/// ```
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = LstmCell::new(3, 4, parameters.builder())?;
/// let trace = cell.trace(&random::randn((5, 2, 3), &Device::Cpu)?, None)?;
/// assert_eq!((trace.f.dims(), trace.c0.dims()), (&[5, 2, 4][..], &[2, 4][..]));
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct LstmTrace {
    /// The input, `[T, B, D]`.
    pub x: Tensor,
    /// The hidden state before the first step, `[B, H]`.
    pub h0: Tensor,
    /// The cell state before the first step, `[B, H]`.
    pub c0: Tensor,
    /// Forget gate before its sigmoid.
    pub pre_f: Tensor,
    /// Input gate before its sigmoid.
    pub pre_i: Tensor,
    /// Candidate before its tanh.
    pub pre_candidate: Tensor,
    /// Output gate before its sigmoid.
    pub pre_o: Tensor,
    /// Forget gate, in (0, 1).
    pub f: Tensor,
    /// Input gate, in (0, 1).
    pub i: Tensor,
    /// Candidate values `c̃`, in (-1, 1).
    pub candidate: Tensor,
    /// Output gate, in (0, 1).
    pub o: Tensor,
    /// Cell state after each step.
    pub c: Tensor,
    /// Hidden state after each step.
    pub h: Tensor,
}

impl LstmTrace {
    /// The values of one layer after its activation, `[T, B, H]`.
    pub fn gate(&self, gate: Gate) -> &Tensor {
        match gate {
            Gate::Input => &self.i,
            Gate::Forget => &self.f,
            Gate::Candidate => &self.candidate,
            Gate::Output => &self.o,
        }
    }

    /// The values of one layer before its activation, `[T, B, H]`.
    pub fn pre_activation(&self, gate: Gate) -> &Tensor {
        match gate {
            Gate::Input => &self.pre_i,
            Gate::Forget => &self.pre_f,
            Gate::Candidate => &self.pre_candidate,
            Gate::Output => &self.pre_o,
        }
    }

    /// The first step (from 0) at which a value is NaN or infinite.
    pub fn first_non_finite(&self) -> Result<Option<usize>> {
        shape::first_non_finite(&[
            &self.x,
            &self.pre_f,
            &self.pre_i,
            &self.pre_candidate,
            &self.pre_o,
            &self.c,
            &self.h,
        ])
    }
}
