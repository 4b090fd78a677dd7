//! What a model's answers are measured by: perplexity, bits, accuracy, confusions.

use candle_core::{D, DType, Tensor};

use crate::figure::{self, Figure, Names};
use crate::{Error, Result, shape};

/// The perplexity of a cross entropy of `nats` per token: `e^nats`, in tokens. A model that found `n` tokens equally
/// likely at every position would have perplexity `n`.
///
/// ```
/// let uniform = 27f64.ln(); // every one of 27 characters as likely
/// assert!((lstm::train::perplexity(uniform) - 27.0).abs() < 1e-9);
/// ```
pub fn perplexity(nats: f64) -> f64 {
    nats.exp()
}

/// A cross entropy of `nats` per token in bits per token: `nats / ln 2`. Of a character model: bits per character.
///
/// ```
/// assert!((lstm::train::bits(2f64.ln()) - 1.0).abs() < 1e-12); // a fair coin is one bit
/// ```
pub fn bits(nats: f64) -> f64 {
    nats / std::f64::consts::LN_2
}

/// The part of positions, from 0 to 1, at which the largest of `logits` `[.., V]` is at the index `targets` `[..]` (u32).
///
/// ```
/// use lstm::{candle_core::{Device, Tensor}, train};
///
/// let logits = Tensor::new(&[[0.1f32, 2.0], [3.0, 0.5]], &Device::Cpu)?;
/// assert_eq!(train::accuracy(&logits, &Tensor::new(&[1u32, 1], &Device::Cpu)?)?, 0.5);
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn accuracy(logits: &Tensor, targets: &Tensor) -> Result<f64> {
    let (answers, targets) = answers(logits, targets)?;
    let right = answers.iter().zip(&targets).filter(|(answer, target)| answer == target).count();
    Ok(right as f64 / targets.len() as f64)
}

/// The index of the largest logit at every position, and the targets.
fn answers(logits: &Tensor, targets: &Tensor) -> Result<(Vec<u32>, Vec<u32>)> {
    let fits = logits.dims().split_last().is_some_and(|(_, positions)| positions == targets.dims());
    if !fits || logits.elem_count() == 0 {
        let expected = format!("{:?} and V >= 1", targets.dims());
        return Err(Error::Shape { argument: "logits", expected, got: logits.dims().to_vec() });
    }
    let answers = logits.argmax(D::Minus1)?.flatten_all()?.to_vec1::<u32>()?;
    Ok((answers, targets.to_dtype(DType::U32)?.flatten_all()?.to_vec1::<u32>()?))
}

/// A confusion matrix: how often each class was taken for each.
///
/// ```
/// use lstm::{candle_core::{Device, Tensor}, train::Confusion};
///
/// let mut confusion = Confusion::new(&["sitting", "running"])?;
/// let logits = Tensor::new(&[[0.1f32, 2.0], [3.0, 0.5], [0.2, 0.1]], &Device::Cpu)?;
/// confusion.add(&logits, &Tensor::new(&[1u32, 1, 0], &Device::Cpu)?)?;
/// assert_eq!(confusion.count(1, 0), 1); // running once taken for sitting
/// assert!((confusion.accuracy() - 2.0 / 3.0).abs() < 1e-12);
/// confusion.figure()?.to_svg()?;
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Confusion {
    names: Vec<String>,
    /// `counts[truth][answer]`.
    counts: Vec<Vec<usize>>,
}

impl Confusion {
    /// An empty matrix of classes with these names; at least one.
    pub fn new<S: AsRef<str>>(names: &[S]) -> Result<Self> {
        shape::expect_positive("names", names.len())?;
        let names: Vec<String> = names.iter().map(|name| name.as_ref().to_owned()).collect();
        Ok(Self { counts: vec![vec![0; names.len()]; names.len()], names })
    }

    /// Counts the answers of `logits` `[.., V]` to `targets` `[..]` (u32), `V` the number of classes.
    pub fn add(&mut self, logits: &Tensor, targets: &Tensor) -> Result<()> {
        let classes = self.names.len();
        if logits.dims().last() != Some(&classes) {
            let expected = format!("[.., V = {classes}]");
            return Err(Error::Shape { argument: "logits", expected, got: logits.dims().to_vec() });
        }
        let (answers, targets) = answers(logits, targets)?;
        if let Some(target) = targets.iter().find(|&&target| target as usize >= classes) {
            let expected = format!("classes from 0 to {}", classes - 1);
            return Err(Error::Argument { argument: "targets", expected, got: target.to_string() });
        }
        for (&answer, &target) in answers.iter().zip(&targets) {
            self.counts[target as usize][answer as usize] += 1;
        }
        Ok(())
    }

    /// How often class `truth` was taken for class `answer`; 0 for a class that there is not.
    pub fn count(&self, truth: usize, answer: usize) -> usize {
        self.counts.get(truth).and_then(|row| row.get(answer)).copied().unwrap_or_default()
    }

    /// The part of all cases that were answered rightly, from 0 to 1; NaN before the first.
    pub fn accuracy(&self) -> f64 {
        let right: usize = (0..self.names.len()).map(|class| self.count(class, class)).sum();
        right as f64 / self.counts.iter().flatten().sum::<usize>() as f64
    }

    /// The part of the cases of class `truth` that were answered rightly, from 0 to 1 (recall); NaN without a case.
    pub fn recall(&self, truth: usize) -> f64 {
        let cases: usize = self.counts.get(truth).into_iter().flatten().sum();
        self.count(truth, truth) as f64 / cases as f64
    }

    /// The counts as a heat map with the classes' names, a row for each true class and a column for each answer.
    ///
    /// # Errors
    /// [`Error::Figure`] if it cannot be drawn.
    pub fn figure(&self) -> Result<Figure> {
        let columns = (0..self.names.len()).map(|answer| self.counts.iter().map(|row| row[answer] as f64).collect());
        let names = Names { columns: self.names.clone(), rows: self.names.clone() };
        figure::named_heat_map(columns.collect(), names, ["Confusion matrix", "answer", "true class"])
    }
}
