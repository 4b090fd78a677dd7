//! Gradients through time: against one backward pass over the whole graph, Jacobians, products, explosions.

use lstm::gradients::Pass;
use lstm::prelude::*;

use crate::support::{CPU, flat, lstm_cell, normal, relative_error, rnn_cell};

fn product(steps: &[Tensor]) -> Tensor {
    let mut product = steps[0].clone();
    for step in &steps[1..] {
        product = step.matmul(&product).unwrap();
    }
    product
}

#[test]
fn jacobians_of_the_rnn_are_slope_times_weights() {
    let cell = rnn_cell(2, 5, Activation::Tanh);
    let xs = normal(1, [6, 1, 2]);
    let found = gradients::rnn_jacobians(&cell, &xs).unwrap();
    let pre = cell.trace(&xs, None).unwrap().pre;
    assert_eq!(found.steps.len(), 6);
    for (t, jacobian) in found.steps.iter().enumerate() {
        let slopes = Activation::Tanh.derivative(&pre.get(t).unwrap()).unwrap();
        let wanted = cell.u().unwrap().broadcast_mul(&slopes.t().unwrap()).unwrap();
        assert!(relative_error(jacobian, &wanted) < 1e-14);
        let norm = gradients::spectral_norm(&wanted).unwrap();
        assert!((found.norms[t] - norm).abs() < 1e-12);
    }
}

#[test]
fn jacobians_multiply_to_the_gradient_of_the_whole() {
    // ∂L/∂h_0 for L = Σ h_T is the column sum of the product of all Jacobians.
    let cell = rnn_cell(2, 5, Activation::Sigmoid);
    let xs = normal(1, [6, 1, 2]);
    let whole = product(&gradients::rnn_jacobians(&cell, &xs).unwrap().steps);
    let norm = flat(&whole.sum(0).unwrap()).iter().map(|g| g * g).sum::<f64>().sqrt();
    let found = gradients::rnn_gradients(&cell, &xs, Tensor::sum_all).unwrap();
    assert!((found.norms[0] / norm - 1.0).abs() < 1e-12);
    let split = gradients::product_split(&cell, &xs).unwrap();
    let last = gradients::spectral_norm(&whole).unwrap();
    assert!((split.product[6] / last - 1.0).abs() < 1e-12);
}

#[test]
fn jacobians_of_the_lstm_hold_the_forget_gate() {
    let cell = lstm_cell(2, 3);
    let xs = normal(1, [4, 1, 2]);
    let found = gradients::lstm_jacobians(&cell, &xs).unwrap();
    let trace = cell.trace(&xs, None).unwrap();
    for (t, jacobian) in found.steps.iter().enumerate() {
        assert_eq!(jacobian.dims(), [6, 6]);
        let block = flat(&jacobian.i((3.., 3..)).unwrap().contiguous().unwrap());
        let f = flat(&trace.f.get(t).unwrap());
        for row in 0..3 {
            for column in 0..3 {
                let wanted = if row == column { f[row] } else { 0.0 };
                assert!((block[3 * row + column] - wanted).abs() < 1e-15);
            }
        }
    }
    // Rows 0..3 of the product are ∂h_T/∂(h_0, c_0); summed they are the gradient of Σ h_T.
    let whole = product(&found.steps);
    let gradient = flat(&whole.narrow(0, 0, 3).unwrap().sum(0).unwrap());
    let norms = gradients::lstm_gradients(&cell, &xs, Tensor::sum_all).unwrap();
    let norm = |part: &[f64]| part.iter().map(|g| g * g).sum::<f64>().sqrt();
    assert!((norms.norms[0] / norm(&gradient[..3]) - 1.0).abs() < 1e-12);
    assert!((norms.cell_norms.unwrap()[0] / norm(&gradient[3..]) - 1.0).abs() < 1e-12);
}

