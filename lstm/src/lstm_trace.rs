//! Every intermediate value of an LSTM cell over a sequence, for looking at.

use candle_core::Tensor;

/// What a cell computed at each step. Sequences are `[T, B, H]` (`x`: `[T, B, D]`), states before the first step `[B, H]`.
#[derive(Clone, Debug)]
pub struct LstmTrace {
    /// The input, `[T, B, D]`.
    pub x: Tensor,
    /// The hidden state before the first step, `[B, H]`.
    pub h0: Tensor,
    /// The cell state before the first step, `[B, H]`.
    pub c0: Tensor,
    /// Forget gate before its sigmoid.
    pub pre_f: Tensor,
    /// Input gate before its sigmoid.
    pub pre_i: Tensor,
    /// Candidate before its tanh.
    pub pre_candidate: Tensor,
    /// Output gate before its sigmoid.
    pub pre_o: Tensor,
    /// Forget gate, in (0, 1).
    pub f: Tensor,
    /// Input gate, in (0, 1).
    pub i: Tensor,
    /// Candidate values `c̃`, in (-1, 1).
    pub candidate: Tensor,
    /// Output gate, in (0, 1).
    pub o: Tensor,
    /// Cell state after each step.
    pub c: Tensor,
    /// Hidden state after each step.
    pub h: Tensor,
}
