//! The numbers of contiguous storage, for operations of our own on the CPU.

use std::ops::Range;

use candle_core::{CpuStorage, Layout, Result, WithDType, bail};

/// The numbers of one of `operation`'s arguments. Fails on another element type, and unless they lie side by side.
pub(crate) fn numbers<'a, T: WithDType>(operation: &str, storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [T]> {
    Ok(&storage.as_slice()?[span(operation, layout)?])
}

/// Where they lie in their storage.
pub(crate) fn span(operation: &str, layout: &Layout) -> Result<Range<usize>> {
    match layout.contiguous_offsets() {
        Some((start, end)) => Ok(start..end),
        None => bail!("{operation}: its arguments must be contiguous"),
    }
}
