//! The gated recurrent unit, gate by gate.

use lstm::prelude::*;

use crate::support::{CPU, flat, normal};

fn gru_cell() -> GruCell {
    GruCell::new(3, 4, Parameters::seeded(3, DType::F64, &CPU).builder()).unwrap()
}

/// A step in plain numbers, for one sequence.
fn by_hand(cell: &GruCell, x: &[f64], h: &[f64]) -> Vec<f64> {
    let [w_ih, w_hh, b_ih, b_hh]: [Vec<f64>; 4] =
        cell.vars().iter().map(|var| flat(var)).collect::<Vec<_>>().try_into().unwrap();
    let dot = |row: &[f64], v: &[f64]| row.iter().zip(v).map(|(a, b)| a * b).sum::<f64>();
    let (d, units) = (x.len(), h.len());
    let from_x = |row: usize| dot(&w_ih[row * d..(row + 1) * d], x) + b_ih[row];
    let from_h = |row: usize| dot(&w_hh[row * units..(row + 1) * units], h) + b_hh[row];
    let sigmoid = |a: f64| 1.0 / (1.0 + (-a).exp());
    (0..units)
        .map(|k| {
            let r = sigmoid(from_x(k) + from_h(k));
            let z = sigmoid(from_x(units + k) + from_h(units + k));
            let n = (from_x(2 * units + k) + r * from_h(2 * units + k)).tanh();
            (1.0 - z) * n + z * h[k]
        })
        .collect()
}

#[test]
fn a_step_is_its_equations() {
    let cell = gru_cell();
    let (x, h) = (normal(1, [2, 3]), normal(2, [2, 4]));
    let after = cell.forward(&x, &h).unwrap();
    for b in 0..2 {
        let wanted = by_hand(&cell, &flat(&x.get(b).unwrap()), &flat(&h.get(b).unwrap()));
        for (got, wanted) in flat(&after.get(b).unwrap()).iter().zip(wanted) {
            assert!((got - wanted).abs() < 1e-14, "{got} {wanted}");
        }
    }
}

#[test]
fn the_update_gate_decides_between_old_and_new() {
    let cell = gru_cell();
    let (x, h) = (normal(1, [2, 3]), normal(2, [2, 4]));
    let r = cell.reset(&x, &h).unwrap();
    let n = cell.candidate(&x, &h, &r).unwrap();
    let at = |z: f64| {
        let forced = cell.clone().with_override(GruGate::Update, Override::Constant(z));
        assert_eq!(forced.override_of(GruGate::Update), Some(Override::Constant(z)));
        flat(&forced.forward(&x, &h).unwrap())
    };
    assert_eq!(at(1.0), flat(&h));
    assert_eq!(at(0.0), flat(&n));
    let middle: Vec<f64> = flat(&h).iter().zip(flat(&n)).map(|(h, n)| 0.5 * n + 0.5 * h).collect();
    assert_eq!(at(0.5), middle);
}

#[test]
fn a_closed_reset_gate_hides_the_old_state_from_the_candidate() {
    let cell = gru_cell().with_override(GruGate::Reset, Override::CLOSED);
    let x = normal(1, [2, 3]);
    let candidate = |h: &Tensor| {
        let r = cell.reset(&x, h).unwrap();
        flat(&cell.candidate(&x, h, &r).unwrap())
    };
    assert_eq!(candidate(&normal(2, [2, 4])), candidate(&normal(3, [2, 4])));
    let open = gru_cell();
    let of = |h: &Tensor| flat(&open.candidate(&x, h, &open.reset(&x, h).unwrap()).unwrap());
    assert_ne!(of(&normal(2, [2, 4])), of(&normal(3, [2, 4])));
}

#[test]
fn a_trace_holds_what_the_steps_computed() {
    let cell = gru_cell();
    let (xs, h0) = (normal(1, [5, 2, 3]), normal(2, [2, 4]));
    let trace = cell.trace(&xs, Some(&h0)).unwrap();
    let (outputs, last) = cell.unroll(&xs, Some(&h0)).unwrap();
    assert_eq!(flat(&trace.h), flat(&outputs));
    assert_eq!(flat(&trace.h.get(4).unwrap()), flat(&last));
    let (x, h) = (xs.get(3).unwrap(), outputs.get(2).unwrap());
    let r = cell.reset(&x, &h).unwrap();
    assert_eq!(flat(&trace.r.get(3).unwrap()), flat(&r));
    assert_eq!(flat(&trace.z.get(3).unwrap()), flat(&cell.update(&x, &h).unwrap()));
    assert_eq!(flat(&trace.candidate.get(3).unwrap()), flat(&cell.candidate(&x, &h, &r).unwrap()));
    assert_eq!(flat(&trace.h0), flat(&h0));
    assert_eq!(trace.first_non_finite().unwrap(), None);
    let exploding = (&xs * f64::INFINITY).unwrap();
    assert_eq!(cell.trace(&exploding, None).unwrap().first_non_finite().unwrap(), Some(0));
}

