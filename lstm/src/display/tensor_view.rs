//! A candle tensor on the page: shape, dtype, device, numbers, and a small heat map of each slice.

use std::fmt::Write as _;

use candle_core::{DType, Device, DeviceLocation, Tensor};

use super::content::Content;
use super::html::{self, Table, elided};
use super::rich::Rich;
use crate::Result;
use crate::figure::{Palette, Pixels, number, png_data_uri};

/// Rows and columns of numbers, and slices of a tensor with more than two dimensions.
const MOST_NUMBERS: (usize, usize) = (10, 10);
const MOST_SLICES: usize = 3;
/// Larger slices get numbers only: a picture would mean fetching all of them.
const MOST_PICTURED: usize = 1 << 20;
const PICTURE: (usize, usize) = (64, 96);

/// The last two dimensions of a tensor at one place in the others.
struct Slice {
    /// Where: `[1, ·, ·]`, empty for a matrix.
    place: String,
    matrix: Tensor,
}

impl Rich for Tensor {
    fn content(&self) -> Result<Content> {
        let heading = heading(self);
        let mut plain = heading.clone();
        let mut out = format!(
            "<div class=\"lstm-view\"><style>{}</style><p><strong>{}</strong></p>",
            html::STYLE,
            crate::xml::escape(&heading)
        );
        if self.elem_count() > 0 {
            let (slices, left) = slices(self)?;
            for slice in &slices {
                show_slice(slice, self.rank(), &mut plain, &mut out)?;
            }
            if left > 0 {
                let more = format!("… {left} more slices");
                let _ = write!(plain, "\n{more}");
                let _ = write!(out, "<p class=\"lstm-meta\">{more}</p>");
            }
        }
        out.push_str("</div>");
        Ok(Content::new(plain, out))
    }
}

fn heading(tensor: &Tensor) -> String {
    let device = match tensor.device().location() {
        DeviceLocation::Cpu => "CPU".to_string(),
        DeviceLocation::Cuda { gpu_id } => format!("CUDA {gpu_id}"),
        DeviceLocation::Metal { gpu_id } => format!("Metal {gpu_id}"),
    };
    let count = tensor.elem_count();
    let values = if count == 1 { "1 value".into() } else { format!("{count} values") };
    format!("Tensor {:?} {} on {device}, {values}", tensor.dims(), tensor.dtype().as_str())
}

/// The first slices, each `[rows, columns]`, and how many are left out. A vector is one row.
fn slices(tensor: &Tensor) -> Result<(Vec<Slice>, usize)> {
    let dims = tensor.dims();
    if dims.len() <= 2 {
        let matrix = match dims.len() {
            0 => tensor.reshape((1, 1))?,
            1 => tensor.reshape((1, dims[0]))?,
            _ => tensor.clone(),
        };
        let place = String::new();
        return Ok((vec![Slice { place, matrix }], 0));
    }
    let outer = &dims[..dims.len() - 2];
    let count: usize = outer.iter().product();
    let shown = count.min(MOST_SLICES);
    let mut slices = Vec::with_capacity(shown);
    for k in 0..shown {
        let mut matrix = tensor.clone();
        let mut place = String::new();
        let mut rest = k;
        for axis in 0..outer.len() {
            let inner: usize = outer[axis + 1..].iter().product();
            matrix = matrix.get(rest / inner)?;
            let _ = write!(place, "{}, ", rest / inner);
            rest %= inner;
        }
        let place = format!("[{place}·, ·]");
        slices.push(Slice { place, matrix });
    }
    Ok((slices, count - shown))
}

