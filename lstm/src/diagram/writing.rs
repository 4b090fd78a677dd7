//! A language model at work: it reads a given text, then its own.

use super::drawing::Diagram;
use super::markup::Anchor;
use super::sheet::Sheet;
use super::style::{DATA, GOOD, LAYER, ROAD, Stroke, WIRE};

const CELL_Y: f64 = 190.0;
const COLUMNS: [f64; 6] = [90.0, 220.0, 350.0, 520.0, 650.0, 780.0];
/// What is read at each step, and what the model chooses after it, if it is asked.
const STEPS: [(&str, &str); 6] = [("c", ""), ("a", ""), ("t", "c"), ("c", "h"), ("h", "e"), ("e", "s")];
/// The way of a choice to the next input.
const CHOICE: Stroke = Stroke { class: "choice", color: ROAD, width: 2.0, dashed: true };

/// Three characters of a prime are read; then every character that is chosen is read next.
///
/// ```
/// let svg = lstm::diagram::writing().to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn writing() -> Diagram {
    let mut s = Sheet::default();
    s.aside("it reads what it is given", (220.0, 34.0), 15.0, Anchor::Middle);
    s.aside("it reads what it has written", (650.0, 34.0), 15.0, Anchor::Middle);
    for (k, (x, (read, chosen))) in COLUMNS.into_iter().zip(STEPS).enumerate() {
        s.arrow(&[(x, 279.0), (x, CELL_Y + 28.0)], WIRE);
        s.layer((x, CELL_Y), (74.0, 56.0), &format!("h_{}", k + 1), LAYER);
        s.pill((x, 296.0), 62.0, &format!("|{read}|"), if k < 3 { DATA } else { GOOD });
        let Some(next) = COLUMNS.get(k + 1) else {
            choice(&mut s, x, chosen);
            continue;
        };
        s.arrow(&[(x + 37.0, CELL_Y), (next - 37.0, CELL_Y)], WIRE);
        if !chosen.is_empty() {
            choice(&mut s, x, chosen);
            let lane = next - 62.0;
            s.arrow(&[(x + 31.0, 80.0), (lane, 80.0), (lane, 296.0), (next - 31.0, 296.0)], CHOICE);
        }
    }
    s.words("up: probabilities of the next character, and one drawn from them", (90.0, 354.0), 15.0, Anchor::Start);
    Diagram::new(
        "writing",
        "A language model writes",
        "Six unrolled steps. The first three read the given characters c, a, t. From the third step on the model chooses \
         a character from its probabilities, and a dashed arrow takes it to the input of the next step: c, h, e, s.",
        (860, 378),
        s,
    )
}

/// The character chosen after a step.
fn choice(s: &mut Sheet, x: f64, chosen: &str) {
    s.arrow(&[(x, CELL_Y - 28.0), (x, 97.0)], WIRE);
    s.pill((x, 80.0), 62.0, &format!("|{chosen}|"), GOOD);
}
