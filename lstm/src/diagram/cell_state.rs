//! The cell state as a road through all steps.

use super::drawing::Diagram;
use super::markup::Anchor;
use super::sheet::Sheet;
use super::style::{CELL, HIGHWAY, POINTWISE, ROAD, WIRE};

const ROAD_Y: f64 = 120.0;

/// Three LSTM cells in a row: the cell state runs through them, scaled and added to, and nothing else happens to it.
///
/// ```
/// let svg = lstm::diagram::cell_state().to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn cell_state() -> Diagram {
    let mut s = Sheet::default();
    let cells = [110.0, 390.0, 670.0];
    for x in cells {
        s.rect((x, 64.0), (220.0, 176.0), 20.0, CELL);
    }
    s.arrow(&[(30.0, ROAD_Y), (960.0, ROAD_Y)], HIGHWAY);
    for (k, x) in cells.into_iter().enumerate() {
        let t = k + 1;
        let (times, plus) = (x + 62.0, x + 150.0);
        s.arrow(&[(times, 190.0), (times, ROAD_Y + 18.0)], WIRE);
        s.arrow(&[(plus, 190.0), (plus, ROAD_Y + 18.0)], WIRE);
        s.op((times, ROAD_Y), "×", POINTWISE);
        s.op((plus, ROAD_Y), "+", POINTWISE);
        s.math(&format!("f_{t}"), (times, 212.0), 21.0, Anchor::Middle);
        s.math(&format!("i_{t} ∘ c̃_{t}"), (plus, 212.0), 21.0, Anchor::Middle);
        s.put_math(&format!("c_{t}"), (x + 250.0, ROAD_Y - 24.0), 22.0, Anchor::Middle, ROAD);
    }
    s.put_math("c_0", (70.0, ROAD_Y - 24.0), 22.0, Anchor::Middle, ROAD);
    s.words("erase: the forget gate scales", (172.0, 274.0), 15.0, Anchor::Middle);
    s.words("write: the gated candidate is added", (820.0, 274.0), 15.0, Anchor::Middle);
    s.put_words("no weights and no squashing on this road", (495.0, 34.0), 16.0, Anchor::Middle, ROAD, true);
    s.aside("memory", (495.0, 274.0), 15.0, Anchor::Middle);
    Diagram::new(
        "cell_state",
        "The cell state: memory that runs through all steps",
        "A thick line runs through three LSTM cells. In each one it is multiplied by the forget gate and the gated \
         candidate is added; no weight matrix and no activation stands on the line.",
        (990, 304),
        s,
    )
}
