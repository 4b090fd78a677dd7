//! How a stack of recurrent layers is built: PyTorch's arguments of the same names.

use crate::weights::{Stacked, expect_projection};
use crate::{Result, shape};

/// PyTorch's options of `nn.RNN`, `nn.LSTM` and `nn.GRU`, with PyTorch's defaults: one layer, forward only, time first,
/// no dropout, biases, no projection.
///
/// ```
/// use lstm::Options;
///
/// let options = Options::default().num_layers(2).bidirectional(true).dropout(0.2);
/// assert_eq!(options, Options { num_layers: 2, bidirectional: true, dropout: 0.2, ..Options::default() });
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// `L`, how many layers are stacked; at least 1.
    pub num_layers: usize,
    /// Whether each layer also reads the sequence from its end. Its output joins both directions.
    pub bidirectional: bool,
    /// Whether sequences come and go as `[B, T, ...]` and not `[T, B, ...]`. States do not change their shape.
    pub batch_first: bool,
    /// The probability, in [0, 1), that a number on its way from one layer to the next is set to zero in training. It
    /// needs two layers to have an effect: nothing is dropped after the last.
    pub dropout: f64,
    /// Whether there are biases.
    pub bias: bool,
    /// `P`, the size of the hidden state of an LSTM with a projection; at least 1 and below `H`.
    pub proj_size: Option<usize>,
}

impl Default for Options {
    fn default() -> Self {
        Self { num_layers: 1, bidirectional: false, batch_first: false, dropout: 0.0, bias: true, proj_size: None }
    }
}

impl Options {
    /// `L`, how many layers are stacked; at least 1.
    pub fn num_layers(mut self, num_layers: usize) -> Self {
        self.num_layers = num_layers;
        self
    }

    /// Whether each layer also reads the sequence from its end.
    pub fn bidirectional(mut self, bidirectional: bool) -> Self {
        self.bidirectional = bidirectional;
        self
    }

    /// Whether sequences come and go as `[B, T, ...]`.
    pub fn batch_first(mut self, batch_first: bool) -> Self {
        self.batch_first = batch_first;
        self
    }

    /// The probability, in [0, 1), that a number between two layers is set to zero in training.
    pub fn dropout(mut self, dropout: f64) -> Self {
        self.dropout = dropout;
        self
    }

    /// Whether there are biases.
    pub fn bias(mut self, bias: bool) -> Self {
        self.bias = bias;
        self
    }

    /// Gives an LSTM a projection to `P` numbers; at least 1 and below `H`.
    pub fn proj_size(mut self, proj_size: usize) -> Self {
        self.proj_size = Some(proj_size);
        self
    }

    /// Fails unless layers of this kind and size can be built like this.
    pub(super) fn check(&self, stacked: Stacked, input_size: usize, hidden_size: usize) -> Result<()> {
        shape::expect_positive("input_size", input_size)?;
        shape::expect_positive("hidden_size", hidden_size)?;
        shape::expect_positive("num_layers", self.num_layers)?;
        shape::expect_fraction("dropout", self.dropout)?;
        if let Some(size) = self.proj_size {
            expect_projection(stacked, size, hidden_size)?;
        }
        let directions = self.directions();
        shape::expect_countable("hidden_size", &[directions, stacked.blocks, hidden_size, directions, hidden_size])?;
        shape::expect_countable("input_size", &[directions, stacked.blocks, hidden_size, input_size])?;
        let layer = [self.num_layers, directions, stacked.blocks, hidden_size, directions, hidden_size];
        shape::expect_countable("num_layers", &layer)?;
        Ok(())
    }

    /// 1 or 2.
    pub(super) fn directions(&self) -> usize {
        if self.bidirectional { 2 } else { 1 }
    }
}
