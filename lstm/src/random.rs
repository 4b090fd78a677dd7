//! Random numbers with a seed: candle's CPU device has none, so the course brings its own generator.

use std::ops::Range;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use candle_core::{DType, Device, Shape, Tensor};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;
use rand_distr::StandardNormal;

use crate::shape::expect_countable;
use crate::{Error, Result};

/// What [`Generator::state`] begins with.
const ALGORITHM: &str = "chacha12";

static PROCESS_WIDE: LazyLock<Mutex<Generator>> = LazyLock::new(|| Mutex::new(Generator::new(0)));

/// Seeds the process-wide generator, from which everything random here draws. Until the first call its seed is 0.
///
/// ```
/// use lstm::{candle_core::Device, random};
///
/// random::seed(42);
/// let first = random::randn((2, 3), &Device::Cpu)?.to_vec2::<f32>()?;
/// random::seed(42);
/// assert_eq!(first, random::randn((2, 3), &Device::Cpu)?.to_vec2::<f32>()?);
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn seed(seed: u64) {
    *process_wide() = Generator::new(seed);
}

/// A tensor of f32 numbers from the normal distribution with mean 0 and standard deviation 1.
///
/// ```
/// let noise = lstm::random::randn((3, 4, 10), &lstm::candle_core::Device::Cpu)?;
/// assert_eq!(noise.dims(), [3, 4, 10]);
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn randn(shape: impl Into<Shape>, device: &Device) -> Result<Tensor> {
    process_wide().randn(shape, DType::F32, device)
}

/// A tensor of f32 numbers spread evenly over `range`; fails unless the range is finite and not empty.
///
/// ```
/// let numbers = lstm::random::uniform(-1.0..1.0, 100, &lstm::candle_core::Device::Cpu)?.to_vec1::<f32>()?;
/// assert!(numbers.iter().all(|number| (-1.0..=1.0).contains(number)));
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn uniform(range: Range<f64>, shape: impl Into<Shape>, device: &Device) -> Result<Tensor> {
    process_wide().uniform(range, shape, DType::F32, device)
}

/// The process-wide generator, locked; hold it only while drawing.
pub(crate) fn process_wide() -> MutexGuard<'static, Generator> {
    PROCESS_WIDE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where the process-wide generator is in its stream, as text; what a checkpoint keeps. [`set_state`] goes back there.
///
/// ```
/// use lstm::random;
///
/// let saved = random::state();
/// let first = random::uniform(0.0..1.0, 3, &lstm::candle_core::Device::Cpu)?.to_vec1::<f32>()?;
/// random::set_state(&saved)?; // back to where it was
/// assert_eq!(first, random::uniform(0.0..1.0, 3, &lstm::candle_core::Device::Cpu)?.to_vec1::<f32>()?);
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn state() -> String {
    process_wide().state()
}

/// Puts the process-wide generator where [`state`] found one. Fails on other text, and then changes nothing.
///
/// ```
/// assert!(lstm::random::set_state("not a state").is_err());
/// lstm::random::set_state(&lstm::random::state())?; // changes nothing
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn set_state(state: &str) -> Result<()> {
    *process_wide() = Generator::from_state(state)?;
    Ok(())
}

/// A stream of random numbers of its own, untouched by whatever else draws.
///
/// ```
/// use lstm::random::Generator;
///
/// let mut generator = Generator::new(7);
/// generator.next_f64();
/// let saved = generator.state();
/// let next = generator.next_normal();
/// assert_eq!(Generator::from_state(&saved)?.next_normal(), next);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Generator(ChaCha12Rng);

impl Generator {
    /// The stream that belongs to `seed`.
    pub fn new(seed: u64) -> Self {
        Self(ChaCha12Rng::seed_from_u64(seed))
    }

    /// Where the stream is, as text: the algorithm, its key in hexadecimal, and how many 32-bit words were drawn.
    pub fn state(&self) -> String {
        let key: String = self.0.get_seed().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{ALGORITHM} {key} {}", self.0.get_word_pos())
    }

