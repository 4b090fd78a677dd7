//! What layers do with sequences: cells chained by hand give the same, padding reaches nothing, chunks join up.

use lstm::prelude::*;

use super::{Kind, Net, message};
use crate::support::{CPU, flat, normal, relative_error};

fn both(layers: usize) -> Options {
    Options::default().num_layers(layers).bidirectional(true)
}

#[test]
fn a_single_layer_is_its_cell() {
    let xs = normal(1, [5, 2, 3]);
    let lstm = Lstm::new(3, 4, Options::default(), Parameters::seeded(3, DType::F64, &CPU).builder()).unwrap();
    let cell = LstmCell::new(3, 4, Parameters::seeded(3, DType::F64, &CPU).builder()).unwrap();
    let (outputs, last) = lstm.forward(&xs, None).unwrap();
    let (by_cell, last_of_cell) = cell.unroll(&xs, None).unwrap();
    assert!(relative_error(&outputs, &by_cell) < 1e-14);
    assert_eq!(last.h.dims(), [1, 2, 4]);
    assert!(relative_error(&last.h.get(0).unwrap(), &last_of_cell.h) < 1e-14);
    assert!(relative_error(&last.c.get(0).unwrap(), &last_of_cell.c) < 1e-14);
    assert_eq!(flat(&lstm.cell(0).unwrap().unroll(&xs, None).unwrap().0), flat(&by_cell));
}

#[test]
fn a_stack_in_both_directions_is_its_cells_chained_by_hand() {
    let xs = normal(1, [5, 2, 3]);
    let gru = Gru::new(3, 4, both(2), Parameters::seeded(3, DType::F64, &CPU).builder()).unwrap();
    let backwards = |xs: &Tensor| {
        let steps: Vec<Tensor> = (0..5).rev().map(|t| xs.get(t).unwrap()).collect();
        Tensor::stack(&steps, 0).unwrap()
    };
    let mut wanted = xs.clone();
    let mut lasts = Vec::new();
    for layer in 0..2 {
        let (forward, last) = gru.cell(layer).unwrap().unroll(&wanted, None).unwrap();
        lasts.push(last);
        let (reverse, last) = gru.cell(Place::reverse(layer)).unwrap().unroll(&backwards(&wanted), None).unwrap();
        lasts.push(last);
        wanted = Tensor::cat(&[forward, backwards(&reverse)], 2).unwrap();
    }
    let (outputs, last) = gru.forward(&xs, None).unwrap();
    assert!(relative_error(&outputs, &wanted) < 1e-14);
    assert!(relative_error(&last, &Tensor::stack(&lasts, 0).unwrap()) < 1e-14);
}

#[test]
fn each_padded_sequence_is_as_if_alone() {
    let lengths = [2, 5, 1];
    for kind in Kind::ALL {
        let net = Net::seeded(kind, 3, 4, both(2));
        let xs = normal(1, [5, 3, 3]);
        let state = net.random_state(2, 3);
        let (outputs, last) = net.run(&xs, Some(&lengths), Some(&state)).unwrap();
        for (b, length) in lengths.into_iter().enumerate() {
            let alone = xs.narrow(1, b, 1).unwrap().narrow(0, 0, length).unwrap();
            let own: Vec<Tensor> = state.iter().map(|part| part.narrow(1, b, 1).unwrap()).collect();
            let (wanted, wanted_last) = net.run(&alone, None, Some(&own)).unwrap();
            let of_b = outputs.narrow(1, b, 1).unwrap();
            assert!(relative_error(&of_b.narrow(0, 0, length).unwrap(), &wanted) < 1e-14);
            assert!(flat(&of_b)[8 * length..].iter().all(|&number| number == 0.0));
            for (part, wanted) in last.iter().zip(&wanted_last) {
                assert!(relative_error(&part.narrow(1, b, 1).unwrap(), wanted) < 1e-14);
            }
        }
    }
}

