//! Charts of the course: loss curves, gradient decay, gate heat maps, activations, powers of α.
//!
//! Every constructor checks its input and returns a [`Figure`], which becomes SVG ([`Figure::to_svg`]), PNG
//! ([`Figure::to_png`], no system font needed), a file ([`Figure::save`]) or, as the last expression of a notebook
//! cell, a picture.
//!
//! ```
//! use lstm::figure;
//!
//! # fn main() -> lstm::Result<()> {
//! let svg = figure::loss_curve(&[("LSTM", vec![2.3, 1.1, 0.7]), ("RNN", vec![2.3, 1.9, 1.8])])?
//!     .with_title("Training loss")
//!     .to_svg()?;
//! assert!(svg.starts_with("<svg"));
//! # Ok(())
//! # }
//! ```
//!
//! Values that are not finite never stop a chart: a line has a gap there, a heat map a crossed cell, and the first
//! one is named in a note below the axes. A chart with nothing finite at all is an error that says so.

mod activation_curves;
mod alpha_powers;
mod axis;
mod bars;
mod canvas;
mod chart;
mod color;
mod dash;
mod draw_bars;
mod draw_heat_map;
mod draw_lines;
mod font;
mod format;
mod gate_heat_map;
mod gradient_decay;
mod heat_map;
mod layout;
mod lines;
mod loss_curve;
mod panels;
mod pixels;
mod raster;
mod series;
mod vector;

pub use activation_curves::{activation, activation_curves};
pub use alpha_powers::alpha_powers;
pub use bars::bars;
pub use chart::Figure;
pub use font::register as register_font;
pub use gate_heat_map::{cell_state_heat_map, gate_heat_map, hidden_state_heat_map, state_heat_maps};
pub use gradient_decay::gradient_decay;
pub use heat_map::heat_map;
pub use lines::lines;
pub use loss_curve::loss_curve;
pub use panels::panels;

pub(crate) use color::{Palette, Rgb};
pub(crate) use format::number;
pub(crate) use heat_map::{Names, named_heat_map};
pub(crate) use pixels::{Pixels, data_uri, png_data_uri};
pub(crate) use raster::encode_png;
