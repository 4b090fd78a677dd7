//! The one error type of the crate: what was wrong, where, and what to do about it.

use std::path::PathBuf;

use candle_core::{DType, DeviceLocation};

/// The result of everything here that can fail.
///
/// ```
/// fn half(n: usize) -> lstm::Result<usize> {
///     let wrong = || lstm::Error::Argument { argument: "n", expected: "even".into(), got: n.to_string() };
///     if n % 2 == 0 { Ok(n / 2) } else { Err(wrong()) }
/// }
/// assert_eq!(half(3).unwrap_err().to_string(), "`n` must be even, got 3");
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong. Its `Debug` form prints the message and its causes, since that is what `?` shows in a notebook.
///
/// ```
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let cell = LstmCell::new(3, 4, parameters.builder())?;
/// let wrong = random::randn((5, 3), &Device::Cpu)?; // no batch
/// let error = cell.unroll(&wrong, None).unwrap_err();
/// assert!(matches!(error, Error::Shape { argument: "xs", .. }));
/// assert_eq!(error.to_string(), "`xs` must have shape [T >= 1, B >= 1, D = 3], got [5, 3]");
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A tensor has another shape than the operation needs.
    #[error("`{argument}` must have shape {expected}, got {got:?}")]
    Shape {
        /// The name of the argument.
        argument: &'static str,
        /// The shape wanted, in the course's letters and in numbers: `[T, B, D = 10]`.
        expected: String,
        /// The shape given.
        got: Vec<usize>,
    },
    /// An argument is outside its range.
    #[error("`{argument}` must be {expected}, got {got}")]
    Argument {
        /// The name of the argument.
        argument: &'static str,
        /// The range or form wanted.
        expected: String,
        /// The value given.
        got: String,
    },
    /// A tensor has another element type than the one it meets.
    #[error("`{argument}` must be {expected}, got {got}: convert it with `to_dtype`", expected = expected.as_str(), got = got.as_str())]
    DType {
        /// The name of the argument.
        argument: &'static str,
        /// The type wanted.
        expected: DType,
        /// The type given.
        got: DType,
    },
    /// A tensor lives on another device than the one it meets.
    #[error("`{argument}` must be on {expected:?}, got {got:?}: move it with `to_device`")]
    Device {
        /// The name of the argument.
        argument: &'static str,
        /// The device wanted.
        expected: DeviceLocation,
        /// The device given.
        got: DeviceLocation,
    },
    /// A tensor holds NaN or an infinity where the operation needs numbers.
    #[error("`{argument}` must be finite, got NaN or infinity")]
    NonFinite {
        /// The name of the argument.
        argument: &'static str,
    },
    /// A named tensor is not where it was looked for.
    #[error("no tensor `{name}` in {place}, which holds {holds}")]
    Missing {
        /// The name looked for.
        name: String,
        /// The file or store searched.
        place: String,
        /// What is there, with shapes, and what to do about it where that is clear.
        holds: String,
    },
    /// A named tensor of a file has another shape than the one that receives it.
    #[error("tensor `{name}` in {place} must have shape {expected}, got {got:?}")]
    Stored {
        /// The tensor's name.
        name: String,
        /// The file that holds it.
        place: String,
        /// The shape wanted.
        expected: String,
        /// The shape found.
        got: Vec<usize>,
    },
    /// A file is not of the format it should have.
    #[error("{} is not a {format} file: {why}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// The format wanted.
        format: &'static str,
        /// What the reader stumbled over.
        why: String,
    },
    /// A file could not be read or written.
    #[error("cannot {action} {}", path.display())]
    File {
        /// What was tried: `read`, `write` or the like.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// A data set is not on this machine.
    #[error("no data set `{name}`: {why}")]
    Data {
        /// Its name.
        name: &'static str,
        /// Why it is not there, and what to do.
        why: String,
    },
    /// A drawing could not be made.
    #[error("cannot draw {what}: {why}")]
    Figure {
        /// The drawing.
        what: &'static str,
        /// The reason that the plotting library gives.
        why: String,
    },
    /// A loop was stopped on request.
    #[error("interrupted {place}; {kept}")]
    Interrupted {
        /// How far it had come: `at update 120 of 600`.
        place: String,
        /// What is left of the work, and how it goes on.
        kept: String,
    },
    /// The loss or a gradient is no longer a number.
    #[error("training diverged at update {update}: {what}. {history}. Try {advice}")]
    Diverged {
        /// The update that was not made, counted from 1.
        update: usize,
        /// What is not finite: the loss, or the gradient of which variable.
        what: String,
        /// The learning rate, and the gradient norms of the updates before.
        history: String,
        /// What usually helps.
        advice: &'static str,
    },
    /// A checkpoint cannot be used.
    #[error("cannot use the checkpoint {}: {why}", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        why: String,
    },
    /// The answer to an exercise is missing or wrong while answers are graded.
    #[error("exercise `{id}` is {outcome}: {hint}")]
    Exercise {
        /// The exercise.
        id: String,
        /// `not answered` or `not right`.
        outcome: &'static str,
        /// What may help.
        hint: String,
    },
    /// A tensor operation failed in Candle.
    #[error("tensor operation failed")]
    Candle(#[from] candle_core::Error),
}

impl std::fmt::Debug for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")?;
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            write!(f, "\ncaused by: {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
