//! The recurrent layers that a model reads with: their kind, the layers themselves, and their state.

use candle_core::{Tensor, Var};
use candle_nn::VarBuilder;

use crate::{Activation, Error, Gru, Lstm, LstmState, Options, Result, Rnn};

/// Which recurrent layers read a series, a sentence or a text.
///
/// ```
/// use lstm::models::Reader;
///
/// assert_eq!(Reader::ALL.map(Reader::name), ["RNN", "GRU", "LSTM"]);
/// assert_eq!(Reader::default(), Reader::Lstm);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reader {
    /// Simple recurrent layers with tanh.
    Rnn,
    /// Gated recurrent units.
    Gru,
    /// Long short-term memories.
    #[default]
    Lstm,
}

impl Reader {
    /// All three, from the simplest.
    pub const ALL: [Reader; 3] = [Reader::Rnn, Reader::Gru, Reader::Lstm];

    /// Its name in text and in figures.
    pub fn name(self) -> &'static str {
        match self {
            Reader::Rnn => "RNN",
            Reader::Gru => "GRU",
            Reader::Lstm => "LSTM",
        }
    }

    /// What its variables are called in a model that has one of it: `lstm.…`.
    pub(super) fn prefix(self) -> String {
        self.name().to_lowercase()
    }

    /// Such layers for inputs of `input_size` (`D`), time first, with variables from `vb`.
    pub(super) fn layers(
        self,
        input_size: usize,
        hidden_size: usize,
        options: Options,
        vb: VarBuilder,
    ) -> Result<Layers> {
        let options = options.batch_first(false);
        Ok(match self {
            Reader::Rnn => Layers::Rnn(Rnn::new(input_size, hidden_size, Activation::Tanh, options, vb)?),
            Reader::Gru => Layers::Gru(Gru::new(input_size, hidden_size, options, vb)?),
            Reader::Lstm => Layers::Lstm(Lstm::new(input_size, hidden_size, options, vb)?),
        })
    }
}

/// Recurrent layers of one of the kinds.
#[derive(Clone, Debug)]
pub(super) enum Layers {
    Rnn(Rnn),
    Gru(Gru),
    Lstm(Lstm),
}

/// The state of [`Layers`], each tensor `[layers · directions, B, H]`.
#[derive(Clone, Debug)]
pub(super) enum ReaderState {
    /// `h` of an RNN or a GRU.
    Hidden(Tensor),
    /// `h` and `c`.
    Lstm(LstmState),
}

impl Layers {
    /// Runs over `xs` `[T, B, D]` from `state`, or zeros. Returns the outputs `[T, B, H]`, twice as wide in both
    /// directions, and the state after the last step.
    pub(super) fn forward(&self, xs: &Tensor, state: Option<&ReaderState>) -> Result<(Tensor, ReaderState)> {
        let hidden = |(outputs, last)| (outputs, ReaderState::Hidden(last));
        let both = |(outputs, last)| (outputs, ReaderState::Lstm(last));
        match (self, state) {
            (Self::Rnn(rnn), None) => rnn.forward(xs, None).map(hidden),
            (Self::Rnn(rnn), Some(ReaderState::Hidden(h))) => rnn.forward(xs, Some(h)).map(hidden),
            (Self::Gru(gru), None) => gru.forward(xs, None).map(hidden),
            (Self::Gru(gru), Some(ReaderState::Hidden(h))) => gru.forward(xs, Some(h)).map(hidden),
            (Self::Lstm(lstm), None) => lstm.forward(xs, None).map(both),
            (Self::Lstm(lstm), Some(ReaderState::Lstm(state))) => lstm.forward(xs, Some(state)).map(both),
            _ => Err(Error::Argument {
                argument: "state",
                expected: "of the model's kind of layer".to_owned(),
                got: "of another kind".to_owned(),
            }),
        }
    }

    /// Runs over sequences of these lengths in `xs` `[T, B, D]`. Returns the outputs, zero in the padding, and the hidden
    /// states `[layers · directions, B, H]` after each sequence's own last step.
    pub(super) fn forward_padded(&self, xs: &Tensor, lengths: &[usize]) -> Result<(Tensor, Tensor)> {
        match self {
            Self::Rnn(rnn) => rnn.forward_padded(xs, lengths, None),
            Self::Gru(gru) => gru.forward_padded(xs, lengths, None),
            Self::Lstm(lstm) => lstm.forward_padded(xs, lengths, None).map(|(outputs, last)| (outputs, last.h)),
        }
    }

    /// The size of an output vector, of both directions together.
    pub(super) fn output_size(&self) -> usize {
        match self {
            Self::Rnn(rnn) => rnn.output_size(),
            Self::Gru(gru) => gru.output_size(),
            Self::Lstm(lstm) => lstm.output_size(),
        }
    }

    /// Training mode, in which they start.
    pub(super) fn train(&mut self) {
        match self {
            Self::Rnn(rnn) => rnn.train(),
            Self::Gru(gru) => gru.train(),
            Self::Lstm(lstm) => lstm.train(),
        }
    }

    /// Evaluation mode: nothing is dropped between them.
    pub(super) fn eval(&mut self) {
        match self {
            Self::Rnn(rnn) => rnn.eval(),
            Self::Gru(gru) => gru.eval(),
            Self::Lstm(lstm) => lstm.eval(),
        }
    }

    /// Their variables.
    pub(super) fn vars(&self) -> Vec<Var> {
        match self {
            Self::Rnn(rnn) => rnn.vars(),
            Self::Gru(gru) => gru.vars(),
            Self::Lstm(lstm) => lstm.vars(),
        }
    }
}

impl ReaderState {
    /// The same numbers, cut off from the steps that made them.
    pub(super) fn detach(&self) -> Self {
        match self {
            Self::Hidden(h) => Self::Hidden(h.detach()),
            Self::Lstm(state) => Self::Lstm(state.detach()),
        }
    }
}
