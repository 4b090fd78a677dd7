//! The three kinds of layer, and where each keeps its numbers.

use crate::Activation;

/// What a layer computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `h = f(a)`.
    Rnn(Activation),
    /// Gates `i`, `f`, `g`, `o`, cell state and hidden state.
    Lstm,
    /// Gates `r`, `z` and candidate `n`, with the recurrent part of `n` behind `r`.
    Gru,
}

/// Blocks of `H` rows of `weight_ih` and the blocks of a saved row that they give.
pub(super) struct InputPart {
    pub(super) weight_block: usize,
    pub(super) saved_block: usize,
    pub(super) blocks: usize,
}

impl Kind {
    /// How many blocks of `H` numbers are saved for each step and sequence, and get gradients. RNN: `h`. LSTM: `i`, `f`,
    /// `g`, `o`. GRU: `n`, `r`, `z` and the recurrent part of `n`; in that order the blocks that the input takes part in
    /// are neighbours, and so are those of the hidden state.
    pub(super) fn saved_blocks(self) -> usize {
        match self {
            Kind::Rnn(_) => 1,
            Kind::Lstm | Kind::Gru => 4,
        }
    }

    /// How many blocks of `H` rows each weight has.
    pub(crate) fn weight_blocks(self) -> usize {
        match self {
            Kind::Rnn(_) => 1,
            Kind::Lstm => 4,
            Kind::Gru => 3,
        }
    }

    /// Where the rows of `weight_ih` go.
    pub(super) fn input_parts(self) -> &'static [InputPart] {
        match self {
            Kind::Rnn(_) => &[InputPart { weight_block: 0, saved_block: 0, blocks: 1 }],
            Kind::Lstm => &[InputPart { weight_block: 0, saved_block: 0, blocks: 4 }],
            Kind::Gru => &[
                InputPart { weight_block: 0, saved_block: 1, blocks: 2 },
                InputPart { weight_block: 2, saved_block: 0, blocks: 1 },
            ],
        }
    }

    /// The saved block of the first rows of `weight_hh`; the others follow.
    pub(super) fn recurrent_block(self) -> usize {
        match self {
            Kind::Rnn(_) | Kind::Lstm => 0,
            Kind::Gru => 1,
        }
    }

    /// Whether it has a cell state.
    pub(crate) fn has_cell(self) -> bool {
        self == Kind::Lstm
    }
}
