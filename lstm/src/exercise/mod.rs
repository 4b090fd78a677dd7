//! Exercises that check themselves: a right answer is told so at once, any other gets a hint and never the solution.
//!
//! A notebook asks for an exercise by its id, the number of the notebook (`e` and a number for an exercise
//! sheet) and a name, and hands in an answer. `None`
//! says that there is none yet:
//!
//! ```
//! use lstm::prelude::*;
//!
//! let answer: Option<f64> = None; // replace None by Some(your number)
//! let verdict = exercise("05/lstm-parameters").check(answer)?;
//! assert!(!verdict.is_right());
//! # Ok::<(), Error>(())
//! ```
//!
//! With `LSTM_GRADING=1` in the environment every verdict but a right one is an [`Error::Exercise`](crate::Error).
//!
//! To add exercises, write them in the file of their notebook; [`ids`] lists all.

mod answer;
mod comparison;
mod function;
mod lookup;
mod registry;
mod task;
mod verdict;

// The exercises, a file for each notebook and one for the sheets.
mod activity_recognition;
mod applications;
mod backpropagation_through_time;
mod character_generation;
mod gpu;
mod gru_stacked_bidirectional;
mod lstm_gates;
mod recurrent_networks;
mod shapes_and_parameters;
mod sheets;
mod text_classification;
mod tour;
mod vanishing_gradients;
mod word_generation;

pub use answer::Answer;
pub use function::{Arguments, StudentFunction};
pub use lookup::{Exercise, exercise};
pub use registry::ids;
pub use verdict::{Outcome, Verdict};

#[cfg(test)]
mod tests;
