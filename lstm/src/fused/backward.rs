//! The backward pass of a layer: backpropagation through time.

use std::sync::{Mutex, PoisonError};

use pulp::{Arch, Simd, WithSimd};

use super::buffer::Buffer;
use super::element::Element;
use super::layer::Layer;
use super::packed::{Packed, Rows, Strided, Sums, add_product};
use super::plan::Share;
use super::products::{Matrix, product};
use super::shared::Shared;
use super::step::{BackwardStep, Place};
use super::team::{self, Meeting};

/// What the forward pass left.
pub(super) struct Kept<'a, T: Element> {
    /// For each direction `[T, B, blocks H]`.
    pub(super) gates: &'a [Buffer<T>],
    /// For each direction `[T, B, H]`; empty without a cell state.
    pub(super) cells: &'a [Buffer<T>],
    /// The states after each step, `[T, B, directions H]`.
    pub(super) states: &'a [T],
}

/// The gradients of everything that went in.
pub(super) struct Gradients<T> {
    /// `[T, B, D]`, if wanted.
    pub(super) xs: Option<Vec<T>>,
    /// For each direction `weight_ih`, `weight_hh` and, where there are any, both biases, one after the other.
    pub(super) weights: Vec<T>,
    /// `[directions, B, H]`.
    pub(super) h0: Vec<T>,
    /// `[directions, B, H]`; empty without a cell state.
    pub(super) c0: Vec<T>,
}

/// From the gradient of the output `[T, B, directions H]`, and that of the last cell states `[directions, B, H]`, which may be
/// empty for 0.
pub(super) fn backward<T: Element>(
    layer: &Layer<T>,
    kept: &Kept<T>,
    d_output: &[T],
    d_last_cells: &[T],
    want_xs: bool,
) -> Gradients<T> {
    let rows = layer.steps * layer.batch;
    let mut d_state = vec![T::zero(); layer.state_len()];
    let mut d_cell = match d_last_cells {
        _ if !layer.kind.has_cell() => Vec::new(),
        [] => vec![T::zero(); layer.state_len()],
        given => given.to_vec(),
    };
    // Steps past a sequence's end are passed over, and stay 0.
    let gradients = |_| {
        let len = rows * layer.saved_stride();
        if layer.lengths.is_some() { Buffer::zeros(len) } else { Buffer::any(len) }
    };
    let mut gates: Vec<Buffer<T>> = layer.directions.iter().map(gradients).collect();
    let mut biases = vec![vec![T::zero(); layer.saved_stride()]; layer.directions.len()];
    {
        let state = layer.batch * layer.hidden;
        let pass = Pass {
            layer,
            kept,
            d_output,
            gates: gates.iter_mut().map(|gates| Shared::new(gates)).collect(),
            d_state: d_state.chunks_exact_mut(state).map(Shared::new).collect(),
            // Without a cell state there is nothing to hand out.
            d_cell: if layer.kind.has_cell() {
                d_cell.chunks_exact_mut(state).map(Shared::new).collect()
            } else {
                layer.directions.iter().map(|_| Shared::new(&mut [])).collect()
            },
            d_biases: Mutex::new(Vec::new()),
        };
        team::share_out(layer.sizes(), |share, meeting| {
            Arch::new().dispatch(Member { pass: &pass, share, meeting });
        });
        // Always in the same order, so that sums round in the same way.
        let mut sums = pass.d_biases.into_inner().unwrap_or_else(PoisonError::into_inner);
        sums.sort_by_key(|(share, _)| (share.direction, share.rows.start, share.units.start));
        for (share, sum) in sums {
            for (total, more) in biases[share.direction].iter_mut().zip(sum) {
                *total += more;
            }
        }
    }
    Gradients {
        xs: want_xs.then(|| d_inputs(layer, &gates)),
        weights: d_weights(layer, kept, &gates, &biases),
        h0: d_state,
        c0: d_cell,
    }
}

/// The gradient of the input: of each block of gates, back through the rows of `weight_ih` that it came from.
fn d_inputs<T: Element>(layer: &Layer<T>, gates: &[Buffer<T>]) -> Vec<T> {
    let (rows, inputs, hidden) = (layer.steps * layer.batch, layer.inputs, layer.hidden);
    let mut xs = vec![T::zero(); rows * inputs];
    let mut add = false;
    for (direction, gates) in layer.directions.iter().zip(gates) {
        for part in layer.kind.input_parts() {
            let count = part.blocks * hidden;
            let gates = Matrix::new(&gates[part.saved_block * hidden..], rows, count, layer.saved_stride());
            let weight = &direction.weight_ih[part.weight_block * hidden * inputs..];
            product(&mut xs, inputs, gates, Matrix::new(weight, count, inputs, inputs), add);
            add = true;
        }
    }
    xs
}

