//! Charts as PNG bytes.

use plotters::backend::BitMapBackend;

use super::canvas::{Canvas, Frame};
use super::chart::Figure;
use super::{color, font};
use crate::{Error, Result};

/// Pixels of the file for each CSS pixel: sharp on a projector and on a dense screen.
const DENSITY: u32 = 2;
/// Each pixel of the file is the mean of this many squared, since plotters leaves the edges of thick lines rough.
const SAMPLES: u32 = 2;

/// Draws `figure` and encodes it.
pub(crate) fn png(figure: &Figure) -> Result<Vec<u8>> {
    font::register()?;
    let (width, height) = figure.size();
    let (wide, high) = (width * DENSITY * SAMPLES, height * DENSITY * SAMPLES);
    let mut buffer = vec![0; wide as usize * high as usize * 3];
    {
        let mut backend = BitMapBackend::with_buffer(&mut buffer, (wide, high));
        let mut canvas = Canvas::raster(&mut backend, f64::from(DENSITY * SAMPLES), figure.what());
        let sheet = Frame { left: 0.0, top: 0.0, width: f64::from(width), height: f64::from(height) };
        canvas.fill(sheet, color::PANEL)?;
        figure.draw(&mut canvas, sheet)?;
        canvas.finish()?;
    }
    let smooth = shrink(&buffer, wide as usize, SAMPLES as usize);
    encode_png(width * DENSITY, height * DENSITY, png::ColorType::Rgb, &smooth)
}

/// Encodes rows of 8-bit pixels.
pub(crate) fn encode_png(width: u32, height: u32, kind: png::ColorType, bytes: &[u8]) -> Result<Vec<u8>> {
    let failure = |e: png::EncodingError| Error::Figure { what: "PNG", why: e.to_string() };
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(kind);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Best);
    encoder.set_adaptive_filter(png::AdaptiveFilterType::Adaptive);
    let mut writer = encoder.write_header().map_err(failure)?;
    writer.write_image_data(bytes).map_err(failure)?;
    writer.finish().map_err(failure)?;
    Ok(out)
}

/// The mean of each `by` × `by` block of an RGB picture `wide` pixels across.
fn shrink(bytes: &[u8], wide: usize, by: usize) -> Vec<u8> {
    let high = bytes.len() / 3 / wide;
    let mut out = Vec::with_capacity(bytes.len() / by / by);
    for row in 0..high / by {
        for column in 0..wide / by {
            for channel in 0..3 {
                let offset = |y: usize, x: usize| ((row * by + y) * wide + column * by + x) * 3 + channel;
                let sum: usize =
                    (0..by).flat_map(|y| (0..by).map(move |x| (y, x))).map(|(y, x)| bytes[offset(y, x)] as usize).sum();
                out.push((sum / (by * by)) as u8);
            }
        }
    }
    out
}
