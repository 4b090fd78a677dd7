//! Whole models out of the crate's layers, each short enough to read in a lecture.

mod bag_of_words;
mod dropout;
mod text_classifier;

pub use bag_of_words::{BagOfWords, Weighting};
pub use text_classifier::{Pooling, RecurrentLayer, TextClassifier, TextClassifierOptions};
