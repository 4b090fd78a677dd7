//! Charts as SVG text.

use std::fmt::Write as _;

use plotters::backend::SVGBackend;

use super::canvas::{Canvas, Frame, Placed};
use super::chart::Figure;
use super::pixels::png_data_uri;
use super::{color, font};
use crate::{Error, Result, xml};

/// Units of the drawing for each CSS pixel. plotters rounds to whole units, so a fine grid keeps curves smooth.
const GRID: f64 = 8.0;

/// Draws `figure` as a complete SVG document with its own panel.
pub(crate) fn svg(figure: &Figure) -> Result<String> {
    font::register()?;
    let (width, height) = figure.size();
    let mut drawn = String::new();
    let pictures = {
        let mut backend = SVGBackend::with_string(&mut drawn, (width * GRID as u32, height * GRID as u32));
        let mut canvas = Canvas::vector(&mut backend, GRID, figure.what());
        let sheet = Frame { left: 0.0, top: 0.0, width: f64::from(width), height: f64::from(height) };
        figure.draw(&mut canvas, sheet)?;
        canvas.finish()?
    };
    // plotters opens the document with one `<svg …>` tag; ours takes its place.
    let body = drawn
        .split_once('>')
        .map(|(_, body)| body)
        .ok_or_else(|| Error::Figure { what: "SVG", why: "plotters wrote no document".into() })?;
    let (title, description) = (xml::escape(figure.title()), xml::escape(&figure.describe()));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{title}. {description}\">\n\
         <title>{title}</title>\n<desc>{description}</desc>\n\
         <rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"10\" fill=\"{}\" stroke=\"{}\"/>\n",
        width - 1,
        height - 1,
        color::css(color::PANEL),
        color::css(color::EDGE),
    );
    for picture in &pictures {
        write_picture(&mut out, picture)?;
    }
    let _ = writeln!(out, "<g transform=\"scale({})\">", 1.0 / GRID);
    out.push_str(body.trim_start().trim_end().trim_end_matches("</svg>"));
    out.push_str("</g>\n</svg>\n");
    Ok(out)
}

fn write_picture(out: &mut String, Placed { frame, pixels }: &Placed) -> Result<()> {
    let png = pixels.to_png(frame.width, frame.height)?;
    let _ = writeln!(
        out,
        "<image x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{:.2}\" preserveAspectRatio=\"none\" \
         style=\"image-rendering:pixelated\" href=\"{}\"/>",
        frame.left,
        frame.top,
        frame.width,
        frame.height,
        png_data_uri(&png)
    );
    Ok(())
}
