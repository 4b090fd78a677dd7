//! All windows of a text, each with the token that follows.

use candle_core::{Device, Tensor};

use super::batch::{Batch, tensor_of_rows};
use crate::random::Generator;
use crate::{Error, Result, shape};

/// The windows of `T` ids that begin at 0, `stride`, `2·stride`, …, each with the id after it as its target. The lecture
/// on character generation cuts its book like this, with `T = 100` and `stride = 1`.
///
/// ```
/// use lstm::{candle_core::Device, random::Generator, text::Windows};
///
/// let windows = Windows::new(&[5, 6, 7, 8, 9], 3, 1)?;
/// assert_eq!(windows.len(), 2);
/// assert_eq!(windows.get(0), Some((&[5, 6, 7][..], 8)));
/// assert_eq!(windows.get(1), Some((&[6, 7, 8][..], 9)));
/// for batch in windows.shuffled(64, &mut Generator::new(1), &Device::Cpu)? {
///     let batch = batch?;
///     assert_eq!((batch.inputs.dims(), batch.targets.dims()), (&[3, 2][..], &[2][..])); // [T, B] and [B]
/// }
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Windows {
    ids: Vec<u32>,
    steps: usize,
    stride: usize,
    batch_first: bool,
}

impl Windows {
    /// The windows of `steps` (`T`) ids, one every `stride` ids. Fails on a size of zero, and if there is no window with
    /// a target, that is, on fewer than `T + 1` ids.
    pub fn new(ids: &[u32], steps: usize, stride: usize) -> Result<Self> {
        shape::expect_positive("steps", steps)?;
        shape::expect_positive("stride", stride)?;
        if ids.len() <= steps {
            return Err(Error::Argument {
                argument: "ids",
                expected: format!("more than T = {steps} ids, a window and its target"),
                got: ids.len().to_string(),
            });
        }
        Ok(Self { ids: ids.to_vec(), steps, stride, batch_first: false })
    }

    /// The same windows with inputs `[B, T]` instead of `[T, B]`, or back if it is `false`.
    pub fn with_batch_first(mut self, batch_first: bool) -> Self {
        self.batch_first = batch_first;
        self
    }

    /// How many windows there are; at least 1.
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        (self.ids.len() - self.steps - 1) / self.stride + 1
    }

    /// `T`, the length of a window.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Window number `index`, from 0, and its target; `None` from [`len`](Windows::len) on.
    pub fn get(&self, index: usize) -> Option<(&[u32], u32)> {
        let start = index.checked_mul(self.stride)?;
        let end = start.checked_add(self.steps)?;
        Some((self.ids.get(start..end)?, *self.ids.get(end)?))
    }

    /// The windows of these numbers as a batch: inputs `[T, B]`, targets `[B]`. Fails if there are none or one is not
    /// below [`len`](Windows::len).
    pub fn batch(&self, indices: &[usize], device: &Device) -> Result<Batch> {
        let window = |&index: &usize| {
            self.get(index).ok_or_else(|| Error::Argument {
                argument: "indices",
                expected: format!("below the number of windows, {}", self.len()),
                got: index.to_string(),
            })
        };
        shape::expect_positive("indices.len()", indices.len())?;
        let (rows, targets): (Vec<&[u32]>, Vec<u32>) =
            indices.iter().map(window).collect::<Result<Vec<_>>>()?.into_iter().unzip();
        Ok(Batch {
            inputs: tensor_of_rows(&rows, self.batch_first, device)?,
            targets: Tensor::from_vec(targets, indices.len(), device)?,
        })
    }

    /// All windows in batches of `size` (`B`), the last one smaller if it does not divide their number, in the order of
    /// the text. Fails on a size of zero.
    pub fn in_order<'a>(
        &'a self,
        size: usize,
        device: &'a Device,
    ) -> Result<impl Iterator<Item = Result<Batch>> + use<'a>> {
        self.batches((0..self.len()).collect(), size, device)
    }

    /// All windows in batches of `size` (`B`), in an order that `generator` draws. Fails on a size of zero.
    pub fn shuffled<'a>(
        &'a self,
        size: usize,
        generator: &mut Generator,
        device: &'a Device,
    ) -> Result<impl Iterator<Item = Result<Batch>> + use<'a>> {
        let mut order: Vec<usize> = (0..self.len()).collect();
        generator.shuffle(&mut order);
        self.batches(order, size, device)
    }

    fn batches<'a>(
        &'a self,
        order: Vec<usize>,
        size: usize,
        device: &'a Device,
    ) -> Result<impl Iterator<Item = Result<Batch>> + use<'a>> {
        shape::expect_positive("size", size)?;
        let count = order.len().div_ceil(size);
        Ok((0..count).map(move |k| self.batch(&order[k * size..((k + 1) * size).min(order.len())], device)))
    }
}
