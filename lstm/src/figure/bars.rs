//! Named numbers as bars.

use super::axis::{AxisSpec, Scale};
use super::chart::{Body, Figure};
use crate::{Error, Result};

/// A bar from 0 for each named value; `x_label` says what the names are, `y_label` the quantity and its unit.
///
/// A value that is not finite gets a cross in place of its bar.
///
/// ```
/// let figure = lstm::figure::bars(&[("LSTM", 340.0), ("GRU", 255.0)], "layer", "parameters")?;
/// assert!(figure.to_svg()?.contains("GRU"));
/// # Ok::<(), lstm::Error>(())
/// ```
///
/// # Errors
/// [`Error::Argument`] if there is no value or none is finite.
pub fn bars(values: &[(&str, f64)], x_label: &str, y_label: &str) -> Result<Figure> {
    if !values.iter().any(|v| v.1.is_finite()) {
        return Err(Error::Argument {
            argument: "values",
            expected: "one or more named values, at least one of them finite".into(),
            got: if values.is_empty() { "none".into() } else { format!("only {}", values[0].1) },
        });
    }
    let (x, y) = (AxisSpec::new(x_label, Scale::Whole), AxisSpec::new(y_label, Scale::Linear));
    let bars = values.iter().map(|(name, value)| ((*name).to_string(), *value)).collect();
    Ok(Figure::new("bar chart", "", x, y, Body::Bars(bars)))
}
