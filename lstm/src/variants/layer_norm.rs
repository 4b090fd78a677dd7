//! The LSTM with layer normalisation.

use candle_core::{D, DType, Device, Tensor, Var};
use candle_nn::{Init, VarBuilder};

use super::stacked;
use crate::shape::{self, Dim};
use crate::weights::{Stacked, Weights};
use crate::{CellOptions, Gate, LstmState, Result};

/// Layer normalisation (Ba, Kiros and Hinton 2016): each row of `z` `[B, N]` is shifted and scaled to mean 0 and
/// variance 1, then given a learned scale and shift, `LN(z) = α ∘ (z − mean) / √(variance + ε) + β`.
///
/// The variance is the mean of the squared deviations, as in PyTorch. The learned `α` and `β`, `[N]`, have PyTorch's
/// names `weight` and `bias`.
///
/// It is written in plain operations, so that gradients go through it; candle-nn's `ops::layer_norm` lets none
/// through.
///
/// ```
/// use lstm::{Parameters, candle_core::{DType, Device, Tensor}, variants::LayerNorm};
///
/// let norm = LayerNorm::new(4, Parameters::seeded(1, DType::F64, &Device::Cpu).builder())?;
/// let z = Tensor::new(&[[1.0, 1.0, 5.0, 5.0]], &Device::Cpu)?; // mean 3, variance 4
/// let normed = norm.forward(&z)?.to_vec2::<f64>()?;
/// assert!((normed[0][0] + 1.0).abs() < 1e-5 && (normed[0][3] - 1.0).abs() < 1e-5);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct LayerNorm {
    weight: Var,
    bias: Var,
}

impl LayerNorm {
    /// `ε`, which keeps a row of equal numbers from a division by zero; PyTorch's value.
    pub const EPSILON: f64 = 1e-5;

    /// Layer normalisation of rows of `size` (`N`) numbers, with variables from `vb`; new scales are 1, new shifts 0.
    /// Fails on a size of zero or beyond all memory.
    pub fn new(size: usize, vb: VarBuilder) -> Result<Self> {
        shape::expect_countable("size", &[size])?;
        Ok(Self {
            weight: stacked::var(&vb, &[size], "weight", Init::Const(1.0))?,
            bias: stacked::var(&vb, &[size], "bias", Init::Const(0.0))?,
        })
    }

    /// `LN(z)` of every row of `z` `[B, N]`.
    pub fn forward(&self, z: &Tensor) -> Result<Tensor> {
        shape::expect("z", z, &[Dim::Any("B"), Dim::Is("N", self.weight.dims()[0])])?;
        shape::expect_like("z", z, &self.weight)?;
        let deviation = z.broadcast_sub(&z.mean_keepdim(D::Minus1)?)?;
        let variance = deviation.sqr()?.mean_keepdim(D::Minus1)?;
        let normed = deviation.broadcast_div(&variance.affine(1.0, Self::EPSILON)?.sqrt()?)?;
        Ok(normed.broadcast_mul(&self.weight)?.broadcast_add(&self.bias)?)
    }

    /// The variables: `weight`, `bias`.
    pub fn vars(&self) -> [Var; 2] {
        [self.weight.clone(), self.bias.clone()]
    }
}

/// An LSTM cell with [layer normalisation](LayerNorm), as in the supplement of Ba, Kiros and Hinton (2016, equations
/// 20 to 22): what comes from the input and what comes from the hidden state are normalised apart, over all four
/// layers at once, and the cell state is normalised where it is shown, not where it is kept:
///
/// ```text
/// [a_i, a_f, a_c, a_o] = LN_x(W x) + LN_h(U h) + b
/// f = σ(a_f)
/// i = σ(a_i)
/// c̃ = tanh(a_c)
/// c = f ∘ c_prev + i ∘ c̃
/// o = σ(a_o)
/// h = o ∘ tanh(LN_c(c))
/// ```
///
/// `weight_ih_l0` `[4H, D]` and `weight_hh_l0` `[4H, H]` have the layout of [`LstmCell`](crate::LstmCell); there is one
/// bias, `bias_l0` `[4H]`, and a scale and a shift for each normalisation: `norm_ih_l0.weight`, `norm_ih_l0.bias`,
/// `norm_hh_l0.weight`, `norm_hh_l0.bias` `[4H]`, `norm_c_l0.weight`, `norm_c_l0.bias` `[H]`.
///
/// ```
/// use lstm::{Parameters, candle_core::{DType, Device}, random, variants::LayerNormLstmCell};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = LayerNormLstmCell::new(10, 5, parameters.builder())?;
/// let xs = random::randn((3, 4, 10), &Device::Cpu)?; // T = 3 steps of B = 4 sequences
/// let (outputs, last) = cell.unroll(&xs, None)?;
/// assert_eq!((outputs.dims(), last.c.dims()), (&[3, 4, 5][..], &[4, 5][..]));
/// assert_eq!(cell.parameter_count(), 4 * 5 * (10 + 5) + 22 * 5);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct LayerNormLstmCell {
    weights: Weights,
    bias: Var,
    norm_ih: LayerNorm,
    norm_hh: LayerNorm,
    norm_c: LayerNorm,
}

impl LayerNormLstmCell {
    /// A cell for inputs of `input_size` (`D`) and `hidden_size` (`H`) units, with variables from `vb`; new matrices
    /// are evenly spread over ±1/√H, scales start at 1, the bias and the shifts at 0. Fails on sizes of zero or beyond
    /// all memory, or if `vb` holds other shapes.
    pub fn new(input_size: usize, hidden_size: usize, vb: VarBuilder) -> Result<Self> {
        let options = CellOptions::default().bias(false);
        let weights = Weights::new(Stacked::LSTM, input_size, hidden_size, options, &vb)?;
        Ok(Self {
            weights,
            bias: stacked::var(&vb, &[4 * hidden_size], "bias_l0", Init::Const(0.0))?,
            norm_ih: LayerNorm::new(4 * hidden_size, vb.pp("norm_ih_l0"))?,
            norm_hh: LayerNorm::new(4 * hidden_size, vb.pp("norm_hh_l0"))?,
            norm_c: LayerNorm::new(hidden_size, vb.pp("norm_c_l0"))?,
        })
    }

