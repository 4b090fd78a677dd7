//! Recurrent networks on Candle tensors, gate by gate.
//!
//! Notation, in every module: `B` batch, `T` time steps, `D` input size, `H` hidden size. Sequences are `[T, B, D]`.

pub mod activation;
pub mod clip;
pub mod device;
pub mod diagram;
pub mod display;
pub mod error;
pub mod exercise;
pub mod figure;
pub mod gate;
pub mod gradients;
pub mod init;
pub mod lstm_cell;
pub mod lstm_trace;
pub mod params;
pub mod prelude;
pub mod random;
pub mod rnn_cell;
pub mod rnn_trace;
pub mod summary;

mod atomic_file;
mod shape;
mod state_dict;
mod xml;

pub use activation::Activation;
pub use candle_core;
pub use candle_nn;
pub use error::{Error, Result};
pub use gate::{Gate, Override};
pub use lstm_cell::{Form, LstmCell, LstmState};
pub use lstm_trace::LstmTrace;
pub use params::Parameters;
pub use plotters;
pub use rnn_cell::RnnCell;
pub use rnn_trace::RnnTrace;
pub use summary::Summary;
