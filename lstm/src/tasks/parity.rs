//! Parity: is the number of ones odd?

use candle_core::{Device, Tensor};

use crate::random::Generator;
use crate::{Result, shape};

/// The parity problem: in a row of random ones and minus ones, is the number of ones odd?
///
/// Every single input turns the answer around, so nothing less than all of them is worth anything: half of all guesses are
/// right (cross-entropy ln 2 = 0.693), and so is half of what a network says that misses one input. One bit of memory is
/// enough for it. It is one of the problems of Bengio, Simard and Frasconi (1994); Hochreiter and Schmidhuber (1996) showed
/// that random weights solve its short forms as fast as training does.
///
/// ```
/// use lstm::{candle_core::Device, tasks::Parity};
///
/// let batch = Parity::seeded(1, 12)?.batch(64, &Device::Cpu)?;
/// assert_eq!(batch.xs.dims(), [12, 64, 1]);
/// assert_eq!(batch.running.get(11)?.to_vec1::<u32>()?, batch.targets.to_vec1::<u32>()?);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Parity {
    generator: Generator,
    steps: usize,
}

/// Sequences of the parity problem.
///
/// ```
/// use lstm::{candle_core::Device, tasks::Parity};
///
/// let batch = Parity::seeded(1, 5)?.batch(1, &Device::Cpu)?;
/// let signs: Vec<f32> = batch.xs.flatten_all()?.to_vec1()?;
/// let ones = signs.iter().filter(|sign| **sign == 1.0).count() as u32;
/// assert_eq!(batch.targets.to_vec1::<u32>()?, [ones % 2]);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ParityBatch {
    /// The sequences, `[T, B, 1]` in f32: 1 or -1.
    pub xs: Tensor,
    /// 1 where the number of ones is odd, 0 where it is even, `[B]` in u32.
    pub targets: Tensor,
    /// The same after each step, `[T, B]` in u32: a target that makes the task easy.
    pub running: Tensor,
}

impl Parity {
    /// Sequences of `steps` (`T`) steps, at least 1.
    pub fn seeded(seed: u64, steps: usize) -> Result<Self> {
        shape::expect_countable("steps", &[steps])?;
        Ok(Self { generator: Generator::new(seed), steps })
    }

    /// `T`, the length of every sequence.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The next `size` (`B`) sequences, on `device`. Fails on a size of zero.
    pub fn batch(&mut self, size: usize, device: &Device) -> Result<ParityBatch> {
        let mut xs = vec![0f32; shape::expect_countable("size", &[self.steps, size])?];
        let mut running = vec![0u32; xs.len()];
        let mut odd = vec![0u32; size];
        for b in 0..size {
            for t in 0..self.steps {
                let one = self.generator.below(2) as u32;
                odd[b] ^= one;
                xs[t * size + b] = if one == 1 { 1.0 } else { -1.0 };
                running[t * size + b] = odd[b];
            }
        }
        Ok(ParityBatch {
            xs: Tensor::from_vec(xs, (self.steps, size, 1), device)?,
            targets: Tensor::from_vec(odd, size, device)?,
            running: Tensor::from_vec(running, (self.steps, size), device)?,
        })
    }
}
