//! What a notebook or a small program wants in scope: `use lstm::prelude::*`.

pub use crate::diagram::{self, Highlight};
pub use crate::display::{Rich, display};
pub use crate::figure::{self, Figure};
pub use crate::{Error, Gate, LstmTrace, Result};
pub use candle_core::{D, DType, Device, IndexOp, Tensor, Var};
