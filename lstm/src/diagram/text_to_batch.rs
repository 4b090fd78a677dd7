//! Sentences on their way into a recurrent layer: tokens, ids, padding, mask, vectors.

use super::drawing::Diagram;
use super::markup::Anchor;
use super::sheet::Sheet;
use super::style::{CELL, DATA, GOOD, LAYER, Paint, STRONG, WIRE};

/// The tokens of two sentences with their ids; the second is filled up.
const SENTENCES: [[(&str, &str); 4]; 2] = [
    [("a", "7"), ("fine", "98"), ("film", "5"), ("!", "31")],
    [("dull", "212"), (".", "2"), ("<pad>", "0"), ("<pad>", "0")],
];
const OWN: [usize; 2] = [4, 2];
const WIDTH: f64 = 62.0;

/// Two sentences become tokens, ids of one length with a mask, and vectors.
///
/// ```
/// let svg = lstm::diagram::text_to_batch().to_svg();
/// assert!(svg.contains("tokens"));
/// ```
pub fn text_to_batch() -> Diagram {
    let mut s = Sheet::default();
    for (b, sentence) in SENTENCES.iter().enumerate() {
        let left = 150.0 + b as f64 * 340.0;
        let middle = left + 2.0 * WIDTH;
        s.words(["“A fine film!”", "“Dull.”"][b], (middle, 40.0), 17.0, Anchor::Middle);
        s.arrow(&[(middle, 52.0), (middle, 76.0)], WIRE);
        for (t, (token, id)) in sentence.iter().enumerate() {
            let x = left + (t as f64 + 0.5) * WIDTH;
            let own = t < OWN[b];
            let paint = |own_paint: Paint| if own { own_paint } else { CELL };
            s.boxed((x, 98.0), (WIDTH - 6.0, 34.0), paint(DATA));
            s.words(token, (x, 98.0), 15.0, Anchor::Middle);
            s.arrow(&[(x, 118.0), (x, 140.0)], WIRE);
            s.boxed((x, 162.0), (WIDTH - 6.0, 34.0), paint(STRONG));
            s.words(id, (x, 162.0), 15.0, Anchor::Middle);
            s.boxed((x, 208.0), (WIDTH - 6.0, 26.0), paint(GOOD));
            s.words(if own { "1" } else { "0" }, (x, 208.0), 14.0, Anchor::Middle);
            s.arrow(&[(x, 224.0), (x, 246.0)], WIRE);
            for row in 0..3 {
                s.rect((x - 13.0, 250.0 + 22.0 * f64::from(row)), (26.0, 22.0), 0.0, paint(LAYER));
            }
        }
        s.aside(&format!("length {}", OWN[b]), (middle, 338.0), 14.0, Anchor::Middle);
    }
    for (y, name, shape) in
        [(98.0, "tokens", ""), (158.0, "ids", "[T, B]"), (204.0, "mask", "[T, B]"), (276.0, "vectors", "[T, B, E]")]
    {
        s.words(name, (24.0, y), 15.0, Anchor::Start);
        s.aside(shape, (24.0, y + 19.0), 13.0, Anchor::Start);
    }
    s.aside("T = 4 steps, B = 2 sentences, E = 3 numbers for a word", (470.0, 366.0), 14.0, Anchor::Middle);
    Diagram::new(
        "text_to_batch",
        "Two sentences become a batch",
        "Two sentences are cut into tokens, 4 and 2 of them. The second is filled up with two padding tokens. Each token \
         has a number, its id; a mask is 1 at the tokens of a sentence and 0 at the padding. Each id picks a vector of 3 \
         numbers: a tensor [T, B, E] goes into the recurrent layer, with the lengths 4 and 2.",
        (770, 388),
        s,
    )
}
