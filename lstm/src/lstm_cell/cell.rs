//! The cell itself: its weights, sizes and settings.

use candle_core::{DType, Device, Tensor, Var};
use candle_nn::VarBuilder;

use super::{Form, LstmState};
use crate::gate::{Gate, Override};
use crate::weights::{Stacked, Weights};
use crate::{CellOptions, Result, shape};

/// One layer of a long short-term memory network (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et
/// al. 2000), the readable definition of it.
///
/// Weights have PyTorch's names, layout and gate order (`i, f, g, o` stacked): `weight_ih_l0` `[4H, D]`,
/// `weight_hh_l0` `[4H, H]`, `bias_ih_l0` and `bias_hh_l0` `[4H]`.
///
/// ```
/// use lstm::{LstmCell, Parameters, candle_core::{DType, Device}, random};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = LstmCell::new(10, 5, parameters.builder())?;
/// let xs = random::randn((3, 4, 10), &Device::Cpu)?; // T = 3 steps of B = 4 sequences
/// let (outputs, last) = cell.unroll(&xs, None)?;
/// assert_eq!(outputs.dims(), [3, 4, 5]);
/// assert_eq!(last.c.dims(), [4, 5]);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct LstmCell {
    pub(crate) weights: Weights,
    pub(super) form: Form,
    pub(super) overrides: [Option<Override>; 4],
}

impl LstmCell {
    /// A cell for inputs of `input_size` (`D`) and `hidden_size` (`H`) units, with variables from `vb`; new ones
    /// start as in PyTorch, evenly spread over ±1/√H. Fails on sizes of zero or beyond all
    /// memory, or if `vb` holds other shapes.
    pub fn new(input_size: usize, hidden_size: usize, vb: VarBuilder) -> Result<Self> {
        Self::new_with(input_size, hidden_size, CellOptions::default(), vb)
    }

    /// [`new`](LstmCell::new) for another place in a stack, without biases, or with a projection to `P` numbers
    /// (Sak et al. 2014): then there is `weight_hr_l0` `[P, H]`, `weight_hh_l0` is `[4H, P]`, and the hidden state is
    /// `h = W_hr (o ∘ tanh c)`, `[B, P]`. Fails unless `P` is at least 1 and below `H`.
    ///
    /// ```
    /// use lstm::{CellOptions, LstmCell, Parameters, candle_core::{DType, Device}, random};
    ///
    /// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
    /// let cell = LstmCell::new_with(10, 5, CellOptions::default().proj_size(2), parameters.builder())?;
    /// let (outputs, last) = cell.unroll(&random::randn((3, 4, 10), &Device::Cpu)?, None)?;
    /// assert_eq!((outputs.dims(), last.c.dims()), (&[3, 4, 2][..], &[4, 5][..]));
    /// # Ok::<(), lstm::Error>(())
    /// ```
    pub fn new_with(input_size: usize, hidden_size: usize, options: CellOptions, vb: VarBuilder) -> Result<Self> {
        Ok(Self::from_weights(Weights::new(Stacked::LSTM, input_size, hidden_size, options, &vb)?))
    }

    pub(crate) fn from_weights(weights: Weights) -> Self {
        Self { weights, form: Form::Separate, overrides: [None; 4] }
    }

    /// The same cell (sharing its weights) with its equations written in the other form.
    pub fn with_form(mut self, form: Form) -> Self {
        self.form = form;
        self
    }

    /// The same cell (sharing its weights) with one gate forced, for an ablation. Steps fail if it is forced to NaN or
    /// an infinity.
    ///
    /// ```
    /// use lstm::{Gate, LstmCell, Override, Parameters, candle_core::{DType, Device}};
    ///
    /// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
    /// let cell = LstmCell::new(10, 5, parameters.builder())?;
    /// let never_forgets = cell.clone().with_override(Gate::Forget, Override::OPEN);
    /// let silent = cell.with_override(Gate::Output, Override::CLOSED);
    /// # Ok::<(), lstm::Error>(())
    /// ```
    pub fn with_override(mut self, gate: Gate, value: Override) -> Self {
        self.overrides[gate.block()] = Some(value);
        self
    }

    /// What the gate is forced to, if it is.
    pub fn override_of(&self, gate: Gate) -> Option<Override> {
        self.overrides[gate.block()]
    }

    /// How the equations are written.
    pub fn form(&self) -> Form {
        self.form
    }

    /// `D`, the size of an input vector.
    pub fn input_size(&self) -> usize {
        self.weights.input_size()
    }

    /// `H`, the number of hidden units.
    pub fn hidden_size(&self) -> usize {
        self.weights.hidden_size()
    }

    /// The size of the hidden state: `H`, or `P` with a projection.
    pub fn output_size(&self) -> usize {
        self.weights.output_size()
    }

    /// The element type it computes in.
    pub fn dtype(&self) -> DType {
        self.weights.dtype()
    }

    /// The device that holds its weights.
    pub fn device(&self) -> &Device {
        self.weights.device()
    }

    /// The state before the first step, all zeros, for `batch` sequences.
    pub fn zero_state(&self, batch: usize) -> Result<LstmState> {
        shape::expect_countable("batch", &[batch, self.hidden_size()])?;
        let zeros = |size: usize| Tensor::zeros((batch, size), self.dtype(), self.device());
        Ok(LstmState { h: zeros(self.output_size())?, c: zeros(self.hidden_size())? })
    }

    /// How many numbers it learns, both biases counted as in PyTorch: `4H(D + H + 2)` with biases and no projection.
    pub fn parameter_count(&self) -> usize {
        self.weights.count()
    }

    /// The variables, in PyTorch's order: `weight_ih`, `weight_hh`, then `bias_ih` and `bias_hh` if it has biases, then
    /// `weight_hr` if it has a projection.
    pub fn vars(&self) -> Vec<Var> {
        self.weights.vars()
    }
}
