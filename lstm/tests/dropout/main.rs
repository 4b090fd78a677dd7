//! Dropout between layers. It draws from the generator of the process, so these tests have a process of their own and
//! run one after the other.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Mutex, PoisonError};

use lstm::prelude::*;

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

const CPU: Device = Device::Cpu;

fn flat(tensor: &Tensor) -> Vec<f64> {
    tensor.to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1().unwrap()
}

fn alone(test: impl FnOnce()) {
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    test();
}

fn lstm(layers: usize, dropout: f64) -> Lstm {
    let options = Options::default().num_layers(layers).bidirectional(true).dropout(dropout);
    Lstm::new(3, 4, options, Parameters::seeded(3, DType::F32, &CPU).builder()).unwrap()
}

fn outputs(lstm: &Lstm, xs: &Tensor) -> Vec<f64> {
    flat(&lstm.forward(xs, None).unwrap().0)
}

#[test]
fn the_seed_decides() {
    alone(|| {
        let xs = random::randn((5, 2, 3), &CPU).unwrap();
        let lstm = lstm(3, 0.5);
        let after = |seed| {
            random::seed(seed);
            [outputs(&lstm, &xs), outputs(&lstm, &xs)]
        };
        let first = after(7);
        assert_eq!(first, after(7));
        assert_ne!(first[0], first[1]);
        assert_ne!(first, after(8));
    });
}

#[test]
fn it_acts_in_training_only_and_between_layers_only() {
    alone(|| {
        let xs = random::randn((5, 2, 3), &CPU).unwrap();
        let plain = outputs(&lstm(2, 0.0), &xs);
        let mut dropping = lstm(2, 0.5);
        assert_ne!(outputs(&dropping, &xs), plain);
        dropping.eval();
        assert_eq!(outputs(&dropping, &xs), plain);
        dropping.train();
        assert_ne!(outputs(&dropping, &xs), plain);
        assert_eq!(outputs(&lstm(1, 0.9), &xs), outputs(&lstm(1, 0.0), &xs));
        let set = lstm(2, 0.0).with_dropout(0.5).unwrap();
        assert_ne!(outputs(&set, &xs), plain);
        // Nothing is drawn where nothing is dropped.
        let next = |lstm: &Lstm| {
            random::seed(1);
            outputs(lstm, &xs);
            flat(&random::randn(3, &CPU).unwrap())
        };
        assert_eq!(next(&lstm(1, 0.9)), next(&lstm(2, 0.0)));
    });
}

#[test]
fn numbers_are_dropped_or_made_larger() {
    alone(|| {
        // Two layers that hand on what comes in: positive numbers, unit weights, nothing recurrent.
        let options = Options::default().num_layers(2).bias(false).dropout(0.25);
        let parameters = Parameters::seeded(1, DType::F64, &CPU);
        let rnn = Rnn::new(100, 100, Activation::Relu, options, parameters.builder()).unwrap();
        for layer in 0..2 {
            let cell = rnn.cell(layer).unwrap();
            cell.set_w(&init::identity(100, 1.0, DType::F64, &CPU).unwrap()).unwrap();
            cell.set_u(&init::identity(100, 0.0, DType::F64, &CPU).unwrap()).unwrap();
        }
        random::seed(1);
        let xs = Var::ones((20, 10, 100), DType::F64, &CPU).unwrap();
        let (outputs, _) = rnn.forward(&xs, None).unwrap();
        let numbers = flat(&outputs);
        let kept = 1.0 / 0.75;
        assert!(numbers.iter().all(|&number| number == 0.0 || number == kept));
        let dropped = numbers.iter().filter(|&&number| number == 0.0).count() as f64 / numbers.len() as f64;
        // Standard error: √(0.25 · 0.75 / 20 000) = 0.003.
        assert!((dropped - 0.25).abs() < 0.015, "{dropped}");
        // The gradient goes where the numbers went.
        let gradient = outputs.sum_all().unwrap().backward().unwrap();
        assert_eq!(flat(gradient.get(&xs).unwrap()), numbers);
    });
}

#[test]
fn the_element_type_does_not_matter() {
    alone(|| {
        let xs = Tensor::ones((5, 2, 3), DType::F64, &CPU).unwrap();
        let options = Options::default().num_layers(2).dropout(0.5);
        let wide = Lstm::new(3, 40, options, Parameters::seeded(3, DType::F64, &CPU).builder()).unwrap();
        random::seed(5);
        let wanted = outputs(&wide, &xs);
        for (dtype, most) in [(DType::F32, 1e-6), (DType::F16, 5e-3)] {
            let lstm = Lstm::new(3, 40, options, Parameters::seeded(3, dtype, &CPU).builder()).unwrap();
            random::seed(5);
            let got = outputs(&lstm, &xs.to_dtype(dtype).unwrap());
            let apart = got.iter().zip(&wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(apart > 0.0 && apart < most, "{dtype:?}: {apart:e}");
        }
    });
}