fn show_slice(slice: &Slice, rank: usize, plain: &mut String, out: &mut String) -> Result<()> {
    let (rows, columns) = slice.matrix.dims2()?;
    let (row_list, column_list) = (elided(rows, MOST_NUMBERS.0), elided(columns, MOST_NUMBERS.1));
    let numbers = Sample::take(&slice.matrix, &row_list, &column_list)?;
    let pictured = rows * columns <= MOST_PICTURED;
    let all = if pictured { Some(plain_values(&slice.matrix)?) } else { None };
    let finite = |values: &[f64]| values.iter().copied().filter(|v| v.is_finite()).collect::<Vec<f64>>();
    let known = finite(all.as_deref().unwrap_or(&numbers.values));
    let limit = known.iter().fold(0.0, |a: f64, v| a.max(v.abs()));

    if !slice.place.is_empty() {
        let _ = write!(plain, "\n{}", slice.place);
    }
    for row in &row_list {
        let line: Vec<String> = match row {
            Some(row) => {
                column_list.iter().map(|c| c.map_or("…".into(), |c| html::cell(numbers.at(*row, c)))).collect()
            }
            None => vec!["…".into()],
        };
        let line: Vec<String> = line.into_iter().map(|number| format!("{number:>8}")).collect();
        let _ = write!(plain, "\n{}", line.join(" "));
    }

    let table = Table {
        caption: &slice.place,
        row_name: if rank < 2 { "" } else { "row" },
        column_name: if rank == 0 { "" } else { "column" },
        first: 0,
        shape: (rows, columns),
        most: MOST_NUMBERS,
    };
    out.push_str("<div class=\"lstm-row\"><div class=\"lstm-scroll\">");
    out.push_str(&table.html(&|row, column| numbers.at(row, column), if limit > 0.0 { limit } else { 1.0 }));
    out.push_str("</div>");
    if let Some(all) = &all
        && rows * columns > 1
        && !known.is_empty()
    {
        out.push_str(&picture(all, rows, columns, &known)?);
    }
    out.push_str("</div>");
    Ok(())
}

/// The numbers at some rows and columns, fetched without the rest.
struct Sample {
    rows: Vec<usize>,
    columns: Vec<usize>,
    values: Vec<f64>,
}

impl Sample {
    fn take(matrix: &Tensor, rows: &[Option<usize>], columns: &[Option<usize>]) -> Result<Self> {
        let rows: Vec<usize> = rows.iter().flatten().copied().collect();
        let columns: Vec<usize> = columns.iter().flatten().copied().collect();
        let index = |list: &[usize]| {
            Tensor::from_vec(list.iter().map(|k| *k as u32).collect::<Vec<u32>>(), list.len(), matrix.device())
        };
        let picked = matrix.contiguous()?.index_select(&index(&rows)?, 0)?.index_select(&index(&columns)?, 1)?;
        Ok(Self { values: plain_values(&picked)?, rows, columns })
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        let place = |list: &[usize], k: usize| list.binary_search(&k).ok();
        match (place(&self.rows, row), place(&self.columns, column)) {
            (Some(row), Some(column)) => self.values[row * self.columns.len() + column],
            _ => f64::NAN,
        }
    }
}

fn plain_values(tensor: &Tensor) -> Result<Vec<f64>> {
    Ok(tensor.to_device(&Device::Cpu)?.to_dtype(DType::F64)?.flatten_all()?.to_vec1()?)
}

/// The heat map with its range below.
fn picture(all: &[f64], rows: usize, columns: usize, finite: &[f64]) -> Result<String> {
    let (low, high) = finite.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
    let (palette, from, to) = if low < 0.0 {
        let limit = low.abs().max(high.abs());
        (Palette::Diverging, -limit, limit)
    } else {
        (Palette::Sequential, low, high)
    };
    let (shown_rows, shown_columns) = (rows.min(PICTURE.0), columns.min(PICTURE.1));
    let place = |value: f64| {
        if to > from { (value / 2.0 - from / 2.0) / (to / 2.0 - from / 2.0) } else { 0.5 }
    };
    let pixels = Pixels::new(shown_rows, shown_columns, |row, column| {
        let value = all[(row * rows / shown_rows) * columns + column * columns / shown_columns];
        palette.color(if value.is_finite() { place(value) } else { f64::NAN })
    });
    let block = (220 / shown_columns.max(shown_rows)).clamp(2, 18);
    let (width, height) = (shown_columns * block, shown_rows * block);
    let sampled = if (shown_rows, shown_columns) == (rows, columns) { "" } else { ", sampled" };
    let missing = all.len() - finite.len();
    let missing = if missing > 0 { format!(", {missing} not finite (grey)") } else { String::new() };
    let note = format!("colours {} … {}{sampled}{missing}", number(from), number(to));
    Ok(format!(
        "<div><img class=\"lstm-cells\" alt=\"heat map of the values\" width=\"{width}\" height=\"{height}\" src=\"{}\">\
         <p class=\"lstm-meta\">{note}</p></div>",
        png_data_uri(&pixels.to_png(width as f64, height as f64)?)
    ))
}
