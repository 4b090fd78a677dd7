//! The fused operation against the readable cells, through the layers that use both.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod cuda;

use std::sync::{Mutex, MutexGuard, PoisonError};

use lstm::candle_core::{DType, Device, Tensor, Var};
use lstm::random::Generator;
use lstm::{Activation, Gru, Lstm, LstmState, Options, Parameters, Rnn, fused};

/// The switch is the whole process's: one test at a time.
static SWITCH: Mutex<()> = Mutex::new(());

fn switch() -> MutexGuard<'static, ()> {
    SWITCH.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Rnn(Activation),
    Lstm,
    Gru,
}

#[derive(Clone, Debug)]
struct Case {
    kind: Kind,
    /// T, B, D, H.
    sizes: (usize, usize, usize, usize),
    options: Options,
    lengths: Option<Vec<usize>>,
    with_state: bool,
    dtype: DType,
    seed: u64,
}

/// Outputs and last states, and everything that has a gradient.
struct Run {
    results: Vec<Tensor>,
    gradients: Vec<Tensor>,
}

fn run(case: &Case, enabled: bool) -> Run {
    run_on(&Device::Cpu, case, enabled)
}

fn run_on(device: &Device, case: &Case, enabled: bool) -> Run {
    fused::set_enabled(enabled);
    let (t, b, d, h) = case.sizes;
    let parameters = Parameters::seeded(case.seed, case.dtype, device);
    let mut generator = Generator::new(case.seed + 1);
    let mut var = |dims: &[usize]| Var::from_tensor(&generator.randn(dims, case.dtype, device).unwrap()).unwrap();
    let xs = var(if case.options.batch_first { [b, t, d] } else { [t, b, d] }.as_slice());
    let rows = case.options.num_layers * if case.options.bidirectional { 2 } else { 1 };
    let starts = [var(&[rows, b, h]), var(&[rows, b, h])];
    let lengths = case.lengths.as_deref();
    let start = case.with_state.then_some(&starts[0]).map(Var::as_tensor);
    let results = match case.kind {
        Kind::Lstm => {
            let net = Lstm::new(d, h, case.options, parameters.builder()).unwrap();
            let state = LstmState { h: starts[0].as_tensor().clone(), c: starts[1].as_tensor().clone() };
            let state = case.with_state.then_some(&state);
            let (output, last) = match lengths {
                Some(lengths) => net.forward_padded(&xs, lengths, state),
                None => net.forward(&xs, state),
            }
            .unwrap();
            vec![output, last.h, last.c]
        }
        Kind::Gru => {
            let net = Gru::new(d, h, case.options, parameters.builder()).unwrap();
            let (output, last) = match lengths {
                Some(lengths) => net.forward_padded(&xs, lengths, start),
                None => net.forward(&xs, start),
            }
            .unwrap();
            vec![output, last]
        }
        Kind::Rnn(activation) => {
            let net = Rnn::new(d, h, activation, case.options, parameters.builder()).unwrap();
            let (output, last) = match lengths {
                Some(lengths) => net.forward_padded(&xs, lengths, start),
                None => net.forward(&xs, start),
            }
            .unwrap();
            vec![output, last]
        }
    };
    fused::set_enabled(true);
    let mut loss = Tensor::zeros((), case.dtype, device).unwrap();
    for result in &results {
        let weight = generator.randn(result.dims(), case.dtype, device).unwrap();
        loss = (loss + (result * weight).unwrap().sum_all().unwrap()).unwrap();
    }
    let store = loss.backward().unwrap();
    let mut vars = parameters.vars();
    vars.push(xs);
    if case.with_state {
        vars.extend(starts.into_iter().take(results.len() - 1));
    }
    let gradients = vars.iter().map(|var| store.get(var).unwrap().clone()).collect();
    Run { results, gradients }
}

/// The larger of two numbers; NaN if one is.
fn larger(a: f64, b: f64) -> f64 {
    if b > a || b.is_nan() { b } else { a }
}

/// The largest difference over the largest value.
fn apart(a: &Tensor, b: &Tensor) -> f64 {
    assert_eq!(a.dims(), b.dims());
    let flat = |t: &Tensor| t.flatten_all().unwrap().to_dtype(DType::F64).unwrap().to_vec1::<f64>().unwrap();
    let (a, b) = (flat(a), flat(b));
    let largest = a.iter().fold(1e-30f64, |most, x| most.max(x.abs()));
    a.iter().zip(&b).map(|(x, y)| (x - y).abs()).fold(0.0, larger) / largest
}

fn difference(a: &Run, b: &Run) -> f64 {
    let pairs = a.results.iter().zip(&b.results).chain(a.gradients.iter().zip(&b.gradients));
    pairs.map(|(a, b)| apart(a, b)).fold(0.0, larger)
}

