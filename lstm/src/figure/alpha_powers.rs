//! αᵀ: the simplest vanishing and exploding gradient.

use super::axis::{AxisSpec, Scale};
use super::chart::{Body, Figure};
use super::series::{self, Series};
use crate::{Error, Result};

/// αᵀ for T from 0 to `steps`, a line for each factor α, on a logarithmic axis.
///
/// A power beyond the largest number ends its line with a cross, one below the smallest is named in a note.
///
/// ```
/// let figure = lstm::figure::alpha_powers(&[0.9, 1.0, 1.1], 100)?;
/// assert!(figure.to_svg()?.starts_with("<svg"));
/// # Ok::<(), lstm::Error>(())
/// ```
///
/// # Errors
/// [`Error::Argument`] if there is no α, one is not finite and above 0, or `steps` is not from 1 to 1 000 000.
pub fn alpha_powers(alphas: &[f64], steps: usize) -> Result<Figure> {
    if let Some(bad) = alphas.iter().find(|a| !(a.is_finite() && **a > 0.0)) {
        return Err(Error::Argument {
            argument: "alphas",
            expected: "finite factors above 0".into(),
            got: bad.to_string(),
        });
    }
    if !(1..=1_000_000).contains(&steps) {
        return Err(Error::Argument {
            argument: "steps",
            expected: "from 1 to 1 000 000".into(),
            got: steps.to_string(),
        });
    }
    let power = |alpha: f64, t: usize| (t as f64, alpha.powf(t as f64));
    let series: Vec<Series> = alphas
        .iter()
        .map(|alpha| Series::new(&format!("α = {alpha}"), (0..=steps).map(|t| power(*alpha, t)).collect()))
        .collect();
    series::check("alphas", &series)?;
    let (x, y) = (AxisSpec::new("number of factors T", Scale::Whole), AxisSpec::new("αᵀ", Scale::Linear));
    Figure::new("powers of α", "The same factor, T times", x, y, Body::Lines(series)).with_log_y()
}
