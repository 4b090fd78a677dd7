//! The model whose parameters the lecture counts.

use super::drawing::Diagram;
use super::markup::Anchor;
use super::sheet::Sheet;
use super::style::{DATA, GOOD, LAYER, STRONG, WIRE};

/// Embedding, LSTM and dense layer with their shapes and parameters: 360 + 12 200 + 1 836 = 14 396.
///
/// ```
/// let svg = lstm::diagram::parameter_model().to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn parameter_model() -> Diagram {
    let mut s = Sheet::default();
    let y = 82.0;
    let layers = [
        (240.0, "Embedding", "36 symbols → 10", "36 · 10", "360"),
        (480.0, "LSTM", "10 → 50 units", "4 · 50 · (10 + 50 + 1)", "12 200"),
        (720.0, "Dense", "50 → 36, softmax", "(50 + 1) · 36", "1 836"),
    ];
    s.arrow(&[(117.0, y), (160.0, y)], WIRE);
    s.arrow(&[(320.0, y), (400.0, y)], WIRE);
    s.arrow(&[(560.0, y), (640.0, y)], WIRE);
    s.arrow(&[(800.0, y), (844.0, y)], WIRE);
    s.boxed((72.0, y), (88.0, 54.0), DATA);
    s.words("indices", (72.0, y - 9.0), 14.0, Anchor::Middle);
    s.words("[30]", (72.0, y + 11.0), 15.0, Anchor::Middle);
    s.boxed((892.0, y), (94.0, 54.0), GOOD);
    s.words("probabilities", (892.0, y - 9.0), 13.5, Anchor::Middle);
    s.words("[36]", (892.0, y + 11.0), 15.0, Anchor::Middle);
    s.words("[30, 10]", (360.0, y - 20.0), 14.0, Anchor::Middle);
    s.words("[50]", (600.0, y - 20.0), 14.0, Anchor::Middle);
    s.aside("last h", (600.0, y + 20.0), 13.0, Anchor::Middle);
    for (x, name, sizes, product, count) in layers {
        s.boxed((x, y), (160.0, 84.0), LAYER);
        s.heading(name, (x, y - 14.0), 18.0, Anchor::Middle);
        s.aside(sizes, (x, y + 14.0), 14.0, Anchor::Middle);
        s.math(product, (x, y + 74.0), 19.0, Anchor::Middle);
        s.heading(count, (x, y + 104.0), 20.0, Anchor::Middle);
    }
    s.words("+", (360.0, y + 104.0), 22.0, Anchor::Middle);
    s.words("+", (600.0, y + 104.0), 22.0, Anchor::Middle);
    s.words("=", (800.0, y + 104.0), 22.0, Anchor::Middle);
    s.boxed((892.0, y + 104.0), (100.0, 40.0), STRONG);
    s.heading("14 396", (892.0, y + 104.0), 20.0, Anchor::Middle);
    s.aside("parameters, with one bias per gate as Keras counts them", (480.0, 230.0), 14.0, Anchor::Middle);
    Diagram::new(
        "parameter_table_model",
        "The model whose parameters the lecture counts",
        "Thirty indices go through an embedding of 36 symbols into 10 dimensions with 360 parameters, an LSTM of 50 \
         units with 12 200, and a dense layer of 36 outputs with 1 836: 14 396 in all.",
        (970, 256),
        s,
    )
}
