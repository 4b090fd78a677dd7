//! Tensors of every shape and type as text and as HTML.

use lstm::prelude::*;

use crate::support::check_html;

fn zeros(shape: &[usize], dtype: DType) -> Tensor {
    Tensor::zeros(shape, dtype, &Device::Cpu).unwrap()
}

#[test]
fn every_type_and_shape_is_shown() {
    for dtype in [DType::F32, DType::F64, DType::F16, DType::BF16, DType::U8, DType::U32, DType::I64] {
        for shape in
            [&[][..], &[1], &[5], &[2, 3], &[4, 3, 2], &[2, 2, 2, 2], &[1, 1], &[40, 40], &[0, 3], &[3, 0], &[2, 0, 2]]
        {
            let page = zeros(shape, dtype).content().unwrap();
            check_html(page.html());
            assert!(
                page.plain().starts_with(&format!("Tensor {shape:?} {} on CPU", dtype.as_str())),
                "{}",
                page.plain()
            );
        }
    }
}

#[test]
fn numbers_are_aligned_and_rounded() {
    let tensor = Tensor::new(&[[1.0, -0.123456], [1e-9, 12345.678]], &Device::Cpu).unwrap();
    assert_eq!(
        tensor.content().unwrap().plain(),
        "Tensor [2, 2] f64 on CPU, 4 values\n   1.000   −0.123\n    10⁻⁹    12346"
    );
}

#[test]
fn a_large_tensor_is_cut_and_quick() {
    let tensor = Tensor::ones((2_000, 3_000), DType::F32, &Device::Cpu).unwrap();
    let page = tensor.content().unwrap();
    assert!(page.html().len() < 60_000, "{} bytes", page.html().len());
    assert!(page.plain().contains('…'));
    let many = zeros(&[50, 2, 2], DType::F32).content().unwrap();
    assert!(many.plain().ends_with("… and 47 more slices"));
}

#[test]
fn views_show_what_they_view() {
    let tensor = Tensor::arange(0f32, 6.0, &Device::Cpu).unwrap().reshape((2, 3)).unwrap();
    let turned = tensor.t().unwrap().content().unwrap();
    // Columns of the original are rows of the view: 0 3 / 1 4 / 2 5.
    let rows: Vec<Vec<&str>> = turned.plain().lines().skip(1).map(|l| l.split_whitespace().collect()).collect();
    assert_eq!(rows, [["0", "3.000"], ["1.000", "4.000"], ["2.000", "5.000"]]);
}

#[test]
fn not_finite_values_are_counted() {
    let tensor = Tensor::new(&[[f32::NAN, f32::INFINITY], [1.0, 2.0]], &Device::Cpu).unwrap();
    assert!(tensor.content().unwrap().html().contains("2 not finite (grey)"));
    let nothing = Tensor::new(&[f32::NAN, f32::NAN], &Device::Cpu).unwrap();
    check_html(nothing.content().unwrap().html());
}

#[test]
fn a_variable_shows_itself_like_its_tensor() {
    let var = Var::zeros((2, 2), DType::F32, &Device::Cpu).unwrap();
    assert!(var.content().unwrap().plain().starts_with("Tensor [2, 2] f32"));
}
