//! Draws lines with their legend, and marks where one stops being finite.

use plotters::prelude::DrawingBackend;

use super::axis::{Axis, Scale};
use super::canvas::{Canvas, Frame, Label};
use super::chart::Figure;
use super::color::{ALERT, INK, PANEL, dash, line};
use super::layout::{self, SMALL};
use super::series::{Series, thin};
use super::{Rgb, number};
use crate::Result;

/// With no more points than this a line shows each of them.
const MARKED: usize = 32;

pub(crate) fn draw<DB: DrawingBackend>(
    figure: &Figure,
    series: &[Series],
    canvas: &mut Canvas<'_, DB>,
    sheet: Frame,
) -> Result<()> {
    let room = layout::title(figure, canvas, sheet)?;
    let room = legend(series, canvas, room)?;
    let notes: Vec<String> = figure.notes.iter().cloned().chain(troubles(figure, series)).collect();
    let room = layout::notes(&notes, canvas, room)?;
    let points = || series.iter().flat_map(|s| &s.points);
    let x = Axis::fitting(&figure.x, points().map(|p| p.0));
    let y = Axis::fitting(&figure.y, points().map(|p| p.1));
    let y_ticks = y.ticks((room.height / 52.0).clamp(2.0, 8.0) as usize);
    let plot = layout::axes(figure, canvas, room, &|width| x.ticks((width / 70.0).max(2.0) as usize), &y_ticks, true)?;
    for (k, one) in series.iter().enumerate() {
        draw_one(k, one, canvas, plot, &x, &y)?;
    }
    layout::axis_lines(canvas, plot)?;
    for one in series {
        if let Some(at) = one.first_not_finite().and_then(|p| x.place(p.0)) {
            cross(canvas, (plot.left + at * plot.width, plot.top + 7.0))?;
        }
    }
    Ok(())
}

fn draw_one<DB: DrawingBackend>(
    k: usize,
    series: &Series,
    canvas: &mut Canvas<'_, DB>,
    plot: Frame,
    x: &Axis,
    y: &Axis,
) -> Result<()> {
    let place = |p: &(f64, f64)| {
        let (across, up) = (x.place(p.0)?, y.place(p.1)?);
        // A wished-for range may leave points outside; they stop at the frame's edge.
        Some((plot.left + across.clamp(0.0, 1.0) * plot.width, plot.bottom() - up.clamp(0.0, 1.0) * plot.height))
    };
    let thinned = thin(&series.points, plot.width as usize);
    let placed: Vec<Option<(f64, f64)>> = thinned.iter().map(place).collect();
    for run in placed.split(Option::is_none) {
        let run: Vec<(f64, f64)> = run.iter().flatten().copied().collect();
        if run.len() > 1 {
            canvas.path(&run, line(k), 2.25, dash(k))?;
        }
        // A point between two gaps has no line to be seen by.
        if run.len() == 1 || series.points.len() <= MARKED {
            for at in run {
                marker(k, canvas, at)?;
            }
        }
    }
    Ok(())
}

/// Names with their line and marker, side by side below the title, in as many rows as they need.
fn legend<DB: DrawingBackend>(series: &[Series], canvas: &mut Canvas<'_, DB>, mut room: Frame) -> Result<Frame> {
    if series.iter().all(|s| s.name.is_empty()) {
        return Ok(room);
    }
    let label = Label::new(SMALL + 0.5, INK);
    let sample = 34.0;
    let mut at = room.left;
    let row = SMALL + 9.0;
    for (k, one) in series.iter().enumerate() {
        let name = layout::fitting(canvas, &one.name, label, room.width - sample - 20.0)?;
        let width = sample + 7.0 + canvas.width(&name, label)? + 22.0;
        if at > room.left && at + width - 22.0 > room.right() {
            at = room.left;
            room.top += row;
            room.height -= row;
        }
        let middle = room.top + row * 0.5;
        canvas.path(&[(at, middle), (at + sample, middle)], line(k), 2.25, dash(k))?;
        if one.points.len() <= MARKED {
            marker(k, canvas, (at + sample / 2.0, middle))?;
        }
        canvas.text(&name, (at + sample + 7.0, middle), label)?;
        at += width;
    }
    room.top += row + 2.0;
    room.height -= row + 2.0;
    Ok(room)
}

/// A marker whose shape, too, says which series it belongs to.
fn marker<DB: DrawingBackend>(k: usize, canvas: &mut Canvas<'_, DB>, at: (f64, f64)) -> Result<()> {
    let shape = |canvas: &mut Canvas<'_, DB>, size: f64, color: Rgb| -> Result<()> {
        let around = |corners: &[(f64, f64)]| -> Vec<(f64, f64)> {
            corners.iter().map(|c| (at.0 + c.0 * size, at.1 + c.1 * size)).collect()
        };
        match k % 4 {
            0 => canvas.dot(at, size, color),
            1 => canvas.polygon(&around(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]), color),
            2 => canvas.polygon(&around(&[(0.0, -1.15), (1.1, 0.85), (-1.1, 0.85)]), color),
            _ => canvas.polygon(&around(&[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)]), color),
        }
    };
    shape(canvas, 5.0, PANEL)?;
    shape(canvas, 3.6, line(k))
}

fn cross<DB: DrawingBackend>(canvas: &mut Canvas<'_, DB>, (x, y): (f64, f64)) -> Result<()> {
    let arm = 5.0;
    canvas.line((x - arm, y - arm), (x + arm, y + arm), ALERT, 2.5)?;
    canvas.line((x - arm, y + arm), (x + arm, y - arm), ALERT, 2.5)
}

/// What the lines cannot show, in words.
fn troubles(figure: &Figure, series: &[Series]) -> Vec<String> {
    let mut notes = Vec::new();
    let at = |x: f64| format!("at {} = {}", short(&figure.x.name), number(x));
    for one in series {
        let name = if one.name.is_empty() { String::new() } else { format!("{}: ", one.name) };
        if let Some((x, value)) = one.first_not_finite() {
            notes.push(format!("× {name}the first value that is not finite is {} {}", number(value), at(x)));
        }
        let no_place = |p: &&(f64, f64)| p.1.is_finite() && p.1 <= 0.0;
        if figure.y.scale == Scale::Log
            && let Some((x, value)) = one.points.iter().find(no_place)
        {
            let why = if *value == 0.0 { "exactly 0 (it has underflowed)" } else { "negative" };
            notes.push(format!("{name}{why} {}; a logarithmic axis has no place for it", at(*x)));
        }
    }
    notes
}

/// The last word of an axis name before its unit: `t` of `time step t (steps)`.
fn short(name: &str) -> &str {
    let name = name.split(" (").next().unwrap_or(name).trim();
    name.rsplit(' ').next().filter(|word| word.chars().count() <= 2).unwrap_or(name)
}
