//! Recurrent layers on top of each other, unrolled over time.

use super::drawing::Diagram;
use super::markup::Anchor;
use super::sheet::Sheet;
use super::style::{DATA, GOOD, LAYER, WIRE};

const COLUMNS: [f64; 4] = [190.0, 350.0, 510.0, 670.0];
const ROWS: [f64; 3] = [306.0, 212.0, 118.0];

/// Three layers over four steps.
///
/// ```
/// let svg = lstm::diagram::stacked_rnn().to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn stacked_rnn() -> Diagram {
    let mut s = Sheet::default();
    for (layer, y) in ROWS.into_iter().enumerate() {
        s.heading(&format!("layer {layer}"), (36.0, y), 15.0, Anchor::Start);
        for (k, x) in COLUMNS.into_iter().enumerate() {
            let below = if layer == 0 { 363.0 } else { ROWS[layer - 1] - 24.0 };
            s.arrow(&[(x, below), (x, y + 24.0)], WIRE);
            s.layer((x, y), (86.0, 48.0), &format!("h_{}^{layer}", k + 1), LAYER);
            let from = if k == 0 { 112.0 } else { COLUMNS[k - 1] + 43.0 };
            s.arrow(&[(from, y), (x - 43.0, y)], WIRE);
        }
        s.arrow(&[(713.0, y), (782.0, y)], WIRE);
    }
    for (k, x) in COLUMNS.into_iter().enumerate() {
        s.pill((x, 380.0), 64.0, &format!("x_{}", k + 1), DATA);
        s.arrow(&[(x, ROWS[2] - 24.0), (x, 61.0)], WIRE);
        s.pill((x, 44.0), 64.0, &format!("y_{}", k + 1), GOOD);
    }
    s.aside("last states, one for each layer", (792.0, 212.0), 14.0, Anchor::Start);
    s.aside("outputs: the states of the last layer", (792.0, 44.0), 14.0, Anchor::Start);
    s.aside("only layer 0 reads the input", (792.0, 380.0), 14.0, Anchor::Start);
    Diagram::new(
        "stacked_rnn",
        "Stacked recurrent layers",
        "Three rows of four cells. Within a row each cell hands its state to the right, to the next step. Each cell \
         also hands its state up, to the same step of the next layer. Inputs enter the lowest row; the states of the \
         highest row are the outputs.",
        (1100, 420),
        s,
    )
}
