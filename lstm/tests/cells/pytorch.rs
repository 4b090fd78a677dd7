//! The cells against PyTorch: outputs, last states, gradients of everything, gradients through time.

use std::collections::HashMap;

use lstm::candle_core::{backprop::GradStore, safetensors};
use lstm::prelude::*;
use lstm::variants::LayerNormLstmCell;

use crate::support::{CPU, flat, golden, relative_error};

const GROUPS: [&str; 4] = ["t1b1d1h1", "t3b4d10h5", "t25b2d3h4", "t12b3d6h20"];
const F32: (&str, f64) = ("f32", 1e-5);
const F64: (&str, f64) = ("f64", 1e-10);

/// The tensors of one group of a golden file, and how near to them is near enough.
struct Golden {
    file: String,
    group: &'static str,
    tensors: HashMap<String, Tensor>,
    tolerance: f64,
}

impl Golden {
    fn open(kind: &str, (dtype, tolerance): (&str, f64), group: &'static str) -> Self {
        let file = format!("{kind}_{dtype}.safetensors");
        let tensors = safetensors::load(golden(&file), &CPU).unwrap();
        Self { file, group, tensors, tolerance }
    }

    fn get(&self, name: &str) -> &Tensor {
        &self.tensors[&format!("{}.{name}", self.group)]
    }

    fn check(&self, name: &str, got: &Tensor) {
        let error = relative_error(got, self.get(name));
        println!("{} {} {name}: {error:.1e}", self.file, self.group);
        assert!(error <= self.tolerance, "{} {} {name}: relative error {error:.1e}", self.file, self.group);
    }

    /// Norms of one sequence range over orders of magnitude, so each counts by itself.
    fn check_norms(&self, name: &str, got: &[f64]) {
        let wanted = flat(self.get(name));
        assert_eq!(got.len(), wanted.len());
        for (t, (got, wanted)) in got.iter().zip(wanted).enumerate() {
            let error = (got - wanted).abs() / wanted.max(f64::MIN_POSITIVE);
            assert!(error <= self.tolerance, "{} {} {name}[{t}]: {got}, not {wanted}", self.file, self.group);
        }
    }
}

fn weighted(values: &Tensor, weights: &Tensor) -> Tensor {
    values.mul(weights).unwrap().sum_all().unwrap()
}

fn check_lstm(dtype: (&str, f64), group: &'static str) {
    let golden_file = Golden::open("lstm", dtype, group);
    let prefix = format!("{group}.net");
    let cell = LstmCell::from_pytorch(golden(&golden_file.file), &prefix, 0, &CPU).unwrap();
    let [xs, h0, c0] = ["xs", "h0", "c0"].map(|name| Var::from_tensor(golden_file.get(name)).unwrap());
    let state = LstmState::new(h0.as_tensor().clone(), c0.as_tensor().clone()).unwrap();

    let (outputs, last) = cell.unroll(&xs, Some(&state)).unwrap();
    golden_file.check("outputs", &outputs);
    golden_file.check("h_n", &last.h);
    golden_file.check("c_n", &last.c);
    let joined = cell.clone().with_form(Form::Concatenated);
    golden_file.check("outputs", &joined.unroll(&xs, Some(&state)).unwrap().0);
    golden_file.check("outputs", &cell.trace(&xs, Some(&state)).unwrap().h);

    let loss = weighted(&outputs, golden_file.get("loss.outputs"));
    let loss = (loss + weighted(&last.h, golden_file.get("loss.h"))).unwrap();
    let loss = (loss + weighted(&last.c, golden_file.get("loss.c"))).unwrap();
    let store = loss.backward().unwrap();
    check_gradients(&golden_file, &store, &cell.vars(), &[("grad.xs", &xs), ("grad.h0", &h0), ("grad.c0", &c0)]);

    let norms = gradients::lstm_gradients(&cell, &xs, Tensor::sum_all).unwrap();
    golden_file.check_norms("norms.h", &norms.norms);
    golden_file.check_norms("norms.c", &norms.cell_norms.unwrap());
    assert_eq!(norms.exploded_at, None);
}

