//! One row of one step: gates and states forward, and their gradients backward.

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
            let block = |block: usize| {
                let start = at.saved + block * self.hidden + unit;
                start..start + count
            };
            let bias = |block: usize| {
                let start = block * self.hidden + unit;
                T::load(simd, &self.bias[start..start + count])
            };
            // SAFETY: these units at this place are the caller's alone.
            unsafe {
                let sum = |n: usize| T::plus(simd, T::load(simd, self.saved.read(block(n))), bias(n));
                let keep = |n: usize, value: T::Vector<S>| T::store(simd, self.saved.write(block(n)), value);
                let state = self.states.write(at.state + unit..at.state + unit + count);
                match self.kind {
                    Kind::Rnn(activation) => {
                        let a = sum(0);
                        let h = match activation {
                            Activation::Tanh => T::tanh(simd, a),
                            Activation::Sigmoid => T::sigmoid(simd, a),
                            Activation::Relu => T::unless_negative(simd, a, a),
                        };
                        keep(0, h);
                        T::store(simd, state, h);
                    }
                    Kind::Lstm => {
                        let i = T::sigmoid(simd, sum(0));
                        let f = T::sigmoid(simd, sum(1));
                        let g = T::tanh(simd, sum(2));
                        let o = T::sigmoid(simd, sum(3));
                        keep(0, i);
                        keep(1, f);
                        keep(2, g);
                        keep(3, o);
                        let before = T::load(simd, &c_prev[done..done + count]);
                        let c = T::times_plus(simd, f, before, T::times(simd, i, g));
                        T::store(simd, self.cells.write(at.cell + unit..at.cell + unit + count), c);
                        T::store(simd, state, T::times(simd, o, T::tanh(simd, c)));
                    }
                    Kind::Gru => {
                        let r = T::sigmoid(simd, sum(1));
                        let z = T::sigmoid(simd, sum(2));
                        let recurrent = sum(3);
                        let n = T::tanh(simd, T::times_plus(simd, r, recurrent, sum(0)));
                        keep(0, n);
                        keep(1, r);
                        keep(2, z);
                        keep(3, recurrent);
                        let before = T::load(simd, &h_prev[done..done + count]);
                        T::store(simd, state, T::times_plus(simd, z, T::minus(simd, before, n), n));
                    }
                }
            }
            done += count;
        }
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
        // `d v (1 - v)`, through a sigmoid of value v; `d (1 - v²)`, through a tanh.
        let through_sigmoid = |d, v| T::times(simd, T::times(simd, d, v), T::minus(simd, one, v));
        let through_tanh = |d, v| T::minus(simd, d, T::times(simd, d, T::times(simd, v, v)));
        let mut done = 0;
        while done < at.units {
            let count = lanes.min(at.units - done);
            let unit = at.unit + done;
            let value = |block: usize| {
                let start = at.saved + block * self.hidden + unit;
                T::load(simd, &self.saved[start..start + count])
            };
            let mut gradient = |block: usize, value: T::Vector<S>| {
                let start = block * self.hidden + unit;
                // SAFETY: these units at this place are the caller's alone.
                let to = unsafe { self.gradients.write(at.saved + start..at.saved + start + count) };
                T::store(simd, to, value);
                let sum = &mut d_bias[start..start + count];
                let more = T::plus(simd, T::load(simd, sum), value);
                T::store(simd, sum, more);
            };
            // SAFETY: these units of this row are the caller's alone.
            let (d_state, d_cell) = unsafe {
                let part = row + unit..row + unit + count;
                let cell = if self.kind.has_cell() { part.clone() } else { 0..0 };
                (self.d_state.write(part), self.d_cell.write(cell))
            };
            let dh = T::plus(simd, T::load(simd, d_state), T::load(simd, &d_output[done..done + count]));
            match self.kind {
                Kind::Rnn(activation) => {
                    let h = value(0);
                    gradient(
                        0,
                        match activation {
                            Activation::Tanh => through_tanh(dh, h),
                            Activation::Sigmoid => through_sigmoid(dh, h),
                            Activation::Relu => T::unless_negative(simd, h, dh),
                        },
                    );
                    T::store(simd, d_state, T::splat(simd, T::zero()));
                }
                Kind::Lstm => {
                    let (i, f, g, o) = (value(0), value(1), value(2), value(3));
                    let cell = at.cell + unit;
                    let tanh_c = T::tanh(simd, T::load(simd, &self.cells[cell..cell + count]));
                    let before = T::load(simd, &c_prev[done..done + count]);
                    let dc = T::plus(simd, T::load(simd, d_cell), through_tanh(T::times(simd, dh, o), tanh_c));
                    gradient(0, through_sigmoid(T::times(simd, dc, g), i));
                    gradient(1, through_sigmoid(T::times(simd, dc, before), f));
                    gradient(2, through_tanh(T::times(simd, dc, i), g));
                    gradient(3, through_sigmoid(T::times(simd, dh, tanh_c), o));
                    T::store(simd, d_cell, T::times(simd, dc, f));
                    T::store(simd, d_state, T::splat(simd, T::zero()));
                }
                Kind::Gru => {
                    let (n, r, z, recurrent) = (value(0), value(1), value(2), value(3));
                    let before = T::load(simd, &h_prev[done..done + count]);
                    let dn = through_tanh(T::times(simd, dh, T::minus(simd, one, z)), n);
                    gradient(0, dn);
                    gradient(1, through_sigmoid(T::times(simd, dn, recurrent), r));
                    gradient(2, through_sigmoid(T::times(simd, dh, T::minus(simd, before, n)), z));
                    gradient(3, T::times(simd, dn, r));
                    T::store(simd, d_state, T::times(simd, dh, z));
                }
            }
            done += count;
        }
    }
}
