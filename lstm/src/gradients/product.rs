//! The product of Jacobians along a sequence, split as in the lecture into a power of the weights and a product of
//! slopes.

use candle_core::{DType, Device, Tensor};

use super::jacobians::expect_one_sequence;
use super::spectral;
use crate::{Result, RnnCell, shape};

/// Norms by distance: entry `k` is about the way from the last step to the one `k` before it; entry 0 is 1.
///
/// ```
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = RnnCell::new(3, 4, Activation::Tanh, parameters.builder())?;
/// let split = gradients::product_split(&cell, &random::randn((20, 1, 3), &Device::Cpu)?)?;
/// assert_eq!((split.weights[0], split.slopes[0]), (1.0, 1.0));
/// assert!(split.slopes[10] <= 1.0); // the slope of tanh is at most 1
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ProductSplit {
    /// ‖Uᵏ‖, the lecture's `Wᵗ`: the recurrent weights alone.
    pub weights: Vec<f64>,
    /// ‖∏ f′(a)‖ over the last `k` steps, the largest over units: the activation's slopes alone.
    pub slopes: Vec<f64>,
    /// ‖∂h_T/∂h_{T-k}‖ = ‖∏ diag(f′(a)) U‖, the product itself. As matrices do not commute it is not `weights` times
    /// `slopes`, but at most the product of `‖U‖ᵏ` and all steps' largest slopes.
    pub product: Vec<f64>,
}

/// The split for an [`RnnCell`] along one sequence `xs` `[T, B = 1, D]`, run from zeros; all norms are spectral. A norm
/// that explodes is infinite or NaN.
///
/// ```
/// use lstm::{Activation, Parameters, RnnCell, gradients, random};
/// use lstm::candle_core::{DType, Device};
///
/// let parameters = Parameters::seeded(1, DType::F64, &Device::Cpu);
/// let cell = RnnCell::new(4, 8, Activation::Tanh, parameters.builder())?;
/// let xs = random::randn((20, 1, 4), &Device::Cpu)?.to_dtype(DType::F64)?;
/// let split = gradients::product_split(&cell, &xs)?;
/// assert_eq!(split.product.len(), 21);
/// assert!(split.slopes[20] < split.slopes[1]);
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn product_split(cell: &RnnCell, xs: &Tensor) -> Result<ProductSplit> {
    expect_one_sequence(xs, cell.input_size())?;
    let steps = xs.dim(0)?;
    let on_cpu = |tensor: &Tensor| tensor.to_device(&Device::Cpu)?.to_dtype(DType::F64);
    let pre = on_cpu(&cell.trace(xs, None)?.pre.squeeze(1)?)?;
    let slopes = cell.activation().derivative(&pre)?;
    let u = on_cpu(&cell.u()?)?;

    let one = Tensor::eye(cell.hidden_size(), DType::F64, &Device::Cpu)?;
    let (mut power, mut product) = (one.clone(), one);
    let mut along = Tensor::ones(cell.hidden_size(), DType::F64, &Device::Cpu)?;
    let mut split = ProductSplit { weights: vec![1.0], slopes: vec![1.0], product: vec![1.0] };
    for t in (0..steps).rev() {
        let slope = slopes.get(t)?;
        power = power.matmul(&u)?;
        along = along.mul(&slope)?;
        product = product.matmul(&u.broadcast_mul(&slope.unsqueeze(1)?)?)?;
        split.weights.push(spectral::norm_or_nan(&power)?);
        split.slopes.push(shape::largest_magnitude(&along)?);
        split.product.push(spectral::norm_or_nan(&product)?);
    }
    Ok(split)
}
