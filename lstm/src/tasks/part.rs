//! What may be trained on, and what is held out for the exam.

use crate::hash;

/// A tenth of all programs, pictures and clips is held out. Which, their content decides, by a hash: two tasks of
/// different parts never give the same one, whatever their seeds.
///
/// ```
/// use lstm::tasks::Part;
///
/// assert_eq!(Part::of(b"print(12+34)"), Part::of(b"print(12+34)"));
/// let held_out = (0..10_000u32).filter(|n| Part::of(&n.to_le_bytes()) == Part::HeldOut).count();
/// assert!((900..1100).contains(&held_out));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Nine tenths.
    Training,
    /// One tenth.
    HeldOut,
}

impl Part {
    /// The part that `content` belongs to.
    pub fn of(content: &[u8]) -> Self {
        if hash::mixed(content).is_multiple_of(10) { Part::HeldOut } else { Part::Training }
    }
}
