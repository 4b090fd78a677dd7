//! Finding an exercise by its id and handing in an answer.

use super::answer::Answer;
use super::function::StudentFunction;
use super::registry;
use super::task::Task;
use super::verdict::Verdict;
use crate::{Error, Result};

/// The exercise of that id, such as `05/lstm-parameters`. An id that no exercise has is an error of the check.
///
/// ```
/// use lstm::prelude::*;
///
/// let verdict = exercise("05/lstm-parameters").check(None::<f64>)?; // not answered yet
/// assert!(!verdict.is_right());
/// assert!(exercise("05/lstm-parameter").check(None::<f64>).is_err()); // no such exercise
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn exercise(id: &str) -> Exercise {
    Exercise { id: id.to_owned(), task: registry::find(id) }
}

/// An exercise, waiting for an answer.
///
/// ```
/// use lstm::prelude::*;
///
/// let exercise = exercise("05/lstm-parameters");
/// let verdict = exercise.check(1.0)?; // a number, or a function with `check_fn`
/// assert!(!verdict.is_right());
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Debug)]
pub struct Exercise {
    id: String,
    task: Option<Task>,
}

impl Exercise {
    /// Judges an answer, `None` where there is none yet.
    ///
    /// # Errors
    /// [`Error::Argument`] if no exercise has the id; [`Error::Exercise`] with the hint if the answer is missing or
    /// wrong while `LSTM_GRADING=1` is in the environment.
    pub fn check(&self, answer: impl Into<Answer>) -> Result<Verdict> {
        self.task()?.judge(&answer.into())?.graded(grading())
    }

    /// Judges a function by calling it with random arguments and comparing what it gives with the definition.
    ///
    /// ```
    /// use lstm::prelude::*;
    ///
    /// fn parameters(d: usize, h: usize) -> Option<usize> {
    ///     Some(4 * h * (d + h)) // not quite
    /// }
    /// let verdict = exercise("05/count-lstm").check_fn(parameters)?;
    /// assert!(verdict.message().contains("bias"));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// As of [`check`](Exercise::check).
    pub fn check_fn<S>(&self, function: impl StudentFunction<S>) -> Result<Verdict> {
        self.task()?.judge_function(&function)?.graded(grading())
    }

    fn task(&self) -> Result<&Task> {
        self.task.as_ref().ok_or_else(|| Error::Argument {
            argument: "id",
            expected: format!("the id of an exercise, such as {}", registry::nearest(&self.id)),
            got: format!("`{}`", self.id),
        })
    }
}

/// Whether answers are graded: `LSTM_GRADING` set to anything but nothing and 0.
fn grading() -> bool {
    std::env::var("LSTM_GRADING").is_ok_and(|value| !matches!(value.trim(), "" | "0"))
}
