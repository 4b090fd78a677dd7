//! The fact that the lecture is about: over many steps an RNN's gradient vanishes and an LSTM's does not.

use lstm::prelude::*;

use crate::support::{CPU, normal};

const STEPS: usize = 100;

/// log₁₀ of how much of ‖∂L/∂h_T‖ is left at `h_0`.
fn decades(norms: &[f64]) -> f64 {
    (norms[0] / norms[norms.len() - 1]).log10()
}

fn rnn(hidden: usize, seed: u64) -> f64 {
    let parameters = Parameters::seeded(seed, DType::F64, &CPU);
    let cell = RnnCell::new(4, hidden, Activation::Tanh, parameters.builder()).unwrap();
    let xs = normal(seed + 100, [STEPS, 1, 4]);
    decades(&gradients::rnn_gradients(&cell, &xs, Tensor::sum_all).unwrap().norms)
}

fn lstm(hidden: usize, seed: u64, forget_bias: Option<f64>) -> (f64, f64) {
    let parameters = Parameters::seeded(seed, DType::F64, &CPU);
    let cell = LstmCell::new(4, hidden, parameters.builder()).unwrap();
    if let Some(bias) = forget_bias {
        cell.set_forget_bias(bias).unwrap();
    }
    let xs = normal(seed + 100, [STEPS, 1, 4]);
    let found = gradients::lstm_gradients(&cell, &xs, Tensor::sum_all).unwrap();
    (decades(&found.norms), decades(&found.cell_norms.unwrap()))
}

#[test]
fn an_rnn_forgets_within_a_hundred_steps() {
    for seed in 0..3 {
        let lost = rnn(32, seed);
        println!("tanh RNN, PyTorch's default weights: 10^{lost:.1}");
        assert!(lost < -20.0);
    }
}

#[test]
fn small_recurrent_weights_are_enough() {
    // ‖U‖ = 1/2 and slopes of at most 1: at most 0.5¹⁰⁰ = 10^-30.1 is left.
    let parameters = Parameters::seeded(0, DType::F64, &CPU);
    let cell = RnnCell::new(4, 32, Activation::Tanh, parameters.builder()).unwrap();
    let half = init::orthogonal(32, DType::F64, &CPU).unwrap() * 0.5;
    cell.set_u(&half.unwrap()).unwrap();
    let xs = normal(100, [STEPS, 1, 4]);
    let found = gradients::rnn_gradients(&cell, &xs, Tensor::sum_all).unwrap();
    let lost = decades(&found.norms);
    println!("tanh RNN, U half an orthogonal matrix: 10^{lost:.1}");
    assert!((-60.0..-30.1).contains(&lost));
    assert_eq!(found.exploded_at, None);
}

#[test]
fn an_lstm_remembers_as_long_as_its_forget_gate_is_open() {
    for seed in 0..3 {
        let by_bias = [0.0, 1.0, 2.0, 3.0, 5.0].map(|bias| lstm(32, seed, Some(bias)));
        println!("LSTM, forget bias 0, 1, 2, 3, 5 (‖∂L/∂h‖, ‖∂L/∂c‖): {by_bias:.1?}");
        // Each larger bias keeps more.
        assert!(by_bias.windows(2).all(|pair| pair[0].0 < pair[1].0));
        // σ(1)¹⁰⁰ = 0.731¹⁰⁰ = 10^-13.6 is what the memory of one unit alone would keep; the units together keep more.
        let [_, one, two, three, five] = by_bias;
        assert!((-13.6..-6.0).contains(&one.0));
        // σ(2)¹⁰⁰ = 10^-5.5, σ(3)¹⁰⁰ = 10^-2.1, σ(5)¹⁰⁰ = 10^-0.3.
        assert!((-5.5..-2.0).contains(&two.0));
        assert!(three.0 > -2.1 && five.0 > -0.5);
        // The simple network, with the same inputs, keeps ten thousand million times less than bias 1 does.
        assert!(rnn(32, seed) < one.0 - 10.0);
    }
}

#[test]
fn an_open_forget_gate_keeps_the_memorys_gradient_whole() {
    // With f = 1 and no way through the gates (U = 0), ∂c_T/∂c_t = 1 at any distance.
    let parameters = Parameters::seeded(0, DType::F64, &CPU);
    let cell = LstmCell::new(4, 8, parameters.builder()).unwrap();
    let zeros = Tensor::zeros((8, 8), DType::F64, &CPU).unwrap();
    for gate in Gate::LECTURE_ORDER {
        cell.set_u(gate, &zeros).unwrap();
    }
    let cell = cell.with_override(Gate::Forget, Override::OPEN);
    let xs = normal(100, [STEPS, 1, 4]);
    let found = gradients::lstm_gradients(&cell, &xs, Tensor::sum_all).unwrap();
    let norms = found.cell_norms.unwrap();
    assert!(norms.iter().all(|norm| (norm / norms[STEPS] - 1.0).abs() < 1e-12));
}
