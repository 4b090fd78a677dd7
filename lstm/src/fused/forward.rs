//! The forward pass of a layer.

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use super::buffer::Buffer;
use super::element::Element;
use super::kind::Kind;
use super::layer::Layer;
use super::packed::{Packed, Rows, Strided, Sums, add_product};
use super::plan::Share;
use super::products::{Matrix, product, serial};
use super::shared::Shared;
use super::step::{ForwardStep, Place};
use super::team::{self, Meeting};

/// What the backward pass needs of the forward pass.
pub(super) struct Saved<T: Element> {
    /// For each direction `[T, B, blocks H]`.
    pub(super) gates: Vec<Buffer<T>>,
    /// For each direction `[T, B, H]`; empty without a cell state.
    pub(super) cells: Vec<Buffer<T>>,
    /// The states after each step, carried past the ends of short sequences, `[T, B, directions H]`; nothing where they are
    /// the output.
    pub(super) states: Option<Buffer<T>>,
    /// `[directions, B, H]`; empty without a cell state.
    pub(super) last_cells: Vec<T>,
}

/// The output `[T, B, directions H]`, and what to save.
pub(super) fn forward<T: Element>(layer: &Layer<T>) -> (Vec<T>, Saved<T>) {
    let rows = layer.steps * layer.batch;
    let stride = layer.saved_stride();
    let xs = Matrix::new(layer.xs, rows, layer.inputs, layer.inputs);
    let mut gates: Vec<Buffer<T>> = Vec::new();
    let mut cells: Vec<Buffer<T>> = Vec::new();
    for direction in &layer.directions {
        // A GRU's last block is all recurrent.
        let mut sums = if layer.kind == Kind::Gru { Buffer::zeros(rows * stride) } else { Buffer::any(rows * stride) };
        for part in layer.kind.input_parts() {
            let count = part.blocks * layer.hidden;
            let weight = &direction.weight_ih[part.weight_block * layer.hidden * layer.inputs..];
            let weight = Matrix::new(weight, count, layer.inputs, layer.inputs).transposed();
            product(&mut sums[part.saved_block * layer.hidden..], stride, xs, weight, false);
        }
        gates.push(sums);
        cells.push(Buffer::any(if layer.kind.has_cell() { rows * layer.hidden } else { 0 }));
    }
    let mut output = vec![T::zero(); layer.output_len()];
    let mut states = layer.lengths.map(|_| Buffer::any(layer.output_len()));

    let biases: Vec<Vec<T>> = layer.directions.iter().map(|direction| layer.saved_bias(direction)).collect();
    {
        let pass = Pass {
            layer,
            biases: &biases,
            gates: gates.iter_mut().map(|gates| Shared::new(gates)).collect(),
            cells: cells.iter_mut().map(|cells| Shared::new(cells)).collect(),
            states: Shared::new(match &mut states {
                Some(states) => states,
                None => &mut output,
            }),
        };
        team::share_out(layer.sizes(), |share, meeting| {
            Arch::new().dispatch(Member { pass: &pass, share, meeting });
        });
    }
    if let Some(states) = &states {
        show_active(layer, &mut output, states);
    }
    let last_cells = last_cells(layer, &cells);
    (output, Saved { gates, cells, states, last_cells })
}

/// Copies the states of active steps into the output, which is 0 elsewhere.
fn show_active<T: Element>(layer: &Layer<T>, output: &mut [T], states: &[T]) {
    let stride = layer.output_stride();
    for (row, (to, from)) in output.chunks_exact_mut(stride).zip(states.chunks_exact(stride)).enumerate() {
        if layer.is_active(row / layer.batch, row % layer.batch) {
            to.copy_from_slice(from);
        }
    }
}

/// The cell states after the last step of each direction.
fn last_cells<T: Element>(layer: &Layer<T>, cells: &[Buffer<T>]) -> Vec<T> {
    if !layer.kind.has_cell() {
        return Vec::new();
    }
    let state = layer.batch * layer.hidden;
    let mut last = Vec::with_capacity(layer.directions.len() * state);
    for (direction, cells) in layer.directions.iter().zip(cells) {
        let start = layer.step(direction.reverse, layer.steps - 1) * state;
        last.extend_from_slice(&cells[start..start + state]);
    }
    last
}

/// Fewer recurrent products than that, counted in rows, take less time than to pack the weights for them.
const FEW_ROWS: usize = 8;

struct Pass<'a, T> {
    layer: &'a Layer<'a, T>,
    biases: &'a [Vec<T>],
    gates: Vec<Shared<'a, T>>,
    cells: Vec<Shared<'a, T>>,
    states: Shared<'a, T>,
}

