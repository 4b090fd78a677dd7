//! A recurrent layer in both directions.

use super::drawing::Diagram;
use super::markup::Anchor;
use super::sheet::Sheet;
use super::style::{DATA, GOOD, LAYER, STRONG, WIRE};

const COLUMNS: [f64; 4] = [170.0, 350.0, 530.0, 710.0];
const FORWARD_Y: f64 = 246.0;
const BACKWARD_Y: f64 = 162.0;
/// How far a step's two cells stand to the left and right of its column.
const APART: f64 = 30.0;

/// Two layers over four words, one to the right and one to the left; each output joins both.
///
/// ```
/// let svg = lstm::diagram::bidirectional_rnn().to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn bidirectional_rnn() -> Diagram {
    let mut s = Sheet::default();
    for (k, (x, word)) in COLUMNS.into_iter().zip(["said", "Teddy", "Roosevelt", "was"]).enumerate() {
        let (left, right) = (x - APART, x + APART);
        // The word goes to both cells, and both go to the output.
        s.line(&[(x, 333.0), (x, 304.0)], WIRE);
        s.arrow(&[(x, 304.0), (left, 304.0), (left, FORWARD_Y + 22.0)], WIRE);
        s.arrow(&[(x, 304.0), (right, 304.0), (right, BACKWARD_Y + 22.0)], WIRE);
        s.joint((x, 304.0));
        s.arrow(&[(left, FORWARD_Y - 22.0), (left, 79.0)], WIRE);
        s.arrow(&[(right, BACKWARD_Y - 22.0), (right, 79.0)], WIRE);
        s.layer((left, FORWARD_Y), (50.0, 44.0), "→", LAYER);
        s.layer((right, BACKWARD_Y), (50.0, 44.0), "←", STRONG);
        s.boxed((x, 350.0), (112.0, 34.0), DATA);
        s.words(word, (x, 350.0), 16.0, Anchor::Middle);
        s.pill((x, 62.0), 128.0, &format!("[ h_{0}^→, h_{0}^← ]", k + 1), GOOD);
        if k > 0 {
            let before = COLUMNS[k - 1];
            s.arrow(&[(before - APART + 25.0, FORWARD_Y), (left - 25.0, FORWARD_Y)], WIRE);
            s.arrow(&[(right - 25.0, BACKWARD_Y), (before + APART + 25.0, BACKWARD_Y)], WIRE);
        }
    }
    s.arrow(&[(COLUMNS[3] - APART + 25.0, FORWARD_Y), (800.0, FORWARD_Y)], WIRE);
    s.arrow(&[(COLUMNS[0] + APART - 25.0, BACKWARD_Y), (78.0, BACKWARD_Y)], WIRE);
    s.aside("forward layer: its last state is here", (810.0, FORWARD_Y), 14.0, Anchor::Start);
    s.aside("backward layer: starts at the last word", (810.0, BACKWARD_Y), 14.0, Anchor::Start);
    s.aside("both side by side, 2H numbers", (810.0, 62.0), 14.0, Anchor::Start);
    s.aside("its last state", (70.0, BACKWARD_Y - 28.0), 14.0, Anchor::Middle);
    Diagram::new(
        "bidirectional_rnn",
        "A bidirectional recurrent layer",
        "Four words, each read by two cells. The cells of the forward layer hand their state to the right, those of \
         the backward layer to the left, from the last word to the first. At each word the states of both are joined \
         to one output. At the word Teddy only the backward layer has seen Roosevelt.",
        (1150, 392),
        s,
    )
}
