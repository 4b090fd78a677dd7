//! One update after the other: gradients, their check, clipping, the optimiser's step.

use std::collections::BTreeMap;

use candle_core::backprop::GradStore;
use candle_core::{DType, Tensor, Var};
use candle_nn::{Optimizer, ParamsAdamW};

use super::adam::Adam;
use super::history::{History, Step};
use super::settings::{Clip, Schedule, Settings};
use crate::figure::number;
use crate::norm::euclidean_norm;
use crate::{Error, Parameters, Result, clip, shape};

/// How many of the last gradient norms a diagnosis tells.
const NORMS_TOLD: usize = 5;

/// Trains the variables of a [`Parameters`] store with an optimiser, [`Adam`] unless another is given.
///
/// ```
/// use lstm::{Parameters, candle_core::{DType, Device}, train::{Settings, Trainer}};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let w = parameters.builder().get_with_hints(3, "w", lstm::candle_nn::init::ONE)?;
/// let mut trainer = Trainer::new(&parameters, Settings::default().learning_rate(0.1))?;
/// let step = trainer.step(&w.sqr()?.sum_all()?)?;
/// assert_eq!((step.update, step.loss), (1, 3.0));
/// assert!((step.gradient_norm - 12f64.sqrt()).abs() < 1e-6); // of (2, 2, 2)
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Debug)]
pub struct Trainer<O = Adam> {
    pub(super) names: Vec<String>,
    pub(super) vars: Vec<Var>,
    pub(super) optimizer: O,
    pub(super) settings: Settings,
    /// The schedule of the settings, after the validations so far.
    pub(super) schedule: Schedule,
    pub(super) history: History,
    pub(super) best: Option<Best>,
    pub(super) notes: BTreeMap<String, String>,
}

/// The weights of the best validation so far.
#[derive(Clone, Debug)]
pub(super) struct Best {
    pub(super) update: usize,
    pub(super) loss: f64,
    pub(super) values: Vec<Tensor>,
}

impl Trainer<Adam> {
    /// Trains all variables that `parameters` holds now: make the model first. Fails on settings out of their range, or
    /// if there is nothing to train.
    pub fn new(parameters: &Parameters, settings: Settings) -> Result<Self> {
        settings.check()?;
        let adam = Adam::new(
            parameters.vars(),
            ParamsAdamW {
                lr: settings.schedule.rate(0),
                beta1: settings.betas.0,
                beta2: settings.betas.1,
                eps: settings.eps,
                weight_decay: settings.weight_decay,
            },
        )?;
        Self::with_optimizer(parameters, adam, settings)
    }
}

impl<O: Optimizer> Trainer<O> {
    /// The same with another optimiser for these variables, such as candle-nn's `SGD`. Of the settings it takes the
    /// schedule and the clipping.
    pub fn with_optimizer(parameters: &Parameters, optimizer: O, settings: Settings) -> Result<Self> {
        settings.check()?;
        let vars = parameters.vars();
        if vars.is_empty() {
            return Err(Error::Argument {
                argument: "parameters",
                expected: "a store with variables: make the model from its builder before the trainer".to_owned(),
                got: "an empty one".to_owned(),
            });
        }
        let (history, notes) = (History::default(), BTreeMap::new());
        let schedule = settings.schedule.clone();
        Ok(Self { names: parameters.names(), vars, optimizer, settings, schedule, history, best: None, notes })
    }

    /// One update: the gradients of `loss`, which is one number computed from the variables, are checked and clipped,
    /// and the optimiser makes its step with the rate of the schedule.
    ///
    /// # Errors
    /// [`Error::Diverged`] if the loss or a gradient is not finite; the variables then are as before.
    /// [`Error::Argument`] if the loss is not one number, or has no gradient for any variable.
    pub fn step(&mut self, loss: &Tensor) -> Result<Step> {
        if loss.elem_count() != 1 {
            return Err(Error::Shape {
                argument: "loss",
                expected: "[], one number".into(),
                got: loss.dims().to_vec(),
            });
        }
        let value = loss.flatten_all()?.get(0)?.to_dtype(DType::F64)?.to_scalar::<f64>()?;
        let learning_rate = self.schedule.rate(self.updates());
        if !value.is_finite() {
            return Err(self.diverged(format!("the loss is {value}"), learning_rate));
        }
        let mut gradients = loss.backward()?;
        let gradient_norm = self.clip(&mut gradients)?;
        if !gradient_norm.is_finite() {
            let culprit = self.first_bad_gradient(&gradients)?;
            let what = format!("the gradient of {culprit} is not finite, at a loss of {}", number(value));
            return Err(self.diverged(what, learning_rate));
        }
        self.optimizer.set_learning_rate(learning_rate);
        self.optimizer.step(&gradients)?;
        let step = Step { update: self.updates() + 1, loss: value, gradient_norm, learning_rate };
        self.history.push(step);
        Ok(step)
    }

