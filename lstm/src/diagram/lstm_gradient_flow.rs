//! The gradient's way back along the cell state.

use super::drawing::Diagram;
use super::markup::Anchor;
use super::sheet::Sheet;
use super::style::{BACKWARD, CELL, GRADIENT, HIGHWAY, POINTWISE, ROAD, Stroke};

const ROAD_Y: f64 = 104.0;
const BACK_Y: f64 = 190.0;

/// Along the cell state a gradient is multiplied by the forget gates only.
///
/// ```
/// let svg = lstm::diagram::lstm_gradient_flow().to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn lstm_gradient_flow() -> Diagram {
    let mut s = Sheet::default();
    let back = Stroke { width: 3.5, ..BACKWARD };
    let cells = [120.0, 400.0, 680.0];
    for x in cells {
        s.rect((x, 46.0), (200.0, 204.0), 20.0, CELL);
    }
    s.arrow(&[(30.0, ROAD_Y), (970.0, ROAD_Y)], HIGHWAY);
    for (k, x) in cells.into_iter().enumerate() {
        let t = k + 1;
        let (times, plus) = (x + 60.0, x + 140.0);
        s.op((times, ROAD_Y), "×", POINTWISE);
        s.op((plus, ROAD_Y), "+", POINTWISE);
        s.math(&format!("f_{t}"), (times, ROAD_Y - 32.0), 20.0, Anchor::Middle);
        s.put_math(&format!("c_{t}"), (x + 240.0, ROAD_Y - 22.0), 22.0, Anchor::Middle, ROAD);
        // Through the sum unchanged, then through the product with the forget gate.
        s.arrow(&[(x + 196.0 + if k == 2 { 94.0 } else { 60.0 }, BACK_Y), (times + 20.0, BACK_Y)], back);
        s.op((times, BACK_Y), "×", POINTWISE);
        s.put_math(&format!("f_{t}"), (times, BACK_Y + 30.0), 20.0, Anchor::Middle, GRADIENT);
        s.arrow(&[(times - 18.0, BACK_Y), (x - if k == 0 { 90.0 } else { 22.0 }, BACK_Y)], back);
    }
    s.put_math("c_0", (70.0, ROAD_Y - 22.0), 22.0, Anchor::Middle, ROAD);
    s.put_math("∂L/∂c_0", (66.0, BACK_Y - 24.0), 19.0, Anchor::Middle, GRADIENT);
    s.put_math("∂L/∂c_3", (934.0, BACK_Y - 24.0), 19.0, Anchor::Middle, GRADIENT);
    s.math("∂c_t/∂c_{t-1} = |diag|(f_t) + (|paths through the gates|)", (500.0, 292.0), 23.0, Anchor::Middle);
    s.aside(
        "With f near 1 the gradient arrives almost whole: no Uᵀ and no derivative of an activation on this way.",
        (500.0, 330.0),
        15.0,
        Anchor::Middle,
    );
    Diagram::new(
        "lstm_gradient_flow",
        "The gradient's way back along the cell state",
        "Forward, the cell state runs through three cells, each with a multiplication by the forget gate and an \
         addition. Backward, the gradient passes the additions unchanged and is multiplied by the forget gate of each \
         step only.",
        (1000, 358),
        s,
    )
}
