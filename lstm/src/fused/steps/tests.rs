//! The passes and the kernels of this folder, all but their launch on a GPU: against the operation for the CPU and against the
//! readable cells, with the kernels' source compiled for the processor.

use std::path::Path;
use std::process::Command;

use candle_core::{DType, Device, Tensor, Var};

use super::launch::Step;
use super::{host, layer};
use crate::fused::{Arguments, Kind, Output, Weights, layer_on_cpu};
use crate::random::Generator;
use crate::{Activation, CellOptions, GruCell, LstmCell, LstmState, Parameters, RnnCell};

#[derive(Clone, Debug)]
struct Case {
    kind: Kind,
    /// T, B, D, H.
    sizes: [usize; 4],
    bidirectional: bool,
    biases: bool,
    lengths: Option<Vec<usize>>,
    /// Which of output, last hidden and last cell states the loss depends on.
    in_loss: [bool; 3],
    dtype: DType,
    seed: u64,
}

type Layer = fn(Kind, &Tensor, Arguments, Option<&[usize]>) -> crate::Result<Output>;

/// A step of a cell; without a cell state it keeps that of the state.
type StepOf = Box<dyn Fn(&Tensor, &LstmState) -> LstmState>;

/// The results of a layer, and the gradients of everything that went in.
fn run(case: &Case, layer: Layer) -> Vec<Tensor> {
    let mut generator = Generator::new(case.seed);
    let [t, b, d, h] = case.sizes;
    let mut var = |dims: &[usize]| {
        let numbers = generator.randn(dims, case.dtype, &Device::Cpu).unwrap();
        Var::from_tensor(&(numbers * 0.5).unwrap()).unwrap()
    };
    let count = if case.bidirectional { 2 } else { 1 };
    let rows = case.kind.weight_blocks() * h;
    let mut vars = vec![var(&[t, b, d]), var(&[count, b, h]), var(&[count, b, h])];
    for _ in 0..count {
        vars.extend([var(&[rows, d]), var(&[rows, h]), var(&[rows]), var(&[rows])]);
    }
    let directions: Vec<Weights> = vars[3..]
        .chunks(4)
        .enumerate()
        .map(|(n, own)| Weights {
            reverse: n == 1,
            weight_ih: &own[0],
            weight_hh: &own[1],
            biases: case.biases.then(|| (own[2].as_tensor(), own[3].as_tensor())),
        })
        .collect();
    let c0 = case.kind.has_cell().then(|| vars[2].as_tensor());
    let arguments = Arguments::new(&directions, &vars[1], c0).unwrap();
    let Output { output, h_n, c_n } = layer(case.kind, &vars[0], arguments, case.lengths.as_deref()).unwrap();
    let mut results: Vec<Tensor> = [output, h_n].into_iter().chain(c_n).collect();
    let mut loss = Tensor::zeros((), case.dtype, &Device::Cpu).unwrap();
    for (result, counts) in results.iter().zip(case.in_loss) {
        let weight = generator.randn(result.dims(), case.dtype, &Device::Cpu).unwrap();
        if counts {
            loss = (loss + (result * weight).unwrap().sum_all().unwrap()).unwrap();
        }
    }
    if let Ok(store) = loss.backward() {
        results.extend(vars.iter().filter_map(|var| store.get(var).cloned()));
    }
    results
}

/// The largest difference over the largest number; NaN if there is one.
fn apart(a: &Tensor, b: &Tensor) -> f64 {
    assert_eq!(a.dims(), b.dims());
    let flat = |t: &Tensor| t.flatten_all().unwrap().to_dtype(DType::F64).unwrap().to_vec1::<f64>().unwrap();
    let larger = |most: f64, next: f64| if next > most || next.is_nan() { next } else { most };
    let (a, b) = (flat(a), flat(b));
    let largest = a.iter().fold(1e-30, |most, x| larger(most, x.abs()));
    a.iter().zip(&b).fold(0.0, |most, (x, y)| larger(most, (x - y).abs())) / largest
}

