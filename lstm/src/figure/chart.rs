//! What a chart holds, and what it can become: SVG, PNG, a file, a picture in a notebook.

use std::fmt;
use std::path::Path;

use plotters::prelude::DrawingBackend;

use super::axis::{AxisSpec, Scale};
use super::canvas::{Canvas, Frame};
use super::color::Palette;
use super::heat_map::HeatMap;
use super::series::Series;
use super::{draw_bars, draw_heat_map, draw_lines, panels, raster, vector};
use crate::display::{self, Content, Rich};
use crate::{Error, Result, atomic_file};

/// The size of a chart unless [`Figure::with_size`] sets another, in CSS pixels.
const SIZE: (u32, u32) = (720, 400);

/// A chart, ready to be drawn. The functions of [`crate::figure`] make one; `with_…` methods change how it looks.
///
/// As the last expression of a notebook cell it shows itself. `Debug` is one line: a notebook falls back to it where the
/// expression moves a variable of an earlier cell.
///
/// ```
/// let figure = lstm::figure::loss_curve(&[("LSTM", vec![2.3, 1.1, 0.7])])?.with_title("Loss").with_size(400, 300)?;
/// assert!(figure.to_svg()?.contains("Loss"));
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone)]
pub struct Figure {
    what: &'static str,
    title: String,
    size: (u32, u32),
    pub(crate) x: AxisSpec,
    pub(crate) y: AxisSpec,
    pub(crate) notes: Vec<String>,
    body: Body,
}

/// The kinds of charts.
#[derive(Clone)]
pub(crate) enum Body {
    Lines(Vec<Series>),
    Bars(Vec<(String, f64)>),
    HeatMap(HeatMap),
    Panels { figures: Vec<Figure>, columns: usize },
}

impl Figure {
    pub(crate) fn new(what: &'static str, title: &str, x: AxisSpec, y: AxisSpec, body: Body) -> Self {
        Self { what, title: title.into(), size: SIZE, x, y, notes: Vec::new(), body }
    }

    /// The same chart under another title. An empty one leaves no room for it.
    #[must_use]
    pub fn with_title(mut self, title: &str) -> Self {
        self.title = title.into();
        self
    }

    /// The same chart with another name for the horizontal axis. Say the unit: `"time (s)"`, `"epoch"`.
    #[must_use]
    pub fn with_x_label(mut self, name: &str) -> Self {
        self.x.name = name.into();
        self
    }

    /// The same chart with another name for the vertical axis. Say the unit: `"loss (nats per character)"`.
    #[must_use]
    pub fn with_y_label(mut self, name: &str) -> Self {
        self.y.name = name.into();
        self
    }

    /// The same chart with a line of small print below the axes.
    #[must_use]
    pub fn with_note(mut self, note: &str) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The same chart in another size, in CSS pixels. A PNG has twice as many pixels each way.
    ///
    /// # Errors
    /// [`Error::Argument`] unless both are from 160 to 4000: less has no room for axes, more is no picture for a page.
    pub fn with_size(mut self, width: u32, height: u32) -> Result<Self> {
        for (argument, value) in [("width", width), ("height", height)] {
            if !(160..=4000).contains(&value) {
                return Err(Error::Argument {
                    argument,
                    expected: "from 160 to 4000 pixels".into(),
                    got: value.to_string(),
                });
            }
        }
        self.size = (width, height);
        Ok(self)
    }

    /// The same line chart with its lines moved so that each begins at `x`. By default the first value of
    /// [`super::loss_curve`] is at 1 and that of [`super::gradient_decay`] at 0.
    #[must_use]
    pub fn starting_at(mut self, x: f64) -> Self {
        if let Body::Lines(series) = &mut self.body {
            for line in series {
                let shift = x - line.points.first().map_or(x, |p| p.0);
                line.points.iter_mut().for_each(|p| p.0 += shift);
            }
        }
        self
    }

    /// The same chart with the vertical axis from `low` to `high`.
    ///
    /// # Errors
    /// [`Error::Argument`] unless both are finite, `low < high`, and `low > 0` on a logarithmic axis.
    pub fn with_y_range(mut self, low: f64, high: f64) -> Result<Self> {
        let least = if self.y.scale == Scale::Log { 0.0 } else { f64::NEG_INFINITY };
        if !(low.is_finite() && high.is_finite() && low < high && low > least) {
            let expected = if least == 0.0 { "0 < low < high, both finite" } else { "low < high, both finite" };
            return Err(Error::Argument {
                argument: "low, high",
                expected: expected.into(),
                got: format!("{low}, {high}"),
            });
        }
        self.y.range = Some((low, high));
        Ok(self)
    }

