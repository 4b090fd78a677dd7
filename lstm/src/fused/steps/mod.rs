//! A layer on a device that is slow to be called and fast at work: large products of Candle's, and one kernel for each step.
//!
//! The input projections of all steps are one product. Each step is then the product of the state and the recurrent weights,
//! and one launch of a kernel of our own that computes gates and states, or their gradients. The gradients of the weights
//! are products over all steps. All of it is in terms of Candle's tensors, so it runs on any device that has the kernels:
//! CUDA, and in tests the CPU, for which the kernels' source is compiled too.

#[cfg(feature = "cuda")]
pub(super) mod cuda;
mod direction;
#[cfg(test)]
mod host;
mod launch;
mod node;
#[cfg(test)]
mod tests;

use candle_core::{DType, Tensor};

use super::{Arguments, Kind, Output};
use crate::Result;
use node::{LastCellOp, LayerNode, OutputOp};

/// As [`fused::layer`](super::layer) does.
pub(super) fn layer(kind: Kind, xs: &Tensor, arguments: Arguments, lengths: Option<&[usize]>) -> Result<Output> {
    let Arguments { weights, states, reversed, has_biases, hidden } = arguments;
    let (steps, batch, inputs) = xs.dims3()?;
    let ends: Vec<usize> = lengths.map_or_else(|| vec![steps; batch], <[usize]>::to_vec);
    let lengths = match lengths {
        Some(lengths) => {
            let lengths: Vec<u32> = lengths.iter().map(|&length| length as u32).collect();
            Some(Tensor::from_vec(lengths, batch, xs.device())?)
        }
        None => None,
    };
    let node = LayerNode::new(kind, [steps, batch, inputs, hidden], reversed, has_biases, lengths);
    let node = node.run(&xs.detach(), &weights.detach(), &states.detach())?;
    let output = xs.apply_op3(&weights, &states, OutputOp(node.clone()))?;
    let c_n = if kind.has_cell() { Some(output.apply_op1(LastCellOp(node.clone()))?) } else { None };

    // The last hidden states are rows of the output.
    let rows = output.reshape((steps * batch, ()))?;
    let mut last = Vec::with_capacity(node.reversed.len());
    for (d, &reverse) in node.reversed.iter().enumerate() {
        let row = |(b, &end): (usize, &usize)| ((if reverse { 0 } else { end - 1 }) * batch + b) as u32;
        let places: Vec<u32> = ends.iter().enumerate().map(row).collect();
        let places = Tensor::from_vec(places, batch, xs.device())?;
        last.push(rows.index_select(&places, 0)?.narrow(1, d * hidden, hidden)?);
    }
    Ok(Output { output, h_n: Tensor::stack(&last, 0)?, c_n })
}

/// What the kernels are compiled for.
fn element_name(dtype: DType) -> candle_core::Result<&'static str> {
    match dtype {
        DType::F32 => Ok("float"),
        DType::F64 => Ok("double"),
        other => candle_core::bail!("no kernels for {}", other.as_str()),
    }
}
