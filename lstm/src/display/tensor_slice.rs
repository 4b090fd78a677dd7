//! A matrix out of a tensor: numbers at its corners, and a small heat map.

use std::fmt::Write as _;

use candle_core::{DType, Device, Tensor};

use super::html::{self, Table, elided};
use crate::Result;
use crate::figure::{Palette, Pixels, number, png_data_uri};

/// Rows and columns of numbers.
const MOST_NUMBERS: (usize, usize) = (10, 10);
/// A larger matrix gets numbers only: a picture would mean fetching all of it.
const MOST_PICTURED: usize = 1 << 20;
/// Rows and columns of a picture; of a larger matrix it shows a sample.
const PICTURE: (usize, usize) = (64, 96);

/// A matrix with what is shown of it.
pub(crate) struct Slice {
    /// Where it is in its tensor: `[1, ·, ·]`, empty for a whole one.
    place: String,
    rank: usize,
    shape: (usize, usize),
    /// The numbers at `rows` and `columns`.
    rows: Vec<Option<usize>>,
    columns: Vec<Option<usize>>,
    corners: Vec<Vec<f64>>,
    /// All of it, unless it is too large.
    all: Option<Vec<f64>>,
}

impl Slice {
    /// The matrix, out of a tensor of `rank` dimensions.
    pub(crate) fn of(matrix: Tensor, rank: usize, place: String) -> Result<Self> {
        let shape = matrix.dims2()?;
        let (rows, columns) = (elided(shape.0, MOST_NUMBERS.0), elided(shape.1, MOST_NUMBERS.1));
        let pick = |list: &[Option<usize>]| {
            let list: Vec<u32> = list.iter().flatten().map(|k| *k as u32).collect();
            let count = list.len();
            Tensor::from_vec(list, count, matrix.device())
        };
        let corners = matrix.contiguous()?.index_select(&pick(&rows)?, 0)?.index_select(&pick(&columns)?, 1)?;
        let all =
            if shape.0 * shape.1 <= MOST_PICTURED { Some(plain(&matrix)?.flatten_all()?.to_vec1()?) } else { None };
        Ok(Self { corners: plain(&corners)?.to_vec2()?, place, rank, shape, rows, columns, all })
    }

    fn known(&self) -> impl Iterator<Item = f64> + '_ {
        let corners = self.corners.iter().flatten().filter(|_| self.all.is_none());
        self.all.iter().flatten().chain(corners).copied()
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        let place = |list: &[Option<usize>], k: usize| list.iter().flatten().position(|shown| *shown == k);
        match (place(&self.rows, row), place(&self.columns, column)) {
            (Some(row), Some(column)) => self.corners[row][column],
            _ => f64::NAN,
        }
    }

    /// The numbers in aligned columns, each line after a line break.
    pub(crate) fn plain(&self) -> String {
        let mut out = String::new();
        if !self.place.is_empty() {
            let _ = write!(out, "\n{}", self.place);
        }
        for row in &self.rows {
            out.push('\n');
            for column in &self.columns {
                let text = match (row, column) {
                    (Some(row), Some(column)) => html::cell(self.at(*row, *column)),
                    _ => "…".into(),
                };
                let _ = write!(out, "{text:>8} ");
            }
            out.truncate(out.trim_end().len());
        }
        out
    }

    /// The numbers as a table, the picture beside it.
    pub(crate) fn html(&self, range: &Option<Range>) -> Result<String> {
        if self.rank == 0 {
            return Ok(format!("<p><code>{}</code></p>", html::cell(self.at(0, 0))));
        }
        let table = Table {
            caption: &self.place,
            row_name: if self.rank == 1 { "" } else { "row" },
            column_name: if self.rank == 1 { "index" } else { "column" },
            first: (0, 0),
            shape: self.shape,
            most: MOST_NUMBERS,
        };
        let limit = range.as_ref().map_or(1.0, |r| r.low.abs().max(r.high.abs()));
        let mut out = String::from("<div class=\"lstm-row\"><div class=\"lstm-scroll\">");
        out.push_str(&table.html(&|row, column| self.at(row, column), if limit > 0.0 { limit } else { 1.0 }));
        out.push_str("</div>");
        if let (Some(all), Some(range)) = (&self.all, range)
            && self.shape.0 * self.shape.1 > 1
        {
            out.push_str(&self.picture(all, range)?);
        }
        out.push_str("</div>");
        Ok(out)
    }

    fn picture(&self, all: &[f64], range: &Range) -> Result<String> {
        let (rows, columns) = self.shape;
        let shown = (rows.min(PICTURE.0), columns.min(PICTURE.1));
        let pixels = Pixels::new(shown.0, shown.1, |row, column| {
            range.color(all[(row * rows / shown.0) * columns + column * columns / shown.1])
        });
        let block = (220 / shown.0.max(shown.1)).clamp(2, 18);
        let (width, height) = (shown.1 * block, shown.0 * block);
        let sampled = if shown == self.shape { "" } else { ", a sample" };
        let src = png_data_uri(&pixels.to_png(width as f64, height as f64)?);
        Ok(format!(
            "<img class=\"lstm-cells\" alt=\"heat map of the {rows} × {columns} values{sampled}\" width=\"{width}\" \
             height=\"{height}\" src=\"{src}\">"
        ))
    }
}

/// The range of colours.
pub(crate) struct Range {
    palette: Palette,
    low: f64,
    high: f64,
    missing: usize,
}

impl Range {
    /// The range of all finite values that are known of `slices`; `None` if there is none.
    pub(crate) fn of(slices: &[Slice]) -> Option<Self> {
        let (mut low, mut high, mut missing) = (f64::INFINITY, f64::NEG_INFINITY, 0);
        for value in slices.iter().flat_map(Slice::known) {
            if value.is_finite() {
                (low, high) = (low.min(value), high.max(value));
            } else {
                missing += 1;
            }
        }
        if low > high {
            return None;
        }
        let limit = low.abs().max(high.abs());
        let (palette, low) = if low < 0.0 { (Palette::Diverging, -limit) } else { (Palette::Sequential, low) };
        let high = if palette == Palette::Diverging { limit } else { high };
        Some(Self { palette, low, high, missing })
    }

    fn color(&self, value: f64) -> (u8, u8, u8) {
        let place = if !value.is_finite() {
            f64::NAN
        } else if self.high > self.low {
            (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0)
        } else {
            0.5
        };
        self.palette.color(place)
    }

    /// What the colours mean, in words.
    pub(crate) fn legend(&self) -> String {
        let (low, high) = (number(self.low), number(self.high));
        let colors = match self.palette {
            Palette::Diverging => format!("colours: blue {low} … orange {high}"),
            Palette::Sequential => format!("colours: dark {low} … bright {high}"),
        };
        let missing = if self.missing > 0 { format!("; {} not finite (grey)", self.missing) } else { String::new() };
        colors + &missing
    }
}

fn plain(tensor: &Tensor) -> Result<Tensor> {
    Ok(tensor.to_device(&Device::Cpu)?.to_dtype(DType::F64)?)
}
