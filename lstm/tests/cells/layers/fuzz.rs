//! Whatever shapes, sizes and options are given, no public call panics, and what is accepted has the shape promised.

use lstm::prelude::*;
use proptest::prelude::*;

use super::{Kind, Net};
use crate::support::CPU;

/// Shapes that are often right for T = 3, B = 2 and the sizes given, and often wrong in rank or in one dimension.
fn shapes(right: Vec<usize>) -> impl Strategy<Value = Vec<usize>> {
    let changed = (Just(right.clone()), 0..right.len(), 0..5usize).prop_map(|(mut dims, at, size)| {
        dims[at] = size;
        dims
    });
    prop_oneof![3 => Just(right), 2 => changed, 1 => prop::collection::vec(0..5usize, 0..5)]
}

fn dtypes() -> impl Strategy<Value = DType> {
    prop_oneof![8 => Just(DType::F64), 1 => Just(DType::F32), 1 => Just(DType::U32), 1 => Just(DType::F16)]
}

fn options() -> impl Strategy<Value = Options> {
    let dropouts = prop_oneof![4 => Just(0.0), 4 => 0.0..1.0, 1 => -1.0..2.0, 1 => Just(f64::NAN), 1 => Just(1.0)];
    let bools = (any::<bool>(), any::<bool>(), any::<bool>());
    let proj_size = prop::option::weighted(0.3, prop_oneof![4 => 0..4usize, 1 => Just(usize::MAX)]);
    let layers = prop_oneof![8 => 0..3usize, 1 => Just(usize::MAX)];
    (layers, bools, dropouts, proj_size).prop_map(
        |(num_layers, (bidirectional, batch_first, bias), dropout, proj_size)| Options {
            num_layers,
            bidirectional,
            batch_first,
            dropout,
            bias,
            proj_size,
        },
    )
}

fn sizes() -> impl Strategy<Value = usize> {
    prop_oneof![12 => 1..4usize, 1 => Just(0), 1 => Just(usize::MAX), 1 => Just(1usize << 62)]
}

