//! The variants of the LSTM cell against plain loops, against the plain cell and against finite differences.

use lstm::prelude::*;
use lstm::variants::{CoupledLstmCell, LayerNorm, LayerNormLstmCell, PeepholeLstmCell};

use crate::finite_differences::{check, scalar};
use crate::support::{CPU, flat, normal, relative_error};

fn parameters() -> Parameters {
    Parameters::seeded(3, DType::F64, &CPU)
}

/// A normal state of `batch` sequences.
fn state(batch: usize, hidden: usize) -> LstmState {
    LstmState::new(normal(2, [batch, hidden]), normal(3, [batch, hidden])).unwrap()
}

fn peephole() -> PeepholeLstmCell {
    PeepholeLstmCell::new(2, 3, parameters().builder()).unwrap()
}

fn coupled() -> CoupledLstmCell {
    CoupledLstmCell::new(2, 3, parameters().builder()).unwrap()
}

/// Scales and shifts are moved off 1 and 0, where mistakes could hide.
fn layer_norm() -> LayerNormLstmCell {
    let cell = LayerNormLstmCell::new(2, 3, parameters().builder()).unwrap();
    for (k, var) in cell.vars().iter().enumerate().skip(2) {
        let moved = normal(20 + k as u64, [var.elem_count()]).affine(0.3, 0.8).unwrap();
        var.set(&moved).unwrap();
    }
    cell
}

/// A matrix as rows of numbers.
type Rows = Vec<Vec<f64>>;

fn rows(tensor: &Tensor) -> Rows {
    tensor.to_vec2().unwrap()
}

fn sigmoid(a: f64) -> f64 {
    1.0 / (1.0 + (-a).exp())
}

/// `M v`.
fn product(matrix: &Rows, vector: &[f64]) -> Vec<f64> {
    matrix.iter().map(|row| row.iter().zip(vector).map(|(m, v)| m * v).sum()).collect()
}

/// Asserts that a tensor holds these numbers, up to rounding.
fn holds(tensor: &Tensor, wanted: &Rows) {
    let wanted = Tensor::new(wanted.clone(), &CPU).unwrap();
    let error = relative_error(tensor, &wanted);
    assert!(error < 1e-14, "{error:e}");
}

/// Steps through `xs` `[T][B][D]` with `step`, which takes x, h and c of one sequence and gives h and c; compares all
/// outputs and the last cell state with what a cell gave.
fn loops_agree(
    xs: &Tensor,
    (outputs, last): (Tensor, LstmState),
    from: &LstmState,
    step: impl Fn(&[f64], &[f64], &[f64]) -> (Vec<f64>, Vec<f64>),
) {
    let (mut h, mut c) = (rows(&from.h), rows(&from.c));
    for t in 0..xs.dims()[0] {
        for (b, x) in rows(&xs.get(t).unwrap()).iter().enumerate() {
            (h[b], c[b]) = step(x, &h[b], &c[b]);
        }
        holds(&outputs.get(t).unwrap(), &h);
    }
    holds(&last.h, &h);
    holds(&last.c, &c);
}

#[test]
fn peepholes_of_zero_are_the_plain_cell() {
    let parameters = parameters();
    let cell = PeepholeLstmCell::new(2, 3, parameters.builder()).unwrap();
    // From the same store: the same variables by the same names.
    let plain = LstmCell::new(2, 3, parameters.builder()).unwrap();
    let xs = normal(1, [5, 4, 2]);
    let compare = || {
        let (got, last) = cell.unroll(&xs, Some(&state(4, 3))).unwrap();
        let (wanted, plain_last) = plain.unroll(&xs, Some(&state(4, 3))).unwrap();
        relative_error(&got, &wanted).max(relative_error(&last.c, &plain_last.c))
    };
    assert!(compare() > 1e-3, "peepholes do nothing");
    for peephole in &cell.vars()[4..] {
        peephole.set(&peephole.zeros_like().unwrap()).unwrap();
    }
    assert_eq!(compare(), 0.0);
}

#[test]
fn peepholes_see_the_cell_state() {
    let cell = peephole();
    let [w, u, b_ih, b_hh, p_i, p_f, p_o] = cell.vars();
    let (w, u) = (rows(&w), rows(&u));
    let b: Vec<f64> = flat(&b_ih).iter().zip(flat(&b_hh)).map(|(a, b)| a + b).collect();
    let (p_i, p_f, p_o) = (flat(&p_i), flat(&p_f), flat(&p_o));
    let (xs, from) = (normal(1, [4, 2, 2]), state(2, 3));
    loops_agree(&xs, cell.unroll(&xs, Some(&from)).unwrap(), &from, |x, h, c| {
        let (from_x, from_h) = (product(&w, x), product(&u, h));
        // Blocks of three rows: i, f, candidate, o.
        let a = |block: usize, unit: usize| {
            let row = 3 * block + unit;
            from_x[row] + from_h[row] + b[row]
        };
        (0..3)
            .map(|k| {
                let i = sigmoid(a(0, k) + p_i[k] * c[k]);
                let f = sigmoid(a(1, k) + p_f[k] * c[k]);
                let new = f * c[k] + i * a(2, k).tanh();
                let o = sigmoid(a(3, k) + p_o[k] * new);
                (o * new.tanh(), new)
            })
            .unzip()
    });
}

