//! The kernel's logo: a gate on the road of the cell state.

use crate::figure::encode_png;
use crate::{Error, Result};

type Rgb = (u8, u8, u8);

/// The design's side; every length below is in its units.
const SIDE: f64 = 64.0;
const CORNER: f64 = 14.0;
const GROUND: Rgb = (0x0f, 0x4c, 0x5c);
const ROAD: Rgb = (0x5e, 0xd6, 0xa5);
const GATE: Rgb = (0xff, 0xd1, 0x66);
/// Samples for each pixel of a PNG, each way.
const SAMPLES: u32 = 8;

/// The logo as an SVG document.
///
/// ```
/// assert!(lstm::diagram::logo::svg().starts_with("<svg"));
/// ```
pub fn svg() -> String {
    let css = |c: Rgb| format!("#{:02x}{:02x}{:02x}", c.0, c.1, c.2);
    let (ground, road, gate) = (css(GROUND), css(ROAD), css(GATE));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{SIDE}\" height=\"{SIDE}\" viewBox=\"0 0 {SIDE} {SIDE}\" \
         role=\"img\" aria-label=\"LSTM\">\n<title>LSTM</title>\n\
         <rect width=\"{SIDE}\" height=\"{SIDE}\" rx=\"{CORNER}\" fill=\"{ground}\"/>\n\
         <path d=\"M7,24 H57\" stroke=\"{road}\" stroke-width=\"6\"/>\n\
         <path d=\"M32,36 V52 M16,52 H48\" stroke=\"{gate}\" stroke-width=\"5\"/>\n\
         <circle cx=\"32\" cy=\"24\" r=\"13\" fill=\"{gate}\"/>\n\
         <path d=\"M27,19 L37,29 M37,19 L27,29\" stroke=\"{ground}\" stroke-width=\"4\"/>\n</svg>\n"
    )
}

/// The logo as a PNG of `side` × `side` pixels, transparent outside its rounded corners.
///
/// ```
/// assert!(lstm::diagram::logo::png(32)?.starts_with(b"\x89PNG"));
/// # Ok::<(), lstm::Error>(())
/// ```
///
/// # Errors
/// [`Error::Argument`] unless `side` is from 16 to 512, [`Error::Figure`] if it cannot be encoded.
pub fn png(side: u32) -> Result<Vec<u8>> {
    if !(16..=512).contains(&side) {
        return Err(Error::Argument {
            argument: "side",
            expected: "from 16 to 512 pixels".into(),
            got: side.to_string(),
        });
    }
    let mut bytes = Vec::with_capacity(side as usize * side as usize * 4);
    for row in 0..side {
        for column in 0..side {
            bytes.extend(pixel(row, column, SIDE / f64::from(side)));
        }
    }
    encode_png(side, side, png::ColorType::Rgba, &bytes)
}

/// Red, green, blue and opacity of a pixel `size` wide: the mean of its samples.
fn pixel(row: u32, column: u32, size: f64) -> [u8; 4] {
    let place = |k: u32, sample: u32| (f64::from(k) + (f64::from(sample) + 0.5) / f64::from(SAMPLES)) * size;
    let mut sum = [0u32; 3];
    let mut painted = 0;
    for y in 0..SAMPLES {
        for x in 0..SAMPLES {
            if let Some((r, g, b)) = color_at(place(column, x), place(row, y)) {
                painted += 1;
                [r, g, b].iter().zip(&mut sum).for_each(|(channel, sum)| *sum += u32::from(*channel));
            }
        }
    }
    let [r, g, b] = sum.map(|s| s.checked_div(painted).unwrap_or(0) as u8);
    [r, g, b, (painted * 255 / (SAMPLES * SAMPLES)) as u8]
}

/// The colour at a point of the design, `None` outside it. The same shapes as in the SVG, the topmost first.
fn color_at(x: f64, y: f64) -> Option<Rgb> {
    let within = |value: f64, middle: f64, half: f64| (value - middle).abs() <= half;
    // The strokes of ×, 10 × √2 long and 4 wide, in coordinates turned by 45°.
    let (u, v) = (((x - 32.0) + (y - 24.0)) / 2f64.sqrt(), ((x - 32.0) - (y - 24.0)) / 2f64.sqrt());
    let half = 5.0 * 2f64.sqrt();
    if (within(u, 0.0, half) && within(v, 0.0, 2.0)) || (within(v, 0.0, half) && within(u, 0.0, 2.0)) {
        return Some(GROUND);
    }
    let gate = (x - 32.0).hypot(y - 24.0) <= 13.0
        || (within(x, 32.0, 2.5) && within(y, 44.0, 8.0))
        || (within(x, 32.0, 16.0) && within(y, 52.0, 2.5));
    if gate {
        return Some(GATE);
    }
    if within(x, 32.0, 25.0) && within(y, 24.0, 3.0) {
        return Some(ROAD);
    }
    let beyond = |value: f64| ((value - SIDE / 2.0).abs() - (SIDE / 2.0 - CORNER)).max(0.0);
    (beyond(x).hypot(beyond(y)) <= CORNER).then_some(GROUND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_are_clear_and_the_middle_is_a_gate() {
        assert_eq!(pixel(0, 0, 1.0)[3], 0);
        assert_eq!(pixel(15, 32, 1.0), [GATE.0, GATE.1, GATE.2, 255]);
        assert_eq!(pixel(60, 32, 1.0), [GROUND.0, GROUND.1, GROUND.2, 255]);
    }
}
