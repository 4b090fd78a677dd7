//! The cell itself: its weights, sizes and settings.

use candle_core::{DType, Device, Tensor, Var};
use candle_nn::VarBuilder;

use super::{Form, LstmState};
use crate::gate::{Gate, Override};
use crate::{Result, init, shape};

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
    pub(super) weight_ih: Var,
    pub(super) weight_hh: Var,
    pub(super) bias_ih: Var,
    pub(super) bias_hh: Var,
    pub(super) form: Form,
    pub(super) overrides: [Option<Override>; 4],
}

impl LstmCell {
    /// A cell for inputs of `input_size` (`D`) and `hidden_size` (`H`) units, with variables from `vb`; new ones
    /// start as in PyTorch, evenly spread over ±1/√H. Fails on sizes of zero or beyond all
    /// memory, or if `vb` holds other shapes.
    pub fn new(input_size: usize, hidden_size: usize, vb: VarBuilder) -> Result<Self> {
        shape::expect_positive("input_size", input_size)?;
        shape::expect_positive("hidden_size", hidden_size)?;
        shape::expect_countable("hidden_size", &[4, hidden_size, hidden_size])?;
        shape::expect_countable("input_size", &[4, hidden_size, input_size])?;
        let init = init::pytorch_default(hidden_size);
        let get = |dims: &[usize], name: &str| -> Result<Var> {
            Ok(Var::from_tensor(&vb.get_with_hints(dims, name, init)?)?)
        };
        Ok(Self::from_vars(
            get(&[4 * hidden_size, input_size], "weight_ih_l0")?,
            get(&[4 * hidden_size, hidden_size], "weight_hh_l0")?,
            get(&[4 * hidden_size], "bias_ih_l0")?,
            get(&[4 * hidden_size], "bias_hh_l0")?,
        ))
    }

    pub(super) fn from_vars(weight_ih: Var, weight_hh: Var, bias_ih: Var, bias_hh: Var) -> Self {
        Self { weight_ih, weight_hh, bias_ih, bias_hh, form: Form::Separate, overrides: [None; 4] }
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
        self.weight_ih.dims()[1]
    }

    /// `H`, the number of hidden units.
    pub fn hidden_size(&self) -> usize {
        self.weight_hh.dims()[1]
    }

    /// The element type it computes in.
    pub fn dtype(&self) -> DType {
        self.weight_ih.dtype()
    }

    /// The device that holds its weights.
    pub fn device(&self) -> &Device {
        self.weight_ih.device()
    }

    /// The state before the first step, all zeros, for `batch` sequences.
    pub fn zero_state(&self, batch: usize) -> Result<LstmState> {
        shape::expect_countable("batch", &[batch, self.hidden_size()])?;
        let zeros = Tensor::zeros((batch, self.hidden_size()), self.dtype(), self.device())?;
        Ok(LstmState { h: zeros.clone(), c: zeros })
    }

    /// How many numbers it learns, both biases counted as in PyTorch: `4H(D + H + 2)`.
    pub fn parameter_count(&self) -> usize {
        self.vars().iter().map(|var| var.elem_count()).sum()
    }

    /// The variables, in PyTorch's order: `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`.
    pub fn vars(&self) -> [Var; 4] {
        [&self.weight_ih, &self.weight_hh, &self.bias_ih, &self.bias_hh].map(Var::clone)
    }
}
