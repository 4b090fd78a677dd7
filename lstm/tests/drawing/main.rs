//! Charts, diagrams and displays: that they can be drawn from good and bad input, and are what they claim to be.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod diagrams;
mod displays;
mod figures;
mod images;
mod saving;
mod steppers;
mod support;
mod tensors;