fn tensor(dims: &[usize], dtype: DType) -> Tensor {
    Tensor::ones(dims, dtype, &CPU).unwrap()
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop::sample::select(vec![Kind::Rnn(Activation::Relu), Kind::Rnn(Activation::Sigmoid), Kind::Gru, Kind::Lstm])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn building_never_panics(kind in kinds(), d in sizes(), h in sizes(), options in options(), dtype in dtypes()) {
        let parameters = Parameters::seeded(1, dtype, &CPU);
        let built = Net::new(kind, d, h, options, parameters.builder());
        let small = |size: usize| (1..100).contains(&size);
        let right = small(d)
            && small(h)
            && small(options.num_layers)
            && (0.0..1.0).contains(&options.dropout)
            && options.proj_size.is_none_or(|p| kind == Kind::Lstm && (1..h).contains(&p))
            && dtype.is_float();
        prop_assert_eq!(built.is_ok(), right);
        if let Ok(net) = built {
            prop_assert_eq!(net.options(), options);
        }
    }

    #[test]
    fn running_never_panics(
        kind in kinds(),
        options in options(),
        dims in shapes(vec![3, 2, 3]),
        state_dims in prop::option::of((shapes(vec![1, 2, 2]), shapes(vec![1, 2, 2]))),
        lengths in prop::option::of(prop_oneof![
            3 => prop::collection::vec(1..4usize, 2),
            1 => prop::collection::vec(0..6usize, 0..4),
        ]),
        dtypes in (dtypes(), dtypes()),
        turned in any::<bool>(),
        batch in prop_oneof![4 => 0..4usize, 1 => Just(usize::MAX)],
    ) {
        let options = Options { num_layers: options.num_layers.clamp(1, 2), dropout: 0.5, proj_size: None, ..options };
        let net = Net::seeded(kind, 3, 2, options);
        let rows = options.num_layers * if options.bidirectional { 2 } else { 1 };
        let mut xs = tensor(&dims, dtypes.0);
        if turned && dims.len() == 3 {
            xs = xs.transpose(0, 1).unwrap();
        }
        let state: Option<Vec<Tensor>> = state_dims.map(|(mut h, mut c)| {
            for dims in [&mut h, &mut c] {
                if dims.first() == Some(&1) {
                    dims[0] = rows;
                }
            }
            [h, c].iter().take(kind.parts()).map(|dims| tensor(dims, dtypes.1)).collect()
        });
        let right_xs = xs.dims().len() == 3 && xs.dims()[2] == 3 && !xs.dims().contains(&0) && dtypes.0 == DType::F64;
        let (steps, count) = match *xs.dims() {
            [a, b, _] => if options.batch_first { (b, a) } else { (a, b) },
            _ => (0, 0),
        };
        let right_state = state.iter().flatten().all(|part| {
            part.dims() == [rows, count, 2] && dtypes.1 == DType::F64
        });
        let right_lengths = lengths.iter().all(|all| all.len() == count && all.iter().all(|n| (1..=steps).contains(n)));
        let ran = net.run(&xs, lengths.as_deref(), state.as_deref());
        prop_assert_eq!(ran.is_ok(), right_xs && right_state && right_lengths);
        if let Ok((outputs, last)) = ran {
            let width = 2 * rows / options.num_layers;
            let wanted = if options.batch_first { [count, steps, width] } else { [steps, count, width] };
            prop_assert_eq!(outputs.dims(), wanted);
            prop_assert!(last.iter().all(|part| part.dims() == [rows, count, 2]));
        }
        prop_assert_eq!(net.zero_state(batch).is_ok(), (1..100).contains(&batch));
    }

    #[test]
    fn steps_of_cells_never_panic(
        dims in (shapes(vec![2, 3]), shapes(vec![2, 2]), shapes(vec![2, 2])),
        dtypes in (dtypes(), dtypes()),
        bias in any::<bool>(),
        projected in any::<bool>(),
        layer in prop_oneof![Just(0), Just(usize::MAX)],
        reverse in any::<bool>(),
    ) {
        let options = CellOptions { place: Place { layer, reverse }, bias, proj_size: None };
        let vb = Parameters::seeded(1, DType::F64, &CPU).builder();
        let gru = GruCell::new_with(3, 2, options, vb.clone().pp("gru")).unwrap();
        let rnn = RnnCell::new_with(3, 2, Activation::Tanh, options, vb.clone().pp("rnn")).unwrap();
        let lstm_options = if projected { options.proj_size(1) } else { options };
        let lstm = LstmCell::new_with(3, 2, lstm_options, vb.pp("lstm")).unwrap();
        let (x, h, c) = (tensor(&dims.0, dtypes.0), tensor(&dims.1, dtypes.1), tensor(&dims.2, dtypes.1));
        let right_x = dims.0.len() == 2 && dims.0[0] > 0 && dims.0[1] == 3 && dtypes.0 == DType::F64;
        let fits = |dims: &[usize], size: usize| right_x && dims == [x.dims()[0], size] && dtypes.1 == DType::F64;
        let right = fits(&dims.1, 2);
        prop_assert_eq!(gru.forward(&x, &h).is_ok(), right);
        prop_assert_eq!(gru.reset(&x, &h).is_ok(), right);
        prop_assert_eq!(gru.update(&x, &h).is_ok(), right);
        prop_assert_eq!(gru.candidate(&x, &h, &c).is_ok(), right && fits(&dims.2, 2));
        prop_assert_eq!(rnn.forward(&x, &h).is_ok(), right);
        prop_assert_eq!(rnn.compare_forms(&x, &h).is_ok(), right);
        prop_assert_eq!(rnn.set_bias(0.5).is_ok(), bias);
        let state = LstmState { h: h.clone(), c: c.clone() };
        let size = if projected { 1 } else { 2 };
        prop_assert_eq!(lstm.forward(&x, &state).is_ok(), fits(&dims.1, size) && fits(&dims.2, 2));
        let _ = (gru.hidden(&h, &c, &h), lstm.hidden(&h, &c), lstm.compare_forms(&x, &state), gru.trace(&x, Some(&h)));
        let _ = (gru.set_w(GruGate::Update, &x), gru.set_u(GruGate::Reset, &h), lstm.set_u(Gate::Forget, &h));
        let _ = (LstmState::new(h.clone(), c.clone()), LstmState::projected(h, c));
    }
}
