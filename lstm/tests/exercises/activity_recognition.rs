//! `10_activity_recognition`, answered by hand.

use super::{assert_hint, assert_right};

#[test]
fn parameters() {
    // weight_ih [128, 6], weight_hh [128, 32], two biases [128]
    assert_right("10/parameters", Some(128 * 6 + 128 * 32 + 2 * 128));
    assert_hint("10/parameters", Some(128 * 6 + 128 * 32 + 128), "two biases");
    assert_hint("10/parameters", Some(100 * 5120), "number of steps");
}

#[test]
fn what_leaks() {
    assert_right("10/leak", "BD");
    assert_hint("10/leak", "ABD", "Whose numbers");
    assert_hint("10/leak", "BCD", "Who does");
}

#[test]
fn recall() {
    assert_right("10/recall", Some(8.0 / 10.0));
    assert_hint("10/recall", Some(38.0 / 40.0), "all four");
    assert_hint("10/recall", Some(8), "Out of how many");
}

#[test]
fn standard_error() {
    assert_right("10/standard-error", Some((0.95f64 * 0.05 / 40.0).sqrt()));
    assert_hint("10/standard-error", Some(0.95f64 * 0.05 / 40.0), "root");
    assert_hint("10/standard-error", Some((0.95f64 * 0.05).sqrt() / 40.0), "before the root");
}

#[test]
fn true_or_false() {
    assert_right("10/true-or-false", "ADF");
    assert_hint("10/true-or-false", "ABDF", "each step");
}
