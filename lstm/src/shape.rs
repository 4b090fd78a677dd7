//! Checks of arguments: shape, element type and device, each named in the error.

use candle_core::{DType, Tensor};

use crate::{Error, Result};

/// How many f64 numbers an allocation can hold at most, whatever memory the machine has.
pub(crate) const MOST_NUMBERS: usize = isize::MAX as usize / size_of::<f64>();

/// One dimension of an expected shape.
#[derive(Clone, Copy)]
pub(crate) enum Dim {
    /// At least one, whatever it is.
    Any(&'static str),
    /// Exactly this many.
    Is(&'static str, usize),
}

/// Fails unless `tensor` has the rank and the dimensions given, none of them zero.
pub(crate) fn expect(argument: &'static str, tensor: &Tensor, shape: &[Dim]) -> Result<()> {
    if fits(tensor.dims(), shape) {
        return Ok(());
    }
    Err(Error::Shape { argument, expected: describe(shape), got: tensor.dims().to_vec() })
}

/// Fails unless `tensor` has the element type and the device of `reference`.
pub(crate) fn expect_like(argument: &'static str, tensor: &Tensor, reference: &Tensor) -> Result<()> {
    if tensor.dtype() != reference.dtype() {
        return Err(Error::DType { argument, expected: reference.dtype(), got: tensor.dtype() });
    }
    if !tensor.device().same_device(reference.device()) {
        return Err(Error::Device {
            argument,
            expected: reference.device().location(),
            got: tensor.device().location(),
        });
    }
    Ok(())
}

/// Fails on whole numbers, on which Candle's own functions panic.
pub(crate) fn expect_float(argument: &'static str, tensor: &Tensor) -> Result<()> {
    if tensor.dtype().is_float() {
        return Ok(());
    }
    Err(Error::Argument {
        argument,
        expected: "of a floating-point type".to_owned(),
        got: tensor.dtype().as_str().to_owned(),
    })
}

/// Fails on sizes of zero.
pub(crate) fn expect_positive(argument: &'static str, size: usize) -> Result<()> {
    if size >= 1 {
        return Ok(());
    }
    Err(Error::Argument { argument, expected: "at least 1".to_owned(), got: size.to_string() })
}

/// The product of `factors`, which depend on `argument`. Fails if one is zero, or if no memory could hold that many
/// numbers.
pub(crate) fn expect_countable(argument: &'static str, factors: &[usize]) -> Result<usize> {
    let product = factors.iter().try_fold(1usize, |product, &factor| product.checked_mul(factor));
    match product {
        Some(0) => Err(Error::Argument { argument, expected: "at least 1".to_owned(), got: "0".to_owned() }),
        Some(count) if count <= MOST_NUMBERS => Ok(count),
        _ => {
            let factors: Vec<String> = factors.iter().map(usize::to_string).collect();
            Err(Error::Argument {
                argument,
                expected: "small enough for all numbers to fit into memory".to_owned(),
                got: format!("{} of them", factors.join(" · ")),
            })
        }
    }
}

/// Fails unless `value` is finite.
pub(crate) fn expect_finite(argument: &'static str, value: f64) -> Result<()> {
    if value.is_finite() {
        return Ok(());
    }
    Err(Error::Argument { argument, expected: "a finite number".to_owned(), got: value.to_string() })
}

/// Fails unless `value` is finite and above 0.
pub(crate) fn expect_above_zero(argument: &'static str, value: f64) -> Result<()> {
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(Error::Argument { argument, expected: "a finite number above 0".to_owned(), got: value.to_string() })
}

/// Fails unless `value` is finite and at least 0.
pub(crate) fn expect_at_least_zero(argument: &'static str, value: f64) -> Result<()> {
    if value.is_finite() && value >= 0.0 {
        return Ok(());
    }
    Err(Error::Argument { argument, expected: "a finite number of at least 0".to_owned(), got: value.to_string() })
}

/// Fails unless `value` is in [0, 1).
pub(crate) fn expect_fraction(argument: &'static str, value: f64) -> Result<()> {
    if (0.0..1.0).contains(&value) {
        return Ok(());
    }
    Err(Error::Argument { argument, expected: "in [0, 1)".to_owned(), got: value.to_string() })
}

/// Whether every element is a number.
pub(crate) fn is_finite(tensor: &Tensor) -> Result<bool> {
    // x - x is 0 for a number, NaN for NaN and for an infinity; a NaN survives the sum.
    let zero = tensor.sub(tensor)?.sum_all()?;
    Ok(zero.to_dtype(DType::F64)?.to_scalar::<f64>()? == 0.0)
}

/// The largest absolute value of all elements; NaN if one is NaN or infinite.
pub(crate) fn largest_magnitude(tensor: &Tensor) -> Result<f64> {
    if !is_finite(tensor)? {
        return Ok(f64::NAN);
    }
    let largest = tensor.abs()?.flatten_all()?.max(0)?;
    Ok(largest.to_dtype(DType::F64)?.to_scalar()?)
}

/// The first index of dimension 0 at which any of `tensors` holds NaN or an infinity.
pub(crate) fn first_non_finite(tensors: &[&Tensor]) -> Result<Option<usize>> {
    let mut first: Option<usize> = None;
    for tensor in tensors {
        let searched = first.unwrap_or(tensor.dim(0)?);
        for t in 0..searched {
            if !is_finite(&tensor.get(t)?)? {
                first = Some(t);
                break;
            }
        }
    }
    Ok(first)
}

/// Whether `dims` are of the rank and the sizes given.
pub(crate) fn fits(dims: &[usize], shape: &[Dim]) -> bool {
    dims.len() == shape.len()
        && dims.iter().zip(shape).all(|(&got, dim)| match *dim {
            Dim::Any(_) => got >= 1,
            Dim::Is(_, size) => got == size,
        })
}

/// `[T >= 1, B >= 1, D = 10]`.
pub(crate) fn describe(shape: &[Dim]) -> String {
    let dims: Vec<String> = shape
        .iter()
        .map(|dim| match dim {
            Dim::Any(letter) => format!("{letter} >= 1"),
            Dim::Is(letter, size) => format!("{letter} = {size}"),
        })
        .collect();
    format!("[{}]", dims.join(", "))
}
