//! Colours: ink and panel, the line colours and their dashes, the colour maps of heat maps.
//!
//! A chart brings its own panel, near white with dark ink, instead of following the page. A notebook shows an SVG in
//! three ways: inline, as an `<img>` (JupyterLab's Markdown and image outputs, GitHub), and printed by nbconvert. An
//! `<img>` cannot see the page's CSS variables, and `prefers-color-scheme` follows the operating system, not the
//! theme that JupyterLab was switched to. A soft panel of its own is readable in all of them.

use plotters::style::RGBColor;

/// A colour, red green blue.
pub(crate) type Rgb = (u8, u8, u8);

/// The panel behind a chart.
pub(crate) const PANEL: Rgb = (0xfc, 0xfb, 0xf8);
/// The panel's edge.
pub(crate) const EDGE: Rgb = (0xd9, 0xd6, 0xcc);
/// Text and axes.
pub(crate) const INK: Rgb = (0x22, 0x26, 0x2b);
/// Secondary text.
pub(crate) const MUTED: Rgb = (0x55, 0x5c, 0x68);
/// Grid lines.
pub(crate) const GRID: Rgb = (0xe4, 0xe2, 0xda);
/// Marks of trouble: the first value that is not finite.
pub(crate) const ALERT: Rgb = (0xb0, 0x1e, 0x2f);
/// Heat-map cells that are not finite.
pub(crate) const MISSING: Rgb = (0xa6, 0xa6, 0xa6);

/// Line colours, from the set of Okabe and Ito ("Color Universal Design", 2008), without its yellow, which a light
/// panel swallows.
const LINES: [Rgb; 6] = [
    (0x00, 0x72, 0xb2),
    (0xd5, 0x5e, 0x00),
    (0x00, 0x9e, 0x73),
    (0xcc, 0x79, 0xa7),
    (0xe6, 0x9f, 0x00),
    (0x00, 0x00, 0x00),
];

/// Dash patterns, on and off in pixels; empty is solid. One more than colours, so that the pairs repeat late.
const DASHES: [&[f64]; 7] = [
    &[],
    &[9.0, 5.0],
    &[2.5, 4.0],
    &[11.0, 4.0, 2.5, 4.0],
    &[18.0, 5.0],
    &[5.0, 3.0],
    &[11.0, 3.0, 2.5, 3.0, 2.5, 3.0],
];

/// The colour of series `k`.
pub(crate) fn line(k: usize) -> Rgb {
    LINES[k % LINES.len()]
}

/// The dash pattern of series `k`.
pub(crate) fn dash(k: usize) -> &'static [f64] {
    DASHES[k % DASHES.len()]
}

/// How numbers become colours in a heat map. Both are readable with any colour vision and in grey print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Palette {
    /// Dark to bright (viridis), for values with a floor, such as gates in `(0, 1)`.
    Sequential,
    /// Blue through near white to orange, for values around zero, such as the cell state.
    Diverging,
}

impl Palette {
    /// The colour at `position` in `[0, 1]`; outside is clamped, and what is not a number is grey.
    pub(crate) fn color(self, position: f64) -> Rgb {
        if position.is_nan() {
            return MISSING;
        }
        let stops = match self {
            Palette::Sequential => &VIRIDIS[..],
            Palette::Diverging => &BLUE_ORANGE[..],
        };
        let at = position.clamp(0.0, 1.0) * (stops.len() - 1) as f64;
        let low = (at as usize).min(stops.len() - 2);
        mix(stops[low], stops[low + 1], at - low as f64)
    }
}

/// Eleven samples of viridis (Smith and van der Walt, 2015).
const VIRIDIS: [Rgb; 11] = [
    (0x44, 0x01, 0x54),
    (0x48, 0x25, 0x76),
    (0x41, 0x44, 0x87),
    (0x35, 0x60, 0x8d),
    (0x2a, 0x78, 0x8e),
    (0x21, 0x91, 0x8c),
    (0x22, 0xa8, 0x84),
    (0x44, 0xbf, 0x70),
    (0x7a, 0xd1, 0x51),
    (0xbd, 0xdf, 0x26),
    (0xfd, 0xe7, 0x25),
];

/// Blue to orange through near white; lightness falls evenly on both sides.
const BLUE_ORANGE: [Rgb; 7] = [
    (0x0b, 0x3c, 0x6f),
    (0x2f, 0x78, 0xb7),
    (0x9c, 0xc6, 0xe3),
    (0xf4, 0xf3, 0xef),
    (0xf6, 0xc3, 0x8e),
    (0xd4, 0x74, 0x1c),
    (0x7d, 0x36, 0x04),
];

fn mix(from: Rgb, to: Rgb, part: f64) -> Rgb {
    let channel = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * part).round() as u8;
    (channel(from.0, to.0), channel(from.1, to.1), channel(from.2, to.2))
}

/// The colour in plotters' type.
pub(crate) fn plotters_color(rgb: Rgb) -> RGBColor {
    RGBColor(rgb.0, rgb.1, rgb.2)
}

/// The colour as CSS writes it: `#22262b`.
pub(crate) fn css(rgb: Rgb) -> String {
    format!("#{:02x}{:02x}{:02x}", rgb.0, rgb.1, rgb.2)
}
