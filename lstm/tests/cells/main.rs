//! Tests of the readable core: cells, layers, gradients through time, parameters, initialisers, summary.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_input;
mod cell_options;
mod clipping;
mod finite_differences;
mod gates;
mod gradient_decay;
mod gradients;
mod gru;
mod initialisers;
mod layers;
mod parameters;
mod pytorch;
mod randomness;
mod spectra;
mod summary;
mod support;
mod tasks;
