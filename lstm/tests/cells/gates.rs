//! The step opened up: each operation alone, overrides, both forms, traces, weights of one gate.

use lstm::prelude::*;

use crate::support::{CPU, flat, lstm_cell, normal, relative_error, rnn_cell};

fn sigmoid(a: f64) -> f64 {
    1.0 / (1.0 + (-a).exp())
}

/// A cell with D = H = 1 whose gates can be computed on paper: W = U = 0 but for the input's weights given.
fn paper_cell(w: [(Gate, f64); 4], b: f64) -> LstmCell {
    let cell = lstm_cell(1, 1);
    for (gate, w) in w {
        cell.set_w(gate, &Tensor::new(&[[w]], &CPU).unwrap()).unwrap();
        cell.set_u(gate, &Tensor::new(&[[0.5f64]], &CPU).unwrap()).unwrap();
        cell.set_bias(gate, b).unwrap();
    }
    cell
}

#[test]
fn one_step_on_paper() {
    // a = w x + 0.5 h + b with x = 2, h = 0.2, b = 0.1:  f: 1·2 + 0.1 + 0.1 = 2.2;  i: -1·2 + 0.2 = -1.8;
    // c̃: 0.5·2 + 0.2 = 1.2;  o: 0·2 + 0.2 = 0.2.
    let cell = paper_cell([(Gate::Forget, 1.0), (Gate::Input, -1.0), (Gate::Candidate, 0.5), (Gate::Output, 0.0)], 0.1);
    let x = Tensor::new(&[[2.0f64]], &CPU).unwrap();
    let [h, c] = [0.2f64, -0.7].map(|value| Tensor::new(&[[value]], &CPU).unwrap());

    let f = cell.forget(&x, &h).unwrap();
    let i = cell.input(&x, &h).unwrap();
    let candidate = cell.candidate(&x, &h).unwrap();
    let o = cell.output(&x, &h).unwrap();
    for (got, wanted) in [(&f, sigmoid(2.2)), (&i, sigmoid(-1.8)), (&candidate, 1.2f64.tanh()), (&o, sigmoid(0.2))] {
        assert!((flat(got)[0] - wanted).abs() < 1e-15);
    }
    // c = f · (-0.7) + i · c̃, h = o · tanh(c).
    let new_c = sigmoid(2.2) * -0.7 + sigmoid(-1.8) * 1.2f64.tanh();
    let new_h = sigmoid(0.2) * new_c.tanh();
    let updated = cell.update(&f, &c, &i, &candidate).unwrap();
    assert!((flat(&updated)[0] - new_c).abs() < 1e-15);
    assert!((flat(&cell.hidden(&o, &updated).unwrap())[0] - new_h).abs() < 1e-15);

    let state = cell.forward(&x, &LstmState::new(h, c).unwrap()).unwrap();
    assert!((flat(&state.c)[0] - new_c).abs() < 1e-15);
    assert!((flat(&state.h)[0] - new_h).abs() < 1e-15);
}

#[test]
fn forced_gates_stay_forced() {
    let cell = lstm_cell(3, 4)
        .with_override(Gate::Forget, Override::OPEN)
        .with_override(Gate::Input, Override::CLOSED)
        .with_override(Gate::Output, Override::Constant(0.25));
    let xs = normal(1, [6, 2, 3]);
    let state = LstmState::new(normal(2, [2, 4]), normal(3, [2, 4])).unwrap();
    let trace = cell.trace(&xs, Some(&state)).unwrap();
    assert!(flat(&trace.f).iter().all(|&f| f == 1.0));
    assert!(flat(&trace.i).iter().all(|&i| i == 0.0));
    assert!(flat(&trace.o).iter().all(|&o| o == 0.25));
    // f = 1 and i = 0: the memory never changes.
    assert_eq!(flat(&trace.c.get(5).unwrap()), flat(&state.c));
    // What the gates would have been is still there.
    assert!(flat(&trace.pre_f).iter().all(|&a| a.is_finite() && a != 1.0));

    let (_, last) = cell.unroll(&xs, Some(&state)).unwrap();
    assert_eq!(flat(&last.c), flat(&state.c));
    let quarter: Vec<f64> = flat(&state.c).iter().map(|c| 0.25 * c.tanh()).collect();
    assert!(flat(&last.h).iter().zip(&quarter).all(|(a, b)| (a - b).abs() < 1e-15));
}

