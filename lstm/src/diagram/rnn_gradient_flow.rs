//! What a gradient is multiplied by on its way back through a plain RNN.

use super::drawing::Diagram;
use super::markup::Anchor;
use super::sheet::Sheet;
use super::style::{BACKWARD, DATA, GRADIENT, LAYER, POINTWISE, STRONG, WIRE};

const FORWARD_Y: f64 = 96.0;
const BACKWARD_Y: f64 = 220.0;

/// The chain from `h_0` to `h_3` and the gradient's way back: at each step through `f′` and `Uᵀ`.
///
/// ```
/// let svg = lstm::diagram::rnn_gradient_flow().to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn rnn_gradient_flow() -> Diagram {
    let mut s = Sheet::default();
    let states = [80.0, 380.0, 680.0, 980.0];
    s.words("forward", (24.0, 40.0), 15.0, Anchor::Start);
    s.put_words("backward", (24.0, 166.0), 15.0, Anchor::Start, GRADIENT, false);
    for (k, x) in states.into_iter().enumerate() {
        s.pill((x, FORWARD_Y), 58.0, &format!("h_{k}"), DATA);
        s.pill((x, BACKWARD_Y), 92.0, &format!("∂L/∂h_{k}"), STRONG);
    }
    for x in states.into_iter().take(3) {
        let (near, far) = (x + 100.0, x + 200.0);
        s.arrow(&[(x + 29.0, FORWARD_Y), (near - 26.0, FORWARD_Y)], WIRE);
        s.layer((near, FORWARD_Y), (52.0, 40.0), "U", LAYER);
        s.arrow(&[(near + 26.0, FORWARD_Y), (far - 26.0, FORWARD_Y)], WIRE);
        s.layer((far, FORWARD_Y), (52.0, 40.0), "f", POINTWISE);
        s.arrow(&[(far + 26.0, FORWARD_Y), (x + 271.0, FORWARD_Y)], WIRE);

        s.arrow(&[(x + 254.0, BACKWARD_Y), (far + 26.0, BACKWARD_Y)], BACKWARD);
        s.layer((far, BACKWARD_Y), (52.0, 40.0), "f\u{2009}′", POINTWISE);
        s.arrow(&[(far - 26.0, BACKWARD_Y), (near + 26.0, BACKWARD_Y)], BACKWARD);
        s.layer((near, BACKWARD_Y), (52.0, 40.0), "U^T", LAYER);
        s.arrow(&[(near - 26.0, BACKWARD_Y), (x + 46.0, BACKWARD_Y)], BACKWARD);
    }
    s.math(
        "∂L/∂h_0 = (U^T D_1)(U^T D_2)(U^T D_3) ∂L/∂h_3\u{2003}|where|\u{2003}D_t = |diag| f\u{2009}′(a_t)",
        (530.0, 294.0),
        22.0,
        Anchor::Middle,
    );
    s.aside(
        "The same U every time: the product shrinks when its factors are below 1, explodes when they are above.",
        (530.0, 334.0),
        15.0,
        Anchor::Middle,
    );
    Diagram::new(
        "rnn_gradient_flow",
        "The gradient's way back through a plain RNN",
        "Forward, each hidden state is multiplied by U and goes through the activation f. Backward, the gradient is \
         multiplied by the derivative of f and by U transposed at every step, so that after T steps it has been \
         multiplied by the same matrix T times.",
        (1060, 362),
        s,
    )
}
