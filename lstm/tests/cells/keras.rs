//! Converted weights compute what Keras computes: its formulas in plain loops, on its own layout, against cells.

use lstm::candle_nn::{self, RNN};
use lstm::keras::{KerasWeights, Layer, PytorchWeights};
use lstm::prelude::*;

use crate::support::{CPU, flat, normal, relative_error};

const INPUTS: usize = 3;
const HIDDEN: usize = 2;

/// A layer with normal weights, as Keras holds it.
fn keras(layer: Layer) -> KerasWeights {
    let (columns, bias) = match layer {
        Layer::Lstm => (4 * HIDDEN, normal(13, [4 * HIDDEN])),
        Layer::Gru => (3 * HIDDEN, normal(13, [2, 3 * HIDDEN])),
        Layer::SimpleRnn => (HIDDEN, normal(13, [HIDDEN])),
    };
    KerasWeights { kernel: normal(11, [INPUTS, columns]), recurrent_kernel: normal(12, [HIDDEN, columns]), bias }
}

fn sigmoid(a: f64) -> f64 {
    1.0 / (1.0 + (-a).exp())
}

/// Keras' weights as numbers.
struct Numbers {
    kernel: Vec<Vec<f64>>,
    recurrent_kernel: Vec<Vec<f64>>,
    bias: Vec<f64>,
}

impl Numbers {
    fn of(keras: &KerasWeights) -> Self {
        Self {
            kernel: keras.kernel.to_vec2().unwrap(),
            recurrent_kernel: keras.recurrent_kernel.to_vec2().unwrap(),
            bias: flat(&keras.bias),
        }
    }

    /// `x · kernel`, column `column`.
    fn input_part(&self, x: &[f64], column: usize) -> f64 {
        x.iter().zip(&self.kernel).map(|(x, row)| x * row[column]).sum()
    }

    /// `h · recurrent_kernel`, column `column`.
    fn state_part(&self, h: &[f64], column: usize) -> f64 {
        h.iter().zip(&self.recurrent_kernel).map(|(h, row)| h * row[column]).sum()
    }
}

/// The outputs `[T, 1, H]` of a sequence `[T, 1, D]`, from a state of zeros, where `step` takes x, and h and c to
/// their next values.
fn outputs(xs: &Tensor, step: impl Fn(&[f64], &mut Vec<f64>, &mut Vec<f64>)) -> Tensor {
    let (mut h, mut c) = (vec![0.0; HIDDEN], vec![0.0; HIDDEN]);
    let mut all = Vec::new();
    for x in xs.squeeze(1).unwrap().to_vec2::<f64>().unwrap() {
        step(&x, &mut h, &mut c);
        all.extend(h.iter().copied());
    }
    Tensor::from_vec(all, (xs.dims()[0], 1, HIDDEN), &CPU).unwrap()
}

fn agree(got: &Tensor, wanted: &Tensor) {
    let error = relative_error(got, wanted);
    assert!(error < 1e-14, "{error:e}");
}

#[test]
fn an_lstm_computes_what_keras_computes() {
    let weights = keras(Layer::Lstm);
    let n = Numbers::of(&weights);
    let xs = normal(1, [6, 1, INPUTS]);
    let wanted = outputs(&xs, |x, h, c| {
        let a = |gate: usize, unit: usize| {
            let column = gate * HIDDEN + unit;
            n.input_part(x, column) + n.state_part(h, column) + n.bias[column]
        };
        // Columns: i, f, c, o.
        let new: Vec<(f64, f64)> = (0..HIDDEN)
            .map(|k| {
                let c = sigmoid(a(1, k)) * c[k] + sigmoid(a(0, k)) * a(2, k).tanh();
                (sigmoid(a(3, k)) * c.tanh(), c)
            })
            .collect();
        (*h, *c) = new.into_iter().unzip();
    });
    let converted = weights.to_pytorch(Layer::Lstm).unwrap();
    assert_eq!(flat(&converted.bias_hh), [0.0; 4 * HIDDEN]);
    let cell = LstmCell::new(INPUTS, HIDDEN, converted.builder()).unwrap();
    agree(&cell.unroll(&xs, None).unwrap().0, &wanted);
}

/// Keras' GRU with `reset_after=True`.
fn keras_gru(weights: &KerasWeights, xs: &Tensor) -> Tensor {
    let n = Numbers::of(weights);
    outputs(xs, |x, h, _| {
        // Columns: z, r, h. The first row of the bias joins x, the second h.
        let from_x = |gate: usize, unit: usize| {
            let column = gate * HIDDEN + unit;
            n.input_part(x, column) + n.bias[column]
        };
        let from_h = |gate: usize, unit: usize| {
            let column = gate * HIDDEN + unit;
            n.state_part(h, column) + n.bias[3 * HIDDEN + column]
        };
        *h = (0..HIDDEN)
            .map(|k| {
                let z = sigmoid(from_x(0, k) + from_h(0, k));
                let r = sigmoid(from_x(1, k) + from_h(1, k));
                let candidate = (from_x(2, k) + r * from_h(2, k)).tanh();
                z * h[k] + (1.0 - z) * candidate
            })
            .collect();
    })
}