#[test]
fn a_closed_output_hides_everything_and_a_forced_candidate_is_stored() {
    let cell = lstm_cell(3, 4).with_override(Gate::Output, Override::CLOSED);
    let xs = normal(1, [5, 2, 3]);
    let (outputs, _) = cell.unroll(&xs, None).unwrap();
    assert!(flat(&outputs).iter().all(|&h| h == 0.0));

    // c_t = c_{t-1} + 1 · 0.5: after 5 steps from 0 it is 2.5.
    let counter = lstm_cell(3, 4)
        .with_override(Gate::Forget, Override::OPEN)
        .with_override(Gate::Input, Override::OPEN)
        .with_override(Gate::Candidate, Override::Constant(0.5));
    let (_, last) = counter.unroll(&xs, None).unwrap();
    assert!(flat(&last.c).iter().all(|&c| c == 2.5));
    assert_eq!(counter.override_of(Gate::Output), None);
}

#[test]
fn an_override_leaves_the_weights_shared_but_without_gradient() {
    let cell = lstm_cell(3, 4);
    let ablated = cell.clone().with_override(Gate::Forget, Override::OPEN);
    let (outputs, _) = ablated.unroll(&normal(1, [5, 2, 3]), None).unwrap();
    let store = outputs.sum_all().unwrap().backward().unwrap();
    let gradient = store.get(&cell.vars()[0]).unwrap().clone();
    let of_forget = flat(&gradient.narrow(0, 4, 4).unwrap());
    let of_input = flat(&gradient.narrow(0, 0, 4).unwrap());
    assert!(of_forget.iter().all(|&g| g == 0.0));
    assert!(of_input.iter().any(|&g| g != 0.0));
}

#[test]
fn both_forms_agree() {
    let cell = lstm_cell(10, 50);
    let state = LstmState::new(normal(2, [7, 50]), normal(3, [7, 50])).unwrap();
    let check = cell.compare_forms(&normal(1, [7, 10]), &state).unwrap();
    println!("{check}");
    assert_eq!(check.differences.map(|(gate, _)| gate), Gate::LECTURE_ORDER);
    assert!(check.largest() < 1e-13);
    assert!(check.to_string().contains("forget gate"));

    let nan = (normal(1, [7, 10]) * f64::NAN).unwrap();
    assert!(cell.compare_forms(&nan, &state).unwrap().largest().is_nan());
}

#[test]
fn a_trace_holds_what_unroll_computes() {
    let cell = lstm_cell(3, 4);
    let xs = normal(1, [6, 2, 3]);
    let trace = cell.trace(&xs, None).unwrap();
    let (outputs, last) = cell.unroll(&xs, None).unwrap();
    assert_eq!(flat(&trace.h), flat(&outputs));
    assert_eq!(flat(&trace.c.get(5).unwrap()), flat(&last.c));
    for gate in Gate::LECTURE_ORDER {
        let again = gate.activation().apply(trace.pre_activation(gate)).unwrap();
        assert_eq!(flat(&again), flat(trace.gate(gate)));
        assert_eq!(trace.gate(gate).dims(), [6, 2, 4]);
    }
    assert_eq!((trace.x.dims(), trace.h0.dims()), (&[6, 2, 3][..], &[2, 4][..]));
    assert_eq!(trace.first_non_finite().unwrap(), None);
}

#[test]
fn a_trace_says_where_numbers_end() {
    let mut values = flat(&normal(1, [6, 2, 3]));
    values[3 * 6 + 2] = f64::NAN; // step 3 of 6
    let xs = Tensor::from_vec(values, (6, 2, 3), &CPU).unwrap();
    let trace = lstm_cell(3, 4).trace(&xs, None).unwrap();
    assert_eq!(trace.first_non_finite().unwrap(), Some(3));
    for activation in Activation::ALL {
        let trace = rnn_cell(3, 4, activation).trace(&xs, None).unwrap();
        assert_eq!(trace.first_non_finite().unwrap(), Some(3));
        assert!(flat(&trace.h.get(3).unwrap()).iter().any(|h| h.is_nan()));
    }
}

#[test]
fn a_long_sequence_may_be_run_in_pieces() {
    let cell = lstm_cell(3, 4);
    let xs = normal(1, [8, 2, 3]);
    let (whole, _) = cell.unroll(&xs, None).unwrap();
    let (first, state) = cell.unroll(&xs.narrow(0, 0, 5).unwrap(), None).unwrap();
    let state = state.detach();
    let (second, _) = cell.unroll(&xs.narrow(0, 5, 3).unwrap(), Some(&state)).unwrap();
    let pieces = Tensor::cat(&[first, second], 0).unwrap();
    assert!(relative_error(&pieces, &whole) < 1e-15);
}

