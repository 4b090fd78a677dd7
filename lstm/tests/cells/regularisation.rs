//! Penalties on weights: values, gradients, and which weights they are for.

use std::slice::from_ref;

use lstm::prelude::*;
use lstm::{candle_nn, regularisation};

use crate::finite_differences::check;
use crate::support::{CPU, flat, normal};

fn close(got: f64, wanted: f64) -> bool {
    (got - wanted).abs() < 1e-14 * wanted.abs().max(1.0)
}

#[test]
fn values_and_gradients_by_hand() {
    let a = Var::new(&[[1.0, -2.0], [0.0, 3.0]], &CPU).unwrap();
    let b = Var::new(&[[-4.0]], &CPU).unwrap();
    let both = [a.clone(), b.clone()];
    let l2 = regularisation::l2(&both, 0.5).unwrap();
    assert_eq!(l2.dims(), [0; 0]);
    assert!(close(flat(&l2)[0], 0.5 * (1.0 + 4.0 + 9.0 + 16.0)));
    let gradients = l2.backward().unwrap();
    assert_eq!(flat(gradients.get(&a).unwrap()), [1.0, -2.0, 0.0, 3.0]); // 2 · 0.5 · w
    assert_eq!(flat(gradients.get(&b).unwrap()), [-4.0]);

    let l1 = regularisation::l1(&both, 0.5).unwrap();
    assert!(close(flat(&l1)[0], 0.5 * (1.0 + 2.0 + 3.0 + 4.0)));
    let gradients = l1.backward().unwrap();
    assert_eq!(flat(gradients.get(&a).unwrap()), [0.5, -0.5, 0.0, 0.5]);
    assert_eq!(flat(gradients.get(&b).unwrap()), [-0.5]);
}

#[test]
fn gradients_join_those_of_the_loss() {
    let parameters = Parameters::seeded(1, DType::F64, &CPU);
    let cell = LstmCell::new(2, 3, parameters.builder()).unwrap();
    let weights = regularisation::matrices(&parameters.vars());
    let xs = normal(1, [3, 2, 2]);
    check(&parameters.vars(), || {
        let loss = cell.unroll(&xs, None).unwrap().0.sqr().unwrap().mean_all().unwrap();
        let l1 = regularisation::l1(&weights, 0.3).unwrap();
        let l2 = regularisation::l2(&weights, 0.7).unwrap();
        ((loss + l1).unwrap() + l2).unwrap()
    });
}

#[test]
fn biases_are_left_out() {
    let parameters = Parameters::seeded(1, DType::F64, &CPU);
    let vb = parameters.builder();
    variants::PeepholeLstmCell::new(2, 3, vb.pp("peephole")).unwrap();
    variants::LayerNormLstmCell::new(2, 3, vb.pp("norm")).unwrap();
    candle_nn::embedding(7, 2, vb.pp("embedding")).unwrap();
    candle_nn::linear(3, 1, vb.pp("dense")).unwrap();
    let chosen = regularisation::matrices(&parameters.vars());
    let mut names: Vec<String> = parameters
        .names()
        .into_iter()
        .filter(|name| chosen.iter().any(|var| var.id() == parameters.get(name).unwrap().id()))
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "dense.weight",
            "embedding.weight",
            "norm.weight_hh_l0",
            "norm.weight_ih_l0",
            "peephole.weight_hh_l0",
            "peephole.weight_ih_l0"
        ]
    );
    assert_eq!(chosen.len(), names.len());
}

#[test]
fn gradient_descent_on_a_penalty_shrinks_weights_by_a_factor() {
    let w = Var::new(&[[1.5f64, -0.2]], &CPU).unwrap();
    let gradients = regularisation::l2(from_ref(&w), 0.1).unwrap().backward().unwrap();
    let after = (w.as_tensor() - (gradients.get(&w).unwrap() * 0.5).unwrap()).unwrap();
    // 1 − 0.5 · 2 · 0.1 = 0.9.
    assert!(flat(&after).iter().zip([1.35, -0.18]).all(|(got, wanted)| close(*got, wanted)));
}

#[test]
fn what_is_no_number_stays_visible() {
    for bad in [f64::NAN, f64::INFINITY] {
        let w = Var::new(&[[bad, 1.0]], &CPU).unwrap();
        for penalty in [regularisation::l1(from_ref(&w), 0.1), regularisation::l2(from_ref(&w), 0.1)] {
            assert!(!flat(&penalty.unwrap())[0].is_finite());
        }
    }
}

#[test]
fn bad_arguments_are_named() {
    let w = Var::new(&[[1f64]], &CPU).unwrap();
    let single = Var::new(&[[1f32]], &CPU).unwrap();
    let tokens = Var::new(&[[1u32]], &CPU).unwrap();
    for penalty in [regularisation::l1, regularisation::l2] {
        let message = |weights: &[Var], strength: f64| penalty(weights, strength).unwrap_err().to_string();
        for bad in [-0.1, f64::NAN, f64::INFINITY] {
            assert!(message(from_ref(&w), bad).starts_with("`strength` must be a finite number of at least 0"));
        }
        assert!(message(&[w.clone(), single.clone()], 0.1).starts_with("`weights` must be f64, got f32"));
        assert!(message(from_ref(&tokens), 0.1).starts_with("`weights` must be of a floating-point type, got u32"));
        assert_eq!(flat(&penalty(&[], 0.1).unwrap()), [0.0]);
        assert_eq!(flat(&penalty(from_ref(&w), 0.0).unwrap()), [0.0]);
    }
}
