//! What is changed in a text before it is cut into tokens.

/// What becomes of the line breaks (`\n`, `\r\n` and `\r`) of a text.
///
/// ```
/// use lstm::text::{Cleaning, LineBreaks};
///
/// let cleaned = |breaks| Cleaning::default().line_breaks(breaks).apply("buds\nof May");
/// assert_eq!(cleaned(LineBreaks::Keep), "buds\nof May");
/// assert_eq!(cleaned(LineBreaks::Space), "buds of May");
/// assert_eq!(cleaned(LineBreaks::Join), "budsof May");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineBreaks {
    /// They stay as they are.
    #[default]
    Keep,
    /// Each becomes a space.
    Space,
    /// They are taken out and nothing is put there, so the last word of a line and the first of the next become one.
    /// The lecture on word generation does this; [`Space`](LineBreaks::Space) is what one usually wants.
    Join,
}

/// The punctuation that stays where the rest is removed: hyphens and apostrophes are parts of words.
const KEPT: [char; 3] = ['-', '\'', '’'];

/// Typographic signs beyond ASCII that count as punctuation.
const TYPOGRAPHIC: [char; 9] = ['‘', '“', '”', '„', '«', '»', '–', '—', '…'];

/// Rules that a text is cleaned by. The default changes nothing; [`apply`](Cleaning::apply) carries the rules out in
/// the order of the fields.
///
/// The course's lectures clean in two ways: for characters only the case is changed
/// ([`for_characters`](Cleaning::for_characters)), for words also line breaks, punctuation and whitespace
/// ([`for_words`](Cleaning::for_words)).
///
/// ```
/// use lstm::text::{Cleaning, LineBreaks};
///
/// let verse = "Thou art more lovely,\nand more temperate:";
/// assert_eq!(Cleaning::for_words().apply(verse), "thou art more lovely and more temperate");
/// // As the lecture does it: the line break goes first, and two words are joined where no punctuation is between.
/// let joined = Cleaning::for_words().line_breaks(LineBreaks::Join);
/// assert_eq!(joined.apply("the darling buds\nof May"), "the darling budsof may");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleaning {
    /// How many characters (Unicode scalar values) are dropped at the beginning: a header of known length. The lecture
    /// on word generation drops 7 675 from its file.
    pub drop_characters: usize,
    /// What becomes of line breaks.
    pub line_breaks: LineBreaks,
    /// Whether each punctuation sign becomes a space: those of ASCII and typographic quotes, dashes and dots, but no
    /// `-`, `'` and `’`.
    pub remove_punctuation: bool,
    /// Whether each run of whitespace becomes one space, and none is left at both ends. Line breaks are whitespace.
    pub collapse_whitespace: bool,
    /// Whether every letter becomes lower case.
    pub lower_case: bool,
}

impl Cleaning {
    /// The lecture on character generation: lower case, so that there are fewer characters to learn, and no more.
    pub fn for_characters() -> Self {
        Self::default().lower_case(true)
    }

    /// The lecture on word generation: line breaks become spaces, punctuation but `-` and `'` too, whitespace collapses,
    /// letters become lower case. The lecture itself joins lines ([`LineBreaks::Join`]), which makes words that are
    /// none.
    pub fn for_words() -> Self {
        Self::for_characters().line_breaks(LineBreaks::Space).remove_punctuation(true).collapse_whitespace(true)
    }

    /// How many characters are dropped at the beginning.
    pub fn drop_characters(mut self, count: usize) -> Self {
        self.drop_characters = count;
        self
    }

    /// What becomes of line breaks.
    pub fn line_breaks(mut self, line_breaks: LineBreaks) -> Self {
        self.line_breaks = line_breaks;
        self
    }

    /// Whether each punctuation sign but `-`, `'` and `’` becomes a space.
    pub fn remove_punctuation(mut self, remove: bool) -> Self {
        self.remove_punctuation = remove;
        self
    }

    /// Whether each run of whitespace becomes one space, and none is left at both ends.
    pub fn collapse_whitespace(mut self, collapse: bool) -> Self {
        self.collapse_whitespace = collapse;
        self
    }

    /// Whether every letter becomes lower case.
    pub fn lower_case(mut self, lower: bool) -> Self {
        self.lower_case = lower;
        self
    }

    /// The text, cleaned.
    pub fn apply(&self, text: &str) -> String {
        let start = text.char_indices().nth(self.drop_characters).map_or(text.len(), |(at, _)| at);
        let mut text = match self.line_breaks {
            LineBreaks::Keep => text[start..].to_owned(),
            LineBreaks::Space => text[start..].replace("\r\n", " ").replace(['\r', '\n'], " "),
            LineBreaks::Join => text[start..].replace(['\r', '\n'], ""),
        };
        if self.remove_punctuation {
            text = text.replace(is_removed, " ");
        }
        if self.collapse_whitespace {
            text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        if self.lower_case {
            text = text.to_lowercase();
        }
        text
    }
}

fn is_removed(sign: char) -> bool {
    (sign.is_ascii_punctuation() || TYPOGRAPHIC.contains(&sign)) && !KEPT.contains(&sign)
}
