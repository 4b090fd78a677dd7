//! Made-up tasks and the models for them: what batches hold, what guesses score, and that the models learn.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod adding;
mod applications;
mod memory;
mod models;
mod programs;

use lstm::candle_core::Device;

const CPU: Device = Device::Cpu;
