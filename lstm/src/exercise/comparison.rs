//! Whether an answer is the one expected, and if not, in which way it is not.

use candle_core::{DType, Device, Tensor};

use super::answer::Answer;
use crate::Result;

/// What the comparison of an answer with the expected one found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Same,
    /// Another kind of value.
    Kind,
    /// A tensor of another shape, or a list of another length.
    Shape,
    /// NaN or an infinity.
    NotFinite,
    /// The right kind and shape, other values.
    Different,
}

/// Compares numbers up to `tolerance`, relative to the expected one where that is above 1; text without regard to
/// case, spaces and punctuation at its ends.
pub(super) fn compare(expected: &Answer, got: &Answer, tolerance: f64) -> Result<Comparison> {
    Ok(match (expected, got) {
        (Answer::Number(expected), Answer::Number(got)) => numbers(&[*expected], &[*got], tolerance),
        (Answer::Number(expected), Answer::Tensor(got)) if got.elem_count() == 1 => {
            numbers(&[*expected], &values(got)?, tolerance)
        }
        (Answer::Numbers(expected), Answer::Numbers(got)) => numbers(expected, got, tolerance),
        (Answer::Numbers(expected), Answer::Tensor(got)) if got.rank() == 1 => {
            numbers(expected, &values(got)?, tolerance)
        }
        (Answer::Truth(expected), Answer::Truth(got)) => same_if(expected == got),
        (Answer::Text(expected), Answer::Text(got)) => same_if(plain(expected) == plain(got)),
        (Answer::Tensor(expected), Answer::Tensor(got)) if expected.dims() != got.dims() => Comparison::Shape,
        (Answer::Tensor(expected), Answer::Tensor(got)) => numbers(&values(expected)?, &values(got)?, tolerance),
        _ => Comparison::Kind,
    })
}

/// The letters of a choice, once each and in order; `None` if `text` holds anything else than letters up to `last`
/// and what separates them.
pub(super) fn letters(text: &str, last: char) -> Option<String> {
    let mut chosen = Vec::new();
    for letter in text.chars().filter(|c| !c.is_whitespace() && !",;/+&()".contains(*c)) {
        let letter = letter.to_ascii_uppercase();
        if !('A'..=last).contains(&letter) {
            return None;
        }
        chosen.push(letter);
    }
    chosen.sort_unstable();
    chosen.dedup();
    Some(chosen.into_iter().collect())
}

fn same_if(same: bool) -> Comparison {
    if same { Comparison::Same } else { Comparison::Different }
}

fn numbers(expected: &[f64], got: &[f64], tolerance: f64) -> Comparison {
    if expected.len() != got.len() {
        return Comparison::Shape;
    }
    if got.iter().any(|number| !number.is_finite()) {
        return Comparison::NotFinite;
    }
    same_if(expected.iter().zip(got).all(|(a, b)| (a - b).abs() <= tolerance * a.abs().max(1.0)))
}

fn values(tensor: &Tensor) -> Result<Vec<f64>> {
    Ok(tensor.to_device(&Device::Cpu)?.to_dtype(DType::F64)?.flatten_all()?.to_vec1()?)
}

fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").trim_matches(|c: char| c.is_ascii_punctuation()).to_lowercase()
}
