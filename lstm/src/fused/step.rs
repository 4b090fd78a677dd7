//! One row of one step: gates and states forward, and their gradients backward.
//!
//! Everything here is a function that is always inlined, and none a closure, which may not be: compiled by itself, it would
//! lack the vector instructions of the code around it.

use std::ops::Range;

use pulp::Simd;

use super::element::Element;
use super::kind::Kind;
use super::shared::Shared;
use crate::Activation;

/// Where the numbers of one sequence at one step begin, for `units` of the hidden units from `unit` on.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The row of saved blocks.
    pub(super) saved: usize,
    /// The row of the cell state.
    pub(super) cell: usize,
    /// The row of the hidden state.
    pub(super) state: usize,
    pub(super) unit: usize,
    pub(super) units: usize,
}

/// What a forward step reads and writes besides the states before it.
pub(super) struct ForwardStep<'a, T> {
    pub(super) kind: Kind,
    pub(super) hidden: usize,
    /// Added to the saved blocks, one number for each of their columns.
    pub(super) bias: &'a [T],
    /// On entry the sums of the products, on return the gates.
    pub(super) saved: &'a Shared<'a, T>,
    pub(super) cells: &'a Shared<'a, T>,
    pub(super) states: &'a Shared<'a, T>,
}

impl<T: Element> ForwardStep<'_, T> {
    /// Computes the gates, the cell state and the hidden state of these units, after `h_prev` and `c_prev`, which hold
    /// these units alone.
    ///
    /// # Safety
    /// Nobody else reads or writes the units at this place meanwhile.
    #[inline(always)]
    pub(super) unsafe fn row<S: Simd>(&self, simd: S, at: Place, h_prev: &[T], c_prev: &[T]) {
        let lanes = T::lanes::<S>();
        let mut done = 0;
        while done < at.units {
            let count = lanes.min(at.units - done);
            let unit = at.unit + done;
            let chunk = Chunk { saved: at.saved, hidden: self.hidden, unit, count };
            // SAFETY: these units at this place are the caller's alone.
            unsafe {
                let state = self.states.write(at.state + unit..at.state + unit + count);
                match self.kind {
                    Kind::Rnn(activation) => {
                        let a = self.sum(simd, chunk, 0);
                        let h = match activation {
                            Activation::Tanh => T::tanh(simd, a),
                            Activation::Sigmoid => T::sigmoid(simd, a),
                            Activation::Relu => T::unless_negative(simd, a, a),
                        };
                        self.keep(simd, chunk, 0, h);
                        T::store(simd, state, h);
                    }
                    Kind::Lstm => {
                        let i = T::sigmoid(simd, self.sum(simd, chunk, 0));
                        let f = T::sigmoid(simd, self.sum(simd, chunk, 1));
                        let g = T::tanh(simd, self.sum(simd, chunk, 2));
                        let o = T::sigmoid(simd, self.sum(simd, chunk, 3));
                        self.keep(simd, chunk, 0, i);
                        self.keep(simd, chunk, 1, f);
                        self.keep(simd, chunk, 2, g);
                        self.keep(simd, chunk, 3, o);
                        let before = T::load(simd, &c_prev[done..done + count]);
                        let c = T::times_plus(simd, f, before, T::times(simd, i, g));
                        T::store(simd, self.cells.write(at.cell + unit..at.cell + unit + count), c);
                        T::store(simd, state, T::times(simd, o, T::tanh(simd, c)));
                    }
                    Kind::Gru => {
                        let r = T::sigmoid(simd, self.sum(simd, chunk, 1));
                        let z = T::sigmoid(simd, self.sum(simd, chunk, 2));
                        let recurrent = self.sum(simd, chunk, 3);
                        let n = T::tanh(simd, T::times_plus(simd, r, recurrent, self.sum(simd, chunk, 0)));
                        self.keep(simd, chunk, 0, n);
                        self.keep(simd, chunk, 1, r);
                        self.keep(simd, chunk, 2, z);
                        self.keep(simd, chunk, 3, recurrent);
                        let before = T::load(simd, &h_prev[done..done + count]);
                        T::store(simd, state, T::times_plus(simd, z, T::minus(simd, before, n), n));
                    }
                }
            }
            done += count;
        }
    }

    /// A sum of products, with its biases.
    ///
    /// # Safety
    /// As for [`row`](Self::row).
    #[inline(always)]
    unsafe fn sum<S: Simd>(&self, simd: S, chunk: Chunk, block: usize) -> T::Vector<S> {
        // SAFETY: the caller vouches for it.
        let sum = unsafe { self.saved.read(chunk.saved(block)) };
        T::plus(simd, T::load(simd, sum), T::load(simd, &self.bias[chunk.columns(block)]))
    }

    /// Puts a gate in the place of its sum.
    ///
    /// # Safety
    /// As for [`row`](Self::row).
    #[inline(always)]
    unsafe fn keep<S: Simd>(&self, simd: S, chunk: Chunk, block: usize, value: T::Vector<S>) {
        // SAFETY: the caller vouches for it.
        T::store(simd, unsafe { self.saved.write(chunk.saved(block)) }, value);
    }
}

