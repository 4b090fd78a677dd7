//! Activation functions beside their derivatives.

use super::axis::{AxisSpec, Scale};
use super::chart::{Body, Figure};
use super::panels::panels;
use super::series::{self, Series};
use crate::Result;

/// The curves run over this range of inputs.
const RANGE: (f64, f64) = (-6.0, 6.0);
const SAMPLES: usize = 481;

/// The sigmoid, tanh and ReLU on the left, their derivatives on the right: at most ¼, at most 1, and 0 or 1.
///
/// ```
/// assert!(lstm::figure::activation_curves()?.to_svg()?.contains("tanh"));
/// # Ok::<(), lstm::Error>(())
/// ```
///
/// # Errors
/// [`crate::Error::Figure`] never in practice; the chart is fixed.
pub fn activation_curves() -> Result<Figure> {
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    let relu = |x: f64| x.max(0.0);
    let step = |x: f64| if x > 0.0 { 1.0 } else { 0.0 };
    let functions = vec![curve("sigmoid σ", sigmoid), curve("tanh", f64::tanh), curve("ReLU", relu)];
    let derivatives = vec![
        curve("σ′ ≤ ¼", |x| sigmoid(x) * (1.0 - sigmoid(x))),
        curve("tanh′ ≤ 1", |x| 1.0 - x.tanh().powi(2)),
        curve("ReLU′", step),
    ];
    let left = chart("Activation", "f(x)", functions)?.with_y_range(-1.1, 2.0)?;
    let right = chart("Derivative", "f′(x)", derivatives)?.with_y_range(-0.05, 1.1)?;
    panels(vec![left, right], 2)?.with_size(960, 400)
}

/// One activation function `f` and its `derivative` over inputs from -6 to 6, in one chart.
///
/// ```
/// # fn main() -> lstm::Result<()> {
/// let figure = lstm::figure::activation("softplus", |x| (1.0 + x.exp()).ln(), |x| 1.0 / (1.0 + (-x).exp()))?;
/// # figure.to_svg().map(drop)
/// # }
/// ```
///
/// # Errors
/// [`crate::Error::Argument`] if neither is finite anywhere.
pub fn activation(name: &str, f: impl Fn(f64) -> f64, derivative: impl Fn(f64) -> f64) -> Result<Figure> {
    let curves = vec![curve(name, f), curve(&format!("{name}′"), derivative)];
    chart(&format!("{name} and its derivative"), "f(x), f′(x)", curves)
}

fn curve(name: &str, f: impl Fn(f64) -> f64) -> Series {
    let x = |k: usize| RANGE.0 + (RANGE.1 - RANGE.0) * k as f64 / (SAMPLES - 1) as f64;
    Series::new(name, (0..SAMPLES).map(|k| (x(k), f(x(k)))).collect())
}

fn chart(title: &str, y: &str, curves: Vec<Series>) -> Result<Figure> {
    series::check("f", &curves)?;
    let x = AxisSpec { range: Some(RANGE), ..AxisSpec::new("pre-activation x", Scale::Linear) };
    Ok(Figure::new("activation curves", title, x, AxisSpec::new(y, Scale::Linear), Body::Lines(curves)))
}
