//! Recurrent networks on Candle tensors, gate by gate.
//!
//! Notation, in every module: `B` batch, `T` time steps, `D` input size, `H` hidden size, `P` size of a projected
//! hidden state, `L` layers, `V` vocabulary. Sequences are `[T, B, D]`, or `[B, T, D]` with `batch_first`; weights
//! have PyTorch's layout, names and gate order.
//!
//! - [`LstmCell`], [`GruCell`] and [`RnnCell`]: a step opened up, a sequence, a trace of everything; [`Gate`],
//!   [`GruGate`] and [`Override`] for ablations; [`Parameters`], [`init`] and [`random`] for what they start from.
//! - [`variants`]: peepholes, coupled gates, layer normalisation.
//! - [`Lstm`], [`Gru`] and [`Rnn`]: stacks of such cells, in one direction or both, over sequences of one or many
//!   lengths, as PyTorch's modules of these names; [`Options`] for how they are built; [`fused`] for how they are fast.
//! - [`gradients`], [`clip`] and [`regularisation`]: why gradients vanish or explode, and what helps.
//! - [`train`]: optimiser, trainer, metrics, display of progress, checkpoints.
//! - [`schedule`]: learning rates over training; [`keras`]: weights from and to Keras' layout.
//! - [`tasks`]: made-up problems with known answers, in any quantity; [`models`]: whole models, for them and
//!   for text; [`data`]: texts and recordings to learn from.
//! - [`loss`]: the cross entropy of a language model; [`generate`]: what one writes.
//! - [`text`]: from text to batches of ids: cleaning, tokens, a vocabulary, windows, streams.
//! - [`Summary`]: where the numbers of parameters come from.
//!
//! ```
//! use lstm::prelude::*;
//!
//! random::seed(1);
//! let parameters = Parameters::new(DType::F32, &Device::Cpu);
//! let cell = LstmCell::new(10, 5, parameters.builder())?;
//! let x = random::randn((4, 10), &Device::Cpu)?;
//! let state = cell.zero_state(4)?;
//!
//! let f = cell.forget(&x, &state.h)?;
//! let i = cell.input(&x, &state.h)?;
//! let candidate = cell.candidate(&x, &state.h)?;
//! let c = cell.update(&f, &state.c, &i, &candidate)?;
//! let o = cell.output(&x, &state.h)?;
//! let h = cell.hidden(&o, &c)?;
//! assert_eq!(h.to_vec2::<f32>()?, cell.forward(&x, &state)?.h.to_vec2::<f32>()?);
//! # Ok::<(), Error>(())
//! ```

pub mod activation;
pub mod cell_options;
pub mod clip;
pub mod data;
pub mod device;
pub mod diagram;
pub mod display;
pub mod error;
pub mod exercise;
pub mod figure;
pub mod fused;
pub mod gate;
pub mod generate;
pub mod gradients;
pub mod gru_cell;
pub mod gru_trace;
pub mod init;
pub mod keras;
pub mod layers;
pub mod loss;
pub mod lstm_cell;
pub mod lstm_trace;
pub mod models;
pub mod params;
pub mod prelude;
pub mod random;
pub mod regularisation;
pub mod rnn_cell;
pub mod rnn_trace;
pub mod schedule;
pub mod summary;
pub mod tasks;
pub mod text;
pub mod train;
pub mod variants;

mod atomic_file;
mod hash;
mod norm;
mod pre_activation;
mod shape;
mod state_dict;
mod storage;
mod weights;
mod xml;

pub use activation::Activation;
pub use candle_core;
pub use candle_nn;
pub use cell_options::{CellOptions, Place};
pub use error::{Error, Result};
pub use gate::{Gate, Override};
pub use gru_cell::{GruCell, GruGate};
pub use gru_trace::GruTrace;
pub use layers::{Gru, Lstm, Options, Rnn};
pub use lstm_cell::{Form, GateWeights, LstmCell, LstmState};
pub use lstm_trace::LstmTrace;
pub use params::Parameters;
pub use plotters;
pub use rnn_cell::RnnCell;
pub use rnn_trace::RnnTrace;
pub use summary::Summary;

/// The README's program is compiled with the documentation's examples.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
