//! Losses at every step, and their gradients going back through time.

use super::drawing::Diagram;
use super::markup::Anchor;
use super::sheet::Sheet;
use super::style::{BACKWARD, DATA, GOOD, GRADIENT, LAYER, WIRE};

const CELL_Y: f64 = 224.0;

/// The unrolled network with a loss at each step: forward solid, gradients dashed.
///
/// ```
/// let svg = lstm::diagram::backpropagation_through_time().to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn backpropagation_through_time() -> Diagram {
    let mut s = Sheet::default();
    let columns = [130.0, 330.0, 530.0, 730.0];
    for (k, x) in columns.into_iter().enumerate() {
        let t = k + 1;
        s.arrow(&[(x, 321.0), (x, CELL_Y + 30.0)], WIRE);
        s.layer((x, CELL_Y), (84.0, 60.0), &format!("h_{t}"), LAYER);
        s.arrow(&[(x - 10.0, CELL_Y - 30.0), (x - 10.0, 113.0)], WIRE);
        s.arrow(&[(x + 12.0, 113.0), (x + 12.0, CELL_Y - 30.0)], BACKWARD);
        s.pill((x, 96.0), 70.0, &format!("L_{t}"), GOOD);
        s.pill((x, 338.0), 70.0, &format!("x_{t}"), DATA);
        s.put_math(&format!("∂L_{t}/∂h_{t}"), (x + 24.0, 152.0), 18.0, Anchor::Start, GRADIENT);
    }
    for (k, x) in columns.into_iter().take(3).enumerate() {
        let t = k + 1;
        s.arrow(&[(x + 42.0, CELL_Y - 12.0), (x + 158.0, CELL_Y - 12.0)], WIRE);
        s.arrow(&[(x + 158.0, CELL_Y + 14.0), (x + 42.0, CELL_Y + 14.0)], BACKWARD);
        s.put_math(&format!("∂h_{}/∂h_{t}", t + 1), (x + 100.0, CELL_Y + 40.0), 18.0, Anchor::Middle, GRADIENT);
    }
    s.math("L = L_1 + L_2 + L_3 + L_4", (430.0, 42.0), 23.0, Anchor::Middle);
    let y = 390.0;
    s.arrow(&[(84.0, y), (140.0, y)], WIRE);
    s.words("forward: values", (150.0, y), 15.0, Anchor::Start);
    s.arrow(&[(370.0, y), (314.0, y)], BACKWARD);
    s.words("backward: gradients", (380.0, y), 15.0, Anchor::Start);
    s.math("∂L/∂U = Σ_t ∂L_t/∂U", (780.0, y), 21.0, Anchor::End);
    Diagram::new(
        "backpropagation_through_time",
        "Backpropagation through time",
        "Four unrolled steps, each with a loss above it. Values go forward from left to right and up to the losses; \
         gradients go down from each loss and back from right to left, one Jacobian for each step. The gradient of the \
         recurrent weights U is the sum over all steps.",
        (860, 424),
        s,
    )
}
