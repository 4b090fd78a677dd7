//! Learning-rate schedules: the rate for each step of training.
//!
//! [`CosineAnnealing`] and [`StepDecay`] are functions of the step, counted from 0; [`ReduceOnPlateau`] is fed the
//! validation loss. What a step is, an update or an epoch, is the caller's choice. Hand the rate to the optimiser
//! before each:
//!
//! ```
//! use candle_nn::{AdamW, Optimizer, ParamsAdamW};
//! use lstm::schedule::CosineAnnealing;
//! # use lstm::candle_nn;
//!
//! let schedule = CosineAnnealing::new(0.01, 1000)?.with_warm_up(50)?;
//! let mut optimizer = AdamW::new(Vec::new(), ParamsAdamW::default())?;
//! for step in 0..3 {
//!     optimizer.set_learning_rate(schedule.rate(step));
//!     // … the loss, and optimizer.backward_step(&loss)?
//! }
//! # Ok::<(), lstm::Error>(())
//! ```

use std::f64::consts::PI;

use crate::{Error, Result, shape};

/// Half a cosine wave from the highest rate down to the lowest (Loshchilov and Hutter 2017, equation 5, without
/// restarts), after an optional linear warm-up. With `w` steps of warm-up and `n` steps in all:
///
/// ```text
/// rate(k) = highest · (k + 1) / (w + 1)                                        for k < w
/// rate(k) = lowest + (highest − lowest) · (1 + cos(π (k − w) / (n − w))) / 2    for w ≤ k < n
/// rate(k) = lowest                                                             for k ≥ n
/// ```
///
/// The warm-up begins above 0, so that no step is lost, and its end and the top of the cosine are one step apart. The
/// cosine is PyTorch's `CosineAnnealingLR` with `T_max = n − w` and `eta_min = lowest`, up to `T_max`; PyTorch's rises
/// again after that. The warm-up is `LinearLR` with `start_factor = 1 / (w + 1)` and `total_iters = w`; `SequentialLR`
/// joins the two.
///
/// ```
/// use lstm::schedule::CosineAnnealing;
///
/// let schedule = CosineAnnealing::new(0.1, 4)?;
/// let rates: Vec<f64> = (0..6).map(|step| schedule.rate(step)).collect();
/// assert_eq!(rates[0], 0.1);
/// assert!((rates[2] - 0.05).abs() < 1e-12);
/// assert_eq!(rates[4..], [0.0, 0.0]);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CosineAnnealing {
    highest: f64,
    lowest: f64,
    warm_up: usize,
    steps: usize,
}

impl CosineAnnealing {
    /// From `highest`, a finite rate above 0, down to 0 in `steps` steps, at least 1.
    pub fn new(highest: f64, steps: usize) -> Result<Self> {
        shape::expect_above_zero("highest", highest)?;
        shape::expect_positive("steps", steps)?;
        Ok(Self { highest, lowest: 0.0, warm_up: 0, steps })
    }

    /// The same with the first `steps` of all steps for the warm-up. Fails unless some steps are left.
    pub fn with_warm_up(self, steps: usize) -> Result<Self> {
        if steps >= self.steps {
            return Err(Error::Argument {
                argument: "steps",
                expected: format!("less than {}, the steps in all", self.steps),
                got: steps.to_string(),
            });
        }
        Ok(Self { warm_up: steps, ..self })
    }

    /// The same, down to `lowest` (PyTorch's `eta_min`), at least 0 and at most the highest rate.
    pub fn with_lowest(self, lowest: f64) -> Result<Self> {
        expect_floor("lowest", lowest, self.highest)?;
        Ok(Self { lowest, ..self })
    }

    /// The rate for step `step`, counted from 0.
    pub fn rate(&self, step: usize) -> f64 {
        if step < self.warm_up {
            return self.highest * (step as f64 + 1.0) / (self.warm_up as f64 + 1.0);
        }
        if step >= self.steps {
            return self.lowest;
        }
        let done = (step - self.warm_up) as f64 / (self.steps - self.warm_up) as f64;
        self.lowest + (self.highest - self.lowest) * (1.0 + (PI * done).cos()) / 2.0
    }
}

/// The rate times `factor` after every `every` steps: `rate(k) = initial · factor^⌊k / every⌋`. PyTorch's `StepLR` with
/// `gamma = factor` and `step_size = every`; with `every = 1` its `ExponentialLR`.
///
/// ```
/// use lstm::schedule::StepDecay;
///
/// let schedule = StepDecay::new(0.8, 0.5, 2)?;
/// let rates: Vec<f64> = (0..6).map(|step| schedule.rate(step)).collect();
/// assert_eq!(rates, [0.8, 0.8, 0.4, 0.4, 0.2, 0.2]);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct StepDecay {
    initial: f64,
    factor: f64,
    every: usize,
}

