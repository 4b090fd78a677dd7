//! A recurrent network that reads a sentence and names its class.

use candle_core::{D, Tensor, Var};
use candle_nn::{Init, Linear, Module as _, VarBuilder};

use super::dropout::Dropout;
use super::reader::{Layers, Reader};
use crate::text::Padded;
use crate::{Error, Options, Result, shape};

/// How the states of all steps become one vector for the sentence.
///
/// ```
/// use lstm::models::{Pooling, TextClassifierOptions};
///
/// let options = TextClassifierOptions { pooling: Pooling::Mean, ..Default::default() };
/// assert_ne!(options.pooling, Pooling::default()); // the last state
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pooling {
    /// The state after the sentence's own last step; of the reverse direction, the state after its first.
    #[default]
    Last,
    /// The mean of the states over the sentence's own steps.
    Mean,
    /// The largest value of each unit over the sentence's own steps.
    Max,
}

/// How a [`TextClassifier`] is built. The default is the plainest: an LSTM of 100 units in one direction over embeddings
/// of 100 numbers, its last state, no dropout.
///
/// ```
/// use lstm::models::{Reader, TextClassifierOptions};
///
/// let options = TextClassifierOptions { reader: Reader::Gru, bidirectional: true, dropout: 0.5, ..Default::default() };
/// assert_eq!((options.embedding_size, options.hidden_size), (100, 100));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextClassifierOptions {
    /// `E`, how many numbers stand for a word.
    pub embedding_size: usize,
    /// `H`, how many units read in each direction.
    pub hidden_size: usize,
    /// Which layer reads.
    pub reader: Reader,
    /// Whether the sentence is also read from its end.
    pub bidirectional: bool,
    /// How the states become one vector.
    pub pooling: Pooling,
    /// The probability, in [0, 1), that a number of an embedding or of the sentence's vector is dropped in training.
    pub dropout: f64,
    /// The probability, in [0, 1), that a whole word is dropped in training: its embedding becomes zero.
    pub word_dropout: f64,
    /// Whether the embeddings stay as they are, which makes sense for pretrained ones.
    pub frozen: bool,
}

impl Default for TextClassifierOptions {
    fn default() -> Self {
        Self {
            embedding_size: 100,
            hidden_size: 100,
            reader: Reader::Lstm,
            bidirectional: false,
            pooling: Pooling::Last,
            dropout: 0.0,
            word_dropout: 0.0,
            frozen: false,
        }
    }
}

/// Embedding, recurrent layer, pooling, linear layer. Clones share the variables and have a mode of their own.
///
/// ```
/// use lstm::models::{Pooling, TextClassifier, TextClassifierOptions};
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let options = TextClassifierOptions { bidirectional: true, pooling: Pooling::Max, ..Default::default() };
/// let mut model = TextClassifier::new(1000, 2, options, parameters.builder())?; // V = 1000 words, 2 classes
/// model.eval();
/// let batch = text::Padded::new(&[&[5u32, 6, 7][..], &[8]], 0, &Device::Cpu)?; // B = 2 sentences
/// assert_eq!(model.forward(&batch)?.dims(), [2, 2]); // a logit for each sentence and class
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct TextClassifier {
    /// `[V, E]`
    embedding: Tensor,
    layers: Layers,
    head: Linear,
    options: TextClassifierOptions,
    training: bool,
}

impl TextClassifier {
    /// A classifier of sentences of `vocabulary` (`V`) words into `classes` (`C`) classes, with variables from `vb`:
    /// `embedding.weight` `[V, E]`, `lstm.…`, `gru.…` or `rnn.…`, and `head.weight` and `head.bias`. The embeddings start normally
    /// distributed with standard deviation 0.1; with PyTorch's 1 they hold more noise than the first epochs can learn away
    /// (`docs/results.md` has figures). It starts in training mode. Fails on sizes of zero and dropouts outside [0, 1).
    pub fn new(vocabulary: usize, classes: usize, options: TextClassifierOptions, vb: VarBuilder) -> Result<Self> {
        let TextClassifierOptions { embedding_size, hidden_size, .. } = options;
        shape::expect_positive("classes", classes)?;
        shape::expect_countable("vocabulary", &[vocabulary, embedding_size])?;
        for (argument, probability) in [("dropout", options.dropout), ("word_dropout", options.word_dropout)] {
            shape::expect_fraction(argument, probability)?;
        }
        let start = Init::Randn { mean: 0.0, stdev: 0.1 };
        let embedding = vb.pp("embedding").get_with_hints((vocabulary, embedding_size), "weight", start)?;
        let directions = Options::default().bidirectional(options.bidirectional);
        let inner = vb.pp(options.reader.prefix());
        let layers = options.reader.layers(embedding_size, hidden_size, directions, inner)?;
        let head = candle_nn::linear(layers.output_size(), classes, vb.pp("head"))?;
        Ok(Self { embedding, layers, head, options, training: true })
    }

