//! The sheet that diagrams are drawn on: boxes, circles, pills, arrows, labels.

use std::fmt::Write as _;

use super::markup::{self, Anchor, Label, n};
use super::style::{INK, MUTED, Paint, Stroke};
use crate::xml;

/// A drawing in progress. Coordinates are pixels from the top left.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    body: String,
}

/// A point.
pub(crate) type Point = (f64, f64);

const HEAD: f64 = 10.0;
const CORNER: f64 = 10.0;

impl Sheet {
    pub(crate) fn into_body(self) -> String {
        self.body
    }

    /// Draws what `draw` adds as one group, faint unless `strong`.
    pub(crate) fn group(&mut self, strong: bool, draw: impl FnOnce(&mut Sheet)) {
        if strong {
            return draw(self);
        }
        self.body.push_str("<g opacity=\"0.25\">\n");
        draw(self);
        self.body.push_str("</g>\n");
    }

    /// Draws what `draw` adds, moved by `by`.
    pub(crate) fn moved(&mut self, by: Point, draw: impl FnOnce(&mut Sheet)) {
        let _ = writeln!(self.body, "<g transform=\"translate({},{})\">", n(by.0), n(by.1));
        draw(self);
        self.body.push_str("</g>\n");
    }

    /// A rounded box around `center`.
    pub(crate) fn boxed(&mut self, center: Point, size: (f64, f64), paint: Paint) {
        self.rect((center.0 - size.0 / 2.0, center.1 - size.1 / 2.0), size, 7.0, paint);
    }

    /// A rectangle from its top left corner.
    pub(crate) fn rect(&mut self, at: Point, size: (f64, f64), radius: f64, paint: Paint) {
        let _ = writeln!(
            self.body,
            "<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\" fill=\"{}\" stroke=\"{}\" \
             stroke-width=\"1.75\"/>",
            paint.class,
            n(at.0),
            n(at.1),
            n(size.0),
            n(size.1),
            n(radius),
            paint.fill,
            paint.stroke
        );
    }

    /// A box with a formula in it: a layer, by its activation.
    pub(crate) fn layer(&mut self, center: Point, size: (f64, f64), text: &str, paint: Paint) {
        self.boxed(center, size, paint);
        self.math(text, center, 20.0, Anchor::Middle);
    }

    /// A circle with a sign in it: a pointwise operation.
    pub(crate) fn op(&mut self, center: Point, sign: &str, paint: Paint) {
        let _ = writeln!(
            self.body,
            "<circle class=\"{}\" cx=\"{}\" cy=\"{}\" r=\"17\" fill=\"{}\" stroke=\"{}\" stroke-width=\"1.75\"/>",
            paint.class,
            n(center.0),
            n(center.1),
            paint.fill,
            paint.stroke
        );
        let size = if sign.chars().count() > 1 { 13.0 } else { 23.0 };
        self.put_words(sign, center, size, Anchor::Middle, INK, false);
    }

    /// A pill with a formula in it: a vector.
    pub(crate) fn pill(&mut self, center: Point, width: f64, text: &str, paint: Paint) {
        self.rect((center.0 - width / 2.0, center.1 - 17.0), (width, 34.0), 17.0, paint);
        self.math(text, center, 19.0, Anchor::Middle);
    }

    /// A small dot where lines meet.
    pub(crate) fn joint(&mut self, at: Point) {
        let _ = writeln!(
            self.body,
            "<circle class=\"joint\" cx=\"{}\" cy=\"{}\" r=\"4.5\" fill=\"{INK}\"/>",
            n(at.0),
            n(at.1)
        );
    }