/// What a backward step reads and writes besides the states before it.
pub(super) struct BackwardStep<'a, T> {
    pub(super) kind: Kind,
    pub(super) hidden: usize,
    pub(super) saved: &'a [T],
    pub(super) cells: &'a [T],
    /// The gradients of the saved blocks' pre-activations.
    pub(super) gradients: &'a Shared<'a, T>,
    /// `[B, H]`: on entry the gradient of the hidden state that comes from later steps; on return the part of the gradient
    /// of the one before that does not come through the recurrent weights.
    pub(super) d_state: &'a Shared<'a, T>,
    /// `[B, H]`: the same for the cell state, whole.
    pub(super) d_cell: &'a Shared<'a, T>,
}

impl<T: Element> BackwardStep<'_, T> {
    /// Goes one step back for these units. `d_output` is the gradient of the output at this place, `row` the start of the
    /// sequence in `d_state` and `d_cell`; `d_bias` gathers the sums over all steps, for all columns of a saved row.
    ///
    /// # Safety
    /// Nobody else reads or writes the units at this place and in this row meanwhile.
    #[inline(always)]
    #[expect(clippy::too_many_arguments, reason = "all of them are rows of this one step")]
    pub(super) unsafe fn row<S: Simd>(
        &self,
        simd: S,
        at: Place,
        row: usize,
        h_prev: &[T],
        c_prev: &[T],
        d_output: &[T],
        d_bias: &mut [T],
    ) {
        let lanes = T::lanes::<S>();
        let one = T::splat(simd, T::one());
        let mut done = 0;
        while done < at.units {
            let count = lanes.min(at.units - done);
            let unit = at.unit + done;
            let chunk = Chunk { saved: at.saved, hidden: self.hidden, unit, count };
            // SAFETY: these units of this row are the caller's alone.
            let (d_state, d_cell) = unsafe {
                let part = row + unit..row + unit + count;
                let cell = if self.kind.has_cell() { part.clone() } else { 0..0 };
                (self.d_state.write(part), self.d_cell.write(cell))
            };
            let dh = T::plus(simd, T::load(simd, d_state), T::load(simd, &d_output[done..done + count]));
            match self.kind {
                Kind::Rnn(activation) => {
                    let h = self.value(simd, chunk, 0);
                    let d = match activation {
                        Activation::Tanh => through_tanh::<S, T>(simd, dh, h),
                        Activation::Sigmoid => through_sigmoid::<S, T>(simd, dh, h),
                        Activation::Relu => T::unless_negative(simd, h, dh),
                    };
                    // SAFETY: these units at this place are the caller's alone.
                    unsafe { self.put(simd, chunk, 0, d, d_bias) };
                    T::store(simd, d_state, T::splat(simd, T::zero()));
                }
                Kind::Lstm => {
                    let (i, f, g, o) = (
                        self.value(simd, chunk, 0),
                        self.value(simd, chunk, 1),
                        self.value(simd, chunk, 2),
                        self.value(simd, chunk, 3),
                    );
                    let cell = at.cell + unit;
                    let tanh_c = T::tanh(simd, T::load(simd, &self.cells[cell..cell + count]));
                    let before = T::load(simd, &c_prev[done..done + count]);
                    let dc =
                        T::plus(simd, T::load(simd, d_cell), through_tanh::<S, T>(simd, T::times(simd, dh, o), tanh_c));
                    let di = through_sigmoid::<S, T>(simd, T::times(simd, dc, g), i);
                    let df = through_sigmoid::<S, T>(simd, T::times(simd, dc, before), f);
                    let dg = through_tanh::<S, T>(simd, T::times(simd, dc, i), g);
                    let d_o = through_sigmoid::<S, T>(simd, T::times(simd, dh, tanh_c), o);
                    // SAFETY: these units at this place are the caller's alone.
                    unsafe {
                        self.put(simd, chunk, 0, di, d_bias);
                        self.put(simd, chunk, 1, df, d_bias);
                        self.put(simd, chunk, 2, dg, d_bias);
                        self.put(simd, chunk, 3, d_o, d_bias);
                    }
                    T::store(simd, d_cell, T::times(simd, dc, f));
                    T::store(simd, d_state, T::splat(simd, T::zero()));
                }
                Kind::Gru => {
                    let (n, r, z, recurrent) = (
                        self.value(simd, chunk, 0),
                        self.value(simd, chunk, 1),
                        self.value(simd, chunk, 2),
                        self.value(simd, chunk, 3),
                    );
                    let before = T::load(simd, &h_prev[done..done + count]);
                    let dn = through_tanh::<S, T>(simd, T::times(simd, dh, T::minus(simd, one, z)), n);
                    let dr = through_sigmoid::<S, T>(simd, T::times(simd, dn, recurrent), r);
                    let dz = through_sigmoid::<S, T>(simd, T::times(simd, dh, T::minus(simd, before, n)), z);
                    // SAFETY: these units at this place are the caller's alone.
                    unsafe {
                        self.put(simd, chunk, 0, dn, d_bias);
                        self.put(simd, chunk, 1, dr, d_bias);
                        self.put(simd, chunk, 2, dz, d_bias);
                        self.put(simd, chunk, 3, T::times(simd, dn, r), d_bias);
                    }
                    T::store(simd, d_state, T::times(simd, dh, z));
                }
            }
            done += count;
        }
    }

    #[inline(always)]
    fn value<S: Simd>(&self, simd: S, chunk: Chunk, block: usize) -> T::Vector<S> {
        T::load(simd, &self.saved[chunk.saved(block)])
    }

    /// Stores a gradient, and adds it to the biases' sums.
    ///
    /// # Safety
    /// As for [`row`](Self::row).
    #[inline(always)]
    unsafe fn put<S: Simd>(&self, simd: S, chunk: Chunk, block: usize, value: T::Vector<S>, d_bias: &mut [T]) {
        // SAFETY: the caller vouches for it.
        T::store(simd, unsafe { self.gradients.write(chunk.saved(block)) }, value);
        let sum = &mut d_bias[chunk.columns(block)];
        let more = T::plus(simd, T::load(simd, sum), value);
        T::store(simd, sum, more);
    }
}

