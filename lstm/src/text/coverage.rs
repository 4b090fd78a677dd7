//! How much of a text a list of tokens covers.

/// How many tokens of a text are known, all of them counted and each kind counted once.
///
/// ```
/// use lstm::text::Vocabulary;
///
/// let vocabulary = Vocabulary::new(["a", "rose"])?;
/// let coverage = vocabulary.coverage(&["a", "rose", "is", "a", "rose"]);
/// assert_eq!((coverage.share(), coverage.distinct_share()), (0.8, 2.0 / 3.0));
/// # Ok::<(), lstm::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// How many tokens of the text are known.
    pub known: usize,
    /// How many tokens the text has.
    pub total: usize,
    /// How many different tokens of the text are known.
    pub distinct_known: usize,
    /// How many different tokens the text has.
    pub distinct: usize,
}

impl Coverage {
    /// `known / total`, in [0, 1]; 1 for an empty text, of which nothing is missing.
    pub fn share(self) -> f64 {
        ratio(self.known, self.total)
    }

    /// `distinct_known / distinct`, in [0, 1]; 1 for an empty text.
    pub fn distinct_share(self) -> f64 {
        ratio(self.distinct_known, self.distinct)
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}
