//! A long text in parallel rows, for a language model that passes its state from one batch to the next.

use candle_core::Device;

use super::batch::{Batch, tensor_of_rows};
use crate::{Error, Result, shape};

/// A text cut into `B` rows of the same length that are read side by side, `T` steps at a time. The next batch goes on
/// in each row where the last one ended, so the state after one batch is the right one before the next: truncated
/// backpropagation through time. At the beginning of an epoch the state is zero.
///
/// With ids 0 to 12, `B = 2` and `T = 4`, each row has 6 inputs:
///
/// | row | batch 0, inputs | targets | batch 1, inputs | targets |
/// |---|---|---|---|---|
/// | 0 | 0 1 2 3 | 1 2 3 4 | 4 5 | 5 6 |
/// | 1 | 6 7 8 9 | 7 8 9 10 | 10 11 | 11 12 |
///
/// The last batch is shorter if `T` does not divide the row. Fewer than `B` ids at the end of the text are left out.
///
/// ```
/// use lstm::{candle_core::Device, text::Stream};
///
/// let ids: Vec<u32> = (0..13).collect();
/// let stream = Stream::new(&ids, 2, 4)?;
/// assert_eq!(stream.len(), 2);
/// for batch in stream.batches(&Device::Cpu) {
///     let batch = batch?;
///     assert_eq!(batch.inputs.dims(), batch.targets.dims()); // [T, B]
/// }
/// let last = stream.batch(1, &Device::Cpu)?;
/// assert_eq!(last.inputs.to_vec2::<u32>()?, [[4, 10], [5, 11]]);
/// assert_eq!(last.targets.to_vec2::<u32>()?, [[5, 11], [6, 12]]);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Stream {
    ids: Vec<u32>,
    batch: usize,
    steps: usize,
    row: usize,
    batch_first: bool,
}

impl Stream {
    /// `ids` in `batch` (`B`) rows, read `steps` (`T`) at a time. Fails on a size of zero, and on fewer than `B + 1` ids:
    /// each row needs one, and the last one a target. A `T` above the length of a row gives one batch of the whole row.
    pub fn new(ids: &[u32], batch: usize, steps: usize) -> Result<Self> {
        shape::expect_positive("batch", batch)?;
        shape::expect_positive("steps", steps)?;
        let row = ids.len().saturating_sub(1) / batch;
        if row == 0 {
            return Err(Error::Argument {
                argument: "ids",
                expected: format!("more than B = {batch} ids, one for each row and a last target"),
                got: ids.len().to_string(),
            });
        }
        Ok(Self { ids: ids.to_vec(), batch, steps: steps.min(row), row, batch_first: false })
    }

    /// The same stream with batches `[B, T]` instead of `[T, B]`, or back if it is `false`.
    pub fn with_batch_first(mut self, batch_first: bool) -> Self {
        self.batch_first = batch_first;
        self
    }

    /// How many batches an epoch has; at least 1.
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.row.div_ceil(self.steps)
    }

    /// `B`, how many rows are read side by side.
    pub fn batch_size(&self) -> usize {
        self.batch
    }

    /// How many tokens are predicted in an epoch: all inputs of all rows.
    pub fn tokens(&self) -> usize {
        self.row * self.batch
    }

    /// Batch number `index` of an epoch, from 0: inputs and targets `[T, B]` on `device`. Fails from
    /// [`len`](Stream::len) on.
    pub fn batch(&self, index: usize, device: &Device) -> Result<Batch> {
        if index >= self.len() {
            return Err(Error::Argument {
                argument: "index",
                expected: format!("below the number of batches, {}", self.len()),
                got: index.to_string(),
            });
        }
        let start = index * self.steps;
        let end = (start + self.steps).min(self.row);
        let rows = |shift: usize| -> Vec<&[u32]> {
            (0..self.batch).map(|b| &self.ids[b * self.row + start + shift..b * self.row + end + shift]).collect()
        };
        Ok(Batch {
            inputs: tensor_of_rows(&rows(0), self.batch_first, device)?,
            targets: tensor_of_rows(&rows(1), self.batch_first, device)?,
        })
    }

    /// All batches of an epoch, in order.
    pub fn batches<'a>(&'a self, device: &'a Device) -> impl Iterator<Item = Result<Batch>> + 'a {
        (0..self.len()).map(|index| self.batch(index, device))
    }
}
