//! The Euclidean norm of many tensors together.

use candle_core::{DType, Result as CandleResult, Storage, Tensor, WithDType};

use crate::Result;
use crate::shape::largest_magnitude;

/// The Euclidean norm of all elements of all `tensors` together, in f64. It is right wherever an f64 can hold it, even
/// where squares overflow or vanish; NaN or infinite if an element is, infinite if the norm itself is out of range.
pub(crate) fn euclidean_norm(tensors: &[&Tensor]) -> Result<f64> {
    let sum_of_all = |factor: f64| -> Result<f64> {
        let mut sum = 0.0;
        for tensor in tensors {
            sum += sum_of_squares(tensor, factor)?;
        }
        Ok(sum)
    };
    let squares = sum_of_all(1.0)?;
    // Below, squares that vanished could have mattered.
    if squares.is_finite() && squares > 1e-280 {
        return Ok(squares.sqrt());
    }
    let mut largest = 0.0;
    for tensor in tensors.iter().filter(|tensor| tensor.elem_count() > 0) {
        let magnitude = largest_magnitude(tensor)?;
        if magnitude.is_nan() {
            return Ok(squares.sqrt());
        }
        largest = magnitude.max(largest);
    }
    if largest == 0.0 {
        return Ok(0.0);
    }
    // Within these bounds the scale and its inverse are both normal numbers.
    let scale = largest.clamp(f64::MIN_POSITIVE, 1.0 / f64::MIN_POSITIVE);
    Ok(sum_of_all(1.0 / scale)?.sqrt() * scale)
}

/// The sum of `(factor · x)²`, in f64.
fn sum_of_squares(tensor: &Tensor, factor: f64) -> Result<f64> {
    let in_memory = match tensor.dtype() {
        DType::F32 => of_dense::<f32>(tensor, factor)?,
        DType::F64 => of_dense::<f64>(tensor, factor)?,
        _ => None,
    };
    if let Some(sum) = in_memory {
        return Ok(sum);
    }
    let scaled = tensor.to_dtype(DType::F64)?.affine(factor, 0.0)?;
    Ok(scaled.sqr()?.sum_all()?.to_scalar()?)
}

/// [`sum_of_squares`] in one pass over memory, without a copy; none if the elements are not on the CPU or not side by
/// side there, in whatever order.
fn of_dense<T: WithDType + Into<f64>>(tensor: &Tensor, factor: f64) -> CandleResult<Option<f64>> {
    // Independent sums let the additions overlap.
    const LANES: usize = 16;
    let (storage, layout) = tensor.storage_and_layout();
    let Storage::Cpu(numbers) = &*storage else { return Ok(None) };
    if !(layout.is_contiguous() || layout.is_fortran_contiguous()) {
        return Ok(None);
    }
    let start = layout.start_offset();
    let elements = &numbers.as_slice::<T>()?[start..start + layout.shape().elem_count()];
    let square = |x: T| {
        let scaled = x.into() * factor;
        scaled * scaled
    };
    let mut sums = [0.0; LANES];
    let (chunks, rest) = elements.as_chunks::<LANES>();
    for chunk in chunks {
        for (sum, &x) in sums.iter_mut().zip(chunk) {
            *sum += square(x);
        }
    }
    let tail: f64 = rest.iter().map(|&x| square(x)).sum();
    Ok(Some(sums.iter().sum::<f64>() + tail))
}
