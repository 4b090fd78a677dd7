//! `04_lstm_gates`, answered by hand.

use lstm::prelude::*;

use super::{assert_hint, assert_right};

#[test]
fn forget_gate() {
    fn sum(x: &Tensor, h: &Tensor, w: &Tensor, u: &Tensor, b: &Tensor) -> Result<Tensor> {
        Ok((x.matmul(&w.t()?)? + h.matmul(&u.t()?)?)?.broadcast_add(b)?)
    }
    fn right(x: &Tensor, h: &Tensor, w: &Tensor, u: &Tensor, b: &Tensor) -> Result<Option<Tensor>> {
        let e = sum(x, h, w, u, b)?.neg()?.exp()?;
        Ok(Some((e + 1.0)?.recip()?))
    }
    fn candidate(x: &Tensor, h: &Tensor, w: &Tensor, u: &Tensor, b: &Tensor) -> Result<Tensor> {
        Ok(sum(x, h, w, u, b)?.tanh()?)
    }
    assert!(exercise("04/forget-gate").check_fn(right).unwrap().is_right());
    let hint = exercise("04/forget-gate").check_fn(candidate).unwrap();
    assert!(hint.message().contains("candidate"), "{hint}");
    let hint = exercise("04/forget-gate").check_fn(sum).unwrap();
    assert!(hint.message().contains("squashed"), "{hint}");
}

#[test]
fn update() {
    // 0.9 · 2 + 0.5 · (-0.8) = 1.8 - 0.4
    assert_right("04/update-by-hand", Some(1.4));
    // 0.5 · 2 + 0.9 · (-0.8) = 1 - 0.72
    assert_hint("04/update-by-hand", Some(0.28), "changed places");
    // 0.9 · 2 - 0.8
    assert_hint("04/update-by-hand", Some(1.0), "gated too");

    fn right(f: &Tensor, c_prev: &Tensor, i: &Tensor, candidate: &Tensor) -> Result<Tensor> {
        Ok(((f * c_prev)? + (i * candidate)?)?)
    }
    fn swapped(f: &Tensor, c_prev: &Tensor, i: &Tensor, candidate: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some(((i * c_prev)? + (f * candidate)?)?))
    }
    assert!(exercise("04/update").check_fn(right).unwrap().is_right());
    let hint = exercise("04/update").check_fn(swapped).unwrap();
    assert!(hint.message().contains("changed places"), "{hint}");
}

#[test]
fn hidden() {
    fn right(o: &Tensor, c: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some((o * c.tanh()?)?))
    }
    fn other_order(o: &Tensor, c: &Tensor) -> Result<Tensor> {
        Ok((o * c)?.tanh()?)
    }
    assert!(exercise("04/hidden").check_fn(right).unwrap().is_right());
    let hint = exercise("04/hidden").check_fn(other_order).unwrap();
    assert!(hint.message().contains("other order"), "{hint}");
}

#[test]
fn half_life() {
    // σ = 2^(-1/50) = e^(-0.0138629) = 0.986233; b = ln(0.986233 / 0.013767) = ln 71.636
    assert_right("04/half-life", Some(4.27));
    assert_right("04/half-life", Some(4.2716));
    assert_hint("04/half-life", Some(0.9862), "pre-activation");
    assert_hint("04/half-life", Some(3.0), "shorter");
    assert_hint("04/half-life", Some(5.0), "longer");
}

#[test]
fn overrides() {
    assert_right("04/overrides", "ACE");
    // with i = 0 alone the forget gate still shrinks c
    assert_hint("04/overrides", "ABCE", "other gate");
    // with f = 0 the layers still see the hidden state
    assert_hint("04/overrides", "ACDE", "besides the input");
}

#[test]
fn a_gate_that_shuts() {
    // signal 0: b = 6; signal 1: w + 6 = -6
    assert_right("04/latch", Some([-12.0, 6.0]));
    assert_hint("04/latch", Some([12.0, -6.0]), "should shut");
    assert_hint("04/latch", Some([6.0, -12.0]), "other order");
    assert_hint("04/latch", Some([-6.0, 6.0]), "half open");
}

#[test]
fn true_or_false() {
    assert_right("04/true-or-false", "AEG");
    // |o| < 1 and |tanh| < 1
    assert_hint("04/true-or-false", "ABEG", "two factors");
    assert_hint("04/true-or-false", "AEFG", "Put 0");
}