/// The gradients of all weights, under PyTorch's names, and of what went in.
fn check_gradients(golden_file: &Golden, store: &GradStore, weights: &[Var], inputs: &[(&str, &Var)]) {
    let names = ["grad.weight_ih_l0", "grad.weight_hh_l0", "grad.bias_ih_l0", "grad.bias_hh_l0"];
    for (name, var) in names.into_iter().zip(weights).chain(inputs.iter().copied()) {
        golden_file.check(name, store.get(var).unwrap());
    }
}

fn check_rnn(kind: &str, activation: Activation, dtype: (&str, f64), group: &'static str) {
    let golden_file = Golden::open(kind, dtype, group);
    let prefix = format!("{group}.net.");
    let path = golden(&golden_file.file);
    let cell = RnnCell::from_pytorch(path, &prefix, 0, activation, &CPU).unwrap();
    let [xs, h0] = ["xs", "h0"].map(|name| Var::from_tensor(golden_file.get(name)).unwrap());

    let (outputs, last) = cell.unroll(&xs, Some(&h0)).unwrap();
    golden_file.check("outputs", &outputs);
    golden_file.check("h_n", &last);
    golden_file.check("outputs", &cell.trace(&xs, Some(&h0)).unwrap().h);

    let loss = weighted(&outputs, golden_file.get("loss.outputs"));
    let loss = (loss + weighted(&last, golden_file.get("loss.h"))).unwrap();
    let store = loss.backward().unwrap();
    check_gradients(&golden_file, &store, &cell.vars(), &[("grad.xs", &xs), ("grad.h0", &h0)]);

    let norms = gradients::rnn_gradients(&cell, &xs, Tensor::sum_all).unwrap();
    golden_file.check_norms("norms.h", &norms.norms);
    assert_eq!(norms.cell_norms, None);
}

#[test]
fn lstm_matches_pytorch_in_f32() {
    GROUPS.iter().for_each(|group| check_lstm(F32, group));
}

#[test]
fn lstm_matches_pytorch_in_f64() {
    GROUPS.iter().for_each(|group| check_lstm(F64, group));
}

#[test]
fn tanh_rnn_matches_pytorch() {
    for dtype in [F32, F64] {
        GROUPS.iter().for_each(|group| check_rnn("rnn_tanh", Activation::Tanh, dtype, group));
    }
}

#[test]
fn relu_rnn_matches_pytorch() {
    for dtype in [F32, F64] {
        GROUPS.iter().for_each(|group| check_rnn("rnn_relu", Activation::Relu, dtype, group));
    }
}

#[test]
fn batch_first_is_the_same_sequence_turned() {
    let golden_file = Golden::open("lstm", F64, "t3b4d10h5");
    let path = golden(&golden_file.file);
    let cell = LstmCell::from_pytorch(path, "t3b4d10h5.net", 0, &CPU).unwrap();
    let turned = golden_file.get("xs").transpose(0, 1).unwrap();
    assert_eq!(turned.dims(), [4, 3, 10]);
    let state = LstmState::new(golden_file.get("h0").clone(), golden_file.get("c0").clone());
    let (outputs, last) = cell.unroll_batch_first(&turned, Some(&state.unwrap())).unwrap();
    assert_eq!(outputs.dims(), [4, 3, 5]);
    golden_file.check("outputs", &outputs.transpose(0, 1).unwrap());
    golden_file.check("c_n", &last.c);
}

