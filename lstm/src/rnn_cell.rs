//! The simple recurrent cell: `h = f(W x + U h + b)`.

use std::fmt;
use std::path::Path;

use candle_core::{DType, Device, Tensor, Var};
use candle_nn::VarBuilder;

use crate::shape::{self, Dim};
use crate::state_dict::StateDict;
use crate::weights::{Stacked, Weights};
use crate::{Activation, CellOptions, Form, Place, Result, RnnTrace};

/// One layer of an Elman network (Elman 1990), the recurrent network of the lecture, with PyTorch's names and layout:
/// `weight_ih_l0` `[H, D]`, `weight_hh_l0` `[H, H]`, `bias_ih_l0` and `bias_hh_l0` `[H]`.
///
/// ```
/// use lstm::{Activation, Parameters, RnnCell, candle_core::{DType, Device}, random};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = RnnCell::new(10, 5, Activation::Tanh, parameters.builder())?;
/// let xs = random::randn((3, 4, 10), &Device::Cpu)?;
/// let (outputs, last) = cell.unroll(&xs, None)?;
/// assert_eq!(outputs.dims(), [3, 4, 5]);
/// assert_eq!(last.dims(), [4, 5]);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RnnCell {
    pub(crate) weights: Weights,
    activation: Activation,
    form: Form,
}

/// How far the two written forms of an [`RnnCell`] are apart.
///
/// ```
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = RnnCell::new(3, 4, Activation::Tanh, parameters.builder())?;
/// let check = cell.compare_forms(&random::randn((2, 3), &Device::Cpu)?, &cell.zero_state(2)?)?;
/// assert!(check.largest() < 1e-6);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RnnFormCheck {
    /// The largest absolute difference of the pre-activations.
    pub difference: f64,
}

impl RnnFormCheck {
    /// The largest difference; NaN if a pre-activation is not finite.
    pub fn largest(&self) -> f64 {
        self.difference
    }
}

impl fmt::Display for RnnFormCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "largest difference between W x + U h + b and [U W] [h, x] + b: {:.1e}", self.difference)
    }
}

impl RnnCell {
    /// A cell for inputs of `input_size` (`D`) and `hidden_size` (`H`) units, with variables from `vb`; new ones
    /// start as in PyTorch, evenly spread over ±1/√H. Fails on sizes of zero or beyond all
    /// memory, or if `vb` holds other shapes.
    pub fn new(input_size: usize, hidden_size: usize, activation: Activation, vb: VarBuilder) -> Result<Self> {
        Self::new_with(input_size, hidden_size, activation, CellOptions::default(), vb)
    }

    /// [`new`](RnnCell::new) for another place in a stack, or without biases. Fails if a projection is asked for.
    pub fn new_with(
        input_size: usize,
        hidden_size: usize,
        activation: Activation,
        options: CellOptions,
        vb: VarBuilder,
    ) -> Result<Self> {
        let weights = Weights::new(Stacked::RNN, input_size, hidden_size, options, &vb)?;
        Ok(Self::from_weights(weights, activation))
    }

    pub(crate) fn from_weights(weights: Weights, activation: Activation) -> Self {
        Self { weights, activation, form: Form::Separate }
    }

    /// Reads one layer of a `torch.nn.RNN` from a safetensors file of its `state_dict`, onto `device`. `prefix`
    /// is what the model put before the names: `"rnn"` for `rnn.weight_ih_l0`, `""` for none. `place` is the number of
    /// the layer, or [`Place::reverse`] of it for the backward direction. The file does not say the activation. The
    /// names of `torch.nn.RNNCell`, which lack `_l0`, have no reader. Fails if a tensor is missing (the error lists
    /// what the file holds) or mis-shaped.
    pub fn from_pytorch(
        path: impl AsRef<Path>,
        prefix: &str,
        place: impl Into<Place>,
        activation: Activation,
        device: &Device,
    ) -> Result<Self> {
        let file = StateDict::read(path.as_ref(), device)?;
        Ok(Self::from_weights(Weights::read(Stacked::RNN, &file, prefix, place.into())?, activation))
    }

    /// The same cell (sharing its weights) with its equation written in the other form.
    pub fn with_form(mut self, form: Form) -> Self {
        self.form = form;
        self
    }

    /// How the equation is written.
    pub fn form(&self) -> Form {
        self.form
    }

    /// A step: from the input `x` `[B, D]` and the hidden state before it to the hidden state after it, `[B, H]`.
    pub fn forward(&self, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        self.activation.apply(&self.pre_activation(x, h)?)
    }

    /// `a = W x + U h + b`, `[B, H]`.
    pub fn pre_activation(&self, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        self.weights.pre_activation(self.form, 0, x, h)
    }

