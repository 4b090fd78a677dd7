//! Weight penalties that join the loss: the lecture's remedy for weights that grow.
//!
//! A penalty pulls every weight towards zero, and with it the spectral radius of recurrent weights: gradients explode
//! less and vanish more. It is for matrices; a bias moves a curve sideways and does not make it steeper, so biases are
//! left out ([`matrices`] picks the rest).
//!
//! The penalty is part of the loss, and its gradient goes through whatever the optimiser does. With plain SGD, an
//! [`l2`] of strength λ is a weight decay of 2λ. With Adam it is not: the division by the running size of the gradient
//! takes most of it away where gradients are large. `candle_nn::AdamW` has a weight decay that is decoupled from the
//! loss (Loshchilov and Hutter 2019): each update takes `lr · weight_decay · w` from every variable of the optimiser,
//! biases too. It is on by default, at 0.01; set it to 0 beside a penalty, or use it instead of one.

use candle_core::{DType, Device, Tensor, Var};

use crate::{Result, shape};

/// The variables with two axes or more: weight matrices, convolutions, embeddings. Biases, peepholes and the scales of
/// a layer norm have one axis and stay out.
///
/// ```
/// use lstm::{LstmCell, Parameters, candle_core::{DType, Device}, regularisation};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = LstmCell::new(10, 5, parameters.builder())?;
/// let penalised = regularisation::matrices(&parameters.vars());
/// assert_eq!(penalised.len(), 2); // weight_ih_l0 and weight_hh_l0
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn matrices(vars: &[Var]) -> Vec<Var> {
    vars.iter().filter(|var| var.rank() >= 2).cloned().collect()
}

/// `strength · Σ w²` over all elements of `weights`, a scalar to add to the loss (Keras' `L2`; PyTorch's
/// `weight_decay` of `SGD` has the gradient of half of it). `strength` is finite and at least 0. All weights must have
/// one element type, a floating-point one, and one device. Without weights it is an f32 zero on the CPU.
///
/// ```
/// use lstm::{candle_core::{Device, Var}, regularisation};
///
/// let w = Var::new(&[[3f32, -4.0]], &Device::Cpu)?;
/// let penalty = regularisation::l2(&[w.clone()], 0.01)?;
/// assert!((penalty.to_scalar::<f32>()? - 0.25).abs() < 1e-6);
/// let gradient = penalty.backward()?.get(&w).map(|g| g.to_vec2::<f32>()).transpose()?;
/// assert_eq!(gradient, Some(vec![vec![0.06, -0.08]])); // 2 · 0.01 · w
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn l2(weights: &[Var], strength: f64) -> Result<Tensor> {
    penalty(weights, strength, |weight| Ok(weight.sqr()?))
}

/// `strength · Σ |w|` over all elements of `weights`, a scalar to add to the loss (Keras' `L1`): every weight is pulled
/// equally hard, and small ones go to zero. The slope at zero counts as 0, as in PyTorch. Ranges are those of [`l2`].
///
/// ```
/// use lstm::{candle_core::{Device, Var}, regularisation};
///
/// let w = Var::new(&[[3f32, -4.0, 0.0]], &Device::Cpu)?;
/// let penalty = regularisation::l1(&[w.clone()], 0.5)?;
/// assert_eq!(penalty.to_scalar::<f32>()?, 3.5);
/// let gradient = penalty.backward()?.get(&w).map(|g| g.to_vec2::<f32>()).transpose()?;
/// assert_eq!(gradient, Some(vec![vec![0.5, -0.5, 0.0]]));
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn l1(weights: &[Var], strength: f64) -> Result<Tensor> {
    // |w| = w · sign(w); Candle's own `abs` has the slope 1 at zero.
    penalty(weights, strength, |weight| Ok(weight.mul(&weight.sign()?.detach())?))
}

fn penalty(weights: &[Var], strength: f64, of_element: impl Fn(&Tensor) -> Result<Tensor>) -> Result<Tensor> {
    shape::expect_at_least_zero("strength", strength)?;
    let Some((first, others)) = weights.split_first() else {
        return Ok(Tensor::zeros((), DType::F32, &Device::Cpu)?);
    };
    shape::expect_float("weights", first)?;
    let mut sum = of_element(first)?.sum_all()?;
    for weight in others {
        shape::expect_like("weights", weight, first)?;
        sum = sum.add(&of_element(weight)?.sum_all()?)?;
    }
    Ok(sum.affine(strength, 0.0)?)
}
