//! `02_backpropagation_through_time`, answered by hand.

use lstm::prelude::*;

use super::{assert_hint, assert_right};

#[test]
fn softmax_error() {
    // (0.2, 0.5, 0.3) - (0, 1, 0)
    assert_right("02/softmax-error", Some([0.2, 0.5 - 1.0, 0.3]));
    assert_hint("02/softmax-error", Some([-0.2, 0.5, -0.3]), "up to the sign");
    assert_hint("02/softmax-error", Some([-0.8, 0.5, 0.3]), "counted from 0");
}

#[test]
fn one_step_back() {
    // through autograd: h is tanh of a leaf that stands for a, and a step is a = h_before Uᵀ
    fn by_autograd(at_state: &Tensor, h: &Tensor, u: &Tensor) -> Result<Tensor> {
        // atanh, so that tanh gives h again
        let a = (((h + 1.0)? / h.affine(-1.0, 1.0)?)?.log()? * 0.5)?;
        let inverse = Var::from_tensor(&a.zeros_like()?)?;
        let after = (a + inverse.matmul(&u.t()?)?)?.tanh()?;
        let loss = (after * at_state)?.sum_all()?;
        Ok(loss.backward()?.get(&inverse).unwrap().clone())
    }
    fn transposed(at_state: &Tensor, h: &Tensor, u: &Tensor) -> Result<Tensor> {
        Ok((at_state * h.sqr()?.affine(-1.0, 1.0)?)?.matmul(&u.t()?)?)
    }
    let verdict = exercise("02/one-step-back").check_fn(by_autograd).unwrap();
    assert!(verdict.is_right(), "{verdict:?}");
    let hint = exercise("02/one-step-back").check_fn(transposed).unwrap();
    assert!(hint.message().contains("What is it backward"), "{hint}");
}

#[test]
fn numbers() {
    assert_right("02/central-difference", Some(100));
    assert_hint("02/central-difference", Some(10), "forward difference");
    // 1000 · 32 · 512 · 4 = 65 536 000
    assert_right("02/megabytes", Some(65.536));
    assert_hint("02/megabytes", Some(16.384), "four bytes");
    assert_hint("02/megabytes", Some(62.5), "mebibytes");
    // steps 13 to 20
    assert_right("02/reach", Some(8));
    assert_hint("02/reach", Some(12), "before the cut");
}

#[test]
fn true_or_false() {
    assert_right("02/true-or-false", "ACF");
    assert_hint("02/true-or-false", "ACDF", "Detaching");
    assert_hint("02/true-or-false", "ACEF", "other factor");
}
