//! Any lines through any points.

use super::axis::{AxisSpec, Scale};
use super::chart::{Body, Figure};
use super::series::{self, Series};
use crate::Result;

/// Lines through `(x, y)` points, each with a name; `x_label` and `y_label` name the axes with their units.
///
/// Points are joined in the order given. A value that is not finite leaves a gap and a note.
///
/// ```
/// # fn main() -> lstm::Result<()> {
/// let sine: Vec<(f64, f64)> = (0..100).map(|k| f64::from(k) / 10.0).map(|t| (t, t.sin())).collect();
/// let figure = lstm::figure::lines(&[("signal", sine)], "time (s)", "voltage (V)")?;
/// # figure.to_svg().map(drop)
/// # }
/// ```
///
/// # Errors
/// [`crate::Error::Argument`] if there is no series, one is empty, or nothing is finite.
pub fn lines<P: AsRef<[(f64, f64)]>>(series: &[(&str, P)], x_label: &str, y_label: &str) -> Result<Figure> {
    let series: Vec<Series> = series.iter().map(|(name, points)| Series::new(name, points.as_ref().to_vec())).collect();
    series::check("series", &series)?;
    let (x, y) = (AxisSpec::new(x_label, Scale::Linear), AxisSpec::new(y_label, Scale::Linear));
    Ok(Figure::new("line chart", "", x, y, Body::Lines(series)))
}
