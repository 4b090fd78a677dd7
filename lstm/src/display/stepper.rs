//! A page element that walks through the steps of a trace: slider, keyboard, numbers, pictures, the cell's diagram.
//!
//! It is one piece of HTML with its style and script inside, and fetches nothing. Without the script (a notebook that
//! is not trusted, a printed page) it shows its first step and, folded, the states of all steps.

use serde_json::{Value, json};

use super::content::Content;
use super::handle::fresh_id;
use super::html::cell;
use super::rich::{self, Rich};
use super::trace_numbers::TraceNumbers;
use crate::{LstmTrace, Result};

/// What a page holds of a long trace or a wide layer: the first steps, inputs and units.
const MOST_STEPS: usize = 400;
const MOST_UNITS: usize = 24;

/// One sequence of a trace, to be stepped through in a notebook. [`LstmTrace::stepper`] makes it.
///
/// ```
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = LstmCell::new(3, 4, parameters.builder())?;
/// let xs = random::randn((5, 2, 3), &Device::Cpu)?;
/// let stepper = cell.trace(&xs, None)?.stepper_of(1)?; // the second sequence
/// display(&stepper)?;
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Stepper {
    pub(super) numbers: TraceNumbers,
    batch: usize,
}

impl LstmTrace {
    /// A stepper through the first sequence of the batch.
    ///
    /// # Errors
    /// [`crate::Error::Argument`] if the trace is empty, [`crate::Error::Shape`] if its tensors do not fit together.
    pub fn stepper(&self) -> Result<Stepper> {
        self.stepper_of(0)
    }

    /// A stepper through the sequence `batch` of the batch, counted from 0.
    ///
    /// # Errors
    /// As [`LstmTrace::stepper`], and [`crate::Error::Argument`] if `batch` is not below `B`.
    pub fn stepper_of(&self, batch: usize) -> Result<Stepper> {
        Ok(Stepper { numbers: TraceNumbers::of(self, batch)?, batch })
    }
}

impl Stepper {
    /// Shows the stepper in a notebook; evcxr calls it for the last expression of a cell.
    pub fn evcxr_display(&self) {
        rich::show(self);
    }

    pub(super) fn steps(&self) -> usize {
        self.numbers.steps().min(MOST_STEPS)
    }

    pub(super) fn units(&self) -> usize {
        self.numbers.units().min(MOST_UNITS)
    }

    pub(super) fn inputs(&self) -> usize {
        self.numbers.inputs().min(MOST_UNITS)
    }

    /// The number under `name` at the first step and the first unit.
    pub(super) fn first(&self, name: &str) -> f64 {
        let n = &self.numbers;
        match name {
            "h_before" => n.h0[0],
            "c_before" => n.c0[0],
            "pre_f" => n.pre_f[0][0],
            "pre_i" => n.pre_i[0][0],
            "pre_candidate" => n.pre_candidate[0][0],
            "pre_o" => n.pre_o[0][0],
            "f" => n.f[0][0],
            "i" => n.i[0][0],
            "candidate" => n.candidate[0][0],
            "o" => n.o[0][0],
            "c" => n.c[0][0],
            "h" => n.h[0][0],
            "kept" => n.f[0][0] * n.c0[0],
            "stored" => n.i[0][0] * n.candidate[0][0],
            "tanh_c" => n.c[0][0].tanh(),
            _ => f64::NAN,
        }
    }

    /// The numbers for the script.
    pub(super) fn data(&self) -> Value {
        let n = &self.numbers;
        let row =
            |values: &[f64], most: usize| -> Vec<Value> { values.iter().take(most).map(|v| compact(*v)).collect() };
        let rows = |values: &[Vec<f64>], most: usize| -> Vec<Vec<Value>> {
            values.iter().take(self.steps()).map(|values| row(values, most)).collect()
        };
        let units = self.units();
        json!({
            "x": rows(&n.x, self.inputs()),
            "h0": row(&n.h0, units),
            "c0": row(&n.c0, units),
            "pre_f": rows(&n.pre_f, units),
            "pre_i": rows(&n.pre_i, units),
            "pre_candidate": rows(&n.pre_candidate, units),
            "pre_o": rows(&n.pre_o, units),
            "f": rows(&n.f, units),
            "i": rows(&n.i, units),
            "candidate": rows(&n.candidate, units),
            "o": rows(&n.o, units),
            "c": rows(&n.c, units),
            "h": rows(&n.h, units),
            "limit": { "c": self.limit(&n.c), "x": self.limit(&n.x) },
        })
    }

    /// The largest size among the finite `values`, at least 1: the scale of tints and bars.
    pub(super) fn limit(&self, values: &[Vec<f64>]) -> f64 {
        values.iter().flatten().copied().filter(|v| v.is_finite()).fold(1.0, |a: f64, v| a.max(v.abs()))
    }
}

impl Rich for Stepper {
    fn content(&self) -> Result<Content> {
        let n = &self.numbers;
        let plain = format!(
            "LSTM stepper: steps T = {}, inputs D = {}, units H = {}; sequence {} (from 0). It needs a page that shows HTML.",
            n.steps(),
            n.inputs(),
            n.units(),
            self.batch
        );
        Ok(Content::new(plain, self.page(&fresh_id())?))
    }
}

/// A number in six digits; what is not finite as text, which JSON has no number for.
fn compact(value: f64) -> Value {
    if value.is_finite() {
        let short: f64 = format!("{value:.5e}").parse().unwrap_or(value);
        json!(short)
    } else {
        json!(cell(value))
    }
}
