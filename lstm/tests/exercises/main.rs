//! Exercises as a notebook uses them: right answers worked out by hand, wrong ones, functions, grading.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod grading;
mod shapes_and_parameters;
mod tour;
mod usage;
