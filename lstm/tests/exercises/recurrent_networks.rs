//! `01_recurrent_networks`, answered by hand.

use lstm::prelude::*;

use super::{assert_hint, assert_right};

#[test]
fn one_step() {
    // 0.5 · 2 - 0.6 + 0.1 = 0.5; tanh 0.5 = (e - 1) / (e + 1)
    let e = 1f64.exp();
    assert_right("01/one-step", Some((e - 1.0) / (e + 1.0)));
    assert_right("01/one-step", Some(0.462));
    assert_hint("01/one-step", Some(0.5), "activation function");
    // 0.5 · 2 + 0.6 + 0.1 = 1.7
    assert_hint("01/one-step", Some(1.7f64.tanh()), "sign of the recurrent weight");
    assert_hint("01/one-step", Some(0.4f64.tanh()), "bias is missing");
    assert_hint("01/one-step", Some(1.1f64.tanh()), "state of the step before");
}

#[test]
fn shapes_and_counts() {
    assert_right("01/shapes", Some([64, 100, 64, 64, 5000, 64]));
    assert_hint("01/shapes", Some([64, 64, 64, 100, 5000, 64]), "W meets the input");

    fn layer_by_layer(d: usize, h: usize, v: usize) -> Option<usize> {
        let (w, u, b) = (h * d, h * h, h);
        Some(w + u + b + v * h + v)
    }
    fn with_two_biases(d: usize, h: usize, v: usize) -> Option<usize> {
        Some(h * (d + h + 2) + v * h + v)
    }
    assert!(exercise("01/count").check_fn(layer_by_layer).unwrap().is_right());
    let hint = exercise("01/count").check_fn(with_two_biases).unwrap();
    assert!(hint.message().contains("PyTorch"), "{hint}");
}

#[test]
fn choices() {
    assert_right("01/many-to-one", "AE");
    // a caption is a sequence
    assert_hint("01/many-to-one", "ABE", "What is the sequence");
    assert_right("01/true-or-false", "BDF");
    // weights are shared over time
    assert_hint("01/true-or-false", "ABDF", "shared weights");
    assert_hint("01/true-or-false", "BDFG", "two hundred steps");
}

#[test]
fn floor() {
    // -ln ½ at two of four steps
    assert_right("01/floor", Some(2.0 * 2f64.ln() / 4.0));
    assert_hint("01/floor", Some(2f64.ln()), "mean over all four");
    assert_hint("01/floor", Some(0.0), "follows the l");
}
