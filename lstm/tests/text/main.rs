//! From text to batches: cleaning, tokens, vocabularies, streams and windows.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod batches;
mod cleaning;
mod streams;
mod vectors;
mod vocabularies;
mod windows;

use lstm::candle_core::Tensor;

/// The whole numbers 0 to `count - 1` as ids.
fn numbers(count: u32) -> Vec<u32> {
    (0..count).collect()
}

fn rows(tensor: &Tensor) -> Vec<Vec<u32>> {
    tensor.to_vec2().unwrap()
}
