//! Cells in other places, without biases, with a projection; the two written forms of a simple cell.

use lstm::prelude::*;

use crate::support::{CPU, flat, lstm_cell, normal, relative_error, rnn_cell};

fn projected(bias: bool) -> LstmCell {
    let options = CellOptions::default().bias(bias).proj_size(2);
    LstmCell::new_with(3, 4, options, Parameters::seeded(3, DType::F64, &CPU).builder()).unwrap()
}

#[test]
fn names_say_the_place() {
    let parameters = Parameters::seeded(1, DType::F32, &CPU);
    let vb = parameters.builder();
    GruCell::new_with(3, 4, CellOptions::default().place(2), vb.clone()).unwrap();
    let options = CellOptions::default().place(Place::reverse(0)).bias(false);
    RnnCell::new_with(3, 4, Activation::Tanh, options, vb).unwrap();
    let wanted =
        ["weight_ih_l2", "weight_hh_l2", "bias_ih_l2", "bias_hh_l2", "weight_ih_l0_reverse", "weight_hh_l0_reverse"];
    assert_eq!(parameters.names(), wanted);
    assert_eq!(Place::from(2), Place::forward(2));
}

#[test]
fn without_biases_is_with_biases_of_zero() {
    let xs = normal(1, [5, 2, 3]);
    let vb = |parameters: &Parameters| parameters.builder();
    let (one, two) = (Parameters::seeded(3, DType::F64, &CPU), Parameters::seeded(3, DType::F64, &CPU));
    let without = CellOptions::default().bias(false);

    // Biases are drawn after the weights, which are the same therefore.
    for form in [Form::Separate, Form::Concatenated] {
        let bare = LstmCell::new_with(3, 4, without, vb(&one).pp("lstm")).unwrap().with_form(form);
        let zero = LstmCell::new(3, 4, vb(&two).pp("lstm")).unwrap().with_form(form);
        for (ours, theirs) in bare.vars().iter().zip(zero.vars()) {
            theirs.set(ours).unwrap();
        }
        Gate::LECTURE_ORDER.iter().for_each(|&gate| zero.set_bias(gate, 0.0).unwrap());
        assert_eq!(flat(&bare.unroll(&xs, None).unwrap().0), flat(&zero.unroll(&xs, None).unwrap().0));
        assert_eq!(flat(&bare.weights(Gate::Output).unwrap().b), [0.0; 4]);
        // 4H(D + H) = 4 · 4 · 7.
        assert_eq!((bare.vars().len(), bare.parameter_count()), (2, 112));
        let refused = bare.set_forget_bias(1.0).unwrap_err().to_string();
        assert_eq!(refused, "`value` must be for a cell that has biases, got 1 for one made without");
    }
    let bare = GruCell::new_with(3, 4, without, vb(&one).pp("gru")).unwrap();
    let zero = GruCell::new(3, 4, vb(&two).pp("gru")).unwrap();
    for (ours, theirs) in bare.vars().iter().zip(zero.vars()) {
        theirs.set(ours).unwrap();
    }
    GruGate::PYTORCH_ORDER.iter().for_each(|&gate| zero.set_bias(gate, 0.0).unwrap());
    assert_eq!(flat(&bare.unroll(&xs, None).unwrap().0), flat(&zero.unroll(&xs, None).unwrap().0));

    let bare = RnnCell::new_with(3, 4, Activation::Tanh, without, vb(&one).pp("rnn")).unwrap();
    assert_eq!(flat(&bare.b().unwrap()), [0.0; 4]);
    assert_eq!(bare.vars().len(), 2);
    assert!(bare.set_bias(1.0).is_err());
}

#[test]
fn a_projection_is_one_more_product() {
    let cell = projected(true);
    let (x, state) = (normal(1, [2, 3]), LstmState::projected(normal(2, [2, 2]), normal(3, [2, 4])).unwrap());
    let c = {
        let [f, i] = [cell.forget(&x, &state.h), cell.input(&x, &state.h)].map(Result::unwrap);
        cell.update(&f, &state.c, &i, &cell.candidate(&x, &state.h).unwrap()).unwrap()
    };
    let shown = cell.output(&x, &state.h).unwrap().mul(&c.tanh().unwrap()).unwrap();
    let w_hr = cell.vars()[4].clone();
    assert_eq!(w_hr.dims(), [2, 4]);
    let after = cell.forward(&x, &state).unwrap();
    assert_eq!(flat(&after.h), flat(&shown.matmul(&w_hr.t().unwrap()).unwrap()));
    assert_eq!(flat(&after.c), flat(&c));
    assert_eq!(cell.weights(Gate::Input).unwrap().u.dims(), [4, 2]);
    // 4H(D + P + 2) + P·H = 16 · 7 + 8.
    assert_eq!(cell.parameter_count(), 120);
    assert!(cell.compare_forms(&x, &state).unwrap().largest() < 1e-14);
}

