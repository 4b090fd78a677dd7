//! A recurrent layer over a whole sequence as one operation: the fast form of the readable cells.
//!
//! On the CPU the input projections of all steps are one product; the recurrent products read a packed copy of the weights; gates and
//! states are computed by vectors as soon as their sums are there; backpropagation through time is written by hand. Both
//! directions of a layer, the sequences of a batch or the units of a layer are spread over the machine's cores.
//!
//! It computes what [`LstmCell`](crate::LstmCell), [`RnnCell`](crate::RnnCell) and [`GruCell`](crate::GruCell) compute
//! step by step, up to rounding, and is used wherever it applies: in f32 and f64 on the CPU, without projection, and unless
//! Candle keeps gradients differentiable (`CANDLE_GRAD_DO_NOT_DETACH=1`), which it cannot offer.
//!
//! There is a form for CUDA too, which has been tested on a CPU but has not yet run on a GPU. [`set_cuda_enabled`] switches
//! it on.

mod activations;
mod backward;
mod buffer;
mod cell_gradient;
mod element;
mod forward;
mod kind;
mod layer;
mod op;
mod packed;
mod plan;
mod products;
mod shared;
mod step;
#[cfg(any(feature = "cuda", test))]
mod steps;
mod team;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};

use candle_core::{DType, Tensor};

use crate::Result;
pub(crate) use activations::exp;
use cell_gradient::CellGradient;
pub(crate) use kind::Kind;
use op::{LastCellOp, LastHiddenOp, LayerNode, OutputOp};

static ENABLED: AtomicBool = AtomicBool::new(true);
static CUDA_ENABLED: AtomicBool = AtomicBool::new(false);

/// Whether Candle was asked, by its environment variable, to keep the graph of gradients for gradients of them.
static SECOND_ORDER: LazyLock<bool> =
    LazyLock::new(|| std::env::var("CANDLE_GRAD_DO_NOT_DETACH").is_ok_and(|value| !value.is_empty() && value != "0"));

/// Switches the fused operation on (as it is at first) or off, for all layers of the process. Without it layers run the
/// readable cells step by step.
///
/// ```
/// lstm::fused::set_enabled(false);
/// assert!(!lstm::fused::is_enabled());
/// lstm::fused::set_enabled(true);
/// ```
pub fn set_enabled(enabled: bool) {
    ENABLED.store(enabled, Ordering::Relaxed);
}

/// Whether layers use the fused operation where it applies.
///
/// ```
/// assert!(lstm::fused::is_enabled()); // until `set_enabled(false)`
/// ```
pub fn is_enabled() -> bool {
    ENABLED.load(Ordering::Relaxed)
}

/// Switches the fused operation for CUDA on or off (as it is at first), for all layers of the process. It is off until
/// somebody has run its tests on a GPU; `docs/fused.md` says how. It needs the crate's `cuda` feature, a device that can load
/// its kernels, and [`is_enabled`]; else layers on a GPU run the readable cells step by step.
///
/// ```
/// lstm::fused::set_cuda_enabled(true);
/// assert!(lstm::fused::is_cuda_enabled());
/// # lstm::fused::set_cuda_enabled(false);
/// ```
pub fn set_cuda_enabled(enabled: bool) {
    CUDA_ENABLED.store(enabled, Ordering::Relaxed);
}

/// Whether layers on a GPU use the fused operation for CUDA where it applies.
///
/// ```
/// assert!(!lstm::fused::is_cuda_enabled()); // until `set_cuda_enabled(true)`
/// ```
pub fn is_cuda_enabled() -> bool {
    CUDA_ENABLED.load(Ordering::Relaxed)
}

/// The weights of one direction.
pub(crate) struct Weights<'a> {
    /// Whether it begins with the last step.
    pub(crate) reverse: bool,
    /// `[blocks H, D]`.
    pub(crate) weight_ih: &'a Tensor,
    /// `[blocks H, H]`.
    pub(crate) weight_hh: &'a Tensor,
    /// `[blocks H]` each, if the layer has biases.
    pub(crate) biases: Option<(&'a Tensor, &'a Tensor)>,
}

