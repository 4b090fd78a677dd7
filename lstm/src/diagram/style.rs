//! The house style of the diagrams: what each shape and colour means.
//!
//! Boxes are layers with weights, circles are pointwise operations without any, pills are vectors; the green road is
//! the cell state, dashed vermilion is a gradient on its way back. Shape and dash say it as well as colour does, and
//! the panel is light for the reasons given in the charts' colours.

/// A fill, a stroke and an ink that belong together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    pub(crate) class: &'static str,
    pub(crate) fill: &'static str,
    pub(crate) stroke: &'static str,
}

/// Layers with weights.
pub(crate) const LAYER: Paint = paint("layer", "#d9ebf8", "#005f99");
/// Pointwise operations.
pub(crate) const POINTWISE: Paint = paint("pointwise", "#fde6d2", "#b34e00");
/// Vectors and other data.
pub(crate) const DATA: Paint = paint("data", "#efedf6", "#5b5490");
/// The inside of a cell.
pub(crate) const CELL: Paint = paint("cell", "#f3f2ec", "#a9a698");
/// A part pointed out.
pub(crate) const STRONG: Paint = paint("strong", "#fff3c4", "#8a6d00");
/// Results that are good news.
pub(crate) const GOOD: Paint = paint("good", "#d8f1e6", "#00734f");

/// Text and ordinary lines.
pub(crate) const INK: &str = "#22262b";
/// Secondary text.
pub(crate) const MUTED: &str = "#555c68";
/// The cell state's road.
pub(crate) const ROAD: &str = "#00805a";
/// Gradients.
pub(crate) const GRADIENT: &str = "#c2410c";

const fn paint(class: &'static str, fill: &'static str, stroke: &'static str) -> Paint {
    Paint { class, fill, stroke }
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stroke {
    pub(crate) class: &'static str,
    pub(crate) color: &'static str,
    pub(crate) width: f64,
    pub(crate) dashed: bool,
}

/// An ordinary connection.
pub(crate) const WIRE: Stroke = Stroke { class: "wire", color: INK, width: 2.0, dashed: false };
/// The cell state's road.
pub(crate) const HIGHWAY: Stroke = Stroke { class: "highway", color: ROAD, width: 5.0, dashed: false };
/// A gradient on its way back.
pub(crate) const BACKWARD: Stroke = Stroke { class: "backward", color: GRADIENT, width: 2.5, dashed: true };