    /// The same heat map with its colours from `low` to `high`: around zero on both sides if `low` is negative, dark to
    /// bright otherwise. Values beyond an end have its colour.
    ///
    /// # Errors
    /// [`Error::Argument`] if it is no heat map, or unless both are finite and `low < high`.
    pub fn with_color_range(mut self, low: f64, high: f64) -> Result<Self> {
        let Body::HeatMap(map) = self.body else {
            return Err(Error::Argument {
                argument: "figure",
                expected: "a heat map".into(),
                got: format!("a {}", self.what),
            });
        };
        if !(low.is_finite() && high.is_finite() && low < high) {
            return Err(Error::Argument {
                argument: "low, high",
                expected: "low < high, both finite".into(),
                got: format!("{low}, {high}"),
            });
        }
        let palette = if low < 0.0 { Palette::Diverging } else { Palette::Sequential };
        self.body = Body::HeatMap(map.with_range(palette, low, high));
        Ok(self)
    }

    /// The same line chart with a logarithmic vertical axis.
    ///
    /// # Errors
    /// [`Error::Argument`] if it is no line chart, or no value is positive.
    pub fn with_log_y(mut self) -> Result<Self> {
        let has_positive = match &self.body {
            Body::Lines(series) => series.iter().any(|s| s.points.iter().any(|p| p.1 > 0.0 && p.1.is_finite())),
            Body::Bars(_) | Body::HeatMap(_) | Body::Panels { .. } => false,
        };
        if !has_positive {
            return Err(Error::Argument {
                argument: "figure",
                expected: "a line chart with a positive value".into(),
                got: format!("a {} without one", self.what),
            });
        }
        self.y.scale = Scale::Log;
        Ok(self)
    }

    /// The chart as an SVG document with its own light panel, readable on light and dark pages.
    ///
    /// # Errors
    /// [`Error::Figure`] if plotters cannot draw it.
    pub fn to_svg(&self) -> Result<String> {
        vector::svg(self)
    }

    /// The chart as PNG bytes, at two pixels for each CSS pixel. The font is the crate's own.
    ///
    /// # Errors
    /// [`Error::Figure`] if plotters cannot draw it.
    pub fn to_png(&self) -> Result<Vec<u8>> {
        raster::png(self)
    }

    /// Writes the chart to `path`, as SVG or PNG by its extension. The file appears whole or not at all.
    ///
    /// # Errors
    /// [`Error::Argument`] for another extension, [`Error::File`] if the folder is missing or the file cannot be
    /// written (an older file then stays as it was), [`Error::Figure`] if plotters cannot draw the chart.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
        let bytes = match extension.as_str() {
            "svg" => self.to_svg()?.into_bytes(),
            "png" => self.to_png()?,
            _ => {
                return Err(Error::Argument {
                    argument: "path",
                    expected: "a file name that ends in .svg or .png".into(),
                    got: path.display().to_string(),
                });
            }
        };
        atomic_file::write(path, &bytes)
    }

    /// Shows the chart in a notebook; evcxr calls it for the last expression of a cell.
    pub fn evcxr_display(&self) {
        display::show(self);
    }

    pub(crate) fn what(&self) -> &'static str {
        self.what
    }

    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    pub(crate) fn size(&self) -> (u32, u32) {
        self.size
    }

    /// One sentence for those who do not see the picture.
    pub(crate) fn describe(&self) -> String {
        let axes = format!("{} against {}", self.y.name, self.x.name);
        let what = match &self.body {
            Body::Lines(series) => {
                let names: Vec<&str> = series.iter().map(|s| s.name.as_str()).filter(|n| !n.is_empty()).collect();
                let lines = if names.is_empty() { "one line".into() } else { format!("lines: {}", names.join(", ")) };
                format!("{axes}; {lines}")
            }
            Body::Bars(bars) => {
                let bars: Vec<String> = bars.iter().map(|(name, v)| format!("{name} {}", super::number(*v))).collect();
                format!("{axes}; bars: {}", bars.join(", "))
            }
            Body::HeatMap(map) => format!("{axes}; {}", map.describe()),
            Body::Panels { figures, .. } => {
                let parts: Vec<String> = figures.iter().map(|f| format!("{}: {}", f.title, f.describe())).collect();
                parts.join(". ")
            }
        };
        std::iter::once(what).chain(self.notes.iter().cloned()).collect::<Vec<_>>().join(". ")
    }

    pub(crate) fn draw<DB: DrawingBackend>(&self, canvas: &mut Canvas<'_, DB>, sheet: Frame) -> Result<()> {
        match &self.body {
            Body::Lines(series) => draw_lines::draw(self, series, canvas, sheet),
            Body::Bars(bars) => draw_bars::draw(self, bars, canvas, sheet),
            Body::HeatMap(map) => draw_heat_map::draw(self, map, canvas, sheet),
            Body::Panels { figures, columns } => panels::draw(self, figures, *columns, canvas, sheet),
        }
    }
}

impl fmt::Debug for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Figure: {} {:?} (lend the data with & to see the picture)", self.what, self.title)
    }
}

impl Rich for Figure {
    fn content(&self) -> Result<Content> {
        let title = if self.title.is_empty() { self.what } else { &self.title };
        let description = self.describe();
        let picture = display::picture(&self.to_svg()?, &format!("{title}. {description}"));
        Ok(Content::new(format!("{title}\n{description}"), picture))
    }
}
