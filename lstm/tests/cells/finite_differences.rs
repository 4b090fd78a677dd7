//! Gradients against central differences, in f64.

use lstm::prelude::*;

use crate::support::{CPU, flat, lstm_cell, normal, rnn_cell};

const STEP: f64 = 1e-5;

/// Compares autograd with the central difference quotient for every number of every variable. Of the quotients
/// (L(p + ε) - L(p - ε)) / 2ε with ε and with 2ε it takes the mixture (4, -1) / 3, which is exact up to the fourth
/// order: layer norm bends sharply.
pub(crate) fn check(vars: &[Var], loss: impl Fn() -> Tensor) {
    let store = loss().backward().unwrap();
    for var in vars {
        let analytic = flat(store.get(var).unwrap());
        let original = var.as_detached_tensor().copy().unwrap();
        let values = flat(&original);
        for k in 0..values.len() {
            let at = |value: f64| {
                let mut moved = values.clone();
                moved[k] = value;
                var.set(&Tensor::from_vec(moved, var.dims(), &CPU).unwrap()).unwrap();
                flat(&loss())[0]
            };
            let quotient = |step: f64| (at(values[k] + step) - at(values[k] - step)) / (2.0 * step);
            let slope = (4.0 * quotient(STEP) - quotient(2.0 * STEP)) / 3.0;
            let error = (slope - analytic[k]).abs() / slope.abs().max(1.0);
            assert!(error < 1e-8, "{:?}[{k}]: {slope} against {}", var.dims(), analytic[k]);
        }
        var.set(&original).unwrap();
    }
}

pub(crate) fn scalar(outputs: &Tensor) -> Tensor {
    outputs.mul(&normal(9, [outputs.dims()[0], outputs.dims()[1], outputs.dims()[2]])).unwrap().sum_all().unwrap()
}

#[test]
fn lstm_gradients_are_difference_quotients() {
    for form in [Form::Separate, Form::Concatenated] {
        let cell = lstm_cell(2, 3).with_form(form);
        let xs = Var::from_tensor(&normal(1, [4, 2, 2])).unwrap();
        let h = Var::from_tensor(&normal(2, [2, 3])).unwrap();
        let c = Var::from_tensor(&normal(3, [2, 3])).unwrap();
        let mut vars = cell.vars();
        vars.extend([xs.clone(), h.clone(), c.clone()]);
        check(&vars, || {
            let state = LstmState::new(h.as_tensor().clone(), c.as_tensor().clone()).unwrap();
            let (outputs, last) = cell.unroll(&xs, Some(&state)).unwrap();
            (scalar(&outputs) + last.c.sqr().unwrap().sum_all().unwrap()).unwrap()
        });
    }
}

#[test]
fn ablated_gradients_are_difference_quotients() {
    let cell = lstm_cell(2, 3).with_override(Gate::Forget, Override::Constant(0.7));
    let xs = Var::from_tensor(&normal(1, [4, 2, 2])).unwrap();
    check(&[cell.vars()[0].clone(), xs.clone()], || scalar(&cell.unroll(&xs, None).unwrap().0));
}

#[test]
fn rnn_gradients_are_difference_quotients() {
    for activation in Activation::ALL {
        let cell = rnn_cell(2, 3, activation);
        let xs = Var::from_tensor(&normal(1, [4, 2, 2])).unwrap();
        let h = Var::from_tensor(&normal(2, [2, 3])).unwrap();
        let mut vars = cell.vars();
        vars.extend([xs.clone(), h.clone()]);
        check(&vars, || scalar(&cell.unroll(&xs, Some(&h)).unwrap().0));
    }
}