#[test]
fn sequences_need_not_be_contiguous() {
    let cell = lstm_cell(3, 4);
    let turned = normal(1, [2, 6, 3]).transpose(0, 1).unwrap();
    let straight = turned.contiguous().unwrap();
    let (a, _) = cell.unroll(&turned, None).unwrap();
    let (b, _) = cell.unroll(&straight, None).unwrap();
    assert_eq!(flat(&a), flat(&b));
    let rnn = rnn_cell(3, 4, Activation::Tanh);
    let (a, _) = rnn.unroll(&turned, None).unwrap();
    let (b, _) = rnn.unroll(&straight, None).unwrap();
    assert_eq!(flat(&a), flat(&b));
}

#[test]
fn weights_of_one_gate_are_its_rows() {
    let cell = lstm_cell(3, 4);
    let [w_ih, w_hh, b_ih, b_hh]: [Var; 4] = cell.vars().try_into().unwrap();
    for (block, gate) in Gate::PYTORCH_ORDER.into_iter().enumerate() {
        let weights = cell.weights(gate).unwrap();
        assert_eq!(flat(&weights.w), flat(&w_ih.narrow(0, 4 * block, 4).unwrap()));
        assert_eq!(flat(&weights.u), flat(&w_hh.narrow(0, 4 * block, 4).unwrap()));
        let sum: Vec<f64> = flat(&b_ih).iter().zip(flat(&b_hh)).map(|(a, b)| a + b).collect();
        assert_eq!(flat(&weights.b), sum[4 * block..4 * block + 4]);
    }
}

#[test]
fn a_forget_bias_changes_the_forget_gate_alone() {
    let cell = lstm_cell(3, 4);
    let before = Gate::LECTURE_ORDER.map(|gate| flat(&cell.weights(gate).unwrap().b));
    cell.set_forget_bias(1.0).unwrap();
    let after = Gate::LECTURE_ORDER.map(|gate| flat(&cell.weights(gate).unwrap().b));
    assert_eq!(after[0], [1.0; 4]);
    assert_eq!(after[1..], before[1..]);
}

#[test]
fn parameter_counts_are_pytorchs() {
    // 4H(D + H + 2) = 4 · 50 · 62 = 12 400 and H(D + H + 2) = 50 · 62 = 3 100.
    assert_eq!(lstm_cell(10, 50).parameter_count(), 12_400);
    assert_eq!(rnn_cell(10, 50, Activation::Relu).parameter_count(), 3_100);
}

#[test]
fn activations_and_slopes_agree_on_tensors_and_numbers() {
    let points = [-30.0, -2.0, -0.5, 0.0, 0.5, 2.0, 30.0];
    let a = Tensor::new(&points, &CPU).unwrap();
    for activation in Activation::ALL {
        let values = flat(&activation.apply(&a).unwrap());
        let slopes = flat(&activation.derivative(&a).unwrap());
        for (k, &point) in points.iter().enumerate() {
            assert!((values[k] - activation.apply_f64(point)).abs() < 1e-15);
            assert!((slopes[k] - activation.derivative_f64(point)).abs() < 1e-15);
            // Away from ReLU's corner the slope is what a difference quotient says.
            if point != 0.0 {
                let rise = activation.apply_f64(point + 1e-6) - activation.apply_f64(point - 1e-6);
                assert!((rise / 2e-6 - slopes[k]).abs() < 1e-8, "{activation:?} at {point}");
            }
        }
    }
    assert_eq!(Activation::Relu.derivative_f64(0.0), 0.0);
    assert_eq!(Activation::Sigmoid.derivative_f64(0.0), 0.25);
    assert_eq!(Activation::Tanh.derivative_f64(0.0), 1.0);
}

#[test]
fn device_says_what_and_why() {
    let best = device::best();
    let text = best.to_string();
    assert!(text.contains(": "), "{text}");
    if !cfg!(feature = "cuda") {
        assert_eq!(text, "CPU: built without CUDA (enable the `cuda` feature)");
    }
    Tensor::zeros((2, 2), DType::F32, &best.device).unwrap();
}