    /// Computes the pre-activation in both forms, for `x` `[B, D]` and the hidden state `h` `[B, H]` before the step.
    ///
    /// ```
    /// use lstm::{Activation, Parameters, RnnCell, candle_core::{DType, Device}, random};
    ///
    /// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
    /// let cell = RnnCell::new(10, 5, Activation::Tanh, parameters.builder())?;
    /// let check = cell.compare_forms(&random::randn((4, 10), &Device::Cpu)?, &cell.zero_state(4)?)?;
    /// assert!(check.largest() < 1e-5, "{check}");
    /// # Ok::<(), lstm::Error>(())
    /// ```
    pub fn compare_forms(&self, x: &Tensor, h: &Tensor) -> Result<RnnFormCheck> {
        let separate = self.weights.pre_activation(Form::Separate, 0, x, h)?;
        let joined = self.weights.pre_activation(Form::Concatenated, 0, x, h)?;
        Ok(RnnFormCheck { difference: shape::largest_magnitude(&separate.sub(&joined)?)? })
    }

    /// Runs over the sequence `xs` `[T, B, D]`, from `h` `[B, H]` or zeros. Returns the hidden state after each step,
    /// `[T, B, H]`, and the last one.
    pub fn unroll(&self, xs: &Tensor, h: Option<&Tensor>) -> Result<(Tensor, Tensor)> {
        let mut h = self.start(xs, h)?;
        let mut outputs = Vec::with_capacity(xs.dim(0)?);
        for t in 0..xs.dim(0)? {
            h = self.forward(&xs.get(t)?, &h)?;
            outputs.push(h.clone());
        }
        Ok((Tensor::stack(&outputs, 0)?, h))
    }

    /// [`unroll`](RnnCell::unroll) with the batch first: `xs` `[B, T, D]`, outputs `[B, T, H]`; the state stays `[B, H]`.
    pub fn unroll_batch_first(&self, xs: &Tensor, h: Option<&Tensor>) -> Result<(Tensor, Tensor)> {
        shape::expect("xs", xs, &[Dim::Any("B"), Dim::Any("T"), Dim::Is("D", self.input_size())])?;
        let (outputs, h) = self.unroll(&xs.transpose(0, 1)?.contiguous()?, h)?;
        Ok((outputs.transpose(0, 1)?.contiguous()?, h))
    }

    /// Like [`unroll`](RnnCell::unroll), but keeps every intermediate value, for looking at: nothing backpropagates
    /// through a trace.
    pub fn trace(&self, xs: &Tensor, h: Option<&Tensor>) -> Result<RnnTrace> {
        let h0 = self.start(xs, h)?.detach();
        let (mut pres, mut hs) = (Vec::new(), Vec::new());
        let mut h = h0.clone();
        for t in 0..xs.dim(0)? {
            let pre = self.pre_activation(&xs.get(t)?, &h)?.detach();
            h = self.activation.apply(&pre)?;
            pres.push(pre);
            hs.push(h.clone());
        }
        Ok(RnnTrace { x: xs.detach(), h0, pre: Tensor::stack(&pres, 0)?, h: Tensor::stack(&hs, 0)? })
    }

    /// The hidden state before the first step, all zeros, `[batch, H]`.
    pub fn zero_state(&self, batch: usize) -> Result<Tensor> {
        self.weights.zeros(batch)
    }

    /// `D`, the size of an input vector.
    pub fn input_size(&self) -> usize {
        self.weights.input_size()
    }

    /// `H`, the number of hidden units.
    pub fn hidden_size(&self) -> usize {
        self.weights.hidden_size()
    }

    /// `f`.
    pub fn activation(&self) -> Activation {
        self.activation
    }

    /// The element type it computes in.
    pub fn dtype(&self) -> DType {
        self.weights.dtype()
    }

    /// The device that holds its weights.
    pub fn device(&self) -> &Device {
        self.weights.device()
    }

    /// The variables, in PyTorch's order: `weight_ih`, `weight_hh`, then `bias_ih` and `bias_hh` if it has biases.
    pub fn vars(&self) -> Vec<Var> {
        self.weights.vars()
    }

    /// How many numbers it learns, both biases counted as in PyTorch: `H(D + H + 2)` with biases.
    pub fn parameter_count(&self) -> usize {
        self.weights.count()
    }

    /// A copy of `W`, the weights from the input `[H, D]`.
    pub fn w(&self) -> Result<Tensor> {
        self.weights.copy_of(&self.weights.ih, 0)
    }

    /// `b`, the sum of PyTorch's two biases, `[H]`; a copy, zeros without biases.
    pub fn b(&self) -> Result<Tensor> {
        self.weights.copy_of_bias(0)
    }

    /// A copy of `U`, the recurrent weights `[H, H]`.
    pub fn u(&self) -> Result<Tensor> {
        self.weights.copy_of(&self.weights.hh, 0)
    }

    /// Replaces `W` `[H, D]`, the weights from the input.
    pub fn set_w(&self, w: &Tensor) -> Result<()> {
        self.weights.set_w(0, w)
    }

    /// Replaces `U` `[H, H]`, the recurrent weights.
    pub fn set_u(&self, u: &Tensor) -> Result<()> {
        self.weights.set_u(0, u)
    }

    /// Gives every unit the bias `value`: the first of PyTorch's two biases becomes `value`, the second 0. Fails on a
    /// cell without biases.
    pub fn set_bias(&self, value: f64) -> Result<()> {
        self.weights.set_bias(0, value)
    }

    /// Checks a sequence and the state given for it; zeros if none is.
    pub(crate) fn start(&self, xs: &Tensor, h: Option<&Tensor>) -> Result<Tensor> {
        self.weights.start(xs, h)
    }
}
