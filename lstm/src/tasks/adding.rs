//! The adding problem: two marked numbers out of a long row, summed.

use candle_core::{Device, Tensor};

use crate::random::Generator;
use crate::{Error, Result, shape};

/// The adding problem: out of a long row of random numbers, two are marked; what is their sum?
///
/// Each step brings a number from [0, 1) and a mark, which is 1 at one step of the first half and at one of the second
/// half, and 0 elsewhere. The target is the sum of the two marked numbers. Whoever always answers 1, the mean, has a
/// mean squared error of 1/6 ([`BASELINE`](AddingProblem::BASELINE)); to do better, a network must carry the first
/// number to the second.
///
/// Hochreiter and Schmidhuber (1997, experiment 4) invented it, with numbers from [-1, 1]; this is the variant of
/// Arjovsky, Shah and Bengio (2016).
///
/// ```
/// use lstm::{candle_core::Device, tasks::AddingProblem};
///
/// let mut task = AddingProblem::seeded(1, 40)?;
/// let batch = task.batch(64, &Device::Cpu)?;
/// assert_eq!(batch.xs.dims(), [40, 64, 2]);
/// assert_eq!(batch.targets.dims(), [64, 1]);
/// let [first, second] = batch.marked[0];
/// assert!(first < 20 && second >= 20);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct AddingProblem {
    generator: Generator,
    steps: usize,
}

/// Sequences of the adding problem, with their answers.
///
/// ```
/// use lstm::{candle_core::Device, tasks::AddingProblem};
///
/// let batch = AddingProblem::seeded(1, 10)?.batch(2, &Device::Cpu)?;
/// let steps = batch.xs.to_vec3::<f32>()?; // [T, B, 2]
/// let [first, second] = batch.marked[1];
/// let sum = steps[first][1][0] + steps[second][1][0];
/// assert!((sum - batch.targets.to_vec2::<f32>()?[1][0]).abs() < 1e-6);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct AddingBatch {
    /// The sequences, `[T, B, 2]` in f32: the number and the mark of each step.
    pub xs: Tensor,
    /// The sum of the two marked numbers, `[B, 1]`, in [0, 2).
    pub targets: Tensor,
    /// For each sequence the two marked steps, counted from 0, the earlier one first.
    pub marked: Vec<[usize; 2]>,
}

impl AddingProblem {
    /// The mean squared error of the constant answer 1: the variance of a sum of two numbers spread evenly over
    /// [0, 1), 1/12 + 1/12.
    pub const BASELINE: f64 = 1.0 / 6.0;

    /// Sequences of `steps` (`T`) steps, at least 2, drawn from a stream of their own that begins with `seed`.
    pub fn seeded(seed: u64, steps: usize) -> Result<Self> {
        if steps < 2 {
            return Err(Error::Argument {
                argument: "steps",
                expected: "at least 2, one for each mark".to_owned(),
                got: steps.to_string(),
            });
        }
        Ok(Self { generator: Generator::new(seed), steps })
    }

    /// `T`, the length of every sequence.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The next `size` (`B`) sequences, on `device`. Fails on a size of zero.
    pub fn batch(&mut self, size: usize, device: &Device) -> Result<AddingBatch> {
        let count = shape::expect_countable("size", &[self.steps, size, 2])?;
        let half = self.steps / 2;
        let mut xs = vec![0f32; count];
        let mut targets = Vec::with_capacity(size);
        let mut marked = Vec::with_capacity(size);
        for b in 0..size {
            let marks = [self.generator.below(half), half + self.generator.below(self.steps - half)];
            let mut sum = 0.0;
            for t in 0..self.steps {
                // The element [t, b, 0] of a tensor [T, B, 2] laid out row by row; the mark follows it.
                let at = (t * size + b) * 2;
                let value = self.generator.next_f64() as f32;
                xs[at] = value;
                if marks.contains(&t) {
                    xs[at + 1] = 1.0;
                    sum += value;
                }
            }
            targets.push(sum);
            marked.push(marks);
        }
        Ok(AddingBatch {
            xs: Tensor::from_vec(xs, (self.steps, size, 2), device)?,
            targets: Tensor::from_vec(targets, (size, 1), device)?,
            marked,
        })
    }
}
