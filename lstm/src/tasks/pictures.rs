//! Small pictures with a caption.

use candle_core::{Device, Tensor};

use super::answers::Answers;
use super::part::Part;
use super::shapes::{self, Thing};
use super::symbols::Symbols;
use crate::random::Generator;
use crate::{Result, shape};

/// Pictures of one shape each, and what they show in words: `a small red circle at the top left`.
///
/// The grammar is *a* size colour shape place, with 2 sizes, 3 colours, 4 shapes and 9 places: 216 captions, so that a guess
/// is right once in 216 times. Where exactly the shape stands and how bright it is varies within what the words allow, and
/// every pixel has some noise: no two pictures are the same. What is held out are shapes of a size and colour at an exact
/// spot.
///
/// It is captioning in the form of Vinyals et al. (2015), *Show and Tell*, as small as it can be.
///
/// ```
/// use lstm::{candle_core::Device, tasks::Pictures};
///
/// let mut task = Pictures::seeded(1);
/// let batch = task.batch(16, &Device::Cpu)?;
/// assert_eq!(batch.pictures.dims(), [16, 3, 20, 20]);
/// assert!(batch.answers.texts[0].starts_with("a "));
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pictures {
    generator: Generator,
    part: Part,
}

/// Pictures and their captions.
///
/// ```
/// use lstm::{candle_core::Device, tasks::Pictures};
///
/// let batch = Pictures::seeded(1).batch(2, &Device::Cpu)?;
/// assert_eq!(batch.pictures.dims(), [2, 3, Pictures::SIDE, Pictures::SIDE]);
/// assert_eq!(batch.answers.texts.len(), 2);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct PictureBatch {
    /// The pictures, `[B, 3, 20, 20]` in f32: red, green and blue, each about 0 for dark and 1 for bright.
    pub pictures: Tensor,
    /// Their captions.
    pub answers: Answers,
}

impl Pictures {
    /// Height and width, in pixels.
    pub const SIDE: usize = 20;

    /// By row and column.
    const PLACES: [[&'static str; 3]; 3] = [
        ["at the top left", "at the top", "at the top right"],
        ["on the left", "in the middle", "on the right"],
        ["at the bottom left", "at the bottom", "at the bottom right"],
    ];

    /// Pictures to train on.
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
            "a", "small", "large", "red", "green", "blue", "circle", "square", "triangle", "cross", "at", "on", "in",
            "the", "top", "middle", "bottom", "left", "right",
        ])
    }

    /// The next `size` (`B`) pictures, on `device`. Fails on a size of zero.
    pub fn batch(&mut self, size: usize, device: &Device) -> Result<PictureBatch> {
        let side = Self::SIDE;
        let mut pixels = vec![0f32; shape::expect_countable("size", &[size, 3, side, side])?];
        let mut captions = Vec::with_capacity(size);
        for picture in pixels.chunks_mut(3 * side * side) {
            let (thing, center, place) = self.scene();
            let brightness = shapes::brightness(&mut self.generator);
            thing.paint(center, brightness, side, picture, &mut self.generator);
            captions.push(format!("a {} {place}", thing.name()));
        }
        Ok(PictureBatch {
            pictures: Tensor::from_vec(pixels, (size, 3, side, side), device)?,
            answers: Answers::new(captions, &Self::symbols(), device)?,
        })
    }

    /// What a picture of this part shows, its centre, and the words for the place.
    fn scene(&mut self) -> (Thing, (i32, i32), &'static str) {
        loop {
            let thing = Thing::draw(&mut self.generator);
            let (row, column) = (self.generator.below(3), self.generator.below(3));
            let center = (self.coordinate(column, thing.reach), self.coordinate(row, thing.reach));
            if Part::of(format!("{} {center:?}", thing.name()).as_bytes()) == self.part {
                return (thing, center, Self::PLACES[row][column]);
            }
        }
    }

    /// A centre in the first, second or last third of the picture, such that the whole thing is inside.
    fn coordinate(&mut self, third: usize, reach: i32) -> i32 {
        let last = Self::SIDE as i32 - 1;
        match third {
            0 => shapes::between(reach, 6, &mut self.generator),
            1 => shapes::between(8, last - 8, &mut self.generator),
            _ => shapes::between(last - 6, last - reach, &mut self.generator),
        }
    }
}