#[test]
fn a_coupled_cell_is_the_plain_cell_with_another_input_gate() {
    let cell = coupled();
    let plain = LstmCell::new(2, 3, parameters().builder()).unwrap();
    let [w, u, b_ih, b_hh] = cell.vars();
    for (block, gate) in [Gate::Forget, Gate::Candidate, Gate::Output].into_iter().enumerate() {
        let of = |stacked: &Var| stacked.narrow(0, 3 * block, 3).unwrap();
        plain.set_w(gate, &of(&w)).unwrap();
        plain.set_u(gate, &of(&u)).unwrap();
        // The biases of one gate, each to the place of its own.
        for (stacked, own) in [(&plain.vars()[2], &b_ih), (&plain.vars()[3], &b_hh)] {
            let mut values = flat(stacked);
            values[3 * gate.block()..3 * gate.block() + 3].copy_from_slice(&flat(&of(own)));
            stacked.set(&Tensor::new(values, &CPU).unwrap()).unwrap();
        }
    }
    let xs = normal(1, [5, 4, 2]);
    let (outputs, last) = cell.unroll(&xs, Some(&state(4, 3))).unwrap();
    let mut step = state(4, 3);
    for t in 0..5 {
        let x = xs.get(t).unwrap();
        let f = plain.forget(&x, &step.h).unwrap();
        let i = (1.0 - &f).unwrap();
        let c = plain.update(&f, &step.c, &i, &plain.candidate(&x, &step.h).unwrap()).unwrap();
        let h = plain.hidden(&plain.output(&x, &step.h).unwrap(), &c).unwrap();
        assert!(relative_error(&outputs.get(t).unwrap(), &h) < 1e-15);
        step = LstmState { h, c };
    }
    assert!(relative_error(&last.c, &step.c) < 1e-15);
}

#[test]
fn a_coupled_memory_stays_between_minus_one_and_one() {
    let cell = coupled();
    for var in cell.vars() {
        var.set(&(var.as_tensor() * 20.0).unwrap()).unwrap();
    }
    let mut state = cell.zero_state(4).unwrap();
    for x in normal(1, [60, 4, 2]).chunk(60, 0).unwrap() {
        state = cell.forward(&x.squeeze(0).unwrap(), &state).unwrap();
        let largest = flat(&state.c).iter().fold(0.0, |a: f64, b| a.max(b.abs()));
        assert!(largest <= 1.0, "{largest}");
    }
}

#[test]
fn layer_norm_by_hand() {
    let norm = LayerNorm::new(4, parameters().builder()).unwrap();
    // Mean 2, deviations -2, 0, 0, 2, variance 8/4 = 2.
    let z = Tensor::new(&[[0.0, 2.0, 2.0, 4.0]], &CPU).unwrap();
    let end = 2.0 / 2.00001f64.sqrt();
    holds(&norm.forward(&z).unwrap(), &vec![vec![-end, 0.0, 0.0, end]]);
    let [weight, bias] = norm.vars();
    weight.set(&Tensor::new(&[10.0, 1.0, 1.0, -1.0], &CPU).unwrap()).unwrap();
    bias.set(&Tensor::new(&[0.0, 5.0, 6.0, 7.0], &CPU).unwrap()).unwrap();
    holds(&norm.forward(&z).unwrap(), &vec![vec![-10.0 * end, 5.0, 6.0, 7.0 - end]]);
    // Equal numbers are no division by zero.
    let equal = Tensor::full(3.0, (1, 4), &CPU).unwrap();
    holds(&norm.forward(&equal).unwrap(), &vec![vec![0.0, 5.0, 6.0, 7.0]]);
}

#[test]
fn layer_norm_does_not_mind_the_size_of_the_weights() {
    let cell = layer_norm();
    let xs = normal(1, [4, 2, 2]).affine(1.0, 4.0).unwrap();
    let (before, _) = cell.unroll(&xs, None).unwrap();
    let [weight_ih, ..] = cell.vars();
    weight_ih.set(&(weight_ih.as_tensor() * 1000.0).unwrap()).unwrap();
    let (after, _) = cell.unroll(&xs, None).unwrap();
    // Up to what ε is of a variance.
    let error = relative_error(&after, &before);
    assert!(error < 1e-4, "{error:e}");
}

