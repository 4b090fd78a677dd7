//! The frame around the data: title, legend, ticks, axis names, notes.

use plotters::prelude::DrawingBackend;

use super::axis::Axis;
use super::canvas::{Canvas, Frame, Label};
use super::chart::Figure;
use super::color::{EDGE, GRID, INK, MUTED};
use crate::Result;

/// Size of tick labels and legend, in pixels.
pub(crate) const SMALL: f64 = 12.0;
const NAME: f64 = 13.0;
const TITLE: f64 = 15.5;
const NOTE: f64 = 11.5;
const MARGIN: f64 = 16.0;

/// Draws the title; what is left below it.
pub(crate) fn title<DB: DrawingBackend>(figure: &Figure, canvas: &mut Canvas<'_, DB>, sheet: Frame) -> Result<Frame> {
    let mut room = Frame {
        left: sheet.left + MARGIN,
        top: sheet.top + MARGIN - 4.0,
        width: sheet.width - 2.0 * MARGIN,
        height: sheet.height - 2.0 * MARGIN + 6.0,
    };
    if !figure.title().is_empty() {
        let label = Label::new(TITLE, INK).bold();
        let title = fitting(canvas, figure.title(), label, room.width)?;
        canvas.text(&title, (room.left, room.top + TITLE * 0.6), label)?;
        room.top += TITLE + 9.0;
        room.height -= TITLE + 9.0;
    }
    Ok(room)
}

/// Draws the notes at the bottom of `room`; what is left above them.
pub(crate) fn notes<DB: DrawingBackend>(
    notes: &[String],
    canvas: &mut Canvas<'_, DB>,
    mut room: Frame,
) -> Result<Frame> {
    for note in notes.iter().rev() {
        for line in wrap(canvas, note, Label::new(NOTE, MUTED), room.width)?.iter().rev() {
            canvas.text(line, (room.left, room.bottom() - NOTE * 0.5), Label::new(NOTE, MUTED))?;
            room.height -= NOTE + 4.0;
        }
    }
    if !notes.is_empty() {
        room.height -= 4.0;
    }
    Ok(room)
}

/// Ticks: places from 0 to 1, and labels.
pub(crate) type Ticks = [(f64, String)];

/// Draws both axes with their names into `room`; the frame left for the data.
pub(crate) fn axes<DB: DrawingBackend>(
    figure: &Figure,
    canvas: &mut Canvas<'_, DB>,
    room: Frame,
    x_ticks: &dyn Fn(f64) -> Vec<(f64, String)>,
    y_ticks: &Ticks,
    grid: bool,
) -> Result<Frame> {
    let label = Label::new(SMALL, INK);
    let mut widest: f64 = 0.0;
    for (_, text) in y_ticks {
        widest = widest.max(canvas.width(text, label)?);
    }
    let left = if figure.y.name.is_empty() { 0.0 } else { NAME + 10.0 } + widest + 8.0;
    let bottom = SMALL + 10.0 + if figure.x.name.is_empty() { 0.0 } else { NAME + 6.0 };
    let plot = Frame {
        left: room.left + left,
        top: room.top + 6.0,
        width: (room.width - left - 8.0).max(20.0),
        height: (room.height - bottom - 6.0).max(20.0),
    };
    for (place, text) in y_ticks {
        let y = plot.bottom() - place * plot.height;
        if grid {
            canvas.line((plot.left, y), (plot.right(), y), GRID, 1.0)?;
        }
        canvas.text(text, (plot.left - 7.0, y), label.ending())?;
    }
    let mut free_from = f64::NEG_INFINITY;
    for (place, text) in x_ticks(plot.width) {
        let x = plot.left + place * plot.width;
        if grid {
            canvas.line((x, plot.top), (x, plot.bottom()), GRID, 1.0)?;
        }
        let half = canvas.width(&text, label)? / 2.0;
        if x - half >= free_from {
            canvas.line((x, plot.bottom()), (x, plot.bottom() + 4.0), INK, 1.0)?;
            canvas.text(&text, (x, plot.bottom() + 7.0), label.centered().hanging())?;
            free_from = x + half + 6.0;
        }
    }
    let name = Label::new(NAME, INK).centered();
    let middle = plot.left + plot.width / 2.0;
    if !figure.x.name.is_empty() {
        let text = fitting(canvas, &figure.x.name, name, room.width)?;
        canvas.text(&text, (middle, plot.bottom() + SMALL + 14.0), name.hanging())?;
    }
    if !figure.y.name.is_empty() {
        let text = fitting(canvas, &figure.y.name, name, room.height)?;
        let at = (room.left + NAME * 0.5, plot.top + plot.height / 2.0);
        canvas.text(&text, at, name.upward())?;
    }
    Ok(plot)
}

