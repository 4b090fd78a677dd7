//! Training: an optimiser, a trainer that steps and loops, what it measures, what it shows and what it saves.
//!
//! [`Trainer::step`] makes one update from a loss; [`Trainer::fit`] makes many from a closure:
//!
//! ```
//! use lstm::prelude::*;
//!
//! let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
//! let cell = LstmCell::new(2, 8, parameters.builder().pp("lstm"))?;
//! let head = lstm::candle_nn::linear(8, 1, parameters.builder().pp("head"))?;
//! let mut task = tasks::AddingProblem::seeded(2, 4)?;
//!
//! let mut trainer = Trainer::new(&parameters, Settings::default().learning_rate(0.01))?;
//! trainer.fit(&Plan::updates(50).quiet(), |_| {
//!     let batch = task.batch(32, &Device::Cpu)?;
//!     let last = cell.unroll(&batch.xs, None)?.1.h; // [B, H]
//!     Ok((head.forward(&last)? - batch.targets)?.sqr()?.mean_all()?)
//! })?;
//! let losses = trainer.history().losses();
//! assert!(losses[49] < losses[0]);
//! # Ok::<(), Error>(())
//! ```
//!
//! A [`Task`] says more than a closure can: a validation loss, a sample to look at, how long an epoch is, and what it
//! must remember for a run that goes on from a checkpoint to make the same numbers as one that never stopped.
//!
//! A loop stops politely when [`interrupted`] says so, which the stop button of a notebook brings about.

mod adam;
mod adam_in_place;
mod checkpoint;
mod fit;
mod history;
mod interrupt;
mod metrics;
mod monitor;
mod plan;
mod savable;
mod settings;
mod task;
mod trainer;

pub use adam::Adam;
pub use checkpoint::Checkpoint;
pub use history::{History, Step, Validation};
pub use interrupt::{FILE_VARIABLE, check_interrupt, interrupt, interrupted};
pub use metrics::{Confusion, accuracy, bits, perplexity};
pub use monitor::Monitor;
pub use plan::Plan;
pub use savable::Savable;
pub use settings::{Clip, Schedule, Settings};
pub use task::{Memory, Task};
pub use trainer::Trainer;
