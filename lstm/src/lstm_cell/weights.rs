//! The weights of one gate: reading and replacing them.

use candle_core::{Tensor, Var};

use super::LstmCell;
use crate::Result;
use crate::gate::Gate;
use crate::shape::{self, Dim};

/// A copy of what one gate has learned, in the letters of `W x + U h + b`.
#[derive(Clone, Debug)]
pub struct GateWeights {
    /// `W`, from the input, `[H, D]`.
    pub w: Tensor,
    /// `U`, from the hidden state, `[H, H]`.
    pub u: Tensor,
    /// `b`, the sum of PyTorch's two biases, `[H]`.
    pub b: Tensor,
}

impl LstmCell {
    /// The weights of one gate.
    pub fn weights(&self, gate: Gate) -> Result<GateWeights> {
        let copy = |stacked: &Var| -> Result<Tensor> {
            Ok(self.block_of(stacked, gate)?.detach().copy()?)
        };
        Ok(GateWeights {
            w: copy(&self.weight_ih)?,
            u: copy(&self.weight_hh)?,
            b: copy(&self.bias_ih)?.add(&copy(&self.bias_hh)?)?,
        })
    }

    /// Replaces `W` `[H, D]` of one gate.
    pub fn set_w(&self, gate: Gate, w: &Tensor) -> Result<()> {
        let dims = [
            Dim::Is("H", self.hidden_size()),
            Dim::Is("D", self.input_size()),
        ];
        shape::expect("w", w, &dims)?;
        self.replace(&self.weight_ih, gate, "w", w)
    }

    /// Replaces `U` `[H, H]` of one gate.
    pub fn set_u(&self, gate: Gate, u: &Tensor) -> Result<()> {
        let hidden = Dim::Is("H", self.hidden_size());
        shape::expect("u", u, &[hidden, hidden])?;
        self.replace(&self.weight_hh, gate, "u", u)
    }

    /// Gives every unit of one gate the bias `value`: the first of PyTorch's two biases becomes `value`, the second 0.
    pub fn set_bias(&self, gate: Gate, value: f64) -> Result<()> {
        shape::expect_finite("value", value)?;
        let zeros = self.block_of(&self.bias_hh, gate)?.detach().zeros_like()?;
        self.replace(&self.bias_ih, gate, "value", &zeros.affine(1.0, value)?)?;
        self.replace(&self.bias_hh, gate, "value", &zeros)
    }

    /// [`set_bias`](LstmCell::set_bias) of the forget gate. A bias of 1 or more keeps the gate open at first, so that
    /// memory and gradients last until training knows better (Jozefowicz et al. 2015).
    pub fn set_forget_bias(&self, value: f64) -> Result<()> {
        self.set_bias(Gate::Forget, value)
    }

    fn replace(
        &self,
        stacked: &Var,
        gate: Gate,
        argument: &'static str,
        values: &Tensor,
    ) -> Result<()> {
        shape::expect_like(argument, values, stacked)?;
        let mut blocks = Vec::with_capacity(4);
        for each in Gate::PYTORCH_ORDER {
            blocks.push(if each == gate {
                values.detach()
            } else {
                self.block_of(stacked, each)?.detach()
            });
        }
        Ok(stacked.set(&Tensor::cat(&blocks, 0)?)?)
    }
}
