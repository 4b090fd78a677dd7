//! Shapes on their way through a stacked LSTM.

use super::drawing::Diagram;
use super::markup::Anchor;
use super::sheet::Sheet;
use super::style::{DATA, GOOD, LAYER, WIRE};

/// A batch `(3, 4, 10)` through two layers of 5 units: `(3, 4, 5)`, and the last states of both layers.
///
/// ```
/// let svg = lstm::diagram::stacked_shapes().to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn stacked_shapes() -> Diagram {
    let mut s = Sheet::default();
    let x = 340.0;
    s.arrow(&[(x, 342.0), (x, 292.0)], WIRE);
    s.boxed((x, 366.0), (190.0, 48.0), DATA);
    s.words("input  (3, 4, 10)", (x, 366.0), 17.0, Anchor::Middle);
    for (k, y) in [(1, 264.0), (2, 160.0)] {
        s.boxed((x, y), (250.0, 56.0), LAYER);
        s.heading(&format!("LSTM layer {k}"), (x, y - 9.0), 17.0, Anchor::Middle);
        s.aside(if k == 1 { "10 → 5" } else { "5 → 5" }, (x, y + 13.0), 14.0, Anchor::Middle);
        s.arrow(&[(150.0, y), (x - 125.0, y)], WIRE);
        s.math(if k == 1 { "h_0[0], c_0[0]" } else { "h_0[1], c_0[1]" }, (140.0, y - 9.0), 18.0, Anchor::End);
        s.words("each (4, 5)", (140.0, y + 13.0), 14.0, Anchor::End);
        s.arrow(&[(x + 125.0, y), (530.0, y)], WIRE);
        s.math(if k == 1 { "h_n[0], c_n[0]" } else { "h_n[1], c_n[1]" }, (540.0, y - 9.0), 18.0, Anchor::Start);
        s.words("each (4, 5)", (540.0, y + 13.0), 14.0, Anchor::Start);
    }
    s.arrow(&[(x, 236.0), (x, 188.0)], WIRE);
    s.words("every step's h of layer 1  (3, 4, 5)", (x + 14.0, 212.0), 14.0, Anchor::Start);
    s.arrow(&[(x, 132.0), (x, 82.0)], WIRE);
    s.boxed((x, 58.0), (190.0, 48.0), GOOD);
    s.words("output  (3, 4, 5)", (x, 58.0), 17.0, Anchor::Middle);
    s.aside("every step's h of the last layer", (x + 108.0, 58.0), 14.0, Anchor::Start);
    s.aside("first states (2, 4, 5)", (96.0, 318.0), 14.0, Anchor::Middle);
    s.aside("last states (2, 4, 5)", (592.0, 318.0), 14.0, Anchor::Middle);
    s.aside(
        "T = 3 steps, B = 4 sequences, D = 10 features, H = 5 units, L = 2 layers",
        (x, 414.0),
        14.0,
        Anchor::Middle,
    );
    Diagram::new(
        "stacked_lstm_shapes",
        "Shapes on their way through a stacked LSTM",
        "An input of shape (3, 4, 10) goes into the first LSTM layer, whose hidden states (3, 4, 5) go into the second; \
         the hidden states of the second, (3, 4, 5), are the output. Each layer starts from its own h and c of shape \
         (4, 5) and ends with its own; together they are (2, 4, 5).",
        (710, 440),
        s,
    )
}
