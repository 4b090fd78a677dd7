//! Numericalised texts with their classes, and batches of them.

use candle_core::{Device, Tensor};

use super::Padded;
use crate::{Error, Result};

/// Texts as ids, each with the number of its class: what a classifier learns from.
///
/// ```
/// use lstm::{candle_core::Device, text::Examples};
///
/// let examples = Examples::new(vec![vec![5, 6, 7], vec![8], vec![9, 5]], vec![1, 0, 1], 0)?;
/// let train = examples.pick(&[2, 0])?;
/// assert_eq!((train.lengths(), train.labels()), (vec![2, 3], &[1, 1][..]));
/// let (batch, labels) = train.batch(&[0, 1], &Device::Cpu)?;
/// assert_eq!((batch.ids.dims(), labels.dims()), (&[3, 2][..], &[2][..])); // [T, B] and [B]
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examples {
    texts: Vec<Vec<u32>>,
    labels: Vec<u32>,
    padding: u32,
}

impl Examples {
    /// `texts` as ids with their `labels`; batches are filled up with the id `padding`. Fails unless there are as many
    /// labels as texts, and no text is empty.
    pub fn new(texts: Vec<Vec<u32>>, labels: Vec<u32>, padding: u32) -> Result<Self> {
        if labels.len() != texts.len() {
            let (expected, got) = (format!("one for each of {} texts", texts.len()), labels.len().to_string());
            return Err(Error::Argument { argument: "labels", expected, got });
        }
        if let Some(empty) = texts.iter().position(Vec::is_empty) {
            let (expected, got) = ("of at least one id each".to_owned(), format!("an empty text {empty}"));
            return Err(Error::Argument { argument: "texts", expected, got });
        }
        Ok(Self { texts, labels, padding })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The ids of each text.
    pub fn texts(&self) -> &[Vec<u32>] {
        &self.texts
    }

    /// The class of each text.
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// How many ids each text has.
    pub fn lengths(&self) -> Vec<usize> {
        self.texts.iter().map(Vec::len).collect()
    }

    /// The examples of these numbers, in this order: a part of a [`Split`](super::Split). Fails on numbers from
    /// [`len`](Examples::len) on.
    pub fn pick(&self, numbers: &[usize]) -> Result<Self> {
        self.check(numbers)?;
        Ok(Self {
            texts: numbers.iter().map(|&k| self.texts[k].clone()).collect(),
            labels: numbers.iter().map(|&k| self.labels[k]).collect(),
            padding: self.padding,
        })
    }

    /// The texts of these numbers as a padded batch, and their classes, u32 `[B]`. Fails if there are none, and on
    /// numbers from [`len`](Examples::len) on.
    pub fn batch(&self, numbers: &[usize], device: &Device) -> Result<(Padded, Tensor)> {
        self.check(numbers)?;
        let texts: Vec<&[u32]> = numbers.iter().map(|&k| self.texts[k].as_slice()).collect();
        let labels: Vec<u32> = numbers.iter().map(|&k| self.labels[k]).collect();
        Ok((Padded::new(&texts, self.padding, device)?, Tensor::new(labels, device)?))
    }

    fn check(&self, numbers: &[usize]) -> Result<()> {
        match numbers.iter().find(|&&number| number >= self.len()) {
            None => Ok(()),
            Some(number) => Err(Error::Argument {
                argument: "numbers",
                expected: format!("below the number of examples, {}", self.len()),
                got: number.to_string(),
            }),
        }
    }
}
