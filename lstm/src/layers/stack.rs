//! A stack of layers of one kind of cell: built, checked against what comes in, and run from the first to the last.

use candle_core::{DType, Device, Tensor, Var};

use super::layer_cell::LayerCell;
use super::options::Options;
use super::run_layer::{LayerInput, run_layer};
use super::{dropout, lengths};
use crate::shape::{self, Dim};
use crate::{CellOptions, Error, Place, Result};

/// The layers, each of one cell or of two (forward, reverse), and how they are used.
#[derive(Clone, Debug)]
pub(super) struct Stack<C> {
    layers: Vec<Vec<C>>,
    pub(super) batch_first: bool,
    pub(super) dropout: f64,
    pub(super) training: bool,
}

impl<C: LayerCell> Stack<C> {
    /// Makes every cell with `make`, which gets its input size and its options.
    pub(super) fn new(
        input_size: usize,
        hidden_size: usize,
        options: Options,
        make: impl Fn(usize, CellOptions) -> Result<C>,
    ) -> Result<Self> {
        options.check(C::STACKED, input_size, hidden_size)?;
        let output_size = options.directions() * options.proj_size.unwrap_or(hidden_size);
        let mut layers = Vec::new();
        for layer in 0..options.num_layers {
            let size = if layer == 0 { input_size } else { output_size };
            let mut cells = Vec::with_capacity(options.directions());
            for direction in 0..options.directions() {
                let place = Place { layer, reverse: direction == 1 };
                cells.push(make(size, CellOptions { place, bias: options.bias, proj_size: options.proj_size })?);
            }
            layers.push(cells);
        }
        let stack = Self::of_layers(layers);
        Ok(Self { batch_first: options.batch_first, dropout: options.dropout, ..stack })
    }

    /// A stack of these layers, none of them empty, in training mode, time first and without dropout.
    pub(super) fn of_layers(layers: Vec<Vec<C>>) -> Self {
        Self { layers, batch_first: false, dropout: 0.0, training: true }
    }

    /// Runs all layers. `xs` is `[T, B, D]` (`[B, T, D]` with `batch_first`), each part of `state`
    /// `[L·directions, B, ·]`. Returns the outputs of the last layer, `[T, B, directions·H]` (or batch first), and the
    /// parts of the state after the last step.
    pub(super) fn forward(
        &self,
        xs: &Tensor,
        lengths: Option<&[usize]>,
        state: Option<&[&Tensor]>,
    ) -> Result<(Tensor, Vec<Tensor>)> {
        let weights = self.first().weights();
        let [first, second] = if self.batch_first { ["B", "T"] } else { ["T", "B"] };
        shape::expect("xs", xs, &[Dim::Any(first), Dim::Any(second), Dim::Is("D", weights.input_size())])?;
        shape::expect_like("xs", xs, &weights.ih)?;
        let xs = if self.batch_first { xs.transpose(0, 1)? } else { xs.clone() };
        let mut xs = xs.contiguous()?;
        let (steps, batch, _) = xs.dims3()?;
        if let Some(lengths) = lengths {
            lengths::check(lengths, steps, batch)?;
            // What stands after a sequence's end may be anything, even NaN: it must reach nothing, gradients included.
            // Further layers get the outputs of the one before, which are zero there.
            let mask = lengths::mask(lengths, steps, xs.device())?;
            xs = lengths::select(&mask, &xs, &xs.zeros_like()?)?;
        }
        let state = match state {
            Some(parts) => self.checked(parts, batch)?,
            None => self.zero_state(batch)?,
        };

        let mut last = vec![Vec::with_capacity(self.layers.len()); state.len()];
        for (layer, cells) in self.layers.iter().enumerate() {
            if layer > 0 && self.training && self.dropout > 0.0 {
                xs = dropout::drop(&xs, self.dropout)?;
            }
            let of_layer = |part: &Tensor| Ok(part.narrow(0, layer * cells.len(), cells.len())?);
            let state = state.iter().map(of_layer).collect::<Result<Vec<Tensor>>>()?;
            let after = run_layer(cells, &LayerInput { xs: &xs, state: &state, lengths })?;
            xs = after.outputs;
            for (parts, part) in last.iter_mut().zip(after.state) {
                parts.push(part);
            }
        }
        let outputs = if self.batch_first { xs.transpose(0, 1)?.contiguous()? } else { xs };
        let state = last.iter().map(|parts| Ok(Tensor::cat(parts, 0)?)).collect::<Result<_>>()?;
        Ok((outputs, state))
    }

    /// The parts of the state before the first step, all zeros.
    pub(super) fn zero_state(&self, batch: usize) -> Result<Vec<Tensor>> {
        let rows = self.layers.len() * self.directions();
        let sizes = [self.state_size(), self.hidden_size()];
        shape::expect_countable("batch", &[rows, batch, self.hidden_size()])?;
        let zeros = |&size: &usize| Ok(Tensor::zeros((rows, batch, size), self.dtype(), self.device())?);
        sizes.iter().take(C::STATE.len()).map(zeros).collect()
    }

    fn checked(&self, parts: &[&Tensor], batch: usize) -> Result<Vec<Tensor>> {
        let rows = Dim::Is("L·directions", self.layers.len() * self.directions());
        let sizes = [self.first().weights().output_dim(), Dim::Is("H", self.hidden_size())];
        let mut checked = Vec::with_capacity(parts.len());
        for ((argument, part), size) in C::STATE.iter().zip(parts).zip(sizes) {
            shape::expect(argument, part, &[rows, Dim::Is("B", batch), size])?;
            shape::expect_like(argument, part, &self.first().weights().ih)?;
            checked.push(part.contiguous()?);
        }
        Ok(checked)
    }

    /// The cell at a place.
    pub(super) fn cell(&self, place: Place) -> Result<&C> {
        let direction = usize::from(place.reverse);
        self.layers.get(place.layer).and_then(|cells| cells.get(direction)).ok_or_else(|| {
            let directions = if self.directions() == 2 { "forward or reverse" } else { "forward" };
            let got = if place.reverse { "reverse" } else { "forward" };
            Error::Argument {
                argument: "place",
                expected: format!("a layer from 0 to {}, {directions}", self.layers.len() - 1),
                got: format!("layer {}, {got}", place.layer),
            }
        })
    }

    pub(super) fn options(&self) -> Options {
        let weights = self.first().weights();
        Options {
            num_layers: self.layers.len(),
            bidirectional: self.directions() == 2,
            batch_first: self.batch_first,
            dropout: self.dropout,
            bias: weights.bias.is_some(),
            proj_size: weights.hr.as_ref().map(|_| weights.output_size()),
        }
    }

    pub(super) fn directions(&self) -> usize {
        self.layers[0].len()
    }

    pub(super) fn input_size(&self) -> usize {
        self.first().weights().input_size()
    }

    pub(super) fn hidden_size(&self) -> usize {
        self.first().weights().hidden_size()
    }

    pub(super) fn state_size(&self) -> usize {
        self.first().weights().output_size()
    }

    pub(super) fn dtype(&self) -> DType {
        self.first().weights().dtype()
    }

    pub(super) fn device(&self) -> &Device {
        self.first().weights().device()
    }

    pub(super) fn vars(&self) -> Vec<Var> {
        self.layers.iter().flatten().flat_map(|cell| cell.weights().vars()).collect()
    }

    pub(super) fn first(&self) -> &C {
        &self.layers[0][0]
    }
}