#[test]
fn batch_first_exchanges_two_axes() {
    let cell = gru_cell();
    let (xs, h0) = (normal(1, [5, 2, 3]), normal(2, [2, 4]));
    let (wanted, wanted_last) = cell.unroll(&xs, Some(&h0)).unwrap();
    let turned = xs.transpose(0, 1).unwrap();
    let (outputs, last) = cell.unroll_batch_first(&turned, Some(&h0)).unwrap();
    assert_eq!(outputs.dims(), [2, 5, 4]);
    assert_eq!(flat(&outputs.transpose(0, 1).unwrap()), flat(&wanted));
    assert_eq!(flat(&last), flat(&wanted_last));
}

#[test]
fn weights_are_read_and_replaced_gate_by_gate() {
    let cell = gru_cell();
    // 3H(D + H + 2) = 3 · 4 · 9.
    assert_eq!(cell.parameter_count(), 108);
    let stacked = cell.vars();
    for gate in GruGate::PYTORCH_ORDER {
        let weights = cell.weights(gate).unwrap();
        assert_eq!(flat(&weights.w), flat(&stacked[0].narrow(0, 4 * gate.block(), 4).unwrap()), "{}", gate.name());
        assert_eq!(flat(&weights.u), flat(&stacked[1].narrow(0, 4 * gate.block(), 4).unwrap()), "{}", gate.symbol());
    }
    let others = [GruGate::Reset, GruGate::Candidate].map(|gate| flat(&cell.weights(gate).unwrap().b));
    cell.set_bias(GruGate::Update, 2.0).unwrap();
    cell.set_w(GruGate::Update, &normal(5, [4, 3])).unwrap();
    cell.set_u(GruGate::Update, &normal(6, [4, 4])).unwrap();
    let changed = cell.weights(GruGate::Update).unwrap();
    assert_eq!(flat(&changed.b), [2.0; 4]);
    assert_eq!((flat(&changed.w), flat(&changed.u)), (flat(&normal(5, [4, 3])), flat(&normal(6, [4, 4]))));
    assert_eq!(others, [GruGate::Reset, GruGate::Candidate].map(|gate| flat(&cell.weights(gate).unwrap().b)));
}

#[test]
fn arguments_that_do_not_fit() {
    let cell = gru_cell();
    let (x, h) = (normal(1, [2, 3]), normal(2, [2, 4]));
    let says = |result: Result<Tensor>, wanted: &str| assert_eq!(result.unwrap_err().to_string(), wanted);
    says(cell.reset(&h, &h), "`x` must have shape [B >= 1, D = 3], got [2, 4]");
    says(cell.update(&x, &x), "`h` must have shape [B = 2, H = 4], got [2, 3]");
    says(cell.candidate(&x, &h, &x), "`r` must have shape [B = 2, H = 4], got [2, 3]");
    says(cell.hidden(&x, &h, &h), "`z` must have shape [B >= 1, H = 4], got [2, 3]");
    says(cell.hidden(&h, &x, &h), "`candidate` must have shape [B = 2, H = 4], got [2, 3]");
    says(cell.hidden(&h, &h, &x), "`h` must have shape [B = 2, H = 4], got [2, 3]");
    let single = x.to_dtype(DType::F32).unwrap();
    says(cell.forward(&single, &h), "`x` must be f64, got f32: convert it with `to_dtype`");
    says(cell.unroll(&x, None).map(|(outputs, _)| outputs), "`xs` must have shape [T >= 1, B >= 1, D = 3], got [2, 3]");
    let wide = normal(1, [5, 2, 4]);
    let outputs = cell.unroll_batch_first(&wide, None).map(|(outputs, _)| outputs);
    says(outputs, "`xs` must have shape [B >= 1, T >= 1, D = 3], got [5, 2, 4]");
    let forced = cell.with_override(GruGate::Reset, Override::Constant(f64::NAN));
    says(forced.forward(&x, &h), "`override` must be a finite number, got NaN");
}
