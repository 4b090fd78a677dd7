//! Wrong arguments to the cells: one clear error that names the argument, never a panic.

use lstm::candle_core::safetensors;
use lstm::prelude::*;

use crate::support::{CPU, golden, lstm_cell, normal, rnn_cell};

fn message<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => panic!("accepted"),
        Err(error) => error.to_string(),
    }
}

/// Asserts the start of a message.
fn says<T>(result: Result<T>, wanted: &str) {
    let text = message(result);
    assert!(text.starts_with(wanted), "{text:?} does not start with {wanted:?}");
}

#[test]
fn sizes_of_zero() {
    let vb = Parameters::seeded(1, DType::F32, &CPU).builder();
    says(LstmCell::new(0, 4, vb.clone()), "`input_size` must be at least 1, got 0");
    says(LstmCell::new(3, 0, vb.clone()), "`hidden_size` must be at least 1, got 0");
    says(RnnCell::new(0, 4, Activation::Tanh, vb.clone()), "`input_size`");
    says(RnnCell::new(3, 0, Activation::Tanh, vb), "`hidden_size`");
    says(lstm_cell(3, 4).zero_state(0), "`batch` must be at least 1");
    says(rnn_cell(3, 4, Activation::Tanh).zero_state(0), "`batch`");
    says(gradients::random_projection(0, DType::F32, &CPU), "`hidden_size`");
}

#[test]
fn sequences_of_another_shape() {
    let lstm = lstm_cell(3, 4);
    let rnn = rnn_cell(3, 4, Activation::Tanh);
    for (xs, got) in [
        (normal(1, [5, 3]), "[5, 3]"),
        (normal(1, [5, 2, 4]), "[5, 2, 4]"),
        (normal(1, [0, 2, 3]), "[0, 2, 3]"),
        (normal(1, [5, 0, 3]), "[5, 0, 3]"),
        (normal(1, [5, 2, 3, 1]), "[5, 2, 3, 1]"),
    ] {
        let wanted = format!("`xs` must have shape [T >= 1, B >= 1, D = 3], got {got}");
        says(lstm.unroll(&xs, None), &wanted);
        says(lstm.trace(&xs, None), &wanted);
        says(rnn.unroll(&xs, None), &wanted);
        says(rnn.trace(&xs, None), &wanted);
        says(gradients::lstm_gradients(&lstm, &xs, Tensor::sum_all), &wanted);
        says(gradients::rnn_gradients(&rnn, &xs, Tensor::sum_all), &wanted);
        says(lstm.unroll_batch_first(&xs, None), "`xs` must have shape [B >= 1, T >= 1, D = 3]");
        for result in [
            message(gradients::lstm_jacobians(&lstm, &xs)),
            message(gradients::rnn_jacobians(&rnn, &xs)),
            message(gradients::product_split(&rnn, &xs)),
        ] {
            assert!(result.starts_with("`xs` must have shape [T >= 1, B = 1, D = 3]"), "{result}");
        }
    }
    says(
        gradients::rnn_jacobians(&rnn, &normal(1, [5, 2, 3])),
        "`xs` must have shape [T >= 1, B = 1, D = 3], got [5, 2, 3]",
    );
}

#[test]
fn sequences_of_another_type() {
    let xs = normal(1, [5, 2, 3]).to_dtype(DType::F32).unwrap();
    let wanted = "`xs` must be f64, got f32: convert it with `to_dtype`";
    says(lstm_cell(3, 4).unroll(&xs, None), wanted);
    says(lstm_cell(3, 4).trace(&xs, None), wanted);
    says(rnn_cell(3, 4, Activation::Tanh).unroll(&xs, None), wanted);
    let tokens = Tensor::zeros((5, 2, 3), DType::U32, &CPU).unwrap();
    says(lstm_cell(3, 4).unroll(&tokens, None), "`xs` must be f64, got u32");
}

