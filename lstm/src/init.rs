//! Starting values for weights, as the lecture discusses them. They draw from the process-wide generator.

use candle_core::{DType, Device, Tensor};
use candle_nn::Init;

use crate::gradients::spectral_radius;
use crate::random;
use crate::shape::{
    Dim, expect, expect_above_zero, expect_at_least_zero, expect_countable, expect_finite, expect_like, expect_positive,
};
use crate::{Error, Result};

/// PyTorch's default for recurrent layers: evenly spread over ±1/√H, for `hidden_size` `H` of at least 1; 0 counts as 1.
///
/// ```
/// use lstm::{candle_nn::Init, init};
///
/// assert!(matches!(init::pytorch_default(16), Init::Uniform { lo, up } if (lo, up) == (-0.25, 0.25)));
/// ```
pub fn pytorch_default(hidden_size: usize) -> Init {
    let bound = 1.0 / (hidden_size.max(1) as f64).sqrt();
    Init::Uniform { lo: -bound, up: bound }
}

/// `scale` times the identity, `[size, size]`. With ReLU it makes the state a sum of all that came in (Le et al. 2015).
///
/// ```
/// use lstm::prelude::*;
///
/// let u = init::identity(2, 0.5, DType::F32, &Device::Cpu)?;
/// assert_eq!(u.to_vec2::<f32>()?, [[0.5, 0.0], [0.0, 0.5]]);
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn identity(size: usize, scale: f64, dtype: DType, device: &Device) -> Result<Tensor> {
    expect_countable("size", &[size, size])?;
    expect_finite("scale", scale)?;
    let eye = Tensor::eye(size, DType::F64, device)?;
    Ok(eye.affine(scale, 0.0)?.to_dtype(dtype)?)
}

/// A random orthogonal matrix `[size, size]`: it neither stretches nor shrinks any vector (Saxe et al. 2014).
///
/// ```
/// use lstm::prelude::*;
///
/// let u = init::orthogonal(5, DType::F64, &Device::Cpu)?;
/// assert!((gradients::spectral_norm(&u)? - 1.0).abs() < 1e-12);
/// # Ok::<(), lstm::Error>(())
/// ```
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

/// Numbers spread evenly over `±gain · √(6 / (in + out))`, `[out, in]` (Glorot and Bengio 2010, equation 16), for
/// `shape = (out, in)`, both at least 1, and a finite `gain` above 0: 1 for the sigmoid and the identity, 5/3 for tanh
/// in PyTorch's count. PyTorch's `xavier_uniform_`, Keras' `glorot_uniform`.
///
/// Values on their way forwards and gradients on their way back then keep about their size. `in` and `out` are those of
/// one layer: for the stacked weights of a cell draw each gate alone ([`per_gate`]), or `out` is four times too large.
///
/// ```
/// use lstm::{Parameters, LstmCell, candle_core::{DType, Device}, init};
///
/// let cell = LstmCell::new(10, 5, Parameters::seeded(1, DType::F32, &Device::Cpu).builder())?;
/// let vars = cell.vars();
/// vars[0].set(&init::per_gate(4, || init::xavier_uniform((5, 10), 1.0, DType::F32, &Device::Cpu))?)?;
/// vars[1].set(&init::per_gate(4, || init::orthogonal(5, DType::F32, &Device::Cpu))?)?;
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn xavier_uniform(shape: (usize, usize), gain: f64, dtype: DType, device: &Device) -> Result<Tensor> {
    // A uniform distribution of that deviation reaches √3 times as far.
    let bound = 3f64.sqrt() * xavier_deviation(shape, gain)?;
    random::process_wide().uniform(-bound..bound, shape, dtype, device)
}

/// Normal numbers of mean 0 and standard deviation `gain · √(2 / (in + out))`, `[out, in]` (Glorot and Bengio 2010,
/// equation 12), for `shape = (out, in)`, both at least 1, and a finite `gain` above 0. PyTorch's `xavier_normal_`;
/// Keras' `glorot_normal` cuts the distribution off at two deviations. See [`xavier_uniform`].
///
/// ```
/// use lstm::prelude::*;
///
/// let w = init::xavier_normal((5, 10), 1.0, DType::F32, &Device::Cpu)?;
/// assert_eq!(w.dims(), [5, 10]);
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn xavier_normal(shape: (usize, usize), gain: f64, dtype: DType, device: &Device) -> Result<Tensor> {
    let deviation = xavier_deviation(shape, gain)?;
    let standard = random::process_wide().randn(shape, dtype, device)?;
    Ok(standard.affine(deviation, 0.0)?)
}

fn xavier_deviation((rows, columns): (usize, usize), gain: f64) -> Result<f64> {
    expect_countable("shape", &[rows, columns])?;
    expect_above_zero("gain", gain)?;
    Ok(gain * (2.0 / (rows as f64 + columns as f64)).sqrt())
}

/// Weights of a cell with `gates` layers, drawn one layer at a time: `block` is called for each, and what it gives, all
/// of one shape `[H, D]` or `[H, H]`, is stacked to `[gates · H, …]` in the order of the calls.
///
/// Initialisers that look at a whole matrix need it: a stacked `weight_hh` `[4H, H]` can have orthogonal columns, but
/// then each gate's own matrix is not orthogonal, and that is the one which a state is multiplied by.
///
/// Fails on no gates, or on blocks of different shapes.
///
/// ```
/// use lstm::{candle_core::{DType, Device}, init};
///
/// let weight_hh = init::per_gate(4, || init::orthogonal(5, DType::F32, &Device::Cpu))?;
/// assert_eq!(weight_hh.dims(), [20, 5]);
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn per_gate(gates: usize, mut block: impl FnMut() -> Result<Tensor>) -> Result<Tensor> {
    expect_positive("gates", gates)?;
    let first = block()?;
    expect("block", &first, &[Dim::Any("H"), Dim::Any("D")])?;
    let (rows, columns) = first.dims2()?;
    let mut blocks = vec![first];
    while blocks.len() < gates {
        let next = block()?;
        expect("block", &next, &[Dim::Is("H", rows), Dim::Is("D", columns)])?;
        expect_like("block", &next, &blocks[0])?;
        blocks.push(next);
    }
    Ok(Tensor::cat(&blocks, 0)?)
}

/// The recurrent weights of an echo state network (Jaeger 2001), `[size, size]`: sparse random numbers, a fraction
/// `density` in (0, 1] of them not zero, scaled to the spectral radius `radius`. Below 1, the echo of an input fades.
///
/// Fails if the numbers drawn have no cycle among them, so that no scale gives that radius: raise `density`.
///
/// ```
/// use lstm::prelude::*;
///
/// random::seed(1);
/// let u = init::echo_state(50, 0.9, 0.2, DType::F64, &Device::Cpu)?;
/// assert!((gradients::spectral_radius(&u)? - 0.9).abs() < 1e-9);
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn echo_state(size: usize, radius: f64, density: f64, dtype: DType, device: &Device) -> Result<Tensor> {
    let count = expect_countable("size", &[size, size])?;
    expect_at_least_zero("radius", radius)?;
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
