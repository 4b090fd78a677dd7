//! A small LSTM written out in plain numbers, to have a trace to show.

use lstm::prelude::*;

/// A trace of `steps` steps for `batch` sequences of `inputs` inputs and `hidden` units, with fixed made-up weights.
#[allow(dead_code, reason = "each test file uses what it needs")]
pub fn trace(steps: usize, batch: usize, inputs: usize, hidden: usize) -> LstmTrace {
    let weight = |gate: usize, unit: usize, input: usize| {
        ((gate * 31 + unit * 17 + input * 7) as f64 * 0.7).sin() * 1.4
    };
    let x_at = |t: usize, b: usize, d: usize| {
        ((t as f64 + 1.0) * (0.35 + 0.2 * d as f64) + b as f64).sin()
    };
    let sigmoid = |v: f64| 1.0 / (1.0 + (-v).exp());
    let (mut h, mut c) = (
        vec![vec![0.0; hidden]; batch],
        vec![vec![0.0; hidden]; batch],
    );
    let mut x = Vec::new();
    let mut series: [Vec<f64>; 10] = std::array::from_fn(|_| Vec::new());
    for t in 0..steps {
        for b in 0..batch {
            x.extend((0..inputs).map(|d| x_at(t, b, d)));
            let before = h[b].clone();
            for unit in 0..hidden {
                let pre = |gate: usize| {
                    let from_x: f64 = (0..inputs)
                        .map(|d| weight(gate, unit, d) * x_at(t, b, d))
                        .sum();
                    let from_h: f64 = (0..hidden)
                        .map(|k| weight(gate, unit, inputs + k) * before[k])
                        .sum();
                    from_x + from_h / hidden as f64 + if gate == 0 { 1.0 } else { 0.0 }
                };
                let [pre_f, pre_i, pre_g, pre_o] = std::array::from_fn(pre);
                let (f, i, g, o) = (sigmoid(pre_f), sigmoid(pre_i), pre_g.tanh(), sigmoid(pre_o));
                c[b][unit] = f * c[b][unit] + i * g;
                h[b][unit] = o * c[b][unit].tanh();
                let values = [
                    pre_f, pre_i, pre_g, pre_o, f, i, g, o, c[b][unit], h[b][unit],
                ];
                series
                    .iter_mut()
                    .zip(values)
                    .for_each(|(list, value)| list.push(value));
            }
        }
    }
    let cube = |values: Vec<f64>, width: usize| {
        Tensor::from_vec(values, (steps, batch, width), &Device::Cpu).unwrap()
    };
    let state = Tensor::zeros((batch, hidden), DType::F64, &Device::Cpu).unwrap();
    let [pre_f, pre_i, pre_candidate, pre_o, f, i, candidate, o, c, h] =
        series.map(|values| cube(values, hidden));
    LstmTrace {
        x: cube(x, inputs),
        h0: state.clone(),
        c0: state,
        pre_f,
        pre_i,
        pre_candidate,
        pre_o,
        f,
        i,
        candidate,
        o,
        c,
        h,
    }
}
