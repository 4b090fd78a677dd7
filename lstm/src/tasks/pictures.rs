//! Small pictures with a caption.

use candle_core::{Device, Tensor};

use super::answers::Answers;
use super::part::Part;
use super::shapes::Shape;
use super::symbols::Symbols;
use crate::random::Generator;
use crate::{Result, shape};

/// Pictures of one shape each, and what they show in words: `a small red circle at the top left`.
///
/// The grammar is *a* size colour shape place, with 2 sizes, 3 colours, 4 shapes and 9 places: 216 captions, so that a guess
/// is right once in 216 times. In grey pictures the colour is left out (72 captions). Where exactly the shape stands, how
/// large and how bright it is varies within what the words allow, and every pixel has some noise: no two pictures are the
/// same. What is held out are shapes of a size and colour at an exact spot.
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
    grey: bool,
    part: Part,
}

/// Pictures and their captions.
#[derive(Clone, Debug)]
pub struct PictureBatch {
    /// The pictures, `[B, C, 20, 20]` in f32, about 0 for dark and 1 for bright: red, green and blue, or grey alone.
    pub pictures: Tensor,
    /// Their captions.
    pub answers: Answers,
}

/// What one picture shows.
struct Scene {
    shape: Shape,
    large: bool,
    color: usize,
    place: (usize, usize),
    reach: i32,
    center: (i32, i32),
}

impl Pictures {
    /// Height and width, in pixels.
    pub const SIDE: usize = 20;

    /// The standard deviation of the noise of each pixel.
    pub const NOISE: f64 = 0.05;

    const COLORS: [(&'static str, [f64; 3]); 3] =
        [("red", [1.0, 0.2, 0.2]), ("green", [0.2, 0.9, 0.3]), ("blue", [0.3, 0.4, 1.0])];

    /// By row and column.
    const PLACES: [[&'static str; 3]; 3] = [
        ["at the top left", "at the top", "at the top right"],
        ["on the left", "in the middle", "on the right"],
        ["at the bottom left", "at the bottom", "at the bottom right"],
    ];

    /// Colour pictures to train on.
    pub fn seeded(seed: u64) -> Self {
        Self { generator: Generator::new(seed), grey: false, part: Part::Training }
    }

    /// The same in grey.
    #[must_use]
    pub fn grey(mut self) -> Self {
        self.grey = true;
        self
    }

    /// The same out of the tenth that is held out.
    #[must_use]
    pub fn held_out(mut self) -> Self {
        self.part = Part::HeldOut;
        self
    }

    /// `C`, the channels of a picture: 3, or 1 in grey.
    pub fn channels(&self) -> usize {
        if self.grey { 1 } else { 3 }
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
        let (side, channels) = (Self::SIDE, self.channels());
        let mut pixels = Vec::with_capacity(shape::expect_countable("size", &[size, channels, side, side])?);
        let mut captions = Vec::with_capacity(size);
        for _ in 0..size {
            let scene = self.scene();
            let brightness = 0.6 + 0.4 * self.generator.next_f64();
            for channel in 0..channels {
                let ink = if self.grey { brightness } else { brightness * Self::COLORS[scene.color].1[channel] };
                for (y, x) in (0..side as i32).flat_map(|y| (0..side as i32).map(move |x| (y, x))) {
                    let inside = scene.shape.covers(x - scene.center.0, y - scene.center.1, scene.reach);
                    let noise = Self::NOISE * self.generator.next_normal();
                    pixels.push((if inside { ink } else { 0.0 } + noise) as f32);
                }
            }
            captions.push(self.caption(&scene));
        }
        Ok(PictureBatch {
            pictures: Tensor::from_vec(pixels, (size, channels, side, side), device)?,
            answers: Answers::new(captions, &Self::symbols(), device)?,
        })
    }

    /// A scene of this part.
    fn scene(&mut self) -> Scene {
        loop {
            let shape = Shape::draw(&mut self.generator);
            let large = self.generator.below(2) == 1;
            let color = self.generator.below(Self::COLORS.len());
            let reach = if large { 4 + self.generator.below(2) } else { 2 } as i32;
            let place = (self.generator.below(3), self.generator.below(3));
            let center = (self.coordinate(place.1, reach), self.coordinate(place.0, reach));
            let scene = Scene { shape, large, color, place, reach, center };
            let content = format!("{} {color} {reach} {center:?}", shape.name());
            if Part::of(content.as_bytes()) == self.part {
                return scene;
            }
        }
    }

    /// A centre in the first, second or last third of the picture, such that the whole shape is inside.
    fn coordinate(&mut self, third: usize, reach: i32) -> i32 {
        let side = Self::SIDE as i32;
        let (first, last) = match third {
            0 => (reach, 6),
            1 => (side / 2 - 2, side / 2 + 1),
            _ => (side - 7, side - 1 - reach),
        };
        first + self.generator.below((last - first + 1) as usize) as i32
    }

    fn caption(&self, scene: &Scene) -> String {
        let size = if scene.large { "large" } else { "small" };
        let color = if self.grey { String::new() } else { format!("{} ", Self::COLORS[scene.color].0) };
        format!("a {size} {color}{} {}", scene.shape.name(), Self::PLACES[scene.place.0][scene.place.1])
    }
}
