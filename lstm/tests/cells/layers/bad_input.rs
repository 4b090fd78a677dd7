//! Wrong arguments to layers: one clear error each, which names the argument, what it must be and what was given.

use lstm::prelude::*;

use super::{Kind, Net, message};
use crate::support::{CPU, normal};

/// For every kind of layer, with 3 inputs, 4 units and these options.
fn nets(options: Options) -> Vec<Net> {
    Kind::ALL.iter().map(|&kind| Net::seeded(kind, 3, 4, options)).collect()
}

/// Asserts the whole message.
fn says<T>(result: Result<T>, wanted: &str) {
    assert_eq!(message(result), wanted);
}

#[test]
fn sequences_of_another_shape() {
    for (xs, got) in [
        (normal(1, [5, 3]), "[5, 3]"),
        (normal(1, [5, 2, 4]), "[5, 2, 4]"),
        (normal(1, [0, 2, 3]), "[0, 2, 3]"),
        (normal(1, [5, 0, 3]), "[5, 0, 3]"),
        (normal(1, [5, 2, 3, 1]), "[5, 2, 3, 1]"),
    ] {
        for net in nets(Options::default()) {
            let wanted = format!("`xs` must have shape [T >= 1, B >= 1, D = 3], got {got}");
            says(net.run(&xs, None, None), &wanted);
            says(net.run(&xs, Some(&[5, 5]), None), &wanted);
            let wanted = format!("`xs` must have shape [B >= 1, T >= 1, D = 3], got {got}");
            says(net.batch_first(true).run(&xs, None, None), &wanted);
        }
    }
}

#[test]
fn sequences_and_states_of_another_type() {
    let xs = normal(1, [5, 2, 3]);
    let xs_f32 = xs.to_dtype(DType::F32).unwrap();
    for (kind, net) in Kind::ALL.iter().zip(nets(Options::default())) {
        says(net.run(&xs_f32, None, None), "`xs` must be f64, got f32: convert it with `to_dtype`");
        let tokens = Tensor::zeros((5, 2, 3), DType::U32, &CPU).unwrap();
        says(net.run(&tokens, None, None), "`xs` must be f64, got u32: convert it with `to_dtype`");
        for part in 0..kind.parts() {
            let mut state = net.zero_state(2).unwrap();
            state[part] = state[part].to_dtype(DType::F32).unwrap();
            let name = if kind.parts() == 1 { "state" } else { ["state.h", "state.c"][part] };
            let wanted = format!("`{name}` must be f64, got f32: convert it with `to_dtype`");
            says(net.run(&xs, None, Some(&state)), &wanted);
        }
    }
}

/// `cargo test --release -p lstm --features cuda cuda -- --ignored`
#[test]
#[ignore = "needs a CUDA device"]
fn sequences_and_states_on_a_cuda_device() {
    let gpu = Device::new_cuda(0).unwrap();
    let xs = normal(1, [5, 2, 3]);
    for (kind, net) in Kind::ALL.iter().zip(nets(Options::default())) {
        let says = |result: String, argument: &str| {
            assert!(result.starts_with(&format!("`{argument}` must be on Cpu, got Cuda")), "{result}");
        };
        says(message(net.run(&xs.to_device(&gpu).unwrap(), None, None)), "xs");
        for part in 0..kind.parts() {
            let mut state = net.zero_state(2).unwrap();
            state[part] = state[part].to_device(&gpu).unwrap();
            let name = if kind.parts() == 1 { "state" } else { ["state.h", "state.c"][part] };
            says(message(net.run(&xs, None, Some(&state))), name);
        }
    }
}

#[test]
fn states_that_do_not_fit() {
    let xs = normal(1, [5, 2, 3]);
    let options = Options::default().num_layers(2).bidirectional(true);
    for (kind, net) in Kind::ALL.iter().zip(nets(options)) {
        for part in 0..kind.parts() {
            let name = if kind.parts() == 1 { "state" } else { ["state.h", "state.c"][part] };
            for (wrong, got) in [
                (normal(1, [2, 2, 4]), "[2, 2, 4]"), // one direction
                (normal(1, [4, 3, 4]), "[4, 3, 4]"),
                (normal(1, [4, 2, 5]), "[4, 2, 5]"),
                (normal(1, [2, 4]), "[2, 4]"),
                (normal(1, [2, 4, 4]), "[2, 4, 4]"), // batch first
            ] {
                let mut state = net.zero_state(2).unwrap();
                state[part] = wrong;
                let wanted = format!("`{name}` must have shape [L·directions = 4, B = 2, H = 4], got {got}");
                says(net.run(&xs, None, Some(&state)), &wanted);
            }
        }
        says(net.zero_state(0), "`batch` must be at least 1, got 0");
    }
    let projected = Net::seeded(Kind::Lstm, 3, 4, options.proj_size(2));
    let state = [normal(1, [4, 2, 4]), normal(1, [4, 2, 4])];
    says(
        projected.run(&xs, None, Some(&state)),
        "`state.h` must have shape [L·directions = 4, B = 2, P = 2], got [4, 2, 4]",
    );
    let state = [normal(1, [4, 2, 2]), normal(1, [4, 2, 2])];
    says(
        projected.run(&xs, None, Some(&state)),
        "`state.c` must have shape [L·directions = 4, B = 2, H = 4], got [4, 2, 2]",
    );
}