fn expect_same(case: &Case) -> f64 {
    let difference = difference(&run(case, false), &run(case, true));
    let most = if case.dtype == DType::F64 { 1e-11 } else { 1e-5 };
    assert!(difference.is_finite() && difference <= most, "{difference:e} apart: {case:?}");
    difference
}

/// Of all kinds and options, with small sizes.
fn random_cases(count: u64) -> Vec<Case> {
    let mut generator = Generator::new(7);
    let mut below = |n: usize| (generator.next_f64() * n as f64) as usize;
    let kinds = [
        Kind::Rnn(Activation::Tanh),
        Kind::Rnn(Activation::Relu),
        Kind::Rnn(Activation::Sigmoid),
        Kind::Lstm,
        Kind::Gru,
    ];
    let mut case = |seed| {
        let sizes = (1 + below(9), 1 + below(20), 1 + below(12), 1 + below(70));
        let lengths = (below(2) == 0).then(|| (0..sizes.1).map(|_| 1 + below(sizes.0)).collect());
        let options = Options::default()
            .num_layers(1 + below(2))
            .bidirectional(below(2) == 0)
            .batch_first(below(2) == 0)
            .bias(below(3) > 0);
        let dtype = [DType::F32, DType::F64][below(2)];
        Case { kind: kinds[below(5)], sizes, options, lengths, with_state: below(2) == 0, dtype, seed }
    };
    (0..count).map(&mut case).collect()
}

#[test]
fn it_computes_what_the_cells_compute() {
    let _switch = switch();
    let mut worst = [0f64; 2];
    for case in random_cases(300) {
        let slot = &mut worst[usize::from(case.dtype == DType::F64)];
        *slot = slot.max(expect_same(&case));
    }
    println!("largest relative differences: f32 {:.1e}, f64 {:.1e}", worst[0], worst[1]);
    // Two ways to compute round differently; were there no difference, there would have been one way.
    assert!(worst[0] > 0.0 && worst[1] > 0.0);
}

/// Starts one of these tests again, in a process with that variable set; false in that process.
fn in_a_process_with(variable: &str, value: &str, test: &str) -> bool {
    if std::env::var(variable).is_ok_and(|now| now == value) {
        return false;
    }
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    let output = child.args([test, "--exact"]).env(variable, value).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains("1 passed"), "{variable}={value}: {told}");
    true
}

#[test]
fn it_computes_the_same_on_one_core() {
    if !in_a_process_with("RAYON_NUM_THREADS", "1", "it_computes_the_same_on_one_core") {
        expect_same_at_sizes_that_are_shared();
    }
}

#[test]
fn it_computes_the_same_on_five_cores() {
    if !in_a_process_with("RAYON_NUM_THREADS", "5", "it_computes_the_same_on_five_cores") {
        expect_same_at_sizes_that_are_shared();
    }
}

#[test]
fn it_computes_the_same_on_all_cores() {
    expect_same_at_sizes_that_are_shared();
}

/// Sizes at which the work is spread over threads: by units, by sequences, by directions.
fn expect_same_at_sizes_that_are_shared() {
    let _switch = switch();
    for kind in [Kind::Rnn(Activation::Tanh), Kind::Lstm, Kind::Gru] {
        for (sizes, bidirectional) in [((40, 4, 16, 330), false), ((40, 49, 20, 96), false), ((40, 49, 20, 96), true)] {
            let options = Options::default().bidirectional(bidirectional);
            for dtype in [DType::F32, DType::F64] {
                let lengths = Some((0..sizes.1).map(|b| 1 + (7 * b) % sizes.0).collect());
                for lengths in [None, lengths] {
                    expect_same(&Case { kind, sizes, options, lengths, with_state: true, dtype, seed: 3 });
                }
            }
        }
    }
}

/// Many threads of a program may run layers at once; only one of them gets the team.
#[test]
fn threads_do_not_disturb_each_other() {
    let _switch = switch();
    let case = |seed| Case {
        kind: Kind::Lstm,
        sizes: (30, 12, 32, 320),
        options: Options::default(),
        lengths: None,
        with_state: false,
        dtype: DType::F64,
        seed,
    };
    let alone: Vec<Run> = (0..6).map(|seed| run(&case(seed), true)).collect();
    let together: Vec<Run> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6).map(|seed| scope.spawn(move || run(&case(seed), true))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for (a, b) in alone.iter().zip(&together) {
        for (a, b) in a.gradients.iter().zip(&b.gradients) {
            assert!(apart(a, b) < 1e-12);
        }
    }
}

