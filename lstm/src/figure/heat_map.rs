//! Heat map of a `[T, H]` matrix: time steps across, units down.

use candle_core::{DType, Device, Tensor};

use super::axis::{AxisSpec, Scale};
use super::chart::{Body, Figure};
use super::color::Palette;
use crate::{Error, Result};

/// A matrix with the range of its colours.
#[derive(Clone, Debug)]
pub(crate) struct HeatMap {
    values: Vec<Vec<f64>>,
    range: (f64, f64),
    palette: Palette,
    names: Option<Names>,
}

/// What columns and rows are called where numbers would say nothing.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<String>,
}

impl HeatMap {
    /// `values[t][unit]`, with the palette and the range that suit them: from 0 where nothing is negative, around 0
    /// otherwise.
    pub(crate) fn new(argument: &'static str, values: Vec<Vec<f64>>) -> Result<Self> {
        let finite = || values.iter().flatten().copied().filter(|v| v.is_finite());
        let (low, high) = finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        if low > high {
            return Err(Error::Argument {
                argument,
                expected: "a matrix with at least one finite value".into(),
                got: match values.iter().flatten().next() {
                    Some(value) => format!("only values that are not finite, the first {value}"),
                    None => "no values".into(),
                },
            });
        }
        let (palette, range) = if low < 0.0 {
            let limit = low.abs().max(high.abs());
            (Palette::Diverging, (-limit, limit))
        } else {
            (
                Palette::Sequential,
                (if low > high * 0.5 && low < high { low } else { 0.0 }, if high > 0.0 { high } else { 1.0 }),
            )
        };
        Ok(Self { values, range, palette, names: None })
    }

    pub(crate) fn with_range(mut self, palette: Palette, low: f64, high: f64) -> Self {
        self.palette = palette;
        self.range = (low, high);
        self
    }

    pub(crate) fn names(&self) -> Option<&Names> {
        self.names.as_ref()
    }

    pub(crate) fn steps(&self) -> usize {
        self.values.len()
    }

    pub(crate) fn units(&self) -> usize {
        self.values.first().map_or(0, Vec::len)
    }

    pub(crate) fn at(&self, step: usize, unit: usize) -> f64 {
        self.values[step][unit]
    }

    pub(crate) fn range(&self) -> (f64, f64) {
        self.range
    }

    pub(crate) fn palette(&self) -> Palette {
        self.palette
    }

    /// The mean of the cells that block `unit` of `units` and block `step` of `steps` stand for.
    pub(crate) fn mean(&self, (unit, units): (usize, usize), (step, steps): (usize, usize)) -> f64 {
        let part = |k: usize, of: usize, all: usize| (k * all / of, ((k + 1) * all / of).max(k * all / of + 1));
        let (rows, columns) = (part(unit, units, self.units()), part(step, steps, self.steps()));
        let count = ((rows.1 - rows.0) * (columns.1 - columns.0)) as f64;
        let cells = self.values[columns.0..columns.1].iter().flat_map(|values| &values[rows.0..rows.1]);
        cells.map(|v| v / count).sum()
    }

    /// What the colours cannot show, in words.
    pub(crate) fn trouble(&self) -> Option<String> {
        let cells =
            self.values.iter().enumerate().flat_map(|(t, row)| row.iter().enumerate().map(move |(u, v)| (t, u, v)));
        let mut bad = cells.filter(|(_, _, v)| !v.is_finite());
        let (t, unit, value) = bad.next()?;
        let others = bad.count();
        let more = if others > 0 { format!(", and {others} more") } else { String::new() };
        Some(format!("× not finite (grey): {} at step {}, unit {unit}{more}", super::number(*value), t + 1))
    }

    pub(crate) fn describe(&self) -> String {
        let (low, high) = self.range;
        if let Some(names) = &self.names {
            return format!(
                "heat map, columns {}, rows {}, colours from {} to {}",
                names.columns.join(", "),
                names.rows.join(", "),
                super::number(low),
                super::number(high)
            );
        }
        format!(
            "heat map of {} units over {} steps, colours from {} to {}",
            self.units(),
            self.steps(),
            super::number(low),
            super::number(high)
        )
    }
}

/// Heat map of `matrix`, `[T, H]`: a column for each time step, counted from 1 (0 is the state before the first), and a
/// row for each unit, counted from 0 as everywhere in Rust.
///
/// Values without a negative among them get a sequential palette from 0, others a diverging one around 0. Cells with
/// enough room show their number. A matrix with more cells than the chart has pixels is averaged down.
///
/// ```
/// use lstm::prelude::*;
///
/// let states = Tensor::new(&[[0.1, -0.5], [0.4, 0.9]], &Device::Cpu)?; // T = 2 steps of H = 2 units
/// assert!(figure::heat_map(&states)?.to_svg()?.starts_with("<svg"));
/// # Ok::<(), lstm::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] unless `matrix` has two dimensions; [`Error::Argument`] if it is empty or nothing in it is finite.
pub fn heat_map(matrix: &Tensor) -> Result<Figure> {
    let map = HeatMap::new("matrix", rows("matrix", matrix)?)?;
    Ok(figure("Values over time", map))
}

/// A heat map of few cells whose columns and rows have names: `columns[column][row]`, the numbers written as they are.
pub(crate) fn named_heat_map(
    columns: Vec<Vec<f64>>,
    names: Names,
    [title, x_label, y_label]: [&str; 3],
) -> Result<Figure> {
    let map = HeatMap { names: Some(names), ..HeatMap::new("columns", columns)? };
    let (x, y) = (AxisSpec::new(x_label, Scale::Whole), AxisSpec::new(y_label, Scale::Whole));
    Ok(Figure::new("heat map", title, x, y, Body::HeatMap(map)))
}

/// The chart of `map` under `title`.
pub(crate) fn figure(title: &str, map: HeatMap) -> Figure {
    let (x, y) = (AxisSpec::new("time step t", Scale::Whole), AxisSpec::new("unit (from 0)", Scale::Whole));
    Figure::new("heat map", title, x, y, Body::HeatMap(map))
}

/// The rows of a `[T, H]` tensor on any device and of any number type.
pub(crate) fn rows(argument: &'static str, matrix: &Tensor) -> Result<Vec<Vec<f64>>> {
    if matrix.rank() != 2 {
        return Err(Error::Shape { argument, expected: "[T, H]".into(), got: matrix.dims().to_vec() });
    }
    Ok(matrix.to_device(&Device::Cpu)?.to_dtype(DType::F64)?.to_vec2::<f64>()?)
}
