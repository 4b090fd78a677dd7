//! The layer in Candle's graph: a node for its output, and one for its last cell states.

use std::sync::Arc;

use candle_core::backend::BackendStorage as _;
use candle_core::{CpuStorage, CustomOp1, CustomOp3, Layout, Result, Shape, Storage, Tensor};

use super::direction::{Direction, Gradients, Sizes};
use crate::fused::Kind;
use crate::fused::cell_gradient::CellGradient;

/// A layer, and once it has [run](LayerNode::run) what it computed.
pub(super) struct LayerNode {
    sizes: Sizes,
    /// For each direction whether it begins with the last step.
    pub(super) reversed: Vec<bool>,
    has_biases: bool,
    /// For each direction what its steps left.
    saved: Vec<Tensor>,
    /// `[T, B, directions H]`, in memory of its own.
    output: Option<Tensor>,
    /// `[directions, B, H]`, in memory of its own.
    last_cells: Option<Tensor>,
    d_cell: CellGradient,
}

/// The node of the output `[T, B, directions H]`, whose arguments are the input `[T, B, D]`, all weights in one vector, and
/// all initial states in one vector.
pub(super) struct OutputOp(pub(super) Arc<LayerNode>);

/// The node of the last cell states `[directions, B, H]`, whose argument is the output.
pub(super) struct LastCellOp(pub(super) Arc<LayerNode>);

impl LayerNode {
    pub(super) fn new(
        kind: Kind,
        [steps, batch, inputs, hidden]: [usize; 4],
        reversed: Vec<bool>,
        has_biases: bool,
        lengths: Option<Tensor>,
    ) -> Self {
        let sizes = Sizes { kind, steps, batch, inputs, hidden, directions: reversed.len(), lengths };
        let (saved, d_cell) = (Vec::new(), CellGradient::default());
        Self { sizes, reversed, has_biases, saved, output: None, last_cells: None, d_cell }
    }

    /// Computes the output. All three are apart from the graph.
    pub(super) fn run(mut self, xs: &Tensor, weights: &Tensor, states: &Tensor) -> Result<Arc<Self>> {
        let (sizes, mut outputs, mut cells) = (&self.sizes, Vec::new(), Vec::new());
        for direction in self.directions(weights, states)? {
            let saved = direction.forward(sizes, xs)?;
            outputs.push(direction.states(sizes, &saved)?);
            if sizes.kind.has_cell() {
                cells.push(direction.last_cell(sizes, &saved)?);
            }
            self.saved.push(saved);
        }
        let mut output = if outputs.len() == 1 { outputs.remove(0) } else { Tensor::cat(&outputs, 2)? };
        if let Some(ends) = &sizes.lengths {
            let times = Tensor::arange(0, sizes.steps as u32, xs.device())?.reshape((sizes.steps, 1))?;
            let inside = times.broadcast_lt(&ends.reshape((1, sizes.batch))?)?.unsqueeze(2)?;
            let inside = inside.broadcast_as(output.shape())?;
            output = inside.where_cond(&output, &output.zeros_like()?)?;
        }
        self.output = Some(output);
        self.last_cells = if cells.is_empty() { None } else { Some(Tensor::stack(&cells, 0)?) };
        Ok(Arc::new(self))
    }

    /// Cuts the vectors of weights and states into those of each direction.
    fn directions(&self, weights: &Tensor, states: &Tensor) -> Result<Vec<Direction>> {
        let (inputs, batch, hidden) = (self.sizes.inputs, self.sizes.batch, self.sizes.hidden);
        let rows = self.sizes.kind.weight_blocks() * hidden;
        let mut at = 0;
        let mut take = |count: usize| {
            let part = weights.narrow(0, at, count);
            at += count;
            part
        };
        let state = |n: usize| states.narrow(0, n * batch * hidden, batch * hidden)?.reshape((batch, hidden));
        let mut directions = Vec::with_capacity(self.reversed.len());
        for (index, &reverse) in self.reversed.iter().enumerate() {
            directions.push(Direction {
                index,
                reverse,
                weight_ih: take(rows * inputs)?.reshape((rows, inputs))?,
                weight_hh: take(rows * hidden)?.reshape((rows, hidden))?,
                biases: if self.has_biases { Some((take(rows)?, take(rows)?)) } else { None },
                h0: state(index)?,
                c0: if self.sizes.kind.has_cell() { Some(state(self.reversed.len() + index)?) } else { None },
            });
        }
        Ok(directions)
    }

