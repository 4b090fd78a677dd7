//! The layer in Candle's graph: a node for its output, and one each for its last states.

use std::sync::{Arc, OnceLock};

use candle_core::backend::BackendStorage as _;
use candle_core::{CpuStorage, CustomOp1, CustomOp3, DType, Device, Layout, Result, Shape, Storage, Tensor};

use super::backward::{Gradients, Kept, backward};
use super::cell_gradient::CellGradient;
use super::element::Element;
use super::forward::{Saved, forward};
use super::kind::Kind;
use super::layer::{Direction, Layer};
use crate::storage;

/// A layer in the graph.
pub(super) struct LayerNode {
    pub(super) kind: Kind,
    pub(super) steps: usize,
    pub(super) batch: usize,
    pub(super) inputs: usize,
    pub(super) hidden: usize,
    /// For each direction whether it begins with the last step.
    pub(super) reversed: Vec<bool>,
    pub(super) has_biases: bool,
    pub(super) lengths: Option<Vec<usize>>,
    /// What the forward pass leaves for the backward pass.
    pub(super) saved: OnceLock<SavedNumbers>,
    /// The output, apart from the graph.
    pub(super) output: OnceLock<Tensor>,
    pub(super) d_cell: CellGradient,
}

/// The node of the output `[T, B, directions H]`. It has three arguments: the input `[T, B, D]`, all weights in one vector,
/// all initial states in one vector.
pub(super) struct OutputOp(pub(super) Arc<LayerNode>);

/// The node of the last cell states `[directions, B, H]`, whose argument is the output, so that Candle takes it first on the
/// way back. Its gradient waits for that of the output.
pub(super) struct LastCellOp(pub(super) Arc<LayerNode>);

/// The node of the last hidden states `[directions, B, H]`, whose argument is the output: each is the output at the last step
/// that its direction takes.
pub(super) struct LastHiddenOp(pub(super) Arc<LayerNode>);

/// What was saved, in the element type of the layer.
pub(super) enum SavedNumbers {
    F32(Saved<f32>),
    F64(Saved<f64>),
}

/// An element type as Candle stores it.
trait Stored: Element {
    fn wrap(numbers: Vec<Self>) -> CpuStorage;
    fn keep(saved: Saved<Self>) -> SavedNumbers;
    fn kept(saved: &SavedNumbers) -> Option<&Saved<Self>>;
}

impl Stored for f32 {
    fn wrap(numbers: Vec<f32>) -> CpuStorage {
        CpuStorage::F32(numbers)
    }

    fn keep(saved: Saved<f32>) -> SavedNumbers {
        SavedNumbers::F32(saved)
    }

    fn kept(saved: &SavedNumbers) -> Option<&Saved<f32>> {
        if let SavedNumbers::F32(saved) = saved { Some(saved) } else { None }
    }
}

impl Stored for f64 {
    fn wrap(numbers: Vec<f64>) -> CpuStorage {
        CpuStorage::F64(numbers)
    }

    fn keep(saved: Saved<f64>) -> SavedNumbers {
        SavedNumbers::F64(saved)
    }

    fn kept(saved: &SavedNumbers) -> Option<&Saved<f64>> {
        if let SavedNumbers::F64(saved) = saved { Some(saved) } else { None }
    }
}

impl LayerNode {
    fn layer<'a, T: Element>(&'a self, xs: &'a [T], weights: &'a [T], states: &'a [T]) -> Layer<'a, T> {
        let rows = self.kind.weight_blocks() * self.hidden;
        let state = self.batch * self.hidden;
        let mut rest = weights;
        let mut take = |count: usize| {
            let (taken, after) = rest.split_at(count);
            rest = after;
            taken
        };
        let cells = &states[self.reversed.len() * state..];
        let directions = self.reversed.iter().enumerate().map(|(d, &reverse)| Direction {
            reverse,
            weight_ih: take(rows * self.inputs),
            weight_hh: take(rows * self.hidden),
            biases: self.has_biases.then(|| (take(rows), take(rows))),
            h0: &states[d * state..(d + 1) * state],
            c0: if self.kind.has_cell() { &cells[d * state..(d + 1) * state] } else { &[] },
        });
        let directions = directions.collect();
        Layer {
            kind: self.kind,
            steps: self.steps,
            batch: self.batch,
            inputs: self.inputs,
            hidden: self.hidden,
            xs,
            lengths: self.lengths.as_deref(),
            directions,
        }
    }

    fn run_forward<T: Stored>(&self, arguments: [(&CpuStorage, &Layout); 3]) -> Result<(CpuStorage, Shape)> {
        let [xs, weights, states] = arguments;
        let layer = self.layer(numbers::<T>(xs)?, numbers::<T>(weights)?, numbers::<T>(states)?);
        let (output, saved) = forward(&layer);
        // Candle calls it once for each node.
        let _ = self.saved.set(T::keep(saved));
        Ok((T::wrap(output), (self.steps, self.batch, layer.output_stride()).into()))
    }

