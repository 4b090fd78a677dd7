//! Tests of the readable core: cells, gradients through time, parameters, initialisers, summary, and what training needs.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod bad_input;
mod clipping;
mod finite_differences;
mod gates;
mod gradient_decay;
mod gradients;
mod initialisers;
mod keras;
mod parameters;
mod pytorch;
mod randomness;
mod regularisation;
mod schedules;
mod spectra;
mod summary;
mod support;
mod tasks;
mod variants;
