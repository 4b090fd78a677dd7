//! A network that puts series into classes.

use candle_core::{D, DType, Module, Tensor};
use candle_nn::{Linear, VarBuilder};

use super::reader::{Layers, Reader};
use crate::{Options, Result, shape};

/// Recurrent layers read a series; the mean of their outputs over time is what the classes are told from.
///
/// The mean, and not the last output alone: what a series shows all the time, such as a way of moving, then needs no memory
/// over its whole length, and every step gets its share of the gradient.
///
/// ```
/// use lstm::{Options, Parameters, candle_core::{DType, Device}, random};
/// use lstm::models::{Reader, SequenceClassifier};
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let model = SequenceClassifier::new(Reader::Lstm, 6, 32, 4, Options::default(), parameters.builder())?;
/// let xs = random::randn((100, 40, 6), &Device::Cpu)?; // T, B, D
/// assert_eq!(model.forward(&xs)?.dims(), [40, 4]);
/// assert_eq!(model.classify(&xs)?.len(), 40);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct SequenceClassifier {
    layers: Layers,
    head: Linear,
}

impl SequenceClassifier {
    /// For series of `input_size` (`D`) numbers a step and `classes` (`K`) classes, with `hidden_size` (`H`) units in each
    /// layer and `options` with time first.
    pub fn new(
        reader: Reader,
        input_size: usize,
        hidden_size: usize,
        classes: usize,
        options: Options,
        vb: VarBuilder,
    ) -> Result<Self> {
        shape::expect_positive("classes", classes)?;
        let layers = reader.layers(input_size, hidden_size, options, vb.pp(reader.prefix()))?;
        let read = if options.bidirectional { 2 * hidden_size } else { hidden_size };
        Ok(Self { layers, head: candle_nn::linear(read, classes, vb.pp("head"))? })
    }

    /// The outputs of the recurrent layers over `xs` `[T, B, D]`: `[T, B, H]`, twice as wide in both directions.
    pub fn outputs(&self, xs: &Tensor) -> Result<Tensor> {
        Ok(self.layers.forward(xs, None)?.0)
    }

    /// The scores (logits) `[B, K]` of the classes for `xs` `[T, B, D]`.
    pub fn forward(&self, xs: &Tensor) -> Result<Tensor> {
        Ok(self.head.forward(&self.outputs(xs)?.mean(0)?)?)
    }

    /// The mean cross-entropy in nats of the right classes, `targets` `[B]` in u32: a scalar.
    pub fn loss(&self, xs: &Tensor, targets: &Tensor) -> Result<Tensor> {
        Ok(candle_nn::loss::cross_entropy(&self.forward(xs)?, targets)?)
    }

    /// The class with the highest score for each of `xs` `[T, B, D]`.
    pub fn classify(&self, xs: &Tensor) -> Result<Vec<u32>> {
        Ok(self.forward(xs)?.argmax(D::Minus1)?.to_dtype(DType::U32)?.to_vec1()?)
    }
}
