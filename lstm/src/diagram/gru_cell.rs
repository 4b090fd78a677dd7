//! The cell of a gated recurrent unit.

use super::drawing::Diagram;
use super::markup::Anchor;
use super::sheet::Sheet;
use super::style::{CELL, HIGHWAY, LAYER, POINTWISE, ROAD, WIRE};

/// The heights of the state's road, of the candidate's product, of the layers, and of the wire that feeds them.
const ROAD_Y: f64 = 96.0;
const LAYER_Y: f64 = 236.0;
const BUS_Y: f64 = 322.0;
/// The columns of the layers and of the operations on the road.
const RESET_X: f64 = 262.0;
const UPDATE_X: f64 = 400.0;
const CANDIDATE_X: f64 = 566.0;
const ADD_X: f64 = 680.0;
const LAYER_SIZE: (f64, f64) = (62.0, 42.0);

/// The GRU cell in PyTorch's convention: `h_t = z ∘ h_{t-1} + (1 - z) ∘ n`.
///
/// ```
/// let svg = lstm::diagram::gru_cell().to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn gru_cell() -> Diagram {
    let mut s = Sheet::default();
    s.rect((150.0, 42.0), (600.0, 324.0), 22.0, CELL);
    let (top, bottom) = (LAYER_Y - 21.0, LAYER_Y + 21.0);

    // The state's road: what stays, plus what comes.
    s.arrow(&[(40.0, ROAD_Y), (864.0, ROAD_Y)], HIGHWAY);
    s.put_math("h_{t-1}", (84.0, ROAD_Y + 26.0), 22.0, Anchor::Middle, ROAD);
    s.put_math("h_t", (820.0, ROAD_Y + 26.0), 22.0, Anchor::Middle, ROAD);

    // The old state and the input on their way to the three layers.
    s.line(&[(180.0, ROAD_Y), (180.0, BUS_Y), (CANDIDATE_X - 14.0, BUS_Y)], WIRE);
    s.joint((180.0, ROAD_Y));
    s.arrow(&[(206.0, 416.0), (206.0, BUS_Y + 6.0)], WIRE);
    s.joint((206.0, BUS_Y));
    s.math("x_t", (220.0, 404.0), 22.0, Anchor::Start);

    for (x, text, name) in [(RESET_X, "σ", "reset"), (UPDATE_X, "σ", "update")] {
        s.arrow(&[(x, BUS_Y), (x, bottom)], WIRE);
        s.joint((x, BUS_Y));
        s.layer((x, LAYER_Y), LAYER_SIZE, text, LAYER);
        s.aside(name, (x + 9.0, 284.0), 13.5, Anchor::Start);
        s.math("[h_{t-1}, x_t]", (x, BUS_Y + 20.0), 16.0, Anchor::Middle);
    }

    // The candidate sees the old state through the reset gate.
    let gated = (CANDIDATE_X - 78.0, LAYER_Y + 44.0);
    s.arrow(
        &[
            (RESET_X + 31.0, LAYER_Y),
            (332.0, LAYER_Y),
            (332.0, gated.1 - 74.0),
            (gated.0, gated.1 - 74.0),
            (gated.0, gated.1 - 18.0),
        ],
        WIRE,
    );
    s.math("r", (310.0, LAYER_Y - 14.0), 21.0, Anchor::Middle);
    s.arrow(&[(gated.0, BUS_Y), (gated.0, gated.1 + 18.0)], WIRE);
    s.joint((gated.0, BUS_Y));
    s.math("h_{t-1}", (gated.0, BUS_Y + 20.0), 16.0, Anchor::Middle);
    s.math("x_t", (CANDIDATE_X + 14.0, BUS_Y + 20.0), 16.0, Anchor::Middle);
    s.op(gated, "×", POINTWISE);
    s.arrow(&[(gated.0 + 17.0, gated.1), (CANDIDATE_X - 14.0, gated.1), (CANDIDATE_X - 14.0, bottom)], WIRE);
    s.arrow(&[(CANDIDATE_X - 14.0, BUS_Y), (CANDIDATE_X + 14.0, BUS_Y), (CANDIDATE_X + 14.0, bottom)], WIRE);
    s.layer((CANDIDATE_X, LAYER_Y), LAYER_SIZE, "|tanh|", LAYER);
    s.aside("candidate", (CANDIDATE_X + 24.0, 284.0), 13.5, Anchor::Start);

    // The update gate shares out: z to the old state, 1 - z to the candidate.
    s.arrow(&[(UPDATE_X, top), (UPDATE_X, ROAD_Y + 18.0)], WIRE);
    s.math("z", (UPDATE_X - 12.0, 140.0), 21.0, Anchor::End);
    s.joint((UPDATE_X, 166.0));
    s.arrow(&[(UPDATE_X, 166.0), (474.0, 166.0)], WIRE);
    s.op((491.0, 166.0), "1−", POINTWISE);
    s.arrow(&[(508.0, 166.0), (CANDIDATE_X - 18.0, 166.0)], WIRE);
    s.arrow(&[(CANDIDATE_X, top), (CANDIDATE_X, 184.0)], WIRE);
    s.math("n", (CANDIDATE_X + 12.0, 199.0), 21.0, Anchor::Start);
    s.arrow(&[(CANDIDATE_X + 17.0, 166.0), (ADD_X, 166.0), (ADD_X, ROAD_Y + 18.0)], WIRE);
    s.op((UPDATE_X, ROAD_Y), "×", POINTWISE);
    s.op((CANDIDATE_X, 166.0), "×", POINTWISE);
    s.op((ADD_X, ROAD_Y), "+", POINTWISE);

    s.math("h_t = z ∘ h_{t-1} + (1 − z) ∘ n", (450.0, 456.0), 24.0, Anchor::Middle);
    s.aside("PyTorch's convention: z is the share of the old state that stays", (450.0, 492.0), 15.0, Anchor::Middle);
    Diagram::new(
        "gru_cell",
        "The cell of a gated recurrent unit",
        "The state runs along the top from left to right. A sigmoid layer, the update gate z, scales it; one minus z \
         scales the candidate values of a tanh layer, and the product is added to the state. Another sigmoid layer, \
         the reset gate, scales what the candidate sees of the old state. All three layers read the old state and the \
         input.",
        (900, 520),
        s,
    )
}
