//! What the variants share beyond the weights of a cell: the update, the hidden state, the loop over time.

use candle_core::{Tensor, Var};
use candle_nn::{Init, VarBuilder};

use crate::weights::Weights;
use crate::{Activation, LstmState, Result};

/// All zeros, for `batch` sequences.
pub(super) fn zero_state(weights: &Weights, batch: usize) -> Result<LstmState> {
    let zeros = weights.zeros(batch)?;
    Ok(LstmState { h: zeros.clone(), c: zeros })
}

/// `c = f ∘ c_prev + i ∘ c̃`, all `[B, H]`.
pub(super) fn update(weights: &Weights, f: &Tensor, c_prev: &Tensor, i: &Tensor, candidate: &Tensor) -> Result<Tensor> {
    weights.expect_units("f", f, None)?;
    let batch = Some(f.dim(0)?);
    weights.expect_units("c_prev", c_prev, batch)?;
    weights.expect_units("i", i, batch)?;
    weights.expect_units("candidate", candidate, batch)?;
    let kept = f.mul(c_prev)?;
    let stored = i.mul(candidate)?;
    Ok(kept.add(&stored)?)
}

/// `h = o ∘ tanh(c)`, all `[B, H]`.
pub(super) fn hidden(weights: &Weights, o: &Tensor, c: &Tensor) -> Result<Tensor> {
    weights.expect_units("o", o, None)?;
    weights.expect_units("c", c, Some(o.dim(0)?))?;
    Ok(o.mul(&Activation::Tanh.apply(c)?)?)
}

/// Takes `step` over the sequence `xs` `[T, B, D]`, from `state` or zeros: all outputs `[T, B, H]`, and the last
/// state.
pub(super) fn unroll(
    weights: &Weights,
    xs: &Tensor,
    state: Option<&LstmState>,
    step: impl Fn(&Tensor, &LstmState) -> Result<LstmState>,
) -> Result<(Tensor, LstmState)> {
    let batch = weights.expect_sequence(xs)?;
    let steps = xs.dim(0)?;
    let mut state = match state {
        Some(state) => {
            weights.expect_units("state.h", &state.h, Some(batch))?;
            weights.expect_units("state.c", &state.c, Some(batch))?;
            state.clone()
        }
        None => zero_state(weights, batch)?,
    };
    let mut outputs = Vec::with_capacity(steps);
    for t in 0..steps {
        state = step(&xs.get(t)?, &state)?;
        outputs.push(state.h.clone());
    }
    Ok((Tensor::stack(&outputs, 0)?, state))
}

/// `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh` of weights that were made with biases and without projection.
pub(super) fn vars(weights: &Weights) -> [Var; 4] {
    let vars = weights.vars();
    std::array::from_fn(|n| vars[n].clone())
}

/// A variable of `vb`: the one that has that name, or a new one that starts as `init` says.
pub(super) fn var(vb: &VarBuilder, dims: &[usize], name: &str, init: Init) -> Result<Var> {
    Ok(Var::from_tensor(&vb.get_with_hints(dims, name, init)?)?)
}
