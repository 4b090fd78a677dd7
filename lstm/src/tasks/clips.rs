//! Short clips of a shape that moves, with a caption.

use candle_core::{Device, Tensor};

use super::answers::Answers;
use super::part::Part;
use super::pictures::Pictures;
use super::shapes::{self, Thing};
use super::symbols::Symbols;
use crate::random::Generator;
use crate::{Result, shape};

/// Clips of a shape that moves, and what happens in words: `a small red square moves to the left`.
///
/// The frames look like [`Pictures`]. A shape stays where it is, or moves in one of four directions, 2 pixels a frame: with
/// 2 sizes, 3 colours and 4 shapes 120 captions, so that a guess is right once in 120 times. A single frame does not tell
/// the direction; to say it, frames must be compared. What is held out are a thing, a start and a movement together.
///
/// It is the task of Venugopalan et al. (2015), *Sequence to Sequence: Video to Text*, as small as it can be.
///
/// ```
/// use lstm::{candle_core::Device, tasks::Clips};
///
/// let batch = Clips::seeded(1).batch(8, &Device::Cpu)?;
/// assert_eq!(batch.clips.dims(), [4, 8, 3, 20, 20]); // 4 frames
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Clips {
    generator: Generator,
    part: Part,
}

/// Clips and their captions.
///
/// ```
/// use lstm::{candle_core::Device, tasks::Clips};
///
/// let batch = Clips::seeded(1).batch(2, &Device::Cpu)?;
/// assert_eq!(batch.clips.get(0)?.dims(), [2, 3, 20, 20]); // the first frame of both clips
/// assert_eq!(batch.answers.texts.len(), 2);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ClipBatch {
    /// The clips, `[T, B, 3, 20, 20]` in f32: for each frame the pictures of all clips.
    pub clips: Tensor,
    /// Their captions.
    pub answers: Answers,
}

/// What one clip shows.
struct Scene {
    thing: Thing,
    start: (i32, i32),
    /// Pixels to the right and down, per frame.
    step: (i32, i32),
}

impl Clips {
    /// `T`, the number of frames.
    pub const FRAMES: usize = 4;

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
            "a", "small", "large", "red", "green", "blue", "circle", "square", "triangle", "cross", "stays", "where",
            "it", "is", "moves", "up", "down", "to", "the", "left", "right",
        ])
    }

    /// The next `size` (`B`) clips, on `device`. Fails on a size of zero.
    pub fn batch(&mut self, size: usize, device: &Device) -> Result<ClipBatch> {
        let side = Pictures::SIDE;
        let frame = 3 * side * side;
        let mut pixels = vec![0f32; shape::expect_countable("size", &[Self::FRAMES, size, frame])?];
        let mut captions = Vec::with_capacity(size);
        for b in 0..size {
            let scene = self.scene();
            let brightness = shapes::brightness(&mut self.generator);
            for t in 0..Self::FRAMES {
                let picture = &mut pixels[(t * size + b) * frame..][..frame];
                scene.thing.paint(scene.center(t), brightness, side, picture, &mut self.generator);
            }
            captions.push(scene.caption());
        }
        Ok(ClipBatch {
            clips: Tensor::from_vec(pixels, (Self::FRAMES, size, 3, side, side), device)?,
            answers: Answers::new(captions, &Self::symbols(), device)?,
        })
    }

    /// A scene of this part.
    fn scene(&mut self) -> Scene {
        loop {
            let thing = Thing::draw(&mut self.generator);
            let step = [(0, 0), (2, 0), (-2, 0), (0, 2), (0, -2)][self.generator.below(5)];
            let start = (self.coordinate(thing.reach, step.0), self.coordinate(thing.reach, step.1));
            let scene = Scene { thing, start, step };
            if Part::of(format!("{} {start:?} {step:?}", thing.name()).as_bytes()) == self.part {
                return scene;
            }
        }
    }

    /// Where a thing may begin that moves by `step` from frame to frame, such that it is inside from the first to the last.
    fn coordinate(&mut self, reach: i32, step: i32) -> i32 {
        let way = step * (Self::FRAMES as i32 - 1);
        let (first, last) = (reach, Pictures::SIDE as i32 - 1 - reach);
        shapes::between(first.max(first - way), last.min(last - way), &mut self.generator)
    }
}

impl Scene {
    fn center(&self, frame: usize) -> (i32, i32) {
        let after = frame as i32;
        (self.start.0 + after * self.step.0, self.start.1 + after * self.step.1)
    }

    fn caption(&self) -> String {
        let thing = self.thing.name();
        let direction = match (self.step.0.signum(), self.step.1.signum()) {
            (0, 0) => return format!("a {thing} stays where it is"),
            (0, 1) => "down",
            (0, _) => "up",
            (1, _) => "to the right",
            _ => "to the left",
        };
        format!("a {thing} moves {direction}")
    }
}
