//! How a gradient shrinks or grows on its way back through time.

use super::axis::{AxisSpec, Scale};
use super::chart::{Body, Figure};
use super::series::{self, Series};
use crate::{Error, Result};

/// ‖∂L_T/∂h_t‖ over t on a logarithmic axis, a line for each named network. The first value is t = 0, the state
/// before the first step, as in [`crate::gradients`]; if yours begins with `h_1`, add `.starting_at(1.0)`.
///
/// A gradient is computed from the last step back. Where one stops being finite on that way its line ends, with a
/// cross and a note that names the step; a norm that has underflowed to 0 is named in a note.
///
/// ```
/// # fn main() -> lstm::Result<()> {
/// let rnn: Vec<f64> = (0..=100).map(|t| 0.8f64.powi(100 - t)).collect();
/// let lstm: Vec<f64> = (0..=100).map(|t| 0.99f64.powi(100 - t)).collect();
/// let figure = lstm::figure::gradient_decay(&[("RNN", &rnn), ("LSTM", &lstm)])?;
/// # figure.to_svg().map(drop)
/// # }
/// ```
///
/// # Errors
/// [`Error::Argument`] if there is no network, one has no norm, a norm is negative, or none is finite and positive.
pub fn gradient_decay<F: Copy + Into<f64>, S: AsRef<[F]>>(networks: &[(&str, S)]) -> Result<Figure> {
    let backward = |name: &str, norms: &[F]| Series { backward: true, ..Series::counted(name, norms, 0.0) };
    let series: Vec<Series> = networks.iter().map(|(name, norms)| backward(name, norms.as_ref())).collect();
    series::check("networks", &series)?;
    for one in &series {
        if let Some((t, norm)) = one.points.iter().find(|p| p.1 < 0.0) {
            return Err(Error::Argument {
                argument: "networks",
                expected: "norms, which are never negative".into(),
                got: format!("{norm} at t = {t} of {:?}", one.name),
            });
        }
    }
    let (x, y) = (AxisSpec::new("time step t", Scale::Whole), AxisSpec::new("gradient norm ‖∂L/∂hₜ‖", Scale::Linear));
    Figure::new("gradient decay", "Gradient norm through time", x, y, Body::Lines(series)).with_log_y()
}
