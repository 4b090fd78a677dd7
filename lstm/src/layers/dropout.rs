//! Dropout between layers: numbers set to zero at random in training, the others made larger in return.

use candle_core::{DType, Device, Tensor};

use crate::{Result, random};

/// Each number of `xs` becomes 0 with probability `dropout`, in [0, 1), and is divided by `1 - dropout` otherwise, so
/// that its expected value stays (Srivastava et al. 2014). Draws from the process-wide generator.
pub(crate) fn drop(xs: &Tensor, dropout: f64) -> Result<Tensor> {
    let draws = random::process_wide().uniform(0.0..1.0, xs.shape(), DType::F64, &Device::Cpu)?;
    let kept = draws.ge(dropout)?.to_dtype(DType::F64)?.affine(1.0 / (1.0 - dropout), 0.0)?;
    Ok(xs.mul(&kept.to_dtype(xs.dtype())?.to_device(xs.device())?)?)
}
