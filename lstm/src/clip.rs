//! Gradient clipping: the lecture's remedy for gradients that explode.

use candle_core::backprop::GradStore;
use candle_core::{Tensor, Var};

use crate::norm::euclidean_norm;
use crate::{Result, shape};

/// Scales all gradients of `vars` together so that their global norm is at most `max_norm`, as PyTorch's
/// `clip_grad_norm_` does, and returns the norm that they had before. Directions stay. Variables without a gradient
/// are passed over.
///
/// A norm that is NaN or infinite is returned as it is and the gradients are left alone: skip that update.
///
/// ```
/// use lstm::{candle_core::{Device, Var}, clip};
///
/// let w = Var::new(&[3f32, 4.0], &Device::Cpu)?;
/// let mut gradients = (w.sqr()?.sum_all()? * 0.5)?.backward()?; // the gradient of w²/2 is w
/// assert_eq!(clip::by_norm(&mut gradients, &[w.clone()], 1.0)?, 5.0);
/// let clipped = gradients.get(&w).map(|g| g.to_vec1::<f32>()).transpose()?;
/// assert!((clipped.unwrap_or_default()[0] - 0.6).abs() < 1e-6);
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn by_norm(gradients: &mut GradStore, vars: &[Var], max_norm: f64) -> Result<f64> {
    shape::expect_above_zero("max_norm", max_norm)?;
    let present: Vec<&Tensor> = vars.iter().filter_map(|var| gradients.get(var)).collect();
    let norm = euclidean_norm(&present)?;
    // The small number is PyTorch's, against division by zero.
    let scale = max_norm / (norm + 1e-6);
    if norm.is_finite() && scale < 1.0 {
        for var in vars {
            if let Some(gradient) = gradients.get(var) {
                let scaled = gradient.affine(scale, 0.0)?;
                gradients.insert(var, scaled);
            }
        }
    }
    Ok(norm)
}

/// Limits every component of the gradients of `vars` to `[-max, max]`, as PyTorch's `clip_grad_value_` does.
/// Directions may change. NaN stays NaN.
///
/// ```
/// use lstm::prelude::*;
///
/// let w = Var::new(&[1.0, -20.0], &Device::Cpu)?;
/// let mut gradients = w.sqr()?.sum_all()?.backward()?; // 2w = [2, -40]
/// clip::by_value(&mut gradients, &[w.clone()], 5.0)?;
/// let clipped = gradients.get(&w).expect("w has a gradient").to_vec1::<f64>()?;
/// assert_eq!(clipped, [2.0, -5.0]);
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn by_value(gradients: &mut GradStore, vars: &[Var], max: f64) -> Result<()> {
    shape::expect_above_zero("max", max)?;
    for var in vars {
        if let Some(gradient) = gradients.get(var) {
            let limited = gradient.clamp(-max, max)?;
            gradients.insert(var, limited);
        }
    }
    Ok(())
}
