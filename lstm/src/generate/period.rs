//! Loops in what a model wrote.

/// The length of the loop that `tokens` ends in: the smallest `p` for which the end repeats the `p` tokens before it, over
/// at least three rounds. None if it ends in no loop.
///
/// A model that always takes the likeliest token falls into one sooner or later: as soon as its state comes close to one
/// that it was in before, it says the same again.
///
/// ```
/// use lstm::generate::period;
///
/// assert_eq!(period(&[9, 1, 2, 3, 1, 2, 3, 1, 2, 3]), Some(3));
/// assert_eq!(period(&[1, 2, 3, 4]), None);
/// ```
pub fn period<T: PartialEq>(tokens: &[T]) -> Option<usize> {
    (1..=tokens.len() / 3).find(|&p| {
        let end = &tokens[tokens.len() - 3 * p..];
        end[p..] == end[..2 * p]
    })
}
