//! Whole models: shapes, what they see and what they do not, that they learn.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bag_of_words;
mod text_classifier;
