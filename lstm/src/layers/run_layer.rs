//! One layer over whole sequences, in its one or two directions: what every recurrent layer goes through.

use candle_core::Tensor;

use super::layer_cell::LayerCell;
use super::lengths;
use crate::weights::Biases;
use crate::{Result, fused};

/// What a layer gets. Shapes, element types and devices have been checked against its cells.
pub(crate) struct LayerInput<'a> {
    /// `[T, B, D]`, contiguous; zero after a sequence's end.
    pub(crate) xs: &'a Tensor,
    /// The parts of the initial state, contiguous: the hidden state `[directions, B, H]` (`P` with a projection), and for
    /// an LSTM the cell state `[directions, B, H]`.
    pub(crate) state: &'a [Tensor],
    /// How many steps of each of the `B` sequences count, from 1 to `T`; all of them if there are none.
    pub(crate) lengths: Option<&'a [usize]>,
}

/// What a layer computes.
pub(crate) struct LayerOutput {
    /// The hidden state of each direction after each step, side by side: `[T, B, directions·H]`; zero after a
    /// sequence's end.
    pub(crate) outputs: Tensor,
    /// The state of each direction after its last step, in the parts and the shapes of the initial state. The last step
    /// of the backward direction is the first of the sequence.
    pub(crate) state: Vec<Tensor>,
}

/// Runs a layer of one cell, which reads forwards, or of two, the second of which reads backwards, each sequence from
/// its own last step: in one fused operation where that applies, else step by step.
pub(crate) fn run_layer<C: LayerCell>(cells: &[C], input: &LayerInput) -> Result<LayerOutput> {
    if fused::applies(input.xs) && cells.iter().all(|cell| cell.weights().hr.is_none()) {
        return run_fused(cells, input);
    }
    let mask = match input.lengths {
        Some(lengths) => Some(lengths::mask(lengths, input.xs.dim(0)?, input.xs.device())?),
        None => None,
    };
    let mut outputs = Vec::with_capacity(cells.len());
    let mut last = vec![Vec::with_capacity(cells.len()); C::STATE.len()];
    for (direction, cell) in cells.iter().enumerate() {
        let start = input.state.iter().map(|part| Ok(part.get(direction)?)).collect::<Result<Vec<Tensor>>>()?;
        let (hs, state) = run_direction(cell, input.xs, start, mask.as_ref(), direction == 1)?;
        outputs.push(hs);
        for (parts, part) in last.iter_mut().zip(state) {
            parts.push(part);
        }
    }
    Ok(LayerOutput {
        outputs: Tensor::cat(&outputs, 2)?,
        state: last.iter().map(|parts| Ok(Tensor::stack(parts, 0)?)).collect::<Result<_>>()?,
    })
}

fn run_fused<C: LayerCell>(cells: &[C], input: &LayerInput) -> Result<LayerOutput> {
    let directions: Vec<fused::Weights> = cells
        .iter()
        .enumerate()
        .map(|(direction, cell)| {
            let weights = cell.weights();
            fused::Weights {
                reverse: direction == 1,
                weight_ih: &weights.ih,
                weight_hh: &weights.hh,
                biases: weights.bias.as_ref().map(|Biases { ih, hh }| (ih.as_tensor(), hh.as_tensor())),
            }
        })
        .collect();
    let (h0, c0) = (&input.state[0], input.state.get(1));
    let fused::Output { output, h_n, c_n } =
        fused::layer(cells[0].kind(), input.xs, &directions, h0, c0, input.lengths)?;
    Ok(LayerOutput { outputs: output, state: std::iter::once(h_n).chain(c_n).collect() })
}

/// The hidden state after each step, `[T, B, H]`, and the state after the last step taken.
fn run_direction<C: LayerCell>(
    cell: &C,
    xs: &Tensor,
    start: Vec<Tensor>,
    mask: Option<&Tensor>,
    reverse: bool,
) -> Result<(Tensor, Vec<Tensor>)> {
    let steps = xs.dim(0)?;
    let mut hs = Vec::with_capacity(steps);
    let mut state = start;
    for step in 0..steps {
        let t = if reverse { steps - 1 - step } else { step };
        let mut next = cell.step(&xs.get(t)?, &state)?;
        let Some(mask) = mask else {
            hs.push(next[0].clone());
            state = next;
            continue;
        };
        // A sequence that has ended, or backwards not begun, keeps the state that it has and shows nothing.
        let inside = mask.get(t)?;
        hs.push(lengths::select(&inside, &next[0], &next[0].zeros_like()?)?);
        for (after, before) in next.iter_mut().zip(&state) {
            *after = lengths::select(&inside, after, before)?;
        }
        state = next;
    }
    if reverse {
        hs.reverse();
    }
    Ok((Tensor::stack(&hs, 0)?, state))
}
