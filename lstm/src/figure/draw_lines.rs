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
    let y_ticks = y.ticks((room.height / 46.0).clamp(2.0, 8.0) as usize);
    let plot = layout::axes(figure, canvas, room, &|width| x.ticks((width / 55.0).max(2.0) as usize), &y_ticks, true)?;
    for (k, one) in series.iter().enumerate() {
        draw_one(k, one, canvas, plot, &x, &y)?;
    }
    layout::axis_lines(canvas, plot)?;
    for one in series {
        if let Some(at) = one.first_not_finite().and_then(|p| x.place(p.0)) {
            let x = plot.left + at * plot.width;
            canvas.path(&[(x, plot.top + 14.0), (x, plot.bottom())], ALERT, 1.0, &[2.0, 4.0])?;
            cross(canvas, (x, plot.top + 7.0))?;
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
        Some((plot.left + across * plot.width, plot.bottom() - up * plot.height))
    };
    let thinned = thin(&series.points, plot.width as usize);
    let placed: Vec<Option<(f64, f64)>> = thinned.iter().map(place).collect();
    let marked = series.points.len() <= MARKED;
    for run in placed.split(Option::is_none) {
        let run: Vec<(f64, f64)> = run.iter().flatten().copied().collect();
        for piece in inside(&run, plot) {
            canvas.path(&piece, line(k), 2.25, dash(k))?;
        }
        // A point between two gaps has no line to be seen by.
        for at in run.iter().filter(|at| (marked || run.len() == 1) && holds(plot, **at)) {
            marker(k, canvas, *at)?;
        }
    }
    Ok(())
}

/// Whether `at` is in `plot`, its edge included.
fn holds(plot: Frame, at: (f64, f64)) -> bool {
    let slack = 0.01;
    (plot.left - slack..=plot.right() + slack).contains(&at.0)
        && (plot.top - slack..=plot.bottom() + slack).contains(&at.1)
}

/// The pieces of a line that lie in `plot`, cut at its edge: a wished-for range may leave points outside.
fn inside(run: &[(f64, f64)], plot: Frame) -> Vec<Vec<(f64, f64)>> {
    let mut pieces: Vec<Vec<(f64, f64)>> = Vec::new();
    for pair in run.windows(2) {
        let Some((from, to)) = clip(pair[0], pair[1], plot) else {
            continue;
        };
        match pieces.last_mut().filter(|piece| piece.last() == Some(&from)) {
            Some(piece) => piece.push(to),
            None => pieces.push(vec![from, to]),
        }
    }
    pieces
}

/// The part of the line between two points that lies in `plot`.
fn clip(from: (f64, f64), to: (f64, f64), plot: Frame) -> Option<((f64, f64), (f64, f64))> {
    if holds(plot, from) && holds(plot, to) {
        return Some((from, to));
    }
    let (mut enter, mut leave) = (0.0f64, 1.0f64);
    let (across, down) = (to.0 - from.0, to.1 - from.1);
    let edges = [
        (-across, from.0 - plot.left),
        (across, plot.right() - from.0),
        (-down, from.1 - plot.top),
        (down, plot.bottom() - from.1),
    ];
    for (speed, room) in edges {
        if speed == 0.0 && room < 0.0 {
            return None;
        }
        if speed < 0.0 {
            enter = enter.max(room / speed);
        } else if speed > 0.0 {
            leave = leave.min(room / speed);
        }
    }
    let at = |part: f64| (from.0 + across * part, from.1 + down * part);
    (enter < leave).then(|| (at(enter), at(leave)))
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
        let order = if one.backward { "from the last step back, " } else { "" };
        if let Some((x, value)) = one.first_not_finite() {
            notes.push(format!("× {name}{order}the first value that is not finite is {} {}", number(value), at(x)));
        }
        if figure.y.scale == Scale::Log
            && let Some((x, value)) = one.first_without_log()
        {
            let what = if value == 0.0 { "underflow to exactly 0" } else { "value without a logarithm" };
            notes.push(format!("{name}{order}the first {what} is {}", at(x)));
        }
    }
    notes
}

/// The last word of an axis name before its unit: `t` of `time step t (steps)`.
fn short(name: &str) -> &str {
    let name = name.split(" (").next().unwrap_or(name).trim();
    name.rsplit(' ').next().filter(|word| word.chars().count() <= 2).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_leaves_the_frame_is_cut_at_its_edge() {
        let plot = Frame { left: 0.0, top: 0.0, width: 10.0, height: 10.0 };
        // Up through the top edge at x = 5, and back in at x = 7.
        let pieces = inside(&[(0.0, 10.0), (6.0, -2.0), (9.0, 4.0)], plot);
        assert_eq!(pieces, [vec![(0.0, 10.0), (5.0, 0.0)], vec![(7.0, 0.0), (9.0, 4.0)]]);
        assert!(inside(&[(-5.0, 3.0), (-1.0, 3.0)], plot).is_empty());
    }

    #[test]
    fn an_axis_name_is_shortened_to_its_letter() {
        assert_eq!(short("time step t"), "t");
        assert_eq!(short("number of factors T"), "T");
        assert_eq!(short("epoch"), "epoch");
        assert_eq!(short("training step (batches)"), "training step");
    }
}
