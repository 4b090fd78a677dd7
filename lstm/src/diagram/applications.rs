//! Networks that read one thing and write another: pictures, clips and programs to text, and a series to itself.

use super::drawing::Diagram;
use super::markup::Anchor;
use super::sheet::Sheet;
use super::style::{DATA, GOOD, LAYER, POINTWISE, Paint, STRONG, WIRE};

/// A box with a name in it.
fn named(s: &mut Sheet, center: (f64, f64), size: (f64, f64), name: &str, paint: Paint) {
    s.boxed(center, size, paint);
    s.words(name, center, 16.0, Anchor::Middle);
}

/// An LSTM that writes: a cell for each of `said`, which reads what was said before, from `left` to the right.
fn writer(s: &mut Sheet, left: f64, y: f64, said: &[&str], width: f64) {
    let step = width + 34.0;
    for (k, word) in said.iter().enumerate() {
        let x = left + step * k as f64 + width / 2.0;
        named(s, (x, y), (width, 48.0), "LSTM", LAYER);
        s.arrow(&[(x, y + 69.0), (x, y + 24.0)], WIRE);
        named(s, (x, y + 86.0), (width, 34.0), if k == 0 { "?" } else { said[k - 1] }, DATA);
        s.arrow(&[(x, y - 24.0), (x, y - 69.0)], WIRE);
        named(s, (x, y - 86.0), (width, 34.0), word, GOOD);
        if k > 0 {
            s.arrow(&[(x - step + width / 2.0, y), (x - width / 2.0, y)], WIRE);
        }
    }
}

/// Pixels with a cross of lit ones, `cell` wide each, its middle at `(column, row)`.
fn picture(s: &mut Sheet, at: (f64, f64), cell: f64, (column, row): (i32, i32)) {
    for y in 0..7 {
        for x in 0..7 {
            let (dx, dy) = ((x - column).abs(), (y - row).abs());
            let lit = dx.max(dy) <= 1 && dx.min(dy) == 0;
            let corner = (at.0 + cell * f64::from(x), at.1 + cell * f64::from(y));
            s.rect(corner, (cell, cell), 0.0, if lit { STRONG } else { DATA });
        }
    }
}

/// A picture, an encoder of convolutions, and an LSTM that writes the caption from what the encoder saw.
///
/// ```
/// let svg = lstm::diagram::picture_captioning().to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn picture_captioning() -> Diagram {
    let mut s = Sheet::default();
    let y = 150.0;
    picture(&mut s, (30.0, y - 56.0), 16.0, (1, 1));
    s.aside("picture", (86.0, y + 78.0), 15.0, Anchor::Middle);
    s.arrow(&[(146.0, y), (186.0, y)], WIRE);
    named(&mut s, (246.0, y), (120.0, 76.0), "convolutions", POINTWISE);
    s.aside("encoder", (246.0, y + 56.0), 15.0, Anchor::Middle);
    s.arrow(&[(306.0, y), (386.0, y)], WIRE);
    s.math("h_0, c_0", (346.0, y - 18.0), 18.0, Anchor::Middle);
    writer(&mut s, 386.0, y, &["a", "small", "cross", "at", "the", "top", "left", "."], 62.0);
    s.aside("the caption, word by word; each word is the next input", (754.0, 282.0), 15.0, Anchor::Middle);
    Diagram::new(
        "picture_captioning",
        "From a picture to a caption",
        "Convolutions turn a picture into the first hidden and cell state of an LSTM. From a start sign it writes a small \
         cross at the top left, word by word, reading each word that it has written as the next input, until a full stop.",
        (1180, 306),
        s,
    )
}

/// Frames through the same convolutions into one LSTM, whose last state is the first of the LSTM that writes.
///
/// ```
/// let svg = lstm::diagram::clip_captioning().to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn clip_captioning() -> Diagram {
    let mut s = Sheet::default();
    let y = 150.0;
    for (k, column) in [1, 2, 4, 5].into_iter().enumerate() {
        let x = 70.0 + 108.0 * k as f64;
        picture(&mut s, (x - 35.0, y + 162.0), 10.0, (column, 3));
        s.arrow(&[(x, y + 160.0), (x, y + 124.0)], WIRE);
        named(&mut s, (x, y + 102.0), (76.0, 40.0), "conv", POINTWISE);
        s.arrow(&[(x, y + 82.0), (x, y + 24.0)], WIRE);
        named(&mut s, (x, y), (76.0, 48.0), "LSTM", LAYER);
        if k > 0 {
            s.arrow(&[(x - 70.0, y), (x - 38.0, y)], WIRE);
        }
    }
    s.arrow(&[(432.0, y), (512.0, y)], WIRE);
    s.math("h_T, c_T", (472.0, y - 18.0), 18.0, Anchor::Middle);
    writer(&mut s, 512.0, y, &["a", "cross", "moves", "to", "the", "right", "."], 62.0);
    s.aside("reads the frames", (232.0, y - 50.0), 15.0, Anchor::Middle);
    s.aside("writes the caption", (832.0, y + 130.0), 15.0, Anchor::Middle);
    Diagram::new(
        "clip_captioning",
        "From a clip to a caption",
        "Four frames of a clip go through the same convolutions, and what these see goes step by step into an LSTM. Its last \
         hidden and cell state are the first of a second LSTM, which writes: a cross moves to the right.",
        (1210, 412),
        s,
    )
}