#[test]
fn states_that_do_not_fit() {
    let xs = normal(1, [5, 2, 3]);
    let cell = lstm_cell(3, 4);
    let other_batch = LstmState::new(normal(1, [3, 4]), normal(1, [3, 4])).unwrap();
    says(cell.unroll(&xs, Some(&other_batch)), "`state.h` must have shape [B = 2, H = 4], got [3, 4]");
    let mixed = LstmState { h: normal(1, [2, 4]), c: normal(1, [2, 5]) };
    says(cell.trace(&xs, Some(&mixed)), "`state.c` must have shape [B = 2, H = 4], got [2, 5]");
    let single = LstmState { h: normal(1, [2, 4]), c: normal(1, [2, 4]).to_dtype(DType::F32).unwrap() };
    says(cell.unroll(&xs, Some(&single)), "`state.c` must be f64, got f32");

    says(LstmState::new(normal(1, [4]), normal(1, [4])), "`h` must have shape [B >= 1, H >= 1]");
    says(LstmState::new(normal(1, [2, 4]), normal(1, [2, 5])), "`c` must have shape [B = 2, H = 4], got [2, 5]");
    let f32 = normal(1, [2, 4]).to_dtype(DType::F32).unwrap();
    says(LstmState::new(normal(1, [2, 4]), f32), "`c` must be f64, got f32");
    let rnn = rnn_cell(3, 4, Activation::Tanh);
    says(rnn.unroll(&xs, Some(&normal(1, [2, 5]))), "`h` must have shape [B = 2, H = 4]");
    says(rnn.trace(&xs, Some(&normal(1, [4]))), "`h` must have shape [B = 2, H = 4]");
}

type Step = fn(&LstmCell, &Tensor, &Tensor) -> Result<Tensor>;

#[test]
fn single_steps_that_do_not_fit() {
    let cell = lstm_cell(3, 4);
    let (x, h) = (normal(1, [2, 3]), normal(1, [2, 4]));
    let steps: [Step; 4] = [LstmCell::forget, LstmCell::input, LstmCell::candidate, LstmCell::output];
    for step in steps {
        says(step(&cell, &normal(1, [2, 2]), &h), "`x` must have shape [B >= 1, D = 3], got [2, 2]");
        says(step(&cell, &normal(1, [3]), &h), "`x` must have shape");
        says(step(&cell, &x, &normal(1, [1, 4])), "`h` must have shape [B = 2, H = 4], got [1, 4]");
        says(step(&cell, &x.to_dtype(DType::F32).unwrap(), &h), "`x` must be f64, got f32");
        says(step(&cell, &x, &h.to_dtype(DType::F32).unwrap()), "`h` must be f64, got f32");
    }
    says(cell.update(&x, &h, &h, &h), "`f` must have shape [B >= 1, H = 4], got [2, 3]");
    says(cell.update(&h, &x, &h, &h), "`c_prev` must have shape [B = 2, H = 4], got [2, 3]");
    says(cell.update(&h, &h, &x, &h), "`i` must have shape");
    says(cell.update(&h, &h, &h, &normal(1, [1, 4])), "`candidate` must have shape");
    let scalar = Tensor::new(1f64, &CPU).unwrap();
    says(cell.update(&scalar, &h, &h, &h), "`f` must have shape [B >= 1, H = 4], got []");
    says(cell.hidden(&normal(1, [0, 4]), &h), "`o` must have shape");
    says(cell.hidden(&h, &h.to_dtype(DType::F32).unwrap()), "`c` must be f64, got f32");

    let rnn = rnn_cell(3, 4, Activation::Relu);
    says(rnn.forward(&h, &h), "`x` must have shape [B >= 1, D = 3]");
    says(rnn.forward(&x, &x), "`h` must have shape [B = 2, H = 4]");
}

