//! Ids on their way into a model, and those that should come out.

use candle_core::{Device, Tensor};

use crate::Result;

/// A batch of ids with its targets, of type u32: what [`Stream`](super::Stream) and [`Windows`](super::Windows) give.
///
/// ```
/// use lstm::{candle_core::Device, text::{Stream, Windows}};
///
/// let ids = [5, 6, 7, 8];
/// let stream = Stream::new(&ids, 1, 3)?.batch(0, &Device::Cpu)?;
/// assert_eq!(stream.inputs.to_vec2::<u32>()?, [[5], [6], [7]]);
/// assert_eq!(stream.targets.to_vec2::<u32>()?, [[6], [7], [8]]);
/// let windows = Windows::new(&ids, 3, 1)?.batch(&[0], &Device::Cpu)?;
/// assert_eq!(windows.targets.to_vec1::<u32>()?, [8]);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Batch {
    /// What goes in, `[T, B]` (`[B, T]` with the batch first).
    pub inputs: Tensor,
    /// What should come out: of a stream the token after each, in the shape of `inputs`; of windows the token after the
    /// whole window, `[B]`.
    pub targets: Tensor,
}

/// `rows` of one length `T` as `[T, B]`, or `[B, T]` with the batch first.
pub(super) fn tensor_of_rows(rows: &[&[u32]], batch_first: bool, device: &Device) -> Result<Tensor> {
    let steps = rows.first().map_or(0, |row| row.len());
    let (ids, shape): (Vec<u32>, (usize, usize)) = if batch_first {
        (rows.concat(), (rows.len(), steps))
    } else {
        ((0..steps).flat_map(|t| rows.iter().map(move |row| row[t])).collect(), (steps, rows.len()))
    };
    Ok(Tensor::from_vec(ids, shape, device)?)
}