#[test]
fn a_gru_computes_what_keras_computes() {
    let weights = keras(Layer::Gru);
    let xs = normal(1, [6, 1, INPUTS]);
    let wanted = keras_gru(&weights, &xs);
    let converted = weights.to_pytorch(Layer::Gru).unwrap();

    // PyTorch's formulas, on rows r, z, n.
    let [w, u] = [&converted.weight_ih, &converted.weight_hh].map(|tensor| tensor.to_vec2::<f64>().unwrap());
    let [b_ih, b_hh] = [&converted.bias_ih, &converted.bias_hh].map(flat);
    let product = |row: &[f64], v: &[f64]| row.iter().zip(v).map(|(w, v)| w * v).sum::<f64>();
    let got = outputs(&xs, |x, h, _| {
        let from_x = |gate: usize, unit: usize| product(&w[gate * HIDDEN + unit], x) + b_ih[gate * HIDDEN + unit];
        let from_h = |gate: usize, unit: usize| product(&u[gate * HIDDEN + unit], h) + b_hh[gate * HIDDEN + unit];
        *h = (0..HIDDEN)
            .map(|k| {
                let r = sigmoid(from_x(0, k) + from_h(0, k));
                let z = sigmoid(from_x(1, k) + from_h(1, k));
                let n = (from_x(2, k) + r * from_h(2, k)).tanh();
                (1.0 - z) * n + z * h[k]
            })
            .collect();
    });
    agree(&got, &wanted);
}

#[test]
fn a_gru_of_candle_nn_reads_the_converted_weights() {
    let weights = keras(Layer::Gru);
    let xs = normal(1, [6, 1, INPUTS]);
    let vb = weights.to_pytorch(Layer::Gru).unwrap().builder();
    let gru = candle_nn::gru(INPUTS, HIDDEN, Default::default(), vb).unwrap();
    let states = gru.seq(&xs.transpose(0, 1).unwrap()).unwrap();
    let outputs: Vec<Tensor> = states.iter().map(|state| state.h.clone()).collect();
    agree(&Tensor::stack(&outputs, 0).unwrap(), &keras_gru(&weights, &xs));
}

#[test]
fn a_simple_rnn_computes_what_keras_computes() {
    let weights = keras(Layer::SimpleRnn);
    let n = Numbers::of(&weights);
    let xs = normal(1, [6, 1, INPUTS]);
    let wanted = outputs(&xs, |x, h, _| {
        *h = (0..HIDDEN).map(|k| (n.input_part(x, k) + n.state_part(h, k) + n.bias[k]).tanh()).collect();
    });
    let vb = weights.to_pytorch(Layer::SimpleRnn).unwrap().builder();
    let cell = RnnCell::new(INPUTS, HIDDEN, Activation::Tanh, vb).unwrap();
    agree(&cell.unroll(&xs, None).unwrap().0, &wanted);
}

#[test]
fn there_and_back_nothing_changes() {
    for layer in [Layer::Lstm, Layer::Gru, Layer::SimpleRnn] {
        for dtype in [DType::F32, DType::F64] {
            let weights = keras(layer);
            let [kernel, recurrent_kernel, bias] =
                [&weights.kernel, &weights.recurrent_kernel, &weights.bias].map(|w| w.to_dtype(dtype).unwrap());
            let weights = KerasWeights { kernel, recurrent_kernel, bias };
            let back = weights.to_pytorch(layer).unwrap().to_keras(layer).unwrap();
            for (got, wanted) in [
                (&back.kernel, &weights.kernel),
                (&back.recurrent_kernel, &weights.recurrent_kernel),
                (&back.bias, &weights.bias),
            ] {
                assert_eq!((got.dims(), got.dtype()), (wanted.dims(), dtype));
                assert_eq!(flat(got), flat(wanted));
            }
        }
    }
}

#[test]
fn two_biases_become_their_sum() {
    let cell = LstmCell::new(INPUTS, HIDDEN, Parameters::seeded(1, DType::F64, &CPU).builder()).unwrap();
    let vars = cell.vars();
    let [weight_ih, weight_hh, bias_ih, bias_hh] = std::array::from_fn(|n| vars[n].as_tensor().clone());
    let sum = (&bias_ih + &bias_hh).unwrap();
    let keras = PytorchWeights { weight_ih, weight_hh, bias_ih, bias_hh }.to_keras(Layer::Lstm).unwrap();
    assert_eq!(flat(&keras.bias), flat(&sum));
    // The input gate's weight from input 1 to unit 0 is row 0, column 1 in PyTorch.
    assert_eq!(flat(&keras.kernel)[4 * HIDDEN], flat(&cell.vars()[0])[1]);
}

