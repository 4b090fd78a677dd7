//! From text to batches of numbers: cleaning, tokens, a vocabulary, and the ways to cut ids into batches.
//!
//! | step | here |
//! |---|---|
//! | clean | [`Cleaning`] |
//! | tokenise | [`characters`], [`words`], [`words_at_spaces`] |
//! | set examples aside | [`Split`] |
//! | list the tokens, number them | [`Vocabulary`] |
//! | make vectors of the numbers | [`one_hot`], [`Vectors`] (pretrained), an embedding layer |
//! | batches of sentences of different lengths | [`by_length`], [`shuffled`], [`Padding`], [`Padded`], [`Examples`] |
//! | batches for a language model that passes its state on | [`Stream`] |
//! | batches of windows, each with the token that follows | [`Windows`] |
//!
//! ```
//! use lstm::prelude::*;
//!
//! let tokens = text::characters(&text::Cleaning::for_characters().apply("Down the rabbit-hole"));
//! let vocabulary = text::Vocabulary::new(&tokens)?;
//! let ids = vocabulary.encode(&tokens)?;
//! let stream = text::Stream::new(&ids, 2, 4)?; // B = 2 rows, T = 4 steps
//! let batch = stream.batch(0, &Device::Cpu)?;
//! assert_eq!(batch.inputs.dims(), [4, 2]);
//! assert_eq!(vocabulary.decode(&batch.inputs.i((.., 0))?.to_vec1()?)?.concat(), "down");
//! assert_eq!(vocabulary.decode(&batch.targets.i((.., 0))?.to_vec1()?)?.concat(), "own ");
//! # Ok::<(), Error>(())
//! ```

mod batch;
mod buckets;
mod cleaning;
mod coverage;
mod examples;
mod ngrams;
mod one_hot;
mod padded;
mod split;
mod stream;
mod tokens;
mod vectors;
mod vectors_file;
mod vocabulary;
mod vocabulary_json;
mod windows;

pub use batch::Batch;
pub use buckets::{Padding, by_length, shuffled};
pub use cleaning::{Cleaning, LineBreaks};
pub use coverage::Coverage;
pub use examples::Examples;
pub use ngrams::ngrams;
pub use one_hot::one_hot;
pub use padded::Padded;
pub use split::Split;
pub use stream::Stream;
pub use tokens::{characters, words, words_at_spaces};
pub use vectors::{Embedding, Vectors};
pub use vocabulary::{Vocabulary, VocabularyOptions};
pub use windows::Windows;
