//! `12_gpu`, answered by hand.

use super::{assert_hint, assert_right};

#[test]
fn numbers() {
    // [4 · 2H, 2H] against [4H, H]
    assert_right("12/twice-as-wide", Some((4 * 200 * 200) / (4 * 100 * 100)));
    assert_hint("12/twice-as-wide", Some(2), "number of units");
    // 200 steps, 20 operations, 5 millionths of a second, in thousandths
    assert_right("12/launches", Some(200.0 * 20.0 * 5e-6 * 1e3));
    assert_hint("12/launches", Some(0.1), "one step");
}

#[test]
fn true_or_false() {
    assert_right("12/true-or-false", "ACDF");
    assert_hint("12/true-or-false", "ABCDF", "before it can begin");
    assert_hint("12/true-or-false", "ACDEF", "end");
}