#[test]
fn traces_and_gradients_know_the_projection() {
    let cell = projected(true);
    let xs = normal(1, [5, 2, 3]);
    let trace = cell.trace(&xs, None).unwrap();
    let (outputs, last) = cell.unroll(&xs, None).unwrap();
    assert_eq!(flat(&trace.h), flat(&outputs));
    assert!(!trace.h.track_op(), "nothing backpropagates through a trace");
    assert_eq!((trace.h0.dims(), trace.c0.dims()), (&[2, 2][..], &[2, 4][..]));
    assert_eq!(flat(&trace.c.get(4).unwrap()), flat(&last.c));

    let found = gradients::lstm_gradients(&cell, &xs, Tensor::sum_all).unwrap();
    let norm = |gradient: &Tensor| flat(gradient).iter().map(|g| g * g).sum::<f64>().sqrt();
    let zeros = cell.zero_state(2).unwrap();
    let [h0, c0] = [&zeros.h, &zeros.c].map(|part| Var::from_tensor(part).unwrap());
    let state = LstmState { h: h0.as_tensor().clone(), c: c0.as_tensor().clone() };
    let store = cell.unroll(&xs, Some(&state)).unwrap().1.h.sum_all().unwrap().backward().unwrap();
    let cell_norms = found.cell_norms.unwrap();
    assert!((found.norms[0] - norm(store.get(&h0).unwrap())).abs() < 1e-14);
    assert!((cell_norms[0] - norm(store.get(&c0).unwrap())).abs() < 1e-14);
    // The last cell state acts through the last hidden state alone.
    let c = Var::from_tensor(&last.c).unwrap();
    let store = cell.hidden(&trace.o.get(4).unwrap(), &c).unwrap().sum_all().unwrap().backward().unwrap();
    assert!((cell_norms[5] - norm(store.get(&c).unwrap())).abs() < 1e-14);

    let one = xs.narrow(1, 0, 1).unwrap();
    let jacobians = gradients::lstm_jacobians(&cell, &one).unwrap();
    let of_first = &jacobians.steps[0];
    assert_eq!(of_first.dims(), [6, 6]);
    let f = flat(&cell.trace(&one, None).unwrap().f.get(0).unwrap());
    let of_c: Vec<Vec<f64>> = of_first.narrow(0, 2, 4).unwrap().narrow(1, 2, 4).unwrap().to_vec2().unwrap();
    for (row, values) in of_c.iter().enumerate() {
        for (column, value) in values.iter().enumerate() {
            let wanted = if row == column { f[row] } else { 0.0 };
            assert!((value - wanted).abs() < 1e-14);
        }
    }
}

#[test]
fn projections_out_of_range() {
    let vb = Parameters::seeded(3, DType::F64, &CPU).builder();
    let options = |size| CellOptions::default().proj_size(size);
    for size in [0, 4, 5] {
        let text = LstmCell::new_with(3, 4, options(size), vb.clone()).unwrap_err().to_string();
        assert_eq!(text, format!("`proj_size` must be at least 1 and below H = 4, got {size}"));
    }
    let wanted = "`proj_size` must be left out: only an LSTM has a projection, got 2";
    assert_eq!(GruCell::new_with(3, 4, options(2), vb.clone()).unwrap_err().to_string(), wanted);
    let rnn = RnnCell::new_with(3, 4, Activation::Tanh, options(2), vb);
    assert_eq!(rnn.unwrap_err().to_string(), wanted);

    let says = |result: Result<LstmState>, wanted: &str| assert_eq!(result.unwrap_err().to_string(), wanted);
    says(LstmState::projected(normal(1, [2, 2]), normal(1, [3, 4])), "`c` must have shape [B = 2, H >= 1], got [3, 4]");
    says(LstmState::projected(normal(1, [2]), normal(1, [2])), "`h` must have shape [B >= 1, P >= 1], got [2]");
    says(
        LstmState::new(normal(1, [3, 2, 4]), normal(1, [3, 2, 5])),
        "`c` must have shape [L·directions = 3, B = 2, H = 4], got [3, 2, 5]",
    );
    let text = projected(true).forward(&normal(1, [2, 3]), &lstm_cell(3, 4).zero_state(2).unwrap()).unwrap_err();
    assert_eq!(text.to_string(), "`h` must have shape [B = 2, P = 2], got [2, 4]");
}

#[test]
fn both_forms_of_a_simple_cell_agree() {
    let cell = rnn_cell(3, 4, Activation::Tanh);
    assert_eq!(cell.form(), Form::Separate);
    let joined = cell.clone().with_form(Form::Concatenated);
    let xs = normal(1, [5, 2, 3]);
    let (separate, _) = cell.unroll(&xs, None).unwrap();
    assert!(relative_error(&joined.unroll(&xs, None).unwrap().0, &separate) < 1e-14);
    let check = cell.compare_forms(&normal(1, [2, 3]), &normal(2, [2, 4])).unwrap();
    assert!(check.largest() < 1e-14, "{check}");
    assert_eq!(check.largest(), check.difference);
    let infinite = (normal(1, [2, 3]) * f64::INFINITY).unwrap();
    assert!(cell.compare_forms(&infinite, &normal(2, [2, 4])).unwrap().largest().is_nan());
}
