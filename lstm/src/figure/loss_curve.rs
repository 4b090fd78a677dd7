//! Loss over training.

use super::axis::{AxisSpec, Scale};
use super::chart::{Body, Figure};
use super::series::{self, Series};
use crate::Result;

/// The loss at each step of training, a line for each named run; the first value is step 1.
///
/// A run that diverged shows a gap, and a note names the step of its first value that is not finite. Say what a step
/// is with [`Figure::with_x_label`], and the loss's unit with [`Figure::with_y_label`].
///
/// ```
/// # fn main() -> lstm::Result<()> {
/// let (rnn, lstm) = (vec![2.3f32, 1.9, 1.8], vec![2.3f32, 1.1, 0.7]);
/// let figure = lstm::figure::loss_curve(&[("RNN", &rnn), ("LSTM", &lstm)])?.with_x_label("epoch");
/// # figure.to_svg().map(drop)
/// # }
/// ```
///
/// # Errors
/// [`crate::Error::Argument`] if there is no run, one is empty, or nothing is finite.
pub fn loss_curve<F: Copy + Into<f64>, S: AsRef<[F]>>(runs: &[(&str, S)]) -> Result<Figure> {
    let series: Vec<Series> = runs.iter().map(|(name, losses)| Series::counted(name, losses.as_ref(), 1.0)).collect();
    series::check("runs", &series)?;
    let (x, y) = (AxisSpec::new("training step", Scale::Whole), AxisSpec::new("loss", Scale::Linear));
    Ok(Figure::new("loss curve", "Loss", x, y, Body::Lines(series)))
}
