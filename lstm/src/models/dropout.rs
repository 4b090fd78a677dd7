//! Dropout that models switch on for training.

use candle_core::{DType, Device, Tensor};

use crate::{Result, layers, random};

/// A probability of being dropped, in [0, 1), that counts in training only.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dropout {
    pub(super) probability: f64,
    pub(super) training: bool,
}

impl Dropout {
    /// Drops numbers of `xs`, any shape, each on its own.
    pub(super) fn numbers(self, xs: &Tensor) -> Result<Tensor> {
        if self.is_idle() { Ok(xs.clone()) } else { layers::drop(xs, self.probability) }
    }

    /// Drops whole vectors of `xs` `[T, B, E]`: words are taken out of the sentence. Draws from the process-wide
    /// generator.
    pub(super) fn vectors(self, xs: &Tensor) -> Result<Tensor> {
        if self.is_idle() {
            return Ok(xs.clone());
        }
        let (steps, batch, _) = xs.dims3()?;
        let draws = random::process_wide().uniform(0.0..1.0, (steps, batch, 1), DType::F64, &Device::Cpu)?;
        let kept = draws.ge(self.probability)?.to_dtype(xs.dtype())?.to_device(xs.device())?;
        Ok(xs.broadcast_mul(&kept)?)
    }

    fn is_idle(self) -> bool {
        !self.training || self.probability == 0.0
    }
}
