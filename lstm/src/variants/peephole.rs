//! The LSTM with peepholes: its gates see the cell state.

use candle_core::{DType, Device, Tensor, Var};
use candle_nn::VarBuilder;

use super::stacked;
use crate::weights::{Stacked, Weights};
use crate::{Activation, CellOptions, Form, Gate, LstmState, Result, init};

/// An LSTM cell whose gates see the cell state (Gers and Schmidhuber 2000): the plain gates see `h = o ∘ tanh(c)`
/// only, and so nothing while the output gate is closed. A peephole is one weight for each unit, from the unit's own
/// `c` to its own gate:
///
/// ```text
/// f = σ(W_f x + U_f h + p_f ∘ c_prev + b_f)
/// i = σ(W_i x + U_i h + p_i ∘ c_prev + b_i)
/// c̃ = tanh(W_c x + U_c h + b_c)
/// c = f ∘ c_prev + i ∘ c̃
/// o = σ(W_o x + U_o h + p_o ∘ c + b_o)
/// h = o ∘ tanh(c)
/// ```
///
/// The output gate looks at the new `c`. Matrices and biases have the names and layout of
/// [`LstmCell`](crate::LstmCell); beside them are `peephole_i_l0`, `peephole_f_l0` and `peephole_o_l0`, `[H]`. With
/// peepholes of zero it is the plain cell.
///
/// ```
/// use lstm::{Parameters, candle_core::{DType, Device}, random, variants::PeepholeLstmCell};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = PeepholeLstmCell::new(10, 5, parameters.builder())?;
/// let xs = random::randn((3, 4, 10), &Device::Cpu)?; // T = 3 steps of B = 4 sequences
/// let (outputs, last) = cell.unroll(&xs, None)?;
/// assert_eq!((outputs.dims(), last.c.dims()), (&[3, 4, 5][..], &[4, 5][..]));
/// assert_eq!(cell.parameter_count(), 4 * 5 * (10 + 5 + 2) + 3 * 5);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct PeepholeLstmCell {
    weights: Weights,
    peephole_i: Var,
    peephole_f: Var,
    peephole_o: Var,
}

impl PeepholeLstmCell {
    /// A cell for inputs of `input_size` (`D`) and `hidden_size` (`H`) units, with variables from `vb`; new ones,
    /// peepholes too, are evenly spread over ±1/√H. Fails on sizes of zero or beyond all memory, or if `vb` holds
    /// other shapes.
    pub fn new(input_size: usize, hidden_size: usize, vb: VarBuilder) -> Result<Self> {
        let weights = Weights::new(Stacked::LSTM, input_size, hidden_size, CellOptions::default(), &vb)?;
        let init = init::pytorch_default(hidden_size);
        let peephole = |name: &str| stacked::var(&vb, &[hidden_size], name, init);
        Ok(Self {
            weights,
            peephole_i: peephole("peephole_i_l0")?,
            peephole_f: peephole("peephole_f_l0")?,
            peephole_o: peephole("peephole_o_l0")?,
        })
    }

    /// A whole step: from the input `x` `[B, D]` and the state before it to the state after it.
    pub fn forward(&self, x: &Tensor, state: &LstmState) -> Result<LstmState> {
        let f = self.forget(x, &state.h, &state.c)?;
        let i = self.input(x, &state.h, &state.c)?;
        let candidate = self.candidate(x, &state.h)?;
        let c = self.update(&f, &state.c, &i, &candidate)?;
        let o = self.output(x, &state.h, &c)?;
        let h = self.hidden(&o, &c)?;
        Ok(LstmState { h, c })
    }

    /// The forget gate `f = σ(W_f x + U_f h + p_f ∘ c_prev + b_f)`, `[B, H]`.
    pub fn forget(&self, x: &Tensor, h: &Tensor, c_prev: &Tensor) -> Result<Tensor> {
        self.looking_at("c_prev", c_prev, &self.peephole_f, Gate::Forget, x, h)
    }

    /// The input gate `i = σ(W_i x + U_i h + p_i ∘ c_prev + b_i)`, `[B, H]`.
    pub fn input(&self, x: &Tensor, h: &Tensor, c_prev: &Tensor) -> Result<Tensor> {
        self.looking_at("c_prev", c_prev, &self.peephole_i, Gate::Input, x, h)
    }

    /// The candidate `c̃ = tanh(W_c x + U_c h + b_c)`, `[B, H]`: it has no peephole.
    pub fn candidate(&self, x: &Tensor, h: &Tensor) -> Result<Tensor> {
        Activation::Tanh.apply(&self.weights.pre_activation(Form::Separate, Gate::Candidate.block(), x, h)?)
    }

    /// The new cell state `c = f ∘ c_prev + i ∘ c̃`; all `[B, H]`.
    pub fn update(&self, f: &Tensor, c_prev: &Tensor, i: &Tensor, candidate: &Tensor) -> Result<Tensor> {
        stacked::update(&self.weights, f, c_prev, i, candidate)
    }

    /// The output gate `o = σ(W_o x + U_o h + p_o ∘ c + b_o)`, `[B, H]`, of the new cell state `c`.
    pub fn output(&self, x: &Tensor, h: &Tensor, c: &Tensor) -> Result<Tensor> {
        self.looking_at("c", c, &self.peephole_o, Gate::Output, x, h)
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

    /// How many numbers it learns: `4H(D + H + 2)` and three peepholes, `3H`.
    pub fn parameter_count(&self) -> usize {
        self.vars().iter().map(|var| var.elem_count()).sum()
    }

    /// The variables: `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`, then the peepholes of `i`, `f` and `o`.
    pub fn vars(&self) -> [Var; 7] {
        let [weight_ih, weight_hh, bias_ih, bias_hh] = stacked::vars(&self.weights);
        let [p_i, p_f, p_o] = [&self.peephole_i, &self.peephole_f, &self.peephole_o].map(Var::clone);
        [weight_ih, weight_hh, bias_ih, bias_hh, p_i, p_f, p_o]
    }

    /// A gate that sees `c` through `peephole`.
    fn looking_at(
        &self,
        argument: &'static str,
        c: &Tensor,
        peephole: &Var,
        gate: Gate,
        x: &Tensor,
        h: &Tensor,
    ) -> Result<Tensor> {
        let blind = self.weights.pre_activation(Form::Separate, gate.block(), x, h)?;
        self.weights.expect_units(argument, c, Some(x.dim(0)?))?;
        let seen = c.broadcast_mul(peephole)?;
        Activation::Sigmoid.apply(&blind.add(&seen)?)
    }
}
