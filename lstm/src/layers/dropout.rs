//! Dropout between layers: numbers set to zero at random in training, the others made larger in return.

use candle_core::{DType, Tensor};

use crate::{Result, random};

/// Each number of `xs` becomes 0 with probability `dropout`, in [0, 1), and is divided by `1 - dropout` otherwise, so
/// that its expected value stays (Srivastava et al. 2014). Draws from the process-wide generator, the same whatever the
/// element type.
pub(crate) fn drop(xs: &Tensor, dropout: f64) -> Result<Tensor> {
    let kept = 1.0 / (1.0 - dropout);
    let mut random = random::process_wide();
    let mut factor = || if random.next_f64() >= dropout { kept } else { 0.0 };
    let count = xs.elem_count();
    let factors = match xs.dtype() {
        DType::F64 => Tensor::from_vec((0..count).map(|_| factor()).collect(), xs.shape(), xs.device())?,
        other => {
            let factors: Vec<f32> = (0..count).map(|_| factor() as f32).collect();
            Tensor::from_vec(factors, xs.shape(), xs.device())?.to_dtype(other)?
        }
    };
    Ok(xs.mul(&factors)?)
}
