//! Runs of neighbouring tokens, for models that do not see order otherwise.

/// All tokens, then all pairs of neighbours, and so on up to runs of `longest`, each run joined by spaces.
///
/// ```
/// use lstm::text::ngrams;
///
/// assert_eq!(ngrams(&["not", "very", "good"], 2), ["not", "very", "good", "not very", "very good"]);
/// ```
pub fn ngrams(tokens: &[impl AsRef<str>], longest: usize) -> Vec<String> {
    let tokens: Vec<&str> = tokens.iter().map(AsRef::as_ref).collect();
    (1..=longest.min(tokens.len())).flat_map(|n| tokens.windows(n).map(|run| run.join(" "))).collect()
}
