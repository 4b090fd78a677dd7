//! Recurrent layers over whole sequences, as PyTorch's modules `RNN`, `LSTM` and `GRU`: stacked, in one direction or
//! both, for sequences of one length or many.
//!
//! Every layer is made of the cells that [`RnnCell`](crate::RnnCell), [`LstmCell`](crate::LstmCell) and
//! [`GruCell`](crate::GruCell) define, one for each direction.
//!
//! Truncated backpropagation through time cuts a long sequence into chunks and passes on the state without its history:
//!
//! ```
//! use lstm::prelude::*;
//!
//! let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
//! let lstm = Lstm::new(3, 5, Options::default().num_layers(2), parameters.builder())?;
//! let xs = random::randn((40, 2, 3), &Device::Cpu)?; // T = 40 steps of B = 2 sequences
//! let mut state = None;
//! for start in (0..40).step_by(10) {
//!     let (outputs, after) = lstm.forward(&xs.narrow(0, start, 10)?, state.as_ref())?;
//!     let gradients = outputs.sqr()?.mean_all()?.backward()?; // reaches back over these ten steps only
//!     assert!(gradients.get(&lstm.vars()[0]).is_some());
//!     state = Some(after.detach());
//! }
//! # Ok::<(), Error>(())
//! ```
//!
//! The states of [`Rnn`] and [`Gru`] are tensors, which have a `detach` too.

mod dropout;
mod gru;
mod layer_cell;
mod lengths;
mod lstm;
mod methods;
mod options;
mod pytorch;
mod rnn;
mod run_layer;
mod stack;

pub use gru::Gru;
pub use lstm::Lstm;
pub use options::Options;
pub use rnn::Rnn;

pub(crate) use dropout::drop;
