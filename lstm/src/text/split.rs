//! Setting examples aside: for choosing settings, and for the exam.

use std::collections::BTreeMap;

use crate::random::Generator;
use crate::{Error, Result};

/// The numbers of the examples for training, for validation (choosing settings, stopping early) and for the test at the
/// end. Every example is in one part, and within a part the order is random.
///
/// ```
/// use lstm::{random::Generator, text::Split};
///
/// let labels = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]; // two thirds of the examples are of class 0
/// let split = Split::stratified(&labels, 0.25, 0.25, &mut Generator::new(1))?;
/// assert_eq!((split.train.len(), split.validation.len(), split.test.len()), (6, 3, 3));
/// // In every part two thirds are of class 0.
/// assert_eq!(split.test.iter().filter(|&&example| labels[example] == 0).count(), 2);
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// The examples to learn from.
    pub train: Vec<usize>,
    /// The examples to choose settings by.
    pub validation: Vec<usize>,
    /// The examples that are looked at once, at the end.
    pub test: Vec<usize>,
}

impl Split {
    /// Splits the examples 0 to `count - 1`: the shares `validation` and `test` of them, rounded, go to those parts and
    /// the rest is for training. Fails unless each share is in [0, 1) and both together are below 1.
    pub fn new(count: usize, validation: f64, test: f64, generator: &mut Generator) -> Result<Self> {
        Self::stratified(&vec![0; count], validation, test, generator)
    }

    /// Splits the examples of each class like that, where `labels[k]` is the class of example `k`: every part then has
    /// the classes in the same proportion, up to rounding.
    pub fn stratified(labels: &[usize], validation: f64, test: f64, generator: &mut Generator) -> Result<Self> {
        for (argument, share, most) in [("validation", validation, 1.0), ("test", test, 1.0 - validation)] {
            if !(share >= 0.0 && share < most) {
                let expected = format!("at least 0 and below {most}, which is what is left");
                return Err(Error::Argument { argument, expected, got: share.to_string() });
            }
        }
        let mut classes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (example, &label) in labels.iter().enumerate() {
            classes.entry(label).or_default().push(example);
        }
        let mut split = Self { train: Vec::new(), validation: Vec::new(), test: Vec::new() };
        for mut members in classes.into_values() {
            generator.shuffle(&mut members);
            let part = |share: f64| (members.len() as f64 * share).round() as usize;
            let (for_validation, for_test) = (part(validation), part(test));
            // Both may be rounded up, and there is no more than all.
            let rest = members.split_off(for_validation.min(members.len()));
            let (for_test, for_training) = rest.split_at(for_test.min(rest.len()));
            split.validation.extend(members);
            split.test.extend(for_test);
            split.train.extend(for_training);
        }
        for part in [&mut split.train, &mut split.validation, &mut split.test] {
            generator.shuffle(part);
        }
        Ok(split)
    }
}
