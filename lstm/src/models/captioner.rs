//! A network that describes a picture.

use candle_core::{Module, Tensor};
use candle_nn::{Linear, VarBuilder};

use super::{Eye, Writer};
use crate::tasks::{PictureBatch, Pictures};
use crate::{LstmState, Options, Result};

/// An [`Eye`] looks at the picture, and what it sees becomes the first state of a [`Writer`] (Vinyals et al. 2015, *Show and
/// Tell*, who hand it over as the first input instead).
///
/// ```
/// use lstm::{Parameters, candle_core::{DType, Device}, models::Captioner, tasks::Pictures};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let mut task = Pictures::seeded(1);
/// let model = Captioner::new(16, 32, parameters.builder())?;
/// let batch = task.batch(4, &Device::Cpu)?;
/// let gradients = model.loss(&batch)?.backward()?;
/// assert!(parameters.vars().iter().all(|var| gradients.get(var).is_some()));
/// assert_eq!(model.describe(&batch.pictures)?.len(), 4);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Captioner {
    eye: Eye,
    to_h: Linear,
    to_c: Linear,
    writer: Writer,
}

impl Captioner {
    /// The longest caption that it writes, in words.
    pub const MOST: usize = 12;

    /// For [`Pictures`], with `embedding_size` numbers for each word and `hidden_size` (`H`) units.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) on sizes of zero or beyond all memory;
    /// [`Error::Candle`](crate::Error::Candle) if `vb` holds other shapes.
    pub fn new(embedding_size: usize, hidden_size: usize, vb: VarBuilder) -> Result<Self> {
        Ok(Self {
            eye: Eye::new(3, Pictures::SIDE, hidden_size, vb.pp("eye"))?,
            to_h: candle_nn::linear(hidden_size, hidden_size, vb.pp("to_h"))?,
            to_c: candle_nn::linear(hidden_size, hidden_size, vb.pp("to_c"))?,
            writer: Writer::new(Pictures::symbols(), embedding_size, hidden_size, Options::default(), vb.pp("writer"))?,
        })
    }

    /// The part that looks. A clone shares its weights.
    pub fn eye(&self) -> &Eye {
        &self.eye
    }

    /// What the writer begins from, `[1, B, H]`: what the eye sees in `pictures` `[B, 3, S, S]`.
    ///
    /// # Errors
    /// [`Error::Shape`](crate::Error::Shape) if they are of another shape, [`Error::Candle`](crate::Error::Candle) if of
    /// another element type.
    pub fn look(&self, pictures: &Tensor) -> Result<LstmState> {
        let seen = self.eye.forward(pictures)?; // [B, H]
        let h = self.to_h.forward(&seen)?.tanh()?; // a hidden state is within ±1
        let c = self.to_c.forward(&seen)?;
        LstmState::new(h.unsqueeze(0)?, c.unsqueeze(0)?)
    }

    /// The mean cross-entropy, in nats for each word: a scalar.
    ///
    /// # Errors
    /// Those of [`look`](Captioner::look) and of [`Writer::loss`].
    pub fn loss(&self, batch: &PictureBatch) -> Result<Tensor> {
        self.writer.loss(&self.look(&batch.pictures)?, &batch.answers)
    }

    /// A caption for each of `pictures` `[B, 3, S, S]`.
    ///
    /// # Errors
    /// Those of [`look`](Captioner::look).
    pub fn describe(&self, pictures: &Tensor) -> Result<Vec<String>> {
        self.writer.write(&self.look(pictures)?, Self::MOST)
    }
}