#[test]
fn it_computes_what_the_operation_for_the_cpu_computes() {
    let mut generator = Generator::new(11);
    let mut below = |n: usize| (generator.next_f64() * n as f64) as usize;
    let mut worst = [0f64; 2];
    let mut seen = [0; 5];
    for seed in 0..200 {
        let kinds = [Activation::Tanh, Activation::Relu, Activation::Sigmoid].map(Kind::Rnn);
        let which = below(9).saturating_sub(4);
        let kind = [Kind::Lstm, Kind::Gru, kinds[0], kinds[1], kinds[2]][which];
        seen[which] += 1;
        // Some of them with more threads than one block has.
        let sizes = [1 + below(8), 1 + below(20), 1 + below(9), 1 + below(40)];
        let dtype = [DType::F32, DType::F64][below(2)];
        let case = Case {
            kind,
            sizes,
            bidirectional: below(2) == 0,
            biases: below(3) > 0,
            lengths: (below(2) == 0).then(|| (0..sizes[1]).map(|_| 1 + below(sizes[0])).collect()),
            in_loss: [below(3) > 0, below(2) == 0, below(2) == 0],
            dtype,
            seed,
        };
        let (expected, got) = (run(&case, layer_on_cpu), run(&case, layer));
        assert_eq!(expected.len(), got.len(), "{case:?}");
        for (n, (expected, got)) in expected.iter().zip(&got).enumerate() {
            let apart = apart(expected, got);
            let most = if dtype == DType::F64 { 1e-12 } else { 2e-5 };
            assert!(apart <= most, "{n}: {apart:e} apart: {case:?}");
            let worst = &mut worst[usize::from(dtype == DType::F64)];
            *worst = worst.max(apart);
        }
    }
    // Two ways to compute round differently; were there no difference, there would have been one way.
    assert!(worst[0] > 0.0 && worst[1] > 0.0 && seen.iter().all(|&times| times > 5), "{worst:?} {seen:?}");
}

/// A layer of one direction with the weights of a cell, and with the states that the cell has after each step.
#[test]
fn it_computes_what_the_readable_cells_compute() {
    for (dtype, most) in [(DType::F64, 1e-13), (DType::F32, 2e-6)] {
        let parameters = |seed| Parameters::seeded(seed, dtype, &Device::Cpu);
        let random = |seed: u64, dims: &[usize]| Generator::new(seed).randn(dims, dtype, &Device::Cpu).unwrap();
        let xs = Var::from_tensor(&random(1, &[9, 6, 5])).unwrap();
        let (h0, c0) = (random(2, &[6, 70]), random(3, &[6, 70]));
        for kind in [Kind::Lstm, Kind::Gru, Kind::Rnn(Activation::Tanh), Kind::Rnn(Activation::Relu)] {
            let parameters = parameters(4);
            let vb = parameters.builder();
            let step: StepOf = match kind {
                Kind::Lstm => {
                    let cell = LstmCell::new(5, 70, vb).unwrap();
                    Box::new(move |x, state| cell.forward(x, state).unwrap())
                }
                Kind::Gru => {
                    let cell = GruCell::new(5, 70, vb).unwrap();
                    Box::new(move |x, state| LstmState { h: cell.forward(x, &state.h).unwrap(), c: state.c.clone() })
                }
                Kind::Rnn(activation) => {
                    let cell = RnnCell::new_with(5, 70, activation, CellOptions::default(), vb).unwrap();
                    Box::new(move |x, state| LstmState { h: cell.forward(x, &state.h).unwrap(), c: state.c.clone() })
                }
            };
            let mut state = LstmState { h: h0.clone(), c: c0.clone() };
            let mut states = Vec::new();
            for t in 0..9 {
                state = step(&xs.get(t).unwrap(), &state);
                states.push(state.h.clone());
            }
            let readable = Tensor::stack(&states, 0).unwrap();

            let named = |name: &str| parameters.get(name).unwrap();
            let [ih, hh, b_ih, b_hh] = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"].map(named);
            let weights = Weights { reverse: false, weight_ih: &ih, weight_hh: &hh, biases: Some((&b_ih, &b_hh)) };
            let [h0, c0] = [&h0, &c0].map(|state| state.unsqueeze(0).unwrap());
            let arguments = Arguments::new(&[weights], &h0, kind.has_cell().then_some(&c0)).unwrap();
            let fused = layer(kind, &xs, arguments, None).unwrap();
            assert!(apart(&readable, &fused.output) <= most, "{kind:?}");
            assert!(apart(&state.h.unsqueeze(0).unwrap(), &fused.h_n) <= most, "{kind:?}");
            if let Some(c_n) = &fused.c_n {
                assert!(apart(&state.c.unsqueeze(0).unwrap(), c_n) <= most);
            }
            let weight = random(5, &[9, 6, 70]);
            let gradients = |output: &Tensor| (output * &weight).unwrap().sum_all().unwrap().backward().unwrap();
            let (readable, fused) = (gradients(&readable), gradients(&fused.output));
            for var in parameters.vars().iter().chain([&xs]) {
                let apart = apart(readable.get(var).unwrap(), fused.get(var).unwrap());
                assert!(apart <= 10.0 * most, "{kind:?}: {apart:e}");
            }
        }
    }
}

