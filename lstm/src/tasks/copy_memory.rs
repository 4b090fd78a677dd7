//! Copying: a few symbols, a long wait, and then the same symbols again.

use candle_core::{Device, Tensor};

use crate::random::Generator;
use crate::{Result, shape};

/// The copy-memory task: read `length` symbols, wait, and say them again in order.
///
/// There are `symbols` kinds of symbols, a blank and a signal. A sequence is `length` random symbols, `delay` - 1 blanks,
/// the signal, and `length` blanks; the target is `length` + `delay` blanks and then the symbols. Whoever knows when to
/// be silent but not what to say has a cross-entropy of `length` ln(`symbols`) / T ([`baseline`](CopyMemory::baseline)).
///
/// Hochreiter and Schmidhuber (1997) began with tasks of this kind; this form, with 8 symbols and a length of 10, is that
/// of Arjovsky, Shah and Bengio (2016, section 4.1).
///
/// ```
/// use lstm::{candle_core::Device, tasks::CopyMemory};
///
/// let mut task = CopyMemory::seeded(1, 8, 10, 100)?;
/// let batch = task.batch(32, &Device::Cpu)?;
/// assert_eq!(batch.xs.dims(), [120, 32, 10]); // one-hot: 8 symbols, blank, signal
/// assert_eq!(batch.targets.dims(), [120, 32]);
/// assert!((task.baseline() - 10.0 * 8f64.ln() / 120.0).abs() < 1e-12);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct CopyMemory {
    generator: Generator,
    symbols: usize,
    length: usize,
    delay: usize,
}

/// Sequences of the copy-memory task.
///
/// ```
/// use lstm::{candle_core::Device, tasks::CopyMemory};
///
/// let batch = CopyMemory::seeded(1, 8, 3, 5)?.batch(1, &Device::Cpu)?; // 3 symbols, T = 11
/// let heard: Vec<u32> = batch.xs.argmax(2)?.flatten_all()?.to_vec1()?;
/// let said: Vec<u32> = batch.targets.flatten_all()?.to_vec1()?;
/// assert_eq!(heard[..3], said[8..]);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct CopyBatch {
    /// The sequences, one-hot, `[T, B, symbols + 2]` in f32: the symbols, then the blank, then the signal.
    pub xs: Tensor,
    /// What should be said at each step, `[T, B]` in u32: 0 to `symbols` - 1, or `symbols` for the blank.
    pub targets: Tensor,
}

impl CopyMemory {
    /// Sequences of `length` out of `symbols` kinds, repeated after `delay` steps; all at least 1.
    pub fn seeded(seed: u64, symbols: usize, length: usize, delay: usize) -> Result<Self> {
        shape::expect_positive("symbols", symbols)?;
        shape::expect_positive("length", length)?;
        shape::expect_positive("delay", delay)?;
        let steps = length.saturating_mul(2).saturating_add(delay);
        shape::expect_countable("delay", &[steps, symbols.saturating_add(2)])?;
        Ok(Self { generator: Generator::new(seed), symbols, length, delay })
    }

    /// `T`, the length of every sequence: `delay` + 2 `length`.
    pub fn steps(&self) -> usize {
        self.delay + 2 * self.length
    }

    /// The mean cross-entropy, in nats per step, of guessing the symbols and knowing the rest.
    pub fn baseline(&self) -> f64 {
        self.length as f64 * (self.symbols as f64).ln() / self.steps() as f64
    }

    /// The next `size` (`B`) sequences, on `device`. Fails on a size of zero.
    pub fn batch(&mut self, size: usize, device: &Device) -> Result<CopyBatch> {
        let (steps, classes) = (self.steps(), self.symbols + 2);
        let (blank, signal) = (self.symbols, self.symbols + 1);
        let mut xs = vec![0f32; shape::expect_countable("size", &[steps, size, classes])?];
        let mut targets = vec![blank as u32; steps * size];
        for b in 0..size {
            let said: Vec<usize> = (0..self.length).map(|_| self.generator.below(self.symbols)).collect();
            for t in 0..steps {
                let read = match said.get(t) {
                    Some(symbol) => *symbol,
                    None if t == self.length + self.delay - 1 => signal,
                    None => blank,
                };
                xs[(t * size + b) * classes + read] = 1.0;
            }
            for (k, symbol) in said.iter().enumerate() {
                targets[(self.length + self.delay + k) * size + b] = *symbol as u32;
            }
        }
        Ok(CopyBatch {
            xs: Tensor::from_vec(xs, (steps, size, classes), device)?,
            targets: Tensor::from_vec(targets, (steps, size), device)?,
        })
    }
}