#[test]
fn lengths_that_do_not_fit() {
    let xs = normal(1, [5, 2, 3]);
    for net in nets(Options::default()) {
        for (lengths, wanted) in [
            (&[][..], "one for each of B = 2 sequences, got 0 of them"),
            (&[5], "one for each of B = 2 sequences, got 1 of them"),
            (&[5, 5, 5], "one for each of B = 2 sequences, got 3 of them"),
            (&[5, 0], "from 1 to T = 5, got 0 for sequence 1"),
            (&[6, 5], "from 1 to T = 5, got 6 for sequence 0"),
            (&[1, usize::MAX], "from 1 to T = 5, got 18446744073709551615 for sequence 1"),
        ] {
            says(net.run(&xs, Some(lengths), None), &format!("`lengths` must be {wanted}"));
        }
        // Batch first, the same tensor is five sequences of two steps.
        let net = net.batch_first(true);
        says(net.run(&xs, Some(&[2, 2]), None), "`lengths` must be one for each of B = 5 sequences, got 2 of them");
        says(net.run(&xs, Some(&[2, 2, 3, 1, 1]), None), "`lengths` must be from 1 to T = 2, got 3 for sequence 2");
    }
}

#[test]
fn sizes_and_options_out_of_range() {
    let vb = || Parameters::seeded(1, DType::F32, &CPU).builder();
    let plain = Options::default();
    for kind in Kind::ALL {
        let new = |inputs, hidden, options| Net::new(kind, inputs, hidden, options, vb());
        says(new(0, 4, plain), "`input_size` must be at least 1, got 0");
        says(new(3, 0, plain), "`hidden_size` must be at least 1, got 0");
        says(new(3, 4, plain.num_layers(0)), "`num_layers` must be at least 1, got 0");
        for (dropout, got) in [(1.0, "1"), (-0.1, "-0.1"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
            says(new(3, 4, plain.dropout(dropout)), &format!("`dropout` must be in [0, 1), got {dropout}"));
            assert_eq!(dropout.to_string(), got);
        }
        for (options, inputs, hidden, argument) in [
            (plain, 3, 1 << 62, "hidden_size"),
            (plain, usize::MAX, 2, "input_size"),
            (plain.num_layers(usize::MAX), 3, 4, "num_layers"),
        ] {
            let text = message(new(inputs, hidden, options));
            let wanted = format!("`{argument}` must be small enough for all numbers to fit into memory, got ");
            assert!(text.starts_with(&wanted), "{text}");
        }
        for size in [0, 4, 5] {
            let wanted = match kind {
                Kind::Lstm => format!("at least 1 and below H = 4, got {size}"),
                Kind::Rnn(_) | Kind::Gru => format!("left out: only an LSTM has a projection, got {size}"),
            };
            says(new(3, 4, plain.proj_size(size)), &format!("`proj_size` must be {wanted}"));
        }
    }
    let gru = Gru::new(3, 4, plain, vb()).unwrap();
    says(gru.clone().with_dropout(1.0), "`dropout` must be in [0, 1), got 1");
    says(gru.cell(1), "`place` must be a layer from 0 to 0, forward, got layer 1, forward");
    says(gru.cell(Place::reverse(0)), "`place` must be a layer from 0 to 0, forward, got layer 0, reverse");
    let gru = Gru::new(3, 4, plain.bidirectional(true).num_layers(2), vb()).unwrap();
    says(gru.cell(Place::reverse(2)), "`place` must be a layer from 0 to 1, forward or reverse, got layer 2, reverse");
}

#[test]
fn variables_of_another_shape() {
    let parameters = Parameters::seeded(1, DType::F32, &CPU);
    Gru::new(3, 4, Options::default(), parameters.builder()).unwrap();
    let error = Lstm::new(3, 4, Options::default(), parameters.builder()).unwrap_err();
    let wanted = "parameter `weight_ih_l0` has shape [12, 3], asked for as [16, 3]";
    assert!(format!("{error:?}").contains(wanted), "{error:?}");
}