#[test]
fn gates_called_alone_make_the_step() {
    let (x, state) = (normal(1, [2, 2]), state(2, 3));
    let same = |got: LstmState, wanted: LstmState| {
        assert_eq!(flat(&got.h), flat(&wanted.h));
        assert_eq!(flat(&got.c), flat(&wanted.c));
    };

    let cell = peephole();
    let f = cell.forget(&x, &state.h, &state.c).unwrap();
    let i = cell.input(&x, &state.h, &state.c).unwrap();
    let c = cell.update(&f, &state.c, &i, &cell.candidate(&x, &state.h).unwrap()).unwrap();
    let o = cell.output(&x, &state.h, &c).unwrap();
    same(LstmState { h: cell.hidden(&o, &c).unwrap(), c }, cell.forward(&x, &state).unwrap());

    let cell = coupled();
    let f = cell.forget(&x, &state.h).unwrap();
    let c = cell.update(&f, &state.c, &cell.input(&f).unwrap(), &cell.candidate(&x, &state.h).unwrap()).unwrap();
    let o = cell.output(&x, &state.h).unwrap();
    same(LstmState { h: cell.hidden(&o, &c).unwrap(), c }, cell.forward(&x, &state).unwrap());

    let cell = layer_norm();
    let f = cell.forget(&x, &state.h).unwrap();
    let i = cell.input(&x, &state.h).unwrap();
    let c = cell.update(&f, &state.c, &i, &cell.candidate(&x, &state.h).unwrap()).unwrap();
    let o = cell.output(&x, &state.h).unwrap();
    same(LstmState { h: cell.hidden(&o, &c).unwrap(), c }, cell.forward(&x, &state).unwrap());
}

/// Checks the gradients of all weights, of the input and of the state before.
fn gradients_are_difference_quotients(
    weights: &[Var],
    unroll: impl Fn(&Tensor, Option<&LstmState>) -> Result<(Tensor, LstmState)>,
) {
    let xs = Var::from_tensor(&normal(1, [4, 2, 2])).unwrap();
    let from = state(2, 3);
    let (h, c) = (Var::from_tensor(&from.h).unwrap(), Var::from_tensor(&from.c).unwrap());
    let mut vars = weights.to_vec();
    vars.extend([xs.clone(), h.clone(), c.clone()]);
    check(&vars, || {
        let from = LstmState::new(h.as_tensor().clone(), c.as_tensor().clone()).unwrap();
        let (outputs, last) = unroll(&xs, Some(&from)).unwrap();
        (scalar(&outputs) + last.c.sqr().unwrap().sum_all().unwrap()).unwrap()
    });
}

#[test]
fn peephole_gradients() {
    let cell = peephole();
    gradients_are_difference_quotients(&cell.vars(), |xs, state| cell.unroll(xs, state));
}

#[test]
fn coupled_gradients() {
    let cell = coupled();
    gradients_are_difference_quotients(&cell.vars(), |xs, state| cell.unroll(xs, state));
}

#[test]
fn layer_norm_gradients() {
    let cell = layer_norm();
    gradients_are_difference_quotients(&cell.vars(), |xs, state| cell.unroll(xs, state));
}

#[test]
fn names_and_numbers_of_parameters() {
    let named = |make: &dyn Fn(&Parameters) -> usize| {
        let parameters = Parameters::seeded(1, DType::F32, &CPU);
        let count = make(&parameters);
        assert_eq!(count, parameters.count());
        let mut names: Vec<String> = parameters
            .names()
            .iter()
            .map(|name| format!("{name} {:?}", parameters.get(name).unwrap().dims()))
            .collect();
        names.sort();
        (count, names.join(", "))
    };
    let (count, names) = named(&|p: &Parameters| PeepholeLstmCell::new(10, 5, p.builder()).unwrap().parameter_count());
    assert_eq!(count, 355); // 4 · 5 · (10 + 5 + 2) + 3 · 5
    assert_eq!(
        names,
        "bias_hh_l0 [20], bias_ih_l0 [20], peephole_f_l0 [5], peephole_i_l0 [5], peephole_o_l0 [5], \
         weight_hh_l0 [20, 5], weight_ih_l0 [20, 10]"
    );
    let (count, names) = named(&|p: &Parameters| CoupledLstmCell::new(10, 5, p.builder()).unwrap().parameter_count());
    assert_eq!(count, 255); // 3 · 5 · (10 + 5 + 2)
    assert_eq!(names, "bias_hh_l0 [15], bias_ih_l0 [15], weight_hh_l0 [15, 5], weight_ih_l0 [15, 10]");
    let (count, names) = named(&|p: &Parameters| LayerNormLstmCell::new(10, 5, p.builder()).unwrap().parameter_count());
    assert_eq!(count, 410); // 4 · 5 · (10 + 5) + 4 · 5 + 2 · 20 + 2 · 20 + 2 · 5
    assert_eq!(
        names,
        "bias_l0 [20], norm_c_l0.bias [5], norm_c_l0.weight [5], norm_hh_l0.bias [20], norm_hh_l0.weight [20], \
         norm_ih_l0.bias [20], norm_ih_l0.weight [20], weight_hh_l0 [20, 5], weight_ih_l0 [20, 10]"
    );
}