fn says<T>(result: Result<T>, wanted: &str) {
    let text = result.err().unwrap().to_string();
    assert!(text.starts_with(wanted), "{text:?} does not start with {wanted:?}");
}

#[test]
fn keras_weights_that_do_not_fit_are_named() {
    let with = |change: &dyn Fn(&mut KerasWeights)| {
        let mut weights = keras(Layer::Lstm);
        change(&mut weights);
        weights.to_pytorch(Layer::Lstm)
    };
    says(with(&|w| w.kernel = normal(1, [3, 6])), "`kernel` must have shape [D >= 1, 4H = 8], got [3, 6]");
    says(with(&|w| w.kernel = normal(1, [8])), "`kernel` must have shape [D >= 1, 4H = 8], got [8]");
    says(
        with(&|w| w.recurrent_kernel = normal(1, [2, 6])),
        "`recurrent_kernel` must have shape [H = 2, 4H = 8], got [2, 6]",
    );
    says(with(&|w| w.recurrent_kernel = normal(1, [0, 8])), "`recurrent_kernel` must have shape [H >= 1, 4H >= 1]");
    says(with(&|w| w.bias = normal(1, [6])), "`bias` must have shape [4H = 8], got [6]");
    says(with(&|w| w.bias = normal(1, [2, 8])), "`bias` must have shape [4H = 8], got [2, 8]");
    says(with(&|w| w.bias = w.bias.to_dtype(DType::F32).unwrap()), "`bias` must be f64, got f32");
    says(with(&|w| w.kernel = w.kernel.to_dtype(DType::F32).unwrap()), "`kernel` must be f64, got f32");
    says(
        with(&|w| w.recurrent_kernel = w.recurrent_kernel.to_dtype(DType::U32).unwrap()),
        "`recurrent_kernel` must be of a floating-point type, got u32",
    );
    // A layer of another kind, and a GRU with `reset_after=False`.
    says(keras(Layer::Lstm).to_pytorch(Layer::Gru), "`recurrent_kernel` must have shape [H = 2, 3H = 6], got [2, 8]");
    let before = KerasWeights { bias: normal(1, [6]), ..keras(Layer::Gru) };
    says(before.to_pytorch(Layer::Gru), "`bias` must have shape [biases = 2, 3H = 6], got [6]");
}

#[test]
fn pytorch_weights_that_do_not_fit_are_named() {
    let with = |change: &dyn Fn(&mut PytorchWeights)| {
        let mut weights = keras(Layer::Gru).to_pytorch(Layer::Gru).unwrap();
        change(&mut weights);
        weights.to_keras(Layer::Gru)
    };
    says(with(&|w| w.weight_hh = normal(1, [8, 2])), "`weight_hh` must have shape [3H = 6, H = 2], got [8, 2]");
    says(with(&|w| w.weight_hh = normal(1, [6])), "`weight_hh` must have shape [3H >= 1, H >= 1], got [6]");
    says(with(&|w| w.weight_ih = normal(1, [3, 6])), "`weight_ih` must have shape [3H = 6, D >= 1], got [3, 6]");
    says(with(&|w| w.bias_ih = normal(1, [2])), "`bias_ih` must have shape [3H = 6], got [2]");
    says(with(&|w| w.bias_hh = normal(1, [6, 1])), "`bias_hh` must have shape [3H = 6], got [6, 1]");
    says(with(&|w| w.bias_hh = w.bias_hh.to_dtype(DType::F32).unwrap()), "`bias_hh` must be f64, got f32");
    says(
        with(&|w| w.weight_hh = w.weight_hh.to_dtype(DType::I64).unwrap()),
        "`weight_hh` must be of a floating-point type, got i64",
    );
}

#[test]
fn a_cell_made_from_converted_weights_has_its_own() {
    let cell = LstmCell::new(INPUTS, HIDDEN, Parameters::seeded(1, DType::F64, &CPU).builder()).unwrap();
    let vars = cell.vars();
    let [weight_ih, weight_hh, bias_ih, bias_hh] = std::array::from_fn(|n| vars[n].as_tensor().clone());
    let builder = PytorchWeights { weight_ih, weight_hh, bias_ih, bias_hh }.builder();
    let copy = LstmCell::new(INPUTS, HIDDEN, builder).unwrap();
    let before = flat(&cell.vars()[0]);
    copy.vars()[0].set(&copy.vars()[0].zeros_like().unwrap()).unwrap();
    assert_eq!(flat(&cell.vars()[0]), before);
}
