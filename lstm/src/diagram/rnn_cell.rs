//! The plain recurrent cell.

use super::drawing::Diagram;
use super::markup::Anchor;
use super::sheet::Sheet;
use super::style::{CELL, LAYER, WIRE};

/// One step of a plain RNN: `h_t = tanh(W x_t + U h_{t-1} + b)`.
///
/// ```
/// let svg = lstm::diagram::rnn_cell().to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn rnn_cell() -> Diagram {
    let mut s = Sheet::default();
    s.rect((190.0, 60.0), (340.0, 190.0), 22.0, CELL);
    s.line(&[(50.0, 190.0), (330.0, 190.0)], WIRE);
    s.arrow(&[(270.0, 300.0), (270.0, 196.0)], WIRE);
    s.joint((270.0, 190.0));
    s.math("h_{t-1}", (108.0, 164.0), 24.0, Anchor::Middle);
    s.math("x_t", (288.0, 282.0), 24.0, Anchor::Start);
    s.math("[h_{t-1}, x_t]", (258.0, 164.0), 18.0, Anchor::Middle);
    s.arrow(&[(320.0, 190.0), (354.0, 190.0)], WIRE);
    s.layer((396.0, 190.0), (84.0, 52.0), "|tanh|", LAYER);
    s.aside("the only layer", (396.0, 146.0), 14.0, Anchor::Middle);
    s.arrow(&[(438.0, 190.0), (670.0, 190.0)], WIRE);
    s.joint((486.0, 190.0));
    s.arrow(&[(486.0, 190.0), (486.0, 24.0)], WIRE);
    s.math("h_t", (604.0, 164.0), 24.0, Anchor::Middle);
    s.aside("to the next step", (604.0, 220.0), 14.0, Anchor::Middle);
    s.aside("to the output layer", (500.0, 36.0), 14.0, Anchor::Start);
    s.math("h_t = |tanh|(W x_t + U h_{t-1} + b)", (360.0, 344.0), 24.0, Anchor::Middle);
    Diagram::new(
        "rnn_cell",
        "The cell of a plain RNN",
        "The previous hidden state and the input are joined and go through one tanh layer. Its output is the new \
         hidden state, which goes to the next step and to the output layer.",
        (720, 380),
        s,
    )
}
