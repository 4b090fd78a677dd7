//! The three axes of a batch of sequences, in both orders.

use super::drawing::Diagram;
use super::markup::Anchor;
use super::sheet::Sheet;
use super::style::{DATA, LAYER, Paint, STRONG};

const CELL: f64 = 24.0;
const DEPTH: (f64, f64) = (26.0, -24.0);

/// A batch of sequences as a stack of sheets: `[T, B, D]`, and `[B, T, D]` with `batch_first`.
///
/// ```
/// let svg = lstm::diagram::sequence_axes().to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn sequence_axes() -> Diagram {
    let mut s = Sheet::default();
    stack(
        &mut s,
        (90.0, 150.0),
        Stack {
            sheets: 3,
            rows: 4,
            back: ("T = 3", "time steps"),
            down: ("B = 4", "sequences"),
            front: "step 1: one row for each sequence",
            paint: LAYER,
        },
    );
    s.heading("[T, B, D]", (200.0, 44.0), 22.0, Anchor::Middle);
    s.aside("the default here and in PyTorch", (200.0, 70.0), 14.0, Anchor::Middle);
    stack(
        &mut s,
        (540.0, 174.0),
        Stack {
            sheets: 4,
            rows: 3,
            back: ("B = 4", "sequences"),
            down: ("T = 3", "time steps"),
            front: "sequence 1: one row for each step",
            paint: STRONG,
        },
    );
    s.heading("[B, T, D]", (650.0, 44.0), 22.0, Anchor::Middle);
    s.aside("batch_first", (650.0, 70.0), 14.0, Anchor::Middle);
    Diagram::new(
        "sequence_axes",
        "The three axes of a batch of sequences",
        "Two stacks of sheets hold the same numbers. On the left each sheet is a time step, with a row for each of 4 \
         sequences; on the right each sheet is a sequence, with a row for each of 3 time steps. Columns are the \
         features in both.",
        (880, 350),
        s,
    )
}

struct Stack {
    sheets: usize,
    rows: usize,
    back: (&'static str, &'static str),
    down: (&'static str, &'static str),
    front: &'static str,
    paint: Paint,
}

fn stack(s: &mut Sheet, at: (f64, f64), stack: Stack) {
    let columns = 6;
    let (width, height) = (columns as f64 * CELL, stack.rows as f64 * CELL);
    let corner = |sheet: usize| (at.0 + sheet as f64 * DEPTH.0, at.1 + sheet as f64 * DEPTH.1);
    for sheet in (0..stack.sheets).rev() {
        let paint = if sheet == 0 { stack.paint } else { DATA };
        let (x, y) = corner(sheet);
        for row in 0..stack.rows {
            for column in 0..columns {
                s.rect((x + column as f64 * CELL, y + row as f64 * CELL), (CELL, CELL), 0.0, paint);
            }
        }
    }
    s.words(stack.down.0, (at.0 - 12.0, at.1 + height / 2.0 - 9.0), 15.0, Anchor::End);
    s.aside(stack.down.1, (at.0 - 12.0, at.1 + height / 2.0 + 10.0), 12.5, Anchor::End);
    s.words("D = 10", (at.0 + width / 2.0, at.1 + height + 20.0), 15.0, Anchor::Middle);
    s.aside("features (6 drawn)", (at.0 + width / 2.0, at.1 + height + 39.0), 12.5, Anchor::Middle);
    let last = corner(stack.sheets - 1);
    let middle = ((corner(0).0 + last.0) / 2.0 + width + 14.0, (corner(0).1 + last.1) / 2.0 + height - 6.0);
    s.words(stack.back.0, (middle.0 + 12.0, middle.1 + 8.0), 15.0, Anchor::Start);
    s.aside(stack.back.1, (middle.0 + 12.0, middle.1 + 27.0), 12.5, Anchor::Start);
    s.aside(stack.front, (at.0 + width / 2.0 + 20.0, at.1 + height + 74.0), 14.0, Anchor::Middle);
}
