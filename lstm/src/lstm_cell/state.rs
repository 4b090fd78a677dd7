//! The state that an LSTM carries from step to step.

use candle_core::Tensor;

use crate::shape::{self, Dim};
use crate::{Result, shape::is_finite};

/// The hidden state `h` and the cell state `c`, both `[B, H]`.
#[derive(Clone, Debug)]
pub struct LstmState {
    /// The hidden state: what the cell shows to the rest of the network.
    pub h: Tensor,
    /// The cell state: its memory.
    pub c: Tensor,
}

impl LstmState {
    /// A state of the two given tensors. Fails unless both are `[B, H]` of one size, element type and device.
    pub fn new(h: Tensor, c: Tensor) -> Result<Self> {
        shape::expect("h", &h, &[Dim::Any("B"), Dim::Any("H")])?;
        let (batch, hidden) = h.dims2()?;
        shape::expect("c", &c, &[Dim::Is("B", batch), Dim::Is("H", hidden)])?;
        shape::expect_like("c", &c, &h)?;
        Ok(Self { h, c })
    }

    /// The same numbers, cut off from the steps that made them: backpropagation stops here, as in truncated BPTT.
    pub fn detach(&self) -> Self {
        Self {
            h: self.h.detach(),
            c: self.c.detach(),
        }
    }

    /// Whether both states are free of NaN and infinities.
    pub fn is_finite(&self) -> Result<bool> {
        Ok(is_finite(&self.h)? && is_finite(&self.c)?)
    }
}
