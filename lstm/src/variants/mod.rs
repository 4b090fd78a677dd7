//! Variants of the LSTM cell from the literature, as readable as the cell itself: peepholes, a coupled gate, layer norm.
//!
//! They are for reading, comparing and training at the size of a lecture. All carry an
//! [`LstmState`](crate::LstmState), take the place of [`LstmCell`](crate::LstmCell) in a loop over time, and change
//! one thing about it each:
//!
//! | cell | what is different | numbers to learn |
//! |---|---|---|
//! | [`LstmCell`](crate::LstmCell) | | `4H(D + H + 2)` |
//! | [`PeepholeLstmCell`] | the gates see the cell state | `4H(D + H + 2) + 3H` |
//! | [`CoupledLstmCell`] | `i = 1 − f` | `3H(D + H + 2)` |
//! | [`LayerNormLstmCell`] | pre-activations and the cell state are normalised | `4H(D + H) + 22H` |
//!
//! Greff et al. (2017, "LSTM: A search space odyssey") compared such variants at length on three tasks. None was
//! significantly better than their standard cell, and neither coupling the gates nor leaving the peepholes out made it
//! significantly worse.

mod coupled;
mod layer_norm;
mod peephole;
mod stacked;

pub use coupled::CoupledLstmCell;
pub use layer_norm::{LayerNorm, LayerNormLstmCell};
pub use peephole::PeepholeLstmCell;
