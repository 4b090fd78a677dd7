//! Whole models out of the crate's layers, each short enough to read in a lecture.

mod bag_of_words;
mod dropout;
mod language_model;
mod language_task;
mod text_classifier;

pub use bag_of_words::{BagOfWords, Weighting};
pub use language_model::{LanguageModel, LanguageModelOptions, LanguageState};
pub use language_task::LanguageTask;
pub use text_classifier::{Pooling, RecurrentLayer, TextClassifier, TextClassifierOptions};
