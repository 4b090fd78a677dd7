//! Starting values for weights, as the lecture discusses them. They draw from the process-wide generator.

use candle_core::{DType, Device, Tensor};
use candle_nn::Init;

use crate::gradients::spectral_radius;
use crate::random;
use crate::shape::{expect_countable, expect_finite};
use crate::{Error, Result};

/// PyTorch's default for recurrent layers: evenly spread over ±1/√H, for `hidden_size` `H` of at least 1; 0 counts as 1.
pub fn pytorch_default(hidden_size: usize) -> Init {
    let bound = 1.0 / (hidden_size.max(1) as f64).sqrt();
    Init::Uniform { lo: -bound, up: bound }
}

/// `scale` times the identity, `[size, size]`. With ReLU it makes the state a sum of all that came in (Le et al. 2015).
pub fn identity(size: usize, scale: f64, dtype: DType, device: &Device) -> Result<Tensor> {
    expect_countable("size", &[size, size])?;
    expect_finite("scale", scale)?;
    let eye = Tensor::eye(size, DType::F64, device)?;
    Ok(eye.affine(scale, 0.0)?.to_dtype(dtype)?)
}

/// A random orthogonal matrix `[size, size]`: it neither stretches nor shrinks any vector (Saxe et al. 2014).
pub fn orthogonal(size: usize, dtype: DType, device: &Device) -> Result<Tensor> {
    expect_countable("size", &[size, size])?;
    let mut generator = random::process_wide();
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(size);
    while rows.len() < size {
        let mut row: Vec<f64> = (0..size).map(|_| generator.next_normal()).collect();
        // Gram-Schmidt, twice: the second pass removes what rounding left in the first.
        for _ in 0..2 {
            for earlier in &rows {
                let along: f64 = row.iter().zip(earlier).map(|(a, b)| a * b).sum();
                row.iter_mut().zip(earlier).for_each(|(a, b)| *a -= along * b);
            }
        }
        let length = row.iter().map(|a| a * a).sum::<f64>().sqrt();
        if length > 1e-8 {
            row.iter_mut().for_each(|a| *a /= length);
            rows.push(row);
        }
    }
    let flat: Vec<f64> = rows.into_iter().flatten().collect();
    Ok(Tensor::from_vec(flat, (size, size), device)?.to_dtype(dtype)?)
}

/// The recurrent weights of an echo state network (Jaeger 2001), `[size, size]`: sparse random numbers, a fraction
/// `density` in (0, 1] of them not zero, scaled to the spectral radius `radius`. Below 1, the echo of an input fades.
///
/// Fails if the numbers drawn have no cycle among them, so that no scale gives that radius: raise `density`.
pub fn echo_state(size: usize, radius: f64, density: f64, dtype: DType, device: &Device) -> Result<Tensor> {
    let count = expect_countable("size", &[size, size])?;
    if !(radius.is_finite() && radius >= 0.0) {
        return Err(Error::Argument {
            argument: "radius",
            expected: "a finite number of at least 0".to_owned(),
            got: radius.to_string(),
        });
    }
    if !(density > 0.0 && density <= 1.0) {
        return Err(Error::Argument {
            argument: "density",
            expected: "in (0, 1]".to_owned(),
            got: density.to_string(),
        });
    }
    let drawn: Vec<f64> = {
        let mut generator = random::process_wide();
        (0..count)
            .map(|_| {
                let value = generator.next_normal();
                let kept = generator.next_f64() < density;
                if kept { value } else { 0.0 }
            })
            .collect()
    };
    let raw = Tensor::from_vec(drawn, (size, size), &Device::Cpu)?;
    let raw_radius = spectral_radius(&raw)?;
    if raw_radius < 1e-6 {
        return Err(Error::Argument {
            argument: "density",
            expected: format!("high enough for a cycle among {size} units"),
            got: density.to_string(),
        });
    }
    let scaled = raw.affine(radius / raw_radius, 0.0)?;
    Ok(scaled.to_dtype(dtype)?.to_device(device)?)
}