/// One LSTM reads a program character by character, and writes its answer from the question mark on.
///
/// ```
/// let svg = lstm::diagram::learning_to_execute().to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn learning_to_execute() -> Diagram {
    let mut s = Sheet::default();
    let (y, width, step) = (150.0, 52.0, 76.0);
    let (read, said) = (["p", "…", "1", "2", "+", "3", "4", ")"], ["4", "6", "."]);
    let inputs = read.into_iter().chain(["?", "4", "6"]);
    for (k, input) in inputs.enumerate() {
        let x = 60.0 + step * k as f64;
        let asked = k >= read.len();
        named(&mut s, (x, y), (width, 48.0), "LSTM", LAYER);
        s.arrow(&[(x, y + 69.0), (x, y + 24.0)], WIRE);
        named(&mut s, (x, y + 86.0), (width - 8.0, 34.0), input, if asked { STRONG } else { DATA });
        if k > 0 {
            s.arrow(&[(x - step + width / 2.0, y), (x - width / 2.0, y)], WIRE);
        }
        if asked {
            s.arrow(&[(x, y - 24.0), (x, y - 69.0)], WIRE);
            named(&mut s, (x, y - 86.0), (width - 8.0, 34.0), said[k - read.len()], GOOD);
        }
    }
    s.aside("reads the program: nothing is asked of it yet", (326.0, y - 50.0), 15.0, Anchor::Middle);
    s.aside("the whole program is in this state", (616.0, y + 132.0), 15.0, Anchor::End);
    s.arrow(&[(622.0, y + 132.0), (630.0, y + 132.0), (630.0, y + 10.0)], WIRE);
    s.aside("writes the answer", (744.0, y + 132.0), 15.0, Anchor::Middle);
    Diagram::new(
        "learning_to_execute",
        "Learning to execute",
        "One LSTM reads the program print(12+34) character by character without being asked anything. At the question mark \
         the whole program is in its state, and from there it writes 46 and a full stop, reading what it has written.",
        (880, 306),
        s,
    )
}

/// An LSTM reads a series into a code, and a second one unfolds the code, the last step first.
///
/// ```
/// let svg = lstm::diagram::sequence_auto_encoder().to_svg();
/// assert!(svg.starts_with("<svg"));
/// ```
pub fn sequence_auto_encoder() -> Diagram {
    let mut s = Sheet::default();
    let (y, width) = (140.0, 76.0);
    for k in 0..3 {
        let x = 80.0 + 116.0 * f64::from(k);
        named(&mut s, (x, y), (width, 48.0), "LSTM", LAYER);
        s.arrow(&[(x, y + 69.0), (x, y + 24.0)], WIRE);
        s.pill((x, y + 86.0), 62.0, &format!("x_{}", k + 1), DATA);
        if k > 0 {
            s.arrow(&[(x - 116.0 + width / 2.0, y), (x - width / 2.0, y)], WIRE);
        }
        let out = 638.0 + 116.0 * f64::from(k);
        named(&mut s, (out, y), (width, 48.0), "LSTM", LAYER);
        s.arrow(&[(out, y - 24.0), (out, y - 69.0)], WIRE);
        s.pill((out, y - 86.0), 62.0, &format!("x̂_{}", 3 - k), GOOD);
        if k > 0 {
            s.arrow(&[(out - 116.0 + width / 2.0, y), (out - width / 2.0, y)], WIRE);
        }
    }
    s.arrow(&[(350.0, y), (420.0, y)], WIRE);
    s.pill((470.0, y), 100.0, "z", STRONG);
    s.aside("the code: a few numbers", (470.0, y + 40.0), 15.0, Anchor::Middle);
    s.arrow(&[(520.0, y), (600.0, y)], WIRE);
    s.aside("reads the series", (196.0, y - 50.0), 15.0, Anchor::Middle);
    s.aside("gives it back, the last step first", (754.0, y + 60.0), 15.0, Anchor::Middle);
    Diagram::new(
        "sequence_auto_encoder",
        "A sequence auto-encoder",
        "An LSTM reads three steps of a series; its last state is squeezed into a code of a few numbers. A second LSTM \
         unfolds the code into the series again, the last step first.",
        (940, 264),
        s,
    )
}
