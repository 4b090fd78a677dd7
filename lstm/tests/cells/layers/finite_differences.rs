//! Gradients through layers against central differences, in f64, on random small cases.

use lstm::prelude::*;
use proptest::prelude::*;

use super::{Kind, Net};
use crate::support::{CPU, flat, normal};

const STEP: f64 = 1e-5;

#[derive(Clone, Debug)]
struct Case {
    kind: Kind,
    /// T, B, D, H.
    sizes: [usize; 4],
    options: Options,
    /// Cut to 1..=T.
    lengths: Option<Vec<usize>>,
    seed: u64,
}

fn cases() -> impl Strategy<Value = Case> {
    // No ReLU: a difference quotient across its kink is no derivative.
    let kinds = [Kind::Rnn(Activation::Tanh), Kind::Rnn(Activation::Sigmoid), Kind::Gru, Kind::Lstm, Kind::Lstm];
    let options = (1..=2usize, any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let lengths = prop::option::weighted(0.6, prop::collection::vec(0..4usize, 3));
    let sizes = (1..=4usize, 1..=3usize, 1..=3usize, 1..=3usize);
    (prop::sample::select(kinds.to_vec()), sizes, options, lengths, any::<u64>()).prop_map(
        |(kind, (steps, batch, inputs, hidden), (layers, both, first, bias, projected), lengths, seed)| Case {
            kind,
            sizes: [steps, batch, inputs, hidden],
            options: Options {
                num_layers: layers,
                bidirectional: both,
                batch_first: first,
                dropout: 0.0,
                bias,
                proj_size: (projected && kind == Kind::Lstm && hidden > 1).then(|| hidden - 1),
            },
            lengths: lengths.map(|some| some[..batch].iter().map(|length| 1 + length % steps).collect()),
            seed,
        },
    )
}

/// A random weighting of outputs and last states.
fn loss(case: &Case, net: &Net, xs: &Var, state: &[Var]) -> Tensor {
    let state: Vec<Tensor> = state.iter().map(|var| var.as_tensor().clone()).collect();
    let (outputs, last) = net.run(xs, case.lengths.as_deref(), Some(&state)).unwrap();
    let mut total = Tensor::zeros((), DType::F64, &CPU).unwrap();
    for (k, values) in std::iter::once(&outputs).chain(&last).enumerate() {
        let (a, b, c) = values.dims3().unwrap();
        let weights = normal(case.seed.wrapping_add(100 + k as u64), [a, b, c]);
        total = total.add(&values.mul(&weights).unwrap().sum_all().unwrap()).unwrap();
    }
    total
}

fn check(case: &Case) {
    let [steps, batch, inputs, hidden] = case.sizes;
    let parameters = Parameters::seeded(case.seed, DType::F64, &CPU);
    let net = Net::new(case.kind, inputs, hidden, case.options, parameters.builder()).unwrap();
    let shape = if case.options.batch_first { [batch, steps, inputs] } else { [steps, batch, inputs] };
    let xs = Var::from_tensor(&normal(case.seed, shape)).unwrap();
    let start = net.random_state(case.seed.wrapping_add(1), batch);
    let state: Vec<Var> = start.iter().map(|part| Var::from_tensor(part).unwrap()).collect();
    let store = loss(case, &net, &xs, &state).backward().unwrap();

    let mut vars = net.vars();
    vars.push(xs.clone());
    vars.extend(state.iter().cloned());
    for var in &vars {
        let analytic = flat(store.get(var).unwrap());
        let original = var.as_detached_tensor().copy().unwrap();
        let values = flat(&original);
        for k in 0..values.len() {
            let at = |value: f64| {
                let mut moved = values.clone();
                moved[k] = value;
                var.set(&Tensor::from_vec(moved, var.dims(), &CPU).unwrap()).unwrap();
                flat(&loss(case, &net, &xs, &state))[0]
            };
            let slope = (at(values[k] + STEP) - at(values[k] - STEP)) / (2.0 * STEP);
            let error = (slope - analytic[k]).abs() / slope.abs().max(1.0);
            assert!(error < 1e-8, "{:?}[{k}]: {slope} against {}", var.dims(), analytic[k]);
        }
        var.set(&original).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn gradients_are_difference_quotients(case in cases()) {
        check(&case);
    }
}
