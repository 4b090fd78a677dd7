//! One step of the cell, opened up in the order of the lecture: forget, store, update, output.

use candle_core::Tensor;

use super::{Form, LstmCell, LstmState};
use crate::gate::Gate;
use crate::shape::{self, Dim};
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
        self.expect_units("f", f, None)?;
        let batch = Some(f.dim(0)?);
        self.expect_units("c_prev", c_prev, batch)?;
        self.expect_units("i", i, batch)?;
        self.expect_units("candidate", candidate, batch)?;
        let kept = f.mul(c_prev)?;
        let stored = i.mul(candidate)?;
        Ok(kept.add(&stored)?)
    }

    /// The output gate `o = σ(W_o x + U_o h + b_o)`, `[B, H]`: which part of the memory is shown.
    pub fn output(&self, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        self.gate(Gate::Output, x, h)
    }

    /// The new hidden state `h = o ∘ tanh(c)`; all `[B, H]`.
    pub fn hidden(&self, o: &Tensor, c: &Tensor) -> Result<Tensor> {
        self.expect_units("o", o, None)?;
        self.expect_units("c", c, Some(o.dim(0)?))?;
        Ok(o.mul(&Activation::Tanh.apply(c)?)?)
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
        shape::expect("x", x, &[Dim::Any("B"), Dim::Is("D", self.input_size())])?;
        shape::expect_like("x", x, &self.weight_ih)?;
        let batch = x.dim(0)?;
        shape::expect("h", h, &[Dim::Is("B", batch), Dim::Is("H", self.hidden_size())])?;
        shape::expect_like("h", h, &self.weight_hh)?;

        let w = self.block_of(&self.weight_ih, gate)?;
        let u = self.block_of(&self.weight_hh, gate)?;
        let b_ih = self.block_of(&self.bias_ih, gate)?;
        let b_hh = self.block_of(&self.bias_hh, gate)?;
        match form {
            Form::Separate => {
                let from_x = x.contiguous()?.matmul(&w.t()?)?.broadcast_add(&b_ih)?;
                let from_h = h.contiguous()?.matmul(&u.t()?)?.broadcast_add(&b_hh)?;
                Ok(from_x.add(&from_h)?)
            }
            Form::Concatenated => {
                let w_of_both = Tensor::cat(&[&u, &w], 1)?;
                let h_and_x = Tensor::cat(&[h, x], 1)?;
                let b = b_ih.add(&b_hh)?;
                Ok(h_and_x.matmul(&w_of_both.t()?)?.broadcast_add(&b)?)
            }
        }
    }

    /// The rows of a stacked weight or bias that belong to one gate.
    pub(super) fn block_of(&self, stacked: &Tensor, gate: Gate) -> Result<Tensor> {
        let hidden = self.hidden_size();
        Ok(stacked.narrow(0, gate.block() * hidden, hidden)?)
    }

    /// Checks `[B, H]`, for any batch or the one given.
    fn expect_units(&self, argument: &'static str, values: &Tensor, batch: Option<usize>) -> Result<()> {
        let rows = batch.map_or(Dim::Any("B"), |batch| Dim::Is("B", batch));
        shape::expect(argument, values, &[rows, Dim::Is("H", self.hidden_size())])?;
        shape::expect_like(argument, values, &self.weight_hh)
    }
}