/// Some neighbouring units of a row, at most a vector full.
#[derive(Clone, Copy)]
struct Chunk {
    /// The start of the saved row.
    saved: usize,
    hidden: usize,
    unit: usize,
    count: usize,
}

impl Chunk {
    /// Where they are in a block of the saved row.
    #[inline(always)]
    fn saved(self, block: usize) -> Range<usize> {
        let columns = self.columns(block);
        self.saved + columns.start..self.saved + columns.end
    }

    /// The columns that they have in a block.
    #[inline(always)]
    fn columns(self, block: usize) -> Range<usize> {
        let start = block * self.hidden + self.unit;
        start..start + self.count
    }
}

/// `d v (1 - v)`: a gradient on its way back through a sigmoid of value `v`.
#[inline(always)]
fn through_sigmoid<S: Simd, T: Element>(simd: S, d: T::Vector<S>, v: T::Vector<S>) -> T::Vector<S> {
    T::times(simd, T::times(simd, d, v), T::minus(simd, T::splat(simd, T::one()), v))
}

/// `d (1 - v²)`: a gradient on its way back through a tanh of value `v`.
#[inline(always)]
fn through_tanh<S: Simd, T: Element>(simd: S, d: T::Vector<S>, v: T::Vector<S>) -> T::Vector<S> {
    T::minus(simd, d, T::times(simd, d, T::times(simd, v, v)))
}
