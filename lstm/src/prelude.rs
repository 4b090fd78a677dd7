//! What a notebook or a small program wants in scope: `use lstm::prelude::*`.

pub use crate::diagram::{self, Highlight};
pub use crate::display::{Rich, display};
pub use crate::exercise::exercise;
pub use crate::figure::{self, Figure};
pub use crate::train::{Plan, Settings, Task, Trainer};
pub use crate::{
    Activation, CellOptions, Error, Form, Gate, Gru, GruCell, GruGate, GruTrace, Lstm, LstmCell, LstmState, LstmTrace,
    Options, Override, Parameters, Place, Result, Rnn, RnnCell, RnnTrace, Summary, clip, data, device, fused, generate,
    gradients, init, loss, models, random, regularisation, schedule, tasks, text, train, variants,
};
pub use candle_core::{D, DType, Device, IndexOp, Module, Tensor, Var};
/// Part of the type of `parameters.builder()`: a notebook that keeps the builder in a variable must be able to name it.
pub use candle_nn::var_builder::SimpleBackend;