#[test]
fn what_stands_in_the_padding_reaches_nothing() {
    let lengths = [2, 5, 1];
    for kind in Kind::ALL {
        let net = Net::seeded(kind, 3, 4, both(2));
        let clean = normal(1, [5, 3, 3]);
        let inside: Vec<u8> = (0..5).flat_map(|t| lengths.map(|length| u8::from(t < length))).collect();
        let inside = Tensor::from_vec(inside, (5, 3, 1), &CPU).unwrap().broadcast_as((5, 3, 3)).unwrap();
        let results = [0.0, 1e300, f64::NAN, f64::INFINITY].map(|padding| {
            let padding = Tensor::full(padding, (5, 3, 3), &CPU).unwrap();
            let xs = Var::from_tensor(&inside.where_cond(&clean, &padding).unwrap()).unwrap();
            let (outputs, last) = net.run(&xs, Some(&lengths), None).unwrap();
            let mut loss = outputs.sqr().unwrap().sum_all().unwrap();
            for part in &last {
                loss = (loss + part.sum_all().unwrap()).unwrap();
            }
            let store = loss.backward().unwrap();
            let of_xs = store.get(&xs).unwrap();
            let past_the_end = inside.where_cond(&of_xs.zeros_like().unwrap(), of_xs).unwrap();
            assert!(flat(&past_the_end).iter().all(|&number| number == 0.0));
            let mut all = flat(&outputs);
            all.extend(flat(of_xs));
            net.vars().iter().for_each(|var| all.extend(flat(store.get(var).unwrap())));
            all
        });
        assert!(results[0].iter().all(|number| number.is_finite()));
        assert!(results[1..].iter().all(|result| result == &results[0]), "{kind:?}");
    }
}

#[test]
fn full_lengths_are_no_lengths() {
    for kind in Kind::ALL {
        let net = Net::seeded(kind, 3, 4, both(1));
        let xs = normal(1, [5, 2, 3]);
        let (padded, last) = net.run(&xs, Some(&[5, 5]), None).unwrap();
        let (plain, plain_last) = net.run(&xs, None, None).unwrap();
        assert_eq!(flat(&padded), flat(&plain));
        assert_eq!(flat(&last[0]), flat(&plain_last[0]));
    }
}

#[test]
fn batch_first_turns_sequences_and_leaves_states() {
    for kind in Kind::ALL {
        let net = Net::seeded(kind, 3, 4, both(2));
        let xs = normal(1, [5, 2, 3]);
        let state = net.random_state(2, 2);
        let turned = xs.transpose(0, 1).unwrap(); // not contiguous
        let (wanted, wanted_last) = net.run(&xs, Some(&[3, 5]), Some(&state)).unwrap();
        let net = net.batch_first(true);
        let (outputs, last) = net.run(&turned, Some(&[3, 5]), Some(&state)).unwrap();
        assert_eq!(outputs.dims(), [2, 5, 8]);
        assert_eq!(flat(&outputs.transpose(0, 1).unwrap()), flat(&wanted));
        assert_eq!(flat(&last[0]), flat(&wanted_last[0]));
    }
}

#[test]
fn tensors_need_not_be_contiguous() {
    for kind in Kind::ALL {
        let net = Net::seeded(kind, 3, 4, both(2));
        let turned = normal(1, [3, 2, 5]).permute((2, 1, 0)).unwrap();
        let every_other = normal(2, [5, 2, 6]).narrow(2, 1, 3).unwrap();
        let state: Vec<Tensor> =
            (0..kind.parts()).map(|part| normal(7 + part as u64, [4, 2, 4]).transpose(0, 2).unwrap()).collect();
        for xs in [turned, every_other] {
            assert!(!xs.is_contiguous() && !state[0].is_contiguous());
            let straight: Vec<Tensor> = state.iter().map(|part| part.contiguous().unwrap()).collect();
            let got = net.run(&xs, Some(&[2, 5]), Some(&state)).unwrap();
            let wanted = net.run(&xs.contiguous().unwrap(), Some(&[2, 5]), Some(&straight)).unwrap();
            assert_eq!(flat(&got.0), flat(&wanted.0));
        }
    }
}

#[test]
fn chunks_with_their_states_handed_on_are_the_whole() {
    for kind in Kind::ALL {
        let net = Net::seeded(kind, 3, 4, Options::default().num_layers(2));
        let xs = normal(1, [6, 2, 3]);
        let (wanted, wanted_last) = net.run(&xs, None, None).unwrap();
        let (first, middle) = net.run(&xs.narrow(0, 0, 2).unwrap(), None, None).unwrap();
        let detached: Vec<Tensor> = middle.iter().map(Tensor::detach).collect();
        let (second, last) = net.run(&xs.narrow(0, 2, 4).unwrap(), None, Some(&detached)).unwrap();
        assert!(relative_error(&Tensor::cat(&[first, second.clone()], 0).unwrap(), &wanted) < 1e-14);
        assert!(relative_error(&last[0], &wanted_last[0]) < 1e-14);
        assert!(second.sum_all().unwrap().backward().unwrap().get(&middle[0]).is_none());
    }
}