    /// The stream from where [`state`](Generator::state) found it. Fails on other text.
    pub fn from_state(state: &str) -> Result<Self> {
        parse_state(state).ok_or_else(|| Error::Argument {
            argument: "state",
            expected: format!("`{ALGORITHM}`, 64 hexadecimal digits and a number, as `Generator::state` writes them"),
            got: format!("{state:?}"),
        })
    }

    /// The next number of the stream, any of the 2⁶⁴; a seed for another generator.
    pub fn next_seed(&mut self) -> u64 {
        self.0.random()
    }

    /// A number from [0, 1).
    pub fn next_f64(&mut self) -> f64 {
        self.0.random()
    }

    /// A number from the normal distribution with mean 0 and standard deviation 1.
    pub fn next_normal(&mut self) -> f64 {
        self.0.sample(StandardNormal)
    }

    /// A whole number from 0 to `count` - 1, each as likely; 0 if `count` is 0.
    pub fn below(&mut self, count: usize) -> usize {
        // The product is below `count`, since the number drawn is below 1; `min` guards against its rounding.
        ((self.next_f64() * count as f64) as usize).min(count.saturating_sub(1))
    }

    /// Puts `items` into an order drawn at random, each order as likely (Fisher and Yates).
    ///
    /// ```
    /// use lstm::random::Generator;
    ///
    /// let mut deck = vec![1, 2, 3, 4, 5];
    /// Generator::new(1).shuffle(&mut deck);
    /// deck.sort();
    /// assert_eq!(deck, [1, 2, 3, 4, 5]);
    /// ```
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end + 1));
        }
    }

    /// A tensor from the normal distribution with mean 0 and standard deviation 1.
    pub fn randn(&mut self, shape: impl Into<Shape>, dtype: DType, device: &Device) -> Result<Tensor> {
        self.fill(shape, dtype, device, |rng| rng.sample(StandardNormal))
    }

    /// A tensor of numbers spread evenly over `range`; fails unless the range is finite and not empty.
    pub fn uniform(
        &mut self,
        range: Range<f64>,
        shape: impl Into<Shape>,
        dtype: DType,
        device: &Device,
    ) -> Result<Tensor> {
        let width = range.end - range.start;
        if !(width.is_finite() && width > 0.0) {
            return Err(Error::Argument {
                argument: "range",
                expected: "finite with its start below its end".to_owned(),
                got: format!("{range:?}"),
            });
        }
        self.fill(shape, dtype, device, |rng| range.start + width * rng.random::<f64>())
    }

    fn fill(
        &mut self,
        shape: impl Into<Shape>,
        dtype: DType,
        device: &Device,
        mut draw: impl FnMut(&mut ChaCha12Rng) -> f64,
    ) -> Result<Tensor> {
        if !dtype.is_float() {
            return Err(Error::Argument {
                argument: "dtype",
                expected: "a floating-point type".to_owned(),
                got: dtype.as_str().to_owned(),
            });
        }
        let shape = shape.into();
        let count = if shape.dims().contains(&0) { 0 } else { expect_countable("shape", shape.dims())? };
        let values: Vec<f64> = (0..count).map(|_| draw(&mut self.0)).collect();
        let on_cpu = Tensor::from_vec(values, shape, &Device::Cpu)?;
        Ok(on_cpu.to_dtype(dtype)?.to_device(device)?)
    }
}

fn parse_state(state: &str) -> Option<Generator> {
    let mut words = state.split(' ');
    let (algorithm, key, position) = (words.next()?, words.next()?, words.next()?);
    if algorithm != ALGORITHM || key.len() != 64 || words.next().is_some() {
        return None;
    }
    let mut seed = [0; 32];
    for (k, byte) in seed.iter_mut().enumerate() {
        *byte = u8::from_str_radix(key.get(2 * k..2 * k + 2)?, 16).ok()?;
    }
    let mut rng = ChaCha12Rng::from_seed(seed);
    rng.set_word_pos(position.parse().ok()?);
    Some(Generator(rng))
}