#[test]
fn the_split_of_a_linear_stretch_is_weights_alone() {
    // ReLU with positive states has slope 1, so the product is Uᵏ: 0.5 times the identity, 0.5ᵏ.
    let cell = rnn_cell(1, 3, Activation::Relu);
    cell.set_u(&init::identity(3, 0.5, DType::F64, &CPU).unwrap()).unwrap();
    cell.set_w(&Tensor::ones((3, 1), DType::F64, &CPU).unwrap()).unwrap();
    cell.set_bias(0.0).unwrap();
    let xs = Tensor::ones((10, 1, 1), DType::F64, &CPU).unwrap();
    let split = gradients::product_split(&cell, &xs).unwrap();
    for (k, half) in gradients::alpha_power(0.5, 10).into_iter().enumerate() {
        assert!((split.weights[k] / half - 1.0).abs() < 1e-12);
        assert!((split.product[k] / half - 1.0).abs() < 1e-12);
        assert_eq!(split.slopes[k], 1.0);
    }
}

#[test]
fn weights_and_slopes_bound_the_product() {
    let cell = rnn_cell(2, 6, Activation::Tanh);
    let split = gradients::product_split(&cell, &normal(1, [20, 1, 2])).unwrap();
    let norm = gradients::spectral_norm(&cell.u().unwrap()).unwrap();
    for k in 1..=20 {
        assert!(split.slopes[k] <= split.slopes[k - 1]);
        assert!(split.product[k] <= split.product[k - 1] * norm + 1e-300);
        assert!(split.weights[k] <= norm.powi(k as i32) * (1.0 + 1e-9));
    }
}

#[test]
fn an_explosion_is_reported_where_it_happens() {
    // h doubles at each step from 1: 2¹²⁸ is the first beyond f32, after 128 steps from h_0 = 0 and x_1 = 1: h_t = 2^t - 1.
    let parameters = Parameters::seeded(1, DType::F32, &CPU);
    let cell = RnnCell::new(1, 1, Activation::Relu, parameters.builder()).unwrap();
    cell.set_u(&init::identity(1, 2.0, DType::F32, &CPU).unwrap()).unwrap();
    cell.set_w(&Tensor::ones((1, 1), DType::F32, &CPU).unwrap()).unwrap();
    cell.set_bias(0.0).unwrap();
    let xs = Tensor::ones((200, 1, 1), DType::F32, &CPU).unwrap();
    let found = gradients::rnn_gradients(&cell, &xs, Tensor::sum_all).unwrap();
    assert_eq!(found.exploded_at, Some(128));
    assert_eq!(found.exploded_in, Some(Pass::Forward));
    assert_eq!(found.norms.len(), 201);

    // From x = 0 the state stays 0 and so would the slope; x tiny keeps it 1 and the states finite: 1e-30 · 2¹⁵⁰ < 2¹²⁸,
    // but the gradient 2^(150 - t) passes 2¹²⁸ at t = 22.
    let xs = Tensor::full(1e-30f32, (150, 1, 1), &CPU).unwrap();
    let found = gradients::rnn_gradients(&cell, &xs, Tensor::sum_all).unwrap();
    assert_eq!(found.exploded_at, Some(22));
    assert_eq!(found.exploded_in, Some(Pass::Backward));
    assert_eq!(found.norms[23], 2f64.powi(127));

    let split = gradients::product_split(&cell, &xs).unwrap();
    assert_eq!(split.product.len(), 151);
    assert!(gradients::rnn_jacobians(&cell, &xs).unwrap().norms.iter().all(|n| (n - 2.0).abs() < 1e-12));
}

#[test]
fn nan_in_the_input_is_reported_not_fatal() {
    let mut values = flat(&normal(1, [6, 1, 3]));
    values[2 * 3] = f64::NAN; // the third step
    let xs = Tensor::from_vec(values, (6, 1, 3), &CPU).unwrap();
    let lstm = gradients::lstm_gradients(&lstm_cell(3, 4), &xs, Tensor::sum_all).unwrap();
    assert_eq!((lstm.exploded_at, lstm.exploded_in), (Some(3), Some(Pass::Forward)));
    for activation in Activation::ALL {
        let cell = rnn_cell(3, 4, activation);
        let rnn = gradients::rnn_gradients(&cell, &xs, Tensor::sum_all).unwrap();
        assert_eq!(rnn.exploded_at, Some(3));
        gradients::product_split(&cell, &xs).unwrap();
        let jacobians = gradients::rnn_jacobians(&cell, &xs).unwrap();
        assert!(jacobians.norms[1].is_finite());
    }
    let jacobians = gradients::lstm_jacobians(&lstm_cell(3, 4), &xs).unwrap();
    assert!(jacobians.norms[1].is_finite() && jacobians.norms[2].is_nan());
}