/// Asserts the start of an error.
fn says<T>(result: Result<T>, wanted: &str) {
    let text = result.err().unwrap().to_string();
    assert!(text.starts_with(wanted), "{text:?} does not start with {wanted:?}");
}

#[test]
fn bad_sizes_are_named() {
    let vb = || parameters().builder();
    says(PeepholeLstmCell::new(0, 3, vb()), "`input_size` must be at least 1, got 0");
    says(CoupledLstmCell::new(2, 0, vb()), "`hidden_size` must be at least 1, got 0");
    says(LayerNormLstmCell::new(0, 3, vb()), "`input_size`");
    says(PeepholeLstmCell::new(2, 1 << 40, vb()), "`hidden_size` must be small enough");
    says(CoupledLstmCell::new(usize::MAX, 3, vb()), "`input_size` must be small enough");
    says(LayerNormLstmCell::new(2, usize::MAX, vb()), "`hidden_size`");
    says(LayerNorm::new(0, vb()), "`size` must be at least 1");
    says(peephole().zero_state(0), "`batch` must be at least 1");
    // A store that holds the weights of another cell.
    let store = parameters();
    LstmCell::new(2, 3, store.builder()).unwrap();
    says(CoupledLstmCell::new(2, 3, store.builder()), "tensor operation failed");
}

#[test]
fn arguments_that_do_not_fit_are_named() {
    let (x, h) = (normal(1, [2, 2]), normal(1, [2, 3]));
    let (three_rows, single) = (normal(1, [3, 3]), h.to_dtype(DType::F32).unwrap());
    let (peephole, coupled, layer_norm) = (peephole(), coupled(), layer_norm());

    for xs in [normal(1, [4, 2]), normal(1, [4, 2, 3]), normal(1, [0, 2, 2])] {
        let wanted = format!("`xs` must have shape [T >= 1, B >= 1, D = 2], got {:?}", xs.dims());
        says(peephole.unroll(&xs, None), &wanted);
        says(coupled.unroll(&xs, None), &wanted);
        says(layer_norm.unroll(&xs, None), &wanted);
    }
    let xs = normal(1, [4, 2, 2]);
    says(coupled.unroll(&xs, Some(&state(3, 3))), "`state.h` must have shape [B = 2, H = 3], got [3, 3]");
    let mixed = LstmState { h: h.clone(), c: single.clone() };
    says(peephole.unroll(&xs, Some(&mixed)), "`state.c` must be f64, got f32");
    says(layer_norm.unroll(&xs.to_dtype(DType::F32).unwrap(), None), "`xs` must be f64, got f32");

    says(peephole.forget(&h, &h, &h), "`x` must have shape [B >= 1, D = 2], got [2, 3]");
    says(peephole.forget(&x, &three_rows, &h), "`h` must have shape [B = 2, H = 3], got [3, 3]");
    says(peephole.input(&x, &h, &three_rows), "`c_prev` must have shape [B = 2, H = 3], got [3, 3]");
    says(peephole.output(&x, &h, &single), "`c` must be f64, got f32");
    says(peephole.candidate(&x, &single), "`h` must be f64, got f32");
    says(peephole.update(&h, &three_rows, &h, &h), "`c_prev` must have shape [B = 2, H = 3], got [3, 3]");
    says(peephole.hidden(&x, &h), "`o` must have shape [B >= 1, H = 3], got [2, 2]");
    says(coupled.forget(&x, &x), "`h` must have shape [B = 2, H = 3], got [2, 2]");
    says(coupled.input(&x), "`f` must have shape [B >= 1, H = 3], got [2, 2]");
    says(coupled.update(&h, &h, &x, &h), "`i` must have shape");
    says(coupled.update(&h, &h, &h, &single), "`candidate` must be f64, got f32");
    says(layer_norm.pre_activations(&x, &three_rows), "`h` must have shape [B = 2, H = 3], got [3, 3]");
    says(layer_norm.gate(Gate::Output, &h), "`pre_activations` must have shape [B >= 1, 4H = 12], got [2, 3]");
    says(layer_norm.hidden(&h, &x), "`c` must have shape [B >= 1, H = 3], got [2, 2]");
    says(layer_norm.hidden(&three_rows, &h), "`c` must have shape [B = 3, H = 3], got [2, 3]");
    let norm = LayerNorm::new(4, parameters().builder()).unwrap();
    says(norm.forward(&h), "`z` must have shape [B >= 1, N = 4], got [2, 3]");
}
