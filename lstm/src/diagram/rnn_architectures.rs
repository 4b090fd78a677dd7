//! The five ways to arrange inputs and outputs around a recurrent network.

use super::drawing::Diagram;
use super::markup::Anchor;
use super::sheet::Sheet;
use super::style::{DATA, GOOD, LAYER, WIRE};

const INPUT_Y: f64 = 222.0;
const CELL_Y: f64 = 150.0;
const OUTPUT_Y: f64 = 78.0;
/// The distance of two steps.
const STEP: f64 = 52.0;
const BOX: (f64, f64) = (34.0, 34.0);

/// One-to-one, one-to-many, many-to-one, and many-to-many aligned and as encoder and decoder.
///
/// ```
/// let svg = lstm::diagram::rnn_architectures().to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn rnn_architectures() -> Diagram {
    let mut s = Sheet::default();
    panel(&mut s, 56.0, "one-to-one", "", &[(true, true)]);
    panel(&mut s, 166.0, "one-to-many", "a caption", &[(true, true), (false, true), (false, true)]);
    panel(&mut s, 372.0, "many-to-one", "sentiment", &[(true, false), (true, false), (true, true)]);
    panel(&mut s, 578.0, "many-to-many", "aligned: a tag for each word", &[(true, true), (true, true), (true, true)]);
    let translation = [(true, false), (true, false), (true, false), (false, true), (false, true)];
    panel(&mut s, 784.0, "many-to-many", "encoder and decoder: translation", &translation);
    Diagram::new(
        "rnn_architectures",
        "Five architectures of recurrent networks",
        "One-to-one: an input, a cell, an output. One-to-many: an input at the first of three cells, an output at each. \
         Many-to-one: an input at each of three cells, an output at the last. Many-to-many, aligned: an input and an \
         output at each cell. Many-to-many, encoder and decoder: inputs at the first three cells, outputs at the two \
         cells after them.",
        (1046, 306),
        s,
    )
}

/// A row of cells from `left`; for each whether it has an input and an output.
fn panel(s: &mut Sheet, left: f64, title: &str, example: &str, steps: &[(bool, bool)]) {
    let middle = left + STEP * (steps.len() - 1) as f64 / 2.0;
    s.heading(title, (middle, 30.0), 15.0, Anchor::Middle);
    s.aside(example, (middle, 276.0), 13.0, Anchor::Middle);
    for (k, (input, output)) in steps.iter().enumerate() {
        let x = left + STEP * k as f64;
        if *input {
            s.boxed((x, INPUT_Y), BOX, DATA);
            s.arrow(&[(x, INPUT_Y - 17.0), (x, CELL_Y + 17.0)], WIRE);
        }
        if *output {
            s.boxed((x, OUTPUT_Y), BOX, GOOD);
            s.arrow(&[(x, CELL_Y - 17.0), (x, OUTPUT_Y + 17.0)], WIRE);
        }
        if k > 0 {
            s.arrow(&[(x - STEP + 17.0, CELL_Y), (x - 17.0, CELL_Y)], WIRE);
        }
        s.boxed((x, CELL_Y), BOX, LAYER);
    }
}
