//! Language models: their loss, their shapes, what they learn, and what they write.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cross_entropy;
mod generating;
mod model;

use lstm::prelude::*;

const CPU: Device = Device::Cpu;

fn numbers(tensor: &Tensor) -> Vec<f64> {
    tensor.to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1().unwrap()
}
