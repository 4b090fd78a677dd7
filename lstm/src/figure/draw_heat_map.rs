//! Draws a matrix as coloured cells with a colour bar.

use plotters::prelude::DrawingBackend;

use super::axis::{Axis, AxisSpec, Scale};
use super::canvas::{Canvas, Frame, Label};
use super::chart::Figure;
use super::color::{EDGE, INK, MISSING};
use super::heat_map::HeatMap;
use super::layout::{self, COLOR_BAR, SMALL};
use super::pixels::Pixels;
use crate::Result;

/// Cells at least this wide and high get their number.
const ROOM_FOR_NUMBER: (f64, f64) = (40.0, 20.0);

pub(crate) fn draw<DB: DrawingBackend>(
    figure: &Figure,
    map: &HeatMap,
    canvas: &mut Canvas<'_, DB>,
    sheet: Frame,
) -> Result<()> {
    let whole = layout::title(figure, canvas, sheet)?;
    let mut notes = figure.notes.clone();
    notes.extend(map.trouble());
    let whole = layout::notes(&notes, canvas, whole)?;
    let room = Frame { width: whole.width - COLOR_BAR, ..whole };
    let (rows, columns) = (map.units(), map.steps());
    let y_ticks = match map.names() {
        Some(names) => named(&names.rows),
        None => indices(rows, 0, (room.height / 24.0) as usize),
    };
    // Unit 0 is the top row, as in a printed matrix.
    let y_ticks: Vec<(f64, String)> = y_ticks.into_iter().map(|(place, text)| (1.0 - place, text)).collect();
    let x_ticks = |width: f64| match map.names() {
        Some(names) => named(&names.columns),
        None => indices(columns, 1, (width / 34.0) as usize),
    };
    let plot = layout::axes(figure, canvas, room, &x_ticks, &y_ticks, false)?;

    let (low, high) = map.range();
    let spec = AxisSpec { range: Some((low, high)), ..AxisSpec::new("", Scale::Linear) };
    let scale = Axis::fitting(&spec, [low, high].into_iter());
    let place = |value: f64| scale.place(value).unwrap_or(f64::NAN);
    let color = |value: f64| {
        if value.is_finite() { map.palette().color(place(value)) } else { MISSING }
    };
    // No more cells than pixels: beyond that, each shows the mean of those it stands for.
    let (shown_rows, shown_columns) = (rows.min(plot.height as usize), columns.min(plot.width as usize));
    let shown = |row: usize, column: usize| map.mean((row, shown_rows), (column, shown_columns));
    canvas.picture(plot, Pixels::new(shown_rows, shown_columns, |row, column| color(shown(row, column))))?;

    let (wide, high_cell) = (plot.width / columns as f64, plot.height / rows as f64);
    let with_numbers = wide >= ROOM_FOR_NUMBER.0 && high_cell >= ROOM_FOR_NUMBER.1;
    let with_crosses = wide >= 5.0 && high_cell >= 5.0;
    for row in 0..if with_numbers || with_crosses { rows } else { 0 } {
        for column in 0..columns {
            let value = map.at(column, row);
            let at = (plot.left + (column as f64 + 0.5) * wide, plot.top + (row as f64 + 0.5) * high_cell);
            if !value.is_finite() {
                let arm = wide.min(high_cell) * 0.3;
                canvas.line((at.0 - arm, at.1 - arm), (at.0 + arm, at.1 + arm), INK, 1.5)?;
                canvas.line((at.0 - arm, at.1 + arm), (at.0 + arm, at.1 - arm), INK, 1.5)?;
            } else if with_numbers {
                let ink = if is_dark(color(value)) { (255, 255, 255) } else { INK };
                let text = if map.names().is_some() { super::number(value) } else { short(value) };
                if canvas.width(&text, Label::new(SMALL, ink))? < wide - 2.0 {
                    canvas.text(&text, at, Label::new(SMALL, ink).centered())?;
                }
            }
        }
    }
    canvas.outline(plot, EDGE, 1.0)?;
    layout::color_bar(canvas, whole, (plot.top, plot.bottom()), &scale, &|place| map.palette().color(place))?;
    Ok(())
}

/// Ticks at the middles of `count` cells numbered from `first`, at most about `most` of them.
fn indices(count: usize, first: usize, most: usize) -> Vec<(f64, String)> {
    let most = most.max(2);
    let step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]
        .into_iter()
        .find(|step| count.div_ceil(*step) <= most)
        .unwrap_or_else(|| count.div_ceil(most));
    (0..count)
        .filter(|k| (k + first).is_multiple_of(step))
        .map(|k| ((k as f64 + 0.5) / count as f64, (k + first).to_string()))
        .collect()
}

/// Ticks with these names at the middles of as many cells.
fn named(names: &[String]) -> Vec<(f64, String)> {
    let place = |k: usize| (k as f64 + 0.5) / names.len() as f64;
    names.iter().enumerate().map(|(k, name)| (place(k), name.clone())).collect()
}

/// A number for a cell: two decimals where that says something.
fn short(value: f64) -> String {
    if value == 0.0 || (0.01..100.0).contains(&value.abs()) {
        format!("{value:.2}").replace('-', "−")
    } else {
        super::number(value)
    }
}

fn is_dark((r, g, b): super::Rgb) -> bool {
    0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b) < 140.0
}
