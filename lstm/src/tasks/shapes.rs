//! Shapes on a grid of pixels, and the words for them.

use crate::random::Generator;

/// A shape that pictures and clips show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Circle,
    Square,
    Triangle,
    Cross,
}

impl Shape {
    pub(super) const ALL: [Shape; 4] = [Shape::Circle, Shape::Square, Shape::Triangle, Shape::Cross];

    pub(super) fn draw(generator: &mut Generator) -> Self {
        Self::ALL[generator.below(Self::ALL.len())]
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Shape::Circle => "circle",
            Shape::Square => "square",
            Shape::Triangle => "triangle",
            Shape::Cross => "cross",
        }
    }

    /// Whether the pixel `(x, y)` away from the centre, to the right and down, is inside, at a `reach` of at least 2 pixels
    /// from the centre to each side.
    pub(super) fn covers(self, x: i32, y: i32, reach: i32) -> bool {
        if x.abs() > reach || y.abs() > reach {
            return false;
        }
        match self {
            Shape::Circle => x * x + y * y <= reach * reach + 1,
            Shape::Square => true,
            // The tip is one pixel wide, the base all of it.
            Shape::Triangle => 2 * x.abs() <= y + reach,
            Shape::Cross => x.abs().min(y.abs()) <= reach / 4,
        }
    }
}