    /// The logits `[B, C]` of the sentences of `batch`; a softmax over the classes makes probabilities of them.
    pub fn forward(&self, batch: &Padded) -> Result<Tensor> {
        Ok(self.head.forward(&self.dropout(self.options.dropout).numbers(&self.sentences(batch)?)?)?)
    }

    /// What the linear layer sees: a vector for each sentence of `batch`, `[B, H]`, or `[B, 2·H]` in both directions.
    pub fn sentences(&self, batch: &Padded) -> Result<Tensor> {
        let embedded = self.embed(batch)?; // [T, B, E]
        // outputs [T, B, dH], zero in the padding; last [d, B, H]; d directions
        let (outputs, last) = self.layers.forward_padded(&embedded, &batch.lengths)?;
        let mask = || Ok::<_, Error>(batch.time_first_mask()?.unsqueeze(2)?.to_dtype(outputs.dtype())?); // [T, B, 1]
        match self.options.pooling {
            Pooling::Last => {
                let directions: Vec<Tensor> = (0..last.dim(0)?).map(|d| last.get(d)).collect::<Result<_, _>>()?;
                Ok(Tensor::cat(&directions, D::Minus1)?)
            }
            Pooling::Mean => Ok(outputs.sum(0)?.broadcast_div(&mask()?.sum(0)?)?),
            // States lie between -1 and 1, so what is 2 lower in the padding is never the largest.
            Pooling::Max => Ok(outputs.broadcast_add(&mask()?.affine(2.0, -2.0)?)?.max(0)?),
        }
    }

    /// The words of `batch` as vectors, `[T, B, E]`.
    fn embed(&self, batch: &Padded) -> Result<Tensor> {
        let ids = batch.time_first_ids()?;
        let (steps, count) = ids.dims2()?;
        let rows = if self.options.frozen { self.embedding.detach() } else { self.embedding.clone() };
        let embedded =
            rows.index_select(&ids.flatten_all()?, 0)?.reshape((steps, count, self.options.embedding_size))?;
        let embedded = self.dropout(self.options.word_dropout).vectors(&embedded)?;
        self.dropout(self.options.dropout).numbers(&embedded)
    }

    /// Puts `weights` `[V, E]` into the embedding, such as pretrained ones
    /// ([`Vectors::embedding`](crate::text::Vectors::embedding)).
    ///
    /// # Errors
    /// [`Error::Shape`] or [`Error::DType`] on another shape or element type; [`Error::Argument`] if the model was built
    /// on plain tensors instead of variables: they cannot be set.
    pub fn set_embedding(&self, weights: &Tensor) -> Result<()> {
        let (vocabulary, size) = self.embedding.dims2()?;
        shape::expect("weights", weights, &[shape::Dim::Is("V", vocabulary), shape::Dim::Is("E", size)])?;
        shape::expect_like("weights", weights, &self.embedding)?;
        if !self.embedding.is_variable() {
            return Err(Error::Argument {
                argument: "weights",
                expected: "for a model made from the builder of a `Parameters` store".to_owned(),
                got: "one whose embedding is no variable".to_owned(),
            });
        }
        Ok(Var::from_tensor(&self.embedding)?.set(weights)?)
    }

    /// The embedding, `[V, E]`.
    pub fn embedding(&self) -> &Tensor {
        &self.embedding
    }

    /// Training mode, in which it starts: numbers and words are dropped.
    pub fn train(&mut self) {
        self.training = true;
    }

    /// Evaluation mode: nothing is dropped.
    pub fn eval(&mut self) {
        self.training = false;
    }

    fn dropout(&self, probability: f64) -> Dropout {
        Dropout { probability, training: self.training }
    }
}
