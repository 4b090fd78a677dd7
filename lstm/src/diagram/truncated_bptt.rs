//! Truncated backpropagation through time: states cross the cut, gradients do not.

use super::drawing::Diagram;
use super::markup::Anchor;
use super::sheet::Sheet;
use super::style::{BACKWARD, DATA, GOOD, GRADIENT, LAYER, STRONG, WIRE};

const CELL_Y: f64 = 190.0;
const COLUMNS: [f64; 6] = [96.0, 226.0, 356.0, 526.0, 656.0, 786.0];
/// Between the third and the fourth step.
const CUT_X: f64 = 441.0;

/// Two chunks of three steps.
///
/// ```
/// let svg = lstm::diagram::truncated_bptt().to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn truncated_bptt() -> Diagram {
    let mut s = Sheet::default();
    for (left, name) in [(40.0, "one chunk, one update"), (470.0, "the next chunk, the next update")] {
        s.aside(name, (left + 186.0, 34.0), 15.0, Anchor::Middle);
    }
    for (k, x) in COLUMNS.into_iter().enumerate() {
        let t = k + 1;
        s.arrow(&[(x, 279.0), (x, CELL_Y + 28.0)], WIRE);
        s.layer((x, CELL_Y), (74.0, 56.0), &format!("h_{t}"), LAYER);
        s.arrow(&[(x - 9.0, CELL_Y - 28.0), (x - 9.0, 97.0)], WIRE);
        s.arrow(&[(x + 11.0, 97.0), (x + 11.0, CELL_Y - 28.0)], BACKWARD);
        s.pill((x, 80.0), 62.0, &format!("L_{t}"), GOOD);
        s.pill((x, 296.0), 62.0, &format!("x_{t}"), DATA);
        let Some(next) = COLUMNS.get(k + 1) else { continue };
        s.arrow(&[(x + 37.0, CELL_Y - 12.0), (next - 37.0, CELL_Y - 12.0)], WIRE);
        let end = if k == 2 { CUT_X + 16.0 } else { x + 37.0 };
        s.arrow(&[(next - 37.0, CELL_Y + 13.0), (end, CELL_Y + 13.0)], BACKWARD);
    }
    s.rect((CUT_X - 4.0, 120.0), (8.0, 140.0), 4.0, STRONG);
    s.put_math("|detach|", (CUT_X, 274.0), 18.0, Anchor::Middle, GRADIENT);
    let y = 346.0;
    s.arrow(&[(96.0, y), (152.0, y)], WIRE);
    s.words("forward: states cross the cut", (162.0, y), 15.0, Anchor::Start);
    s.arrow(&[(540.0, y), (484.0, y)], BACKWARD);
    s.words("backward: gradients end at the cut", (550.0, y), 15.0, Anchor::Start);
    Diagram::new(
        "truncated_bptt",
        "Truncated backpropagation through time",
        "Six unrolled steps in two chunks of three, with a cut between them, named detach. States go forward from left \
         to right and across the cut. Gradients go back from right to left within a chunk and end at the cut.",
        (882, 378),
        s,
    )
}
