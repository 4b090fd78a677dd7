//! Starting values for weights.

use lstm::prelude::*;

use crate::support::{CPU, flat, relative_error};

#[test]
fn pytorch_default_reaches_one_over_root_h() {
    let parameters = Parameters::seeded(1, DType::F64, &CPU);
    let cell = LstmCell::new(30, 25, parameters.builder()).unwrap();
    for var in cell.vars() {
        let values = flat(&var);
        // 1/√25 = 0.2; the largest of 100 or more evenly spread numbers is near it.
        let largest = values.iter().fold(0.0, |a: f64, b| a.max(b.abs()));
        assert!(largest <= 0.2 && largest > 0.18, "{largest}");
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        assert!(mean.abs() < 0.04, "{mean}");
    }
}

#[test]
fn orthogonal_matrices_keep_lengths() {
    for size in [1, 2, 17, 64] {
        let q = init::orthogonal(size, DType::F64, &CPU).unwrap();
        let gram = q.matmul(&q.t().unwrap()).unwrap();
        let eye = Tensor::eye(size, DType::F64, &CPU).unwrap();
        assert!(relative_error(&gram, &eye) < 1e-13);
        assert!((gradients::spectral_radius(&q).unwrap() - 1.0).abs() < 1e-12);
    }
}

#[test]
fn identity_is_scaled() {
    let half = init::identity(3, 0.5, DType::F32, &CPU).unwrap();
    assert_eq!(flat(&half), [0.5, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.5]);
    assert_eq!(half.dtype(), DType::F32);
}

#[test]
fn echo_states_have_the_radius_asked_for() {
    for (radius, density) in [(0.9, 1.0), (0.95, 0.1), (1.2, 0.3), (0.0, 0.5)] {
        let w = init::echo_state(60, radius, density, DType::F64, &CPU).unwrap();
        assert!((gradients::spectral_radius(&w).unwrap() - radius).abs() < 1e-10);
        if radius > 0.0 {
            let filled = flat(&w).iter().filter(|&&w| w != 0.0).count() as f64 / 3600.0;
            assert!((filled - density).abs() < 0.05, "{filled}");
        }
    }
}

/// Mean and variance.
fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    (mean, values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count)
}

#[test]
fn xavier_has_the_variance_of_its_paper() {
    for (shape, gain) in [((300, 200), 1.0), ((200, 300), 1.0), ((600, 100), 5.0 / 3.0)] {
        let wanted = gain * gain * 2.0 / (shape.0 + shape.1) as f64;
        let uniform = init::xavier_uniform(shape, gain, DType::F64, &CPU).unwrap();
        let normal = init::xavier_normal(shape, gain, DType::F64, &CPU).unwrap();
        for drawn in [&uniform, &normal] {
            assert_eq!(drawn.dims(), [shape.0, shape.1]);
            let (mean, variance) = moments(&flat(drawn));
            // 60 000 numbers: standard errors of 0.6 % of the variance, and of 0.4 % of a deviation for the mean.
            assert!((variance / wanted - 1.0).abs() < 0.04, "{variance} against {wanted}");
            assert!(mean.abs() < 0.03 * wanted.sqrt(), "{mean}");
        }
        let largest = |drawn: &Tensor| flat(drawn).iter().fold(0.0, |a: f64, b| a.max(b.abs()));
        let bound = gain * (6.0 / (shape.0 + shape.1) as f64).sqrt();
        assert!(largest(&uniform) <= bound && largest(&uniform) > 0.99 * bound);
        // Of so many normal numbers some are beyond 3 deviations, which is √3 bounds.
        assert!(largest(&normal) > 1.7 * bound);
    }
}

