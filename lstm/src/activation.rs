//! The activation functions of the lecture and their derivatives.

use candle_core::Tensor;

use crate::{Result, shape};

/// A function applied to every element of a pre-activation `a`.
///
/// ```
/// use lstm::prelude::*;
///
/// let a = Tensor::new(&[-1.0, 0.0, 2.0], &Device::Cpu)?;
/// assert_eq!(Activation::Relu.apply(&a)?.to_vec1::<f64>()?, [0.0, 0.0, 2.0]);
/// assert_eq!(Activation::Sigmoid.derivative_f64(0.0), 0.25); // never more
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// `tanh a`, in (-1, 1); its derivative is at most 1, at `a = 0`.
    Tanh,
    /// `max(0, a)`; its derivative is 1 for `a > 0` and 0 elsewhere, at 0 too.
    Relu,
    /// `σ(a) = 1 / (1 + e⁻ᵃ)`, in (0, 1); its derivative is at most 1/4, at `a = 0`.
    Sigmoid,
}

impl Activation {
    /// All of them.
    pub const ALL: [Activation; 3] = [Activation::Tanh, Activation::Relu, Activation::Sigmoid];

    /// The name: `tanh`, `ReLU` or `sigmoid`.
    pub fn name(self) -> &'static str {
        match self {
            Activation::Tanh => "tanh",
            Activation::Relu => "ReLU",
            Activation::Sigmoid => "sigmoid",
        }
    }

    /// `f(a)` for every element; NaN stays NaN. Fails on whole numbers.
    ///
    /// ```
    /// use lstm::{Activation, candle_core::{Device, Tensor}};
    ///
    /// let a = Tensor::new(&[-1.0f32, 0.0, 2.0], &Device::Cpu)?;
    /// assert_eq!(Activation::Relu.apply(&a)?.to_vec1::<f32>()?, [0.0, 0.0, 2.0]);
    /// # Ok::<(), lstm::Error>(())
    /// ```
    pub fn apply(self, a: &Tensor) -> Result<Tensor> {
        shape::expect_float("a", a)?;
        Ok(match self {
            Activation::Tanh => a.tanh()?,
            // Candle's own `relu` turns NaN into 0, which would hide an explosion.
            Activation::Relu => a.le(0.0)?.where_cond(&a.zeros_like()?, a)?,
            Activation::Sigmoid => candle_nn::ops::sigmoid(a)?,
        })
    }

    /// `f′(a)` for every element, in terms of the pre-activation. Fails on whole numbers.
    pub fn derivative(self, a: &Tensor) -> Result<Tensor> {
        shape::expect_float("a", a)?;
        Ok(match self {
            Activation::Tanh => a.tanh()?.sqr()?.affine(-1.0, 1.0)?,
            Activation::Relu => a.le(0.0)?.where_cond(&a.zeros_like()?, &a.ones_like()?)?,
            Activation::Sigmoid => {
                let s = candle_nn::ops::sigmoid(a)?;
                s.mul(&s.affine(-1.0, 1.0)?)?
            }
        })
    }

    /// `f(a)` of one number.
    pub fn apply_f64(self, a: f64) -> f64 {
        match self {
            Activation::Tanh => a.tanh(),
            Activation::Relu if a <= 0.0 => 0.0,
            Activation::Relu => a,
            Activation::Sigmoid => 1.0 / (1.0 + (-a).exp()),
        }
    }

    /// `f′(a)` of one number.
    pub fn derivative_f64(self, a: f64) -> f64 {
        match self {
            Activation::Tanh => 1.0 - a.tanh().powi(2),
            Activation::Relu if a <= 0.0 => 0.0,
            Activation::Relu => 1.0,
            Activation::Sigmoid => {
                let s = self.apply_f64(a);
                s * (1.0 - s)
            }
        }
    }
}
