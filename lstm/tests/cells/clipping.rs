//! Clipping of gradients by norm and by value.

use lstm::candle_core::backprop::GradStore;
use lstm::prelude::*;

use crate::support::{CPU, flat, normal};

/// Two variables with gradients (3, 0) and (0, 4), of global norm 5, and one without.
fn gradients() -> (GradStore, Vec<Var>) {
    let a = Var::new(&[3f32, 0.0], &CPU).unwrap();
    let b = Var::new(&[0f32, -4.0], &CPU).unwrap();
    let unused = Var::new(&[1f32], &CPU).unwrap();
    let half_squares = |var: &Var| (var.sqr().unwrap().sum_all().unwrap() * 0.5).unwrap();
    let store = (half_squares(&a) + half_squares(&b)).unwrap().backward().unwrap();
    (store, vec![a, b, unused])
}

fn values(store: &GradStore, vars: &[Var]) -> Vec<f64> {
    vars.iter().filter_map(|var| store.get(var)).flat_map(flat).collect()
}

fn close(got: &[f64], wanted: &[f64]) -> bool {
    got.len() == wanted.len() && got.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-6)
}

#[test]
fn long_gradients_are_shortened_together() {
    let (mut store, vars) = gradients();
    assert_eq!(clip::by_norm(&mut store, &vars, 1.0).unwrap(), 5.0);
    // Divided by 5: (0.6, 0) and (0, -0.8).
    assert!(close(&values(&store, &vars), &[0.6, 0.0, 0.0, -0.8]));
    let again = clip::by_norm(&mut store, &vars, 1.0).unwrap();
    assert!((again - 1.0).abs() < 1e-6);
}

#[test]
fn short_gradients_stay() {
    let (mut store, vars) = gradients();
    assert_eq!(clip::by_norm(&mut store, &vars, 5.1).unwrap(), 5.0);
    assert_eq!(values(&store, &vars), [3.0, 0.0, 0.0, -4.0]);
}

#[test]
fn only_the_variables_named_count() {
    let (mut store, vars) = gradients();
    assert_eq!(clip::by_norm(&mut store, &vars[..1], 1.5).unwrap(), 3.0);
    assert!(close(&values(&store, &vars), &[1.5, 0.0, 0.0, -4.0]));
    assert_eq!(clip::by_norm(&mut store, &[], 1.0).unwrap(), 0.0);
}

#[test]
fn a_norm_that_is_no_number_is_reported_and_changes_nothing() {
    for bad in [f32::NAN, f32::INFINITY] {
        let (mut store, vars) = gradients();
        store.insert(&vars[0], Tensor::new(&[bad, 1.0], &CPU).unwrap());
        assert!(!clip::by_norm(&mut store, &vars, 1.0).unwrap().is_finite());
        assert_eq!(values(&store, &vars)[1..], [1.0, 0.0, -4.0]);
    }
}

#[test]
fn large_gradients_do_not_overflow_the_norm() {
    let (mut store, vars) = gradients();
    store.insert(&vars[0], Tensor::new(&[3e30f32, 0.0], &CPU).unwrap());
    store.insert(&vars[1], Tensor::new(&[0f32, 4e30], &CPU).unwrap());
    let norm = clip::by_norm(&mut store, &vars, 1.0).unwrap();
    assert!((norm / 5e30 - 1.0).abs() < 1e-6);
    assert!(close(&values(&store, &vars), &[0.6, 0.0, 0.0, 0.8]));
}

