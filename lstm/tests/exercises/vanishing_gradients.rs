//! `03_vanishing_gradients`, answered by hand.

use lstm::prelude::*;

use crate::{assert_hint, assert_right};

#[test]
fn steps_to_vanish() {
    // 0.9¹³¹ = 1.014e-6, 0.9¹³² = 9.12e-7
    assert_right("03/steps-to-vanish", 132);
    assert_hint("03/steps-to-vanish", 131, "already below");
    assert_hint("03/steps-to-vanish", 131.13, "whole number");
    // ln 10⁶ / log₁₀ (1 / 0.9) = 13.8155 / 0.045757 = 301.9
    assert_hint("03/steps-to-vanish", 301.9, "same base");
    assert_hint("03/steps-to-vanish", -132, "negative");
}

#[test]
fn the_number_of_steps_is_what_the_library_counts() {
    let powers = gradients::alpha_power(0.9, 200);
    let first = powers.iter().position(|power| *power < 1e-6).unwrap();
    assert_right("03/steps-to-vanish", first);
}

#[test]
fn radius_of_a_matrix_that_is_its_own_inverse() {
    let matrix = Tensor::new(&[[0f64, 2.0], [0.5, 0.0]], &Device::Cpu).unwrap();
    assert_right("03/spectral-radius", gradients::spectral_radius(&matrix).unwrap());
    assert_hint("03/spectral-radius", gradients::spectral_norm(&matrix).unwrap(), "spectral norm");
}

#[test]
fn slope_of_tanh() {
    let task = exercise("03/tanh-slope");
    assert!(task.check_fn(|h: f64| Some(1.0 - h.powi(2))).unwrap().is_right());
    assert!(task.check_fn(|h: f64| Activation::Tanh.derivative_f64(h.atanh())).unwrap().is_right());
    let hint = task.check_fn(|h: f64| Activation::Tanh.derivative_f64(h)).unwrap();
    assert!(hint.message().contains("applied already"), "{hint}");
}

#[test]
fn decades() {
    // log₁₀ 4⁵⁰ = 50 · 0.60206
    assert_right("03/sigmoid-decades", 30.1);
    assert_hint("03/sigmoid-decades", 60.2, "hundred steps");
    assert_hint("03/sigmoid-decades", 0.25f64.powi(50), "");
    // -200 · log₁₀ (1 / (1 + e⁻²)) = 200 · 0.055124
    assert_right("03/forget-bias-decades", 11.0);
    assert_hint("03/forget-bias-decades", 27.2, "forget bias 1");
}

#[test]
fn clipping() {
    fn right(gradient: &Tensor) -> Result<Option<Tensor>> {
        let norm = gradient.sqr()?.sum_all()?.to_scalar::<f64>()?.sqrt();
        Ok(Some(if norm > 1.0 { (gradient / norm)? } else { gradient.clone() }))
    }
    fn always(gradient: &Tensor) -> Result<Tensor> {
        let norm = gradient.sqr()?.sum_all()?.to_scalar::<f64>()?.sqrt();
        Ok((gradient / norm)?)
    }
    let task = exercise("03/clip-by-norm");
    assert!(task.check_fn(right).unwrap().is_right());
    let hint = task.check_fn(always).unwrap();
    assert!(hint.message().contains("must not be made longer"), "{hint}");
    let hint = task.check_fn(|gradient: &Tensor| gradient.clamp(-1.0, 1.0)).unwrap();
    assert!(hint.message().contains("turns the direction"), "{hint}");
}

#[test]
fn true_or_false() {
    assert_right("03/true-or-false", "a, d and f".replace("and", ","));
    assert_hint("03/true-or-false", "ABDF", "multiply a gradient by");
    assert_hint("03/true-or-false", "AD", "one half");
}
