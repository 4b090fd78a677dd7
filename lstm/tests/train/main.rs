//! Training: the optimiser, the trainer, interruptions, checkpoints. Tests that draw from the generator of the process or
//! use its interruption run one after the other.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod adam;
mod checkpoints;
mod fitting;
mod interruption;
mod killed;
mod stepping;

use std::sync::{Mutex, MutexGuard, PoisonError};

use lstm::prelude::*;

const CPU: Device = Device::Cpu;

/// Held by every test that touches what belongs to the whole process.
fn alone() -> MutexGuard<'static, ()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One variable `w` of three ones.
fn ones() -> (Parameters, Tensor) {
    let parameters = Parameters::seeded(1, DType::F64, &CPU);
    let w = parameters.builder().get_with_hints(3, "w", candle_nn::init::ONE).unwrap();
    (parameters, w)
}

fn numbers(tensor: &Tensor) -> Vec<f64> {
    tensor.to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1().unwrap()
}
