//! Recurrent networks on Candle tensors, gate by gate.
//!
//! Notation, in every module: `B` batch, `T` time steps, `D` input size, `H` hidden size. Sequences are `[T, B, D]`.

mod atomic_file;
pub mod diagram;
pub mod display;
pub mod error;
pub mod exercise;
pub mod figure;
pub mod gate;
pub mod lstm_trace;
pub mod prelude;
mod xml;

pub use candle_core;
pub use candle_nn;
pub use error::{Error, Result};
pub use gate::Gate;
pub use lstm_trace::LstmTrace;
pub use plotters;
