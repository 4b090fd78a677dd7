//! All exercises, and those whose ids are close to a mistyped one.

use super::task::Task;
use super::{
    activity_recognition, applications, backpropagation_through_time, character_generation, gpu,
    gru_stacked_bidirectional, lstm_gates, recurrent_networks, shapes_and_parameters, sheets, text_classification,
    tour, vanishing_gradients, word_generation,
};

/// The exercises of each notebook and of the sheets.
const NOTEBOOKS: [fn() -> Vec<Task>; 14] = [
    tour::exercises,
    recurrent_networks::exercises,
    backpropagation_through_time::exercises,
    vanishing_gradients::exercises,
    lstm_gates::exercises,
    shapes_and_parameters::exercises,
    gru_stacked_bidirectional::exercises,
    text_classification::exercises,
    character_generation::exercises,
    word_generation::exercises,
    activity_recognition::exercises,
    applications::exercises,
    gpu::exercises,
    sheets::exercises,
];

/// The ids of all exercises, in the order of the notebooks.
///
/// ```
/// assert!(lstm::exercise::ids().contains(&"05/lstm-parameters"));
/// ```
pub fn ids() -> Vec<&'static str> {
    all().map(|task| task.id()).collect()
}

pub(super) fn all() -> impl Iterator<Item = Task> {
    NOTEBOOKS.into_iter().flat_map(|exercises| exercises())
}

pub(super) fn find(id: &str) -> Option<Task> {
    all().find(|task| task.id() == id)
}

/// The three ids closest to `id`: "`a`, `b` or `c`".
pub(super) fn nearest(id: &str) -> String {
    let mut known = ids();
    known.sort_by_key(|other| distance(id, other));
    known.truncate(3);
    let quoted: Vec<String> = known.iter().map(|id| format!("`{id}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// How many letters must be put in, taken out or replaced to turn `a` into `b` (Levenshtein 1966).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (k, letter) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = k + 1;
        for (n, other) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[n + 1];
            row[n + 1] = replaced.min(diagonal + 1).min(row[n] + 1);
        }
    }
    row[b.len()]
}
