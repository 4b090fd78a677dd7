//! The fused operation against the same equations in Candle's operations, step by step.

use candle_core::{D, DType, Device, Tensor, Var};
use candle_nn::ops::sigmoid;

use super::*;
use crate::Activation;
use crate::random::Generator;

struct Case {
    kind: Kind,
    sizes: (usize, usize, usize, usize),
    reversed: Vec<bool>,
    biases: bool,
    lengths: Option<Vec<usize>>,
    dtype: DType,
}

fn step(kind: Kind, x: &Tensor, h: &Tensor, c: &Tensor, w: &[Var]) -> candle_core::Result<(Tensor, Tensor)> {
    let from_x = x.matmul(&w[0].t()?)?;
    let from_h = h.matmul(&w[1].t()?)?;
    let (from_x, from_h) = match w {
        [_, _, b_ih, b_hh] => (from_x.broadcast_add(b_ih)?, from_h.broadcast_add(b_hh)?),
        _ => (from_x, from_h),
    };
    Ok(match kind {
        Kind::Rnn(activation) => (activation.apply(&(from_x + from_h)?).unwrap(), c.clone()),
        Kind::Lstm => {
            let a = (from_x + from_h)?.chunk(4, D::Minus1)?;
            let c = ((sigmoid(&a[1])? * c)? + (sigmoid(&a[0])? * a[2].tanh()?)?)?;
            ((sigmoid(&a[3])? * c.tanh()?)?, c)
        }
        Kind::Gru => {
            let (x, hs) = (from_x.chunk(3, D::Minus1)?, from_h.chunk(3, D::Minus1)?);
            let r = sigmoid(&(&x[0] + &hs[0])?)?;
            let z = sigmoid(&(&x[1] + &hs[1])?)?;
            let n = (&x[2] + (r * &hs[2])?)?.tanh()?;
            ((&n + (z * (h - &n)?)?)?, c.clone())
        }
    })
}

/// Output, last hidden states, last cell states.
fn plain(case: &Case, xs: &Tensor, w: &[Vec<Var>], h0: &Tensor, c0: &Tensor) -> candle_core::Result<[Tensor; 3]> {
    let (steps, batch, ..) = case.sizes;
    let (mut outputs, mut hs, mut cs) = (Vec::new(), Vec::new(), Vec::new());
    for (d, &reverse) in case.reversed.iter().enumerate() {
        let (mut h, mut c) = (h0.get(d)?, c0.get(d)?);
        let mut rows = vec![None; steps];
        for n in 0..steps {
            let t = if reverse { steps - 1 - n } else { n };
            let (new_h, new_c) = step(case.kind, &xs.get(t)?, &h, &c, &w[d])?;
            let active: Vec<u8> =
                (0..batch).map(|b| u8::from(case.lengths.as_ref().is_none_or(|lengths| t < lengths[b]))).collect();
            let active = Tensor::from_vec(active, (batch, 1), &Device::Cpu)?.broadcast_as(h.dims())?;
            h = active.where_cond(&new_h, &h)?;
            c = active.where_cond(&new_c, &c)?;
            rows[t] = Some(active.where_cond(&h, &h.zeros_like()?)?);
        }
        outputs.push(Tensor::stack(&rows.into_iter().flatten().collect::<Vec<_>>(), 0)?);
        hs.push(h);
        cs.push(c);
    }
    Ok([Tensor::cat(&outputs, 2)?, Tensor::stack(&hs, 0)?, Tensor::stack(&cs, 0)?])
}

/// The largest difference over the largest value.
fn apart(a: &Tensor, b: &Tensor) -> f64 {
    let flat = |t: &Tensor| t.flatten_all().unwrap().to_dtype(DType::F64).unwrap().to_vec1::<f64>().unwrap();
    let (a, b) = (flat(a), flat(b));
    assert_eq!(a.len(), b.len());
    let largest = a.iter().fold(1e-30f64, |most, x| most.max(x.abs()));
    a.iter().zip(&b).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max) / largest
}

