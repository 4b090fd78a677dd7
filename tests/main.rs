//! The course as its students, instructors and graders use it: real kernels, real notebooks, real clients.
//!
//! The first test that needs them makes the warm build and the Python environment; both stay in the user's cache.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking, and so do their helpers")]

mod book;
mod browser;
mod data;
mod exercises;
mod failures;
mod kernel_test;
mod notebooks;
mod robustness;
mod support;
mod tree;
