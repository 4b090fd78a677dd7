//! Which sequences share a batch, and how much padding that costs.

use crate::random::Generator;
use crate::{Result, shape};

/// Batches of `size` (`B`) sequences of like length: the sequences sorted by length and cut, the batches then in an order
/// that `generator` draws. Which of equally long sequences come together is drawn too, so that each epoch has batches of
/// its own. The last cut may be smaller. Each batch is a list of sequence numbers.
///
/// ```
/// use lstm::{random::Generator, text};
///
/// let lengths = [3, 9, 1, 8, 2, 7];
/// let sorted = text::by_length(&lengths, 3, &mut Generator::new(1))?;
/// let random = text::shuffled(&lengths, 3, &mut Generator::new(1))?;
/// // 3 + 2 + 1 and 9 + 8 + 7 ids of their own; filled up to 3 · 3 and 3 · 9.
/// assert_eq!(text::Padding::of(&lengths, &sorted), text::Padding { own: 30, total: 36 });
/// assert!(text::Padding::of(&lengths, &random).total >= 36);
/// # Ok::<(), lstm::Error>(())
/// ```
///
/// Fails on a size of zero.
pub fn by_length(lengths: &[usize], size: usize, generator: &mut Generator) -> Result<Vec<Vec<usize>>> {
    let mut order = random_order(lengths, generator);
    order.sort_by_key(|&sequence| lengths[sequence]);
    let mut batches = cut(&order, size)?;
    generator.shuffle(&mut batches);
    Ok(batches)
}

/// Batches of `size` (`B`) sequences in an order that `generator` draws, whatever their lengths. Fails on a size of zero.
///
/// ```
/// use lstm::{random::Generator, text};
///
/// let batches = text::shuffled(&[3, 9, 1], 2, &mut Generator::new(1))?;
/// assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn shuffled(lengths: &[usize], size: usize, generator: &mut Generator) -> Result<Vec<Vec<usize>>> {
    cut(&random_order(lengths, generator), size)
}

fn random_order(lengths: &[usize], generator: &mut Generator) -> Vec<usize> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    generator.shuffle(&mut order);
    order
}

fn cut(order: &[usize], size: usize) -> Result<Vec<Vec<usize>>> {
    shape::expect_positive("size", size)?;
    Ok(order.chunks(size).map(<[usize]>::to_vec).collect())
}

/// How many positions of padded batches hold something.
///
/// ```
/// use lstm::text::Padding;
///
/// let padding = Padding::of(&[2, 4], &[vec![0, 1]]); // both in one batch, filled up to 4
/// assert_eq!((padding.own, padding.padded(), padding.share()), (6, 2, 0.25));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Padding {
    /// How many positions hold an id of a sequence.
    pub own: usize,
    /// How many positions there are, `T · B` summed over the batches.
    pub total: usize,
}

impl Padding {
    /// Counts the positions of `batches` of sequences of these `lengths`. A number that is no sequence's counts nothing.
    pub fn of(lengths: &[usize], batches: &[Vec<usize>]) -> Self {
        let mut padding = Self { own: 0, total: 0 };
        for batch in batches {
            let members: Vec<usize> = batch.iter().filter_map(|&sequence| lengths.get(sequence).copied()).collect();
            padding.own += members.iter().sum::<usize>();
            padding.total += members.len() * members.iter().max().copied().unwrap_or_default();
        }
        padding
    }

    /// How many positions are filled up.
    pub fn padded(self) -> usize {
        self.total - self.own
    }

    /// The part of all positions that is filled up, in [0, 1]; 0 without positions.
    pub fn share(self) -> f64 {
        if self.total == 0 { 0.0 } else { self.padded() as f64 / self.total as f64 }
    }
}