#[test]
fn a_projection_needs_a_weight_of_its_own_in_each_cell() {
    let parameters = Parameters::seeded(3, DType::F64, &CPU);
    let options = both(2).bias(false).proj_size(2);
    let lstm = Lstm::new(3, 4, options, parameters.builder().pp("net")).unwrap();
    let shapes: Vec<(String, Vec<usize>)> = parameters
        .names()
        .iter()
        .zip(parameters.vars())
        .map(|(name, var)| (name.clone(), var.dims().to_vec()))
        .collect();
    let wanted = [("l0", 3), ("l0_reverse", 3), ("l1", 4), ("l1_reverse", 4)].iter().flat_map(|(end, inputs)| {
        let (name, rows) = (|weight: &str| format!("net.{weight}_{end}"), 16);
        [(name("weight_ih"), vec![rows, *inputs]), (name("weight_hh"), vec![rows, 2]), (name("weight_hr"), vec![2, 4])]
    });
    assert_eq!(shapes, wanted.collect::<Vec<_>>());
    // Two cells of 16 · 3 + 16 · 2 + 2 · 4 = 88 numbers and two of 16 · 4 + 16 · 2 + 2 · 4 = 104.
    assert_eq!(lstm.parameter_count(), 2 * 88 + 2 * 104);
    assert_eq!((lstm.input_size(), lstm.hidden_size(), lstm.output_size()), (3, 4, 4));
    let (outputs, last) = lstm.forward(&normal(1, [5, 2, 3]), None).unwrap();
    assert_eq!((outputs.dims(), last.h.dims(), last.c.dims()), (&[5, 2, 4][..], &[4, 2, 2][..], &[4, 2, 4][..]));
}

#[test]
fn modes_are_switched() {
    let mut rnn =
        Rnn::new(3, 4, Activation::Relu, Options::default(), Parameters::seeded(3, DType::F64, &CPU).builder())
            .unwrap();
    assert!(rnn.is_training());
    rnn.eval();
    let copy = rnn.clone();
    rnn.train();
    assert!(rnn.is_training() && !copy.is_training());
    assert_eq!(rnn.activation(), Activation::Relu);
    assert_eq!((rnn.dtype(), rnn.device().is_cpu()), (DType::F64, true));
}

/// In f16 the fused operation does not apply: the cells run, and everything stays f16.
#[test]
fn half_precision_is_computed_in_half_precision() {
    let half = |tensor: &Tensor| tensor.to_dtype(DType::F16).unwrap();
    let options = both(2);
    for kind in Kind::ALL {
        let wide = Net::seeded(kind, 3, 4, options);
        let parameters = Parameters::seeded(3, DType::F16, &CPU);
        let narrow = Net::new(kind, 3, 4, options, parameters.builder()).unwrap();
        for (to, from) in narrow.vars().iter().zip(wide.vars()) {
            to.set(&half(&from)).unwrap();
        }
        let (xs, lengths) = (normal(1, [5, 2, 3]), [5, 3]);
        let (outputs, last) = narrow.run(&half(&xs), Some(&lengths), None).unwrap();
        assert!(outputs.dtype() == DType::F16 && last.iter().all(|part| part.dtype() == DType::F16));
        let (wanted, wanted_last) = wide.run(&xs, Some(&lengths), None).unwrap();
        for (got, wanted) in [outputs].iter().chain(&last).zip([wanted].iter().chain(&wanted_last)) {
            let error = relative_error(got, wanted);
            assert!(error > 0.0 && error < 0.01, "{kind:?}: {error:e}");
        }
        let single = xs.to_dtype(DType::F32).unwrap();
        assert_eq!(message(narrow.run(&single, None, None)), "`xs` must be f16, got f32: convert it with `to_dtype`");
        let mut state = narrow.zero_state(2).unwrap();
        state[0] = state[0].to_dtype(DType::BF16).unwrap();
        let text = message(narrow.run(&half(&xs), None, Some(&state)));
        assert!(text.ends_with("must be f16, got bf16: convert it with `to_dtype`"), "{text}");
    }
}