/// What a layer returns.
pub(crate) struct Output {
    /// `[T, B, directions H]`.
    pub(crate) output: Tensor,
    /// `[directions, B, H]`.
    pub(crate) h_n: Tensor,
    /// `[directions, B, H]`, where there is a cell state.
    pub(crate) c_n: Option<Tensor>,
}

/// What goes into a layer beside its input, as Candle's nodes take it.
struct Arguments {
    /// For each direction `weight_ih`, `weight_hh` and, where there are any, both biases, one after the other.
    weights: Tensor,
    /// All `h0`, then all `c0`.
    states: Tensor,
    /// For each direction whether it begins with the last step.
    reversed: Vec<bool>,
    has_biases: bool,
    hidden: usize,
}

impl Arguments {
    fn new(directions: &[Weights], h0: &Tensor, c0: Option<&Tensor>) -> Result<Self> {
        let mut parts = Vec::with_capacity(4 * directions.len());
        for direction in directions {
            parts.push(direction.weight_ih.flatten_all()?);
            parts.push(direction.weight_hh.flatten_all()?);
            if let Some((bias_ih, bias_hh)) = direction.biases {
                parts.extend([bias_ih.clone(), bias_hh.clone()]);
            }
        }
        Ok(Self {
            weights: Tensor::cat(&parts, 0)?,
            states: match c0 {
                Some(c0) => Tensor::cat(&[h0.flatten_all()?, c0.flatten_all()?], 0)?,
                None => h0.flatten_all()?.contiguous()?,
            },
            reversed: directions.iter().map(|direction| direction.reverse).collect(),
            has_biases: directions.iter().any(|direction| direction.biases.is_some()),
            hidden: h0.dim(2)?,
        })
    }
}

/// Whether [`layer`] can take such input.
pub(crate) fn applies(xs: &Tensor) -> bool {
    is_enabled()
        && !*SECOND_ORDER
        && matches!(xs.dtype(), DType::F32 | DType::F64)
        && (xs.device().is_cpu() || applies_on_cuda(xs))
}

#[cfg(feature = "cuda")]
fn applies_on_cuda(xs: &Tensor) -> bool {
    is_cuda_enabled() && steps::cuda::ready(xs.device(), xs.dtype())
}

#[cfg(not(feature = "cuda"))]
fn applies_on_cuda(_: &Tensor) -> bool {
    false
}

/// Runs a layer of one or two directions over `xs` `[T, B, D]` from `h0` and, for an LSTM, `c0`, both
/// `[directions, B, H]`. With `lengths` the sequences end early: their output is 0 after their end, and their last states
/// are those at it. The caller has checked shapes, types and devices.
pub(crate) fn layer(
    kind: Kind,
    xs: &Tensor,
    directions: &[Weights],
    h0: &Tensor,
    c0: Option<&Tensor>,
    lengths: Option<&[usize]>,
) -> Result<Output> {
    let arguments = Arguments::new(directions, h0, c0)?;
    let xs = xs.contiguous()?;
    #[cfg(feature = "cuda")]
    if xs.device().is_cuda() {
        return steps::layer(kind, &xs, arguments, lengths);
    }
    layer_on_cpu(kind, &xs, arguments, lengths)
}

fn layer_on_cpu(kind: Kind, xs: &Tensor, arguments: Arguments, lengths: Option<&[usize]>) -> Result<Output> {
    buffer::keep_freed_blocks();
    let Arguments { weights, states, reversed, has_biases, hidden } = arguments;
    let (steps, batch, inputs) = xs.dims3()?;
    let node = Arc::new(LayerNode {
        kind,
        steps,
        batch,
        inputs,
        hidden,
        reversed,
        has_biases,
        lengths: lengths.map(<[usize]>::to_vec),
        saved: OnceLock::new(),
        output: OnceLock::new(),
        d_cell: CellGradient::default(),
    });
    let output = xs.apply_op3(&weights, &states, OutputOp(Arc::clone(&node)))?;
    // It is there for the first time.
    let _ = node.output.set(output.detach());
    let h_n = output.apply_op1(LastHiddenOp(Arc::clone(&node)))?;
    let c_n = if kind.has_cell() { Some(output.apply_op1(LastCellOp(node))?) } else { None };
    Ok(Output { output, h_n, c_n })
}
