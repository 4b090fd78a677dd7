//! A network that describes a clip.

use candle_core::Tensor;
use candle_nn::VarBuilder;

use super::{Eye, Writer};
use crate::shape::{self, Dim};
use crate::tasks::{ClipBatch, Clips, Pictures};
use crate::{Lstm, LstmState, Options, Result};

/// An [`Eye`] looks at each frame, an LSTM reads what it sees frame by frame, and a [`Writer`] begins from the state of that
/// LSTM (Venugopalan et al. 2015, *Sequence to Sequence: Video to Text*).
///
/// Their network for frames had been trained on pictures before; so may this one: hand over the eye of a
/// [`Captioner`](super::Captioner).
///
/// ```
/// use lstm::{Parameters, candle_core::{DType, Device}, models::{ClipCaptioner, Eye}, tasks::Clips};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let eye = Eye::new(3, 20, 48, parameters.builder().pp("eye"))?;
/// let model = ClipCaptioner::new(eye, 16, 32, parameters.builder())?;
/// let batch = Clips::seeded(1).batch(4, &Device::Cpu)?;
/// let gradients = model.loss(&batch)?.backward()?;
/// assert!(parameters.vars().iter().all(|var| gradients.get(var).is_some()));
/// assert_eq!(model.describe(&batch.clips)?.len(), 4);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ClipCaptioner {
    eye: Eye,
    encoder: Lstm,
    writer: Writer,
}

impl ClipCaptioner {
    /// The longest caption that it writes, in words.
    pub const MOST: usize = 12;

    /// For [`Clips`] of pictures that `eye` can see, with `embedding_size` numbers for each word and `hidden_size` (`H`)
    /// units in the LSTM that reads and in the one that writes.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) on sizes of zero or beyond all memory;
    /// [`Error::Candle`](crate::Error::Candle) if `vb` holds other shapes.
    pub fn new(eye: Eye, embedding_size: usize, hidden_size: usize, vb: VarBuilder) -> Result<Self> {
        let options = Options::default();
        Ok(Self {
            encoder: Lstm::new(eye.features(), hidden_size, options, vb.pp("encoder"))?,
            writer: Writer::new(Clips::symbols(), embedding_size, hidden_size, options, vb.pp("writer"))?,
            eye,
        })
    }

    /// The state after the last frame of `clips` `[T, B, 3, S, S]`: `[1, B, H]`.
    ///
    /// # Errors
    /// [`Error::Shape`](crate::Error::Shape) if they are of another shape, [`Error::Candle`](crate::Error::Candle) if of
    /// another element type.
    pub fn watch(&self, clips: &Tensor) -> Result<LstmState> {
        let side = Dim::Is("S", Pictures::SIDE);
        shape::expect("clips", clips, &[Dim::Any("T"), Dim::Any("B"), Dim::Is("C", 3), side, side])?;
        let (frames, size) = (clips.dim(0)?, clips.dim(1)?);
        let seen = self.eye.forward(&clips.flatten(0, 1)?)?; // [T·B, F]
        let (_, state) = self.encoder.forward(&seen.reshape((frames, size, ()))?, None)?;
        Ok(state)
    }

    /// The mean cross-entropy, in nats for each word: a scalar.
    ///
    /// # Errors
    /// Those of [`watch`](ClipCaptioner::watch) and of [`Writer::loss`].
    pub fn loss(&self, batch: &ClipBatch) -> Result<Tensor> {
        self.writer.loss(&self.watch(&batch.clips)?, &batch.answers)
    }

    /// A caption for each of `clips` `[T, B, 3, S, S]`.
    ///
    /// # Errors
    /// Those of [`watch`](ClipCaptioner::watch).
    pub fn describe(&self, clips: &Tensor) -> Result<Vec<String>> {
        self.writer.write(&self.watch(clips)?, Self::MOST)
    }
}
