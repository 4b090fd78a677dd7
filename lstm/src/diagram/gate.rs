//! A gate: a sigmoid layer and a pointwise multiplication.

use super::drawing::Diagram;
use super::markup::Anchor;
use super::sheet::Sheet;
use super::style::{DATA, GOOD, LAYER, POINTWISE, STRONG, WIRE};

/// A gate, and what it does to a value when it is closed, half open and open.
///
/// ```
/// let svg = lstm::diagram::gate().to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn gate() -> Diagram {
    let mut s = Sheet::default();
    s.arrow(&[(117.0, 110.0), (213.0, 110.0)], WIRE);
    s.pill((80.0, 110.0), 74.0, "v", DATA);
    s.arrow(&[(247.0, 110.0), (333.0, 110.0)], WIRE);
    s.pill((370.0, 110.0), 74.0, "g ∘ v", GOOD);
    s.arrow(&[(230.0, 209.0), (230.0, 128.0)], WIRE);
    s.math("g", (244.0, 166.0), 21.0, Anchor::Start);
    s.aside("between 0 and 1", (264.0, 166.0), 14.0, Anchor::Start);
    s.op((230.0, 110.0), "×", POINTWISE);
    s.layer((230.0, 230.0), (70.0, 42.0), "σ", LAYER);
    s.arrow(&[(230.0, 302.0), (230.0, 251.0)], WIRE);
    s.math("[h_{t-1}, x_t]", (230.0, 322.0), 20.0, Anchor::Middle);
    s.aside("what passes", (370.0, 74.0), 14.0, Anchor::Middle);
    s.aside("what arrives", (80.0, 74.0), 14.0, Anchor::Middle);

    s.line(&[(462.0, 50.0), (462.0, 330.0)], super::style::Stroke { color: "#d9d6cc", width: 1.5, ..WIRE });
    for (k, (open, name)) in [(0.0, "closed"), (0.5, "half open"), (1.0, "open")].into_iter().enumerate() {
        let y = 92.0 + 90.0 * k as f64;
        s.words(name, (486.0, y - 10.0), 15.0, Anchor::Start);
        s.math(&format!("g = {open}"), (486.0, y + 14.0), 18.0, Anchor::Start);
        bar(&mut s, (580.0, y), 1.0, DATA);
        s.math("→", (694.0, y), 24.0, Anchor::Middle);
        bar(&mut s, (718.0, y), open, GOOD);
    }
    s.aside("v", (625.0, 46.0), 14.0, Anchor::Middle);
    s.aside("g ∘ v", (763.0, 46.0), 14.0, Anchor::Middle);
    Diagram::new(
        "gate",
        "A gate",
        "A sigmoid layer reads the previous hidden state and the input and gives a number g between 0 and 1 for each \
         unit; a pointwise multiplication applies it to a value v. At g = 0 nothing passes, at g = 0.5 half, at g = 1 \
         all of it.",
        (836, 360),
        s,
    )
}

/// A framed bar from its left middle, `part` full.
fn bar(s: &mut Sheet, (x, y): (f64, f64), part: f64, paint: super::style::Paint) {
    let frame = super::style::Paint { fill: "#ffffff", ..STRONG };
    s.rect((x, y - 13.0), (90.0, 26.0), 4.0, super::style::Paint { stroke: "#a9a698", ..frame });
    if part > 0.0 {
        s.rect((x, y - 13.0), (90.0 * part, 26.0), 4.0, paint);
    }
}
