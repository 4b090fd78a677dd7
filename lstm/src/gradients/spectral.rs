//! Spectral radius and spectral norm of a matrix.

use candle_core::{DType, Device, Tensor};

use crate::norm::euclidean_norm;
use crate::shape::{self, Dim, is_finite, largest_magnitude};
use crate::{Error, Result};

/// Squarings of the matrix: the power reached, 2⁴⁸, leaves an error far below rounding.
const SQUARINGS: i32 = 48;

/// The largest absolute value among the eigenvalues of a square matrix `[N, N]`, complex ones included.
///
/// By Gelfand's formula, `ρ = lim ‖Aᵏ‖^(1/k)`, with `k` doubled at each squaring and the matrix scaled back to norm 1
/// between them, so that nothing overflows. Computed in f64. Fails on NaN and infinities.
///
/// ```
/// use lstm::{candle_core::{Device, Tensor}, gradients::spectral_radius};
///
/// let quarter_turn_and_double = Tensor::new(&[[0.0f32, -2.0], [2.0, 0.0]], &Device::Cpu)?; // eigenvalues ±2i
/// assert!((spectral_radius(&quarter_turn_and_double)? - 2.0).abs() < 1e-12);
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn spectral_radius(matrix: &Tensor) -> Result<f64> {
    shape::expect("matrix", matrix, &[Dim::Any("N"), Dim::Any("N")])?;
    let side = matrix.dim(0)?;
    shape::expect("matrix", matrix, &[Dim::Is("N", side), Dim::Is("N", side)])?;
    by_squaring(&finite_f64(matrix)?)
}

/// The largest singular value of a matrix `[M, N]`: the most that it can lengthen a vector. Computed in f64. Fails on
/// NaN and infinities.
///
/// ```
/// use lstm::{candle_core::{Device, Tensor}, gradients::spectral_norm};
///
/// let stretch = Tensor::new(&[[3.0, 0.0], [0.0, -5.0]], &Device::Cpu)?;
/// assert!((spectral_norm(&stretch)? - 5.0).abs() < 1e-12);
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn spectral_norm(matrix: &Tensor) -> Result<f64> {
    shape::expect("matrix", matrix, &[Dim::Any("M"), Dim::Any("N")])?;
    of_finite(&finite_f64(matrix)?)
}

/// The spectral norm of an f64 matrix, or NaN if it has exploded.
pub(super) fn norm_or_nan(matrix: &Tensor) -> Result<f64> {
    if is_finite(matrix)? { of_finite(matrix) } else { Ok(f64::NAN) }
}

/// ‖A‖₂ = √ρ(AᵀA), with A scaled first so that the product stays in range.
fn of_finite(matrix: &Tensor) -> Result<f64> {
    let scale = largest_magnitude(matrix)?;
    if scale == 0.0 {
        return Ok(0.0);
    }
    let scaled = (matrix / scale)?.contiguous()?;
    let gram = scaled.t()?.contiguous()?.matmul(&scaled)?;
    Ok(scale * by_squaring(&gram)?.sqrt())
}

fn by_squaring(matrix: &Tensor) -> Result<f64> {
    let mut power = matrix.clone();
    let mut log_radius = 0.0;
    for squaring in 0..=SQUARINGS {
        let scale = euclidean_norm(&[&power])?; // the Frobenius norm
        if scale == 0.0 {
            return Ok(0.0);
        }
        log_radius += scale.ln() / 2f64.powi(squaring);
        let scaled = (power / scale)?;
        power = scaled.matmul(&scaled)?;
    }
    Ok(log_radius.exp())
}

fn finite_f64(matrix: &Tensor) -> Result<Tensor> {
    let matrix = matrix.detach().to_device(&Device::Cpu)?.to_dtype(DType::F64)?.contiguous()?;
    if is_finite(&matrix)? { Ok(matrix) } else { Err(Error::NonFinite { argument: "matrix" }) }
}