/// The largest of all differences: outputs, last states, and the gradients of everything that went in.
fn difference(case: &Case) -> f64 {
    let (steps, batch, inputs, hidden) = case.sizes;
    let (count, rows) = (case.reversed.len(), case.kind.weight_blocks() * hidden);
    let mut generator = Generator::new(1);
    let mut var = |dims: &[usize], scale: f64| {
        let drawn = generator.uniform(-scale..scale, dims, case.dtype, &Device::Cpu).unwrap();
        Var::from_tensor(&drawn).unwrap()
    };
    let scale = 1.0 / (hidden as f64).sqrt();
    let xs = var(&[steps, batch, inputs], 1.0);
    let (h0, c0) = (var(&[count, batch, hidden], 0.5), var(&[count, batch, hidden], 0.5));
    let weights: Vec<Vec<Var>> = (0..count)
        .map(|_| {
            let mut all = vec![var(&[rows, inputs], scale), var(&[rows, hidden], scale)];
            if case.biases {
                all.extend([var(&[rows], scale), var(&[rows], scale)]);
            }
            all
        })
        .collect();
    let loss_of = [
        var(&[steps, batch, count * hidden], 1.0),
        var(&[count, batch, hidden], 1.0),
        var(&[count, batch, hidden], 1.0),
    ];

    let expected = plain(case, &xs, &weights, &h0, &c0).unwrap();
    let directions: Vec<Weights> = (weights.iter().zip(&case.reversed))
        .map(|(w, &reverse)| Weights {
            reverse,
            weight_ih: &w[0],
            weight_hh: &w[1],
            biases: case.biases.then(|| (w[2].as_tensor(), w[3].as_tensor())),
        })
        .collect();
    let c = case.kind.has_cell().then_some(c0.as_tensor());
    let got = layer(case.kind, &xs, &directions, &h0, c, case.lengths.as_deref()).unwrap();
    let got: Vec<Tensor> = [Some(got.output), Some(got.h_n), got.c_n].into_iter().flatten().collect();

    let loss = |values: &[Tensor]| {
        let parts = values.iter().zip(&loss_of).map(|(v, w)| (v * w.as_tensor()).unwrap().sum_all().unwrap());
        parts.reduce(|a, b| (a + b).unwrap()).unwrap().backward().unwrap()
    };
    let mut worst = 0f64;
    for (a, b) in expected.iter().zip(&got) {
        worst = worst.max(apart(a, b));
    }
    let (expected, got) = (loss(&expected[..got.len()]), loss(&got));
    let mut vars: Vec<&Var> = weights.iter().flatten().collect();
    vars.extend([&xs, &h0]);
    if case.kind.has_cell() {
        vars.push(&c0);
    }
    for var in vars {
        worst = worst.max(apart(expected.get(var).unwrap(), got.get(var).unwrap()));
    }
    worst
}

#[test]
fn it_computes_what_the_steps_compute() {
    let kinds = [
        Kind::Rnn(Activation::Tanh),
        Kind::Rnn(Activation::Relu),
        Kind::Rnn(Activation::Sigmoid),
        Kind::Lstm,
        Kind::Gru,
    ];
    let sizes =
        [(1, 1, 1, 1), (3, 4, 10, 5), (7, 1, 3, 33), (5, 9, 4, 50), (6, 40, 8, 128), (4, 3, 5, 300), (30, 17, 16, 64)];
    let (mut worst32, mut worst64) = (0f64, 0f64);
    for kind in kinds {
        for sizes in sizes {
            for reversed in [vec![false], vec![true], vec![false, true]] {
                for (biases, short) in [(true, false), (false, true), (true, true)] {
                    let lengths = short.then(|| (0..sizes.1).map(|b| 1 + (b * 5 + 2) % sizes.0).collect());
                    let case = |dtype| Case {
                        kind,
                        sizes,
                        reversed: reversed.clone(),
                        biases,
                        lengths: lengths.clone(),
                        dtype,
                    };
                    let (f32, f64) = (difference(&case(DType::F32)), difference(&case(DType::F64)));
                    assert!(f32 < 1e-5, "{kind:?} {sizes:?} {reversed:?} {lengths:?}: {f32:e}");
                    assert!(f64 < 1e-12, "{kind:?} {sizes:?} {reversed:?} {lengths:?}: {f64:e}");
                    (worst32, worst64) = (worst32.max(f32), worst64.max(f64));
                }
            }
        }
    }
    println!("largest relative differences: f32 {worst32:.1e}, f64 {worst64:.1e}");
}
