//! What happened in training: every update and every validation, and their charts.

use std::collections::BTreeMap;

use candle_core::{Device, Tensor};

use crate::figure::{self, Figure};
use crate::{Error, Result};

/// One update.
///
/// ```
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let w = parameters.builder().get_with_hints(1, "w", lstm::candle_nn::init::ONE)?;
/// let mut trainer = Trainer::new(&parameters, Settings::default())?;
/// let step = trainer.step(&w.sqr()?.sum_all()?)?; // w², of slope 2 w, at w = 1
/// assert_eq!((step.update, step.loss, step.gradient_norm), (1, 1.0, 2.0));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Which one, counted from 1.
    pub update: usize,
    /// The training loss before it.
    pub loss: f64,
    /// The Euclidean norm of all gradients together, before clipping.
    pub gradient_norm: f64,
    /// The learning rate that it used.
    pub learning_rate: f64,
}

/// One look at data that is not trained on.
///
/// ```
/// use lstm::train::{History, Validation};
///
/// let mut history = History::default();
/// history.validations = vec![Validation { update: 10, loss: 1.5 }, Validation { update: 20, loss: 1.7 }];
/// assert_eq!(history.best().map(|best| best.update), Some(10));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Validation {
    /// After how many updates.
    pub update: usize,
    /// The validation loss.
    pub loss: f64,
}

/// All updates and validations of a training run, in their order.
///
/// ```
/// use lstm::train::{History, Step};
///
/// let mut history = History::default();
/// for (update, loss) in [(1, 2.0), (2, 1.5)] {
///     history.push(Step { update, loss, gradient_norm: 1.0, learning_rate: 0.1 });
/// }
/// assert_eq!(history.losses(), [2.0, 1.5]);
/// history.loss_figure()?.to_svg()?;
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// Every update.
    pub steps: Vec<Step>,
    /// Every validation.
    pub validations: Vec<Validation>,
}

impl History {
    /// Adds an update.
    pub fn push(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// The training losses.
    pub fn losses(&self) -> Vec<f64> {
        self.steps.iter().map(|step| step.loss).collect()
    }

    /// The gradient norms, before clipping.
    pub fn gradient_norms(&self) -> Vec<f64> {
        self.steps.iter().map(|step| step.gradient_norm).collect()
    }

    /// The mean training loss of the last `count` updates; NaN without any.
    pub fn recent_loss(&self, count: usize) -> f64 {
        let recent = &self.steps[self.steps.len().saturating_sub(count)..];
        recent.iter().map(|step| step.loss).sum::<f64>() / recent.len() as f64
    }

    /// The validation with the smallest finite loss, the earliest of equals.
    pub fn best(&self) -> Option<Validation> {
        let finite = self.validations.iter().filter(|validation| validation.loss.is_finite());
        finite.copied().reduce(|best, next| if next.loss < best.loss { next } else { best })
    }

    /// Training and validation loss over updates.
    ///
    /// # Errors
    /// [`Error::Argument`] before the first update.
    pub fn loss_figure(&self) -> Result<Figure> {
        let train = self.steps.iter().map(|s| (s.update as f64, s.loss)).collect::<Vec<_>>();
        let mut series = vec![("training", train)];
        if !self.validations.is_empty() {
            series.push(("validation", self.validations.iter().map(|v| (v.update as f64, v.loss)).collect()));
        }
        Ok(figure::lines(&series, "update", "loss")?.with_title("Loss"))
    }

    /// The gradients' norm before clipping over updates, on a logarithmic axis.
    ///
    /// # Errors
    /// [`Error::Argument`] before the first update.
    pub fn gradient_figure(&self) -> Result<Figure> {
        let norms = self.steps.iter().map(|s| (s.update as f64, s.gradient_norm)).collect::<Vec<_>>();
        let figure = figure::lines(&[("", norms)], "update", "norm of the gradients")?;
        let figure = figure.with_title("Gradient norm before clipping");
        // Gradients of exactly zero have no logarithm.
        Ok(figure.clone().with_log_y().unwrap_or(figure))
    }

    /// As tensors, which keep every bit.
    pub(super) fn to_tensors(&self) -> Result<BTreeMap<String, Tensor>> {
        let steps = |f: fn(&Step) -> f64| self.steps.iter().map(f).collect::<Vec<f64>>();
        let validations = |f: fn(&Validation) -> f64| self.validations.iter().map(f).collect::<Vec<f64>>();
        let columns = [
            ("loss", steps(|s| s.loss)),
            ("gradient_norm", steps(|s| s.gradient_norm)),
            ("learning_rate", steps(|s| s.learning_rate)),
            ("validation_update", validations(|v| v.update as f64)),
            ("validation_loss", validations(|v| v.loss)),
        ];
        let tensor = |values: Vec<f64>| Ok::<Tensor, Error>(Tensor::new(values, &Device::Cpu)?);
        columns.into_iter().map(|(name, values)| Ok((name.to_owned(), tensor(values)?))).collect()
    }

    /// Back from [`to_tensors`](History::to_tensors).
    pub(super) fn from_tensors(get: impl Fn(&str) -> Result<Tensor>) -> Result<Self> {
        let column = |name: &str| Ok::<Vec<f64>, Error>(get(name)?.to_vec1::<f64>()?);
        let (losses, norms, rates) = (column("loss")?, column("gradient_norm")?, column("learning_rate")?);
        let of_step =
            |(k, ((&loss, &gradient_norm), &learning_rate))| Step { update: k + 1, loss, gradient_norm, learning_rate };
        let steps = losses.iter().zip(&norms).zip(&rates).enumerate().map(of_step).collect();
        let (updates, losses) = (column("validation_update")?, column("validation_loss")?);
        let validations =
            updates.iter().zip(&losses).map(|(&update, &loss)| Validation { update: update as usize, loss }).collect();
        Ok(Self { steps, validations })
    }
}
