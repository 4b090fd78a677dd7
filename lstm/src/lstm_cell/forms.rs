//! The two ways to write a layer of the cell, and the check that they agree.

use std::fmt;

use candle_core::Tensor;

use super::{LstmCell, LstmState};
use crate::gate::Gate;
use crate::{Result, shape};

/// How a layer's pre-activation is written. Both give the same numbers up to rounding.
///
/// ```
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = RnnCell::new(3, 4, Activation::Tanh, parameters.builder())?.with_form(Form::Concatenated);
/// assert_eq!(cell.form(), Form::Concatenated);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// `W x + U h + b`: a product each for the input and the hidden state.
    #[default]
    Separate,
    /// `[U W] [h, x] + b`: one product with the two vectors joined.
    Concatenated,
}

/// How far the two forms are apart.
///
/// ```
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = LstmCell::new(3, 4, parameters.builder())?;
/// let check = cell.compare_forms(&random::randn((2, 3), &Device::Cpu)?, &cell.zero_state(2)?)?;
/// assert!(check.largest() < 1e-6);
/// println!("{check}"); // layer by layer
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FormCheck {
    /// For each layer, in the order of the lecture, the largest absolute difference of its pre-activations.
    pub differences: [(Gate, f64); 4],
}

impl FormCheck {
    /// The largest difference of all; NaN if any is.
    pub fn largest(&self) -> f64 {
        self.differences
            .iter()
            .map(|&(_, difference)| difference)
            .fold(0.0, |a, b| if b > a || b.is_nan() { b } else { a })
    }
}

impl fmt::Display for FormCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "largest difference between W x + U h + b and [U W] [h, x] + b")?;
        for (gate, difference) in &self.differences {
            writeln!(f, "  {:<12} {difference:.1e}", gate.name())?;
        }
        Ok(())
    }
}

impl LstmCell {
    /// Computes all four layers in both forms for `x` `[B, D]` and the state before it. A difference is NaN where the
    /// pre-activations are not finite.
    pub fn compare_forms(&self, x: &Tensor, state: &LstmState) -> Result<FormCheck> {
        let mut differences = [(Gate::Forget, 0.0); 4];
        for (slot, gate) in differences.iter_mut().zip(Gate::LECTURE_ORDER) {
            let separate = self.pre_activation_in(Form::Separate, gate, x, &state.h)?;
            let joined = self.pre_activation_in(Form::Concatenated, gate, x, &state.h)?;
            *slot = (gate, shape::largest_magnitude(&separate.sub(&joined)?)?);
        }
        Ok(FormCheck { differences })
    }
}