#[test]
fn a_cell_saved_by_the_store_loads_like_a_pytorch_file() {
    let parameters = Parameters::seeded(5, DType::F32, &CPU);
    let cell = LstmCell::new(3, 4, parameters.builder().pp("lstm")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    parameters.save(&path).unwrap();
    let loaded = LstmCell::from_pytorch(&path, "lstm", 0, &CPU).unwrap();
    assert_eq!((loaded.input_size(), loaded.hidden_size()), (3, 4));
    for (ours, theirs) in cell.vars().iter().zip(&loaded.vars()) {
        assert_eq!(flat(ours), flat(theirs));
    }
}

#[test]
fn every_layer_of_a_stack_can_be_read() {
    // What PyTorch saves of two layers with 3 inputs and 4 units: the second one's inputs are the first one's units.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stack.safetensors");
    for (rows, simple) in [(16, false), (4, true)] {
        let mut tensors = HashMap::new();
        for (layer, inputs) in [(0, 3), (1, 4)] {
            for (k, (name, shape)) in [
                ("weight_ih", vec![rows, inputs]),
                ("weight_hh", vec![rows, 4]),
                ("bias_ih", vec![rows]),
                ("bias_hh", vec![rows]),
            ]
            .into_iter()
            .enumerate()
            {
                let value = f64::from(10 * layer + k as i32);
                tensors.insert(format!("stack.{name}_l{layer}"), Tensor::full(value, shape, &CPU).unwrap());
            }
        }
        safetensors::save(&tensors, &path).unwrap();
        for (layer, inputs) in [(0, 3), (1, 4)] {
            let (size, vars) = if simple {
                let cell = RnnCell::from_pytorch(&path, "stack", layer, Activation::Tanh, &CPU).unwrap();
                (cell.input_size(), cell.vars())
            } else {
                let cell = LstmCell::from_pytorch(&path, "stack", layer, &CPU).unwrap();
                (cell.input_size(), cell.vars())
            };
            assert_eq!(size, inputs);
            for (k, var) in vars.iter().enumerate() {
                assert!(flat(var).iter().all(|&value| value == (10 * layer + k) as f64));
            }
        }
    }
}

#[test]
fn the_rnns_batch_first_and_its_weights_are_pytorchs() {
    let golden_file = Golden::open("rnn_tanh", F64, "t3b4d10h5");
    let path = golden(&golden_file.file);
    let cell = RnnCell::from_pytorch(path, "t3b4d10h5.net", 0, Activation::Tanh, &CPU).unwrap();
    let turned = golden_file.get("xs").transpose(0, 1).unwrap();
    let (outputs, last) = cell.unroll_batch_first(&turned, Some(golden_file.get("h0"))).unwrap();
    assert_eq!(outputs.dims(), [4, 3, 5]);
    golden_file.check("outputs", &outputs.transpose(0, 1).unwrap());
    golden_file.check("h_n", &last);
    let wrong = cell.unroll_batch_first(&golden_file.get("h0").clone(), None).unwrap_err().to_string();
    assert!(wrong.starts_with("`xs` must have shape [B >= 1, T >= 1, D = 10]"), "{wrong}");

    golden_file.check("net.weight_ih_l0", &cell.w().unwrap());
    golden_file.check("net.weight_hh_l0", &cell.u().unwrap());
    let biases = ["net.bias_ih_l0", "net.bias_hh_l0"].map(|name| flat(golden_file.get(name)));
    let sums: Vec<f64> = biases[0].iter().zip(&biases[1]).map(|(a, b)| a + b).collect();
    assert_eq!(flat(&cell.b().unwrap()), sums);
}

#[test]
fn layer_norm_is_pytorchs() {
    for group in &GROUPS[1..] {
        let golden_file = Golden::open("layer_norm", F64, group);
        let [xs, h0, c0] = ["xs", "h0", "c0"].map(|name| Var::from_tensor(golden_file.get(name)).unwrap());
        let parameters = Parameters::seeded(1, DType::F64, &CPU);
        let (inputs, hidden) = (xs.dims()[2], h0.dims()[1]);
        let cell = LayerNormLstmCell::new(inputs, hidden, parameters.builder()).unwrap();
        let names = parameters.names();
        assert_eq!(names.len(), 9);
        for name in &names {
            parameters.get(name).unwrap().set(golden_file.get(&format!("net.{name}"))).unwrap();
        }
        let state = LstmState::new(h0.as_tensor().clone(), c0.as_tensor().clone()).unwrap();
        let (outputs, last) = cell.unroll(&xs, Some(&state)).unwrap();
        golden_file.check("outputs", &outputs);
        golden_file.check("c_n", &last.c);
        let loss = weighted(&outputs, golden_file.get("loss.outputs"));
        let gradients = (loss + weighted(&last.c, golden_file.get("loss.c"))).unwrap().backward().unwrap();
        for name in &names {
            golden_file.check(&format!("grad.{name}"), gradients.get(&parameters.get(name).unwrap()).unwrap());
        }
        for (name, var) in [("grad.xs", &xs), ("grad.h0", &h0), ("grad.c0", &c0)] {
            golden_file.check(name, gradients.get(var).unwrap());
        }
    }
}