struct Member<'a, T> {
    pass: &'a Pass<'a, T>,
    share: &'a Share,
    meeting: &'a Meeting,
}

impl<T: Element> WithSimd for Member<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { pass, share, meeting } = self;
        let layer = pass.layer;
        let _attendance = meeting.attend();
        let (d, hidden, batch) = (share.direction, layer.hidden, layer.batch);
        let direction = &layer.directions[d];
        let (saved_stride, state_stride) = (layer.saved_stride(), layer.output_stride());
        let first_column = layer.kind.recurrent_block() * hidden;
        let weight = Strided { matrix: direction.weight_hh, row_stride: 1, column_stride: hidden };
        let ranges = columns(layer, share);
        // For a few products it is not worth while to pack the weights.
        let packed = (layer.steps * share.rows.len() >= FEW_ROWS).then(|| Packed::new(simd, weight, hidden, &ranges));
        let step = ForwardStep {
            kind: layer.kind,
            hidden,
            bias: &pass.biases[d],
            saved: &pass.gates[d],
            cells: &pass.cells[d],
            states: &pass.states,
        };
        let units = share.units.len();
        let mut before = None;
        for n in 0..layer.steps {
            let t = layer.step(direction.reverse, n);
            // Sequences that have ended need no product.
            let active = layer.active_rows(t, &share.rows);
            let first = t * batch + active.start;
            // SAFETY: of this step, only this member touches its rows and units; of the step before, all have written
            // their parts and met since.
            unsafe {
                let (start, stride) = match before {
                    None => (direction.h0[active.start * hidden..].as_ptr(), hidden),
                    Some(before) => {
                        let at = (before * batch + active.start) * state_stride + d * hidden;
                        (pass.states.pointer(at).cast_const(), state_stride)
                    }
                };
                match &packed {
                    _ if active.is_empty() => {}
                    Some(packed) => {
                        let rows = Rows { start, stride, count: active.len() };
                        let sums = pass.gates[d].pointer(first * saved_stride + first_column);
                        add_product(simd, rows, packed, Sums { start: sums, stride: saved_stride });
                    }
                    None => {
                        for (row, range) in
                            (0..active.len()).flat_map(|row| ranges.iter().map(move |range| (row, range)))
                        {
                            let at = (first + row) * saved_stride + first_column;
                            let sums = pass.gates[d].write(at + range.start..at + range.end);
                            let state = std::slice::from_raw_parts(start.add(row * stride), hidden);
                            let state = Matrix::new(state, 1, hidden, hidden);
                            let weight = &direction.weight_hh[range.start * hidden..];
                            let weight = Matrix::new(weight, range.len(), hidden, hidden).transposed();
                            serial(sums, saved_stride, state, weight, true);
                        }
                    }
                }

                for row in share.rows.clone() {
                    let at = t * batch + row;
                    let unit = share.units.start;
                    let (h_prev, c_prev): (&[T], &[T]) = match before {
                        None => {
                            let start = row * hidden + unit;
                            let c0 = direction.c0.get(start..start + units).unwrap_or_default();
                            (&direction.h0[start..start + units], c0)
                        }
                        Some(before) => {
                            let h = (before * batch + row) * state_stride + d * hidden + unit;
                            let c = (before * batch + row) * hidden + unit;
                            let cell = if layer.kind.has_cell() { c..c + units } else { 0..0 };
                            (pass.states.read(h..h + units), pass.cells[d].read(cell))
                        }
                    };
                    let place = Place {
                        saved: at * saved_stride,
                        cell: at * hidden,
                        state: at * state_stride + d * hidden,
                        unit,
                        units,
                    };
                    if layer.is_active(t, row) {
                        step.row(simd, place, h_prev, c_prev);
                    } else {
                        pass.states.write(place.state + unit..place.state + unit + units).copy_from_slice(h_prev);
                        let cell = place.cell + unit;
                        pass.cells[d].write(cell..cell + c_prev.len()).copy_from_slice(c_prev);
                    }
                }
            }
            meeting.wait();
            before = Some(t);
        }
    }
}

/// The rows of `weight_hh` that belong to a share's units.
fn columns<T: Element>(layer: &Layer<T>, share: &Share) -> Vec<Range<usize>> {
    let (blocks, hidden) = (layer.kind.weight_blocks(), layer.hidden);
    if share.units.len() == hidden {
        return std::iter::once(0..blocks * hidden).collect();
    }
    (0..blocks).map(|block| block * hidden + share.units.start..block * hidden + share.units.end).collect()
}
