//! The weights of one gate: reading and replacing them.

use candle_core::Tensor;

use super::LstmCell;
use crate::Result;
use crate::gate::Gate;

/// A copy of what one gate has learned, in the letters of `W x + U h + b`.
///
/// ```
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = LstmCell::new(3, 4, parameters.builder())?;
/// cell.set_forget_bias(1.0)?;
/// let forget = cell.weights(Gate::Forget)?;
/// assert_eq!((forget.w.dims(), forget.u.dims()), (&[4, 3][..], &[4, 4][..]));
/// assert_eq!(forget.b.to_vec1::<f32>()?, [1.0; 4]);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct GateWeights {
    /// `W`, from the input, `[H, D]`.
    pub w: Tensor,
    /// `U`, from the hidden state, `[H, H]` (`[H, P]` with a projection).
    pub u: Tensor,
    /// `b`, the sum of PyTorch's two biases, `[H]`; zeros without biases.
    pub b: Tensor,
}

impl LstmCell {
    /// The weights of one gate.
    pub fn weights(&self, gate: Gate) -> Result<GateWeights> {
        Ok(GateWeights {
            w: self.weights.copy_of(&self.weights.ih, gate.block())?,
            u: self.weights.copy_of(&self.weights.hh, gate.block())?,
            b: self.weights.copy_of_bias(gate.block())?,
        })
    }

    /// Replaces `W` `[H, D]` of one gate.
    pub fn set_w(&self, gate: Gate, w: &Tensor) -> Result<()> {
        self.weights.set_w(gate.block(), w)
    }

    /// Replaces `U` `[H, H]` of one gate (`[H, P]` with a projection).
    pub fn set_u(&self, gate: Gate, u: &Tensor) -> Result<()> {
        self.weights.set_u(gate.block(), u)
    }

    /// Gives every unit of one gate the bias `value`: the first of PyTorch's two biases becomes `value`, the second 0.
    /// Fails on a cell without biases.
    pub fn set_bias(&self, gate: Gate, value: f64) -> Result<()> {
        self.weights.set_bias(gate.block(), value)
    }

    /// [`set_bias`](LstmCell::set_bias) of the forget gate. A bias of 1 or more keeps the gate open at first, so that
    /// memory and gradients last until training knows better (Jozefowicz et al. 2015).
    pub fn set_forget_bias(&self, value: f64) -> Result<()> {
        self.set_bias(Gate::Forget, value)
    }
}