    /// Clips the gradients; returns the norm that they had before.
    fn clip(&self, gradients: &mut GradStore) -> Result<f64> {
        let present: Vec<&Tensor> = self.vars.iter().filter_map(|var| gradients.get(var)).collect();
        if present.is_empty() {
            return Err(Error::Argument {
                argument: "loss",
                expected: "computed from the trainer's variables".to_owned(),
                got: "a number without a gradient for any of them".to_owned(),
            });
        }
        match self.settings.clip {
            Some(Clip::Norm(limit)) => clip::by_norm(gradients, &self.vars, limit),
            Some(Clip::Value(limit)) => {
                let norm = euclidean_norm(&present)?;
                clip::by_value(gradients, &self.vars, limit)?;
                Ok(norm)
            }
            None => euclidean_norm(&present),
        }
    }

    fn first_bad_gradient(&self, gradients: &GradStore) -> Result<String> {
        for (name, var) in self.names.iter().zip(&self.vars) {
            if let Some(gradient) = gradients.get(var)
                && !shape::is_finite(gradient)?
            {
                return Ok(format!("`{name}`"));
            }
        }
        Ok("all variables together".to_owned())
    }

    /// The error of an update that cannot be made.
    fn diverged(&self, what: String, learning_rate: f64) -> Error {
        let steps = &self.history.steps;
        let norms: Vec<String> =
            steps[steps.len().saturating_sub(NORMS_TOLD)..].iter().map(|step| number(step.gradient_norm)).collect();
        let before = match norms.len() {
            0 => "it was the first update".to_owned(),
            _ => format!("gradient norms before it: {}", norms.join(", ")),
        };
        Error::Diverged {
            update: self.updates() + 1,
            what,
            history: format!("The learning rate was {}, {before}", number(learning_rate)),
            advice: "a smaller learning rate, a warm-up, or a smaller limit for clipping; at the first update look for \
                     NaN in data and initial weights",
        }
    }

    /// How many updates were made.
    pub fn updates(&self) -> usize {
        self.history.steps.len()
    }

    /// All updates and validations.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The optimiser.
    pub fn optimizer(&self) -> &O {
        &self.optimizer
    }

    /// The settings that it was made with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Lets every checkpoint carry `text` under `name`: a vocabulary, say.
    pub fn note(&mut self, name: &str, text: &str) {
        self.notes.insert(name.to_owned(), text.to_owned());
    }

    /// Takes in a validation loss: the history, the schedule and the best weights hear of it. One that is not finite is
    /// never the best.
    ///
    /// # Errors
    /// [`Error::Candle`] if the weights cannot be copied, for want of memory say.
    pub fn validated(&mut self, loss: f64) -> Result<()> {
        let update = self.updates();
        self.history.validations.push(super::Validation { update, loss });
        self.schedule.validated(loss);
        if self.best.as_ref().is_none_or(|best| loss < best.loss) && loss.is_finite() {
            let values = self.vars.iter().map(|var| Ok(var.as_tensor().copy()?)).collect::<Result<_>>()?;
            self.best = Some(Best { update, loss, values });
        }
        Ok(())
    }

    /// Puts the weights of the best validation into the variables; returns after which update it was, or none if there
    /// was no validation with a finite loss.
    ///
    /// # Errors
    /// [`Error::Candle`] if the weights cannot be copied.
    pub fn restore_best(&mut self) -> Result<Option<usize>> {
        let Some(best) = &self.best else { return Ok(None) };
        for (var, value) in self.vars.iter().zip(&best.values) {
            var.set(value)?;
        }
        Ok(Some(best.update))
    }
}
