//! The recurrent network rolled up, and unrolled over time.

use super::drawing::Diagram;
use super::markup::Anchor;
use super::sheet::Sheet;
use super::style::{DATA, LAYER, WIRE};

const CELL_Y: f64 = 170.0;
const CELL_SIZE: (f64, f64) = (92.0, 64.0);

/// A recurrent network with its loop, and the same unrolled over four steps that share `W`, `U` and `V`.
///
/// ```
/// let svg = lstm::diagram::rnn_unrolled().to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn rnn_unrolled() -> Diagram {
    let mut s = Sheet::default();
    column(&mut s, 120.0, ("x_t", "h_t", "ŷ_t"));
    let (right, above, below) = (166.0, CELL_Y - 17.0, CELL_Y + 17.0);
    s.arrow(&[(right, above), (214.0, above), (214.0, below), (right, below)], WIRE);
    s.math("U", (226.0, CELL_Y), 20.0, Anchor::Start);
    s.math("=", (276.0, CELL_Y), 40.0, Anchor::Middle);
    let columns = [362.0, 530.0, 698.0, 866.0];
    let names = [("x_1", "h_1", "ŷ_1"), ("x_2", "h_2", "ŷ_2"), ("x_3", "h_3", "ŷ_3"), ("x_4", "h_4", "ŷ_4")];
    for (x, names) in columns.into_iter().zip(names) {
        column(&mut s, x, names);
    }
    for x in columns.into_iter().take(3) {
        s.arrow(&[(x + 46.0, CELL_Y), (x + 122.0, CELL_Y)], WIRE);
        s.math("U", (x + 84.0, CELL_Y - 18.0), 20.0, Anchor::Middle);
    }
    s.aside("the same W, U and V at every step", (614.0, 334.0), 15.0, Anchor::Middle);
    s.aside("rolled up", (120.0, 334.0), 15.0, Anchor::Middle);
    Diagram::new(
        "rnn_unrolled",
        "A recurrent network, rolled up and unrolled over time",
        "On the left one cell whose hidden state loops back into it. On the right the same cell drawn once for each of \
         four steps, each handing its hidden state to the next, with the same weights: W from the input, U from the hidden state before, V to the prediction.",
        (960, 360),
        s,
    )
}

/// One step: input below, cell, prediction above.
fn column(s: &mut Sheet, x: f64, (input, hidden, output): (&str, &str, &str)) {
    let half = CELL_SIZE.1 / 2.0;
    s.arrow(&[(x, 273.0), (x, CELL_Y + half)], WIRE);
    s.math("W", (x + 14.0, 254.0), 20.0, Anchor::Start);
    s.layer((x, CELL_Y), CELL_SIZE, hidden, LAYER);
    s.arrow(&[(x, CELL_Y - half), (x, 67.0)], WIRE);
    s.math("V", (x + 14.0, 102.0), 20.0, Anchor::Start);
    s.pill((x, 290.0), 62.0, input, DATA);
    s.pill((x, 50.0), 62.0, output, DATA);
}
