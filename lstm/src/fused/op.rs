//! The layer as one node of Candle's graph.

use std::sync::OnceLock;

use candle_core::backend::BackendStorage as _;
use candle_core::{CpuStorage, CustomOp3, DType, Device, Layout, Result, Shape, Storage, Tensor};

use super::backward::{Gradients, Kept, backward};
use super::element::Element;
use super::forward::{Saved, forward};
use super::kind::Kind;
use super::layer::{Direction, Layer};

/// A node with three arguments: the input `[T, B, D]`, all weights in one vector, all initial states in one vector. Its
/// value is a vector: output, last hidden states, last cell states.
pub(super) struct LayerOp {
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
    /// Whether there will be a backward pass.
    pub(super) differentiable: bool,
}

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

impl LayerOp {
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
        let (result, saved) = forward(&layer);
        if self.differentiable {
            // Candle calls it once for each node.
            let _ = self.saved.set(T::keep(saved));
        }
        let shape = Shape::from(result.len());
        Ok((T::wrap(result), shape))
    }

    fn run_backward<T: Stored>(&self, arguments: [&Tensor; 5], want_xs: bool) -> Result<[Option<Tensor>; 3]> {
        let Some(saved) = self.saved.get().and_then(T::kept) else {
            candle_core::bail!("{}: nothing was saved for the backward pass", self.name());
        };
        let guards = arguments.map(Tensor::storage_and_layout);
        let [xs, weights, states, result, d_result] = {
            let mut slices: [&[T]; 5] = [&[]; 5];
            for (slice, (storage, layout)) in slices.iter_mut().zip(&guards) {
                *slice = match &**storage {
                    Storage::Cpu(storage) => numbers::<T>((storage, layout))?,
                    _ => candle_core::bail!("{}: a gradient left the CPU", self.name()),
                };
            }
            slices
        };
        let layer = self.layer(xs, weights, states);
        let states = saved.states.as_deref().unwrap_or(&result[..layer.output_len()]);
        let kept = Kept { gates: &saved.gates, cells: &saved.cells, states };
        let Gradients { xs, weights, mut h0, c0 } = backward(&layer, &kept, d_result, want_xs);
        h0.extend(c0);
        let shape = (self.steps, self.batch, self.inputs);
        let vector = |numbers: Vec<T>| {
            let count = numbers.len();
            Tensor::from_vec(numbers, count, &Device::Cpu)
        };
        Ok([
            xs.map(|xs| Tensor::from_vec(xs, shape, &Device::Cpu)).transpose()?,
            Some(vector(weights)?),
            Some(vector(h0)?),
        ])
    }
}

/// The numbers of a contiguous tensor.
fn numbers<'a, T: Element>((storage, layout): (&'a CpuStorage, &'a Layout)) -> Result<&'a [T]> {
    match layout.contiguous_offsets() {
        Some((start, end)) => Ok(&T::numbers(storage)?[start..end]),
        None => candle_core::bail!("a recurrent layer takes contiguous tensors"),
    }
}

impl CustomOp3 for LayerOp {
    fn name(&self) -> &'static str {
        "fused recurrent layer"
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
            DType::F32 => self.run_forward::<f32>(arguments),
            DType::F64 => self.run_forward::<f64>(arguments),
            other => candle_core::bail!("{}: no {} numbers", self.name(), other.as_str()),
        }
    }

    fn bwd(
        &self,
        xs: &Tensor,
        weights: &Tensor,
        states: &Tensor,
        result: &Tensor,
        d_result: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let d_result = d_result.contiguous()?;
        let arguments = [xs, weights, states, result, &d_result];
        let [d_xs, d_weights, d_states] = match xs.dtype() {
            DType::F64 => self.run_backward::<f64>(arguments, xs.track_op())?,
            _ => self.run_backward::<f32>(arguments, xs.track_op())?,
        };
        Ok((d_xs, d_weights, d_states.filter(|_| states.track_op())))
    }
}
