//! The kernel's logo: a gate on the road of the cell state.

use plotters::backend::BitMapBackend;
use plotters::prelude::DrawingBackend;
use plotters::style::{Color, RGBColor};

use crate::figure::encode_png;
use crate::{Error, Result};

/// The design's side; everything below is in its units.
const SIDE: f64 = 64.0;
const GROUND: (u8, u8, u8) = (0x0f, 0x4c, 0x5c);
const ROAD: (u8, u8, u8) = (0x5e, 0xd6, 0xa5);
const GATE: (u8, u8, u8) = (0xff, 0xd1, 0x66);
/// What no part of the logo is painted in: it becomes transparent.
const NOTHING: (u8, u8, u8) = (0xff, 0x00, 0xff);
/// Samples for each pixel, squared.
const SAMPLES: usize = 8;

/// The logo as an SVG document.
pub fn svg() -> String {
    let css = |c: (u8, u8, u8)| format!("#{:02x}{:02x}{:02x}", c.0, c.1, c.2);
    let (ground, road, gate) = (css(GROUND), css(ROAD), css(GATE));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"64\" height=\"64\" viewBox=\"0 0 64 64\" role=\"img\" \
         aria-label=\"LSTM\">\n<title>LSTM</title>\n\
         <rect width=\"64\" height=\"64\" rx=\"14\" fill=\"{ground}\"/>\n\
         <path d=\"M7,22 H57\" stroke=\"{road}\" stroke-width=\"6\"/>\n\
         <path d=\"M32,31 V52\" stroke=\"{gate}\" stroke-width=\"5\"/>\n\
         <path d=\"M14,52 H50\" stroke=\"{gate}\" stroke-width=\"5\"/>\n\
         <circle cx=\"32\" cy=\"22\" r=\"12\" fill=\"{gate}\"/>\n\
         <path d=\"M27,17 L37,27 M37,17 L27,27\" stroke=\"{ground}\" stroke-width=\"4\"/>\n</svg>\n"
    )
}

/// The logo as a PNG of `side` × `side` pixels with a transparent ground around its corners.
///
/// # Errors
/// [`Error::Argument`] unless `side` is from 16 to 512, [`Error::Figure`] if it cannot be drawn or encoded.
pub fn png(side: u32) -> Result<Vec<u8>> {
    if !(16..=512).contains(&side) {
        return Err(Error::Argument {
            argument: "side",
            expected: "from 16 to 512 pixels".into(),
            got: side.to_string(),
        });
    }
    let wide = side as usize * SAMPLES;
    let mut buffer = vec![0; wide * wide * 3];
    paint(&mut buffer, wide as u32)?;
    encode_png(side, side, png::ColorType::Rgba, &shrink(&buffer, wide))
}

fn paint(buffer: &mut [u8], wide: u32) -> Result<()> {
    let failure = |e: &dyn std::fmt::Display| Error::Figure {
        what: "logo",
        why: e.to_string(),
    };
    let mut sheet = BitMapBackend::with_buffer(buffer, (wide, wide));
    let scale = f64::from(wide) / SIDE;
    let at = |x: f64, y: f64| ((x * scale).round() as i32, (y * scale).round() as i32);
    let mut rect = |a: (f64, f64), b: (f64, f64), color: (u8, u8, u8)| {
        let (low, high) = (at(a.0, a.1), at(b.0, b.1));
        sheet
            .draw_rect(low, (high.0 - 1, high.1 - 1), &solid(color), true)
            .map_err(|e| failure(&e))
    };
    rect((0.0, 0.0), (SIDE, SIDE), NOTHING)?;
    rect((14.0, 0.0), (50.0, SIDE), GROUND)?;
    rect((0.0, 14.0), (SIDE, 50.0), GROUND)?;
    let mut circle = |x: f64, y: f64, radius: f64, color: (u8, u8, u8)| {
        sheet
            .draw_circle(
                at(x, y),
                (radius * scale).round() as u32,
                &solid(color),
                true,
            )
            .map_err(|e| failure(&e))
    };
    for (x, y) in [(14.0, 14.0), (50.0, 14.0), (14.0, 50.0), (50.0, 50.0)] {
        circle(x, y, 14.0, GROUND)?;
    }
    let mut rect = |a: (f64, f64), b: (f64, f64), color: (u8, u8, u8)| {
        sheet
            .draw_rect(at(a.0, a.1), at(b.0, b.1), &solid(color), true)
            .map_err(|e| failure(&e))
    };
    rect((7.0, 19.0), (57.0, 25.0), ROAD)?;
    rect((29.5, 31.0), (34.5, 52.0), GATE)?;
    rect((14.0, 49.5), (50.0, 54.5), GATE)?;
    sheet
        .draw_circle(
            at(32.0, 22.0),
            (12.0 * scale).round() as u32,
            &solid(GATE),
            true,
        )
        .map_err(|e| failure(&e))?;
    // The two strokes of ×, each a rectangle on its corner.
    let half = 2.0 / std::f64::consts::SQRT_2;
    for mirror in [1.0, -1.0] {
        let corners = [
            (-5.0 - half, -5.0 + half),
            (-5.0 + half, -5.0 - half),
            (5.0 + half, 5.0 - half),
            (5.0 - half, 5.0 + half),
        ];
        let corners: Vec<(i32, i32)> = corners
            .iter()
            .map(|c| at(32.0 + c.0 * mirror, 22.0 + c.1))
            .collect();
        sheet
            .fill_polygon(corners, &solid(GROUND))
            .map_err(|e| failure(&e))?;
    }
    sheet.present().map_err(|e| failure(&e))
}

fn solid(color: (u8, u8, u8)) -> plotters::style::ShapeStyle {
    RGBColor(color.0, color.1, color.2).filled()
}

/// Blocks of samples as pixels: the mean colour of what is painted, and the share of it as opacity.
fn shrink(buffer: &[u8], wide: usize) -> Vec<u8> {
    let side = wide / SAMPLES;
    let mut out = Vec::with_capacity(side * side * 4);
    for row in 0..side {
        for column in 0..side {
            let mut sum = [0usize; 3];
            let mut painted = 0;
            for y in 0..SAMPLES {
                for x in 0..SAMPLES {
                    let at = ((row * SAMPLES + y) * wide + column * SAMPLES + x) * 3;
                    if (buffer[at], buffer[at + 1], buffer[at + 2]) != NOTHING {
                        painted += 1;
                        (0..3).for_each(|k| sum[k] += usize::from(buffer[at + k]));
                    }
                }
            }
            out.extend(sum.map(|s| s.checked_div(painted).unwrap_or(0) as u8));
            out.push((painted * 255 / (SAMPLES * SAMPLES)) as u8);
        }
    }
    out
}
