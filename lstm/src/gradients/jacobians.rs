//! The Jacobian of each step: how the state after it moves with the state before it.

use candle_core::{DType, Device, Tensor};

use super::{backward, spectral};
use crate::shape::{self, Dim};
use crate::{LstmCell, LstmState, Result, RnnCell};

/// The Jacobians along one sequence.
///
/// ```
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = RnnCell::new(3, 4, Activation::Tanh, parameters.builder())?;
/// let jacobians = gradients::rnn_jacobians(&cell, &random::randn((5, 1, 3), &Device::Cpu)?)?;
/// assert_eq!((jacobians.steps.len(), jacobians.norms.len()), (5, 5));
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Jacobians {
    /// For each step, how each component of the state after it (rows) changes with each one before it (columns): `[H, H]` for a
    /// simple cell, `[2H, 2H]` over `(h, c)` for an LSTM (`[P + H, P + H]` with a projection). In f64 on the CPU.
    pub steps: Vec<Tensor>,
    /// Their spectral norms: the most that a step can lengthen a gradient. NaN where the step has exploded.
    pub norms: Vec<f64>,
}

/// ∂h_t/∂h_{t-1} of an [`RnnCell`] at each step of one sequence `xs` `[T, B = 1, D]`, run from zeros.
///
/// ```
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = RnnCell::new(3, 4, Activation::Tanh, parameters.builder())?;
/// let jacobians = gradients::rnn_jacobians(&cell, &random::randn((5, 1, 3), &Device::Cpu)?)?;
/// assert_eq!(jacobians.steps[0].dims(), [4, 4]);
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn rnn_jacobians(cell: &RnnCell, xs: &Tensor) -> Result<Jacobians> {
    expect_one_sequence(xs, cell.input_size())?;
    let trace = cell.trace(xs, None)?;
    let hidden = cell.hidden_size();
    let mut before = trace.h0.clone();
    let mut steps = Vec::new();
    for t in 0..xs.dim(0)? {
        let x = repeat(&xs.get(t)?, hidden)?;
        let states = [repeat(&before, hidden)?];
        let rows = Tensor::eye(hidden, cell.dtype(), cell.device())?;
        let jacobian = backward::one_step(&states, &[rows], |states| Ok(vec![cell.forward(&x, &states[0])?]))?;
        steps.push(jacobian[0].clone());
        before = trace.h.get(t)?;
    }
    finish(steps)
}

/// ∂(h_t, c_t)/∂(h_{t-1}, c_{t-1}) of an [`LstmCell`] at each step of one sequence `xs` `[T, B = 1, D]`, run from
/// zeros. Its lower right block, ∂c_t/∂c_{t-1}, is the diagonal matrix of the forget gate.
///
/// ```
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = LstmCell::new(3, 4, parameters.builder())?;
/// let jacobians = gradients::lstm_jacobians(&cell, &random::randn((5, 1, 3), &Device::Cpu)?)?;
/// assert_eq!(jacobians.steps[0].dims(), [8, 8]);
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn lstm_jacobians(cell: &LstmCell, xs: &Tensor) -> Result<Jacobians> {
    expect_one_sequence(xs, cell.input_size())?;
    let trace = cell.trace(xs, None)?;
    let (output, hidden) = (cell.output_size(), cell.hidden_size());
    let both = output + hidden;
    let rows = Tensor::eye(both, cell.dtype(), cell.device())?;
    let rows_of_h = rows.narrow(1, 0, output)?.contiguous()?;
    let rows_of_c = rows.narrow(1, output, hidden)?.contiguous()?;
    let (mut h, mut c) = (trace.h0.clone(), trace.c0.clone());
    let mut steps = Vec::new();
    for t in 0..xs.dim(0)? {
        let x = repeat(&xs.get(t)?, both)?;
        let states = [repeat(&h, both)?, repeat(&c, both)?];
        let deltas = [rows_of_h.clone(), rows_of_c.clone()];
        let blocks = backward::one_step(&states, &deltas, |states| {
            let state = LstmState { h: states[0].clone(), c: states[1].clone() };
            let next = cell.forward(&x, &state)?;
            Ok(vec![next.h, next.c])
        })?;
        steps.push(Tensor::cat(&blocks, 1)?);
        (h, c) = (trace.h.get(t)?, trace.c.get(t)?);
    }
    finish(steps)
}

pub(super) fn expect_one_sequence(xs: &Tensor, input_size: usize) -> Result<()> {
    let dims = [Dim::Any("T"), Dim::Is("B", 1), Dim::Is("D", input_size)];
    shape::expect("xs", xs, &dims)
}

/// One row as many: each row of the batch then backpropagates its own component of the state.
fn repeat(row: &Tensor, times: usize) -> Result<Tensor> {
    Ok(row.broadcast_as((times, row.dim(1)?))?.contiguous()?)
}

fn finish(steps: Vec<Tensor>) -> Result<Jacobians> {
    let steps: Vec<Tensor> =
        steps.into_iter().map(|step| Ok(step.to_device(&Device::Cpu)?.to_dtype(DType::F64)?)).collect::<Result<_>>()?;
    let norms = steps.iter().map(spectral::norm_or_nan).collect::<Result<_>>()?;
    Ok(Jacobians { steps, norms })
}