#[test]
fn weights_that_do_not_fit() {
    let cell = lstm_cell(3, 4);
    says(cell.set_w(Gate::Input, &normal(1, [3, 4])), "`w` must have shape [H = 4, D = 3]");
    says(cell.set_u(Gate::Input, &normal(1, [3, 4])), "`u` must have shape [H = 4, H = 4]");
    let f32 = normal(1, [4, 3]).to_dtype(DType::F32).unwrap();
    says(cell.set_w(Gate::Input, &f32), "`w` must be f64, got f32");
    says(cell.set_forget_bias(f64::NAN), "`value` must be a finite number, got NaN");
    says(cell.set_bias(Gate::Output, f64::INFINITY), "`value`");
    let rnn = rnn_cell(3, 4, Activation::Tanh);
    says(rnn.set_w(&normal(1, [3, 4])), "`w` must have shape [H = 4, D = 3]");
    says(rnn.set_u(&normal(1, [3, 4])), "`u` must have shape [H = 4, H = 4]");
    says(rnn.set_u(&Tensor::zeros((4, 4), DType::F32, &CPU).unwrap()), "`u` must be f64");
    says(rnn.set_bias(f64::NAN), "`value`");
}

#[test]
fn losses_that_are_no_scalars() {
    let xs = normal(1, [5, 2, 3]);
    let cell = lstm_cell(3, 4);
    says(gradients::lstm_gradients(&cell, &xs, |h| Ok(h.clone())), "`loss` must have shape [] (a scalar), got [2, 4]");
    let of_another_type = |h: &Tensor| h.to_dtype(DType::F32)?.sum_all();
    says(gradients::lstm_gradients(&cell, &xs, of_another_type), "`loss` must be f64, got f32");
    let broken = |h: &Tensor| h.reshape((7, 7));
    says(gradients::lstm_gradients(&cell, &xs, broken), "tensor operation failed");
}

#[test]
fn files_that_are_missing_or_broken() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    let load = |prefix: &str| LstmCell::from_pytorch(&path, prefix, 0, &CPU);
    let store = Parameters::seeded(1, DType::F32, &CPU);
    says(load(""), "cannot read ");
    says(store.load(&path), "cannot read ");

    let whole = std::fs::read(golden("lstm_f32.safetensors")).unwrap();
    for bytes in [&[][..], b"not a model", &whole[..whole.len() / 2], &[255; 64]] {
        std::fs::write(&path, bytes).unwrap();
        for text in [
            message(load("")),
            message(store.load(&path)),
            message(RnnCell::from_pytorch(&path, "", 0, Activation::Tanh, &CPU)),
        ] {
            assert!(text.contains("is not a safetensors file: "), "{text}");
        }
    }
}

#[test]
fn files_that_hold_something_else() {
    let path = golden("lstm_f32.safetensors");
    let text = message(LstmCell::from_pytorch(&path, "t1b1d1h1.lstm", 0, &CPU));
    assert!(text.starts_with("no tensor `t1b1d1h1.lstm.weight_hh_l0` in "), "{text}");
    assert!(text.contains("`t1b1d1h1.net.weight_hh_l0` [4, 1]"), "{text}");
    let text = message(LstmCell::from_pytorch(&path, "t1b1d1h1.net", 1, &CPU));
    assert!(text.starts_with("no tensor `t1b1d1h1.net.weight_hh_l1`"), "{text}");

    // A simple network is no LSTM, nor the other way round.
    let rnn = golden("rnn_tanh_f32.safetensors");
    let text = message(LstmCell::from_pytorch(&rnn, "t3b4d10h5.net", 0, &CPU));
    assert!(text.contains("must have shape [4H = 20, D >= 1], got [5, 10]"), "{text}");
    let text = message(RnnCell::from_pytorch(&path, "t3b4d10h5.net", 0, Activation::Tanh, &CPU));
    assert!(text.contains("must have shape [H = 5, D >= 1], got [20, 10]"), "{text}");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("half.safetensors");
    let half = Tensor::zeros((4, 1), DType::F16, &CPU).unwrap();
    half.save_safetensors("weight_hh_l0", &path).unwrap();
    let text = message(LstmCell::from_pytorch(&path, "", 0, &CPU));
    assert!(text.contains("`weight_hh_l0` is f16; save it as float32 or float64"), "{text}");
    let none: std::collections::HashMap<String, Tensor> = Default::default();
    safetensors::save(&none, &path).unwrap();
    let text = message(LstmCell::from_pytorch(&path, "", 0, &CPU));
    assert!(text.ends_with("which holds nothing"), "{text}");
}

