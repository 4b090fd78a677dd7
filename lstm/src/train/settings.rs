//! How a trainer updates: learning rate and schedule, clipping, weight decay.

use crate::schedule::{CosineAnnealing, ReduceOnPlateau, StepDecay};
use crate::{Result, shape};

/// The learning rate over training.
///
/// ```
/// use lstm::schedule::StepDecay;
/// use lstm::train::Schedule;
///
/// let halved = Schedule::from(StepDecay::new(0.1, 0.5, 100)?); // after every 100 updates
/// assert_eq!([0, 99, 100].map(|update| halved.rate(update)), [0.1, 0.1, 0.05]);
/// assert_eq!(Schedule::Constant(0.1).rate(100), 0.1);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Schedule {
    /// Always the same.
    Constant(f64),
    /// A function of the update, counted from 0.
    Cosine(CosineAnnealing),
    /// A function of the update, counted from 0.
    Steps(StepDecay),
    /// Lower whenever the validation loss has stopped falling.
    Plateau(ReduceOnPlateau),
}

impl Schedule {
    /// The rate for update `update`, counted from 0.
    pub fn rate(&self, update: usize) -> f64 {
        match self {
            Self::Constant(rate) => *rate,
            Self::Cosine(schedule) => schedule.rate(update),
            Self::Steps(schedule) => schedule.rate(update),
            Self::Plateau(schedule) => schedule.rate(),
        }
    }

    /// Takes in a validation loss.
    pub(super) fn validated(&mut self, loss: f64) {
        if let Self::Plateau(schedule) = self {
            schedule.step(loss);
        }
    }
}

impl From<CosineAnnealing> for Schedule {
    fn from(schedule: CosineAnnealing) -> Self {
        Self::Cosine(schedule)
    }
}

impl From<StepDecay> for Schedule {
    fn from(schedule: StepDecay) -> Self {
        Self::Steps(schedule)
    }
}

impl From<ReduceOnPlateau> for Schedule {
    fn from(schedule: ReduceOnPlateau) -> Self {
        Self::Plateau(schedule)
    }
}

/// What is done to gradients that are too long.
///
/// ```
/// use lstm::train::{Clip, Settings};
///
/// assert_eq!(Settings::default().clip, Some(Clip::Norm(5.0)));
/// assert_eq!(Settings::default().clip_value(0.5).clip, Some(Clip::Value(0.5)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Clip {
    /// All together are scaled to at most this norm ([`crate::clip::by_norm`]).
    Norm(f64),
    /// Each component is limited to plus or minus this ([`crate::clip::by_value`]).
    Value(f64),
}

/// The settings of a [`Trainer`](super::Trainer): Adam's as published (0.001, β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸), without
/// weight decay, a constant rate, and gradients clipped to a norm of 5.
///
/// ```
/// use lstm::{schedule::CosineAnnealing, train::Settings};
///
/// let settings = Settings::default().learning_rate(0.01).clip_norm(1.0);
/// let settings = settings.schedule(CosineAnnealing::new(0.01, 600)?.with_warm_up(20)?);
/// assert!(settings.schedule.rate(599) < 0.001);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The learning rate over training; every rate finite and at least 0.
    pub schedule: Schedule,
    /// What is done to long gradients; limits are finite and above 0.
    pub clip: Option<Clip>,
    /// β₁ and β₂ of Adam, each in [0, 1).
    pub betas: (f64, f64),
    /// ε of Adam, above 0.
    pub eps: f64,
    /// The decoupled weight decay: each update takes `lr · weight_decay` of every variable; at least 0.
    pub weight_decay: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            schedule: Schedule::Constant(1e-3),
            clip: Some(Clip::Norm(5.0)),
            betas: (0.9, 0.999),
            eps: 1e-8,
            weight_decay: 0.0,
        }
    }
}

impl Settings {
    /// A constant learning rate.
    pub fn learning_rate(self, rate: f64) -> Self {
        Self { schedule: Schedule::Constant(rate), ..self }
    }

    /// A learning rate that changes.
    pub fn schedule(self, schedule: impl Into<Schedule>) -> Self {
        Self { schedule: schedule.into(), ..self }
    }

    /// Gradients scaled to at most this norm.
    pub fn clip_norm(self, norm: f64) -> Self {
        Self { clip: Some(Clip::Norm(norm)), ..self }
    }

    /// Components of gradients limited to plus or minus this.
    pub fn clip_value(self, value: f64) -> Self {
        Self { clip: Some(Clip::Value(value)), ..self }
    }

    /// Gradients as they are.
    pub fn no_clipping(self) -> Self {
        Self { clip: None, ..self }
    }

    /// Decoupled weight decay.
    pub fn weight_decay(self, decay: f64) -> Self {
        Self { weight_decay: decay, ..self }
    }

    /// Fails unless every setting is in its range.
    pub(super) fn check(&self) -> Result<()> {
        if let Schedule::Constant(rate) = self.schedule {
            shape::expect_at_least_zero("learning_rate", rate)?;
        }
        match self.clip {
            Some(Clip::Norm(limit)) => shape::expect_above_zero("clip_norm", limit)?,
            Some(Clip::Value(limit)) => shape::expect_above_zero("clip_value", limit)?,
            None => {}
        }
        for beta in [self.betas.0, self.betas.1] {
            shape::expect_fraction("betas", beta)?;
        }
        shape::expect_above_zero("eps", self.eps)?;
        shape::expect_at_least_zero("weight_decay", self.weight_decay)
    }
}
