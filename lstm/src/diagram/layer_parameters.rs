//! The weights of one LSTM layer, as blocks.

use super::drawing::Diagram;
use super::markup::Anchor;
use super::sheet::Sheet;
use super::style::{DATA, GOOD, LAYER, POINTWISE, Paint};

const TOP: f64 = 92.0;
const ROW: f64 = 52.0;

/// The four gates' weights stacked as PyTorch stores them: `[4H, D]`, `[4H, H]` and two biases `[4H]`.
///
/// ```
/// let svg = lstm::diagram::layer_parameters().to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn layer_parameters() -> Diagram {
    let mut s = Sheet::default();
    let gates: [(&str, &str, Paint); 4] =
        [("i", "input", LAYER), ("f", "forget", GOOD), ("g", "candidate", POINTWISE), ("o", "output", DATA)];
    let blocks = [
        (150.0, 210.0, "weight_ih_l0", "[4H, D]", "W"),
        (390.0, 150.0, "weight_hh_l0", "[4H, H]", "U"),
        (586.0, 46.0, "bias_ih_l0", "[4H]", "b"),
        (700.0, 46.0, "bias_hh_l0", "[4H]", "b"),
    ];
    for (k, (letter, name, paint)) in gates.into_iter().enumerate() {
        let y = TOP + ROW * k as f64;
        s.words(name, (132.0, y + ROW / 2.0 - 8.0), 15.0, Anchor::End);
        let letter = if letter == "g" { "c̃ (g)" } else { letter };
        s.math(letter, (132.0, y + ROW / 2.0 + 12.0), 17.0, Anchor::End);
        for (x, width, _, _, block) in blocks {
            s.rect((x, y), (width, ROW), 3.0, paint);
            let index = ["i", "f", "c", "o"][k];
            s.math(&format!("{block}_{index}"), (x + width / 2.0, y + ROW / 2.0), 19.0, Anchor::Middle);
        }
    }
    for (x, width, name, shape, _) in blocks {
        let middle = x + width / 2.0;
        s.words(name, (middle, 44.0), 14.0, Anchor::Middle);
        s.heading(shape, (middle, 70.0), 16.0, Anchor::Middle);
    }
    let bottom = TOP + 4.0 * ROW;
    s.aside("D columns: from the input", (255.0, bottom + 20.0), 13.5, Anchor::Middle);
    s.aside("H columns: from h", (465.0, bottom + 20.0), 13.5, Anchor::Middle);
    s.aside("Keras has one bias", (666.0, bottom + 20.0), 13.5, Anchor::Middle);
    s.math("4 · H · (D + H + 1)", (300.0, bottom + 62.0), 22.0, Anchor::Middle);
    s.aside("with one bias per gate", (300.0, bottom + 90.0), 14.0, Anchor::Middle);
    s.math("4 · H · (D + H + 2)", (590.0, bottom + 62.0), 22.0, Anchor::Middle);
    s.aside("with PyTorch's two", (590.0, bottom + 90.0), 14.0, Anchor::Middle);
    s.aside("H rows each", (50.0, bottom + 20.0), 13.5, Anchor::Start);
    Diagram::new(
        "lstm_parameters",
        "The parameters of one LSTM layer",
        "Four blocks of H rows, for the input gate, the forget gate, the candidate and the output gate, are stacked in \
         each parameter: weight_ih_l0 of shape [4H, D], weight_hh_l0 of shape [4H, H], and the biases bias_ih_l0 and \
         bias_hh_l0 of shape [4H].",
        (790, 414),
        s,
    )
}
