//! Short clips of a shape that moves, with a caption.

use candle_core::{Device, Tensor};

use super::answers::Answers;
use super::part::Part;
use super::shapes::Shape;
use super::symbols::Symbols;
use crate::random::Generator;
use crate::{Result, shape};

/// Clips of a shape that moves, and what happens in words: `a small square moves slowly to the left`.
///
/// Shapes and sizes are those of [`Pictures`](super::Pictures), in grey. A shape stays where it is, or moves in one of four
/// directions, slowly (1 pixel a frame) or quickly (2): with 2 sizes and 4 shapes 72 captions. A single frame does not tell
/// the direction; to say it, frames must be compared. What is held out are a shape, a size, a start and a movement together.
///
/// It is the task of Venugopalan et al. (2015), *Sequence to Sequence: Video to Text*, as small as it can be.
///
/// ```
/// use lstm::{candle_core::Device, tasks::Clips};
///
/// let batch = Clips::seeded(1).batch(8, &Device::Cpu)?;
/// assert_eq!(batch.clips.dims(), [5, 8, 1, 16, 16]); // 5 frames
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Clips {
    generator: Generator,
    part: Part,
}

/// Clips and their captions.
#[derive(Clone, Debug)]
pub struct ClipBatch {
    /// The clips, `[T, B, 1, 16, 16]` in f32: for each frame the pictures of all clips, about 0 for dark and 1 for bright.
    pub clips: Tensor,
    /// Their captions.
    pub answers: Answers,
}

/// What one clip shows.
struct Scene {
    shape: Shape,
    reach: i32,
    start: (i32, i32),
    /// Pixels to the right and down, per frame.
    step: (i32, i32),
}

impl Clips {
    /// Height and width of a frame, in pixels.
    pub const SIDE: usize = 16;

    /// `T`, the number of frames.
    pub const FRAMES: usize = 5;

    /// The standard deviation of the noise of each pixel.
    pub const NOISE: f64 = 0.05;

    /// Clips to train on.
    pub fn seeded(seed: u64) -> Self {
        Self { generator: Generator::new(seed), part: Part::Training }
    }

    /// The same out of the tenth that is held out.
    #[must_use]
    pub fn held_out(mut self) -> Self {
        self.part = Part::HeldOut;
        self
    }

    /// The words of the captions, with their numbers.
    pub fn symbols() -> Symbols {
        Symbols::words(&[
            "a", "small", "large", "circle", "square", "triangle", "cross", "stays", "where", "it", "is", "moves",
            "slowly", "quickly", "up", "down", "to", "the", "left", "right",
        ])
    }

    /// The next `size` (`B`) clips, on `device`. Fails on a size of zero.
    pub fn batch(&mut self, size: usize, device: &Device) -> Result<ClipBatch> {
        let (frames, side) = (Self::FRAMES, Self::SIDE);
        let mut pixels = vec![0f32; shape::expect_countable("size", &[frames, size, side, side])?];
        let mut captions = Vec::with_capacity(size);
        for b in 0..size {
            let scene = self.scene();
            let brightness = 0.6 + 0.4 * self.generator.next_f64();
            for t in 0..frames {
                let at = |start: i32, step: i32| start + step * t as i32;
                let center = (at(scene.start.0, scene.step.0), at(scene.start.1, scene.step.1));
                let frame = &mut pixels[(t * size + b) * side * side..][..side * side];
                for (k, pixel) in frame.iter_mut().enumerate() {
                    let (x, y) = ((k % side) as i32, (k / side) as i32);
                    let inside = scene.shape.covers(x - center.0, y - center.1, scene.reach);
                    let noise = Self::NOISE * self.generator.next_normal();
                    *pixel = (if inside { brightness } else { 0.0 } + noise) as f32;
                }
            }
            captions.push(scene.caption());
        }
        Ok(ClipBatch {
            clips: Tensor::from_vec(pixels, (frames, size, 1, side, side), device)?,
            answers: Answers::new(captions, &Self::symbols(), device)?,
        })
    }

    /// A scene of this part, in which the whole shape is inside from the first frame to the last.
    fn scene(&mut self) -> Scene {
        loop {
            let shape = Shape::draw(&mut self.generator);
            let reach = 2 + self.generator.below(2) as i32;
            // One of nine: to stay, or each direction at each speed.
            let step = match self.generator.below(9) as i32 {
                0 => (0, 0),
                n => {
                    let speed = 1 + (n - 1) % 2;
                    [(speed, 0), (-speed, 0), (0, speed), (0, -speed)][((n - 1) / 2) as usize]
                }
            };
            let start = (self.coordinate(reach, step.0), self.coordinate(reach, step.1));
            let scene = Scene { shape, reach, start, step };
            let content = format!("{} {reach} {start:?} {step:?}", shape.name());
            if Part::of(content.as_bytes()) == self.part {
                return scene;
            }
        }
    }

    /// The first of a row of centres that ends `step` · (T - 1) pixels later, all of them `reach` from both edges.
    fn coordinate(&mut self, reach: i32, step: i32) -> i32 {
        let way = step * (Self::FRAMES as i32 - 1);
        let (first, last) = (reach.max(reach - way), (Self::SIDE as i32 - 1 - reach).min(Self::SIDE as i32 - 1 - reach - way));
        first + self.generator.below((last - first + 1) as usize) as i32
    }
}

impl Scene {
    fn caption(&self) -> String {
        let size = if self.reach > 2 { "large" } else { "small" };
        let direction = match (self.step.0.signum(), self.step.1.signum()) {
            (0, 0) => return format!("a {size} {} stays where it is", self.shape.name()),
            (0, 1) => "down",
            (0, _) => "up",
            (1, _) => "to the right",
            _ => "to the left",
        };
        let speed = if self.step.0.abs().max(self.step.1.abs()) > 1 { "quickly" } else { "slowly" };
        format!("a {size} {} moves {speed} {direction}", self.shape.name())
    }
}