    /// A line through `points` with rounded corners, and an arrowhead at its end.
    pub(crate) fn arrow(&mut self, points: &[Point], stroke: Stroke) {
        let [.., before, end] = points else { return };
        let length = (end.0 - before.0).hypot(end.1 - before.1).max(1e-6);
        let head = HEAD + stroke.width;
        let along = ((end.0 - before.0) / length, (end.1 - before.1) / length);
        let neck = (end.0 - along.0 * head * 0.8, end.1 - along.1 * head * 0.8);
        let mut line = points.to_vec();
        if let Some(last) = line.last_mut() {
            *last = neck;
        }
        self.line(&line, stroke);
        let back = (end.0 - along.0 * head, end.1 - along.1 * head);
        let half = head * 0.5;
        let side = |s: f64| (back.0 - along.1 * half * s, back.1 + along.0 * half * s);
        let (left, right) = (side(1.0), side(-1.0));
        let _ = writeln!(
            self.body,
            "<path class=\"{} head\" d=\"M{},{} L{},{} L{},{} Z\" fill=\"{}\"/>",
            stroke.class,
            n(end.0),
            n(end.1),
            n(left.0),
            n(left.1),
            n(right.0),
            n(right.1),
            stroke.color
        );
    }

    /// A line through `points` with rounded corners.
    pub(crate) fn line(&mut self, points: &[Point], stroke: Stroke) {
        let Some((first, rest)) = points.split_first() else {
            return;
        };
        let mut path = format!("M{},{}", n(first.0), n(first.1));
        let mut from = *first;
        for (k, corner) in rest.iter().enumerate() {
            match rest.get(k + 1) {
                Some(next) => {
                    let (enter, leave) = (toward(*corner, from), toward(*corner, *next));
                    let _ = write!(
                        path,
                        " L{},{} Q{},{} {},{}",
                        n(enter.0),
                        n(enter.1),
                        n(corner.0),
                        n(corner.1),
                        n(leave.0),
                        n(leave.1)
                    );
                }
                None => {
                    let _ = write!(path, " L{},{}", n(corner.0), n(corner.1));
                }
            }
            from = *corner;
        }
        let dash = if stroke.dashed { " stroke-dasharray=\"7 5\"" } else { "" };
        let _ = writeln!(
            self.body,
            "<path class=\"{}\" d=\"{path}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"{dash}/>",
            stroke.class,
            stroke.color,
            n(stroke.width)
        );
    }

    /// A formula in ink.
    pub(crate) fn math(&mut self, text: &str, at: Point, size: f64, anchor: Anchor) {
        self.put_math(text, at, size, anchor, INK);
    }

    /// A formula in another colour.
    pub(crate) fn put_math(&mut self, text: &str, at: Point, size: f64, anchor: Anchor, color: &str) {
        let label = Label { text, size, color, anchor, bold: false };
        self.body.push_str(&markup::formula(label, at.0, at.1));
    }

    /// Words in ink.
    pub(crate) fn words(&mut self, text: &str, at: Point, size: f64, anchor: Anchor) {
        self.put_words(text, at, size, anchor, INK, false);
    }

    /// Words of secondary rank.
    pub(crate) fn aside(&mut self, text: &str, at: Point, size: f64, anchor: Anchor) {
        self.put_words(text, at, size, anchor, MUTED, false);
    }

    /// Words in bold ink.
    pub(crate) fn heading(&mut self, text: &str, at: Point, size: f64, anchor: Anchor) {
        self.put_words(text, at, size, anchor, INK, true);
    }

    /// Words in another colour.
    pub(crate) fn put_words(&mut self, text: &str, at: Point, size: f64, anchor: Anchor, color: &str, bold: bool) {
        let label = Label { text, size, color, anchor, bold };
        self.body.push_str(&markup::words(label, at.0, at.1));
    }

    /// A number that the stepper keeps up to date under `name`.
    pub(crate) fn slot(&mut self, name: &str, value: &str, at: Point, anchor: Anchor) {
        let _ = writeln!(
            self.body,
            "<text class=\"slot\" data-slot=\"{name}\" x=\"{}\" y=\"{}\" font-size=\"15\" font-weight=\"600\" font-family=\"ui-monospace,monospace\" fill=\"{INK}\" text-anchor=\"{}\">{}</text>",
            n(at.0),
            n(at.1),
            anchor.css(),
            xml::escape(value)
        );
    }
}

/// The point `CORNER` away from `from` on the way to `to`, or half-way if that is nearer.
fn toward(from: Point, to: Point) -> Point {
    let length = (to.0 - from.0).hypot(to.1 - from.1);
    let part = if length > 0.0 { (CORNER / length).min(0.5) } else { 0.0 };
    (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part)
}