/// The gradients of weights and biases: each a sum over all steps, which is one product.
fn d_weights<T: Element>(layer: &Layer<T>, kept: &Kept<T>, gates: &[Buffer<T>], biases: &[Vec<T>]) -> Vec<T> {
    let (batch, inputs, hidden) = (layer.batch, layer.inputs, layer.hidden);
    let rows = layer.steps * batch;
    let (saved_stride, state_stride) = (layer.saved_stride(), layer.output_stride());
    let weight_rows = layer.kind.weight_blocks() * hidden;
    let has_biases = layer.directions.iter().any(|direction| direction.biases.is_some());
    let each = weight_rows * (inputs + hidden + if has_biases { 2 } else { 0 });
    let mut all = vec![T::zero(); layer.directions.len() * each];
    for ((d, direction), own) in layer.directions.iter().enumerate().zip(all.chunks_exact_mut(each)) {
        let (weight_ih, own) = own.split_at_mut(weight_rows * inputs);
        for part in layer.kind.input_parts() {
            let gates = Matrix::new(&gates[d][part.saved_block * hidden..], rows, part.blocks * hidden, saved_stride);
            let to = &mut weight_ih[part.weight_block * hidden * inputs..];
            product(to, inputs, gates.transposed(), Matrix::new(layer.xs, rows, inputs, inputs), false);
        }

        // The first step follows the initial state, each other one the step before it.
        let (weight_hh, own) = own.split_at_mut(weight_rows * hidden);
        let recurrent = &gates[d][layer.kind.recurrent_block() * hidden..];
        let first = layer.step(direction.reverse, 0) * batch;
        let gates_first = Matrix::new(&recurrent[first * saved_stride..], batch, weight_rows, saved_stride);
        let h0 = Matrix::new(direction.h0, batch, hidden, hidden);
        product(weight_hh, hidden, gates_first.transposed(), h0, false);
        if layer.steps > 1 {
            let (later, before) = if direction.reverse { (0, batch) } else { (batch, 0) };
            let gates = Matrix::new(&recurrent[later * saved_stride..], rows - batch, weight_rows, saved_stride);
            let states = &kept.states[before * state_stride + d * hidden..];
            let states = Matrix::new(states, rows - batch, hidden, state_stride);
            product(weight_hh, hidden, gates.transposed(), states, true);
        }

        if has_biases {
            let (bias_ih, bias_hh) = own.split_at_mut(weight_rows);
            for part in layer.kind.input_parts() {
                let from = &biases[d][part.saved_block * hidden..][..part.blocks * hidden];
                bias_ih[part.weight_block * hidden..][..from.len()].copy_from_slice(from);
            }
            bias_hh.copy_from_slice(&biases[d][layer.kind.recurrent_block() * hidden..][..weight_rows]);
        }
    }
    all
}

struct Pass<'a, T: Element> {
    layer: &'a Layer<'a, T>,
    kept: &'a Kept<'a, T>,
    d_output: &'a [T],
    /// Gradients of the pre-activations, for each direction `[T, B, blocks H]`.
    gates: Vec<Shared<'a, T>>,
    d_state: Vec<Shared<'a, T>>,
    d_cell: Vec<Shared<'a, T>>,
    /// The biases' gradients that each share has gathered.
    d_biases: Mutex<Vec<(Share, Vec<T>)>>,
}

struct Member<'a, T: Element> {
    pass: &'a Pass<'a, T>,
    share: &'a Share,
    meeting: &'a Meeting,
}

impl<T: Element> WithSimd for Member<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { pass, share, meeting } = self;
        let (layer, kept) = (pass.layer, pass.kept);
        let _attendance = meeting.attend();
        let (d, hidden, batch) = (share.direction, layer.hidden, layer.batch);
        let direction = &layer.directions[d];
        let (saved_stride, state_stride) = (layer.saved_stride(), layer.output_stride());
        let first_column = layer.kind.recurrent_block() * hidden;
        let depth = layer.kind.weight_blocks() * hidden;
        let weight = Strided { matrix: direction.weight_hh, row_stride: hidden, column_stride: 1 };
        let packed = Packed::new(simd, weight, depth, std::slice::from_ref(&share.units));
        let step = BackwardStep {
            kind: layer.kind,
            hidden,
            saved: &kept.gates[d],
            cells: &kept.cells[d],
            gradients: &pass.gates[d],
            d_state: &pass.d_state[d],
            d_cell: &pass.d_cell[d],
        };
        let mut d_bias = vec![T::zero(); saved_stride];
        let (unit, units) = (share.units.start, share.units.len());
        for n in (0..layer.steps).rev() {
            let t = layer.step(direction.reverse, n);
            let before = n.checked_sub(1).map(|n| layer.step(direction.reverse, n));
            for row in share.rows.clone().filter(|&row| layer.is_active(t, row)) {
                let at = t * batch + row;
                let (h_prev, c_prev): (&[T], &[T]) = match before {
                    None => {
                        let start = row * hidden + unit;
                        let c0 = direction.c0.get(start..start + units).unwrap_or_default();
                        (&direction.h0[start..start + units], c0)
                    }
                    Some(before) => {
                        let at = before * batch + row;
                        let cell = at * hidden + unit;
                        let c = kept.cells[d].get(cell..cell + units).unwrap_or_default();
                        (&kept.states[at * state_stride + d * hidden + unit..][..units], c)
                    }
                };
                let state = at * state_stride + d * hidden;
                let place = Place { saved: at * saved_stride, cell: at * hidden, state, unit, units };
                let d_output = &pass.d_output[state + unit..state + unit + units];
                // SAFETY: only this member touches these rows and units.
                unsafe { step.row(simd, place, row * hidden, h_prev, c_prev, d_output, &mut d_bias) };
            }
            meeting.wait();
            let active = layer.active_rows(t, &share.rows);
            if active.is_empty() {
                continue;
            }
            let first = (t * batch + active.start) * saved_stride + first_column;
            let start = pass.gates[d].pointer(first).cast_const();
            let rows = Rows { start, stride: saved_stride, count: active.len() };
            let sums = Sums { start: pass.d_state[d].pointer(active.start * hidden), stride: hidden };
            // SAFETY: all members have written their part of this step and met since; of the sums, only this member
            // touches its rows and units.
            unsafe { add_product(simd, rows, &packed, sums) };
        }
        pass.d_biases.lock().unwrap_or_else(PoisonError::into_inner).push((share.clone(), d_bias));
    }
}