#[test]
fn activations_of_whole_numbers() {
    let tokens = Tensor::zeros((2, 3), DType::U32, &CPU).unwrap();
    for activation in Activation::ALL {
        let wanted = "`a` must be of a floating-point type, got u32";
        says(activation.apply(&tokens), wanted);
        says(activation.derivative(&tokens), wanted);
    }
    // Matrices of whole numbers have spectra all the same.
    assert_eq!(gradients::spectral_radius(&Tensor::ones((1, 1), DType::U32, &CPU).unwrap()).unwrap(), 1.0);
}

#[test]
fn sizes_beyond_all_memory() {
    // 4 · 2⁶² and 2³² · 2³² are 2⁶⁴, which wraps to 0 in 64 bits.
    let (quarter, root) = (1usize << 62, 1usize << 32);
    let cpu = &CPU;
    let vb = Parameters::seeded(1, DType::F32, cpu).builder();
    let small = "must be small enough for all numbers to fit into memory, got ";
    let of = |argument: &str| format!("`{argument}` {small}");
    says(LstmCell::new(1, quarter, vb.clone()), &of("hidden_size"));
    says(LstmCell::new(quarter, 1, vb.clone()), &of("input_size"));
    says(RnnCell::new(1, root, Activation::Tanh, vb.clone()), &of("hidden_size"));
    says(RnnCell::new(usize::MAX, 1, Activation::Tanh, vb), &of("input_size"));
    says(lstm_cell(3, 4).zero_state(quarter), &of("batch"));
    says(rnn_cell(3, 4, Activation::Tanh).zero_state(quarter), &of("batch"));
    says(gradients::random_projection(usize::MAX, DType::F32, cpu), &of("hidden_size"));
    says(init::identity(root, 1.0, DType::F32, cpu), &of("size"));
    says(init::orthogonal(usize::MAX, DType::F32, cpu), &of("size"));
    says(init::echo_state(root, 0.9, 0.5, DType::F32, cpu), &of("size"));
    says(random::randn((root, root), cpu), &of("shape"));
    assert_eq!(random::randn((root, 0, root), cpu).unwrap().elem_count(), 0);
    says(tasks::AddingProblem::seeded(1, root).unwrap().batch(root / 2, cpu), &of("size"));
}

#[test]
fn gates_forced_to_no_number() {
    let xs = normal(1, [5, 2, 3]);
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let cell = lstm_cell(3, 4).with_override(Gate::Forget, Override::Constant(bad));
        says(cell.unroll(&xs, None), &format!("`override` must be a finite number, got {bad}"));
        says(cell.trace(&xs, None), "`override`");
    }
}

#[test]
fn pytorch_files_without_biases_or_layers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    let save = |names: &[&str]| {
        let shape = |name: &str| if name.contains("bias") { vec![8] } else { vec![8, 2] };
        let tensors: std::collections::HashMap<String, Tensor> =
            names.iter().map(|n| ((*n).to_owned(), Tensor::zeros(shape(n), DType::F32, &CPU).unwrap())).collect();
        safetensors::save(&tensors, &path).unwrap();
    };
    save(&["net.weight_ih_l0", "net.weight_hh_l0"]);
    assert_eq!(LstmCell::from_pytorch(&path, "net", 0, &CPU).unwrap().vars().len(), 2);
    save(&["net.weight_ih_l0", "net.weight_hh_l0", "net.bias_hh_l0"]);
    let text = message(LstmCell::from_pytorch(&path, "net", 0, &CPU));
    assert!(text.starts_with("no tensor `net.bias_ih_l0`"), "{text}");
    save(&["net.weight_ih", "net.weight_hh", "net.bias_ih", "net.bias_hh"]);
    let text = message(LstmCell::from_pytorch(&path, "net", 0, &CPU));
    assert!(text.ends_with("; these are a single cell's names: add `_l0` to each of them before saving"), "{text}");
}
