//! What a layer asks of its cell, whichever of the three it is.

use candle_core::Tensor;

use crate::fused::Kind;
use crate::weights::{Stacked, Weights};
use crate::{GruCell, LstmCell, LstmState, Result, RnnCell};

/// A cell that layers can be made of. Its state is one tensor, the hidden state `[B, H]` (`[B, P]` with a projection),
/// or two, that and the cell state `[B, H]`.
pub(crate) trait LayerCell {
    /// How its weights are stacked.
    const STACKED: Stacked;

    /// The parts of its state, as errors name them.
    const STATE: &'static [&'static str];

    /// Its weights.
    fn weights(&self) -> &Weights;

    /// What the fused operation calls it.
    fn kind(&self) -> Kind;

    /// From the input `x` `[B, D]` and the state before it to the state after it.
    fn step(&self, x: &Tensor, state: &[Tensor]) -> Result<Vec<Tensor>>;
}

impl LayerCell for RnnCell {
    const STACKED: Stacked = Stacked::RNN;
    const STATE: &'static [&'static str] = &["state"];

    fn weights(&self) -> &Weights {
        &self.weights
    }

    fn kind(&self) -> Kind {
        Kind::Rnn(self.activation())
    }

    fn step(&self, x: &Tensor, state: &[Tensor]) -> Result<Vec<Tensor>> {
        Ok(vec![self.forward(x, &state[0])?])
    }
}

impl LayerCell for GruCell {
    const STACKED: Stacked = Stacked::GRU;
    const STATE: &'static [&'static str] = &["state"];

    fn weights(&self) -> &Weights {
        &self.weights
    }

    fn kind(&self) -> Kind {
        Kind::Gru
    }

    fn step(&self, x: &Tensor, state: &[Tensor]) -> Result<Vec<Tensor>> {
        Ok(vec![self.forward(x, &state[0])?])
    }
}

impl LayerCell for LstmCell {
    const STACKED: Stacked = Stacked::LSTM;
    const STATE: &'static [&'static str] = &["state.h", "state.c"];

    fn weights(&self) -> &Weights {
        &self.weights
    }

    fn kind(&self) -> Kind {
        Kind::Lstm
    }

    fn step(&self, x: &Tensor, state: &[Tensor]) -> Result<Vec<Tensor>> {
        let after = self.forward(x, &LstmState { h: state[0].clone(), c: state[1].clone() })?;
        Ok(vec![after.h, after.c])
    }
}
