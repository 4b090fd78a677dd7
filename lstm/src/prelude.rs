//! What a notebook or a small program wants in scope: `use lstm::prelude::*`.

pub use crate::diagram::{self, Highlight};
pub use crate::display::{Rich, display};
pub use crate::exercise::exercise;
pub use crate::figure::{self, Figure};
pub use crate::{
    Activation, Error, Form, Gate, LstmCell, LstmState, LstmTrace, Override, Parameters, Result, RnnCell, RnnTrace,
    Summary, clip, device, gradients, init, random, regularisation, schedule, tasks, variants,
};
pub use candle_core::{D, DType, Device, IndexOp, Module, Tensor, Var};
