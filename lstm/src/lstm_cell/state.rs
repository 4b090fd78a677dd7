//! The state that an LSTM carries from step to step.

use candle_core::Tensor;

use crate::shape::{self, Dim};
use crate::{Result, shape::is_finite};

/// The hidden state `h` and the cell state `c`, both `[B, H]`; those of an [`Lstm`](crate::Lstm) of `L` layers are
/// `[L·directions, B, H]`. With a projection `h` has `P` numbers in place of `H`.
///
/// ```
/// use lstm::prelude::*;
///
/// let zeros = Tensor::zeros((2, 4), DType::F32, &Device::Cpu)?;
/// let state = LstmState::new(zeros.clone(), zeros)?; // B = 2 sequences, H = 4 units
/// assert!(state.is_finite()?);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct LstmState {
    /// The hidden state: what the cell shows to the rest of the network.
    pub h: Tensor,
    /// The cell state: its memory.
    pub c: Tensor,
}

impl LstmState {
    /// A state of the two given tensors. Fails unless both are `[B, H]` or both `[L·directions, B, H]`, of one size,
    /// element type and device.
    pub fn new(h: Tensor, c: Tensor) -> Result<Self> {
        let hidden = h.dims().last().copied().unwrap_or_default();
        Self::of_sizes(h, c, Dim::Any("H"), Dim::Is("H", hidden))
    }

    /// A state of a cell or stack with a projection: `h` `[B, P]` or `[L·directions, B, P]`, `c` with any `H` in place
    /// of `P`. Fails as [`new`](LstmState::new) does.
    pub fn projected(h: Tensor, c: Tensor) -> Result<Self> {
        Self::of_sizes(h, c, Dim::Any("P"), Dim::Any("H"))
    }

    fn of_sizes(h: Tensor, c: Tensor, output: Dim, hidden: Dim) -> Result<Self> {
        if let [layers, batch, _] = *h.dims() {
            shape::expect("h", &h, &[Dim::Any("L·directions"), Dim::Any("B"), output])?;
            shape::expect("c", &c, &[Dim::Is("L·directions", layers), Dim::Is("B", batch), hidden])?;
        } else {
            shape::expect("h", &h, &[Dim::Any("B"), output])?;
            shape::expect("c", &c, &[Dim::Is("B", h.dim(0)?), hidden])?;
        }
        shape::expect_like("c", &c, &h)?;
        Ok(Self { h, c })
    }

    /// The same numbers, cut off from the steps that made them: backpropagation stops here, as in truncated BPTT.
    pub fn detach(&self) -> Self {
        Self { h: self.h.detach(), c: self.c.detach() }
    }

    /// Whether both states are free of NaN and infinities.
    pub fn is_finite(&self) -> Result<bool> {
        Ok(is_finite(&self.h)? && is_finite(&self.c)?)
    }
}
