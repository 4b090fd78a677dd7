//! The delayed echo: say at every step what was heard some steps ago.

use candle_core::{Device, Tensor};

use crate::random::Generator;
use crate::{Result, shape};

/// The delayed echo: the target at each step is the input of `delay` steps before.
///
/// The inputs are random numbers from [-1, 1), so nothing but memory helps: whoever always answers 0, their mean, has a
/// mean squared error of 1/3 ([`BASELINE`](DelayedEcho::BASELINE)) over the steps that have a target. Jaeger (2001) measures
/// the memory of echo state networks with it: one readout for each delay.
///
/// ```
/// use lstm::{candle_core::Device, tasks::DelayedEcho};
///
/// let batch = DelayedEcho::seeded(1, 50, 3)?.batch(8, &Device::Cpu)?;
/// assert_eq!(batch.xs.dims(), [50, 8, 1]);
/// let (heard, said) = (batch.xs.get(0)?, batch.targets.get(3)?);
/// assert_eq!(heard.to_vec2::<f32>()?, said.to_vec2::<f32>()?);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct DelayedEcho {
    generator: Generator,
    steps: usize,
    delay: usize,
}

/// Sequences of the delayed echo.
///
/// ```
/// use lstm::{candle_core::Device, tasks::DelayedEcho};
///
/// let batch = DelayedEcho::seeded(1, 6, 2)?.batch(1, &Device::Cpu)?;
/// let heard: Vec<f32> = batch.xs.flatten_all()?.to_vec1()?;
/// let said: Vec<f32> = batch.targets.flatten_all()?.to_vec1()?;
/// assert_eq!(heard[..4], said[2..]);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct EchoBatch {
    /// The sequences, `[T, B, 1]` in f32, in [-1, 1).
    pub xs: Tensor,
    /// The inputs `delay` steps before, `[T, B, 1]` in f32. The first `delay` are 0 and should not count.
    pub targets: Tensor,
}

impl DelayedEcho {
    /// The mean squared error of the constant answer 0: the variance of a number spread evenly over [-1, 1).
    pub const BASELINE: f64 = 1.0 / 3.0;

    /// Sequences of `steps` (`T`) steps, more than `delay`, which may be 0.
    pub fn seeded(seed: u64, steps: usize, delay: usize) -> Result<Self> {
        shape::expect_countable("steps", &[steps])?;
        shape::expect_positive("steps - delay", steps.saturating_sub(delay))?;
        Ok(Self { generator: Generator::new(seed), steps, delay })
    }

    /// `T`, the length of every sequence.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// How many steps after an input its echo is asked for.
    pub fn delay(&self) -> usize {
        self.delay
    }

    /// The next `size` (`B`) sequences, on `device`. Fails on a size of zero.
    pub fn batch(&mut self, size: usize, device: &Device) -> Result<EchoBatch> {
        let count = shape::expect_countable("size", &[self.steps, size])?;
        let xs: Vec<f32> = (0..count).map(|_| (2.0 * self.generator.next_f64() - 1.0) as f32).collect();
        let silence = self.delay * size;
        let mut targets = vec![0f32; silence];
        targets.extend(&xs[..count - silence]);
        let shape = (self.steps, size, 1);
        Ok(EchoBatch { xs: Tensor::from_vec(xs, shape, device)?, targets: Tensor::from_vec(targets, shape, device)? })
    }
}