#[test]
fn the_layout_and_the_type_of_a_gradient_do_not_matter() {
    // 37 · 3 elements: more than one chunk of any size, and a rest.
    let numbers = normal(5, [37, 3]);
    let wanted = flat(&numbers).iter().map(|g| g * g).sum::<f64>().sqrt();
    let var = Var::zeros((3, 37), DType::F64, &CPU).unwrap();
    let norm_of = |gradient: Tensor| {
        let mut store = var.sum_all().unwrap().backward().unwrap();
        store.insert(&var, gradient);
        clip::by_norm(&mut store, std::slice::from_ref(&var), 1e9).unwrap()
    };
    let wide = Tensor::cat(&[&numbers, &numbers.ones_like().unwrap()], 1).unwrap();
    let tall = Tensor::cat(&[&numbers.ones_like().unwrap(), &numbers], 0).unwrap();
    for same in [
        numbers.clone(),
        numbers.t().unwrap(),
        numbers.t().unwrap().contiguous().unwrap(),
        wide.narrow(1, 0, 3).unwrap(),
        tall.narrow(0, 37, 37).unwrap(),
        tall.narrow(0, 37, 37).unwrap().t().unwrap(),
    ] {
        assert!((norm_of(same.clone()) / wanted - 1.0).abs() < 1e-14);
        for (dtype, tolerance) in [(DType::F32, 1e-7), (DType::F16, 1e-3), (DType::BF16, 1e-2)] {
            let rounded = same.to_dtype(dtype).unwrap();
            let rounded_wanted = flat(&rounded).iter().map(|g| g * g).sum::<f64>().sqrt();
            assert!((norm_of(rounded.clone()) / rounded_wanted - 1.0).abs() < 1e-14);
            assert!((rounded_wanted / wanted - 1.0).abs() < tolerance);
        }
    }
    let repeated = Tensor::new(&[3f64], &CPU).unwrap().broadcast_as((3, 37)).unwrap();
    assert!((norm_of(repeated) / (3.0 * 111f64.sqrt()) - 1.0).abs() < 1e-14);
}

#[test]
fn values_are_limited_one_by_one() {
    let (mut store, vars) = gradients();
    clip::by_value(&mut store, &vars, 3.5).unwrap();
    assert_eq!(values(&store, &vars), [3.0, 0.0, 0.0, -3.5]);
}

#[test]
fn bounds_must_be_positive_numbers() {
    let (mut store, vars) = gradients();
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let by_norm = clip::by_norm(&mut store, &vars, bad).unwrap_err().to_string();
        assert!(by_norm.contains("`max_norm` must be a finite number above 0"), "{by_norm}");
        let by_value = clip::by_value(&mut store, &vars, bad).unwrap_err().to_string();
        assert!(by_value.contains("`max`"), "{by_value}");
    }
}

#[test]
fn norms_are_right_in_the_whole_range_of_f64() {
    let a = Var::new(&[0f64, 0.0], &CPU).unwrap();
    let b = Var::new(&[0f64], &CPU).unwrap();
    for unit in [1e-320, 1e-300, 1e-200, 1e-162, 1e-140, 1.0, 1e140, 1e154, 1e200, 1e307] {
        let mut store = (a.sum_all().unwrap() + b.sum_all().unwrap()).unwrap().backward().unwrap();
        store.insert(&a, Tensor::new(&[2.0 * unit, 3.0 * unit], &CPU).unwrap());
        store.insert(&b, Tensor::new(&[6.0 * unit], &CPU).unwrap());
        // 2² + 3² + 6² = 7². The smallest numbers have few digits.
        let norm = clip::by_norm(&mut store, &[a.clone(), b.clone()], 1.0).unwrap();
        let tolerance = if unit < 1e-310 { 1e-3 } else { 1e-12 };
        assert!((norm / unit - 7.0).abs() < 7.0 * tolerance, "{unit:e}: {norm:e}");
        let after = values(&store, &[a.clone(), b.clone()]);
        if unit > 1.0 {
            assert!(close(&after, &[2.0 / 7.0, 3.0 / 7.0, 6.0 / 7.0]), "{unit:e}: {after:?}");
        }
    }
}

#[test]
fn a_value_that_is_no_number_stays() {
    let (mut store, vars) = gradients();
    store.insert(&vars[0], Tensor::new(&[f32::NAN, f32::INFINITY], &CPU).unwrap());
    clip::by_value(&mut store, &vars, 2.0).unwrap();
    let after = values(&store, &vars);
    assert!(after[0].is_nan());
    assert_eq!(after[1..], [2.0, 0.0, -2.0]);
}