#[test]
fn nan_comes_through_and_saturated_gates_do_not_make_any() {
    for kind in [Kind::Lstm, Kind::Gru, Kind::Rnn(Activation::Relu), Kind::Rnn(Activation::Sigmoid)] {
        let rows = kind.weight_blocks();
        for dtype in [DType::F32, DType::F64] {
            let ones = |dims: &[usize]| Tensor::ones(dims, dtype, &Device::Cpu).unwrap();
            let (ih, hh) = (ones(&[rows, 1]), ones(&[rows, 1]));
            let weights = Weights { reverse: false, weight_ih: &ih, weight_hh: &hh, biases: None };
            let state = ones(&[1, 3, 1]);
            let xs = Tensor::new(&[[[1e30], [-1e30], [f64::NAN]]], &Device::Cpu).unwrap().to_dtype(dtype).unwrap();
            let arguments = Arguments::new(&[weights], &state, kind.has_cell().then_some(&state)).unwrap();
            let output = layer(kind, &xs, arguments, None).unwrap().output;
            let output = output.flatten_all().unwrap().to_dtype(DType::F64).unwrap().to_vec1::<f64>().unwrap();
            assert!(output[0].is_finite() && output[1].is_finite() && output[2].is_nan(), "{kind:?}: {output:?}");
        }
    }
}

#[test]
fn the_argument_has_one_layout_in_both_languages() {
    assert_eq!(host::size_of_step(), size_of::<Step>());
    // Every field of the C structure stands in its place: its name's order is that of the Rust one.
    let text = include_str!("kernels.cu");
    let inside = &text[text.find("struct Step {").unwrap()..text.find("\n};").unwrap()];
    let code: String = inside.split("/*").map(|part| part.split("*/").last().unwrap()).collect();
    let mut at = 0;
    let step = format!("{:?}", Step::default());
    for field in step.trim_start_matches("Step {").trim_end_matches(" }").split(',') {
        let name = field.split(':').next().unwrap().trim();
        let found = code[at..].find(name).unwrap_or_else(|| panic!("`{name}` is not where it should be"));
        at += found + name.len();
    }
}

/// CUDA's compiler takes the kernels, where there is one.
#[test]
#[ignore = "needs CUDA's compiler, nvcc"]
fn cuda_accepts_the_kernels() {
    let folder = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/fused/steps/kernels.cu");
    for real in ["float", "double"] {
        let ptx = folder.path().join("kernels.ptx");
        let mut nvcc = Command::new("nvcc");
        nvcc.args(["--ptx", "-arch=compute_75", &format!("-DREAL={real}"), "-o"]).arg(&ptx).arg(&source);
        assert!(nvcc.status().unwrap().success());
        assert_eq!(std::fs::read_to_string(&ptx).unwrap().matches(".entry").count(), 6);
    }
}
