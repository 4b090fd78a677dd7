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
