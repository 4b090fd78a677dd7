//! ‖∂L/∂h_t‖ for every step: how much of the loss's gradient reaches it.

use candle_core::{DType, Device, Tensor};

use super::backward;
use crate::norm::euclidean_norm;
use crate::random;
use crate::shape;
use crate::{Activation, LstmCell, LstmState, Result, RnnCell};

/// The gradients that reached each step of a sequence from a loss on the last hidden state.
///
/// ```
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = RnnCell::new(3, 4, Activation::Tanh, parameters.builder())?;
/// let found = gradients::rnn_gradients(&cell, &random::randn((20, 2, 3), &Device::Cpu)?, Tensor::sum_all)?;
/// assert_eq!(found.norms.len(), 21); // with the state before the first step
/// assert!(found.norms[0] < found.norms[20]); // it vanishes on its way back
/// assert_eq!(found.exploded_at, None);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct GradientNorms {
    /// `norms[t]` is ‖∂L/∂h_t‖ over batch and units, for `t = 0` (the state before the first step) to `T` (the last).
    pub norms: Vec<f64>,
    /// The same for the cell state, ‖∂L/∂c_t‖, of an LSTM. It counts the way through `h_t` too.
    pub cell_norms: Option<Vec<f64>>,
    /// The step (1 to `T`, or 0 for the initial state) at which a number was first not finite, in the order in which
    /// they are computed: states from the first step on, then gradients and their norms from the last step back.
    pub exploded_at: Option<usize>,
    /// Whether that was in the forward or the backward pass.
    pub exploded_in: Option<Pass>,
}

/// A direction through the unrolled network.
///
/// ```
/// use lstm::prelude::*;
///
/// use lstm::gradients::Pass;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = RnnCell::new(3, 4, Activation::Relu, parameters.builder())?;
/// cell.set_u(&init::identity(4, 100.0, DType::F32, &Device::Cpu)?)?;
/// let found = gradients::rnn_gradients(&cell, &Tensor::ones((50, 1, 3), DType::F32, &Device::Cpu)?, Tensor::sum_all)?;
/// assert_eq!(found.exploded_in, Some(Pass::Forward)); // 100⁵⁰ is beyond f32
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// From the first step to the last: states.
    Forward,
    /// From the last step to the first: gradients.
    Backward,
}

/// The norms for an [`RnnCell`] that runs over `xs` `[T, B, D]` from zeros, and a scalar `loss` of its last hidden
/// state `[B, H]`; `Tensor::sum_all` is one.
///
/// ```
/// use lstm::{Activation, Parameters, RnnCell, gradients, random};
/// use lstm::candle_core::{DType, Device, Tensor};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = RnnCell::new(4, 16, Activation::Tanh, parameters.builder())?;
/// let xs = random::randn((50, 1, 4), &Device::Cpu)?;
/// let found = gradients::rnn_gradients(&cell, &xs, Tensor::sum_all)?;
/// assert_eq!(found.norms.len(), 51);
/// assert_eq!(found.norms[50], 4.0); // a sum over 16 units has 16 ones as its gradient
/// assert!(found.norms[0] < 1e-6);
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn rnn_gradients(
    cell: &RnnCell,
    xs: &Tensor,
    loss: impl Fn(&Tensor) -> candle_core::Result<Tensor>,
) -> Result<GradientNorms> {
    let trace = cell.trace(xs, None)?;
    let steps = xs.dim(0)?;
    let state_after = |t: usize| -> Result<Tensor> {
        match t.checked_sub(1) {
            Some(step) => Ok(trace.h.get(step)?),
            None => Ok(trace.h0.clone()),
        }
    };
    let mut record = Record::new(steps, trace.first_non_finite()?);
    let mut delta = backward::of_loss(&state_after(steps)?, loss)?;
    record.add(steps, &delta, None)?;
    for t in (1..=steps).rev() {
        let x = xs.get(t - 1)?;
        let deltas =
            backward::one_step(&[state_after(t - 1)?], &[delta], |states| Ok(vec![cell.forward(&x, &states[0])?]))?;
        delta = deltas[0].clone();
        record.add(t - 1, &delta, None)?;
    }
    Ok(record.finish())
}