    /// The gradients of the arguments from those of the output and of the last cell states.
    fn run_backward<T: Stored>(&self, arguments: [&Tensor; 3], d_output: &Tensor) -> Result<[Option<Tensor>; 3]> {
        let (Some(saved), Some(output)) = (self.saved.get().and_then(T::kept), self.output.get()) else {
            candle_core::bail!("{NAME}: nothing was saved for the backward pass");
        };
        let want = arguments.map(Tensor::track_op);
        let (d_output, d_cell) = (d_output.contiguous()?, self.d_cell.take());
        let [xs, weights, states] = arguments.map(Some);
        let tensors = [xs, weights, states, Some(output), Some(&d_output), d_cell.as_ref()];
        let guards = tensors.map(|tensor| tensor.map(Tensor::storage_and_layout));
        let mut slices: [&[T]; 6] = [&[]; 6];
        for (slice, guard) in slices.iter_mut().zip(&guards) {
            if let Some((storage, layout)) = guard {
                *slice = match &**storage {
                    Storage::Cpu(storage) => numbers::<T>((storage, layout))?,
                    _ => candle_core::bail!("{NAME}: a gradient left the CPU"),
                };
            }
        }
        let [xs, weights, states, output, d_output, d_cell] = slices;
        let layer = self.layer(xs, weights, states);
        let kept = Kept { gates: &saved.gates, cells: &saved.cells, states: saved.states.as_deref().unwrap_or(output) };
        let Gradients { xs, weights, mut h0, c0 } = backward(&layer, &kept, d_output, d_cell, want[0]);
        h0.extend(c0);
        let vector = |numbers: Vec<T>| {
            let count = numbers.len();
            Tensor::from_vec(numbers, count, &Device::Cpu)
        };
        let shape = (self.steps, self.batch, self.inputs);
        Ok([
            xs.map(|xs| Tensor::from_vec(xs, shape, &Device::Cpu)).transpose()?,
            Some(vector(weights)?),
            if want[2] { Some(vector(h0)?) } else { None },
        ])
    }

    /// The shape of a state.
    fn state_shape(&self) -> Shape {
        (self.reversed.len(), self.batch, self.hidden).into()
    }

    /// Where the last hidden states are in the output: for each of them, its place there.
    fn last_places(&self) -> impl Iterator<Item = usize> {
        let stride = self.reversed.len() * self.hidden;
        self.reversed.iter().enumerate().flat_map(move |(d, &reverse)| {
            (0..self.batch).map(move |row| {
                let steps = self.lengths.as_ref().map_or(self.steps, |lengths| lengths[row]);
                let step = if reverse { 0 } else { steps - 1 };
                (step * self.batch + row) * stride + d * self.hidden
            })
        })
    }

    fn last_hidden<T: Stored>(&self, output: (&CpuStorage, &Layout)) -> Result<CpuStorage> {
        let output = numbers::<T>(output)?;
        let mut last = Vec::with_capacity(self.state_shape().elem_count());
        for place in self.last_places() {
            last.extend_from_slice(&output[place..place + self.hidden]);
        }
        Ok(T::wrap(last))
    }

    fn d_output_of_last_hidden<T: Stored>(&self, output: &Tensor, d_last: &Tensor) -> Result<Tensor> {
        let d_last = d_last.flatten_all()?.to_vec1::<T>()?;
        let mut d_output = vec![T::zero(); output.elem_count()];
        for (place, d_last) in self.last_places().zip(d_last.chunks_exact(self.hidden)) {
            d_output[place..place + self.hidden].copy_from_slice(d_last);
        }
        Tensor::from_vec(d_output, output.shape(), &Device::Cpu)
    }
}

/// The numbers of a contiguous tensor.
fn numbers<'a, T: Element>((storage, layout): (&'a CpuStorage, &'a Layout)) -> Result<&'a [T]> {
    storage::numbers(NAME, storage, layout)
}

const NAME: &str = "fused recurrent layer";

impl CustomOp3 for OutputOp {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(
        &self,
        xs: &CpuStorage,
        xs_layout: &Layout,
        weights: &CpuStorage,
        weights_layout: &Layout,
        states: &CpuStorage,
        states_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let arguments = [(xs, xs_layout), (weights, weights_layout), (states, states_layout)];
        match xs.dtype() {
            DType::F32 => self.0.run_forward::<f32>(arguments),
            DType::F64 => self.0.run_forward::<f64>(arguments),
            other => candle_core::bail!("{NAME}: no {} numbers", other.as_str()),
        }
    }

    fn bwd(
        &self,
        xs: &Tensor,
        weights: &Tensor,
        states: &Tensor,
        _: &Tensor,
        d_output: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let arguments = [xs, weights, states];
        let [d_xs, d_weights, d_states] = match xs.dtype() {
            DType::F64 => self.0.run_backward::<f64>(arguments, d_output)?,
            _ => self.0.run_backward::<f32>(arguments, d_output)?,
        };
        Ok((d_xs, d_weights, d_states))
    }
}

impl CustomOp1 for LastCellOp {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(&self, _: &CpuStorage, _: &Layout) -> Result<(CpuStorage, Shape)> {
        let cells = match self.0.saved.get() {
            Some(SavedNumbers::F32(saved)) => CpuStorage::F32(saved.last_cells.clone()),
            Some(SavedNumbers::F64(saved)) => CpuStorage::F64(saved.last_cells.clone()),
            None => candle_core::bail!("{NAME}: the last cell states come after the output"),
        };
        Ok((cells, self.0.state_shape()))
    }

    fn bwd(&self, output: &Tensor, _: &Tensor, d_cell: &Tensor) -> Result<Option<Tensor>> {
        self.0.d_cell.put(output, d_cell).map(Some)
    }
}

impl CustomOp1 for LastHiddenOp {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(&self, output: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let last = match output.dtype() {
            DType::F64 => self.0.last_hidden::<f64>((output, layout))?,
            _ => self.0.last_hidden::<f32>((output, layout))?,
        };
        Ok((last, self.0.state_shape()))
    }

    fn bwd(&self, output: &Tensor, _: &Tensor, d_last: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some(match output.dtype() {
            DType::F64 => self.0.d_output_of_last_hidden::<f64>(output, d_last)?,
            _ => self.0.d_output_of_last_hidden::<f32>(output, d_last)?,
        }))
    }
}
