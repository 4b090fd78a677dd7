//! A sentence as the bag of its words, judged by logistic regression.

use std::collections::HashMap;

use candle_core::Tensor;
use candle_nn::{Init, VarBuilder};

use crate::text::Padded;
use crate::{Error, Result, shape};

/// How much an entry of the vocabulary counts in a sentence that has it.
///
/// ```
/// use lstm::models::Weighting;
///
/// // 0 is in both sentences, 1 in one of them.
/// let weighting = Weighting::tf_idf(&[vec![0u32, 1], vec![0]], 2);
/// assert!(matches!(weighting, Weighting::TfIdf(weights) if weights[0] == 1.0 && weights[1] > 1.0));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Weighting {
    /// As often as it is there.
    Counts,
    /// 1, however often it is there.
    #[default]
    Binary,
    /// As often as it is there, times the number given for its id ([`Weighting::tf_idf`]), the sentence's numbers then
    /// divided by their Euclidean norm.
    TfIdf(Vec<f64>),
}

impl Weighting {
    /// Weights by which rare entries count more: `ln((1 + N) / (1 + n)) + 1` for an entry that is in `n` of the `N`
    /// `sentences`, of a vocabulary of `size` (`V`) entries. The formula is scikit-learn's default (`smooth_idf`). Ids from
    /// `V` on are passed over.
    pub fn tf_idf(sentences: &[impl AsRef<[u32]>], size: usize) -> Self {
        let mut with = vec![0usize; size];
        for sentence in sentences {
            let mut ids = sentence.as_ref().to_vec();
            ids.sort_unstable();
            ids.dedup();
            for id in ids {
                if let Some(count) = with.get_mut(id as usize) {
                    *count += 1;
                }
            }
        }
        let all = sentences.len() as f64;
        Self::TfIdf(with.into_iter().map(|n| ((1.0 + all) / (1.0 + n as f64)).ln() + 1.0).collect())
    }

    /// What each of a sentence's ids counts: a number at the first place of each entry, 0 where it comes again.
    fn values(&self, ids: &[u32]) -> Result<Vec<f64>> {
        let mut first: HashMap<u32, usize> = HashMap::with_capacity(ids.len());
        let mut values = vec![0f64; ids.len()];
        for (at, &id) in ids.iter().enumerate() {
            values[*first.entry(id).or_insert(at)] += 1.0;
        }
        match self {
            Self::Counts => {}
            Self::Binary => values.iter_mut().for_each(|value| *value = value.min(1.0)),
            Self::TfIdf(weights) => {
                for (value, &id) in values.iter_mut().zip(ids) {
                    let expected = || format!("below the {} weights of tf-idf", weights.len());
                    let weight = weights.get(id as usize).ok_or_else(|| Error::Argument {
                        argument: "batch",
                        expected: expected(),
                        got: id.to_string(),
                    })?;
                    *value *= weight;
                }
                let norm = values.iter().map(|value| value * value).sum::<f64>().sqrt();
                values.iter_mut().for_each(|value| *value /= norm.max(f64::MIN_POSITIVE));
            }
        }
        Ok(values)
    }
}

/// Logistic regression on the words of a sentence: every entry of the vocabulary, a word or an n-gram, has one number
/// for each class, and a sentence's logits are the weighted sums of the numbers of its entries. Order does not matter.
///
/// ```
/// use lstm::models::{BagOfWords, Weighting};
/// use lstm::prelude::*;
///
/// let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
/// let model = BagOfWords::new(9, 2, Weighting::Binary, parameters.builder())?; // V = 9 entries, 2 classes
/// let batch = text::Padded::new(&[&[5u32, 6, 7][..], &[7, 5, 6]], 0, &Device::Cpu)?;
/// let logits = model.forward(&batch)?; // [B = 2, C = 2]
/// assert_eq!(logits.get(0)?.to_vec1::<f32>()?, logits.get(1)?.to_vec1::<f32>()?);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct BagOfWords {
    /// `[V, C]`
    weight: Tensor,
    /// `[C]`
    bias: Tensor,
    weighting: Weighting,
}

impl BagOfWords {
    /// A classifier of bags of `vocabulary` (`V`) entries into `classes` (`C`) classes, with `weight` `[V, C]` and `bias`
    /// `[C]` from `vb`, which start at zero: the loss has one minimum only. Fails on sizes of zero.
    pub fn new(vocabulary: usize, classes: usize, weighting: Weighting, vb: VarBuilder) -> Result<Self> {
        shape::expect_positive("classes", classes)?;
        shape::expect_countable("vocabulary", &[vocabulary, classes])?;
        let weight = vb.get_with_hints((vocabulary, classes), "weight", Init::Const(0.0))?;
        let bias = vb.get_with_hints(classes, "bias", Init::Const(0.0))?;
        Ok(Self { weight, bias, weighting })
    }

    /// The logits `[B, C]` of the sentences of `batch`; the padding counts nothing.
    pub fn forward(&self, batch: &Padded) -> Result<Tensor> {
        let ids = batch.time_first_ids()?; // [T, B]
        let (steps, count) = ids.dims2()?;
        let mut values = vec![0.0; steps * count];
        for (b, sentence) in batch.sequences()?.iter().enumerate() {
            for (t, value) in self.weighting.values(sentence)?.into_iter().enumerate() {
                values[t * count + b] = value;
            }
        }
        let values = Tensor::from_vec(values, (steps, count, 1), ids.device())?.to_dtype(self.weight.dtype())?;
        let numbers = self.weight.index_select(&ids.flatten_all()?, 0)?.reshape((steps, count, ()))?; // [T, B, C]
        Ok(numbers.broadcast_mul(&values)?.sum(0)?.broadcast_add(&self.bias)?)
    }

    /// The numbers of all entries, `[V, C]`: what speaks for a class has a large one there.
    pub fn weight(&self) -> &Tensor {
        &self.weight
    }
}
