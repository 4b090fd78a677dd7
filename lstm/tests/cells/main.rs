//! Tests of the readable core and the layers on it: cells, layers, gradients through time, parameters, initialisers,
//! summary, and what training needs.

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
mod keras;
mod layers;
mod parameters;
mod pytorch;
mod randomness;
mod regularisation;
mod schedules;
mod spectra;
mod summary;
mod support;
mod variants;
