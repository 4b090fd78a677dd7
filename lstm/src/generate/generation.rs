//! Tokens one after the other: each one chosen is read before the next.

use candle_core::{DType, Tensor};

use super::sampler::Sampler;
use crate::models::{LanguageModel, LanguageState};
use crate::{Error, Result};

/// An endless iterator of what `model` writes after a prime: it reads the prime, chooses a token by its sampler, reads
/// that, and so on. Each token is there as soon as it is chosen. Nothing is dropped and no gradients are kept, whatever the
/// model's mode. After an error it ends.
///
/// ```
/// use lstm::generate::{Generation, Sampler};
/// use lstm::models::{LanguageModel, LanguageModelOptions};
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let model = LanguageModel::new(5, LanguageModelOptions::default(), parameters.builder())?; // V = 5
/// for id in Generation::new(&model, &[2, 4], Sampler::argmax())?.take(3) {
///     assert!(id? < 5); // there before the next one is chosen
/// }
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Debug)]
pub struct Generation {
    model: LanguageModel,
    sampler: Sampler,
    state: LanguageState,
    /// The logits for the next token.
    logits: Vec<f32>,
    failed: bool,
}

impl Generation {
    /// What `model` writes after `prime`, at least one token.
    ///
    /// # Errors
    /// [`Error::Argument`] if the prime is empty or holds an id outside the vocabulary.
    pub fn new(model: &LanguageModel, prime: &[u32], sampler: Sampler) -> Result<Self> {
        if prime.is_empty() || prime.iter().any(|&id| id as usize >= model.vocabulary_size()) {
            return Err(Error::Argument {
                argument: "prime",
                expected: format!("one or more ids below V = {}", model.vocabulary_size()),
                got: format!("{prime:?}"),
            });
        }
        let mut model = model.clone();
        model.eval();
        let (logits, state) = read(&model, prime, None)?;
        Ok(Self { model, sampler, state, logits, failed: false })
    }

    fn advance(&mut self) -> Result<u32> {
        let id = self.sampler.choose(&self.logits)?;
        (self.logits, self.state) = read(&self.model, &[id], Some(&self.state))?;
        Ok(id)
    }
}

impl Iterator for Generation {
    type Item = Result<u32>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let next = self.advance();
        self.failed = next.is_err();
        Some(next)
    }
}

/// Reads `ids`; returns the logits after the last, `V` numbers, and the state.
fn read(model: &LanguageModel, ids: &[u32], state: Option<&LanguageState>) -> Result<(Vec<f32>, LanguageState)> {
    let ids = Tensor::new(ids, model.device())?.unsqueeze(1)?; // [T, B = 1]
    let (logits, state) = model.forward(&ids, state)?; // [T, 1, V]
    let last = logits.get(logits.dim(0)? - 1)?.squeeze(0)?;
    Ok((last.to_dtype(DType::F32)?.to_vec1()?, state.detach()))
}