#[test]
fn losses_of_ones_own() {
    let cell = lstm_cell(3, 4);
    let xs = normal(1, [5, 2, 3]);
    let twice = |h: &Tensor| h.sum_all()? * 2.0;
    let one = gradients::lstm_gradients(&cell, &xs, Tensor::sum_all).unwrap();
    let two = gradients::lstm_gradients(&cell, &xs, twice).unwrap();
    for (a, b) in one.norms.iter().zip(&two.norms) {
        assert!((b / a - 2.0).abs() < 1e-12);
    }
    random::seed(4);
    let projection = gradients::random_projection(4, DType::F64, &CPU).unwrap();
    let projected = gradients::lstm_gradients(&cell, &xs, projection).unwrap();
    assert!(projected.norms.iter().all(|&norm| norm > 0.0));
    // A loss that ignores the state has no gradient.
    let none = gradients::lstm_gradients(&cell, &xs, |h| h.detach().sum_all()).unwrap();
    assert!(none.norms.iter().all(|&norm| norm == 0.0));
}

#[test]
fn a_fully_forced_cell_has_no_gradient_but_through_its_memory() {
    let mut cell = lstm_cell(3, 4);
    for gate in Gate::LECTURE_ORDER {
        cell = cell.with_override(gate, Override::OPEN);
    }
    let found = gradients::lstm_gradients(&cell, &normal(1, [3, 1, 3]), Tensor::sum_all).unwrap();
    assert_eq!(found.norms[..3], [0.0, 0.0, 0.0]);
    // c_3 = 3, h = tanh(3): each unit's ∂h/∂c = 1 - tanh²(3) at every distance, times √4 units.
    let wanted = 2.0 * (1.0 - 3f64.tanh().powi(2));
    for norm in &found.cell_norms.unwrap() {
        assert!((norm / wanted - 1.0).abs() < 1e-12);
    }
}

#[test]
fn powers_of_alpha() {
    assert_eq!(gradients::alpha_power(2.0, 3), [1.0, 2.0, 4.0, 8.0]);
    assert_eq!(gradients::alpha_power(0.9, 0), [1.0]);
    assert_eq!(gradients::alpha_power(10.0, 400)[400], f64::INFINITY);
    assert_eq!(gradients::alpha_power(0.1, 400)[400], 0.0);
    // No number of steps fills the memory.
    assert_eq!(gradients::alpha_power(1.0, usize::MAX).len(), 1_000_001);
}

#[test]
fn norms_over_time_are_right_in_the_whole_range_of_f64() {
    // Without input and bias every state is 0, so that each step scales the gradient by exactly the diagonal of U.
    let parameters = Parameters::seeded(0, DType::F64, &CPU);
    let cell = RnnCell::new(1, 4, Activation::Tanh, parameters.builder()).unwrap();
    cell.set_bias(0.0).unwrap();
    let xs = Tensor::zeros((3, 1, 1), DType::F64, &CPU).unwrap();
    for scale in [1e-100, 1e-60, 1.0, 1e60, 1e100] {
        cell.set_u(&init::identity(4, scale, DType::F64, &CPU).unwrap()).unwrap();
        let found = gradients::rnn_gradients(&cell, &xs, Tensor::sum_all).unwrap();
        // Four ones have norm 2; three steps back it is 2 · scale³.
        for (steps, norm) in found.norms.iter().rev().enumerate() {
            let wanted = 2.0 * scale.powi(steps as i32);
            assert!((norm / wanted - 1.0).abs() < 1e-12, "{scale:e}, {steps} steps back: {norm:e}");
        }
        assert_eq!(found.exploded_at, None);
    }
    // 10^120 once, twice, and at the third step back out of range.
    cell.set_u(&init::identity(4, 1e120, DType::F64, &CPU).unwrap()).unwrap();
    let found = gradients::rnn_gradients(&cell, &xs, Tensor::sum_all).unwrap();
    assert_eq!((found.exploded_at, found.exploded_in), (Some(0), Some(Pass::Backward)));
    // Four finite components of 10^308 have a norm of 2 · 10^308, which no f64 holds.
    let huge = |h: &Tensor| h.sum_all()? * 1e308;
    let found = gradients::rnn_gradients(&cell, &xs, huge).unwrap();
    assert_eq!((found.norms[3], found.exploded_at), (f64::INFINITY, Some(3)));
}
