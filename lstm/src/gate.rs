//! The four layers of an LSTM cell, by the lecture's names and in PyTorch's order, and what may be put in their place.

use candle_core::Tensor;

use crate::shape::expect_finite;
use crate::{Activation, Result};

/// A gate (or the candidate layer) of an LSTM cell. The discriminant is its block in PyTorch's stacked weights.
///
/// ```
/// use lstm::{Activation, Gate};
///
/// let symbols = Gate::PYTORCH_ORDER.map(Gate::symbol);
/// assert_eq!(symbols, ["i", "f", "c̃", "o"]);
/// assert_eq!((Gate::Candidate.block(), Gate::Candidate.activation()), (2, Activation::Tanh));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gate {
    /// `i`, the input gate of the store operation.
    Input = 0,
    /// `f`, the forget gate.
    Forget = 1,
    /// `c̃` (PyTorch's `g`), the candidate values.
    Candidate = 2,
    /// `o`, the output gate.
    Output = 3,
}

impl Gate {
    /// The four in the order of the lecture: forget, store (input, candidate), output.
    pub const LECTURE_ORDER: [Gate; 4] = [Gate::Forget, Gate::Input, Gate::Candidate, Gate::Output];

    /// The four in the order of PyTorch's stacked weights: input, forget, candidate, output.
    pub const PYTORCH_ORDER: [Gate; 4] = [Gate::Input, Gate::Forget, Gate::Candidate, Gate::Output];

    /// The lecture's letter: `f`, `i`, `c̃` or `o`.
    pub fn symbol(self) -> &'static str {
        match self {
            Gate::Input => "i",
            Gate::Forget => "f",
            Gate::Candidate => "c̃",
            Gate::Output => "o",
        }
    }

    /// The name in words: `forget gate`, `input gate`, `candidate` or `output gate`.
    pub fn name(self) -> &'static str {
        match self {
            Gate::Input => "input gate",
            Gate::Forget => "forget gate",
            Gate::Candidate => "candidate",
            Gate::Output => "output gate",
        }
    }

    /// What squashes its pre-activation: tanh for the candidate, the sigmoid for the three gates.
    pub fn activation(self) -> Activation {
        match self {
            Gate::Candidate => Activation::Tanh,
            Gate::Input | Gate::Forget | Gate::Output => Activation::Sigmoid,
        }
    }

    /// Its block in PyTorch's stacked weights: rows `block · H .. (block + 1) · H`.
    pub fn block(self) -> usize {
        self as usize
    }
}

/// What a gate is forced to, whatever its inputs: an ablation.
///
/// ```
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = LstmCell::new(3, 4, parameters.builder())?;
/// let keeping = cell.with_override(Gate::Forget, Override::OPEN).with_override(Gate::Input, Override::CLOSED);
/// let (x, before) = (random::randn((1, 3), &Device::Cpu)?, keeping.zero_state(1)?);
/// let after = keeping.forward(&x, &before)?;
/// assert_eq!(after.c.to_vec2::<f32>()?, before.c.to_vec2::<f32>()?); // nothing forgotten, nothing stored
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Override {
    /// Every unit has this value, a finite one, at every step.
    Constant(f64),
}

impl Override {
    /// A gate that lets everything pass: 1.
    pub const OPEN: Override = Override::Constant(1.0);

    /// A gate that lets nothing pass: 0.
    pub const CLOSED: Override = Override::Constant(0.0);

    /// A tensor of this value in the shape of the gate it replaces.
    pub(crate) fn in_place_of(self, gate: &Tensor) -> Result<Tensor> {
        let Override::Constant(value) = self;
        expect_finite("override", value)?;
        let filled = Tensor::full(value, gate.shape(), gate.device())?;
        Ok(filled.to_dtype(gate.dtype())?)
    }
}
