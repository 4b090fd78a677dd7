//! A language model: recurrent layers that read tokens and say, after each, how likely every token is to come next.

use candle_core::Tensor;
use candle_nn::{Init, Linear, Module as _, VarBuilder};

use super::dropout::Dropout;
use super::reader::{Layers, Reader, ReaderState};
use crate::shape::{self, Dim};
use crate::{Error, LstmState, Options, Result, loss, text};

/// How a [`LanguageModel`] is built. The default: one LSTM of 128 units over embeddings of 64 numbers, no dropout.
///
/// ```
/// use lstm::models::LanguageModelOptions;
///
/// // Two layers of different sizes over one-hot characters, half of the numbers after each dropped in training.
/// let options = LanguageModelOptions { embedding_size: None, hidden_sizes: vec![1000, 800], dropout: 0.5, ..Default::default() };
/// assert_eq!(options.hidden_sizes.len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LanguageModelOptions {
    /// `E`, how many numbers stand for a token, learned; `None` for one-hot vectors, which need no learning.
    pub embedding_size: Option<usize>,
    /// The standard deviation, above 0, of the numbers that the embedding starts with; PyTorch's is 1. Characters, of
    /// which all are seen often, learn faster from 1.
    pub embedding_std: f64,
    /// `H` of each layer, from the first to the last; at least one layer.
    pub hidden_sizes: Vec<usize>,
    /// Which kind the layers are of.
    pub reader: Reader,
    /// The probability, in [0, 1), that a number of a layer's output is dropped in training, after every layer.
    pub dropout: f64,
}

impl Default for LanguageModelOptions {
    fn default() -> Self {
        Self {
            embedding_size: Some(64),
            embedding_std: 0.1,
            hidden_sizes: vec![128],
            reader: Reader::Lstm,
            dropout: 0.0,
        }
    }
}

/// Embedding or one-hot vectors, recurrent layers with dropout after each, a linear layer to the vocabulary.
///
/// ```
/// use lstm::models::{LanguageModel, LanguageModelOptions};
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let model = LanguageModel::new(30, LanguageModelOptions::default(), parameters.builder())?; // V = 30 characters
/// let ids: Vec<u32> = (0..100).map(|k| k % 30).collect();
/// let batch = text::Stream::new(&ids, 4, 8)?.batch(0, &Device::Cpu)?; // T = 8 steps of B = 4 rows
/// let (logits, state) = model.forward(&batch.inputs, None)?;
/// assert_eq!(logits.dims(), [8, 4, 30]);
/// let loss = model.loss(&batch, None)?.0; // in nats per token
/// assert!((loss.to_scalar::<f32>()? - 30f32.ln()).abs() < 0.5); // untrained: about as good as a guess
/// # let _ = state;
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct LanguageModel {
    /// `[V, E]`, or none for one-hot vectors.
    embedding: Option<Tensor>,
    layers: Vec<Layers>,
    head: Linear,
    vocabulary: usize,
    dropout: Dropout,
}

/// What a [`LanguageModel`] has read so far: the states of its layers, the first layer's first.
///
/// ```
/// use lstm::models::{LanguageModel, LanguageModelOptions};
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let model = LanguageModel::new(5, LanguageModelOptions::default(), parameters.builder())?;
/// let ids = Tensor::new(&[[0u32], [3], [1], [4]], &Device::Cpu)?; // T = 4, B = 1
/// let (at_once, _) = model.forward(&ids, None)?;
/// // Reading on from the state after two tokens is the same.
/// let (_, state) = model.forward(&ids.narrow(0, 0, 2)?, None)?;
/// let (rest, _) = model.forward(&ids.narrow(0, 2, 2)?, Some(&state))?;
/// let difference = (at_once.narrow(0, 2, 2)? - rest)?.abs()?.max_all()?.to_scalar::<f32>()?;
/// assert!(difference < 1e-6);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct LanguageState(Vec<ReaderState>);

impl LanguageModel {
    /// A model of a vocabulary of `V` tokens with variables from `vb`: `embedding.weight` `[V, E]` (normally distributed
    /// with mean 0), `layer0.…`, `layer1.…`, `head.weight` `[V, H]` and `head.bias` `[V]`. It starts in training mode.
    /// Fails on sizes of zero, no layers, and options outside their ranges.
    pub fn new(vocabulary: usize, options: LanguageModelOptions, vb: VarBuilder) -> Result<Self> {
        shape::expect_positive("hidden_sizes", options.hidden_sizes.len())?;
        shape::expect_fraction("dropout", options.dropout)?;
        shape::expect_above_zero("embedding_std", options.embedding_std)?;
        let mut size = options.embedding_size.unwrap_or(vocabulary);
        shape::expect_countable("vocabulary", &[vocabulary, size])?;
        let embedding = match options.embedding_size {
            Some(size) => {
                let start = Init::Randn { mean: 0.0, stdev: options.embedding_std };
                Some(vb.pp("embedding").get_with_hints((vocabulary, size), "weight", start)?)
            }
            None => None,
        };
        let mut layers = Vec::with_capacity(options.hidden_sizes.len());
        for (k, &hidden_size) in options.hidden_sizes.iter().enumerate() {
            let vb = vb.pp(format!("layer{k}"));
            layers.push(options.reader.layers(size, hidden_size, Options::default(), vb)?);
            size = hidden_size;
        }
        let head = candle_nn::linear(size, vocabulary, vb.pp("head"))?;
        let dropout = Dropout { probability: options.dropout, training: true };
        Ok(Self { embedding, layers, head, vocabulary, dropout })
    }

