//! What a stack of layers costs: the fused operation, the readable cells and candle-nn's LSTM. `benches/README.md` says more.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run ends")]

use candle_nn::RNN as _;
use divan::{Bencher, black_box};
use lstm::candle_core::{DType, Device, Tensor};
use lstm::{Gru, Lstm, Options, Parameters, candle_nn, fused, random};

/// D, H, L, T, B.
type Shape = (usize, usize, usize, usize, usize);

const SHAPES: [Shape; 7] = [
    (10, 5, 2, 3, 4),
    (10, 50, 1, 30, 64),
    (128, 128, 1, 50, 100),
    (128, 256, 2, 100, 64),
    (64, 512, 1, 100, 32),
    (256, 256, 1, 1000, 8),
    (128, 128, 1, 50, 1),
];

fn main() {
    divan::main();
}

fn parameters() -> Parameters {
    random::seed(1);
    Parameters::new(DType::F32, &Device::Cpu)
}

fn lstm((d, h, layers, t, b): Shape) -> (Lstm, Tensor) {
    let net = Lstm::new(d, h, Options::default().num_layers(layers), parameters().builder()).unwrap();
    (net, random::randn((t, b, d), &Device::Cpu).unwrap())
}

fn gru((d, h, layers, t, b): Shape) -> (Gru, Tensor) {
    let net = Gru::new(d, h, Options::default().num_layers(layers), parameters().builder()).unwrap();
    (net, random::randn((t, b, d), &Device::Cpu).unwrap())
}

fn backward(output: &Tensor) {
    black_box(output.sum_all().unwrap().backward().unwrap());
}

#[divan::bench_group(max_time = 2)]
mod forward {
    use super::*;

    #[divan::bench(args = SHAPES)]
    fn lstm_fused(bencher: Bencher, shape: Shape) {
        let (net, xs) = lstm(shape);
        bencher.bench_local(|| net.forward(&xs, None).unwrap());
    }

    #[divan::bench(args = SHAPES)]
    fn gru_fused(bencher: Bencher, shape: Shape) {
        let (net, xs) = gru(shape);
        bencher.bench_local(|| net.forward(&xs, None).unwrap());
    }
}

#[divan::bench_group(max_time = 4)]
mod forward_and_backward {
    use super::*;

    #[divan::bench(args = SHAPES)]
    fn lstm_fused(bencher: Bencher, shape: Shape) {
        let (net, xs) = lstm(shape);
        bencher.bench_local(|| backward(&net.forward(&xs, None).unwrap().0));
    }

    #[divan::bench(args = SHAPES)]
    fn gru_fused(bencher: Bencher, shape: Shape) {
        let (net, xs) = gru(shape);
        bencher.bench_local(|| backward(&net.forward(&xs, None).unwrap().0));
    }

    #[divan::bench(args = SHAPES)]
    fn lstm_readable(bencher: Bencher, shape: Shape) {
        let (net, xs) = lstm(shape);
        fused::set_enabled(false);
        bencher.bench_local(|| backward(&net.forward(&xs, None).unwrap().0));
        fused::set_enabled(true);
    }

    #[divan::bench(args = SHAPES)]
    fn lstm_of_candle_nn(bencher: Bencher, (d, h, layers, t, b): Shape) {
        let parameters = parameters();
        let config = candle_nn::LSTMConfig::default();
        let make = |layer| {
            let size = if layer == 0 { d } else { h };
            candle_nn::lstm(size, h, config, parameters.builder().pp(layer)).unwrap()
        };
        let stack: Vec<_> = (0..layers).map(make).collect();
        let xs = random::randn((b, t, d), &Device::Cpu).unwrap();
        bencher.bench_local(|| {
            let mut xs = xs.clone();
            for layer in &stack {
                xs = layer.states_to_tensor(&layer.seq(&xs).unwrap()).unwrap();
            }
            backward(&xs);
        });
    }
}
