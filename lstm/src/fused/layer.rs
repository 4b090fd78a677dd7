//! A layer over a whole sequence as plain slices: what both passes read.

use std::ops::Range;

use super::element::Element;
use super::kind::Kind;
use super::plan::Sizes;

/// One layer, its input and the states before it.
pub(super) struct Layer<'a, T> {
    pub(super) kind: Kind,
    pub(super) steps: usize,
    pub(super) batch: usize,
    pub(super) inputs: usize,
    pub(super) hidden: usize,
    /// `[T, B, D]`.
    pub(super) xs: &'a [T],
    /// The steps of each sequence, if not all have `steps`.
    pub(super) lengths: Option<&'a [usize]>,
    /// Forward in time, or forward and backward.
    pub(super) directions: Vec<Direction<'a, T>>,
}

/// One direction of a layer.
pub(super) struct Direction<'a, T> {
    /// Whether it begins with the last step.
    pub(super) reverse: bool,
    /// `[blocks H, D]`.
    pub(super) weight_ih: &'a [T],
    /// `[blocks H, H]`.
    pub(super) weight_hh: &'a [T],
    /// `[blocks H]` each, if there are any.
    pub(super) biases: Option<(&'a [T], &'a [T])>,
    /// `[B, H]`.
    pub(super) h0: &'a [T],
    /// `[B, H]`; empty without a cell state.
    pub(super) c0: &'a [T],
}

impl<T: Element> Layer<'_, T> {
    /// How far apart the rows of the saved blocks are.
    pub(super) fn saved_stride(&self) -> usize {
        self.kind.saved_blocks() * self.hidden
    }

    /// How far apart the rows of the output are.
    pub(super) fn output_stride(&self) -> usize {
        self.directions.len() * self.hidden
    }

    /// Numbers in the output `[T, B, directions H]`.
    pub(super) fn output_len(&self) -> usize {
        self.steps * self.batch * self.output_stride()
    }

    /// Numbers in a state of all directions `[directions, B, H]`.
    pub(super) fn state_len(&self) -> usize {
        self.directions.len() * self.batch * self.hidden
    }

    /// Whether the sequence has not ended at that step.
    #[inline(always)]
    pub(super) fn is_active(&self, step: usize, row: usize) -> bool {
        self.lengths.is_none_or(|lengths| step < lengths[row])
    }

    /// The fewest neighbouring rows of `rows` with all whose sequence has not ended at that step.
    #[inline(always)]
    pub(super) fn active_rows(&self, step: usize, rows: &Range<usize>) -> Range<usize> {
        let Some(lengths) = self.lengths else {
            return rows.clone();
        };
        let active = |&row: &usize| step < lengths[row];
        match (rows.clone().find(active), rows.clone().rfind(active)) {
            (Some(first), Some(last)) => first..last + 1,
            _ => rows.start..rows.start,
        }
    }

    /// The step that a direction takes as its `n`th.
    #[inline(always)]
    pub(super) fn step(&self, reverse: bool, n: usize) -> usize {
        if reverse { self.steps - 1 - n } else { n }
    }

    pub(super) fn sizes(&self) -> Sizes {
        Sizes {
            steps: self.steps,
            batch: self.batch,
            hidden: self.hidden,
            recurrent: self.kind.weight_blocks() * self.hidden,
            directions: self.directions.len(),
            element_bytes: size_of::<T>(),
        }
    }

    /// Both biases of a direction, where their sums are in a saved row.
    pub(super) fn saved_bias(&self, direction: &Direction<T>) -> Vec<T> {
        let mut sum = vec![T::zero(); self.saved_stride()];
        let Some((bias_ih, bias_hh)) = direction.biases else {
            return sum;
        };
        for part in self.kind.input_parts() {
            let from = &bias_ih[part.weight_block * self.hidden..][..part.blocks * self.hidden];
            sum[part.saved_block * self.hidden..][..from.len()].copy_from_slice(from);
        }
        let recurrent = &mut sum[self.kind.recurrent_block() * self.hidden..];
        for (sum, bias) in recurrent.iter_mut().zip(bias_hh) {
            *sum += *bias;
        }
        sum
    }
}
