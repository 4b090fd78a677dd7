//! A sheet to draw on, in CSS pixels, over any plotters backend.

use plotters::prelude::{DrawingBackend, IntoFont};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, FontTransform, ShapeStyle, TextStyle};

use super::color::{Rgb, plotters_color};
use super::dash::dashes;
use super::font;
use super::pixels::Pixels;
use crate::{Error, Result};

/// Line height of a font of size 1, as plotters has it.
const LINE_HEIGHT: f64 = 1.24;

/// The combining tilde of `c̃`.
const TILDE: char = '\u{303}';

/// A rectangle, in CSS pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Frame {
    pub(crate) fn right(&self) -> f64 {
        self.left + self.width
    }

    pub(crate) fn bottom(&self) -> f64 {
        self.top + self.height
    }
}

/// How a text looks and hangs on its point.
#[derive(Clone, Copy)]
pub(crate) struct Label {
    pub(crate) size: f64,
    pub(crate) color: Rgb,
    pub(crate) bold: bool,
    pub(crate) horizontal: HPos,
    pub(crate) vertical: VPos,
    pub(crate) upward: bool,
}

impl Label {
    pub(crate) fn new(size: f64, color: Rgb) -> Self {
        Self { size, color, bold: false, horizontal: HPos::Left, vertical: VPos::Center, upward: false }
    }

    pub(crate) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(crate) fn centered(self) -> Self {
        Self { horizontal: HPos::Center, ..self }
    }

    pub(crate) fn ending(self) -> Self {
        Self { horizontal: HPos::Right, ..self }
    }

    pub(crate) fn hanging(self) -> Self {
        Self { vertical: VPos::Top, ..self }
    }

    pub(crate) fn upward(self) -> Self {
        Self { upward: true, ..self }
    }
}

/// A picture to be put into a vector sheet once plotters is done with it.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) frame: Frame,
    pub(crate) pixels: Pixels,
}

/// The sheet. Positions are CSS pixels; plotters rounds to whole device pixels, so `scale` of them make one.
pub(crate) struct Canvas<'a, DB: DrawingBackend> {
    backend: &'a mut DB,
    scale: f64,
    what: &'static str,
    /// Pictures set aside for a vector file; `None` on a raster, which takes them at once.
    set_aside: Option<Vec<Placed>>,
}

impl<'a, DB: DrawingBackend> Canvas<'a, DB> {
    pub(crate) fn raster(backend: &'a mut DB, scale: f64, what: &'static str) -> Self {
        Self { backend, scale, what, set_aside: None }
    }

    pub(crate) fn vector(backend: &'a mut DB, scale: f64, what: &'static str) -> Self {
        Self { set_aside: Some(Vec::new()), ..Self::raster(backend, scale, what) }
    }