    /// A whole step: from the input `x` `[B, D]` and the state before it to the state after it.
    pub fn forward(&self, x: &Tensor, state: &LstmState) -> Result<LstmState> {
        let pre_activations = self.pre_activations(x, &state.h)?;
        let f = self.gate(Gate::Forget, &pre_activations)?;
        let i = self.gate(Gate::Input, &pre_activations)?;
        let candidate = self.gate(Gate::Candidate, &pre_activations)?;
        let c = self.update(&f, &state.c, &i, &candidate)?;
        let o = self.gate(Gate::Output, &pre_activations)?;
        let h = self.hidden(&o, &c)?;
        Ok(LstmState { h, c })
    }

    /// What all four layers compute before their activations, `LN_x(W x) + LN_h(U h) + b`, `[B, 4H]` in PyTorch's
    /// order: one layer cannot be normalised without the others.
    pub fn pre_activations(&self, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        self.weights.expect_step(x, h)?;
        let from_x = self.norm_ih.forward(&x.contiguous()?.matmul(&self.weights.ih.t()?)?)?;
        let from_h = self.norm_hh.forward(&h.contiguous()?.matmul(&self.weights.hh.t()?)?)?;
        Ok(from_x.add(&from_h)?.broadcast_add(&self.bias)?)
    }

    /// One of the four layers, `[B, H]`: its activation of its part of the [pre-activations](Self::pre_activations)
    /// `[B, 4H]`.
    pub fn gate(&self, gate: Gate, pre_activations: &Tensor) -> Result<Tensor> {
        let hidden = self.hidden_size();
        shape::expect("pre_activations", pre_activations, &[Dim::Any("B"), Dim::Is("4H", 4 * hidden)])?;
        shape::expect_like("pre_activations", pre_activations, &self.weights.hh)?;
        gate.activation().apply(&pre_activations.narrow(1, gate.block() * hidden, hidden)?)
    }

    /// The forget gate `f = σ(a_f)`, `[B, H]`.
    pub fn forget(&self, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        self.gate(Gate::Forget, &self.pre_activations(x, h)?)
    }

    /// The input gate `i = σ(a_i)`, `[B, H]`.
    pub fn input(&self, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        self.gate(Gate::Input, &self.pre_activations(x, h)?)
    }

    /// The candidate `c̃ = tanh(a_c)`, `[B, H]`.
    pub fn candidate(&self, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        self.gate(Gate::Candidate, &self.pre_activations(x, h)?)
    }

    /// The new cell state `c = f ∘ c_prev + i ∘ c̃`; all `[B, H]`. It is not normalised.
    pub fn update(&self, f: &Tensor, c_prev: &Tensor, i: &Tensor, candidate: &Tensor) -> Result<Tensor> {
        stacked::update(&self.weights, f, c_prev, i, candidate)
    }

    /// The output gate `o = σ(a_o)`, `[B, H]`.
    pub fn output(&self, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        self.gate(Gate::Output, &self.pre_activations(x, h)?)
    }

    /// The new hidden state `h = o ∘ tanh(LN_c(c))`; all `[B, H]`.
    pub fn hidden(&self, o: &Tensor, c: &Tensor) -> Result<Tensor> {
        self.weights.expect_units("c", c, None)?;
        stacked::hidden(&self.weights, o, &self.norm_c.forward(c)?)
    }

    /// Runs over the sequence `xs` `[T, B, D]`, from `state` or zeros. Returns the hidden state after each step,
    /// `[T, B, H]`, and the state after the last.
    pub fn unroll(&self, xs: &Tensor, state: Option<&LstmState>) -> Result<(Tensor, LstmState)> {
        stacked::unroll(&self.weights, xs, state, |x, state| self.forward(x, state))
    }

    /// The state before the first step, all zeros, for `batch` sequences.
    pub fn zero_state(&self, batch: usize) -> Result<LstmState> {
        stacked::zero_state(&self.weights, batch)
    }

    /// `D`, the size of an input vector.
    pub fn input_size(&self) -> usize {
        self.weights.input_size()
    }

    /// `H`, the number of hidden units.
    pub fn hidden_size(&self) -> usize {
        self.weights.hidden_size()
    }

    /// The element type it computes in.
    pub fn dtype(&self) -> DType {
        self.weights.dtype()
    }

    /// The device that holds its weights.
    pub fn device(&self) -> &Device {
        self.weights.device()
    }

    /// How many numbers it learns: `4H(D + H)` in the matrices, `4H` in the bias, `8H + 8H + 2H` in the norms.
    pub fn parameter_count(&self) -> usize {
        self.vars().iter().map(|var| var.elem_count()).sum()
    }

    /// The variables: `weight_ih`, `weight_hh`, `bias`, then scale and shift of `LN_x`, `LN_h` and `LN_c`.
    pub fn vars(&self) -> [Var; 9] {
        let [weight_ih, weight_hh, bias] = [&self.weights.ih, &self.weights.hh, &self.bias].map(Var::clone);
        let [scale_x, shift_x] = self.norm_ih.vars();
        let [scale_h, shift_h] = self.norm_hh.vars();
        let [scale_c, shift_c] = self.norm_c.vars();
        [weight_ih, weight_hh, bias, scale_x, shift_x, scale_h, shift_h, scale_c, shift_c]
    }
}