#[test]
fn blocks_are_drawn_gate_by_gate() {
    let stacked = init::per_gate(4, || init::orthogonal(6, DType::F64, &CPU)).unwrap();
    assert_eq!(stacked.dims(), [24, 6]);
    let eye = Tensor::eye(6, DType::F64, &CPU).unwrap();
    let gates = stacked.chunk(4, 0).unwrap();
    for (k, q) in gates.iter().enumerate() {
        let gram = q.matmul(&q.t().unwrap()).unwrap();
        assert!(relative_error(&gram, &eye) < 1e-13);
        for other in &gates[..k] {
            assert!(relative_error(q, other) > 0.1, "two gates have the same matrix");
        }
    }

    let mut calls = 0.0;
    let counted = init::per_gate(3, || {
        calls += 1.0;
        Ok(Tensor::full(calls, (1, 2), &CPU)?)
    });
    assert_eq!(flat(&counted.unwrap()), [1.0, 1.0, 2.0, 2.0, 3.0, 3.0]);
}

#[test]
fn blocks_must_fit_each_other() {
    let message = |result: Result<Tensor>| result.unwrap_err().to_string();
    assert!(message(init::per_gate(0, || init::orthogonal(2, DType::F32, &CPU))).starts_with("`gates`"));
    let flat = message(init::per_gate(2, || Ok(Tensor::zeros(3, DType::F32, &CPU)?)));
    assert_eq!(flat, "`block` must have shape [H >= 1, D >= 1], got [3]");
    let mut size = 1;
    let growing = message(init::per_gate(2, || {
        size += 1;
        init::identity(size, 1.0, DType::F32, &CPU)
    }));
    assert_eq!(growing, "`block` must have shape [H = 2, D = 2], got [3, 3]");
    let mut types = [DType::F32, DType::F64].into_iter();
    let mixed = message(init::per_gate(2, || init::identity(2, 1.0, types.next().unwrap(), &CPU)));
    assert!(mixed.starts_with("`block` must be f32, got f64"), "{mixed}");
    let failed = message(init::per_gate(2, || init::orthogonal(0, DType::F32, &CPU)));
    assert!(failed.starts_with("`size`"), "{failed}");
}

#[test]
fn bad_sizes_and_ranges_are_named() {
    let message = |error: Error| error.to_string();
    let cpu = &CPU;
    for (text, argument) in [
        (message(init::identity(0, 1.0, DType::F32, cpu).unwrap_err()), "`size`"),
        (message(init::identity(2, f64::NAN, DType::F32, cpu).unwrap_err()), "`scale`"),
        (message(init::orthogonal(0, DType::F32, cpu).unwrap_err()), "`size`"),
        (message(init::echo_state(0, 0.9, 1.0, DType::F32, cpu).unwrap_err()), "`size`"),
        (message(init::echo_state(4, -0.9, 1.0, DType::F32, cpu).unwrap_err()), "`radius`"),
        (message(init::echo_state(4, f64::NAN, 1.0, DType::F32, cpu).unwrap_err()), "`radius`"),
        (message(init::echo_state(4, 0.9, 0.0, DType::F32, cpu).unwrap_err()), "`density`"),
        (message(init::echo_state(4, 0.9, 1.5, DType::F32, cpu).unwrap_err()), "`density`"),
        (message(init::xavier_uniform((0, 3), 1.0, DType::F32, cpu).unwrap_err()), "`shape`"),
        (message(init::xavier_normal((3, 0), 1.0, DType::F32, cpu).unwrap_err()), "`shape`"),
        (message(init::xavier_uniform((3, 3), 0.0, DType::F32, cpu).unwrap_err()), "`gain`"),
        (message(init::xavier_normal((3, 3), f64::NAN, DType::F32, cpu).unwrap_err()), "`gain`"),
        (message(init::xavier_normal((3, 3), 1.0, DType::U32, cpu).unwrap_err()), "`dtype`"),
        // One number in 10⁹ is kept: there is no cycle to scale.
        (message(init::echo_state(4, 0.9, 1e-9, DType::F32, cpu).unwrap_err()), "`density`"),
    ] {
        assert!(text.starts_with(argument), "{text}");
    }
}

#[test]
fn the_default_for_no_units_is_that_for_one() {
    assert_eq!(format!("{:?}", init::pytorch_default(0)), "Uniform { lo: -1.0, up: 1.0 }");
}