    /// Ends the drawing, and hands back the pictures that the vector file still needs.
    pub(crate) fn finish(self) -> Result<Vec<Placed>> {
        self.backend.present().map_err(|e| failure(self.what, e))?;
        Ok(self.set_aside.unwrap_or_default())
    }

    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64), color: Rgb, width: f64) -> Result<()> {
        self.path(&[from, to], color, width, &[])
    }

    /// A line through `points`, dashed by `dash` (on, off, …, in pixels) unless that is empty.
    pub(crate) fn path(&mut self, points: &[(f64, f64)], color: Rgb, width: f64, dash: &[f64]) -> Result<()> {
        let style = self.style(color, width);
        for piece in dashes(points, dash) {
            let piece: Vec<(i32, i32)> = piece.into_iter().map(|p| self.device(p)).collect();
            self.backend.draw_path(piece, &style).map_err(|e| failure(self.what, e))?;
        }
        Ok(())
    }

    pub(crate) fn fill(&mut self, frame: Frame, color: Rgb) -> Result<()> {
        let style = self.style(color, 1.0).filled();
        let (low, high) = (self.device((frame.left, frame.top)), self.device((frame.right(), frame.bottom())));
        self.backend.draw_rect(low, high, &style, true).map_err(|e| failure(self.what, e))
    }

    pub(crate) fn outline(&mut self, frame: Frame, color: Rgb, width: f64) -> Result<()> {
        let (left, top, right, bottom) = (frame.left, frame.top, frame.right(), frame.bottom());
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
        self.path(&corners, color, width, &[])
    }

    pub(crate) fn polygon(&mut self, corners: &[(f64, f64)], color: Rgb) -> Result<()> {
        let style = self.style(color, 1.0).filled();
        let corners: Vec<(i32, i32)> = corners.iter().map(|p| self.device(*p)).collect();
        self.backend.fill_polygon(corners, &style).map_err(|e| failure(self.what, e))
    }

    pub(crate) fn dot(&mut self, center: (f64, f64), radius: f64, color: Rgb) -> Result<()> {
        let style = self.style(color, 1.0).filled();
        let radius = (radius * self.scale).round().max(1.0) as u32;
        let center = self.device(center);
        self.backend.draw_circle(center, radius, &style, true).map_err(|e| failure(self.what, e))
    }

    pub(crate) fn text(&mut self, text: &str, at: (f64, f64), label: Label) -> Result<()> {
        let text = printable(text);
        // plotters' rasteriser sets a combining tilde beside its letter; so it is drawn above it, as a sign of its own.
        if self.set_aside.is_some() || !text.contains(TILDE) {
            return self.put(&text, at, label);
        }
        let letters = text.replace(TILDE, "");
        self.put(&letters, at, label)?;
        if label.upward {
            return Ok(());
        }
        let left = at.0
            - match label.horizontal {
                HPos::Left => 0.0,
                HPos::Center => self.width(&letters, label)? / 2.0,
                HPos::Right => self.width(&letters, label)?,
            };
        let sign = Label { horizontal: HPos::Center, ..label };
        for (place, _) in text.match_indices(TILDE) {
            let before = text[..place].replace(TILDE, "");
            let letter = before.chars().next_back().map(String::from).unwrap_or_default();
            let middle = self.width(&before, label)? - self.width(&letter, label)? / 2.0;
            self.put("\u{2dc}", (left + middle, at.1), sign)?;
        }
        Ok(())
    }

    fn put(&mut self, text: &str, at: (f64, f64), label: Label) -> Result<()> {
        let style = self.text_style(label);
        let at = self.device(self.hung(at, label));
        self.backend.draw_text(text, &style, at).map_err(|e| failure(self.what, e))
    }

    /// The width of `text`, in pixels.
    pub(crate) fn width(&self, text: &str, label: Label) -> Result<f64> {
        let style = self.text_style(Label { upward: false, ..label });
        let size = self.backend.estimate_text_size(&printable(text), &style).map_err(|e| failure(self.what, e))?;
        Ok(f64::from(size.0) / self.scale)
    }

    /// Fills `frame` with `pixels`, each a block.
    pub(crate) fn picture(&mut self, frame: Frame, pixels: Pixels) -> Result<()> {
        if let Some(set_aside) = &mut self.set_aside {
            set_aside.push(Placed { frame, pixels });
            return Ok(());
        }
        let (width, height) = (frame.width / pixels.columns() as f64, frame.height / pixels.rows() as f64);
        for row in 0..pixels.rows() {
            for column in 0..pixels.columns() {
                let block = Frame {
                    left: frame.left + column as f64 * width,
                    top: frame.top + row as f64 * height,
                    width,
                    height,
                };
                self.fill(block, pixels.at(row, column))?;
            }
        }
        Ok(())
    }

    /// Where to hang a text. plotters' rasteriser sets text higher than its SVG does, by about an eighth of a line.
    fn hung(&self, at: (f64, f64), label: Label) -> (f64, f64) {
        let lower = if self.set_aside.is_some() { 0.0 } else { label.size * LINE_HEIGHT * 0.12 };
        if label.upward { (at.0 + lower, at.1) } else { (at.0, at.1 + lower) }
    }

    fn device(&self, (x, y): (f64, f64)) -> (i32, i32) {
        let place = |v: f64| (v * self.scale).round().clamp(-1e6, 1e6) as i32;
        (place(x), place(y))
    }

    fn style(&self, color: Rgb, width: f64) -> ShapeStyle {
        plotters_color(color).stroke_width((width * self.scale).round().max(1.0) as u32)
    }

    fn text_style(&self, label: Label) -> TextStyle<'static> {
        // plotters' sizes are line heights; its SVG writes a 1.24th of them as the font size. The style is given at
        // once, because changing it later keeps the old font's outlines.
        let style = if label.bold { FontStyle::Bold } else { FontStyle::Normal };
        let font = (font::FAMILY, label.size * LINE_HEIGHT * self.scale, style).into_font();
        let font = if label.upward { font.transform(FontTransform::Rotate270) } else { font };
        TextStyle {
            font,
            color: plotters_color(label.color).to_backend_color(),
            pos: Pos::new(label.horizontal, label.vertical),
        }
    }
}

fn failure(what: &'static str, error: impl std::fmt::Display) -> Error {
    Error::Figure { what, why: error.to_string() }
}

/// `text` without control characters, which no XML may hold.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_character_never_reaches_the_file() {
        assert_eq!(printable("a\u{0}b\u{1b}c"), "a b c");
    }
}
