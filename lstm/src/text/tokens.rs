//! Cutting a text into tokens: characters or words.

use unicode_segmentation::UnicodeSegmentation as _;

/// The characters of a text as readers count them: extended grapheme clusters (Unicode Annex 29). A letter with its
/// combining accents is one, and so is a flag, or a line break `\r\n`. Joined, they are the text again.
///
/// ```
/// use lstm::text::characters;
///
/// assert_eq!(characters("ne\u{301}e!"), ["n", "e\u{301}", "e", "!"]);
/// assert_eq!(characters("").len(), 0);
/// ```
pub fn characters(text: &str) -> Vec<String> {
    text.graphemes(true).map(str::to_owned).collect()
}

/// The words and punctuation signs of a text, at the word boundaries of Unicode Annex 29, without the whitespace
/// between them. An apostrophe within a word belongs to it, a hyphen does not.
///
/// ```
/// use lstm::text::words;
///
/// assert_eq!(words("It can't be half-bad..."), ["It", "can't", "be", "half", "-", "bad", ".", ".", "."]);
/// ```
pub fn words(text: &str) -> Vec<String> {
    text.split_word_bounds().filter(|token| !token.trim().is_empty()).map(str::to_owned).collect()
}

/// What stands between whitespace, as it is: the lecture on word generation cuts a cleaned text like this
/// ([`Cleaning::for_words`](super::Cleaning::for_words)). There are never empty words.
///
/// ```
/// use lstm::text::words_at_spaces;
///
/// assert_eq!(words_at_spaces("  half-bad, but\nno  more "), ["half-bad,", "but", "no", "more"]);
/// ```
pub fn words_at_spaces(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
