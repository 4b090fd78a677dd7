//! The LSTM with coupled gates: it stores as much as it forgets.

use candle_core::{DType, Device, Tensor, Var};
use candle_nn::VarBuilder;

use super::stacked;
use crate::weights::{Stacked, Weights};
use crate::{Activation, CellOptions, Form, LstmState, Result};

/// An LSTM cell that stores as much as it forgets (Greff et al. 2017, there "CIFG"): its input gate is `i = 1 − f`, so
/// that each unit's memory is a weighted mean of what it was and what comes, as in a GRU, and stays in (-1, 1) if it
/// began there.
///
/// ```text
/// f = σ(W_f x + U_f h + b_f)
/// c̃ = tanh(W_c x + U_c h + b_c)
/// c = f ∘ c_prev + (1 − f) ∘ c̃
/// o = σ(W_o x + U_o h + b_o)
/// h = o ∘ tanh(c)
/// ```
///
/// It has three layers, in the order `f`, `c̃`, `o`: `weight_ih_l0` `[3H, D]`, `weight_hh_l0` `[3H, H]`, `bias_ih_l0`
/// and `bias_hh_l0` `[3H]`.
///
/// ```
/// use lstm::{Parameters, candle_core::{DType, Device}, random, variants::CoupledLstmCell};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = CoupledLstmCell::new(10, 5, parameters.builder())?;
/// let xs = random::randn((3, 4, 10), &Device::Cpu)?; // T = 3 steps of B = 4 sequences
/// let (outputs, last) = cell.unroll(&xs, None)?;
/// assert_eq!((outputs.dims(), last.c.dims()), (&[3, 4, 5][..], &[4, 5][..]));
/// assert_eq!(cell.parameter_count(), 3 * 5 * (10 + 5 + 2));
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct CoupledLstmCell {
    weights: Weights,
}

/// Three layers, none of them projected.
const STACKED: Stacked = Stacked { blocks: 3, rows: "3H", projects: false };

/// The places of the three layers in the stacked weights.
const FORGET: usize = 0;
const CANDIDATE: usize = 1;
const OUTPUT: usize = 2;

impl CoupledLstmCell {
    /// A cell for inputs of `input_size` (`D`) and `hidden_size` (`H`) units, with variables from `vb`; new ones are
    /// evenly spread over ±1/√H. Fails on sizes of zero or beyond all memory, or if `vb` holds other shapes.
    pub fn new(input_size: usize, hidden_size: usize, vb: VarBuilder) -> Result<Self> {
        let options = CellOptions::default();
        Ok(Self { weights: Weights::new(STACKED, input_size, hidden_size, options, &vb)? })
    }

    /// A whole step: from the input `x` `[B, D]` and the state before it to the state after it.
    pub fn forward(&self, x: &Tensor, state: &LstmState) -> Result<LstmState> {
        let f = self.forget(x, &state.h)?;
        let i = self.input(&f)?;
        let candidate = self.candidate(x, &state.h)?;
        let c = self.update(&f, &state.c, &i, &candidate)?;
        let o = self.output(x, &state.h)?;
        let h = self.hidden(&o, &c)?;
        Ok(LstmState { h, c })
    }

    /// The forget gate `f = σ(W_f x + U_f h + b_f)`, `[B, H]`.
    pub fn forget(&self, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        Activation::Sigmoid.apply(&self.weights.pre_activation(Form::Separate, FORGET, x, h)?)
    }

    /// The input gate `i = 1 − f` of the forget gate `f`, both `[B, H]`: it learns nothing of its own.
    pub fn input(&self, f: &Tensor) -> Result<Tensor> {
        self.weights.expect_units("f", f, None)?;
        Ok(f.affine(-1.0, 1.0)?)
    }

    /// The candidate `c̃ = tanh(W_c x + U_c h + b_c)`, `[B, H]`.
    pub fn candidate(&self, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        Activation::Tanh.apply(&self.weights.pre_activation(Form::Separate, CANDIDATE, x, h)?)
    }

    /// The new cell state `c = f ∘ c_prev + i ∘ c̃`; all `[B, H]`.
    pub fn update(&self, f: &Tensor, c_prev: &Tensor, i: &Tensor, candidate: &Tensor) -> Result<Tensor> {
        stacked::update(&self.weights, f, c_prev, i, candidate)
    }

    /// The output gate `o = σ(W_o x + U_o h + b_o)`, `[B, H]`.
    pub fn output(&self, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        Activation::Sigmoid.apply(&self.weights.pre_activation(Form::Separate, OUTPUT, x, h)?)
    }

    /// The new hidden state `h = o ∘ tanh(c)`; all `[B, H]`.
    pub fn hidden(&self, o: &Tensor, c: &Tensor) -> Result<Tensor> {
        stacked::hidden(&self.weights, o, c)
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

    /// How many numbers it learns, both biases counted: `3H(D + H + 2)`, three quarters of the plain cell's.
    pub fn parameter_count(&self) -> usize {
        self.vars().iter().map(|var| var.elem_count()).sum()
    }

    /// The variables: `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`.
    pub fn vars(&self) -> [Var; 4] {
        stacked::vars(&self.weights)
    }
}