    /// The gradients of the three arguments of the output.
    fn backward(&self, arguments: [&Tensor; 3], d_output: &Tensor) -> Result<[Option<Tensor>; 3]> {
        let [want_xs, _, want_states] = arguments.map(Tensor::track_op);
        let [xs, weights, states] = arguments.map(Tensor::detach);
        let (d_output, d_cells) = (d_output.contiguous()?, self.d_cell.take());
        let (mut d_xs, mut d_weights, mut d_h, mut d_c) = (None::<Tensor>, Vec::new(), Vec::new(), Vec::new());
        for (direction, saved) in self.directions(&weights, &states)?.iter().zip(&self.saved) {
            let d_cell = d_cells.as_ref().map(|d_cells| d_cells.get(direction.index)).transpose()?;
            let Gradients { xs, weight_ih, weight_hh, biases, h0, c0 } =
                direction.backward(&self.sizes, &xs, saved, &d_output, d_cell.as_ref(), want_xs)?;
            d_xs = match (d_xs, xs) {
                (Some(sum), Some(more)) => Some(sum.add(&more)?),
                (sum, more) => sum.or(more),
            };
            d_weights.extend([weight_ih.flatten_all()?, weight_hh.flatten_all()?]);
            d_weights.extend(biases.into_iter().flat_map(|(ih, hh)| [ih, hh]));
            d_h.push(h0.flatten_all()?);
            d_c.extend(c0.map(|c0| c0.flatten_all()).transpose()?);
        }
        d_h.append(&mut d_c);
        let d_states = if want_states { Some(Tensor::cat(&d_h, 0)?) } else { None };
        Ok([d_xs, Some(Tensor::cat(&d_weights, 0)?), d_states])
    }
}

/// A copy of a tensor that has its memory to itself.
fn on_cpu(tensor: Option<&Tensor>) -> Result<(CpuStorage, Shape)> {
    if let Some(tensor) = tensor
        && let (storage, layout) = tensor.storage_and_layout()
        && let Storage::Cpu(storage) = &*storage
    {
        return Ok((storage.try_clone(layout)?, tensor.shape().clone()));
    }
    candle_core::bail!("{NAME}: it ran on another device")
}

#[cfg(feature = "cuda")]
fn on_cuda(tensor: Option<&Tensor>) -> Result<(candle_core::CudaStorage, Shape)> {
    if let Some(tensor) = tensor
        && let (storage, layout) = tensor.storage_and_layout()
        && let Storage::Cuda(storage) = &*storage
    {
        return Ok((storage.try_clone(layout)?, tensor.shape().clone()));
    }
    candle_core::bail!("{NAME}: it ran on another device")
}

const NAME: &str = "fused recurrent layer";

impl CustomOp3 for OutputOp {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(
        &self,
        _: &CpuStorage,
        _: &Layout,
        _: &CpuStorage,
        _: &Layout,
        _: &CpuStorage,
        _: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        on_cpu(self.0.output.as_ref())
    }

    #[cfg(feature = "cuda")]
    fn cuda_fwd(
        &self,
        _: &candle_core::CudaStorage,
        _: &Layout,
        _: &candle_core::CudaStorage,
        _: &Layout,
        _: &candle_core::CudaStorage,
        _: &Layout,
    ) -> Result<(candle_core::CudaStorage, Shape)> {
        on_cuda(self.0.output.as_ref())
    }

    fn bwd(
        &self,
        xs: &Tensor,
        weights: &Tensor,
        states: &Tensor,
        _: &Tensor,
        d_output: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let [d_xs, d_weights, d_states] = self.0.backward([xs, weights, states], d_output)?;
        Ok((d_xs, d_weights, d_states))
    }
}

impl CustomOp1 for LastCellOp {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(&self, _: &CpuStorage, _: &Layout) -> Result<(CpuStorage, Shape)> {
        on_cpu(self.0.last_cells.as_ref())
    }

    #[cfg(feature = "cuda")]
    fn cuda_fwd(&self, _: &candle_core::CudaStorage, _: &Layout) -> Result<(candle_core::CudaStorage, Shape)> {
        on_cuda(self.0.last_cells.as_ref())
    }

    fn bwd(&self, output: &Tensor, _: &Tensor, d_cell: &Tensor) -> Result<Option<Tensor>> {
        self.0.d_cell.put(output, d_cell).map(Some)
    }
}