impl StepDecay {
    /// From `initial`, a finite rate above 0, times `factor`, in (0, 1], after every `every` steps, at least 1.
    pub fn new(initial: f64, factor: f64, every: usize) -> Result<Self> {
        shape::expect_above_zero("initial", initial)?;
        if !(factor > 0.0 && factor <= 1.0) {
            return Err(Error::Argument {
                argument: "factor",
                expected: "in (0, 1]".to_owned(),
                got: factor.to_string(),
            });
        }
        shape::expect_positive("every", every)?;
        Ok(Self { initial, factor, every })
    }

    /// The rate for step `step`, counted from 0.
    pub fn rate(&self, step: usize) -> f64 {
        self.initial * self.factor.powf((step / self.every) as f64)
    }
}

/// The rate times `factor` when the validation loss has stopped falling: PyTorch's `ReduceLROnPlateau` with
/// `mode="min"` and `threshold_mode="rel"`.
///
/// A loss counts as better if it is below `best · (1 − threshold)`. After more than `patience` losses in a row that
/// are not better, the rate becomes `max(rate · factor, lowest)`; then `cooldown` losses pass without being counted. A
/// loss that is NaN is not better than any. As in PyTorch, the threshold 10⁻⁴, the cooldown 0 and the lowest rate 0 are
/// the defaults, and a change of the rate of 10⁻⁸ or less is left out. Losses should not be negative: a threshold
/// relative to a negative best asks for less than the best.
///
/// ```
/// use lstm::schedule::ReduceOnPlateau;
///
/// let mut schedule = ReduceOnPlateau::new(0.1, 0.5, 1)?;
/// let rates: Vec<f64> = [1.0, 0.9, 0.95, 0.93, 0.8].map(|loss| schedule.step(loss)).to_vec();
/// assert_eq!(rates, [0.1, 0.1, 0.1, 0.05, 0.05]); // the second loss in a row that is not below 0.9
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ReduceOnPlateau {
    rate: f64,
    factor: f64,
    patience: usize,
    threshold: f64,
    cooldown: usize,
    lowest: f64,
    best: f64,
    not_better: usize,
    cooling: usize,
}

impl ReduceOnPlateau {
    /// Changes of the rate up to this are left out, as in PyTorch (`eps`).
    const SMALLEST_CHANGE: f64 = 1e-8;

    /// From `initial`, a finite rate above 0, times `factor`, in (0, 1), after more than `patience` losses in a row
    /// that are not better. PyTorch's defaults are 0.1 and 10.
    pub fn new(initial: f64, factor: f64, patience: usize) -> Result<Self> {
        shape::expect_above_zero("initial", initial)?;
        if !(factor > 0.0 && factor < 1.0) {
            return Err(Error::Argument {
                argument: "factor",
                expected: "in (0, 1)".to_owned(),
                got: factor.to_string(),
            });
        }
        Ok(Self {
            rate: initial,
            factor,
            patience,
            threshold: 1e-4,
            cooldown: 0,
            lowest: 0.0,
            best: f64::INFINITY,
            not_better: 0,
            cooling: 0,
        })
    }

    /// The same with another threshold, in [0, 1): which part of the best loss the next best must be below it.
    pub fn with_threshold(self, threshold: f64) -> Result<Self> {
        if !(0.0..1.0).contains(&threshold) {
            return Err(Error::Argument {
                argument: "threshold",
                expected: "in [0, 1)".to_owned(),
                got: threshold.to_string(),
            });
        }
        Ok(Self { threshold, ..self })
    }

    /// The same with `losses` losses after each reduction that do not count.
    pub fn with_cooldown(self, losses: usize) -> Self {
        Self { cooldown: losses, ..self }
    }

    /// The same, never below `lowest` (PyTorch's `min_lr`), at least 0 and at most the rate of now.
    pub fn with_lowest(self, lowest: f64) -> Result<Self> {
        expect_floor("lowest", lowest, self.rate)?;
        Ok(Self { lowest, ..self })
    }

    /// Takes in a validation loss; returns the rate from now on.
    pub fn step(&mut self, loss: f64) -> f64 {
        if loss < self.best * (1.0 - self.threshold) {
            self.best = loss;
            self.not_better = 0;
        } else {
            self.not_better += 1;
        }
        if self.cooling > 0 {
            self.cooling -= 1;
            self.not_better = 0;
        }
        if self.not_better > self.patience {
            let reduced = (self.rate * self.factor).max(self.lowest);
            if self.rate - reduced > Self::SMALLEST_CHANGE {
                self.rate = reduced;
            }
            self.cooling = self.cooldown;
            self.not_better = 0;
        }
        self.rate
    }

    /// The rate of now.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// The smallest loss that counted as better, infinite before the first.
    pub fn best(&self) -> f64 {
        self.best
    }
}

fn expect_floor(argument: &'static str, rate: f64, highest: f64) -> Result<()> {
    if (0.0..=highest).contains(&rate) {
        return Ok(());
    }
    Err(Error::Argument {
        argument,
        expected: format!("from 0 to {highest}, the rate to begin with"),
        got: rate.to_string(),
    })
}
