//! `05_shapes_and_parameters`, answered by hand.

use lstm::prelude::*;

use crate::{assert_hint, assert_right};

#[test]
fn shapes() {
    // T = 20 words, B = 32 sentences, D = 100, H = 64, L = 2
    assert_right("05/output-shape", vec![20, 32, 64]);
    assert_hint("05/output-shape", vec![32, 20, 64], "batch_first");
    assert_hint("05/output-shape", vec![20, 32], "another length");
    assert_right("05/last-hidden-shape", Some([2usize, 32, 64]));
    assert_hint("05/last-hidden-shape", Some([32, 64]), "layers");
    assert_right("05/batch-first", "AB");
}

#[test]
fn last_step() {
    fn right(outputs: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some(outputs.i((.., outputs.dim(1)? - 1))?))
    }
    fn last_sequence(outputs: &Tensor) -> Result<Tensor> {
        Ok(outputs.get(outputs.dim(0)? - 1)?)
    }
    assert!(exercise("05/last-step").check_fn(right).unwrap().is_right());
    let hint = exercise("05/last-step").check_fn(last_sequence).unwrap();
    assert!(hint.message().contains("axis of time"), "{hint}");
}

#[test]
fn counts() {
    // (30 + 20 + 1) · 30 · 4 = 51 · 120
    assert_right("05/lstm-parameters", 6120);
    assert_hint("05/lstm-parameters", 6000, "biases");
    // 4 · 30 · (30 + 20 + 2)
    assert_hint("05/lstm-parameters", 6240, "PyTorch");
    // (30 + 1) · 5
    assert_right("05/dense-parameters", 155);
    // 4 · 12 · (12 + 8 + 1) = 48 · 21 = 1 008
    assert_right("05/units-from-count", 12);
    assert_hint("05/units-from-count", -21, "two solutions");
    // i: 0 to 49, f: 50 to 99
    assert_right("05/forget-rows", 50);
    // 100 · 64 · 256 · 4 = 6 553 600
    assert_right("05/megabytes", 6.55);
}

#[test]
fn counting_functions() {
    fn one(d: usize, h: usize) -> Option<usize> {
        Some(4 * h * (d + h + 1))
    }
    let stacked = |d: usize, h: usize, layers: usize| 4 * h * ((d + h + 1) + (layers - 1) * (2 * h + 1));
    assert!(exercise("05/count-lstm").check_fn(one).unwrap().is_right());
    assert!(exercise("05/count-stacked").check_fn(stacked).unwrap().is_right());
    let hint = exercise("05/count-stacked").check_fn(|d: usize, h: usize, l: usize| l * 4 * h * (d + h + 1)).unwrap();
    assert!(hint.message().contains("same input size"), "{hint}");
}

#[test]
fn true_or_false() {
    assert_right("05/true-or-false", "A, B, C, F");
    assert_hint("05/true-or-false", "ABCDF", "Look for T");
    assert_hint("05/true-or-false", "ABCEF", "twice H");
}
