//! The fused cross entropy against the plain one.

use lstm::random::Generator;

use super::*;

/// The value and the gradient with respect to the logits, times a factor that the rest of a graph may bring.
fn both(logits: &Tensor, loss: impl Fn(&Tensor) -> Tensor) -> (f64, Vec<f64>) {
    let logits = Var::from_tensor(logits).unwrap();
    let value = (loss(&logits) * 2.5).unwrap();
    let gradients = value.backward().unwrap();
    (numbers(&value)[0], numbers(gradients.get(&logits).unwrap()))
}

fn targets(generator: &mut Generator, shape: (usize, usize), size: usize) -> Tensor {
    let ids: Vec<u32> = (0..shape.0 * shape.1).map(|_| generator.below(size) as u32).collect();
    Tensor::from_vec(ids, shape, &CPU).unwrap()
}

#[test]
fn value_and_gradient_are_those_of_the_plain_loss() {
    let mut generator = Generator::new(1);
    // Sizes below, at and beyond vectors of 4, 8 and 16 numbers, and one that takes several tasks.
    for (steps, batch, size) in [(1, 1, 1), (2, 3, 2), (3, 1, 15), (4, 5, 16), (2, 2, 17), (9, 7, 45), (3, 20, 1001)] {
        for scale in [0.1, 3.0, 60.0] {
            let logits = (generator.randn((steps, batch, size), DType::F64, &CPU).unwrap() * scale).unwrap();
            let targets = targets(&mut generator, (steps, batch), size);
            let flat = targets.flatten_all().unwrap();
            let plain = both(&logits, |x| candle_nn::loss::cross_entropy(&x.flatten_to(1).unwrap(), &flat).unwrap());
            let fused = both(&logits.to_dtype(DType::F32).unwrap(), |x| loss::cross_entropy(x, &targets).unwrap());
            let wide = both(&logits, |x| loss::cross_entropy(x, &targets).unwrap());
            assert_eq!(wide.0, plain.0);
            assert!((fused.0 - plain.0).abs() <= 2e-6 * plain.0.abs().max(1.0), "{fused:?} {plain:?}");
            let largest = fused.1.iter().zip(&plain.1).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            let rows = (steps * batch) as f64;
            // A logit of up to about 4 · scale is rounded to 6·10⁻⁸ of itself, which is the error of its exponential.
            assert!(largest * rows < 2.5 * 3e-7 * (4.0 * scale + 5.0), "{size} {scale}: {largest:e}");
        }
    }
}

#[test]
fn transposed_logits_and_large_ones_are_right() {
    let logits = Tensor::new(&[[1e4f32, 0.0, -1e4], [-1e4, 1e4, 0.0]], &CPU).unwrap();
    let targets = Tensor::new(&[0u32, 2], &CPU).unwrap();
    assert_eq!(numbers(&loss::cross_entropy(&logits, &targets).unwrap()), [5000.0]); // (0 + 10⁴) / 2
    let transposed = logits.t().unwrap().contiguous().unwrap().t().unwrap();
    assert_eq!(numbers(&loss::cross_entropy(&transposed, &targets).unwrap()), [5000.0]);
    let masked = Tensor::new(&[[0f32, f32::NEG_INFINITY, 0.0]], &CPU).unwrap();
    let masked = numbers(&loss::cross_entropy(&masked, &Tensor::new(&[0u32], &CPU).unwrap()).unwrap())[0];
    assert!((masked - 2f64.ln()).abs() < 1e-6);
}

#[test]
fn nan_wherever_it_stands_is_seen() {
    for size in [3, 16, 40] {
        for place in [0, size / 2, size - 1] {
            let mut row = vec![0.5f32; size];
            row[place] = f32::NAN;
            let logits = Tensor::from_vec(row, (1, size), &CPU).unwrap();
            let value = loss::cross_entropy(&logits, &Tensor::new(&[0u32], &CPU).unwrap()).unwrap();
            assert!(numbers(&value)[0].is_nan(), "{size} {place}");
        }
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let logits = Tensor::zeros((2, 3, 4), DType::F32, &CPU).unwrap();
    let ids = |shape: &[usize]| Tensor::ones(shape, DType::U32, &CPU).unwrap();
    assert!(matches!(loss::cross_entropy(&logits, &ids(&[3, 2])), Err(Error::Shape { .. })));
    let beyond = (ids(&[2, 3]) * 4.0).unwrap();
    assert!(format!("{:?}", loss::cross_entropy(&logits, &beyond).unwrap_err()).contains("below V = 4"));
}