/// The norms for an [`LstmCell`]: those for its hidden and its cell state. Arguments as for [`rnn_gradients`].
///
/// ```
/// use lstm::{LstmCell, Parameters, gradients, random};
/// use lstm::candle_core::{DType, Device, Tensor};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = LstmCell::new(4, 16, parameters.builder())?;
/// cell.set_forget_bias(4.0)?;
/// let xs = random::randn((50, 1, 4), &Device::Cpu)?;
/// let found = gradients::lstm_gradients(&cell, &xs, Tensor::sum_all)?;
/// assert!(found.norms[0] > 1e-4);
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn lstm_gradients(
    cell: &LstmCell,
    xs: &Tensor,
    loss: impl Fn(&Tensor) -> candle_core::Result<Tensor>,
) -> Result<GradientNorms> {
    let trace = cell.trace(xs, None)?;
    let steps = xs.dim(0)?;
    let state_after = |t: usize| -> Result<[Tensor; 2]> {
        match t.checked_sub(1) {
            Some(step) => Ok([trace.h.get(step)?, trace.c.get(step)?]),
            None => Ok([trace.h0.clone(), trace.c0.clone()]),
        }
    };
    // The loss sees c_t through the next step and through h_t = o ∘ tanh(c_t), which a projection may follow; the
    // recursion carries only the first.
    let whole_of_c = |t: usize, delta_h: &Tensor, delta_c: &Tensor| -> Result<Tensor> {
        let Some(step) = t.checked_sub(1) else {
            return Ok(delta_c.clone());
        };
        let slope = Activation::Tanh.derivative(&trace.c.get(step)?)?;
        let delta_shown = match &cell.weights.hr {
            Some(w_hr) => delta_h.matmul(&w_hr.as_detached_tensor())?,
            None => delta_h.clone(),
        };
        let through_h = delta_shown.mul(&trace.o.get(step)?)?.mul(&slope)?;
        Ok(delta_c.add(&through_h)?)
    };

    let mut record = Record::new(steps, trace.first_non_finite()?);
    record.cell_norms = Some(vec![0.0; steps + 1]);
    let [last_h, last_c] = state_after(steps)?;
    let mut delta_h = backward::of_loss(&last_h, loss)?;
    let mut delta_c = last_c.zeros_like()?;
    record.add(steps, &delta_h, Some(&whole_of_c(steps, &delta_h, &delta_c)?))?;
    for t in (1..=steps).rev() {
        let x = xs.get(t - 1)?;
        let deltas = backward::one_step(&state_after(t - 1)?, &[delta_h, delta_c], |states| {
            let state = LstmState { h: states[0].clone(), c: states[1].clone() };
            let next = cell.forward(&x, &state)?;
            Ok(vec![next.h, next.c])
        })?;
        delta_h = deltas[0].clone();
        delta_c = deltas[1].clone();
        record.add(t - 1, &delta_h, Some(&whole_of_c(t - 1, &delta_h, &delta_c)?))?;
    }
    Ok(record.finish())
}

/// A loss that weighs the `hidden_size` units with random numbers from the process-wide generator and sums over the
/// batch: unlike the plain sum it favours no direction.
///
/// ```
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = RnnCell::new(3, 4, Activation::Tanh, parameters.builder())?;
/// let loss = gradients::random_projection(4, DType::F32, &Device::Cpu)?;
/// let found = gradients::rnn_gradients(&cell, &random::randn((20, 2, 3), &Device::Cpu)?, loss)?;
/// assert_eq!(found.norms.len(), 21);
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn random_projection(
    hidden_size: usize,
    dtype: DType,
    device: &Device,
) -> Result<impl Fn(&Tensor) -> candle_core::Result<Tensor> + use<>> {
    shape::expect_countable("hidden_size", &[hidden_size])?;
    let weights = random::process_wide().randn(hidden_size, dtype, device)?;
    Ok(move |h: &Tensor| h.broadcast_mul(&weights)?.sum_all())
}

/// The result as it fills, from the last step back.
struct Record {
    norms: Vec<f64>,
    cell_norms: Option<Vec<f64>>,
    exploded: Option<(usize, Pass)>,
}

impl Record {
    /// `forward` is the first step, from 0, with a state that is not finite.
    fn new(steps: usize, forward: Option<usize>) -> Self {
        Self { norms: vec![0.0; steps + 1], cell_norms: None, exploded: forward.map(|step| (step + 1, Pass::Forward)) }
    }

    fn add(&mut self, t: usize, delta_h: &Tensor, delta_c: Option<&Tensor>) -> Result<()> {
        self.norms[t] = euclidean_norm(&[delta_h])?;
        let mut finite = self.norms[t].is_finite();
        if let (Some(norms), Some(delta_c)) = (&mut self.cell_norms, delta_c) {
            norms[t] = euclidean_norm(&[delta_c])?;
            finite &= norms[t].is_finite();
        }
        if !finite && self.exploded.is_none() {
            self.exploded = Some((t, Pass::Backward));
        }
        Ok(())
    }

    fn finish(self) -> GradientNorms {
        GradientNorms {
            norms: self.norms,
            cell_norms: self.cell_norms,
            exploded_at: self.exploded.map(|(t, _)| t),
            exploded_in: self.exploded.map(|(_, pass)| pass),
        }
    }
}
