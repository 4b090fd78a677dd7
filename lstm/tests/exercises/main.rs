//! Exercises as a notebook uses them: right answers worked out by hand, wrong ones, functions, grading.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod activity_recognition;
mod applications;
mod backpropagation_through_time;
mod character_generation;
mod gpu;
mod grading;
mod gru_stacked_bidirectional;
mod lstm_gates;
mod recurrent_networks;
mod shapes_and_parameters;
mod sheets;
mod text_classification;
mod tour;
mod usage;
mod vanishing_gradients;
mod word_generation;

use lstm::exercise::{Answer, exercise};

fn assert_right(id: &str, answer: impl Into<Answer>) {
    let verdict = exercise(id).check(answer).unwrap();
    assert!(verdict.is_right(), "{verdict:?}");
}

fn assert_hint(id: &str, answer: impl Into<Answer>, part: &str) {
    let verdict = exercise(id).check(answer).unwrap();
    assert!(!verdict.is_right() && verdict.message().contains(part), "{verdict:?}");
}
