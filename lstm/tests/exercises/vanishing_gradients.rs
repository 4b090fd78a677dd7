//! `03_vanishing_gradients`, answered by hand.

use lstm::prelude::*;

use super::{assert_hint, assert_right};

#[test]
fn steps_to_vanish() {
    // 6 / -log₁₀ 0.9 = 6 / 0.045757 = 131.13, so 131 steps leave more than a millionth and 132 leave less
    assert_right("03/steps-to-vanish", Some(132usize));
    assert_hint("03/steps-to-vanish", Some(131usize), "Is it already");
    assert_hint("03/steps-to-vanish", Some(133usize), "the smallest number of steps");
    assert_hint("03/steps-to-vanish", 131.13, "whole number");
    // -13.8155 / -0.045757 with two bases mixed: 301.9
    assert_hint("03/steps-to-vanish", 302, "same base");
}

#[test]
fn spectral_radius() {
    // λ² = 2 · ½ = 1, so λ = 1 and λ = -1
    assert_right("03/spectral-radius", Some(1.0));
    // the singular values are 2 and ½
    assert_hint("03/spectral-radius", Some(2.0), "spectral norm");
    assert_hint("03/spectral-radius", Some(-1.0), "absolute values");
}

#[test]
fn tanh_slope() {
    // tanh′(a) = 1 - tanh²(a), and h = tanh(a)
    assert!(exercise("03/tanh-slope").check_fn(|h: f64| 1.0 - h * h).unwrap().is_right());
    let of_the_sigmoid = exercise("03/tanh-slope").check_fn(|h: f64| Some(h * (1.0 - h))).unwrap();
    assert!(of_the_sigmoid.message().contains("sigmoid"), "{of_the_sigmoid}");
    let twice = exercise("03/tanh-slope").check_fn(|h: f64| 1.0 - h.tanh() * h.tanh()).unwrap();
    assert!(twice.message().contains("already"), "{twice}");
}

#[test]
fn decades() {
    // slope ¼ at 0: 50 · log₁₀ 4 = 50 · 0.60206
    assert_right("03/sigmoid-decades", Some(30.1));
    assert_hint("03/sigmoid-decades", Some(60.2), "a hundred steps");
    // value ½ instead of slope ¼: 50 · log₁₀ 2 = 50 · 0.30103
    assert_hint("03/sigmoid-decades", Some(15.05), "slope there");
    // σ(2) = 0.880797; -200 · log₁₀ 0.880797 = 200 · 0.055124
    assert_right("03/forget-bias-decades", Some(11.0));
    assert_right("03/forget-bias-decades", Some(11.025));
    // σ(1) = 0.731059; 200 · 0.136037
    assert_hint("03/forget-bias-decades", Some(27.2), "bias 1");
}

#[test]
fn clip_by_norm() {
    fn right(gradient: &Tensor) -> Result<Option<Tensor>> {
        let norm = gradient.sqr()?.sum_all()?.to_scalar::<f64>()?.sqrt();
        Ok(Some(if norm > 1.0 { (gradient / norm)? } else { gradient.clone() }))
    }
    fn always(gradient: &Tensor) -> Result<Tensor> {
        Ok((gradient / gradient.sqr()?.sum_all()?.to_scalar::<f64>()?.sqrt())?)
    }
    assert!(exercise("03/clip-by-norm").check_fn(right).unwrap().is_right());
    let hint = exercise("03/clip-by-norm").check_fn(always).unwrap();
    assert!(hint.message().contains("short one"), "{hint}");
    let hint = exercise("03/clip-by-norm").check_fn(|gradient: &Tensor| gradient.clamp(-1.0, 1.0)).unwrap();
    assert!(hint.message().contains("by value"), "{hint}");
}

#[test]
fn true_or_false() {
    assert_right("03/true-or-false", "ADF");
    assert_hint("03/true-or-false", "ACDF", "sheared");
    assert_hint("03/true-or-false", "AD", "one half");
}
