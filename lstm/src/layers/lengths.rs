//! Sequences of different lengths in one batch: where each one ends.

use candle_core::{Device, Tensor};

use crate::{Error, Result};

/// Fails unless there is a length for each of `batch` sequences, from 1 to `steps`.
pub(super) fn check(lengths: &[usize], steps: usize, batch: usize) -> Result<()> {
    let wrong = |expected: String, got: String| Err(Error::Argument { argument: "lengths", expected, got });
    if lengths.len() != batch {
        return wrong(format!("one for each of B = {batch} sequences"), format!("{} of them", lengths.len()));
    }
    match lengths.iter().position(|length| !(1..=steps).contains(length)) {
        Some(b) => wrong(format!("from 1 to T = {steps}"), format!("{} for sequence {b}", lengths[b])),
        None => Ok(()),
    }
}

/// Which steps belong to their sequence: 1 before its end and 0 after it, `[T, B, 1]` of u8.
pub(super) fn mask(lengths: &[usize], steps: usize, device: &Device) -> Result<Tensor> {
    let inside: Vec<u8> = (0..steps).flat_map(|t| lengths.iter().map(move |&length| u8::from(t < length))).collect();
    Ok(Tensor::from_vec(inside, (steps, lengths.len(), 1), device)?)
}

/// `values` `[.., B, N]` where `mask` `[.., B, 1]` is 1, `others` of the same shape elsewhere. No gradient comes back
/// to what was not taken, and a NaN in it does no harm.
pub(super) fn select(mask: &Tensor, values: &Tensor, others: &Tensor) -> Result<Tensor> {
    Ok(mask.broadcast_as(values.shape())?.where_cond(values, others)?)
}
