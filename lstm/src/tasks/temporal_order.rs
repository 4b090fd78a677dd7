//! Temporal order: which of two rare symbols came first, among many that mean nothing.

use candle_core::{Device, Tensor};

use crate::random::Generator;
use crate::{Error, Result, shape};

/// The temporal-order problem: two of the `T` steps show X or Y, and their order is asked for at the end.
///
/// A sequence begins with E, ends with B, and is filled with a, b, c and d at random, which mean nothing. One X or Y stands
/// in the second tenth of the sequence, another in the sixth. The four classes are XX, XY, YX and YY; a guess is right once
/// in four times, with a cross-entropy of ln 4 = 1.386.
///
/// Hochreiter and Schmidhuber (1997, experiment 6a), with one length for all sequences where theirs vary from 100 to 110.
///
/// ```
/// use lstm::{candle_core::Device, tasks::TemporalOrder};
///
/// let batch = TemporalOrder::seeded(1, 100)?.batch(20, &Device::Cpu)?;
/// assert_eq!(batch.xs.dims(), [100, 20, 8]); // one-hot: E B a b c d X Y
/// assert_eq!(batch.targets.dims(), [20]);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct TemporalOrder {
    generator: Generator,
    steps: usize,
}

/// Sequences of the temporal-order problem.
///
/// ```
/// use lstm::{candle_core::Device, tasks::TemporalOrder};
///
/// let batch = TemporalOrder::seeded(1, 50)?.batch(1, &Device::Cpu)?;
/// let symbols: Vec<u32> = batch.xs.argmax(2)?.flatten_all()?.to_vec1()?;
/// let order: String = batch.marked[0].iter().map(|&step| TemporalOrder::SYMBOLS[symbols[step] as usize]).collect();
/// assert_eq!(order, TemporalOrder::CLASSES[batch.targets.to_vec1::<u32>()?[0] as usize]);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct TemporalBatch {
    /// The sequences, one-hot, `[T, B, 8]` in f32, in the order of [`TemporalOrder::SYMBOLS`].
    pub xs: Tensor,
    /// The class of each, `[B]` in u32, in the order of [`TemporalOrder::CLASSES`].
    pub targets: Tensor,
    /// The steps of the two symbols that count, from 0.
    pub marked: Vec<[usize; 2]>,
}

impl TemporalOrder {
    /// The symbols, in the order of the inputs.
    pub const SYMBOLS: [&str; 8] = ["E", "B", "a", "b", "c", "d", "X", "Y"];

    /// The classes, in the order of their numbers.
    pub const CLASSES: [&str; 4] = ["XX", "XY", "YX", "YY"];

    /// Sequences of `steps` (`T`) steps, at least 10.
    pub fn seeded(seed: u64, steps: usize) -> Result<Self> {
        if steps < 10 {
            return Err(Error::Argument {
                argument: "steps",
                expected: "at least 10, one for each tenth".to_owned(),
                got: steps.to_string(),
            });
        }
        shape::expect_countable("steps", &[steps, Self::SYMBOLS.len()])?;
        Ok(Self { generator: Generator::new(seed), steps })
    }

    /// `T`, the length of every sequence.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The next `size` (`B`) sequences, on `device`. Fails on a size of zero.
    pub fn batch(&mut self, size: usize, device: &Device) -> Result<TemporalBatch> {
        let inputs = Self::SYMBOLS.len();
        let mut xs = vec![0f32; shape::expect_countable("size", &[self.steps, size, inputs])?];
        let (mut targets, mut marked) = (Vec::with_capacity(size), Vec::with_capacity(size));
        for b in 0..size {
            let at = [self.in_tenth(1), self.in_tenth(5)];
            let shown = [self.generator.below(2), self.generator.below(2)];
            for t in 0..self.steps {
                let symbol = match at.iter().position(|step| *step == t) {
                    Some(k) => 6 + shown[k],
                    None if t == 0 => 0,
                    None if t + 1 == self.steps => 1,
                    None => 2 + self.generator.below(4),
                };
                xs[(t * size + b) * inputs + symbol] = 1.0;
            }
            targets.push((2 * shown[0] + shown[1]) as u32);
            marked.push(at);
        }
        Ok(TemporalBatch {
            xs: Tensor::from_vec(xs, (self.steps, size, inputs), device)?,
            targets: Tensor::from_vec(targets, size, device)?,
            marked,
        })
    }

    /// A step of that tenth of the sequence, counted from 0.
    fn in_tenth(&mut self, tenth: usize) -> usize {
        let (first, next) = (tenth * self.steps / 10, (tenth + 1) * self.steps / 10);
        first + self.generator.below(next - first)
    }
}
