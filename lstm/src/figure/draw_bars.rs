//! Draws bars from a line at zero, with their values.

use plotters::prelude::DrawingBackend;

use super::axis::Axis;
use super::canvas::{Canvas, Frame, Label};
use super::chart::Figure;
use super::color::{ALERT, INK, line};
use super::layout::{self, SMALL};
use super::number;
use crate::Result;

pub(crate) fn draw<DB: DrawingBackend>(
    figure: &Figure,
    bars: &[(String, f64)],
    canvas: &mut Canvas<'_, DB>,
    sheet: Frame,
) -> Result<()> {
    let room = layout::title(figure, canvas, sheet)?;
    let room = layout::notes(&figure.notes, canvas, room)?;
    // Room above the highest and below the lowest bar for their numbers.
    let finite = || bars.iter().map(|b| b.1).filter(|v| v.is_finite());
    let (low, high) = (finite().fold(0.0, f64::min), finite().fold(0.0, f64::max));
    let room_for_text = (high / 2.0 - low / 2.0) * 0.16;
    let ends = [if low < 0.0 { low - room_for_text } else { 0.0 }, if high > 0.0 { high + room_for_text } else { 0.0 }];
    let y = Axis::fitting(&figure.y, ends.into_iter().filter(|v| v.is_finite()).chain([low, high]));
    let count = bars.len() as f64;
    let places: Vec<(f64, String)> =
        bars.iter().enumerate().map(|(k, bar)| ((k as f64 + 0.5) / count, bar.0.clone())).collect();
    let y_ticks = y.ticks((room.height / 40.0).clamp(2.0, 8.0) as usize);
    let plot = layout::axes(figure, canvas, room, &|_| places.clone(), &y_ticks, false)?;
    for (place, _) in &y_ticks {
        let at = plot.bottom() - place * plot.height;
        canvas.line((plot.left, at), (plot.right(), at), super::color::GRID, 1.0)?;
    }
    let up = |value: f64| plot.bottom() - y.place(value).unwrap_or(0.0).clamp(0.0, 1.0) * plot.height;
    let slot = plot.width / count;
    let width = (slot * 0.62).min(90.0);
    for (k, (_, value)) in bars.iter().enumerate() {
        let middle = plot.left + (k as f64 + 0.5) * slot;
        let (text, color, top) = if value.is_finite() {
            let (from, to) = (up(0.0), up(*value));
            let bar =
                Frame { left: middle - width / 2.0, top: from.min(to), width, height: (from - to).abs().max(1.0) };
            canvas.fill(bar, line(0))?;
            (number(*value), INK, if *value >= 0.0 { bar.top - SMALL * 0.8 } else { bar.bottom() + SMALL * 0.8 })
        } else {
            (format!("× {}", number(*value)), ALERT, up(0.0) - SMALL)
        };
        let label = Label::new(SMALL, color).centered();
        if canvas.width(&text, label)? < slot {
            canvas.text(&text, (middle, top), label)?;
        }
    }
    canvas.line((plot.left, up(0.0)), (plot.right(), up(0.0)), INK, 1.25)?;
    canvas.line((plot.left, plot.top), (plot.left, plot.bottom()), INK, 1.25)
}
