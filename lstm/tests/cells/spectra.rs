//! Spectral radius and norm against NumPy.

use lstm::candle_core::safetensors;
use lstm::prelude::*;

use crate::support::{CPU, flat, golden};

#[test]
fn spectra_match_numpy() {
    let tensors = safetensors::load(golden("spectra.safetensors"), &CPU).unwrap();
    let names: Vec<&str> = tensors.keys().filter_map(|key| key.strip_suffix(".matrix")).collect();
    assert_eq!(names.len(), 13);
    for name in names {
        let get = |what: &str| &tensors[&format!("{name}.{what}")];
        let radius = gradients::spectral_radius(get("matrix")).unwrap();
        let norm = gradients::spectral_norm(get("matrix")).unwrap();
        for (what, got) in [("radius", radius), ("norm", norm)] {
            let wanted = flat(get(what))[0];
            let error = if wanted == 0.0 { got } else { (got / wanted - 1.0).abs() };
            println!("{name} {what}: {got} {error:.1e}");
            assert!(error < 1e-10, "{name} {what}: {got}, numpy says {wanted}");
        }
    }
}

#[test]
fn the_lectures_turn_has_complex_eigenvalues() {
    // [[0, -2], [2, 0]] turns by a quarter and doubles: eigenvalues ±2i.
    let turn = Tensor::new(&[[0f32, -2.0], [2.0, 0.0]], &CPU).unwrap();
    assert!((gradients::spectral_radius(&turn).unwrap() - 2.0).abs() < 1e-12);
    // A shear has eigenvalues 1, 1 but lengthens: its norm is the golden ratio.
    let shear = Tensor::new(&[[1f64, 1.0], [0.0, 1.0]], &CPU).unwrap();
    assert!((gradients::spectral_radius(&shear).unwrap() - 1.0).abs() < 1e-10);
    let golden_ratio = (1.0 + 5f64.sqrt()) / 2.0;
    assert!((gradients::spectral_norm(&shear).unwrap() - golden_ratio).abs() < 1e-12);
    // A matrix need not be square to have a norm: [3 4] has 5.
    let row = Tensor::new(&[[3f64, 4.0]], &CPU).unwrap();
    assert!((gradients::spectral_norm(&row).unwrap() - 5.0).abs() < 1e-12);
}

#[test]
fn bad_matrices_are_refused() {
    let oblong = Tensor::zeros((2, 3), DType::F32, &CPU).unwrap();
    let text = gradients::spectral_radius(&oblong).unwrap_err().to_string();
    assert_eq!(text, "`matrix` must have shape [N = 2, N = 2], got [2, 3]");
    let vector = Tensor::zeros(3, DType::F32, &CPU).unwrap();
    assert!(gradients::spectral_radius(&vector).is_err());
    assert!(gradients::spectral_norm(&vector).is_err());
    let nan = Tensor::new(&[[f64::NAN]], &CPU).unwrap();
    let text = gradients::spectral_radius(&nan).unwrap_err().to_string();
    assert_eq!(text, "`matrix` must be finite, got NaN or infinity");
    assert!(gradients::spectral_norm(&nan).is_err());
    let empty = Tensor::zeros((0, 0), DType::F64, &CPU).unwrap();
    assert!(gradients::spectral_radius(&empty).is_err());
    assert!(gradients::spectral_norm(&empty).is_err());
}
