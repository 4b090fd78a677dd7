//! One step of the cell, opened up in the order of the lecture: forget, store, update, output.

use candle_core::Tensor;

use super::{Form, LstmCell, LstmState};
use crate::gate::Gate;
use crate::{Activation, Result};

impl LstmCell {
    /// A whole step: from the input `x` `[B, D]` and the state before it to the state after it.
    ///
    /// This is the definition that everything faster is tested against.
    pub fn forward(&self, x: &Tensor, state: &LstmState) -> Result<LstmState> {
        let f = self.forget(x, &state.h)?;
        let i = self.input(x, &state.h)?;
        let candidate = self.candidate(x, &state.h)?;
        let c = self.update(&f, &state.c, &i, &candidate)?;
        let o = self.output(x, &state.h)?;
        let h = self.hidden(&o, &c)?;
        Ok(LstmState { h, c })
    }

    /// The forget gate `f = σ(W_f x + U_f h + b_f)`, `[B, H]`: which part of each unit's memory stays. 0 forgets, 1 keeps.
    pub fn forget(&self, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        self.gate(Gate::Forget, x, h)
    }

    /// The input gate `i = σ(W_i x + U_i h + b_i)`, `[B, H]`: how much of the candidate is stored.
    pub fn input(&self, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        self.gate(Gate::Input, x, h)
    }

    /// The candidate `c̃ = tanh(W_c x + U_c h + b_c)`, `[B, H]`: what could be stored.
    pub fn candidate(&self, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        self.gate(Gate::Candidate, x, h)
    }

    /// The new cell state `c = f ∘ c_prev + i ∘ c̃`; all `[B, H]`.
    pub fn update(&self, f: &Tensor, c_prev: &Tensor, i: &Tensor, candidate: &Tensor) -> Result<Tensor> {
        self.weights.expect_units("f", f, None)?;
        let batch = Some(f.dim(0)?);
        self.weights.expect_units("c_prev", c_prev, batch)?;
        self.weights.expect_units("i", i, batch)?;
        self.weights.expect_units("candidate", candidate, batch)?;
        let kept = f.mul(c_prev)?;
        let stored = i.mul(candidate)?;
        Ok(kept.add(&stored)?)
    }

    /// The output gate `o = σ(W_o x + U_o h + b_o)`, `[B, H]`: which part of the memory is shown.
    pub fn output(&self, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        self.gate(Gate::Output, x, h)
    }

    /// The new hidden state `h = o ∘ tanh(c)`; all `[B, H]`. With a projection `h = W_hr (o ∘ tanh c)`, `[B, P]`.
    pub fn hidden(&self, o: &Tensor, c: &Tensor) -> Result<Tensor> {
        self.weights.expect_units("o", o, None)?;
        self.weights.expect_units("c", c, Some(o.dim(0)?))?;
        let shown = o.mul(&Activation::Tanh.apply(c)?)?;
        match &self.weights.hr {
            Some(w_hr) => Ok(shown.matmul(&w_hr.t()?)?),
            None => Ok(shown),
        }
    }

    /// Any of the four layers, `[B, H]`: its activation of its pre-activation, or what it is forced to.
    pub fn gate(&self, gate: Gate, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        self.activate(gate, &self.pre_activation(gate, x, h)?)
    }

    /// What a layer computes before its activation, `[B, H]`; an override does not change it.
    pub fn pre_activation(&self, gate: Gate, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        self.pre_activation_in(self.form, gate, x, h)
    }

    /// From the pre-activation of a layer to its value.
    pub(super) fn activate(&self, gate: Gate, pre_activation: &Tensor) -> Result<Tensor> {
        match self.override_of(gate) {
            Some(value) => value.in_place_of(pre_activation),
            None => gate.activation().apply(pre_activation),
        }
    }

    pub(super) fn pre_activation_in(&self, form: Form, gate: Gate, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        self.weights.pre_activation(form, gate.block(), x, h)
    }
}