#[test]
fn a_graph_can_be_walked_twice() {
    let _switch = switch();
    let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
    let net = Lstm::new(3, 4, Options::default(), parameters.builder()).unwrap();
    let xs = Generator::new(1).randn((5, 2, 3), DType::F32, &Device::Cpu).unwrap();
    let (output, last) = net.forward(&xs, None).unwrap();
    let var = &parameters.vars()[0];
    let gradient = |loss: &Tensor| loss.backward().unwrap().get(var).unwrap().clone();
    let sum = |t: &Tensor| t.sum_all().unwrap();
    let (first, again) = (gradient(&sum(&output)), gradient(&sum(&output)));
    assert_eq!(apart(&first, &again), 0.0);
    let both = gradient(&(sum(&output) + sum(&last.c)).unwrap());
    let parts = (&first + gradient(&sum(&last.c))).unwrap();
    assert!(apart(&both, &parts) < 1e-6);
    // Nothing is left of a loss on the last cell states.
    assert_eq!(apart(&first, &gradient(&sum(&output))), 0.0);
}

/// Each thread goes back through the graph by itself: what one brings from the last cell states is not the other's.
#[test]
fn a_graph_can_be_walked_by_many_threads() {
    let _switch = switch();
    let parameters = Parameters::seeded(1, DType::F64, &Device::Cpu);
    let net = Lstm::new(3, 4, Options::default(), parameters.builder()).unwrap();
    let xs = Generator::new(1).randn((5, 2, 3), DType::F64, &Device::Cpu).unwrap();
    let (output, last) = net.forward(&xs, None).unwrap();
    let var = &parameters.vars()[0];
    let losses = [1.0, 2.0, 3.0].map(|factor| {
        let cells = (last.c.sum_all().unwrap() * factor).unwrap();
        (output.sum_all().unwrap() + cells).unwrap()
    });
    let gradient = |loss: &Tensor| loss.backward().unwrap().get(var).unwrap().clone();
    let alone: Vec<Tensor> = losses.iter().map(gradient).collect();
    assert!(apart(&alone[0], &alone[1]) > 1e-3);
    std::thread::scope(|scope| {
        for n in 0..6 {
            let (loss, wanted, gradient) = (&losses[n % 3], &alone[n % 3], &gradient);
            scope.spawn(move || (0..50).for_each(|_| assert_eq!(apart(wanted, &gradient(loss)), 0.0)));
        }
    });
}

#[test]
fn nan_comes_through_and_padding_does_not() {
    let _switch = switch();
    let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
    let net = Lstm::new(1, 20, Options::default(), parameters.builder()).unwrap();
    let xs = Tensor::new(&[[[1f32], [1.0]], [[f32::NAN], [1.0]], [[1.0], [f32::NAN]]], &Device::Cpu).unwrap();
    let is_nan = |t: &Tensor| t.sum_all().unwrap().to_scalar::<f32>().unwrap().is_nan();
    let (output, _) = net.forward(&xs, None).unwrap();
    let at = |t: usize, b: usize| output.get(t).unwrap().get(b).unwrap();
    assert!(!is_nan(&at(0, 0)) && is_nan(&at(1, 0)) && is_nan(&at(2, 0)));
    assert!(!is_nan(&at(1, 1)) && is_nan(&at(2, 1)));

    let (output, last) = net.forward_padded(&xs, &[1, 2], None).unwrap();
    assert!(!is_nan(&output) && !is_nan(&last.h) && !is_nan(&last.c));
    let store = output.sum_all().unwrap().backward().unwrap();
    assert!(parameters.vars().iter().all(|var| !is_nan(store.get(var).unwrap())));
}

/// Gradients of gradients: Candle keeps the graph of gradients where the environment says so, which must be set before its
/// first use. So the test starts itself again.
#[test]
fn gradients_of_gradients_come_from_the_cells() {
    if in_a_process_with("CANDLE_GRAD_DO_NOT_DETACH", "1", "gradients_of_gradients_come_from_the_cells") {
        return;
    }
    let parameters = Parameters::seeded(1, DType::F64, &Device::Cpu);
    let net = Lstm::new(1, 2, Options::default(), parameters.builder()).unwrap();
    let slope = |x: f64| {
        let x = Var::new(&[[[x]]], &Device::Cpu).unwrap();
        let (output, _) = net.forward(&x, None).unwrap();
        let first = output.sum_all().unwrap().backward().unwrap().get(&x).unwrap().sum_all().unwrap();
        let second = first.backward().unwrap().get(&x).unwrap().sum_all().unwrap();
        (first.to_scalar::<f64>().unwrap(), second.to_scalar::<f64>().unwrap())
    };
    let quotient = (slope(0.3 + 1e-5).0 - slope(0.3 - 1e-5).0) / 2e-5;
    let second = slope(0.3).1;
    assert!(second.abs() > 1e-4 && (quotient - second).abs() < 1e-8, "{quotient} {second}");
}
