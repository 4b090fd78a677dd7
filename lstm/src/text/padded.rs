//! Sequences of different lengths side by side in one tensor.

use candle_core::{Device, Tensor};

use super::batch::tensor_of_rows;
use crate::{Error, Result};

/// A batch of sequences, each filled up with the padding id to the length of the longest (`T`).
///
/// ```
/// use lstm::{candle_core::Device, text::Padded};
///
/// let batch = Padded::new(&[&[5, 6, 7][..], &[8]], 0, &Device::Cpu)?;
/// assert_eq!(batch.ids.to_vec2::<u32>()?, [[5, 8], [6, 0], [7, 0]]); // [T, B]
/// assert_eq!(batch.lengths, [3, 1]);
/// assert_eq!(batch.mask()?.to_vec2::<f32>()?, [[1.0, 1.0], [1.0, 0.0], [1.0, 0.0]]);
/// # Ok::<(), lstm::Error>(())
/// ```
///
/// A recurrent layer takes it as `forward_padded(&embedded, &batch.lengths, None)`.
#[derive(Clone, Debug)]
pub struct Padded {
    /// The ids, u32 `[T, B]`; `[B, T]` after [`batch_first`](Padded::batch_first).
    pub ids: Tensor,
    /// How many ids of each sequence are its own; at least 1.
    pub lengths: Vec<usize>,
    batch_first: bool,
}

impl Padded {
    /// `sequences` as a batch, time first, filled up with the id `padding`. Fails if there are none or one is empty.
    pub fn new(sequences: &[impl AsRef<[u32]>], padding: u32, device: &Device) -> Result<Self> {
        let lengths: Vec<usize> = sequences.iter().map(|sequence| sequence.as_ref().len()).collect();
        let wrong = |got: String| {
            let expected = "one or more sequences of at least one id each".to_owned();
            Err(Error::Argument { argument: "sequences", expected, got })
        };
        if let Some(empty) = lengths.iter().position(|length| *length == 0) {
            return wrong(format!("an empty sequence {empty}"));
        }
        let Some(&steps) = lengths.iter().max() else {
            return wrong("none".to_owned());
        };
        let rows: Vec<Vec<u32>> = sequences
            .iter()
            .map(|sequence| {
                let mut row = sequence.as_ref().to_vec();
                row.resize(steps, padding);
                row
            })
            .collect();
        let rows: Vec<&[u32]> = rows.iter().map(Vec::as_slice).collect();
        Ok(Self { ids: tensor_of_rows(&rows, false, device)?, lengths, batch_first: false })
    }

    /// The same batch with its ids, and its mask, as `[B, T]`.
    pub fn batch_first(mut self) -> Result<Self> {
        if !self.batch_first {
            self.ids = self.ids.t()?.contiguous()?;
            self.batch_first = true;
        }
        Ok(self)
    }

    /// 1 where an id is a sequence's own and 0 where it is padding, f32, in the shape of `ids`.
    pub fn mask(&self) -> Result<Tensor> {
        let mask = self.time_first_mask()?;
        Ok(if self.batch_first { mask.t()?.contiguous()? } else { mask })
    }

    /// The ids as `[T, B]`, whatever their order here.
    pub(crate) fn time_first_ids(&self) -> Result<Tensor> {
        Ok(if self.batch_first { self.ids.t()?.contiguous()? } else { self.ids.clone() })
    }

    /// The mask as `[T, B]`.
    pub(crate) fn time_first_mask(&self) -> Result<Tensor> {
        let steps = self.ids.dim(usize::from(self.batch_first))?;
        let own = (0..steps).flat_map(|t| self.lengths.iter().map(move |&length| f32::from(u8::from(t < length))));
        Ok(Tensor::from_vec(own.collect::<Vec<f32>>(), (steps, self.lengths.len()), self.ids.device())?)
    }

    /// Each sequence's own ids.
    pub(crate) fn sequences(&self) -> Result<Vec<Vec<u32>>> {
        let mut rows: Vec<Vec<u32>> = self.time_first_ids()?.t()?.to_vec2()?;
        for (row, &length) in rows.iter_mut().zip(&self.lengths) {
            row.truncate(length);
        }
        Ok(rows)
    }
}
