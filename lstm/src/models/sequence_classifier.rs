//! A network that puts series into classes.

use candle_core::{D, DType, Module, Tensor};
use candle_nn::{Linear, VarBuilder};

use super::reader::{Layers, Reader};
use crate::{Options, Result, loss, shape};

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
    /// layer and `options` with time first. It starts in training mode.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) on sizes of zero or beyond all memory, and on options outside their
    /// ranges or that the layers lack; [`Error::Candle`](crate::Error::Candle) if `vb` holds other shapes.
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
        let head = candle_nn::linear(layers.output_size(), classes, vb.pp("head"))?;
        Ok(Self { layers, head })
    }

    /// Training mode, in which it starts: numbers between layers are dropped, as the options say. Clones have a mode of
    /// their own.
    pub fn train(&mut self) {
        self.layers.train();
    }

    /// Evaluation mode: nothing is dropped.
    pub fn eval(&mut self) {
        self.layers.eval();
    }

    /// The outputs of the recurrent layers over `xs` `[T, B, D]`: `[T, B, H]`, twice as wide in both directions; with a
    /// projection `P` takes the place of `H`.
    ///
    /// # Errors
    /// [`Error::Shape`](crate::Error::Shape) or [`Error::DType`](crate::Error::DType) if `xs` does not fit.
    pub fn outputs(&self, xs: &Tensor) -> Result<Tensor> {
        Ok(self.layers.forward(xs, None)?.0)
    }

    /// The scores (logits) `[B, K]` of the classes for `xs` `[T, B, D]`.
    ///
    /// # Errors
    /// Those of [`outputs`](SequenceClassifier::outputs).
    pub fn forward(&self, xs: &Tensor) -> Result<Tensor> {
        Ok(self.head.forward(&self.outputs(xs)?.mean(0)?)?)
    }

    /// The mean cross-entropy in nats of the right classes, `targets` `[B]` in u32: a scalar.
    ///
    /// # Errors
    /// Those of [`outputs`](SequenceClassifier::outputs) and of [`loss::cross_entropy`].
    pub fn loss(&self, xs: &Tensor, targets: &Tensor) -> Result<Tensor> {
        loss::cross_entropy(&self.forward(xs)?, targets)
    }

    /// The class with the highest score for each of `xs` `[T, B, D]`.
    ///
    /// # Errors
    /// Those of [`outputs`](SequenceClassifier::outputs).
    pub fn classify(&self, xs: &Tensor) -> Result<Vec<u32>> {
        Ok(self.forward(xs)?.argmax(D::Minus1)?.to_dtype(DType::U32)?.to_vec1()?)
    }
}
