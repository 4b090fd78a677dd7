//! A language model in training: a stream of text read in order, the state passed on from batch to batch.

use candle_core::{DType, Tensor};

use super::language_model::{LanguageModel, LanguageState};
use crate::generate::{Generation, Sampler};
use crate::text::{Stream, Vocabulary};
use crate::train::{Memory, Task};
use crate::{Error, Result};

/// What a [`Trainer`](crate::train::Trainer) needs to train a [`LanguageModel`] on a text: the loss of each batch of a
/// [`Stream`], from the state that the batch before left (truncated backpropagation through time; zero at the beginning
/// of an epoch), the loss on a second stream, and a sample of what the model writes.
///
/// ```
/// use lstm::models::{LanguageModel, LanguageModelOptions, LanguageTask};
/// use lstm::prelude::*;
///
/// let ids: Vec<u32> = (0..400).map(|k| k % 7).collect(); // 0 1 2 3 4 5 6 0 1 …
/// let options = LanguageModelOptions { embedding_size: None, hidden_sizes: vec![16], ..Default::default() };
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let model = LanguageModel::new(7, options, parameters.builder())?;
/// let task = LanguageTask::new(model, text::Stream::new(&ids, 4, 10)?);
/// let mut task = task.with_validation(text::Stream::new(&ids, 1, 50)?);
///
/// let mut trainer = Trainer::new(&parameters, Settings::default().learning_rate(0.02))?;
/// trainer.fit_task(&Plan::updates(100).quiet(), &mut task)?;
/// assert!(task.validate()?.unwrap_or(9.0) < 0.2); // from ln 7 = 1.95 nats
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct LanguageTask {
    model: LanguageModel,
    training: Stream,
    validation: Option<Stream>,
    prime: Option<Prime>,
    state: Option<LanguageState>,
}

/// How a sample begins and how its tokens become text.
#[derive(Clone, Debug)]
struct Prime {
    ids: Vec<u32>,
    count: usize,
    vocabulary: Vocabulary,
    between: &'static str,
}

impl LanguageTask {
    /// `model` on `training`, whose batches must be `[T, B]`.
    pub fn new(model: LanguageModel, training: Stream) -> Self {
        Self { model, training, validation: None, prime: None, state: None }
    }

    /// The same with a text to validate on, read from its beginning each time.
    pub fn with_validation(self, validation: Stream) -> Self {
        Self { validation: Some(validation), ..self }
    }

    /// The same with samples: `prime`, a `▸`, and `count` tokens at temperature 0.8 after it, joined by `between` (`""` for
    /// characters, `" "` for words).
    ///
    /// # Errors
    /// [`Error::Argument`] if `prime` is empty; those of [`Vocabulary::encode`] if the vocabulary lacks a token of it.
    pub fn with_samples(
        self,
        prime: &[String],
        count: usize,
        vocabulary: &Vocabulary,
        between: &'static str,
    ) -> Result<Self> {
        if prime.is_empty() {
            return Err(Error::Argument {
                argument: "prime",
                expected: "one or more tokens".to_owned(),
                got: "none".to_owned(),
            });
        }
        let ids = vocabulary.encode(prime)?;
        Ok(Self { prime: Some(Prime { ids, count, vocabulary: vocabulary.clone(), between }), ..self })
    }

    /// The model, in the mode that it was last used in.
    pub fn model(&self) -> &LanguageModel {
        &self.model
    }

    /// The mean loss over all tokens of `stream`, in nats per token, in evaluation mode.
    pub fn evaluate(&self, stream: &Stream) -> Result<f64> {
        let mut model = self.model.clone();
        model.eval();
        let (mut state, mut sum, mut count) = (None, 0.0, 0);
        for batch in stream.batches(model.device()) {
            let batch = batch?;
            let (loss, after) = model.loss(&batch, state.as_ref())?;
            let tokens = batch.targets.elem_count();
            sum += loss.to_dtype(DType::F64)?.to_scalar::<f64>()? * tokens as f64;
            count += tokens;
            state = Some(after);
        }
        Ok(sum / count as f64)
    }
}

impl Task for LanguageTask {
    fn loss(&mut self, update: usize) -> Result<Tensor> {
        let index = update % self.training.len();
        if index == 0 {
            self.state = None;
        }
        self.model.train();
        let batch = self.training.batch(index, self.model.device())?;
        let (loss, after) = self.model.loss(&batch, self.state.as_ref())?;
        self.state = Some(after);
        Ok(loss)
    }

    fn validate(&mut self) -> Result<Option<f64>> {
        self.validation.as_ref().map(|stream| self.evaluate(stream)).transpose()
    }

    fn sample(&mut self) -> Result<Option<String>> {
        let Some(prime) = &self.prime else { return Ok(None) };
        // A seed of its own each time the same: samples differ by what was learned, and training draws no other numbers.
        let sampler = Sampler::seeded(1).temperature(0.8)?;
        let written =
            Generation::new(&self.model, &prime.ids, sampler)?.take(prime.count).collect::<Result<Vec<_>>>()?;
        let text = |ids: &[u32]| Ok::<_, Error>(prime.vocabulary.decode(ids)?.join(prime.between));
        Ok(Some(format!("{} ▸ {}", text(&prime.ids)?, text(&written)?)))
    }

    fn updates_per_epoch(&self) -> Option<usize> {
        Some(self.training.len())
    }

    fn memory(&self) -> Result<Memory> {
        let tensors = self.state.iter().flat_map(LanguageState::tensors).collect();
        Ok(Memory { tensors, ..Memory::default() })
    }

    fn recall(&mut self, memory: &Memory) -> Result<()> {
        let mut tensors = memory.tensors.clone();
        for tensor in tensors.values_mut() {
            *tensor = tensor.to_device(self.model.device())?;
        }
        self.state = LanguageState::from_tensors(|name| tensors.get(name).cloned())?;
        Ok(())
    }
}