/// The two axis lines, drawn after the data.
pub(crate) fn axis_lines<DB: DrawingBackend>(canvas: &mut Canvas<'_, DB>, plot: Frame) -> Result<()> {
    canvas.line((plot.left, plot.bottom()), (plot.right(), plot.bottom()), INK, 1.25)?;
    canvas.line((plot.left, plot.top), (plot.left, plot.bottom()), INK, 1.25)
}

/// A colour bar with `axis` beside it, at the right end of `room`; what is left of `room`.
pub(crate) fn color_bar<DB: DrawingBackend>(
    canvas: &mut Canvas<'_, DB>,
    room: Frame,
    plot: (f64, f64),
    axis: &Axis,
    color: &dyn Fn(f64) -> super::Rgb,
) -> Result<()> {
    let (top, bottom) = plot;
    let bar = Frame { left: room.right() - COLOR_BAR + 12.0, top, width: 14.0, height: bottom - top };
    let rows = 64;
    let pixels = super::pixels::Pixels::new(rows, 1, |row, _| color(1.0 - row as f64 / (rows - 1) as f64));
    canvas.picture(bar, pixels)?;
    canvas.outline(bar, EDGE, 1.0)?;
    for (place, text) in bar_ticks(axis, ((bottom - top) / 34.0).clamp(2.0, 6.0) as usize) {
        let y = bar.bottom() - place * bar.height;
        canvas.line((bar.right(), y), (bar.right() + 4.0, y), INK, 1.0)?;
        canvas.text(&text, (bar.right() + 7.0, y), Label::new(SMALL, INK))?;
    }
    Ok(())
}

/// About `count` ticks, and three or more wherever the range has so many round numbers: one tick tells no scale.
fn bar_ticks(axis: &Axis, count: usize) -> Vec<(f64, String)> {
    let enough = (count..=MOST_BAR_TICKS).map(|count| axis.ticks(count)).find(|ticks| ticks.len() >= 3);
    enough.unwrap_or_else(|| axis.ticks(count))
}

/// How many ticks a colour bar asks for at most.
const MOST_BAR_TICKS: usize = 12;

/// The width that a colour bar with its labels takes.
pub(crate) const COLOR_BAR: f64 = 74.0;

/// `text`, cut with an ellipsis where it is wider than `width`.
pub(crate) fn fitting<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    text: &str,
    label: Label,
    width: f64,
) -> Result<String> {
    let mut kept: String = text.chars().take(400).collect();
    if kept.len() == text.len() && canvas.width(text, label)? <= width {
        return Ok(kept);
    }
    while !kept.is_empty() && canvas.width(&format!("{kept}…"), label)? > width {
        kept.pop();
    }
    Ok(format!("{}…", kept.trim_end()))
}

/// `text` in lines no wider than `width`, at most three.
fn wrap<DB: DrawingBackend>(canvas: &Canvas<'_, DB>, text: &str, label: Label, width: f64) -> Result<Vec<String>> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = if line.is_empty() { word.to_string() } else { format!("{line} {word}") };
        if !line.is_empty() && lines.len() < 2 && canvas.width(&longer, label)? > width {
            lines.push(std::mem::replace(&mut line, word.to_string()));
        } else {
            line = longer;
        }
    }
    lines.push(line);
    lines.iter().map(|line| fitting(canvas, line, label, width)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::axis::{AxisSpec, Scale};
    use super::*;

    #[test]
    fn a_colour_bar_has_three_ticks_or_more() {
        for limit in [1.332, 0.9, 0.0731, 3.7, 2.03, 1e-9, 4.4e12] {
            for (low, high) in [(-limit, limit), (0.0, limit)] {
                let spec = AxisSpec { range: Some((low, high)), ..AxisSpec::new("", Scale::Linear) };
                let axis = Axis::fitting(&spec, [low, high].into_iter());
                for count in 2..=6 {
                    let ticks = bar_ticks(&axis, count);
                    assert!((3..=8).contains(&ticks.len()), "{low} to {high}, {count} wanted: {ticks:?}");
                    assert!(low == 0.0 || ticks.iter().any(|tick| tick.1 == "0"), "{ticks:?}");
                }
            }
        }
    }
}
