//! Shapes on a grid of pixels: what they look like, and the words for them.

use crate::random::Generator;

/// The standard deviation of the noise of each pixel.
pub(super) const NOISE: f64 = 0.05;

/// The names of the colours, and how much red, green and blue is in them.
const COLORS: [(&str, [f64; 3]); 3] = [("red", [1.0, 0.2, 0.2]), ("green", [0.2, 0.9, 0.3]), ("blue", [0.3, 0.4, 1.0])];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Circle,
    Square,
    Triangle,
    Cross,
}

/// A shape of a size and a colour.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thing {
    shape: Shape,
    color: usize,
    /// From the centre to each side, in pixels.
    pub(super) reach: i32,
}

impl Thing {
    /// Any of them: 4 shapes, 2 sizes, 3 colours.
    pub(super) fn draw(generator: &mut Generator) -> Self {
        let shape = [Shape::Circle, Shape::Square, Shape::Triangle, Shape::Cross][generator.below(4)];
        Self { shape, color: generator.below(COLORS.len()), reach: if generator.below(2) == 0 { 3 } else { 5 } }
    }

    /// `small red circle`.
    pub(super) fn name(&self) -> String {
        let shape = match self.shape {
            Shape::Circle => "circle",
            Shape::Square => "square",
            Shape::Triangle => "triangle",
            Shape::Cross => "cross",
        };
        let size = if self.reach > 3 { "large" } else { "small" };
        format!("{size} {} {shape}", COLORS[self.color].0)
    }

    /// Paints it with its centre at `(x, y)`, with noise, into `pixels` `[3, side, side]`.
    pub(super) fn paint(
        &self,
        (x, y): (i32, i32),
        brightness: f64,
        side: usize,
        pixels: &mut [f32],
        generator: &mut Generator,
    ) {
        for (k, pixel) in pixels.iter_mut().enumerate() {
            let (channel, row, column) = (k / (side * side), k / side % side, k % side);
            let inside = self.covers(column as i32 - x, row as i32 - y);
            let ink = if inside { brightness * COLORS[self.color].1[channel % 3] } else { 0.0 };
            *pixel = (ink + NOISE * generator.next_normal()) as f32;
        }
    }

    /// Whether the pixel `(x, y)` away from the centre, to the right and down, is inside.
    fn covers(&self, x: i32, y: i32) -> bool {
        let reach = self.reach;
        if x.abs() > reach || y.abs() > reach {
            return false;
        }
        match self.shape {
            Shape::Circle => x * x + y * y <= reach * reach + 1,
            Shape::Square => true,
            // The tip is one pixel wide, the base all of it.
            Shape::Triangle => 2 * x.abs() <= y + reach,
            Shape::Cross => x.abs().min(y.abs()) <= reach / 4,
        }
    }
}

/// A whole number from `first` to `last`, both included.
pub(super) fn between(first: i32, last: i32, generator: &mut Generator) -> i32 {
    first + generator.below((last - first + 1).max(1) as usize) as i32
}

/// How bright a thing is in this picture: from 0.6 to 1.
pub(super) fn brightness(generator: &mut Generator) -> f64 {
    0.6 + 0.4 * generator.next_f64()
}
