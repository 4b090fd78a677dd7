//! What several tests share.

use std::path::PathBuf;

use lstm::prelude::*;
use lstm::random::Generator;

pub(crate) const CPU: Device = Device::Cpu;

/// A file that `make_goldens.py` wrote.
pub(crate) fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

/// The largest absolute difference, as a fraction of the largest element wanted (or of 1 where all are zero).
pub(crate) fn relative_error(got: &Tensor, wanted: &Tensor) -> f64 {
    assert_eq!(got.dims(), wanted.dims());
    let (got, wanted) = (flat(got), flat(wanted));
    let scale = wanted.iter().fold(0.0, |a: f64, b| a.max(b.abs()));
    let scale = if scale == 0.0 { 1.0 } else { scale };
    got.iter()
        .zip(&wanted)
        .map(|(a, b)| (a - b).abs() / scale)
        .fold(0.0, |a, b| if b > a || b.is_nan() { b } else { a })
}

/// All elements as f64.
pub(crate) fn flat(tensor: &Tensor) -> Vec<f64> {
    tensor.to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1().unwrap()
}

/// Normal numbers of a stream of their own, in f64.
pub(crate) fn normal<const N: usize>(seed: u64, shape: [usize; N]) -> Tensor {
    let mut generator = Generator::new(seed);
    generator.randn(&shape[..], DType::F64, &CPU).unwrap()
}

/// An f64 LSTM cell with seeded weights.
pub(crate) fn lstm_cell(inputs: usize, hidden: usize) -> LstmCell {
    let parameters = Parameters::seeded(3, DType::F64, &CPU);
    LstmCell::new(inputs, hidden, parameters.builder()).unwrap()
}

/// An f64 simple cell with seeded weights.
pub(crate) fn rnn_cell(inputs: usize, hidden: usize, activation: Activation) -> RnnCell {
    let parameters = Parameters::seeded(3, DType::F64, &CPU);
    RnnCell::new(inputs, hidden, activation, parameters.builder()).unwrap()
}