    /// Reads `ids` `[T, B]` (u32), from `state` or the beginning of a text. Returns the logits of the token after each,
    /// `[T, B, V]`, and the state after the last. Fails on a state of another kind or number of layers.
    pub fn forward(&self, ids: &Tensor, state: Option<&LanguageState>) -> Result<(Tensor, LanguageState)> {
        shape::expect("ids", ids, &[Dim::Any("T"), Dim::Any("B")])?;
        if let Some(state) = state.filter(|state| state.0.len() != self.layers.len()) {
            return Err(Error::Argument {
                argument: "state",
                expected: format!("of the model's {} layers", self.layers.len()),
                got: format!("of {}", state.0.len()),
            });
        }
        let mut xs = self.vectors(ids)?; // [T, B, E], or [T, B, V] of one-hot vectors
        let mut after = Vec::with_capacity(self.layers.len());
        for (k, layer) in self.layers.iter().enumerate() {
            let before = state.map(|state| &state.0[k]);
            let (outputs, state) = layer.forward(&xs, before)?; // [T, B, H]
            xs = self.dropout.numbers(&outputs)?;
            after.push(state);
        }
        Ok((self.head.forward(&xs)?, LanguageState(after))) // [T, B, V]
    }

    /// The mean cross entropy of the logits for `batch.inputs` `[T, B]` with `batch.targets` `[T, B]`, in nats per token,
    /// and the state after the last step, cut off from its history.
    pub fn loss(&self, batch: &text::Batch, state: Option<&LanguageState>) -> Result<(Tensor, LanguageState)> {
        let (logits, after) = self.forward(&batch.inputs, state)?;
        Ok((loss::cross_entropy(&logits, &batch.targets)?, after.detach()))
    }

    fn vectors(&self, ids: &Tensor) -> Result<Tensor> {
        let Some(embedding) = &self.embedding else {
            return text::one_hot(ids, self.vocabulary, self.head.weight().dtype());
        };
        let (steps, batch) = ids.dims2()?;
        Ok(embedding.index_select(&ids.flatten_all()?, 0)?.reshape((steps, batch, ()))?)
    }

    /// Training mode, in which it starts: numbers are dropped. Clones have a mode of their own.
    pub fn train(&mut self) {
        self.dropout.training = true;
    }

    /// Evaluation mode: nothing is dropped.
    pub fn eval(&mut self) {
        self.dropout.training = false;
    }

    /// The embedding, `[V, E]`; none with one-hot vectors.
    pub fn embedding(&self) -> Option<&Tensor> {
        self.embedding.as_ref()
    }

    /// `V`, how many tokens it knows.
    pub fn vocabulary_size(&self) -> usize {
        self.vocabulary
    }

    /// The device that holds its weights.
    pub fn device(&self) -> &candle_core::Device {
        self.head.weight().device()
    }

    /// How many numbers it learns.
    pub fn parameter_count(&self) -> usize {
        let layers = self.layers.iter().flat_map(Layers::vars);
        let others = [self.embedding.as_ref(), Some(self.head.weight()), self.head.bias()];
        let others: usize = others.into_iter().flatten().map(Tensor::elem_count).sum();
        layers.map(|var| var.elem_count()).sum::<usize>() + others
    }
}

impl LanguageState {
    /// The same numbers, cut off from the steps that made them.
    pub fn detach(&self) -> Self {
        Self(self.0.iter().map(ReaderState::detach).collect())
    }

    /// Its tensors, for a checkpoint: of each layer `h`, and `c` of an LSTM, each `[1, B, H]`.
    pub fn tensors(&self) -> Vec<(String, Tensor)> {
        let mut tensors = Vec::new();
        for (k, state) in self.0.iter().enumerate() {
            match state {
                ReaderState::Lstm(LstmState { h, c }) => {
                    tensors.push((format!("layer{k}.h"), h.clone()));
                    tensors.push((format!("layer{k}.c"), c.clone()));
                }
                ReaderState::Hidden(h) => tensors.push((format!("layer{k}.h"), h.clone())),
            }
        }
        tensors
    }

    /// Back from [`tensors`](LanguageState::tensors), which `get` finds by name; none if there are none.
    pub fn from_tensors(get: impl Fn(&str) -> Option<Tensor>) -> Result<Option<Self>> {
        let mut layers = Vec::new();
        while let Some(h) = get(&format!("layer{}.h", layers.len())) {
            layers.push(match get(&format!("layer{}.c", layers.len())) {
                Some(c) => ReaderState::Lstm(LstmState::new(h, c)?),
                None => ReaderState::Hidden(h),
            });
        }
        Ok((!layers.is_empty()).then_some(Self(layers)))
    }
}
